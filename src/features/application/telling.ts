import type { NoticeEvent } from "../../domain/notice.ts";
import type { ApplicationRow } from "./store.ts";

type Told = Pick<
  ApplicationRow,
  "id" | "version" | "learnerId" | "institutionId" | "departmentId" | "homeInstitutionId" | "waitingSince"
>;

/** Tells the registrars of the home school, or whoever reviews at the receiving one, that an application waits for them. */
export function waitingNotice(row: Told, school: "home" | "receiving" = "home"): NoticeEvent {
  const institutionId = school === "home" ? row.homeInstitutionId : row.institutionId;
  return {
    kind: "APPLICATION_WAITING",
    key: `${row.id}/${row.version}`,
    happenedAt: row.waitingSince,
    facts: { institutionId, applicationId: row.id, departmentId: school === "home" ? null : row.departmentId },
  };
}

/** Tells the learner what became of their application. */
export function stepNotice(
  kind: "APPLICATION_RETURNED" | "APPLICATION_DECIDED" | "APPLICATION_RECORDED",
  row: Told,
  at: string,
): NoticeEvent {
  const { id, learnerId, institutionId } = row;
  return {
    kind,
    key: `${id}/${kind}/${row.version}`,
    happenedAt: at,
    facts: { learnerId, institutionId, applicationId: id },
  };
}
