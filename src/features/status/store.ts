import type { Tx } from "../../db/transaction.ts";
import type { Credits, CreditUnit } from "../../domain/credit.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { RegistrationStatus, StatusChangeKind } from "../../domain/registry/registration.ts";
import type { TransferFinding } from "../../domain/registry/stage-transfer.ts";
import type { PathwayTerms, SeatGivenUp, StatusChangeEffects } from "../../domain/registry/status-change.ts";

export type StatusChangeState = "RECORDED" | "CONFIRMED" | "REJECTED";
export type FilingState = "TO_FILE" | "FILED" | "RETURNED";

/** A change as it is written down. */
export interface NewStatusChange {
  readonly learnerId: Id;
  readonly id: Id;
  readonly registrationId: Id;
  readonly institutionId: Id;
  readonly toInstitutionId: Id | null;
  readonly learnerName: string;
  readonly kind: StatusChangeKind;
  readonly effectiveOn: IsoDate;
  readonly decidedOn: IsoDate;
  readonly decisionNo: string;
  readonly reason: string;
  readonly consentId: Id | null;
  readonly statusBefore: RegistrationStatus;
  readonly statusAfter: RegistrationStatus;
  readonly cohortBefore: number;
  readonly cohortAfter: number;
  readonly programmeBefore: Id;
  readonly programmeAfter: Id;
  readonly classAfter: Id | null;
  readonly toSchoolName: string | null;
  readonly effects: StatusChangeEffects;
  readonly recordedBy: Id;
  readonly recordedAt: string;
  /** Why it was taken outside the school's window. */
  readonly lateReason: string | null;
  /** The transfer list it stands in, what was found of its learner, and the phase it leads to. */
  readonly listId: Id | null;
  readonly findings: readonly TransferFinding[] | null;
  readonly phaseAfter: number | null;
}
export interface StatusChangeRow extends NewStatusChange {
  readonly published: boolean;
  readonly settledLateReason: string | null;
  readonly state: StatusChangeState;
  readonly settledBy: Id | null;
  readonly settledAt: string | null;
  readonly rejection: string | null;
  readonly filing: FilingState | null;
  readonly filedOn: IsoDate | null;
  readonly filingNote: string | null;
}

/** Which changes a list is about; null is no bound of it. */
export interface Reach {
  readonly learnerIds: readonly Id[] | null;
  readonly institutionIds: readonly Id[] | null;
  readonly state: StatusChangeState | null;
  /** Those of one transfer list, or none of any; null: all of them. */
  readonly list: { readonly id: Id } | "NONE" | null;
}

/** The newest first. */
export function changesWithin(
  tx: Tx,
  { learnerIds, institutionIds, state, list }: Reach,
  page: { readonly first: number; readonly after: readonly string[] | null },
) {
  const [at = null, id = null] = page.after ?? [];
  return tx.run(
    (sql) => sql<StatusChangeRow[]>`/* status.changesWithin */
      select * from status_change c
      where (${learnerIds as Id[] | null}::uuid[] is null or c.learner_id = any(${learnerIds as Id[] | null}::uuid[]))
        and (${institutionIds as Id[] | null}::uuid[] is null
          or c.institution_id = any(${institutionIds as Id[] | null}::uuid[])
          or c.to_institution_id = any(${institutionIds as Id[] | null}::uuid[]))
        and (${state}::text is null or c.state = ${state})
        ${list === null ? sql`` : list === "NONE" ? sql`and c.list_id is null` : sql`and c.list_id = ${list.id}`}
        and (${at}::timestamptz is null or (c.recorded_at, c.id) < (${at}::timestamptz, ${id}::uuid))
      order by c.recorded_at desc, c.id desc limit ${page.first + 1}`,
  );
}

export async function changeById(tx: Tx, learnerId: Id, id: Id): Promise<StatusChangeRow | null> {
  const rows = await tx.run(
    (sql) => sql<StatusChangeRow[]>`/* status.changeById */
      select * from status_change where learner_id = ${learnerId} and id = ${id}`,
  );
  return rows[0] ?? null;
}

/** The first day of the leave or service that a registration is in; null where none is on record. */
export async function awaySince(tx: Tx, learnerId: Id, registrationId: Id): Promise<IsoDate | null> {
  const [row] = await tx.run(
    (sql) => sql<{ readonly since: IsoDate | null }[]>`/* status.awaySince */
      select learner_id, min(effective_on) as since from status_change
      where learner_id = ${learnerId} and registration_id = ${registrationId} and state = 'CONFIRMED'
        and kind in ('LEAVE', 'MILITARY_SERVICE') and settled_at > coalesce((select max(settled_at) from status_change
          where learner_id = ${learnerId} and registration_id = ${registrationId} and state = 'CONFIRMED' and kind = 'RETURN'),
          '-infinity') group by learner_id`,
  );
  return row?.since ?? null;
}

/** The school and programme of a class by its name. */
export async function classByName(
  tx: Tx,
  institutionId: Id,
  name: string,
): Promise<{ readonly id: Id; readonly programmeId: Id } | null> {
  const rows = await tx.run(
    (sql) => sql<{ readonly id: Id; readonly programmeId: Id }[]>`/* status.classByName */
      select id, programme_id from class_group where institution_id = ${institutionId} and name = ${name}`,
  );
  return rows[0] ?? null;
}

/** What an agreement says of a pathway, as seen from a programme in it. */
export async function pathwayTerms(tx: Tx, pathwayId: Id, programmeId: Id): Promise<PathwayTerms | null> {
  const rows = await tx.run(
    (sql) => sql<PathwayTerms[]>`/* status.pathwayTerms */
      select a.cohort_from, a.cohort_until, coalesce((select sum(e.years) from stage e join stage own
          on own.pathway_id = e.pathway_id and own.programme_id = ${programmeId} and e.ordinal < own.ordinal
          where e.pathway_id = p.id), 0)::int as earlier_years
      from pathway p join agreement a on a.id = p.agreement_id where p.id = ${pathwayId}`,
  );
  return rows[0] ?? null;
}

/** What applications of a learner hold, by unit. */
export function holdsOf(tx: Tx, learnerId: Id) {
  return tx.run(
    (sql) => sql<{ readonly unit: CreditUnit; readonly credits: Credits }[]>`/* status.holdsOf */
      select learner_id, unit, sum(balance)::int as credits from ledger_account
      where learner_id = ${learnerId} and kind = 'HELD' group by learner_id, unit having sum(balance) <> 0 order by unit`,
  );
}

/** How many applications of a learner for recognition are not closed. */
export async function openApplications(tx: Tx, learnerId: Id): Promise<number> {
  const [row] = await tx.run(
    (sql) => sql<{ readonly open: number }[]>`/* status.openApplications */
      select learner_id, count(*)::int as open from application
      where learner_id = ${learnerId} and closed_at is null group by learner_id`,
  );
  return row?.open ?? 0;
}

/** The seats a learner holds in sections whose term is not over on a day. */
export function seatsAfter(tx: Tx, learnerId: Id, on: IsoDate) {
  return tx.run(
    (sql) => sql<SeatGivenUp[]>`/* status.seatsAfter */
      select s.learner_id, n.id as section_id, n.number, json_build_object('zh', c.title_zh, 'en', c.title_en) as title,
        json_build_object('zh', i.name_zh, 'en', i.name_en) as host
      from seat s join section n on n.id = s.section_id join course c on c.id = n.course_id
        join institution i on i.id = n.host_institution_id
        join term t on t.institution_id = n.host_institution_id and t.code = n.term_code
      where s.learner_id = ${learnerId} and s.host_state = 'ENROLLED'
        and t.first_monday + 7 * greatest(t.teaching_weeks, (select max(week) from unnest(t.exam_weeks) as week)) > ${on}::date
      order by n.term_code, n.number, n.id`,
  );
}

/** PostgreSQL's word for a row that is there already. */
const UNIQUE_VIOLATION = "23505";

/**
 * Whether there was room for it: one change of a registration waits at a time. If not, the transaction is done for.
 * @param qualifies false where nothing will come of it: of a transfer list, by what was found
 */
export async function insertChange(tx: Tx, row: NewStatusChange, qualifies = true): Promise<boolean> {
  const written = JSON.stringify({
    learner_id: row.learnerId,
    id: row.id,
    registration_id: row.registrationId,
    institution_id: row.institutionId,
    to_institution_id: row.toInstitutionId,
    learner_name: row.learnerName,
    kind: row.kind,
    state: qualifies ? "RECORDED" : "REJECTED",
    settled_by: qualifies ? null : row.recordedBy,
    settled_at: qualifies ? null : row.recordedAt,
    list_id: row.listId,
    findings: row.findings,
    phase_after: row.phaseAfter,
    published: false,
    late_reason: row.lateReason,
    effective_on: row.effectiveOn,
    decided_on: row.decidedOn,
    decision_no: row.decisionNo,
    reason: row.reason,
    consent_id: row.consentId,
    status_before: row.statusBefore,
    status_after: row.statusAfter,
    cohort_before: row.cohortBefore,
    cohort_after: row.cohortAfter,
    programme_before: row.programmeBefore,
    programme_after: row.programmeAfter,
    class_after: row.classAfter,
    to_school_name: row.toSchoolName,
    effects: row.effects,
    recorded_by: row.recordedBy,
    recorded_at: row.recordedAt,
  });
  try {
    await tx.run(
      (sql) => sql`/* status.insertChange */
        insert into status_change select * from json_populate_record(null::status_change, ${written}::text::json)`,
    );
    return true;
  } catch (error) {
    if ((error as { readonly code?: string }).code === UNIQUE_VIOLATION) return false;
    throw error;
  }
}

/** What became of a confirmation. PLACE_TAKEN: another registration of the phase goes on, and the transaction is done for. */
export type Confirmed = "DONE" | "SETTLED" | "UNPUBLISHED" | "STALE" | "PLACE_TAKEN";

/** Carries a change out, past row-level security, for whom the database lets confirm it. */
export async function confirmChange(
  tx: Tx,
  { learnerId, id }: Pick<StatusChangeRow, "learnerId" | "id">,
  by: {
    readonly at: string;
    readonly effects: StatusChangeEffects;
    /** Of a registration that is opened: its id, the number at the school, its department. */
    readonly opened: { readonly id: Id; readonly studentNo: string } | null;
    /** The class of the school that takes in. */
    readonly placed: Id | null;
    readonly lateReason: string | null;
  },
): Promise<Confirmed> {
  const { at, effects, opened, placed, lateReason } = by;
  try {
    const [row] = await tx.run(
      (sql) => sql<{ readonly done: Confirmed }[]>`/* status.confirmChange */
        select confirm_status_change(${learnerId}, ${id}, ${at}::timestamptz, ${JSON.stringify(effects)}::text::jsonb,
          ${opened?.id ?? null}::uuid, ${opened?.studentNo ?? null}::text, ${placed}::uuid, ${lateReason}::text) as done`,
    );
    if (row === undefined) throw new Error("a function without an answer");
    return row.done;
  } catch (error) {
    if ((error as { readonly code?: string }).code === UNIQUE_VIOLATION) return "PLACE_TAKEN";
    throw error;
  }
}

/** Whether it was still there to be rejected. */
export async function rejectChange(
  tx: Tx,
  { learnerId, id }: Pick<StatusChangeRow, "learnerId" | "id">,
  by: { readonly at: string; readonly why: string },
): Promise<boolean> {
  const [row] = await tx.run(
    (sql) => sql<{ readonly done: boolean }[]>`/* status.rejectChange */
      select reject_status_change(${learnerId}, ${id}, ${by.at}::timestamptz, ${by.why}) as done`,
  );
  return row?.done === true;
}

/** Whether it is one that is filed. */
export async function setFiling(
  tx: Tx,
  { learnerId, id }: Pick<StatusChangeRow, "learnerId" | "id">,
  filing: { readonly state: FilingState; readonly on: IsoDate; readonly note: string | null },
): Promise<boolean> {
  const rows = await tx.run(
    (sql) => sql`/* status.setFiling */
      update status_change set filing = ${filing.state}, filed_on = ${filing.on}, filing_note = ${filing.note}
      where learner_id = ${learnerId} and id = ${id} and state = 'CONFIRMED' returning learner_id`,
  );
  return rows.length === 1;
}

/** Whether a change of a registration waits to be confirmed. */
export async function changeWaits(tx: Tx, learnerId: Id, registrationId: Id): Promise<boolean> {
  const rows = await tx.run(
    (sql) => sql`/* status.changeWaits */
      select learner_id from status_change
      where learner_id = ${learnerId} and registration_id = ${registrationId} and state = 'RECORDED'`,
  );
  return rows.length > 0;
}

/** Whether a programme is a stage of a pathway whose agreement is in force. */
export async function isStageInForce(tx: Tx, pathwayId: Id, programmeId: Id): Promise<boolean> {
  const rows = await tx.run(
    (sql) => sql`/* status.isStageInForce */
      select s.ordinal from stage s join pathway p on p.id = s.pathway_id join agreement a on a.id = p.agreement_id
      where s.pathway_id = ${pathwayId} and s.programme_id = ${programmeId} and a.status = 'IN_FORCE'`,
  );
  return rows.length > 0;
}

/** Writes the pathway that a registration stands in. */
export async function setPathway(
  tx: Tx,
  { learnerId, id }: { readonly learnerId: Id; readonly id: Id },
  pathwayId: Id | null,
): Promise<void> {
  await tx.run(
    (sql) => sql`/* status.setPathway */
      update registration set pathway_id = ${pathwayId} where learner_id = ${learnerId} and id = ${id}`,
  );
}
