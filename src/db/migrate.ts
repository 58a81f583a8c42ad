import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as runMigrations } from "drizzle-orm/postgres-js/migrator";
import { Logger, runMigrations as migrateQueue } from "graphile-worker";
import postgres from "postgres";
import { DATABASE_ROLES } from "./client.ts";

/** The same from src/ and from dist/: both lie beside drizzle/. */
const FOLDER = join(import.meta.dirname, "../../drizzle");

/** One number, agreed on by all who migrate, so that two servers starting at once do it one after the other. */
const LOCK = 20_211_229;

/**
 * Makes the roles, unless they exist. Roles belong to the whole server, not to one database. A login that is not a
 * superuser must be a member of a role to take it.
 */
async function createRoles(sql: postgres.Sql, logins: readonly string[]): Promise<void> {
  for (const role of DATABASE_ROLES) {
    await sql.unsafe(`do $$ begin create role ${role} nologin; exception
      when duplicate_object or unique_violation then null; end $$`);
    for (const login of logins) {
      if (login === role) continue;
      const [row] = await sql<{ member: boolean }[]>`select pg_has_role(${login}, ${role}, 'member') as member`;
      if (row?.member !== true) await sql`grant ${sql(role)} to ${sql(login)}`;
    }
  }
}

/** Everyone may know how far the migrations have come: readiness is asked as the application. */
async function showProgress(sql: postgres.Sql): Promise<void> {
  await sql`grant usage on schema drizzle to public`;
  await sql`grant select on drizzle.__drizzle_migrations to public`;
}

const silent = new Logger(() => () => undefined);

/**
 * Brings a database to the newest schema: roles first, then the queue's own tables, then what drizzle/ holds and the
 * database does not, all or nothing. Our migrations grant what the worker needs of the queue, so they come last.
 * @param ownerUrl who owns the tables
 * @param logins the logins the service uses besides the owner
 */
export async function migrate(ownerUrl: string, logins: readonly string[] = []): Promise<void> {
  const sql = postgres(ownerUrl, { max: 1, max_lifetime: null, onnotice: () => undefined });
  try {
    await sql`select pg_advisory_lock(${LOCK})`;
    const [me] = await sql<{ name: string }[]>`select session_user as name`;
    await createRoles(sql, [...new Set([...logins, ...(me === undefined ? [] : [me.name])])]);
    await migrateQueue({ connectionString: ownerUrl, maxPoolSize: 2, logger: silent });
    await runMigrations(drizzle(sql), { migrationsFolder: FOLDER });
    await showProgress(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

interface Journal {
  readonly entries: readonly { readonly tag: string }[];
}

/** The hash that the newest migration is noted under in a database that is current; null when there is none. */
export async function newestMigration(): Promise<string | null> {
  const journal = JSON.parse(await readFile(join(FOLDER, "meta/_journal.json"), "utf8")) as Journal;
  const newest = journal.entries.at(-1);
  if (newest === undefined) return null;
  const text = await readFile(join(FOLDER, `${newest.tag}.sql`), "utf8");
  return createHash("sha256").update(text).digest("hex");
}
