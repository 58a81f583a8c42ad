import { createHash, type Hash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import type postgres from "postgres";
import { z } from "zod";
import { problem } from "../domain/problem.ts";
import { Failure } from "../failure.ts";
import { connect } from "./client.ts";
import { newestMigration } from "./migrate.ts";

/** What was saved or restored. */
export interface BackupTotals {
  readonly tables: number;
  readonly rows: number;
}

/** Called after each table, for a progress bar. */
export type Progress = (done: number, all: number) => void;

const FORMAT = "guantong-backup-1";
const END = "\\.";
const BLOCK_BYTES = 64 * 1024;

const headSchema = z.object({ format: z.literal(FORMAT), migration: z.string().nullable(), tables: z.int() });
const tableSchema = z.object({ table: z.string(), columns: z.array(z.string()) });
const sealSchema = z.object({ rows: z.int(), sha256: z.string() });
const tailSchema = z.object({ complete: z.literal(true), sequences: z.record(z.string(), z.int().nullable()) });

interface Table {
  readonly table: string;
  readonly columns: readonly string[];
}

/** How values are written as text, whatever the server's own settings. */
async function fixText(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(
    `set local datestyle to 'ISO'; set local intervalstyle to 'iso_8601'; set local timezone to 'UTC';
     set local bytea_output to 'hex'; set local extra_float_digits to 3; set local statement_timeout to 0;
     set local row_security to off`,
  );
}

/** The tables of the service, each after those its foreign keys point at; counts that a crash may take are none of them. */
async function tablesOf(sql: postgres.Sql): Promise<Table[]> {
  const rows = await sql<{ table: string; columns: string[]; needs: string[] }[]>`
    select c.relname as table,
      array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
        and attgenerated = '' order by attnum) as columns,
      array(select f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
        where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as needs
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relpersistence = 'p'
    order by c.relname`;
  const ordered: Table[] = [];
  const left = new Map(rows.map((row) => [row.table, row]));
  while (left.size > 0) {
    const free = [...left.values()].filter((row) => row.needs.every((name) => !left.has(name)));
    if (free.length === 0) throw new Error(`foreign keys run in a circle: ${[...left.keys()].join(", ")}`);
    for (const { table, columns } of free) {
      ordered.push({ table, columns });
      left.delete(table);
    }
  }
  return ordered;
}

function listed(sql: postgres.Sql, columns: readonly string[]) {
  return sql.unsafe(columns.map((name) => `"${name.replaceAll('"', '""')}"`).join(","));
}

/** The rows of a table as COPY writes them. */
async function* copyOut(sql: postgres.Sql, { table, columns }: Table): AsyncGenerator<Buffer> {
  const rows: Readable = await sql`copy public.${sql(table)} (${listed(sql, columns)}) to stdout`.readable();
  yield* rows;
  // postgres.js pauses its socket when we fall behind, and forgets to go on when the rows end meanwhile
  rows._read(0);
}

async function write(stream: Writable, chunk: Buffer | string): Promise<void> {
  if (!stream.write(chunk)) await once(stream, "drain");
}

/** Passes a stream on, counting its lines and hashing its bytes. */
async function pass(from: AsyncIterable<Buffer>, hash: Hash, to: (chunk: Buffer) => Promise<void>): Promise<number> {
  let rows = 0;
  for await (const chunk of from) {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) rows += 1;
    hash.update(chunk);
    await to(chunk);
  }
  return rows;
}

async function sequencesOf(sql: postgres.Sql): Promise<Record<string, number | null>> {
  const rows = await sql<{ name: string; value: number | null }[]>`
    select sequencename as name, last_value as value from pg_sequences where schemaname = 'public' order by 1`;
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

/**
 * Saves the whole database to one file, table by table, as one moment shows it. The service may go on meanwhile. Row
 * counts and checksums are written with it. The file is complete or absent, and only its owner can read it.
 * @param ownerUrl an address that row-level security does not filter: the copy fails rather than leave rows out
 */
export async function backUp(
  ownerUrl: string,
  file: string,
  progress: Progress = () => undefined,
): Promise<BackupTotals> {
  const sql = connect(ownerUrl, { max: 1 });
  const unfinished = `${file}.unfinished`;
  const zip = createGzip();
  const sink = zip.pipe(createWriteStream(unfinished, { mode: 0o600, flush: true }));
  const stored = finished(sink);
  stored.catch(() => undefined);
  try {
    const totals = await sql.begin("isolation level repeatable read read only", async (transaction) => {
      const tx = transaction as unknown as postgres.Sql;
      await fixText(tx);
      const tables = await tablesOf(tx);
      const head = { format: FORMAT, migration: await newestMigration(), tables: tables.length };
      await write(zip, `${JSON.stringify(head)}\n`);
      let rows = 0;
      for (const [index, table] of tables.entries()) {
        await write(zip, `${JSON.stringify(table)}\n`);
        const hash = createHash("sha256");
        const count = await pass(copyOut(tx, table), hash, (chunk) => write(zip, chunk));
        await write(zip, `${END}\n${JSON.stringify({ rows: count, sha256: hash.digest("hex") })}\n`);
        rows += count;
        progress(index + 1, tables.length);
      }
      await write(zip, `${JSON.stringify({ complete: true, sequences: await sequencesOf(tx) })}\n`);
      return { tables: tables.length, rows };
    });
    zip.end();
    await stored;
    await rename(unfinished, file);
    return totals;
  } catch (error) {
    zip.destroy();
    sink.destroy();
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** The lines of a back-up. Rows are never split: COPY writes a line break inside a value as two characters. */
class Lines {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** The next line with its end; null when there is none. */
  async next(): Promise<Buffer | null> {
    let at = this.#rest.indexOf(10);
    while (at === -1) {
      const { value, done } = await this.#chunks.next();
      if (done === true) return null;
      const searched = this.#rest.length;
      this.#rest = Buffer.concat([this.#rest, value]);
      at = this.#rest.indexOf(10, searched);
    }
    const line = this.#rest.subarray(0, at + 1);
    this.#rest = this.#rest.subarray(at + 1);
    return line;
  }

  async json<T>(schema: z.ZodType<T>): Promise<T> {
    const line = await this.next();
    if (line === null) throw new Error("it ends too early");
    return schema.parse(JSON.parse(line.toString("utf8")));
  }

  /** The rows of one table, many at a time, up to the line that ends them. */
  async *rows(): AsyncGenerator<Buffer> {
    let block: Buffer[] = [];
    let size = 0;
    for (let line = await this.next(); ; line = await this.next()) {
      if (line === null) throw new Error("it ends too early");
      const end = line.length === END.length + 1 && line.toString("latin1", 0, END.length) === END;
      if (!end) {
        block.push(line);
        size += line.length;
      }
      if (size > (end ? 0 : BLOCK_BYTES)) {
        yield Buffer.concat(block);
        block = [];
        size = 0;
      }
      if (end) return;
    }
  }
}

async function copyIn(sql: postgres.Sql, table: Table, lines: Lines): Promise<number> {
  const copy = await sql`copy public.${sql(table.table)} (${listed(sql, table.columns)}) from stdin`.writable();
  const done = finished(copy);
  done.catch(() => undefined);
  const hash = createHash("sha256");
  let rows: number;
  try {
    rows = await pass(lines.rows(), hash, (chunk) => write(copy, chunk));
  } catch (error) {
    // the server waits for rows until it is told that none will come
    copy.destroy(error as Error);
    throw error;
  }
  copy.end();
  await done;
  const seal = await lines.json(sealSchema);
  if (seal.rows !== rows || seal.sha256 !== hash.digest("hex")) throw new Error(`${table.table} is damaged`);
  await verify(sql, table, seal);
  return rows;
}

/** What came in must go out again the same. */
async function verify(sql: postgres.Sql, table: Table, sealed: z.infer<typeof sealSchema>): Promise<void> {
  const hash = createHash("sha256");
  const rows = await pass(copyOut(sql, table), hash, async () => undefined);
  if (rows !== sealed.rows || hash.digest("hex") !== sealed.sha256) throw new Error(`${table.table} was not restored`);
}

/**
 * Restores a back-up into an empty database that has the schema the back-up was made with, in one transaction: all of it
 * or nothing, checked on the way in and once more by reading it back.
 * @throws Failure DATABASE_NOT_EMPTY, BACKUP_UNREADABLE
 */
export async function restore(
  ownerUrl: string,
  file: string,
  progress: Progress = () => undefined,
): Promise<BackupTotals> {
  const sql = connect(ownerUrl, { max: 1 });
  try {
    const totals = await sql.begin(async (transaction) => {
      const tx = transaction as unknown as postgres.Sql;
      await fixText(tx);
      for (const { table } of await tablesOf(tx)) {
        const [found] = await tx`select 1 from public.${tx(table)} limit 1`;
        if (found !== undefined) throw new Failure(problem("DATABASE_NOT_EMPTY"));
      }
      return await load(tx, file, progress);
    });
    await sql`analyze`;
    return totals;
  } catch (error) {
    if (error instanceof Failure) throw error;
    const detail = error instanceof z.ZodError ? "?" : error instanceof Error ? error.message : String(error);
    throw new Failure(problem("BACKUP_UNREADABLE", { file, detail }), error);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function load(sql: postgres.Sql, file: string, progress: Progress): Promise<BackupTotals> {
  const source = createReadStream(file);
  const zip = createGunzip();
  source.on("error", (error) => zip.destroy(error));
  const lines = new Lines(source.pipe(zip));
  const head = await lines.json(headSchema);
  if (head.migration !== (await newestMigration())) throw new Error("it was made with another version of the schema");
  let rows = 0;
  for (let done = 1; done <= head.tables; done += 1) {
    const table = await lines.json(tableSchema);
    rows += await copyIn(sql, table, lines);
    progress(done, head.tables);
  }
  const { sequences } = await lines.json(tailSchema);
  for (const [name, value] of Object.entries(sequences)) {
    if (value !== null) await sql`select setval(${`public."${name}"`}::regclass, ${value})`;
  }
  return { tables: head.tables, rows };
}
