import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { SYSTEM } from "../../../src/auth/viewer.ts";
import { openDatabase } from "../../../src/db/client.ts";
import { openSealer, type Sealer } from "../../../src/db/seal/sealer.ts";
import { type SealKey, type SealKeys, sha256 } from "../../../src/db/seal/signer.ts";
import type { SealedSource } from "../../../src/db/seal/source.ts";
import { type Verdict, verifyChain } from "../../../src/db/seal/verifier.ts";
import type { Database, Sql } from "../../../src/db/transaction.ts";
import { EMPTY_CHAIN, linksAfter } from "../../../src/domain/chain.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

/** A sealed table of this test's own, written as the contract of SealedSource says. */
const rows = (sql: Sql) => sql`select id::text as key, xact, at,
  jsonb_strip_nulls(jsonb_build_object('id', id, 'what', what)) as content, null::jsonb as detail, null::text as salt
  from deed`;
const DEEDS: SealedSource = {
  chain: "deeds",
  rows,
  rowsByKey: (sql, keys) => sql`${rows(sql)} where id = any(${[...keys]}::int[])`,
};

const key = (id: string, byte: number): SealKey => ({ id, bytes: new Uint8Array(32).fill(byte) });
const ringOf = (...keys: readonly [SealKey, ...SealKey[]]): SealKeys => ({ newest: () => keys[0], all: () => keys });
const FIRST = key("k1", 1);
const SECOND = key("k2", 2);

// what waits for transactions of other tests on the same server
vi.setConfig({ testTimeout: 120_000 });

let fresh: FreshDatabase;
let job: Database;
let folder: string;
let headsFile: string;
let sealer: Sealer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guantong-seal-"));
  fresh = await freshDatabase();
  await fresh.sql`create table deed (id int primary key, what text, at timestamptz not null default now(),
    xact xid8 not null default pg_current_xact_id())`;
  await fresh.sql`create index on deed (xact, id)`;
  await fresh.sql`grant select on deed to guantong_job`;
  job = openDatabase(fresh.url, { role: "guantong_job", max: 4 });
});
afterAll(async () => {
  await job.end();
  await fresh.drop();
  await rm(folder, { recursive: true, force: true });
});

let count = 0;
beforeEach(async () => {
  await fresh.sql`truncate deed, seal_chain, seal_link, seal_head, seal_key`;
  headsFile = join(folder, `${(count += 1)}.jsonl`);
  sealer = await openSealer({ db: job, sources: [DEEDS], keys: ringOf(FIRST), headsFile });
});

async function act(...ids: readonly number[]): Promise<void> {
  await fresh.sql`insert into deed (id, what) select id, 'deed ' || id from unnest(${[...ids]}::int[]) as id`;
}

async function verify(options: { keys?: readonly SealKey[] } = { keys: [FIRST] }): Promise<Verdict> {
  const tx = job.read(SYSTEM);
  try {
    return await verifyChain(tx, DEEDS, { headsFile, ...options });
  } finally {
    tx.end();
  }
}

/** Seals until nothing waits: a transaction of any database of the server holds the sealer back. @returns how many rows */
async function sealAll(): Promise<number> {
  let sealed = 0;
  await vi.waitFor(
    async () => {
      sealed += await sealer.seal();
      expect((await sealer.tails()).get("deeds")).toEqual({ rows: 0, seconds: 0 });
    },
    { timeout: 100_000, interval: 20 },
  );
  return sealed;
}

/** Three heads over six rows: 1-2, 3-4, 5-6. */
async function sealSix(): Promise<void> {
  for (const first of [1, 3, 5]) {
    await act(first, first + 1);
    await sealAll();
  }
}

test("what was sealed is verified against the signed heads, and what was not is stated", async () => {
  await sealSix();
  await act(7);
  expect(await verify()).toMatchObject({ fault: null, rows: 6, heads: 3, tail: { rows: 1 } });
  expect((await sealer.tails()).get("deeds")).toMatchObject({ rows: 1 });
  await sealAll();
  expect(await verify()).toMatchObject({ fault: null, rows: 7, heads: 4, tail: { rows: 0, seconds: 0 } });
});

test("sealing again without anything new changes nothing", async () => {
  await sealSix();
  const before = await readFile(headsFile, "utf8");
  expect(await sealer.seal()).toBe(0);
  expect(await readFile(headsFile, "utf8")).toBe(before);
});

test("a row of a transaction that still runs is waited for, and so is what came after it", async () => {
  const running = await fresh.sql.reserve();
  await running`begin`;
  await running`insert into deed (id, what) values (1, 'slow')`;
  await act(2);
  await sealer.seal();
  expect(await verify()).toMatchObject({ fault: null, rows: 0, tail: { rows: 1 } });
  await running`commit`;
  running.release();
  expect(await sealAll()).toBe(2);
  const links = await fresh.sql<{ key: string }[]>`select key from seal_link order by position`;
  expect(links.map((link) => link.key)).toEqual(["1", "2"]);
});

test("of several processes one seals at a time, and no row is sealed twice", async () => {
  const options = { db: job, sources: [DEEDS], keys: ringOf(FIRST) };
  const sealers = await Promise.all(
    [1, 2, 3].map((n) => openSealer({ ...options, headsFile: join(folder, `${count}-${n}.jsonl`) })),
  );
  let next = 0;
  for (let round = 0; round < 10; round += 1) {
    await act(...Array.from({ length: 20 }, () => (next += 1)));
    await Promise.all(sealers.map((each) => each.seal()));
  }
  await sealAll();
  await Promise.all(sealers.map((each) => each.seal()));
  for (const n of [1, 2, 3]) {
    headsFile = join(folder, `${count}-${n}.jsonl`);
    expect(await verify()).toMatchObject({ fault: null, rows: 200, tail: { rows: 0 } });
  }
});

test("more rows than one head takes are sealed all the same, also when one transaction wrote them", async () => {
  await act(...Array.from({ length: 12_001 }, (_, n) => n + 1));
  expect(await sealAll()).toBe(12_001);
  expect(await verify()).toMatchObject({ fault: null, rows: 12_001, heads: 3, tail: { rows: 0 } });
});

test("the chain is verified after the keys were changed, with the ring and without it", async () => {
  await sealSix();
  sealer = await openSealer({ db: job, sources: [DEEDS], keys: ringOf(SECOND, FIRST), headsFile });
  await act(7);
  await sealAll();
  expect(await verify({ keys: [SECOND, FIRST] })).toMatchObject({ fault: null, rows: 7, heads: 4 });
  expect(await verify({})).toMatchObject({ fault: null, rows: 7 });
  const published = await fresh.sql<{ id: string }[]>`select id from seal_key order by id`;
  expect(published.map(({ id }) => id)).toEqual(["k1", "k2"]);
});

test("heads that the file lacks after a crash are added to it", async () => {
  await sealSix();
  const lines = (await readFile(headsFile, "utf8")).trimEnd().split("\n");
  // the last one was cut off in its middle
  await writeFile(headsFile, [...lines.slice(0, -2), lines.at(-2)?.slice(0, 40)].join("\n"));
  expect(await verify()).toMatchObject({ fault: null, rows: 6, heads: 3 });
  sealer = await openSealer({ db: job, sources: [DEEDS], keys: ringOf(FIRST), headsFile });
  await sealer.seal();
  const again = (await readFile(headsFile, "utf8")).trimEnd().split("\n");
  expect(again.filter((line) => lines.includes(line))).toEqual(lines);
  expect(await verify()).toMatchObject({ fault: null, rows: 6, damagedLines: 1 });
});

test("a database that was moved to another server goes on with its chain", async () => {
  await sealSix();
  await act(7);
  // there the transactions are counted from the beginning again
  await fresh.sql`update deed set xact = (xact::text::bigint + 1000000000)::text::xid8`;
  await fresh.sql`update seal_chain set cursor_transaction = (cursor_transaction::text::bigint + 1000000000)::text::xid8`;
  await act(8);
  expect(await sealAll()).toBe(2);
  await act(9);
  expect(await sealAll()).toBe(1);
  expect(await verify()).toMatchObject({ fault: null, rows: 9, tail: { rows: 0 } });
});

/** What an owner of the database may try, and where it shows. */
const TAMPERING: readonly (readonly [string, (sql: FreshDatabase["sql"]) => Promise<unknown>, object])[] = [
  [
    "a row is changed",
    (sql) => sql`update deed set what = 'nothing' where id = 3`,
    { code: "ROW_ALTERED", position: 3, key: "3", vouchedFor: 2 },
  ],
  ["a row is taken away", (sql) => sql`delete from deed where id = 4`, { code: "ROW_GONE", position: 4, key: "4" }],
  [
    "a row is taken away together with its link",
    async (sql) => {
      await sql`delete from deed where id = 4`;
      await sql`delete from seal_link where position = 4`;
    },
    { code: "LINK_GONE", position: 4, vouchedFor: 2 },
  ],
  [
    "the last row is taken away together with its link and head",
    async (sql) => {
      await sql`delete from deed where id > 4`;
      await sql`delete from seal_link where position > 4`;
      await sql`delete from seal_head where number > 2`;
    },
    { code: "CUT_OFF", position: 5, vouchedFor: 4 },
  ],
  [
    "a row is put in among the old ones",
    (sql) => sql`insert into deed (id, what, xact) select 100, 'never', xact from deed where id = 2`,
    { code: "ROW_INSERTED", key: "100" },
  ],
  [
    "a row is put in with a transaction that is still to come, never to be sealed",
    (sql) => sql`insert into deed (id, what, xact) values (100, 'never', '9000000000000')`,
    { code: "ROW_INSERTED", key: "100" },
  ],
  [
    "a row is put in with a link of its own",
    async (sql) => {
      await sql`insert into deed (id, what) values (100, 'never')`;
      await sql`insert into seal_link select chain, 7, '100', hash from seal_link where position = 6`;
    },
    { code: "ROW_ALTERED", position: 7, key: "100" },
  ],
  [
    "two rows change places",
    async (sql) => {
      await sql`update seal_link set key = 'aside' where key = '2'`;
      await sql`update seal_link set key = '2' where key = '5'`;
      await sql`update seal_link set key = '5' where key = 'aside'`;
    },
    { code: "ROW_ALTERED", position: 2 },
  ],
  [
    "a row is changed and the whole chain computed anew",
    async (sql) => {
      await sql`update deed set what = 'nothing' where id = 3`;
      await computeAnew(sql);
    },
    { code: "HEAD_DIFFERS", position: 4, vouchedFor: 2 },
  ],
  [
    "all of it, heads too, with a key of one's own",
    async (sql) => {
      await sql`update deed set what = 'nothing' where id = 3`;
      await computeAnew(sql);
      await sql`truncate seal_chain, seal_link, seal_head, seal_key`;
      const own = { db: job, sources: [DEEDS], keys: ringOf(key("k1", 9)), headsFile: join(folder, `${count}-own`) };
      await (await openSealer(own)).seal();
    },
    { code: "HEAD_FORGED" },
  ],
  [
    "a head is changed",
    (sql) => sql`update seal_head set sealed_at = '2020-01-01T00:00:00.000Z' where number = 2`,
    { code: "HEAD_FORGED", position: 4 },
  ],
];

async function computeAnew(sql: FreshDatabase["sql"]): Promise<void> {
  const now = await sql<{ key: string; content: Record<string, unknown> }[]>`
    select l.key, s.content from seal_link l join (${rows(sql)}) s on s.key = l.key order by l.position`;
  for (const link of linksAfter(sha256, EMPTY_CHAIN, now)) {
    await sql`update seal_link set hash = ${link.hash} where position = ${link.position}`;
  }
}

test.each(TAMPERING)("it shows when %s", async (_, tamper, fault) => {
  await sealSix();
  expect(await verify()).toMatchObject({ fault: null, rows: 6 });
  await tamper(fresh.sql);
  expect((await verify()).fault).toMatchObject(fault);
  // and it still shows when the sealer has gone on meanwhile
  await act(200);
  await sealer.seal().catch(() => 0);
  expect((await verify()).fault).toMatchObject({ ...fault, code: expect.any(String) });
});

test("it shows when the file of the heads is gone, or a head was put into it", async () => {
  await sealSix();
  const text = await readFile(headsFile, "utf8");
  await rm(headsFile);
  expect((await verify()).fault).toMatchObject({ code: "HEADS_MISSING" });
  const last = JSON.parse(text.trimEnd().split("\n").at(-1) ?? "") as { head: object };
  await writeFile(headsFile, text);
  await appendFile(headsFile, `${JSON.stringify({ head: { ...last.head, number: 4 } })}\n`);
  expect((await verify()).fault).toMatchObject({ code: "HEAD_FORGED" });
});
