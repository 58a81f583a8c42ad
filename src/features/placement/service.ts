import type { KeyRing } from "../../auth/keyring.ts";
import { type Action, authorise, authoriseList } from "../../auth/policy.ts";
import { institutionsOf, type Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { daysBetween } from "../../domain/date.ts";
import type { Grade } from "../../domain/grade.ts";
import { parseAnyGrade } from "../../domain/grade-text.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { consentMissing } from "../consent/service.ts";
import * as store from "./store.ts";

export { enterprises } from "./store.ts";

/** Bounds of the service: days a placement may last, and characters of its texts. */
const DAYS_MAX = 731;
const POST_LENGTH_MAX = 60;
const REMARK_LENGTH_MAX = 500;

const invalid = (field: string): Problem => problem("INVALID_INPUT", { detail: field }, ["input", field]);

/**
 * The placements within the viewer's reach, newest first; of one learner, where one is named.
 * @returns FORBIDDEN for whoever has to do with none
 */
export async function placements(
  tx: Tx,
  viewer: Viewer,
  filter: { readonly learnerId: Id | null; readonly first: number; readonly after: readonly string[] | null },
): Promise<readonly store.PlacementRow[] | Problem> {
  const scope = authoriseList(viewer, "placement.read");
  if (isProblem(scope)) return scope;
  const whose = scope === "own" ? [viewer.learnerId] : scope === "wards" ? viewer.wardIds : null;
  const within = whose?.filter((id) => id !== null) ?? null;
  const named = filter.learnerId === null ? null : [filter.learnerId];
  return store.placementsWithin(
    tx,
    {
      learnerIds: named === null || within === null ? (named ?? within) : named.filter((id) => within.includes(id)),
      institutionIds: scope === "institution" ? institutionsOf(viewer) : null,
      mentorAccountId: viewer.role === "ENTERPRISE_MENTOR" ? viewer.accountId : null,
    },
    filter,
  );
}

/** A placement that somebody is about to act on. */
export interface PlacementId {
  readonly learnerId: Id;
  readonly id: Id;
}

async function placementFor(
  tx: Tx,
  viewer: Viewer,
  action: Action,
  { learnerId, id }: PlacementId,
): Promise<store.PlacementRow | Problem> {
  const row = await store.placementById(tx, learnerId, id);
  const institutionIds = [row?.institutionId ?? null];
  const refused = authorise(viewer, action, { learnerId, institutionIds, what: { type: "Placement", id } });
  if (refused !== null) return refused;
  return row ?? problem("NOT_FOUND");
}

/** A placement as a registrar writes it down. */
export interface NewPlacement {
  readonly learnerId: Id;
  readonly enterpriseId: Id;
  readonly mentorLogin: string;
  readonly post: string;
  readonly startsOn: IsoDate;
  readonly endsOn: IsoDate;
}

/**
 * Places a learner at an enterprise.
 * @returns FORBIDDEN, NOT_FOUND, INVALID_INPUT, UNKNOWN_MENTOR, GUARDIAN_CONSENT_REQUIRED, PLACEMENT_OVERLAPS
 */
export async function createPlacement(
  tx: Tx,
  keys: KeyRing,
  viewer: Viewer,
  wish: NewPlacement,
  at: { readonly id: Id; readonly today: IsoDate },
): Promise<store.PlacementRow | Problem> {
  const { learnerId, startsOn, endsOn } = wish;
  const home = await store.homeOf(tx, learnerId);
  const what = { type: "Placement", id: at.id };
  const refused = authorise(viewer, "placement.create", {
    learnerId,
    institutionIds: [home?.institutionId ?? null],
    what,
  });
  if (refused !== null) return refused;
  if (home === null || viewer.institutionId === null) return problem("NOT_FOUND");
  const post = wish.post.trim();
  if (post === "" || post.length > POST_LENGTH_MAX) return invalid("post");
  if (endsOn < startsOn || daysBetween(startsOn, endsOn) > DAYS_MAX) return invalid("endsOn");
  const [enterprise] = await store.enterprisesByIds(tx, [wish.enterpriseId]);
  if (enterprise === undefined) return invalid("enterpriseId");
  const mentorAccountId = await store.mentorByLogin(tx, wish.mentorLogin.trim());
  if (mentorAccountId === null) return problem("UNKNOWN_MENTOR", {}, ["input", "mentorLogin"]);
  const lacking = await consentMissing(tx, keys, learnerId, "INTERNSHIP", at.today);
  if (lacking !== null) return lacking;
  const { enterpriseId } = wish;
  const institutionId = viewer.institutionId;
  const isPlaced = await store.insertPlacement(tx, {
    learnerId,
    id: at.id,
    institutionId,
    enterpriseId,
    mentorAccountId,
    post,
    startsOn,
    endsOn,
  });
  if (!isPlaced) return problem("PLACEMENT_OVERLAPS");
  await store.tellMentor(tx, mentorAccountId);
  return (await store.placementById(tx, learnerId, at.id)) ?? problem("NOT_FOUND");
}

/** Ends a placement earlier. FORBIDDEN, NOT_FOUND, INVALID_INPUT */
export async function endPlacement(
  tx: Tx,
  viewer: Viewer,
  of: PlacementId,
  endsOn: IsoDate,
): Promise<store.PlacementRow | Problem> {
  const row = await placementFor(tx, viewer, "placement.end", of);
  if (isProblem(row)) return row;
  if (endsOn < row.startsOn || endsOn > row.endsOn) return invalid("endsOn");
  // a predecessor's is there to read, and no more
  if (row.institutionId !== viewer.institutionId) return problem("FORBIDDEN", { action: "placement.end" });
  await store.setEnd(tx, row, endsOn);
  await store.tellMentor(tx, row.mentorAccountId);
  return { ...row, endsOn };
}

/** What a mentor says of a placement. */
export interface Report {
  readonly grade: string;
  readonly hours: number | null;
  readonly remark: string | null;
}

/**
 * Writes down how a placement went, once.
 * @returns FORBIDDEN, NOT_FOUND, INVALID_INPUT, GRADE_OUTSIDE_MODE, PLACEMENT_NOT_BEGUN, PLACEMENT_REPORTED
 */
export async function reportPlacementResult(
  tx: Tx,
  viewer: Viewer,
  of: PlacementId,
  report: Report,
  today: IsoDate,
): Promise<store.PlacementRow | Problem> {
  const row = await placementFor(tx, viewer, "placement.report", of);
  if (isProblem(row)) return row;
  if (row.mentorAccountId !== viewer.accountId) return problem("NOT_FOUND");
  if (row.startsOn > today) return problem("PLACEMENT_NOT_BEGUN", { day: row.startsOn });
  const read = readReport(report, row);
  if (isProblem(read)) return read;
  const result = { ...read, reportedOn: today };
  if (!(await store.setResult(tx, row, result))) return problem("PLACEMENT_REPORTED");
  await store.tellMentor(tx, row.mentorAccountId);
  return { ...row, ...result };
}

function readReport(
  { grade: text, hours, remark }: Report,
  { startsOn, endsOn }: store.PlacementRow,
): { readonly grade: Grade; readonly hours: number | null; readonly remark: string | null } | Problem {
  const grade = parseAnyGrade(text.trim());
  // a placement has no exam to be absent from
  if (grade === null || grade.mode === "SPECIAL") return invalid("grade");
  if (hours !== null && (hours < 0 || hours > 24 * (daysBetween(startsOn, endsOn) + 1))) return invalid("hours");
  const said = remark?.trim() ?? "";
  if (said.length > REMARK_LENGTH_MAX) return invalid("remark");
  return { grade, hours, remark: said === "" ? null : said };
}
