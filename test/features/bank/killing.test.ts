import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../../src/db/client.ts";
import type { Database } from "../../../src/db/transaction.ts";
import { openLedgerDesk } from "../../../src/features/bank/ledger-desk.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { type FaultProxy, openFaultProxy } from "../../support/fault-proxy.ts";
import { ACKNOWLEDGED, deposited, killRounds } from "./killing.ts";
import { unbalanced, unsound } from "./ledger-proof.ts";

test("nothing acknowledged is lost and nothing applied twice when the service or the database is killed", async () => {
  expect(await killRounds(2)).toBeGreaterThanOrEqual(2 * ACKNOWLEDGED);
}, 240_000);

let fresh: FreshDatabase;
let proxy: FaultProxy;
let writer: Database;
beforeAll(async () => {
  fresh = await freshDatabase();
  proxy = await openFaultProxy(fresh.url);
  writer = openDatabase(proxy.url, { role: "guantong_writer", max: 1 });
});
afterAll(async () => {
  await writer.end().catch(() => undefined);
  await proxy.close();
  await fresh.drop();
});

test.each([
  ["BEFORE", "posted"],
  ["AFTER", "again"],
] as const)(
  "a connection cut %s its COMMIT was carried out leaves the caller in doubt, and asking again %s it once",
  async (when, answer) => {
    const desk = openLedgerDesk([writer]);
    const keys = Array.from({ length: 20 }, (_, n) => `cut ${when} ${n}`);
    await desk.submit(deposited(`warm ${when}`));
    proxy.cutNextCommit(when);
    const cuts = proxy.cuts();
    const first = await Promise.allSettled(keys.map((key) => desk.submit(deposited(key))));
    expect(proxy.cuts()).toBe(cuts + 1);
    const doubtful = keys.filter((_, n) => first[n]?.status === "rejected");
    expect(doubtful.length).toBeGreaterThan(0);
    const retried = await Promise.all(doubtful.map((key) => desk.submit(deposited(key))));
    expect(retried.map((each) => each.kind)).toEqual(doubtful.map(() => answer));
    const [counted] =
      await fresh.sql`select count(*)::int as transactions, count(distinct idempotency_key)::int as keys,
    (select count(*)::int from ledger_movement) as movements from ledger_transaction where idempotency_key like ${`cut ${when}%`}`;
    expect(counted).toMatchObject({ transactions: keys.length, keys: keys.length });
    expect([await unsound(fresh.sql), await unbalanced(fresh.sql)]).toEqual([[], []]);
  },
);
