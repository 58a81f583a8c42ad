import type { Tx } from "../../db/transaction.ts";
import type { Credits, CreditUnit } from "../../domain/credit.ts";
import type { Id, IsoDate } from "../../domain/id.ts";

/** What a learner has in one unit; hundredths. */
export interface BalanceRow {
  readonly unit: CreditUnit;
  readonly banked: Credits;
  readonly held: Credits;
  readonly used: Credits;
  readonly recognised: Credits;
}

/** The balances that the movements effective by a day add up to. */
export function balancesAsOf(tx: Tx, learnerId: Id, asOf: IsoDate) {
  return tx.run(
    (sql) => sql<BalanceRow[]>`/* bank.balancesAsOf */
      with side as (
        select m.unit, m.credit_kind as kind, m.amount from ledger_movement m
        join ledger_transaction t on t.learner_id = m.learner_id and t.id = m.transaction_id
        where m.learner_id = any(same_person(${learnerId})) and t.effective_on <= ${asOf}::date
        union all
        select m.unit, m.debit_kind, -m.amount from ledger_movement m
        join ledger_transaction t on t.learner_id = m.learner_id and t.id = m.transaction_id
        where m.learner_id = any(same_person(${learnerId})) and t.effective_on <= ${asOf}::date)
      select unit, coalesce(sum(amount) filter (where kind = 'BANKED'), 0)::int as banked,
        coalesce(sum(amount) filter (where kind = 'HELD'), 0)::int as held,
        coalesce(sum(amount) filter (where kind = 'USED'), 0)::int as used,
        coalesce(sum(amount) filter (where kind = 'RECOGNISED'), 0)::int as recognised
      from side group by unit order by unit`,
  );
}

/** What one institution has issued to the learner in one unit. */
export interface IssuedRow {
  readonly institutionId: Id;
  readonly unit: CreditUnit;
  readonly credits: Credits;
}

export function issuedAsOf(tx: Tx, learnerId: Id, asOf: IsoDate) {
  return tx.run(
    (sql) => sql<IssuedRow[]>`/* bank.issuedAsOf */
      select case when m.debit_kind = 'ISSUED' then m.debit_ref else m.credit_ref end as institution_id, m.unit,
        sum(case when m.debit_kind = 'ISSUED' then m.amount else -m.amount end)::int as credits
      from ledger_movement m
      join ledger_transaction t on t.learner_id = m.learner_id and t.id = m.transaction_id
      where m.learner_id = any(same_person(${learnerId})) and t.effective_on <= ${asOf}::date
        and (m.debit_kind = 'ISSUED' or m.credit_kind = 'ISSUED')
      group by 1, 2 order by 1, 2`,
  );
}

/** One movement into the bank or out of it. */
export interface EntryRow {
  readonly learnerId: Id;
  readonly transactionId: Id;
  readonly kind: string;
  readonly effectiveOn: IsoDate;
  readonly postedAt: string;
  readonly unit: CreditUnit;
  readonly amount: Credits;
  readonly balanceAfter: Credits;
  readonly achievementId: Id | null;
  readonly reason: string | null;
}

/** Movements of what the learner owns, in the opposite order of posting. */
export function entriesAsOf(tx: Tx, learnerId: Id, asOf: IsoDate, limit: number) {
  return tx.run(
    (sql) => sql<EntryRow[]>`/* bank.entriesAsOf */
      select m.learner_id, m.transaction_id, t.kind, t.effective_on, t.posted_at, m.unit, m.achievement_id, t.reason,
        case when m.credit_kind = 'BANKED' then m.amount else -m.amount end as amount,
        case when m.credit_kind = 'BANKED' then m.credit_balance else m.debit_balance end as balance_after
      from ledger_movement m
      join ledger_transaction t on t.learner_id = m.learner_id and t.id = m.transaction_id
      where m.learner_id = any(same_person(${learnerId})) and t.effective_on <= ${asOf}::date
        and (m.credit_kind = 'BANKED' or m.debit_kind = 'BANKED')
      order by t.posted_at desc, case when m.credit_kind = 'BANKED' then m.credit_version else m.debit_version end desc, m.unit
      limit ${limit}`,
  );
}
