import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SYSTEM } from "../../../src/auth/viewer.ts";
import type { ReadTransaction } from "../../../src/db/transaction.ts";
import { teachingCalendar, teachingCalendars } from "../../../src/features/calendar/service.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { type School, school, TERM } from "../selection/story.ts";

let fresh: FreshDatabase;
let tx: ReadTransaction;
let early: School;
let late: School;
beforeAll(async () => {
  fresh = await freshDatabase();
  early = await school(fresh.sql, "early");
  late = await school(fresh.sql, "late", { firstMonday: "2026-09-07", firstBell: 8 * 60 + 30 });
  tx = fresh.db.read(SYSTEM);
});
afterAll(async () => {
  tx.end();
  await fresh.drop();
});

describe("a school's term", () => {
  test("has its own first Monday and its own bells", async () => {
    const calendar = await teachingCalendar(tx, { institutionId: late.id, termCode: TERM });
    expect(calendar).toMatchObject({ firstMonday: "2026-09-07", teachingWeeks: 18, termCode: TERM });
    expect("bells" in calendar ? [...calendar.bells].slice(0, 2) : null).toEqual([
      [1, { startsAt: "08:30:00", endsAt: "09:15:00" }],
      [2, { startsAt: "09:25:00", endsAt: "10:10:00" }],
    ]);
  });

  test("that does not exist is named", async () => {
    const missing = await teachingCalendar(tx, { institutionId: early.id, termCode: "2030-2031-2" });
    expect(missing).toMatchObject({ code: "UNKNOWN_TERM", params: { code: "2030-2031-2" }, path: ["termCode"] });
  });

  test("is found among many, each school's apart", async () => {
    const pairs = [early, late, { id: randomUUID() }].map(({ id }) => ({ institutionId: id, termCode: TERM }));
    const calendarFor = await teachingCalendars(tx, pairs);
    expect(pairs.map((pair) => calendarFor(pair)?.firstMonday ?? null)).toEqual(["2026-08-31", "2026-09-07", null]);
  });
});
