import { plain, quoted } from "../../db/columns.ts";
import { salted } from "../../db/seal/salted.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Credits } from "../../domain/credit.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { AccountKey, AccountKind } from "../../domain/ledger/account.ts";
import type { LedgerCommand, PostedTransaction } from "../../domain/ledger/command.ts";
import type { Movement } from "../../domain/ledger/movement.ts";
import type { Standing } from "../../domain/ledger/standing.ts";
import type { Deposit } from "./deposit.ts";

/** An account and whose it is. */
export interface LearnerAccount extends AccountKey {
  readonly learnerId: Id;
  readonly homeInstitutionId: Id | null;
}

/** What a batch of postings makes of an account: how many movements, and their sum. */
export interface MovedAccount extends LearnerAccount {
  /** Its place among those of the batch, from 1. */
  place: number;
  movements: number;
  sum: number;
}

/** An account as it stands after one movement, counted from the beginning of the batch. */
export interface Step {
  readonly account: MovedAccount;
  readonly movements: number;
  readonly sum: number;
}

/** A movement and where it belongs. `line` counts from 1 within its transaction. */
export interface MovementRow {
  readonly posting: Pick<TransactionRow, "learnerId" | "transactionId" | "institutionId" | "homeInstitutionId">;
  readonly movement: Movement;
  readonly line: number;
  readonly debit: Step;
  readonly credit: Step;
}

/** A transaction as it is written. */
export interface TransactionRow {
  readonly learnerId: Id;
  readonly transactionId: Id;
  readonly idempotencyKey: string;
  readonly contentHash: string;
  readonly kind: LedgerCommand["kind"];
  readonly institutionId: Id;
  readonly homeInstitutionId: Id | null;
  readonly actorId: Id;
  readonly reason: string | null;
  readonly effectiveOn: IsoDate;
  readonly postedAt: string;
  readonly reversesId: Id | null;
}

/** A deposit with the two people it took. */
export interface AchievementRow {
  readonly deposit: Deposit;
  readonly recordedBy: Id;
  readonly confirmedBy: Id;
  readonly batchId: Id | null;
  readonly postedAt: string;
}

export interface EarlierTransaction {
  readonly learnerId: Id;
  readonly id: Id;
  readonly idempotencyKey: string;
  readonly contentHash: string;
  readonly institutionId: Id;
  readonly reason: string | null;
  readonly reasonErased: boolean;
}

/** What names something of a learner's. */
export interface LearnerKey {
  readonly learnerId: Id;
  readonly id: Id;
}

/** A course of a learner, by what `course_key` makes of its results. */
export interface CourseKey {
  readonly learnerId: Id;
  readonly courseKey: string;
}

/** Values of one column of all rows. */
const column = <Row, Value>(rows: readonly Row[], of: (row: Row) => Value): Value[] => rows.map(of);

/** Makes the accounts that are not there yet, in the order in which all writers lock them. */
export async function openAccounts(tx: Tx, accounts: readonly LearnerAccount[]): Promise<void> {
  const columns = [
    plain(column(accounts, (row) => row.learnerId)),
    plain(column(accounts, (row) => row.kind)),
    plain(column(accounts, (row) => row.ref)),
    plain(column(accounts, (row) => row.unit)),
    plain(column(accounts, (row) => row.homeInstitutionId)),
  ] as const;
  await tx.run(
    (sql) => sql`/* bank.openAccounts */
      insert into ledger_account (learner_id, kind, ref, unit, home_institution_id, version, balance)
      select *, 0, 0 from unnest(${columns[0]}::text::uuid[], ${columns[1]}::text::text[], ${columns[2]}::text::uuid[],
        ${columns[3]}::text::text[], ${columns[4]}::text::uuid[]) as w (learner_id, kind, ref, unit, home_institution_id)
      order by learner_id, kind, ref, unit
      on conflict do nothing`,
  );
}

/**
 * Locks every account of learners in sorted order, so that two postings never wait for each other. The text of ids is read
 * once: where the table is scanned it would be read for each of its rows.
 */
export async function lockAccounts(tx: Tx, learnerIds: readonly Id[]): Promise<void> {
  await tx.run(
    (sql) => sql`/* bank.lockAccounts */
      select 1 from ledger_account where learner_id = any((select ${plain(learnerIds)}::text::uuid[])::uuid[])
      order by learner_id, kind, ref, unit for update`,
  );
}

/** What one account holds of one achievement. */
export interface PositionRow extends AccountKey {
  readonly learnerId: Id;
  readonly achievementId: Id;
  readonly credits: Credits;
}

/** Where the credits of achievements lie. */
export function positionsOf(tx: Tx, achievements: readonly LearnerKey[]) {
  const [learners, ids] = [column(achievements, (row) => row.learnerId), column(achievements, (row) => row.id)];
  return tx.run(
    (sql) => sql<PositionRow[]>`/* bank.positionsOf */
      select m.learner_id, m.achievement_id, s.kind, s.ref, m.unit, sum(s.change)::int as credits
      from unnest(${plain(learners)}::text::uuid[], ${plain(ids)}::text::uuid[]) as w (learner_id, achievement_id)
      join ledger_movement m on m.learner_id = w.learner_id and m.achievement_id = w.achievement_id
      cross join lateral (values (m.credit_kind, m.credit_ref, m.amount), (m.debit_kind, m.debit_ref, -m.amount))
        as s (kind, ref, change)
      group by m.learner_id, m.achievement_id, s.kind, s.ref, m.unit`,
  );
}

/** Transactions posted before under one of these keys. */
export async function earlierTransactions(
  tx: Tx,
  wanted: readonly { readonly learnerId: Id; readonly idempotencyKey: string }[],
): Promise<readonly EarlierTransaction[]> {
  if (wanted.length === 0) return [];
  const learners = column(wanted, (row) => row.learnerId);
  const keys = column(wanted, (row) => row.idempotencyKey);
  return tx.run(
    (sql) => sql<EarlierTransaction[]>`/* bank.earlierTransactions */
      select t.learner_id, t.id, t.idempotency_key, t.content_hash, t.institution_id, t.reason,
        t.reason is null and t.reason_digest is not null as reason_erased
      from unnest(${plain(learners)}::text::uuid[], ${quoted(keys)}::text::text[]) as w (learner_id, idempotency_key)
      join ledger_transaction t using (learner_id, idempotency_key)`,
  );
}

/** A transaction with its movements and the one that reversed it, if any did. */
export interface FoundTransaction extends PostedTransaction {
  readonly learnerId: Id;
  readonly reversedBy: Id | null;
}

interface FoundRow extends LearnerKey {
  readonly kind: LedgerCommand["kind"];
  readonly reversedBy: Id | null;
  readonly movements: readonly FoundMovement[];
}
interface FoundMovement extends Omit<Movement, "debit" | "credit"> {
  readonly debitKind: AccountKind;
  readonly debitRef: Id;
  readonly creditKind: AccountKind;
  readonly creditRef: Id;
}

/** Transactions as they were posted, their movements in order; those that do not exist are left out. */
export async function postedTransactions(tx: Tx, wanted: readonly LearnerKey[]): Promise<readonly FoundTransaction[]> {
  if (wanted.length === 0) return [];
  const [learners, ids] = [column(wanted, (row) => row.learnerId), column(wanted, (row) => row.id)];
  const rows = await tx.run(
    (sql) => sql<FoundRow[]>`/* bank.postedTransactions */
      select t.learner_id, t.id, t.kind, r.id as reversed_by,
        (select coalesce(json_agg(json_build_object('unit', m.unit, 'amount', m.amount, 'debitKind', m.debit_kind,
            'debitRef', m.debit_ref, 'creditKind', m.credit_kind, 'creditRef', m.credit_ref,
            'achievementId', m.achievement_id, 'decisionId', m.decision_id, 'decisionLine', m.decision_line)
            order by m.line), '[]')
          from ledger_movement m where m.learner_id = t.learner_id and m.transaction_id = t.id) as movements
      from unnest(${plain(learners)}::text::uuid[], ${plain(ids)}::text::uuid[]) as w (learner_id, id)
      join ledger_transaction t using (learner_id, id)
      left join ledger_transaction r on r.learner_id = t.learner_id and r.reverses_id = t.id`,
  );
  return rows.map(({ movements, ...row }) => ({
    ...row,
    movements: movements.map(({ debitKind, debitRef, creditKind, creditRef, ...rest }) => ({
      ...rest,
      debit: { kind: debitKind, ref: debitRef },
      credit: { kind: creditKind, ref: creditRef },
    })),
  }));
}

/**
 * Inserts transactions. @returns the ids of those that are new. A twin sent at the same moment carries the same id as well as
 * the same key, and may meet either first.
 */
export async function insertTransactions(tx: Tx, rows: readonly TransactionRow[]): Promise<ReadonlySet<Id>> {
  const reasons = rows.map(({ reason }) => salted(reason));
  const columns = [
    plain(column(rows, (row) => row.learnerId)),
    plain(column(rows, (row) => row.transactionId)),
    plain(column(rows, (row) => row.kind)),
    quoted(column(rows, (row) => row.idempotencyKey)),
    plain(column(rows, (row) => row.contentHash)),
    plain(column(rows, (row) => row.institutionId)),
    plain(column(rows, (row) => row.homeInstitutionId)),
    plain(column(rows, (row) => row.actorId)),
    quoted(column(rows, (row) => row.reason)),
    plain(column(rows, (row) => row.effectiveOn)),
    plain(column(rows, (row) => row.postedAt)),
    plain(column(rows, (row) => row.reversesId)),
    plain(column(reasons, (reason) => reason?.salt ?? null)),
    plain(column(reasons, (reason) => reason?.digest ?? null)),
  ] as const;
  const inserted = await tx.run(
    (sql) => sql<{ readonly id: Id }[]>`/* bank.insertTransactions */
      insert into ledger_transaction (learner_id, id, kind, idempotency_key, content_hash, institution_id,
        home_institution_id, actor_id, reason, effective_on, posted_at, reverses_id, reason_salt, reason_digest)
      select * from unnest(${columns[0]}::text::uuid[], ${columns[1]}::text::uuid[], ${columns[2]}::text::text[],
        ${columns[3]}::text::text[], ${columns[4]}::text::text[], ${columns[5]}::text::uuid[],
        ${columns[6]}::text::uuid[], ${columns[7]}::text::uuid[], ${columns[8]}::text::text[],
        ${columns[9]}::text::date[], ${columns[10]}::text::timestamptz[], ${columns[11]}::text::uuid[],
        ${columns[12]}::text::text[], ${columns[13]}::text::text[])
      on conflict do nothing
      returning id`,
  );
  return new Set(inserted.map(({ id }) => id));
}

/**
 * Moves accounts and writes movements, in one statement. Accounts come sorted and are locked in that order; each movement
 * says how far back from its accounts' last state it stands, so that nobody needs to know that state beforehand. It names
 * its accounts by their places: a join would be planned for a handful of rows and be quadratic for ten thousand.
 * @param opened whether the accounts are there and locked. Only then may what a holding account has become less: the
 *   row proposed for a new one is held against its constraint before the one that is there is found.
 */
export async function moveAccounts(
  tx: Tx,
  accounts: readonly MovedAccount[],
  movements: readonly MovementRow[],
  opened: boolean,
): Promise<void> {
  if (movements.length === 0) return;
  const a = [
    plain(column(accounts, (row) => row.learnerId)),
    plain(column(accounts, (row) => row.kind)),
    plain(column(accounts, (row) => row.ref)),
    plain(column(accounts, (row) => row.unit)),
    plain(column(accounts, (row) => row.homeInstitutionId)),
    plain(column(accounts, (row) => row.movements)),
    plain(column(accounts, (row) => row.sum)),
  ] as const;
  const m = [
    plain(column(movements, (row) => row.posting.learnerId)),
    plain(column(movements, (row) => row.posting.transactionId)),
    plain(column(movements, (row) => row.line)),
    plain(column(movements, (row) => row.movement.unit)),
    plain(column(movements, (row) => row.movement.amount)),
    plain(column(movements, (row) => row.movement.debit.kind)),
    plain(column(movements, (row) => row.movement.debit.ref)),
    plain(column(movements, ({ debit }) => debit.account.place)),
    plain(column(movements, ({ debit }) => debit.account.movements - debit.movements)),
    plain(column(movements, ({ debit }) => debit.account.sum - debit.sum)),
    plain(column(movements, (row) => row.movement.credit.kind)),
    plain(column(movements, (row) => row.movement.credit.ref)),
    plain(column(movements, ({ credit }) => credit.account.place)),
    plain(column(movements, ({ credit }) => credit.account.movements - credit.movements)),
    plain(column(movements, ({ credit }) => credit.account.sum - credit.sum)),
    plain(column(movements, (row) => row.movement.achievementId)),
    plain(column(movements, (row) => row.movement.decisionId)),
    plain(column(movements, (row) => row.movement.decisionLine)),
    plain(column(movements, (row) => row.posting.homeInstitutionId)),
    plain(column(movements, (row) => row.posting.institutionId)),
  ] as const;
  await tx.run((sql) => {
    const changes = sql`unnest(${a[0]}::text::uuid[], ${a[1]}::text::text[], ${a[2]}::text::uuid[], ${a[3]}::text::text[],
      ${a[4]}::text::uuid[], ${a[5]}::text::int[], ${a[6]}::text::int[])
      as w (learner_id, kind, ref, unit, home_institution_id, version, balance)`;
    const account = opened
      ? sql`update ledger_account a set version = a.version + w.version, balance = a.balance + w.balance from ${changes}
          where a.learner_id = w.learner_id and a.kind = w.kind and a.ref = w.ref and a.unit = w.unit`
      : sql`insert into ledger_account as a (learner_id, kind, ref, unit, home_institution_id, version, balance)
          select * from ${changes} on conflict (learner_id, kind, ref, unit)
          do update set version = a.version + excluded.version, balance = a.balance + excluded.balance`;
    return sql`/* bank.moveAccounts */
      with account as (${account} returning a.learner_id, a.kind, a.ref, a.unit, a.version, a.balance),
      after as (
        select array_agg(version order by learner_id, kind collate "C", ref, unit collate "C") as version,
          array_agg(balance order by learner_id, kind collate "C", ref, unit collate "C") as balance from account)
      insert into ledger_movement (learner_id, transaction_id, line, unit, amount, debit_kind, debit_ref, debit_version,
        debit_balance, credit_kind, credit_ref, credit_version, credit_balance, achievement_id, decision_id,
        decision_line, home_institution_id, institution_id)
      select m.learner_id, m.transaction_id, m.line, m.unit, m.amount,
        m.debit_kind, m.debit_ref, after.version[m.debit] - m.debit_back, after.balance[m.debit] - m.debit_sum,
        m.credit_kind, m.credit_ref, after.version[m.credit] - m.credit_back, after.balance[m.credit] - m.credit_sum,
        m.achievement_id, m.decision_id, m.decision_line, m.home_institution_id, m.institution_id
      from after, unnest(${m[0]}::text::uuid[], ${m[1]}::text::uuid[], ${m[2]}::text::int[], ${m[3]}::text::text[],
        ${m[4]}::text::int[], ${m[5]}::text::text[], ${m[6]}::text::uuid[], ${m[7]}::text::int[], ${m[8]}::text::int[],
        ${m[9]}::text::int[], ${m[10]}::text::text[], ${m[11]}::text::uuid[], ${m[12]}::text::int[],
        ${m[13]}::text::int[], ${m[14]}::text::int[], ${m[15]}::text::uuid[], ${m[16]}::text::uuid[],
        ${m[17]}::text::int[], ${m[18]}::text::uuid[], ${m[19]}::text::uuid[]) as m (learner_id, transaction_id, line,
        unit, amount, debit_kind, debit_ref, debit, debit_back, debit_sum, credit_kind, credit_ref, credit, credit_back,
        credit_sum, achievement_id, decision_id, decision_line, home_institution_id, institution_id)`;
  });
}

export async function insertAchievements(tx: Tx, rows: readonly AchievementRow[]): Promise<void> {
  if (rows.length === 0) return;
  const columns = [
    plain(column(rows, ({ deposit }) => deposit.learnerId)),
    plain(column(rows, ({ deposit }) => deposit.achievementId)),
    plain(column(rows, ({ deposit }) => deposit.institutionId)),
    plain(column(rows, ({ deposit }) => deposit.homeInstitutionId)),
    plain(column(rows, ({ deposit }) => deposit.kind)),
    quoted(column(rows, ({ deposit }) => deposit.title.zh)),
    quoted(column(rows, ({ deposit }) => deposit.title.en)),
    plain(column(rows, ({ deposit }) => deposit.level)),
    plain(column(rows, ({ deposit }) => deposit.unit)),
    plain(column(rows, ({ deposit }) => deposit.credits)),
    quoted(column(rows, ({ deposit }) => (deposit.grade === null ? null : JSON.stringify(deposit.grade)))),
    plain(column(rows, ({ deposit }) => deposit.attempt)),
    plain(column(rows, ({ deposit }) => deposit.completedOn)),
    quoted(column(rows, ({ deposit }) => deposit.termCode)),
    plain(column(rows, ({ deposit }) => deposit.courseId)),
    quoted(column(rows, ({ deposit }) => JSON.stringify(deposit.detail))),
    plain(column(rows, (row) => row.batchId)),
    plain(column(rows, (row) => row.recordedBy)),
    plain(column(rows, (row) => row.confirmedBy)),
    plain(column(rows, (row) => row.postedAt)),
    plain(column(rows, ({ deposit }) => deposit.homeDepartmentId)),
  ] as const;
  await tx.run(
    (sql) => sql`/* bank.insertAchievements */
      insert into achievement (learner_id, id, institution_id, home_institution_id, kind, title_zh, title_en, level, unit,
        credits, grade, attempt, completed_on, term_code, course_id, detail, batch_id, recorded_by, confirmed_by,
        deposited_at, home_department_id, status)
      select *, 'DEPOSITED' from unnest(${columns[0]}::text::uuid[], ${columns[1]}::text::uuid[],
        ${columns[2]}::text::uuid[], ${columns[3]}::text::uuid[], ${columns[4]}::text::text[],
        ${columns[5]}::text::text[], ${columns[6]}::text::text[], ${columns[7]}::text::text[],
        ${columns[8]}::text::text[], ${columns[9]}::text::int[], ${columns[10]}::text::jsonb[],
        ${columns[11]}::text::text[], ${columns[12]}::text::date[], ${columns[13]}::text::text[],
        ${columns[14]}::text::uuid[], ${columns[15]}::text::jsonb[], ${columns[16]}::text::uuid[],
        ${columns[17]}::text::uuid[], ${columns[18]}::text::uuid[], ${columns[19]}::text::timestamptz[],
        ${columns[20]}::text::uuid[])`,
  );
}

/** What becomes of an achievement that is there. */
export interface Mark {
  readonly learnerId: Id;
  readonly achievementId: Id;
  readonly status: Standing["status"];
}

/** Achievements that expired, were revoked or whose deposit was reversed say so, and those that came back. */
export async function markAchievements(tx: Tx, marks: readonly Mark[]): Promise<void> {
  if (marks.length === 0) return;
  const columns = [
    plain(column(marks, (row) => row.learnerId)),
    plain(column(marks, (row) => row.achievementId)),
    plain(column(marks, (row) => row.status)),
  ] as const;
  await tx.run(
    (sql) => sql`/* bank.markAchievements */
      update achievement a set status = w.status
      from unnest(${columns[0]}::text::uuid[], ${columns[1]}::text::uuid[], ${columns[2]}::text::text[])
        as w (learner_id, id, status)
      where a.learner_id = w.learner_id and a.id = w.id`,
  );
}

/** A course of which several results are there, and the one that a posting brought, took away or gave back. */
export interface Rivalled extends CourseKey {
  readonly touched: Id;
}

/** The courses of which, beside one of these results, another one stands that was passed. */
export async function rivalledCourses(tx: Tx, results: readonly LearnerKey[]): Promise<readonly Rivalled[]> {
  if (results.length === 0) return [];
  const [learners, ids] = [column(results, (row) => row.learnerId), column(results, (row) => row.id)];
  return tx.run(
    (sql) => sql<Rivalled[]>`/* bank.rivalledCourses */
      select distinct a.learner_id, a.id as touched, course_key(a.kind, a.institution_id, a.course_id, a.title_zh, a.detail) as course_key
      from unnest(${plain(learners)}::text::uuid[], ${plain(ids)}::text::uuid[]) as w (learner_id, id)
      join achievement a on a.learner_id = w.learner_id and a.id = w.id
      join achievement o on o.learner_id = w.learner_id
        and course_key(o.kind, o.institution_id, o.course_id, o.title_zh, o.detail)
          = course_key(a.kind, a.institution_id, a.course_id, a.title_zh, a.detail)
      where o.id <> a.id and o.kind in ('COURSE', 'EXTERNAL_COURSE', 'ONLINE_COURSE') and o.credits > 0
        and a.kind in ('COURSE', 'EXTERNAL_COURSE', 'ONLINE_COURSE') and o.status in ('DEPOSITED', 'SUPERSEDED')`,
  );
}
