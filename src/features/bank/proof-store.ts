import type { Tx } from "../../db/transaction.ts";
import type { Credits, CreditUnit } from "../../domain/credit.ts";
import type { Id } from "../../domain/id.ts";
import type { AccountKind } from "../../domain/ledger/account.ts";
import type { LedgerCommand } from "../../domain/ledger/command.ts";
import type { Standing } from "../../domain/ledger/standing.ts";
import type { Deposit } from "./deposit.ts";

/** The learners of a span of ids: after `after`, up to and with `to`. */
export interface Span {
  readonly after: Id;
  readonly to: Id;
}

/** The next `many` learners who have anything in the bank; null where there are none. */
export async function nextSpan(tx: Tx, after: Id, many: number): Promise<Span | null> {
  const [found] = await tx.run(
    (sql) => sql<{ to: Id | null }[]>`/* bank.nextSpan */
      select max(learner_id::text)::uuid as to from (
        (select distinct learner_id from ledger_account where learner_id > ${after} order by learner_id limit ${many})
        union (select distinct learner_id from ledger_transaction where learner_id > ${after} order by learner_id limit ${many})
        union (select distinct learner_id from ledger_movement where learner_id > ${after} order by learner_id limit ${many})
        union (select distinct learner_id from achievement where learner_id > ${after} order by learner_id limit ${many})
        order by 1 limit ${many}) l`,
  );
  return found === undefined || found.to === null ? null : { after, to: found.to };
}

export interface TransactionRow {
  readonly learnerId: Id;
  readonly id: Id;
  readonly kind: LedgerCommand["kind"];
  readonly institutionId: Id;
  readonly reversesId: Id | null;
  readonly contentHash: string;
  readonly reason: string | null;
  readonly reasonDigest: string | null;
}

export function transactions(tx: Tx, { after, to }: Span) {
  return tx.run(
    (sql) => sql<TransactionRow[]>`/* bank.transactionsOfSpan */
      select learner_id, id, kind, institution_id, reverses_id, content_hash, reason, reason_digest
      from ledger_transaction where learner_id > ${after} and learner_id <= ${to} order by learner_id, id`,
  );
}

export interface MovementRow {
  readonly learnerId: Id;
  readonly transactionId: Id;
  readonly line: number;
  readonly unit: CreditUnit;
  readonly amount: Credits;
  readonly debitKind: AccountKind;
  readonly debitRef: Id;
  readonly debitVersion: number;
  readonly debitBalance: Credits;
  readonly creditKind: AccountKind;
  readonly creditRef: Id;
  readonly creditVersion: number;
  readonly creditBalance: Credits;
  readonly achievementId: Id | null;
  readonly decisionId: Id | null;
  readonly decisionLine: number | null;
}

export function movements(tx: Tx, { after, to }: Span) {
  return tx.run(
    (sql) => sql<MovementRow[]>`/* bank.movementsOfSpan */
      select learner_id, transaction_id, line, unit, amount, debit_kind, debit_ref, debit_version, debit_balance,
        credit_kind, credit_ref, credit_version, credit_balance, achievement_id, decision_id, decision_line
      from ledger_movement where learner_id > ${after} and learner_id <= ${to} order by learner_id, transaction_id, line`,
  );
}

export interface AccountRow {
  readonly learnerId: Id;
  readonly kind: AccountKind;
  readonly ref: Id;
  readonly unit: CreditUnit;
  readonly version: number;
  readonly balance: Credits;
}

export function accounts(tx: Tx, { after, to }: Span) {
  return tx.run(
    (sql) => sql<AccountRow[]>`/* bank.accountsOfSpan */
      select learner_id, kind, ref, unit, version, balance from ledger_account
      where learner_id > ${after} and learner_id <= ${to} order by learner_id, kind, ref, unit`,
  );
}

/** An achievement with all that its deposit said. */
export type AchievementRow = Omit<
  Deposit,
  "achievementId" | "homeInstitutionId" | "homeDepartmentId" | "title" | "level" | "idempotencyKey"
> & { readonly id: Id; readonly status: Standing["status"] };

export function achievements(tx: Tx, { after, to }: Span) {
  return tx.run(
    (sql) => sql<AchievementRow[]>`/* bank.achievementsOfSpan */
      select learner_id, id, institution_id, kind, unit, credits, grade, attempt, completed_on, term_code, course_id,
        detail, status
      from achievement where learner_id > ${after} and learner_id <= ${to} order by learner_id, id`,
  );
}
