import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "../../src/db/client.ts";
import { attachEmbedded, startEmbedded } from "../../src/db/embedded.ts";
import { Failure } from "../../src/failure.ts";
import { startNode } from "../support/child.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "guantong-embedded-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const CHILD = "test/support/embedded-child.ts";

async function ask(url: string, statement: string): Promise<unknown> {
  const sql = connect(url, { max: 1 });
  try {
    const [row] = await sql.unsafe(statement);
    return Object.values(row ?? {})[0];
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function codeOf(act: Promise<unknown>): Promise<string> {
  return act.then(
    () => "no failure",
    (error: unknown) => (error instanceof Failure ? error.problem.code : String(error)),
  );
}

test("keeps its data from one start to the next, on disk", async () => {
  const first = await startEmbedded(folder);
  expect(await ask(first.ownerUrl, "show fsync")).toBe("on");
  await ask(first.ownerUrl, "create table kept as select 42 as answer");
  await first.stop();
  const second = await startEmbedded(folder);
  expect(await ask(second.ownerUrl, "select answer from kept")).toBe(42);
  await second.stop();
});

test("sorts and folds the same on every machine", async () => {
  const server = await startEmbedded(folder, { fsync: false });
  expect(await ask(server.ownerUrl, "select datlocale from pg_database where datname = current_database()")).toBe(
    "C.UTF-8",
  );
  expect(await ask(server.ownerUrl, "select lower('Ä')")).toBe("ä");
  expect(await ask(server.ownerUrl, "show server_encoding")).toBe("UTF8");
  await server.stop();
});

test("the service's login is no superuser, and nobody gets in without the password", async () => {
  const server = await startEmbedded(folder, { fsync: false });
  expect(await ask(server.url, "select usesuper from pg_user where usename = current_user")).toBe(false);
  const stranger = server.url.replace(/:[0-9a-f]{20,}@/, ":guess@");
  await expect(ask(stranger, "select 1")).rejects.toMatchObject({ code: "28P01" });
  expect((await stat(join(folder, "postgresql.password"))).mode & 0o777).toBe(0o600);
  await server.stop();
});

test("refuses a directory in use, in this process and in another", async () => {
  const server = await startEmbedded(folder, { fsync: false });
  expect(await codeOf(startEmbedded(folder))).toBe("DATA_DIRECTORY_IN_USE");
  const other = startNode([CHILD, folder]);
  expect(await other.line()).toBe("DATA_DIRECTORY_IN_USE");
  await other.exit;
  await server.stop();
});

test("a command beside a running service finds its server", async () => {
  expect(await attachEmbedded(folder)).toBeNull();
  const server = await startEmbedded(folder, { fsync: false });
  const attached = await attachEmbedded(folder);
  expect(await ask(attached?.ownerUrl ?? "", "select 1")).toBe(1);
  await server.stop();
  expect(await attachEmbedded(folder)).toBeNull();
});

test("comes back after its process was killed, and nothing committed is lost", async () => {
  const child = startNode([CHILD, folder]);
  const url = (await child.line()) ?? "";
  await ask(url, "create table kept as select 42 as answer");
  await child.end("SIGKILL");
  const server = await startEmbedded(folder, { fsync: false });
  expect(await ask(server.ownerUrl, "select answer from kept")).toBe(42);
  await server.stop();
});

test("begins again where the first start was interrupted", async () => {
  await mkdir(join(folder, "postgresql"));
  await writeFile(join(folder, "postgresql/PG_VERSION"), "18\n");
  if (process.getuid?.() === 0) await chown(join(folder, "postgresql"), 65_534, 65_534);
  const server = await startEmbedded(folder, { fsync: false });
  expect(await ask(server.ownerUrl, "select 1")).toBe(1);
  await server.stop();
});

test("works below a folder that only its user may enter", async () => {
  const hidden = join(folder, "hidden");
  await mkdir(hidden, { mode: 0o700 });
  await chmod(hidden, 0o700);
  const server = await startEmbedded(join(hidden, "a/b"), { fsync: false });
  await ask(server.ownerUrl, "create table kept as select 42 as answer");
  await server.stop();
  const again = await startEmbedded(join(hidden, "a/b"), { fsync: false });
  expect(await ask(again.ownerUrl, "select answer from kept")).toBe(42);
  await again.stop();
});

test("works as an ordinary user", async () => {
  await chmod(folder, 0o777);
  const child = startNode([CHILD, join(folder, "data")], { ordinary: true });
  const url = (await child.line()) ?? "";
  expect(await ask(url, "select 1"), child.output()).toBe(1);
  expect(await child.end()).toBe(0);
});

test("says that it cannot use a directory it may not write", async () => {
  await writeFile(join(folder, "file"), "");
  expect(await codeOf(startEmbedded(join(folder, "file/data")))).toBe("DATA_DIRECTORY_UNUSABLE");
});

test("tells a platform without binaries to bring its own PostgreSQL", async () => {
  const real = Object.getOwnPropertyDescriptor(process, "arch");
  Object.defineProperty(process, "arch", { value: "mips" });
  try {
    expect(await codeOf(startEmbedded(folder))).toBe("PLATFORM_UNSUPPORTED");
  } finally {
    if (real !== undefined) Object.defineProperty(process, "arch", real);
  }
  expect(await readFile(join(folder, "postgresql.complete")).catch(() => null)).toBeNull();
});
