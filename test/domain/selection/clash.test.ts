import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isProblem } from "../../../src/domain/problem.ts";
import { clashOf, occurrencesOfSection, overlap } from "../../../src/domain/selection/clash.ts";
import { blockPractice, type Meeting, weekSet } from "../../../src/domain/selection/meeting.ts";
import {
  type Bell,
  dateOf,
  type Occurrence,
  occurrencesOf,
  type TeachingCalendar,
  teachingWeekOf,
} from "../../../src/domain/calendar/teaching.ts";

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}:00`;

/** Bells of a day that begins at a minute: 45-minute periods with breaks. */
function bellsFrom(start: number, rest: number, count = 10): Map<number, Bell> {
  return new Map(
    Array.from({ length: count }, (_, i) => {
      const begin = start + i * (45 + rest);
      return [i + 1, { startsAt: clock(begin), endsAt: clock(begin + 45) }];
    }),
  );
}
function calendarOf(firstMonday: string, bells: ReadonlyMap<number, Bell>, teachingWeeks = 18): TeachingCalendar {
  return {
    institutionId: "11111111-1111-4111-8111-111111111111",
    termCode: "2026-2027-1",
    firstMonday,
    teachingWeeks,
    bells,
    examWeeks: [],
    seasons: [],
    moved: new Map(),
  };
}
const early = calendarOf("2026-08-31", bellsFrom(8 * 60, 10));
const late = calendarOf("2026-09-07", bellsFrom(8 * 60 + 30, 15));
const meeting = (weeks: readonly number[], weekday: number, startPeriod: number, endPeriod = startPeriod): Meeting => ({
  weeks,
  weekday,
  startPeriod,
  endPeriod,
});

function times(one: Meeting, calendar: TeachingCalendar): readonly Occurrence[] {
  const found = occurrencesOf(one, calendar);
  if (isProblem(found)) throw new Error(found.code);
  return found;
}

describe("a meeting takes place in its own school's calendar and bells", () => {
  test("weeks, weekday and periods become dates and clock times of China", () => {
    expect(times(meeting([1, 3], 2, 1, 2), late)).toEqual([
      { startsAt: "2026-09-08T08:30:00+08:00", endsAt: "2026-09-08T10:15:00+08:00" },
      { startsAt: "2026-09-22T08:30:00+08:00", endsAt: "2026-09-22T10:15:00+08:00" },
    ]);
  });

  test("a week of block practice claims the whole week", () => {
    expect(times(blockPractice([2]), early)).toEqual([
      { startsAt: "2026-09-07T00:00:00+08:00", endsAt: "2026-09-14T00:00:00+08:00" },
    ]);
  });

  test("a week outside the term and a period without a bell are refused by name", () => {
    expect(occurrencesOf(meeting([19], 1, 1), early)).toMatchObject({
      code: "WEEK_OUTSIDE_TERM",
      params: { week: 19, weeks: 18 },
    });
    expect(occurrencesOf(meeting([1], 1, 9, 11), early)).toMatchObject({
      code: "PERIOD_WITHOUT_BELL",
      params: { period: 11 },
    });
  });

  test("a date knows its teaching week again, and none outside the term", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 18 }), fc.integer({ min: 1, max: 7 }), (week, weekday) => {
        expect(teachingWeekOf(late, dateOf(late, week, weekday))).toBe(week);
      }),
    );
    expect(teachingWeekOf(late, "2026-09-06")).toBeNull();
    expect(teachingWeekOf(late, dateOf(late, 19, 1))).toBeNull();
  });
});

describe("clashes", () => {
  test("the same week and period of two schools need not clash, other ones may", () => {
    const here = times(meeting([2], 1, 1), early);
    expect(
      clashOf(
        here,
        times(meeting([2], 1, 1), late).map((one) => ({ ...one, by: "late" })),
      ),
    ).toBeNull();
    expect(
      clashOf(
        here,
        times(meeting([1], 1, 1), late).map((one) => ({ ...one, by: "late" })),
      ),
    ).toEqual({
      wanted: { startsAt: "2026-09-07T08:00:00+08:00", endsAt: "2026-09-07T08:45:00+08:00" },
      claim: { startsAt: "2026-09-07T08:30:00+08:00", endsAt: "2026-09-07T09:15:00+08:00", by: "late" },
    });
  });

  test("one may begin at the very moment the other ends", () => {
    const first = { startsAt: "2026-09-07T08:00:00+08:00", endsAt: "2026-09-07T08:45:00+08:00" };
    expect(overlap(first, { startsAt: first.endsAt, endsAt: "2026-09-07T09:30:00+08:00" })).toBe(false);
  });

  test("a section cannot clash with itself", () => {
    const found = occurrencesOfSection([meeting([1, 2], 1, 1, 2), meeting([3], 1, 1), meeting([2], 1, 2, 3)], early);
    expect(found).toMatchObject({ code: "MEETINGS_OVERLAP", params: { first: 1, second: 3 }, path: ["meetings", "2"] });
  });

  /** Minutes of the year a meeting fills, found one by one: slow, and plainly right. */
  function minutes(one: Meeting, firstDay: number, start: number, rest: number): Set<number> {
    const filled = new Set<number>();
    for (const week of one.weeks) {
      const day = firstDay + (week - 1) * 7 + (one.weekday ?? 1) - 1;
      const begin = start + (one.startPeriod - 1) * (45 + rest);
      const end = start + (one.endPeriod - 1) * (45 + rest) + 45;
      for (let minute = begin; minute < end; minute += 1) filled.add(day * 1440 + minute);
    }
    return filled;
  }

  test("two schools with shifted first weeks and bells clash exactly where their minutes meet", () => {
    const school = fc.record({
      shift: fc.integer({ min: 0, max: 3 }),
      start: fc.integer({ min: 420, max: 560 }),
      rest: fc.integer({ min: 0, max: 20 }),
    });
    const timed = fc
      .record({
        weeks: fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }).map(weekSet),
        weekday: fc.integer({ min: 1, max: 2 }),
        startPeriod: fc.integer({ min: 1, max: 8 }),
        length: fc.nat(2),
      })
      .map(({ length, ...rest }): Meeting => ({ ...rest, endPeriod: rest.startPeriod + length }));
    fc.assert(
      fc.property(school, timed, school, timed, (a, mine, b, theirs) => {
        const at = (one: { shift: number; start: number; rest: number }) =>
          calendarOf(dateOf({ firstMonday: "2026-08-31" }, 1 + one.shift, 1), bellsFrom(one.start, one.rest));
        const claims = times(theirs, at(b)).map((one) => ({ ...one, by: "theirs" }));
        const taken = minutes(theirs, b.shift * 7, b.start, b.rest);
        const meet = [...minutes(mine, a.shift * 7, a.start, a.rest)].some((minute) => taken.has(minute));
        expect(clashOf(times(mine, at(a)), claims) !== null).toBe(meet);
      }),
      { numRuns: 300 },
    );
  });
});
