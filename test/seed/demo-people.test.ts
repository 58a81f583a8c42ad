import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seedDemo } from "../../src/seed/index.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
});
afterAll(() => fresh?.drop());

describe("the demonstration's people, bank and seats", () => {
  it("fill the database, and filling it again adds nothing", async () => {
    const count = async () => {
      const tables = ["learner", "registration", "account", "capacity", "achievement", "ledger_transaction", "ledger_movement", "ledger_account", "rule_set", "rule", "section", "seat", "seat_meeting", "term", "bell"];
      const rows = await Promise.all(tables.map((table) => fresh.sql`select count(*)::int as n from ${fresh.sql(table)}`));
      return Object.fromEntries(tables.map((table, i) => [table, rows[i]?.[0]?.["n"] as number]));
    };
    const before = await count();
    expect(Object.values(before).every((n) => n > 0)).toBe(true);
    await seedDemo(fresh.sql);
    expect(await count()).toEqual(before);
  });
});
