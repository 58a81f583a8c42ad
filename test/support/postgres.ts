import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { connect } from "../../src/db/client.ts";
import { startEmbedded } from "../../src/db/embedded.ts";

/** Where the tests find their server. */
export interface TestServer {
  /** A superuser's address of the maintenance database. */
  readonly ownerUrl: string;
  /** The login of the service; its password is in `url`. */
  readonly url: string;
  readonly login: string;
  /** What the names of this run's databases begin with. */
  readonly prefix: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    postgres: TestServer;
  }
}

/** One PostgreSQL for the run: the one TEST_DATABASE_URL names, else one of our own that goes when the run ends. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const prefix = `guantong_test_${process.pid}_`;
  const given = process.env["TEST_DATABASE_URL"];
  if (given !== undefined && given !== "") {
    const login = decodeURIComponent(new URL(given).username);
    project.provide("postgres", { ownerUrl: given, url: given, login, prefix });
    return () => dropAll(given, prefix);
  }
  const directory = await mkdtemp(join(tmpdir(), "guantong-test-"));
  const server = await startEmbedded(directory, { fsync: false, maxConnections: 300 });
  project.provide("postgres", { ownerUrl: server.ownerUrl, url: server.url, login: server.login, prefix });
  return async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
}

async function dropAll(ownerUrl: string, prefix: string): Promise<void> {
  const sql = connect(ownerUrl, { max: 1 });
  const found = await sql<{ datname: string }[]>`select datname from pg_database where starts_with(datname, ${prefix})`;
  for (const { datname } of found) await sql`drop database if exists ${sql(datname)} with (force)`;
  await sql.end({ timeout: 5 });
}
