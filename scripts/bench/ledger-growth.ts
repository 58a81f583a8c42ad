import type postgres from "postgres";
import type { Viewer } from "../../src/auth/viewer.ts";
import type { Database, Tx } from "../../src/db/transaction.ts";
import { achievementsOfSchool, statementOf } from "../../src/features/bank/statement.ts";
import { balancesAsOf } from "../../src/features/bank/statement-store.ts";
import { LI } from "../../test/features/bank/school.ts";
import type { Figures } from "../bench.ts";

/** Movements of one learner: a long life in the bank. */
const PER_LEARNER = 100;
const READS = 200;

/** Schools share the movements: each has as many learners, however large the ledger is. */
const LEARNERS_PER_SCHOOL = 1_000;

const learnerSql = `('00000000-0000-4000-9000-' || lpad(to_hex(n / ${PER_LEARNER}), 12, '0'))::uuid`;
const schoolSql = `('00000000-0000-4000-a000-' || lpad(to_hex(n / ${PER_LEARNER * LEARNERS_PER_SCHOOL}), 12, '0'))::uuid`;
const entrySql = `('00000000-0000-4000-b000-' || lpad(to_hex(n), 12, '0'))::uuid`;
const NIL = "'00000000-0000-0000-0000-000000000000'::uuid";
const daySql = `date '2010-01-01' + (n % 6000)`;

/** Adds the movements `from` to `to` with the transactions and achievements behind them. */
async function grow(sql: postgres.Sql, from: number, to: number): Promise<void> {
  const series = `generate_series(${from}, ${to - 1}) as n`;
  await sql.unsafe(`insert into ledger_transaction (learner_id, id, kind, idempotency_key, content_hash, institution_id,
      home_institution_id, actor_id, effective_on, posted_at)
    select ${learnerSql}, ${entrySql}, 'DEPOSIT', 'grown ' || n, md5(n::text), ${schoolSql}, ${schoolSql}, ${NIL}, ${daySql},
      timestamptz '2010-01-01' + n * interval '1 second' from ${series}`);
  await sql.unsafe(`insert into ledger_movement (learner_id, transaction_id, line, unit, amount, debit_kind, debit_ref,
      debit_version, debit_balance, credit_kind, credit_ref, credit_version, credit_balance, achievement_id,
      home_institution_id, institution_id)
    select ${learnerSql}, ${entrySql}, 1, 'SECONDARY', 400, 'ISSUED', ${schoolSql}, n % ${PER_LEARNER} + 1,
      -400 * (n % ${PER_LEARNER} + 1), 'BANKED', ${NIL}, n % ${PER_LEARNER} + 1, 400 * (n % ${PER_LEARNER} + 1), ${entrySql},
      ${schoolSql}, ${schoolSql} from ${series}`);
  await sql.unsafe(`insert into achievement (learner_id, id, institution_id, home_institution_id, kind, title_zh, title_en,
      level, unit, credits, completed_on, detail, status, recorded_by, confirmed_by, deposited_at)
    select ${learnerSql}, ${entrySql}, ${schoolSql}, ${schoolSql}, 'COURSE', '数学', 'Mathematics', 'SECONDARY', 'SECONDARY',
      400, ${daySql}, '{}', 'DEPOSITED', ${NIL}, ${NIL}, '2010-01-01' from ${series}`);
}

/** Half of the reads are faster than this. Milliseconds. */
async function median(db: Database, viewer: Viewer, read: (tx: Tx, n: number) => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let n = 0; n < READS; n += 1) {
    const tx = db.read(viewer);
    const began = performance.now();
    await read(tx, n);
    taken.push(performance.now() - began);
    tx.end();
  }
  return taken.toSorted((a, b) => a - b)[READS / 2] ?? Number.NaN;
}

interface Reads {
  readonly balance: number;
  readonly statement: number;
  readonly list: number;
}

/** What a registrar of the first school waits for. */
async function reads(db: Database): Promise<Reads> {
  const school = "00000000-0000-4000-a000-000000000000";
  const viewer: Viewer = { ...LI, institutionId: school };
  const learner = (n: number) => `00000000-0000-4000-9000-${(n % LEARNERS_PER_SCHOOL).toString(16).padStart(12, "0")}`;
  const owner = (n: number) => ({ id: learner(n), homeInstitutionId: school, homeDepartmentId: null });
  await median(db, viewer, (tx, n) => statementOf(tx, viewer, owner(n), "2027-01-01"));
  return {
    balance: await median(db, viewer, (tx, n) => balancesAsOf(tx, learner(n), "2027-01-01", null)),
    statement: await median(db, viewer, (tx, n) => statementOf(tx, viewer, owner(n), "2027-01-01")),
    list: await median(db, viewer, (tx) => achievementsOfSchool(tx, viewer, { first: 50, after: null })),
  };
}

/** What a balance, a statement and a school's first page cost in a small ledger and in a large one. */
export async function growth(
  sql: postgres.Sql,
  db: Database,
  movements: { readonly few: number; readonly many: number },
): Promise<Figures> {
  await sql`truncate ledger_transaction, ledger_movement, ledger_account, achievement`;
  await grow(sql, 0, movements.few);
  await sql`vacuum analyze`;
  const few = await reads(db);
  const step = 500_000;
  for (let from = movements.few; from < movements.many; from += step) {
    await grow(sql, from, Math.min(from + step, movements.many));
  }
  await sql`vacuum analyze`;
  const many = await reads(db);
  const ratios = [many.balance / few.balance, many.statement / few.statement, many.list / few.list];
  return {
    movements_many: movements.many,
    balance_few_ms: few.balance,
    balance_many_ms: many.balance,
    statement_few_ms: few.statement,
    statement_many_ms: many.statement,
    list_few_ms: few.list,
    list_many_ms: many.list,
    statement_growth_ratio: Math.max(...ratios),
  };
}
