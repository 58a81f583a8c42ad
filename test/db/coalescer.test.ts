import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/db/client.ts";
import { type Coalescer, coalescer } from "../../src/db/coalescer.ts";
import type { Database, Tx } from "../../src/db/transaction.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

interface Add {
  readonly owner: string;
  readonly jar: number;
  readonly amount: number;
}

let fresh: FreshDatabase;
let pools: Database[];
let batches: number[];

/** Adds to jars, locked in the order of their numbers; answers what each jar then holds. A jar never holds over 100. */
async function fill(tx: Tx, batch: readonly Add[]): Promise<readonly number[]> {
  batches.push(batch.length);
  const jars = [...new Set(batch.map(({ jar }) => jar))].sort((a, b) => a - b);
  const rows = await tx.run(
    (sql) =>
      sql<
        { id: number; held: number }[]
      >`select id, held from jar where id = any(${jars}::int[]) order by id for update`,
  );
  const held = new Map(rows.map((row) => [row.id, row.held]));
  const answers = batch.map(({ jar, amount }) => {
    const now = (held.get(jar) ?? 0) + amount;
    held.set(jar, now);
    return now;
  });
  const [ids, sums] = [[...held.keys()], [...held.values()]];
  await tx.run(
    (sql) =>
      sql`update jar set held = new.held from unnest(${ids}::int[], ${sums}::int[]) as new (id, held) where jar.id = new.id`,
  );
  return answers;
}

function writer(
  db: Database | undefined,
  options: { queueMax?: number; batchMax?: number } = {},
): Coalescer<Add, number> {
  if (db === undefined) throw new Error("no pool");
  return coalescer({ db, settle: fill, ownerOf: ({ owner }) => owner, ...options });
}
async function heldIn(jar: number): Promise<number> {
  const [row] = await fresh.sql<{ held: number }[]>`select held from jar where id = ${jar}`;
  return row?.held ?? -1;
}

beforeAll(async () => {
  fresh = await freshDatabase({ role: "guantong_writer", max: 1 });
  pools = [fresh.db, openDatabase(fresh.url, { role: "guantong_writer", max: 1 })];
  await fresh.sql`create table jar (id int primary key, held int not null check (held <= 100))`;
  await fresh.sql`grant select, update on jar to guantong_writer`;
});
beforeEach(async () => {
  batches = [];
  await fresh.sql`delete from jar`;
  await fresh.sql`insert into jar select n, 0 from generate_series(1, 5) n`;
});
afterAll(async () => {
  await pools[1]?.end();
  await fresh.drop();
});

const add = (owner: string, jar = 1, amount = 1): Add => ({ owner, jar, amount });

describe("a coalescing writer", () => {
  test("settles what comes together in one transaction, in the order it came", async () => {
    const one = writer(pools[0]);
    const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => one.submit(add(`o${i}`))));
    expect(answers).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect(batches).toEqual([60]);
  });

  test("answers only what is committed", async () => {
    const one = writer(pools[0]);
    await one.submit(add("a", 2, 7));
    expect(await heldIn(2)).toBe(7);
  });

  test("keeps batches within their bound", async () => {
    const one = writer(pools[0], { batchMax: 8 });
    await Promise.all(Array.from({ length: 20 }, (_, i) => one.submit(add(`o${i}`))));
    expect(batches).toEqual([8, 8, 4]);
  });

  test("settles the requests of one owner one after the other, never in one batch", async () => {
    const one = writer(pools[0]);
    const answers = await Promise.all(
      [add("a"), add("a"), add("b", 2), add("a")].map((request) => one.submit(request)),
    );
    expect(answers).toEqual([1, 2, 1, 3]);
    expect(batches).toEqual([2, 1, 1]);
  });

  test("says at once that the queue is full, and goes on with what waits", async () => {
    const one = writer(pools[0], { queueMax: 10 });
    const answers = await Promise.all(Array.from({ length: 15 }, (_, i) => one.submit(add(`o${i}`))));
    expect(answers.slice(0, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const answer of answers.slice(10)) expect(answer).toMatchObject({ kind: "problem", code: "QUEUE_FULL" });
    expect(await heldIn(1)).toBe(10);
    expect(await one.submit(add("again"))).toBe(11);
  });

  test("one bad request fails alone and spoils nobody's batch", async () => {
    const one = writer(pools[0]);
    const requests = Array.from({ length: 33 }, (_, i) => add(`o${i}`, 1, i === 20 ? 1000 : 1));
    const settled = await Promise.allSettled(requests.map((request) => one.submit(request)));
    expect(settled.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect(settled[20]).toMatchObject({ status: "rejected", reason: { code: "23514" } });
    expect(await heldIn(1)).toBe(32);
    expect(await one.submit(add("later"))).toBe(33);
  });

  test("two processes add to the same rows and lose nothing", async () => {
    const writers = pools.map((db) => writer(db, { batchMax: 5 }));
    const requests = Array.from({ length: 200 }, (_, i) => add(`o${i}`, (i % 5) + 1));
    await Promise.all(requests.map((request, i) => (writers[i % 2] as Coalescer<Add, number>).submit(request)));
    for (const jar of [1, 2, 3, 4, 5]) expect(await heldIn(jar)).toBe(40);
  });

  test("a lost connection fails its batch, and the next is settled", async () => {
    const one = coalescer<Add, number>({
      db: pools[0] as Database,
      ownerOf: ({ owner }) => owner,
      async settle(tx, batch) {
        if (batch.some(({ amount }) => amount === 0)) {
          const [me] = await tx.run((sql) => sql<{ pid: number }[]>`select pg_backend_pid() as pid`);
          await fresh.sql`select pg_terminate_backend(${me?.pid ?? 0})`;
          await tx.run((sql) => sql`select pg_sleep(1)`);
        }
        return fill(tx, batch);
      },
    });
    const lost = await Promise.allSettled([one.submit(add("a", 1, 0)), one.submit(add("b", 1, 5))]);
    expect(lost.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await one.submit(add("c", 1, 5))).toBe(5);
  });

  test("ends once what waits is settled, and takes nothing new", async () => {
    const one = writer(pools[0], { batchMax: 3 });
    const answers = Promise.all(Array.from({ length: 7 }, (_, i) => one.submit(add(`o${i}`))));
    await one.end();
    expect(one.size()).toBe(0);
    expect(await answers).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await one.submit(add("late"))).toMatchObject({ code: "QUEUE_FULL" });
  });
});
