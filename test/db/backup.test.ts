import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { backUp, restore } from "../../src/db/backup.ts";
import { Failure } from "../../src/failure.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

let full: FreshDatabase;
let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guantong-backup-"));
  file = join(folder, "all.gz");
  full = await freshDatabase({ demo: true });
});
afterAll(async () => {
  await full.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Every table with its rows as one text. */
async function contents({ sql }: FreshDatabase): Promise<Record<string, string>> {
  const tables = await sql<{ name: string }[]>`select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`;
  const found: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await sql<{ digest: string }[]>`
      select count(*) || ' ' || coalesce(md5(string_agg(t::text, e'\n' order by t::text)), '') as digest
      from ${sql(name)} t`;
    found[name] = row?.digest ?? "";
  }
  return found;
}

async function codeOf(act: Promise<unknown>): Promise<string> {
  return act.then(
    () => "no failure",
    (error: unknown) => (error instanceof Failure ? error.problem.code : String(error)),
  );
}

test("every row comes back, whatever its text holds", async () => {
  const [account] = await full.sql<{ id: string }[]>`select gen_random_uuid() as id`;
  const odd = "tab\tline\nreturn\r\\. \u2028 \\N 贯通 😀";
  await full.sql`insert into account (id, login, display_name) values (${account?.id ?? ""}, 'odd', ${odd})`;
  const saved = await backUp(full.ownerUrl, file);
  const empty = await freshDatabase();
  const restored = await restore(empty.ownerUrl, file);
  expect(restored).toEqual(saved);
  expect(await contents(empty)).toEqual(await contents(full));
  const [row] = await empty.sql`select display_name from account where login = 'odd'`;
  expect(row?.["displayName"]).toBe(odd);
  await empty.drop();
});

test("only its owner can read it, and nothing unfinished is left beside it", async () => {
  await backUp(full.ownerUrl, file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await expect(stat(`${file}.unfinished`)).rejects.toMatchObject({ code: "ENOENT" });
});

test("goes into an empty database only, and changes nothing else", async () => {
  const before = await contents(full);
  expect(await codeOf(restore(full.ownerUrl, file))).toBe("DATABASE_NOT_EMPTY");
  expect(await contents(full)).toEqual(before);
});

test("a damaged, shortened or foreign file is refused and leaves the database empty", async () => {
  await backUp(full.ownerUrl, file);
  const text = gunzipSync(await readFile(file)).toString("utf8");
  const empty = await freshDatabase();
  const before = await contents(empty);
  const spoilt = {
    changed: gzipSync(text.replace("贯通", "惯通")),
    shortened: gzipSync(text.slice(0, Math.floor(text.length / 2))),
    foreign: gzipSync('{"format":"other"}\n'),
    "not zipped": Buffer.from("hello"),
    older: gzipSync(text.replace(/"migration":"[0-9a-f]+"/, '"migration":"0"')),
  };
  for (const [name, bytes] of Object.entries(spoilt)) {
    const path = join(folder, "spoilt.gz");
    await writeFile(path, bytes);
    expect(await codeOf(restore(empty.ownerUrl, path)), name).toBe("BACKUP_UNREADABLE");
  }
  expect(await codeOf(restore(empty.ownerUrl, join(folder, "absent.gz")))).toBe("BACKUP_UNREADABLE");
  expect(await contents(empty)).toEqual(before);
  await empty.drop();
});
