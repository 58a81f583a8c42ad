import { execFile } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { writeXlsxStream } from "hucre";
import type postgres from "postgres";
import { connect, openDatabase } from "../../src/db/client.ts";
import { startEmbedded } from "../../src/db/embedded.ts";
import { migrate } from "../../src/db/migrate.ts";
import type { Database } from "../../src/db/transaction.ts";
import type { Id } from "../../src/domain/id.ts";
import { isProblem } from "../../src/domain/problem.ts";
import { confirmBatch } from "../../src/features/bank/confirming.ts";
import { openLedgerDesk, type LedgerDesk } from "../../src/features/bank/ledger-desk.ts";
import { prepareDeposit } from "../../src/features/bank/preparing.ts";
import { recordAchievements } from "../../src/features/bank/recording.ts";
import {
  courseDeposit,
  idOf,
  LI,
  NOW,
  openAccounts,
  openSchool,
  SCHOOL,
  studentNo,
  WANG,
} from "../../test/features/bank/school.ts";
import { type Cell, csv, HEADER, result } from "../../test/features/bank/sheets.ts";
import type { Figures } from "../bench.ts";
import { growth } from "./ledger-growth.ts";

/** How long each rate is measured. Milliseconds. */
const MEASURED_MS = 5_000;
const LEARNERS = 26_000;
const BATCH_ROWS = 10_000;
const TERM_ROWS = 260_000;
/** Movements of the small and of the large ledger that lists and balances are read from. */
const MOVEMENTS = { few: 100_000, many: 10_000_000 };

const LEDGER_TABLES = ["achievement", "ledger_transaction", "ledger_movement", "ledger_account"] as const;
const ACTORS = {
  recordedBy: WANG.accountId ?? "",
  confirmedBy: LI.accountId ?? "",
  batchId: null,
  postedAt: NOW.toISOString(),
};

const flag = (name: string): string | null => {
  const found = process.argv.find((argument) => argument.startsWith(`--${name}=`));
  return found === undefined ? null : found.slice(name.length + 3);
};
const sized = (name: string, full: number): number => Number(flag(name) ?? full);

/** How often `act` is done in a second by so many callers, each waiting for its answer before it asks again. */
async function rate(callers: number, act: (n: number) => Promise<unknown>): Promise<number> {
  let [done, next] = [0, 0];
  const began = performance.now();
  const until = began + MEASURED_MS;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < until) {
        await act((next += 1));
        done += 1;
      }
    }),
  );
  return (done * 1000) / (performance.now() - began);
}

/** One transaction with two plain inserts into tables indexed as the ledger's are. */
function plainTransaction(db: Database, n: number): Promise<unknown> {
  const [learner, id, nil] = [idOf(`plain/${n % LEARNERS}`), idOf(`plain/transaction/${n}`), idOf("nobody")];
  return db.write(LI, (tx) =>
    Promise.all([
      tx.run(
        (sql) => sql`insert into plain_ledger_transaction (learner_id, id, kind, idempotency_key, content_hash,
            institution_id, actor_id, effective_on, posted_at)
          values (${learner}, ${id}, 'DEPOSIT', ${`key ${n}`}, ${id}, ${SCHOOL}, ${nil}, '2026-01-10', ${ACTORS.postedAt})`,
      ),
      tx.run(
        (
          sql,
        ) => sql`insert into plain_ledger_movement (learner_id, transaction_id, line, unit, amount, debit_kind, debit_ref,
            debit_version, debit_balance, credit_kind, credit_ref, credit_version, credit_balance, institution_id)
          values (${learner}, ${id}, 1, 'SECONDARY', 400, 'ISSUED', ${SCHOOL}, ${n}, ${-n}, 'BANKED', ${nil}, ${n}, ${n}, ${SCHOOL})`,
      ),
    ]),
  );
}

let posted = 0;
/** Deposits for learner after learner, each under a key of its own. */
async function depositOne(desk: LedgerDesk): Promise<void> {
  posted += 1;
  const answer = await desk.submit(
    prepareDeposit(
      {
        ...courseDeposit((posted % LEARNERS) + 1, { idempotencyKey: `bench ${posted}` }),
        achievementId: idOf(`bench/${posted}`),
      },
      ACTORS,
    ),
  );
  if (isProblem(answer)) throw new Error(answer.code);
}

/** What the disk gives: the server's own tool, where it can be found. Flushes a second. */
async function fsyncPerSecond(directory: string): Promise<number> {
  const roots = await readdir("/usr/lib/postgresql").catch(() => []);
  for (const version of roots.toSorted().reverse()) {
    const tool = `/usr/lib/postgresql/${version}/bin/pg_test_fsync`;
    const run = promisify(execFile)(tool, ["-s", "1", "-f", join(directory, "fsync")]);
    const found = await run.then(
      ({ stdout }) => /fdatasync\s+([\d.]+) ops\/sec/.exec(stdout),
      () => null,
    );
    if (found !== null) return Number(found[1]);
  }
  return Number.NaN;
}

async function rates(sql: postgres.Sql, url: string): Promise<Figures> {
  for (const table of ["ledger_transaction", "ledger_movement"]) {
    await sql.unsafe(`create table plain_${table} (like ${table} including all)`);
    await sql.unsafe(`grant select, insert on plain_${table} to guantong_writer`);
  }
  const eight = openDatabase(url, { role: "guantong_writer", max: 8 });
  const pools = Array.from({ length: 8 }, () => openDatabase(url, { role: "guantong_writer", max: 1 }));
  const [first, second] = pools as [Database, Database];
  const desk = openLedgerDesk([first, second], { queueMax: 1_000 });
  const alone = openLedgerDesk(pools as [Database, ...Database[]], { batchMax: 1 });
  await rate(8, () => depositOne(desk));
  const plain = await rate(8, (n) => plainTransaction(eight, n));
  const each = await rate(8, () => depositOne(alone));
  const single = await rate(8, () => depositOne(desk));
  const fifty = await rate(50, () => depositOne(desk));
  const fiveHundred = await rate(500, () => depositOne(desk));
  await Promise.all([eight.end(), ...pools.map((pool) => pool.end())]);
  return {
    plain_per_s: plain,
    one_each_per_s: each,
    single_per_s: single,
    coalesced_50_per_s: fifty,
    coalesced_500_per_s: fiveHundred,
    one_each_ratio: each / plain,
    post_ratio: single / plain,
    coalesced_ratio_50: fifty / plain,
    coalesced_ratio_500: fiveHundred / plain,
  };
}

/** Results of as many learners, ten each. */
function resultsOf(from: number, rows: number, term: string): Cell[][] {
  const codes = Array.from({ length: 10 }, (_, course) => `C${course}`);
  return Array.from({ length: rows }, (_, n) =>
    result(studentNo(from + Math.floor(n / 10)), 60 + (n % 40), codes[n % 10], term),
  );
}

/** The same as a sheet that a school sends. */
const sheetOf = (from: number, rows: number, term: string): Buffer => csv([HEADER, ...resultsOf(from, rows, term)]);

async function record(db: Database, bytes: Buffer): Promise<{ readonly id: Id; readonly ms: number }> {
  const began = performance.now();
  const recorded = await db.write(WANG, (tx) =>
    recordAchievements(tx, WANG, {
      bytes,
      fileName: "成绩.csv",
      setBadRowsAside: false,
      now: NOW,
      today: "2026-07-10",
    }),
  );
  if (isProblem(recorded) || recorded.kind !== "recorded" || recorded.batch === null) {
    throw new Error(JSON.stringify(recorded).slice(0, 500));
  }
  return { id: recorded.batch.id, ms: performance.now() - began };
}

async function confirm(ledger: Database, id: Id): Promise<number> {
  const began = performance.now();
  const confirmed = await ledger.write(LI, (tx) => confirmBatch(tx, LI, id, NOW));
  if (isProblem(confirmed)) throw new Error(confirmed.code);
  return performance.now() - began;
}

/** Copies what a batch wrote into tables with the same indexes: the fastest that the server can take it. */
async function copied(sql: postgres.Sql, batchId: Id): Promise<{ readonly rows: number; readonly ms: number }> {
  let [rows, ms] = [0, 0];
  for (const table of LEDGER_TABLES) {
    const own: Record<string, string> = {
      achievement: `batch_id = '${batchId}'`,
      ledger_transaction: `id in (select id from achievement where batch_id = '${batchId}')`,
      ledger_movement: `transaction_id in (select id from achievement where batch_id = '${batchId}')`,
      ledger_account: `learner_id in (select learner_id from achievement where batch_id = '${batchId}')`,
    };
    await sql.unsafe(`create table copied_${table} (like ${table} including all)`);
    // from a file of the server's own, so that nothing of it is the client's
    const file = join(tmpdir(), `guantong-bench-${batchId}-${table}.copy`);
    await sql.unsafe(`copy (select * from ${table} where ${own[table]}) to '${file}'`);
    const began = performance.now();
    await sql.unsafe(`copy copied_${table} from '${file}'`);
    ms += performance.now() - began;
    await rm(file);
    const [counted] = await sql.unsafe(`select count(*)::int as n from copied_${table}`);
    rows += Number(counted?.["n"]);
    await sql.unsafe(`drop table copied_${table}`);
  }
  return { rows, ms };
}

/** Confirming one batch, and copying the same rows; the best of three of each. */
async function bulk(sql: postgres.Sql, db: Database, ledger: Database): Promise<Figures> {
  const rows = sized("rows", BATCH_ROWS);
  const tries: { readonly confirmed: number; readonly copied: number; readonly rows: number }[] = [];
  for (const term of ["2022-2023-1", "2022-2023-2", "2023-2024-1"]) {
    const { id } = await record(db, sheetOf(1, rows, term));
    const confirmed = await confirm(ledger, id);
    const copy = await copied(sql, id);
    tries.push({ confirmed, copied: copy.ms, rows: copy.rows });
  }
  const best = (of: "confirmed" | "copied") => Math.min(...tries.map((each) => each[of]));
  return {
    bulk_ledger_rows: tries[0]?.rows ?? 0,
    bulk_confirm_ms: best("confirmed"),
    bulk_copy_ms: best("copied"),
    bulk_copy_ratio: best("copied") / best("confirmed"),
  };
}

/** What a process of its own says of one sheet it took through two people. */
interface Taken {
  readonly batchId: Id;
  readonly recordMs: number;
  readonly confirmMs: number;
  readonly rssMb: number;
}

/** Takes a sheet from a file into the bank, in a process that does nothing else: its memory is the import's. */
async function takenIn(url: string, file: string): Promise<Taken> {
  const child = join(import.meta.dirname, "import-child.ts");
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", child, url, file]);
  return JSON.parse(stdout) as Taken;
}

/** A term of the whole school as one sheet, once as .csv and once, a term later, as .xlsx. */
async function term(sql: postgres.Sql, url: string, directory: string): Promise<Figures> {
  const rows = sized("term-rows", TERM_ROWS);
  const csvFile = join(directory, "term.csv");
  const xlsxFile = join(directory, "term.xlsx");
  await writeFile(csvFile, csv([HEADER, ...resultsOf(1, rows, "2025-2026-2")]));
  const sheet = writeXlsxStream([HEADER, ...resultsOf(1, rows, "2026-2027-1")], { name: "成绩", inlineStrings: false });
  await pipeline(Readable.from(sheet as AsyncIterable<Uint8Array>), createWriteStream(xlsxFile));
  const ofCsv = await takenIn(url, csvFile);
  const ofXlsx = await takenIn(url, xlsxFile);
  const copy = await copied(sql, ofCsv.batchId);
  return {
    import_rows: rows,
    import_csv_record_s: ofCsv.recordMs / 1000,
    import_csv_confirm_s: ofCsv.confirmMs / 1000,
    import_xlsx_record_s: ofXlsx.recordMs / 1000,
    import_xlsx_confirm_s: ofXlsx.confirmMs / 1000,
    import_ledger_rows: copy.rows,
    import_copy_s: copy.ms / 1000,
    import_copy_ratio: copy.ms / ofCsv.confirmMs,
    import_csv_rss_mb: ofCsv.rssMb,
    import_xlsx_rss_mb: ofXlsx.rssMb,
    import_rss_mb: Math.max(ofCsv.rssMb, ofXlsx.rssMb),
  };
}

/** The courses that sheets name. */
async function courses(sql: postgres.Sql): Promise<void> {
  await sql`insert into course (id, institution_id, code, title_zh, title_en, credits, theory_hours, practice_hours,
      course_group, requirement, subject, grading_mode, outcomes)
    select gen_random_uuid(), institution_id, 'C' || n, title_zh || n, title_en || n, credits, theory_hours, practice_hours,
      course_group, requirement, subject, grading_mode, outcomes
    from course, generate_series(0, 9) as n where code = 'MATH1'`;
}

/**
 * The ledger beside plain transactions and COPY on the same embedded server, fsync on. `--rows`, `--term-rows` and
 * `--movements` make it smaller, `--only` names the parts to run; figures are quoted at full size.
 */
export async function ledger(): Promise<Figures> {
  const directory = await mkdtemp(join(tmpdir(), "guantong-bench-ledger-"));
  const server = await startEmbedded(directory);
  const sql = connect(server.ownerUrl, { max: 1 });
  try {
    await migrate(server.ownerUrl, [server.login]);
    await openSchool(sql, LEARNERS);
    await openAccounts(sql);
    await courses(sql);
    await sql`analyze`;
    const db = openDatabase(server.url, { role: "guantong_app", max: 2 });
    const writer = openDatabase(server.url, { role: "guantong_writer", max: 2 });
    const parts: Readonly<Record<string, () => Promise<Figures>>> = {
      disk: async () => ({ fsync_per_s: await fsyncPerSecond(directory) }),
      rates: () => rates(sql, server.url),
      bulk: () => bulk(sql, db, writer),
      term: () => term(sql, server.url, directory),
      growth: () => growth(sql, db, { few: MOVEMENTS.few, many: sized("movements", MOVEMENTS.many) }),
    };
    const only = flag("only")?.split(",") ?? Object.keys(parts);
    let figures: Figures = {};
    for (const [name, part] of Object.entries(parts).filter(([key]) => only.includes(key))) {
      const found = await part();
      process.stderr.write(`${name}: ${JSON.stringify(found)}\n`);
      figures = { ...figures, ...found };
    }
    await Promise.all([db.end(), writer.end()]);
    return figures;
  } finally {
    await sql.end({ timeout: 5 });
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
