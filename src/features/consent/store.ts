import type { Tx } from "../../db/transaction.ts";
import type { ConsentEvent, KeptRequirement } from "../../domain/consent.ts";
import type { Id } from "../../domain/id.ts";

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
