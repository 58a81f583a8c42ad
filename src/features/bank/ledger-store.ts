import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { AccountKey, AccountKind, AccountState } from "../../domain/ledger/account.ts";
import type { PostedMovement } from "../../domain/ledger/apply.ts";
import type { LedgerCommand } from "../../domain/ledger/command.ts";
import type { Movement } from "../../domain/ledger/movement.ts";
import type { Deposit } from "./deposit.ts";

/** An account and whose it is. */
export interface LearnerAccount extends AccountKey {
  readonly learnerId: Id;
  readonly homeInstitutionId: Id | null;
}

/** Where a movement belongs. `line` counts from 1 within its transaction. */
export interface Owned {
  readonly learnerId: Id;
  readonly transactionId: Id;
  readonly line: number;
  readonly institutionId: Id;
  readonly homeInstitutionId: Id | null;
}

/** A transaction as it is written. */
export interface TransactionRow {
  readonly learnerId: Id;
  readonly transactionId: Id;
  readonly idempotencyKey: string;
  readonly contentHash: string;
  readonly command: LedgerCommand;
  readonly institutionId: Id;
  readonly homeInstitutionId: Id | null;
  readonly actorId: Id;
  readonly reason: string | null;
  readonly effectiveOn: IsoDate;
  readonly postedAt: string;
  readonly deposit: Deposit | null;
}

export interface EarlierTransaction {
  readonly learnerId: Id;
  readonly id: Id;
  readonly idempotencyKey: string;
  readonly contentHash: string;
  readonly institutionId: Id;
}

/** Rows as one parameter: a statement stays the same for one row and for ten thousand. */
const rowsOf = (rows: readonly object[]): string => JSON.stringify(rows);

const accountRow = (account: LearnerAccount) => ({
  learner_id: account.learnerId,
  kind: account.kind,
  ref: account.ref,
  unit: account.unit,
  home_institution_id: account.homeInstitutionId,
});

/** Makes the accounts that are not there yet, in the order in which all writers lock them. */
export async function openAccounts(tx: Tx, accounts: readonly LearnerAccount[]): Promise<void> {
  const rows = rowsOf(accounts.map((account) => ({ ...accountRow(account), version: 0, balance: 0 })));
  await tx.run(
    (sql) => sql`/* bank.openAccounts */
      insert into ledger_account
      select * from json_populate_recordset(null::ledger_account, ${rows}::text::json)
      order by learner_id, kind, ref, unit
      on conflict do nothing`,
  );
}

/** Locks accounts in sorted order, so that two postings never wait for each other, and reads their states. */
export async function lockAccounts(
  tx: Tx,
  accounts: readonly LearnerAccount[],
): Promise<(LearnerAccount & AccountState)[]> {
  const rows = rowsOf(accounts.map(accountRow));
  return tx.run(
    (sql) => sql<(LearnerAccount & AccountState)[]>`/* bank.lockAccounts */
      select a.learner_id, a.home_institution_id, a.kind, a.ref, a.unit, a.version, a.balance
      from ledger_account a
      join json_populate_recordset(null::ledger_account, ${rows}::text::json) w using (learner_id, kind, ref, unit)
      order by a.learner_id, a.kind, a.ref, a.unit
      for update of a`,
  );
}

/** Transactions posted before under one of these keys. */
export async function earlierTransactions(
  tx: Tx,
  wanted: readonly { readonly learnerId: Id; readonly idempotencyKey: string }[],
): Promise<EarlierTransaction[]> {
  const rows = rowsOf(wanted.map((key) => ({ learner_id: key.learnerId, idempotency_key: key.idempotencyKey })));
  return tx.run(
    (sql) => sql<EarlierTransaction[]>`/* bank.earlierTransactions */
      select t.learner_id, t.id, t.idempotency_key, t.content_hash, t.institution_id
      from ledger_transaction t
      join json_populate_recordset(null::ledger_transaction, ${rows}::text::json) w using (learner_id, idempotency_key)`,
  );
}

/** The movements of one transaction as they were posted, in order; null where there is no such transaction. */
export async function postedMovements(tx: Tx, learnerId: Id, transactionId: Id): Promise<Movement[] | null> {
  const rows = await tx.run(
    (sql) => sql<(Omit<Movement, "debit" | "credit"> & MovementSides)[]>`/* bank.postedMovements */
      select m.unit, m.amount, m.debit_kind, m.debit_ref, m.credit_kind, m.credit_ref,
        m.achievement_id, m.decision_id, m.decision_line
      from ledger_transaction t
      left join ledger_movement m on m.learner_id = t.learner_id and m.transaction_id = t.id
      where t.learner_id = ${learnerId} and t.id = ${transactionId}
      order by m.line`,
  );
  if (rows.length === 0) return null;
  return rows
    .filter((row) => row.amount !== null)
    .map(({ debitKind, debitRef, creditKind, creditRef, ...rest }) => ({
      ...rest,
      debit: { kind: debitKind, ref: debitRef },
      credit: { kind: creditKind, ref: creditRef },
    }));
}

interface MovementSides {
  readonly debitKind: AccountKind;
  readonly debitRef: Id;
  readonly creditKind: AccountKind;
  readonly creditRef: Id;
}

/** Whether something has reversed this transaction. */
export async function isReversed(tx: Tx, learnerId: Id, transactionId: Id): Promise<boolean> {
  const rows = await tx.run(
    (sql) => sql`/* bank.isReversed */
      select 1 from ledger_transaction where learner_id = ${learnerId} and reverses_id = ${transactionId}`,
  );
  return rows.length > 0;
}

export async function insertTransactions(tx: Tx, transactions: readonly TransactionRow[]): Promise<void> {
  const rows = rowsOf(
    transactions.map((row) => ({
      learner_id: row.learnerId,
      id: row.transactionId,
      kind: row.command.kind,
      idempotency_key: row.idempotencyKey,
      content_hash: row.contentHash,
      institution_id: row.institutionId,
      home_institution_id: row.homeInstitutionId,
      actor_id: row.actorId,
      reason: row.reason,
      effective_on: row.effectiveOn,
      posted_at: row.postedAt,
      reverses_id: "reverses" in row.command ? row.command.reverses : null,
    })),
  );
  await tx.run(
    (sql) => sql`/* bank.insertTransactions */
      insert into ledger_transaction
      select * from json_populate_recordset(null::ledger_transaction, ${rows}::text::json)`,
  );
}

export async function insertMovements(tx: Tx, movements: readonly (PostedMovement & Owned)[]): Promise<void> {
  if (movements.length === 0) return;
  const rows = rowsOf(
    movements.map((row) => ({
      learner_id: row.learnerId,
      transaction_id: row.transactionId,
      line: row.line,
      unit: row.unit,
      amount: row.amount,
      debit_kind: row.debit.kind,
      debit_ref: row.debit.ref,
      debit_version: row.debitState.version,
      debit_balance: row.debitState.balance,
      credit_kind: row.credit.kind,
      credit_ref: row.credit.ref,
      credit_version: row.creditState.version,
      credit_balance: row.creditState.balance,
      achievement_id: row.achievementId,
      decision_id: row.decisionId,
      decision_line: row.decisionLine,
      home_institution_id: row.homeInstitutionId,
      institution_id: row.institutionId,
    })),
  );
  await tx.run(
    (sql) => sql`/* bank.insertMovements */
      insert into ledger_movement
      select * from json_populate_recordset(null::ledger_movement, ${rows}::text::json)`,
  );
}

export async function updateAccounts(tx: Tx, accounts: readonly (LearnerAccount & AccountState)[]): Promise<void> {
  if (accounts.length === 0) return;
  const rows = rowsOf(
    accounts.map((account) => ({ ...accountRow(account), version: account.version, balance: account.balance })),
  );
  await tx.run(
    (sql) => sql`/* bank.updateAccounts */
      update ledger_account a set version = w.version, balance = w.balance
      from json_populate_recordset(null::ledger_account, ${rows}::text::json) w
      where a.learner_id = w.learner_id and a.kind = w.kind and a.ref = w.ref and a.unit = w.unit`,
  );
}

export async function insertAchievements(
  tx: Tx,
  transactions: readonly TransactionRow[],
  actors: { readonly recordedBy: Id; readonly confirmedBy: Id; readonly batchId: Id | null; readonly postedAt: string },
): Promise<void> {
  const rows = rowsOf(
    transactions.flatMap(({ deposit }) => (deposit === null ? [] : [achievementRow(deposit, actors)])),
  );
  await tx.run(
    (sql) => sql`/* bank.insertAchievements */
      insert into achievement select * from json_populate_recordset(null::achievement, ${rows}::text::json)`,
  );
}

function achievementRow(
  deposit: Deposit,
  actors: { readonly recordedBy: Id; readonly confirmedBy: Id; readonly batchId: Id | null; readonly postedAt: string },
) {
  return {
    learner_id: deposit.learnerId,
    id: deposit.achievementId,
    institution_id: deposit.institutionId,
    home_institution_id: deposit.homeInstitutionId,
    home_department_id: deposit.homeDepartmentId,
    kind: deposit.kind,
    title_zh: deposit.title.zh,
    title_en: deposit.title.en,
    level: deposit.level,
    unit: deposit.unit,
    credits: deposit.credits,
    grade: deposit.grade,
    attempt: deposit.attempt,
    completed_on: deposit.completedOn,
    term_code: deposit.termCode,
    course_id: deposit.courseId,
    detail: deposit.detail,
    status: "DEPOSITED",
    batch_id: actors.batchId,
    recorded_by: actors.recordedBy,
    confirmed_by: actors.confirmedBy,
    deposited_at: actors.postedAt,
  };
}

interface Mark {
  readonly achievementId: Id;
  readonly status: "EXPIRED" | "REVOKED" | "REVERSED";
}

/** What a command makes of an achievement that is there; null where it leaves all as they are. */
function markOf(command: LedgerCommand): Mark | null {
  if (command.kind === "EXPIRE" || command.kind === "REVOKE") {
    return { achievementId: command.achievementId, status: command.kind === "EXPIRE" ? "EXPIRED" : "REVOKED" };
  }
  // A deposit's transaction and its achievement carry one id; reversing another kind of transaction finds none.
  return "reverses" in command ? { achievementId: command.reverses, status: "REVERSED" } : null;
}

/** Achievements that expired, were revoked or whose deposit was reversed say so. */
export async function markAchievements(tx: Tx, transactions: readonly TransactionRow[]): Promise<void> {
  for (const { learnerId, command } of transactions) {
    const mark = markOf(command);
    if (mark === null) continue;
    await tx.run(
      (sql) => sql`/* bank.markAchievement */
        update achievement set status = ${mark.status} where learner_id = ${learnerId} and id = ${mark.achievementId}`,
    );
  }
}
