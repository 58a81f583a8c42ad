import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createKeys } from "../../src/auth/keyring.ts";
import { idOf } from "../../src/seed/id.ts";
import { startNode } from "../support/child.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

vi.setConfig({ testTimeout: 120_000 });

let fresh: FreshDatabase;
let folder: string;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  folder = await mkdtemp(join(tmpdir(), "guantong-retention-cli-"));
  await createKeys(join(folder, "keys.json"));
  const { sql } = fresh;
  const event = { kind: "SEAT_TAKEN", facts: sql.json({}), happenedAt: "2010-01-01T00:00:00Z" };
  for (const [n, spreadAt] of ["2010-01-01T00:00:00Z", new Date().toISOString(), null].entries())
    await sql`insert into notice_event ${sql({ ...event, id: idOf("event", String(n)), spreadAt })}`;
});
afterAll(async () => {
  await fresh.drop();
  await rm(folder, { recursive: true, force: true });
});

async function retention(language: "zh" | "en", ...options: string[]) {
  const env = { DATABASE_URL: fresh.url, DATABASE_OWNER_URL: fresh.ownerUrl, GUANTONG_DATA_DIR: folder };
  const child = startNode(["src/main.ts", "retention", ...options], { env: { ...env, GUANTONG_LANG: language } });
  return { code: await child.exit, output: child.output() };
}
const events = async () => (await fresh.sql`select 1 from notice_event`).length;

interface Line {
  readonly kind: string;
  readonly due: number;
  readonly ended: number;
}
const lineOf = (output: string, kind: string) => (JSON.parse(output) as Line[]).find((line) => line.kind === kind);

describe("guantong retention", () => {
  test("tells what is past its time, with the clause, in either language, and ends nothing", async () => {
    const before = await events();
    const zh = await retention("zh", "--dry-run");
    expect([zh.code, zh.output]).toEqual([0, expect.stringMatching(/消息已写出的事件.*24.*保存期限设置/)]);
    const en = await retention("en", "--dry-run", "--json");
    expect(lineOf(en.output, "NOTICE_EVENT")).toMatchObject({ due: 1, ended: 0 });
    expect(await events()).toBe(before);
  });

  test("ends it, says how much, and again finds nothing", async () => {
    const before = await events();
    const first = await retention("en", "--json");
    expect(first.code).toBe(0);
    expect(lineOf(first.output, "NOTICE_EVENT")).toMatchObject({ due: 1, ended: 1 });
    expect(await events()).toBe(before - 1);
    const again = await retention("en", "--json");
    expect(lineOf(again.output, "NOTICE_EVENT")).toMatchObject({ due: 0, ended: 0 });
    expect(await events()).toBe(before - 1);
  });
});
