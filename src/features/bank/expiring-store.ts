import type { Tx } from "../../db/transaction.ts";
import type { Credits, CreditUnit } from "../../domain/credit.ts";
import type { Id, IsoDate } from "../../domain/id.ts";

export interface AchievementKey {
  readonly learnerId: Id;
  readonly id: Id;
}
/** An achievement whose validity ends. */
export interface ExpiringRow extends AchievementKey {
  readonly institutionId: Id;
  readonly homeInstitutionId: Id | null;
  readonly unit: CreditUnit;
  readonly credits: Credits;
  readonly validUntil: IsoDate;
}

/** Deposited achievements whose last day of validity is before a day, in the order of their keys. */
export function past(tx: Tx, today: IsoDate, after: AchievementKey | null, limit: number) {
  return tx.run(
    (sql) => sql<ExpiringRow[]>`/* bank.past */
      select learner_id, id, institution_id, home_institution_id, unit, credits, detail ->> 'validUntil' as valid_until
      from achievement
      where status = 'DEPOSITED' and detail ->> 'validUntil' < ${today}
        and (${after?.learnerId ?? null}::uuid is null
          or (learner_id, id) > (${after?.learnerId ?? null}::uuid, ${after?.id ?? null}::uuid))
      order by learner_id, id limit ${limit}`,
  );
}

/** Deposited achievements whose last day lies between two days, both included. */
export function between(tx: Tx, from: IsoDate, until: IsoDate) {
  return tx.run(
    (sql) => sql<ExpiringRow[]>`/* bank.between */
      select learner_id, id, institution_id, home_institution_id, unit, credits, detail ->> 'validUntil' as valid_until
      from achievement
      where status = 'DEPOSITED' and detail ->> 'validUntil' between ${from} and ${until}
      order by learner_id, id`,
  );
}

/** How many days before its end an achievement's learner is told: settings. */
export async function expiryLeads(tx: Tx): Promise<readonly number[]> {
  const rows = await tx.run(
    (sql) => sql<{ readonly days: number }[]>`/* bank.expiryLeads */
      select days from reminder_lead where kind = 'ACHIEVEMENT_EXPIRY' order by days`,
  );
  return rows.map(({ days }) => days);
}
