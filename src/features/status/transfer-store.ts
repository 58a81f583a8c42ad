import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { GateCondition } from "../../domain/registry/stage-transfer.ts";
import type { RegistrationStatus } from "../../domain/registry/registration.ts";

export type TransferListState = "RECORDED" | "PUBLISHED" | "WITHDRAWN";

/** A transfer list as it is written down. */
export interface NewTransferList {
  readonly institutionId: Id;
  readonly id: Id;
  readonly toInstitutionId: Id;
  readonly pathwayId: Id;
  readonly programmeBefore: Id;
  readonly programmeAfter: Id;
  readonly cohortBefore: number;
  readonly className: string | null;
  readonly effectiveOn: IsoDate;
  readonly decidedOn: IsoDate;
  readonly decisionNo: string;
  readonly conditions: readonly GateCondition[];
  readonly lateReason: string | null;
  readonly recordedBy: Id;
  readonly recordedAt: string;
}
export interface TransferListRow extends NewTransferList {
  readonly state: TransferListState;
  readonly settledBy: Id | null;
  readonly settledAt: string | null;
  readonly noticeId: Id | null;
  readonly withdrawal: string | null;
}
export type TransferListKey = Pick<TransferListRow, "institutionId" | "id">;

/** Lists that some schools made or that were published to them, the newest first. */
export function transferLists(
  tx: Tx,
  institutionIds: readonly Id[] | null,
  page: { readonly first: number; readonly after: readonly string[] | null },
) {
  const [at = null, id = null] = page.after ?? [];
  const ids = institutionIds as Id[] | null;
  return tx.run(
    (sql) => sql<TransferListRow[]>`/* status.transferLists */
      select * from transfer_list t
      where (${ids}::uuid[] is null or t.institution_id = any(${ids}::uuid[]) or t.to_institution_id = any(${ids}::uuid[]))
        and (${at}::timestamptz is null or (t.recorded_at, t.id) < (${at}::timestamptz, ${id}::uuid))
      order by t.recorded_at desc, t.id desc limit ${page.first + 1}`,
  );
}

export async function transferListByKey(
  tx: Tx,
  { institutionId, id }: TransferListKey,
): Promise<TransferListRow | null> {
  const rows = await tx.run(
    (sql) => sql<TransferListRow[]>`/* status.transferListByKey */
      select * from transfer_list where institution_id = ${institutionId} and id = ${id}`,
  );
  return rows[0] ?? null;
}

/** A stage of a pathway and the one that follows it; the same programme where its next phase does. */
export interface StageAndNext {
  readonly gate: unknown;
  readonly years: number;
  readonly nextProgrammeId: Id | null;
  readonly nextInstitutionId: Id | null;
}
export async function stageAndNext(tx: Tx, pathwayId: Id, programmeId: Id): Promise<StageAndNext | null> {
  const rows = await tx.run(
    (sql) => sql<StageAndNext[]>`/* status.stageAndNext */
      select own.gate, own.years, next.programme_id as next_programme_id, p.institution_id as next_institution_id
      from stage own left join stage next on next.pathway_id = own.pathway_id and next.ordinal = own.ordinal + 1
        left join programme p on p.id = next.programme_id
      where own.pathway_id = ${pathwayId} and own.programme_id = ${programmeId} limit 1`,
  );
  return rows[0] ?? null;
}

/** A registration that a list looks at. */
export interface CandidateRow {
  readonly learnerId: Id;
  readonly id: Id;
  readonly name: string;
  readonly studentNo: string;
  readonly status: RegistrationStatus;
  readonly classId: Id | null;
  readonly cohort: number;
  readonly phase: number;
  readonly enteredOn: IsoDate;
  readonly changeWaits: boolean;
}

/** Everyone of a cohort in a pathway who is at the school, or has graduated from it and gone nowhere yet. */
export function candidates(
  tx: Tx,
  of: {
    readonly institutionId: Id;
    readonly pathwayId: Id;
    readonly programmeId: Id;
    readonly cohort: number;
    readonly className: string | null;
  },
  limit: number,
) {
  return tx.run(
    (sql) => sql<CandidateRow[]>`/* status.candidates */
      select r.learner_id, r.id, l.name, r.student_no, r.status, r.class_id, r.cohort, r.phase, r.entered_on,
        exists (select 1 from status_change c where c.learner_id = r.learner_id and c.registration_id = r.id
          and c.state = 'RECORDED') as change_waits
      from registration r join learner l on l.id = r.learner_id left join class_group g on g.id = r.class_id
      where r.institution_id = ${of.institutionId} and r.programme_id = ${of.programmeId} and r.cohort = ${of.cohort}
        and r.pathway_id = ${of.pathwayId} and (${of.className}::text is null or g.name = ${of.className})
        and (r.status in ('ACTIVE', 'ON_LEAVE') or (r.status = 'GRADUATED' and l.home_institution_id = r.institution_id))
        -- whose next phase goes on at this very school has been there
        and not exists (select 1 from registration later where later.learner_id = r.learner_id and later.pathway_id = r.pathway_id
          and (later.entered_on, later.phase) > (r.entered_on, r.phase))
      order by r.student_no, r.learner_id limit ${limit}`,
  );
}

export async function insertTransferList(tx: Tx, row: NewTransferList): Promise<void> {
  const written = JSON.stringify({
    institution_id: row.institutionId,
    id: row.id,
    to_institution_id: row.toInstitutionId,
    pathway_id: row.pathwayId,
    programme_before: row.programmeBefore,
    programme_after: row.programmeAfter,
    cohort_before: row.cohortBefore,
    class_name: row.className,
    effective_on: row.effectiveOn,
    decided_on: row.decidedOn,
    decision_no: row.decisionNo,
    conditions: row.conditions,
    state: "RECORDED",
    late_reason: row.lateReason,
    recorded_by: row.recordedBy,
    recorded_at: row.recordedAt,
  });
  await tx.run(
    (sql) => sql`/* status.insertTransferList */
      insert into transfer_list select * from json_populate_record(null::transfer_list, ${written}::text::json)`,
  );
}

/** A learner of a list, as its public notice and the notices to people name them. */
export interface ListedRow {
  readonly learnerId: Id;
  readonly id: Id;
  readonly name: string;
  readonly departmentId: Id | null;
  readonly className: string | null;
  readonly waits: boolean;
}
export function listed(tx: Tx, { institutionId, id }: TransferListKey) {
  return tx.run(
    (sql) => sql<ListedRow[]>`/* status.listed */
      select c.learner_id, c.id, c.learner_name as name, r.department_id, g.name as class_name, c.state = 'RECORDED' as waits
      from status_change c join registration r on r.learner_id = c.learner_id and r.id = c.registration_id
        left join class_group g on g.id = r.class_id
      where c.list_id = ${id} and c.institution_id = ${institutionId} order by r.student_no, c.id`,
  );
}

/** Publishes a list, as the writer; whether it was still there to be. */
export async function publishTransferList(
  tx: Tx,
  { institutionId, id }: TransferListKey,
  by: { readonly noticeId: Id; readonly at: string },
): Promise<boolean> {
  const [row] = await tx.run(
    (sql) => sql<{ readonly done: string }[]>`/* status.publishTransferList */
      select publish_transfer_list(${institutionId}, ${id}, ${by.noticeId}, ${by.at}::timestamptz) as done`,
  );
  return row?.done === "DONE";
}

/** Whether it was still there to be withdrawn. */
export async function withdrawTransferList(
  tx: Tx,
  { institutionId, id }: TransferListKey,
  by: { readonly at: string; readonly why: string },
): Promise<boolean> {
  const [row] = await tx.run(
    (sql) => sql<{ readonly done: boolean }[]>`/* status.withdrawTransferList */
      select withdraw_transfer_list(${institutionId}, ${id}, ${by.at}::timestamptz, ${by.why}) as done`,
  );
  return row?.done === true;
}
