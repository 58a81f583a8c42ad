import { randomBytes } from "node:crypto";
import type postgres from "postgres";
import { inject } from "vitest";
import { connect, type DatabaseRole, openDatabase } from "../../src/db/client.ts";
import { migrate } from "../../src/db/migrate.ts";
import type { Database } from "../../src/db/transaction.ts";
import { seedTemplate } from "./demo.ts";
import type { TestServer } from "./postgres.ts";

/** A database of one test file's own. */
export interface FreshDatabase {
  /** As the service uses it: row-level security holds. */
  readonly db: Database;
  /** As the role that posts to the ledger and settles seats. */
  readonly writer: Database;
  /** Past row-level security, to arrange and to look. */
  readonly sql: postgres.Sql;
  /** The service's address, for whoever opens its own pool. */
  readonly url: string;
  readonly ownerUrl: string;
  drop(): Promise<void>;
}

export interface FreshOptions {
  /** With the demonstration data. */
  readonly demo?: boolean;
  readonly role?: DatabaseRole;
  readonly max?: number;
}

function named(url: string, database: string): string {
  const address = new URL(url);
  address.pathname = `/${database}`;
  return address.href;
}

function server(): TestServer {
  const found = inject("postgres") as TestServer | undefined;
  if (found === undefined) throw new Error("no PostgreSQL for this run: use `npm test -- FILE`");
  return found;
}

/** Makes a template unless another test file has: migrated, and for "demo" also seeded. */
async function template(maintenance: postgres.Sql, kind: "empty" | "demo"): Promise<string> {
  const { ownerUrl, login, prefix } = server();
  const name = `${prefix}template_${kind}`;
  const lock = kind === "empty" ? 1 : 2;
  await maintenance`select pg_advisory_lock(${lock})`;
  try {
    const [found] = await maintenance`select 1 from pg_database where datname = ${name}`;
    if (found !== undefined) return name;
    const unfinished = `${name}_unfinished`;
    await maintenance`drop database if exists ${maintenance(unfinished)} with (force)`;
    if (kind === "empty") {
      await maintenance`create database ${maintenance(unfinished)}`;
      await migrate(named(ownerUrl, unfinished), [login]);
    } else {
      const empty = await template(maintenance, "empty");
      await maintenance`create database ${maintenance(unfinished)} template ${maintenance(empty)}`;
      await seedTemplate(named(ownerUrl, unfinished));
    }
    await maintenance`alter database ${maintenance(unfinished)} rename to ${maintenance(name)}`;
    return name;
  } finally {
    await maintenance`select pg_advisory_unlock(${lock})`;
  }
}

/** Clones a template. The copy is this caller's alone; `drop` it in afterAll. */
export async function freshDatabase(options: FreshOptions = {}): Promise<FreshDatabase> {
  const { ownerUrl, url, prefix } = server();
  const name = prefix + randomBytes(6).toString("hex");
  const maintenance = connect(ownerUrl, { max: 1 });
  try {
    const from = await template(maintenance, options.demo === true ? "demo" : "empty");
    await maintenance`create database ${maintenance(name)} template ${maintenance(from)} strategy wal_log`;
  } finally {
    await maintenance.end({ timeout: 5 });
  }
  const address = named(url, name);
  const sql = connect(named(ownerUrl, name), { max: 4 });
  const db = openDatabase(address, { role: options.role ?? "guantong_app", max: options.max ?? 8 });
  const writer = openDatabase(address, { role: "guantong_writer", max: options.max ?? 8 });
  return {
    db,
    writer,
    sql,
    url: address,
    ownerUrl: named(ownerUrl, name),
    async drop() {
      await Promise.all([db.end(), writer.end(), sql.end({ timeout: 5 })]);
      const again = connect(ownerUrl, { max: 1 });
      await again`drop database if exists ${again(name)} with (force)`;
      await again.end({ timeout: 5 });
    },
  };
}
