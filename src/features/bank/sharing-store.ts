import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { AchievementRow, AfterAchievement } from "./achievement-store.ts";

export interface SharingConsentRow {
  readonly learnerId: Id;
  readonly id: Id;
  readonly institutionId: Id;
  readonly givenAt: string;
  readonly until: IsoDate | null;
  readonly revokedAt: string | null;
}

/** A bound of the service on one answer. */
const CONSENTS_MAX = 200;

/** A learner's consents, the newest first, revoked ones too. */
export function consentsOfLearner(tx: Tx, learnerId: Id) {
  return tx.run(
    (sql) => sql<SharingConsentRow[]>`/* bank.consentsOfLearner */
      select learner_id, id, institution_id, given_at, until, revoked_at from sharing_consent
      where learner_id = ${learnerId} order by given_at desc, id desc limit ${CONSENTS_MAX}`,
  );
}

/** Consents in force for a school, the newest first; of one learner where one is named. */
export function consentsInForce(tx: Tx, institutionId: Id, learnerId: Id | null, today: IsoDate) {
  return tx.run(
    (sql) => sql<SharingConsentRow[]>`/* bank.consentsInForce */
      select learner_id, id, institution_id, given_at, until, revoked_at from sharing_consent
      where institution_id = ${institutionId} and revoked_at is null and (until is null or until >= ${today}::date)
        ${learnerId === null ? sql`` : sql`and learner_id = ${learnerId}`}
      order by given_at desc, id desc limit ${CONSENTS_MAX}`,
  );
}

/** Ends consents that are not ended yet: one, or whatever a school has. @returns those ended */
export function revokeConsents(
  tx: Tx,
  of: { readonly learnerId: Id; readonly id: Id | null; readonly institutionId: Id | null },
  by: { readonly accountId: Id; readonly at: string },
) {
  return tx.run(
    (sql) => sql<SharingConsentRow[]>`/* bank.revokeConsents */
      update sharing_consent set revoked_at = ${by.at}, revoked_by = ${by.accountId}
      where learner_id = ${of.learnerId} and revoked_at is null
        and (${of.id}::uuid is null or id = ${of.id}) and (${of.institutionId}::uuid is null or institution_id = ${of.institutionId})
      returning learner_id, id, institution_id, given_at, until, revoked_at`,
  );
}

export async function insertConsent(tx: Tx, row: Omit<SharingConsentRow, "revokedAt">, givenBy: Id): Promise<void> {
  await tx.run(
    (sql) => sql`/* bank.insertConsent */
      insert into sharing_consent (learner_id, id, institution_id, given_by, given_at, until)
      values (${row.learnerId}, ${row.id}, ${row.institutionId}, ${givenBy}, ${row.givenAt}, ${row.until})`,
  );
}

/** What a learner lets the school of the transaction read, newest first; one more than the page holds, none without a consent. */
export function sharedAchievements(tx: Tx, learnerId: Id, first: number, after: AfterAchievement | null) {
  return tx.run(
    (sql) => sql<AchievementRow[]>`/* bank.sharedAchievements */
      select learner_id, id, institution_id, kind, title_zh, title_en, level, unit, credits, grade, attempt, completed_on,
        term_code, course_id, status, deposited_at, detail,
        case kind when 'CERTIFICATE' then detail ->> 'validUntil' end as valid_until
      from shared_achievements(${learnerId}) where (${after?.id ?? null}::uuid is null
        or (completed_on, id) < (${after?.completedOn ?? null}::date, ${after?.id ?? null}::uuid))
      order by completed_on desc, id desc limit ${first + 1}`,
  );
}

/** The name of a learner who lets the school of the transaction read their record; null without a consent. */
export async function sharedLearnerName(tx: Tx, learnerId: Id): Promise<string | null> {
  const [row] = await tx.run(
    (sql) => sql<{ name: string | null }[]>`/* bank.sharedLearnerName */
      select shared_learner_name(${learnerId}) as name`,
  );
  return row?.name ?? null;
}
