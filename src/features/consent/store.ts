import type { Tx } from "../../db/transaction.ts";
import type { ConsentAct, ConsentEvent, KeptRequirement } from "../../domain/consent.ts";
import type { Id, IsoDate } from "../../domain/id.ts";

export interface ConsentRow extends ConsentEvent {
  readonly learnerId: Id;
  readonly guardianName: string;
  /** Of a paper: where the school keeps it. */
  readonly paperReference: string | null;
  /** The file of a scan of it. */
  readonly scanId: Id | null;
  readonly recordedBy: Id;
}

/** A learner and their home school. */
export interface LearnerAtSchool {
  readonly learnerId: Id;
  readonly institutionId: Id | null;
  readonly institutionKey: string | null;
}

export function requirements(tx: Tx) {
  return tx.run(
    (sql) => sql<KeptRequirement[]>`/* consent.requirements */
      select institution_key, act, effective_from, effective_until, below_age, citation, certainty from consent_requirement
      order by institution_key, act, effective_from`,
  );
}

/** Everything given and revoked for a learner, as far as the viewer may see it. */
export function consentsOfLearner(tx: Tx, learnerId: Id) {
  return tx.run(
    (sql) => sql<ConsentRow[]>`/* consent.consentsOfLearner */
      select learner_id, id, act, event, form, institution_id, guardian_name, paper_reference, scan_id, on_day,
        valid_until, recorded_by, recorded_at
      from guardian_consent where learner_id = ${learnerId} order by recorded_at, id`,
  );
}

export async function learnerAtSchool(tx: Tx, learnerId: Id): Promise<LearnerAtSchool | null> {
  const rows = await tx.run(
    (sql) => sql<LearnerAtSchool[]>`/* consent.learnerAtSchool */
      select l.id as learner_id, l.home_institution_id as institution_id, i.key as institution_key
      from learner l left join institution i on i.id = l.home_institution_id where l.id = ${learnerId}`,
  );
  return rows[0] ?? null;
}

export function insertConsent(tx: Tx, row: ConsentRow) {
  return tx.run(
    (sql) => sql`/* consent.insertConsent */
      insert into guardian_consent (learner_id, id, act, event, form, institution_id, guardian_name, paper_reference, scan_id,
        on_day, valid_until, recorded_by, recorded_at)
      values (${row.learnerId}, ${row.id}, ${row.act}, ${row.event}, ${row.form}, ${row.institutionId}, ${row.guardianName},
        ${row.paperReference}, ${row.scanId}, ${row.onDay}, ${row.validUntil}, ${row.recordedBy}, ${row.recordedAt})`,
  );
}

/** That a consent was asked for. */
export interface RequestRow {
  readonly learnerId: Id;
  readonly id: Id;
  readonly act: ConsentAct;
  readonly institutionId: Id | null;
  readonly neededBy: IsoDate | null;
  readonly askedBy: Id;
  readonly askedAt: string;
}

/** What was asked for learners and not answered: nothing was given or revoked for the act since. */
export function openRequests(tx: Tx, learnerIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<(RequestRow & { readonly institutionKey: string | null })[]>`/* consent.openRequests */
      select r.*, i.key as institution_key from consent_request r left join institution i on i.id = r.institution_id
      where r.learner_id = any(${learnerIds as Id[]}::uuid[]) and not exists (select 1 from guardian_consent c
        where c.learner_id = r.learner_id and c.act = r.act and c.recorded_at >= r.asked_at) order by r.asked_at, r.id`,
  );
}

/** A page of what nobody has answered that was asked before a moment. As guantong_job. */
export function unansweredBefore(
  tx: Tx,
  page: { readonly before: string; readonly after: RequestRow | null; readonly limit: number },
) {
  const { before, after, limit } = page;
  return tx.run(
    (sql) => sql<(RequestRow & { readonly institutionKey: string | null })[]>`/* consent.unansweredBefore */
      select r.learner_id, r.id, r.act, l.home_institution_id as institution_id, r.needed_by, r.asked_by, r.asked_at,
        i.key as institution_key
      from consent_request r join learner l on l.id = r.learner_id left join institution i on i.id = l.home_institution_id
      where r.asked_at < ${before} and (${after === null} or (r.asked_at, r.id) > (${after?.askedAt ?? null}::timestamptz, ${after?.id ?? null}::uuid))
        and l.erased_at is null and not exists (select 1 from guardian_consent c
          where c.learner_id = r.learner_id and c.act = r.act and c.recorded_at >= r.asked_at)
      order by r.asked_at, r.id limit ${limit}`,
  );
}

/** Writes down that a consent is asked for. @returns false where it was already */
export async function insertRequest(tx: Tx, row: RequestRow): Promise<boolean> {
  const rows = await tx.run(
    (sql) => sql`/* consent.insertRequest */
      insert into consent_request (learner_id, id, act, institution_id, needed_by, asked_by, asked_at)
      values (${row.learnerId}, ${row.id}, ${row.act}, ${row.institutionId}, ${row.neededBy}, ${row.askedBy}, ${row.askedAt})
      on conflict do nothing returning 1`,
  );
  return rows.length > 0;
}

/** After how many days an unanswered request is brought to mind, and again: a setting; null where it is not. */
export async function requestDays(tx: Tx): Promise<number | null> {
  const [row] = await tx.run(
    (sql) => sql<{ readonly days: number | null }[]>`/* consent.requestDays */
      select max(days) as days from reminder_lead where kind = 'CONSENT_REQUEST' and days > 0`,
  );
  return row?.days ?? null;
}
