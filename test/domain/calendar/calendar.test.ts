import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayKind, isWorked, type OwnDay, type SchoolDays } from "../../../src/domain/calendar/day.ts";
import { taughtOn } from "../../../src/domain/calendar/taught.ts";
import { bellOn, occurrencesOf, type TeachingCalendar } from "../../../src/domain/calendar/teaching.ts";
import { addWorkingDays, workingDaysBetween } from "../../../src/domain/calendar/working-day.ts";
import { addDays, weekdayOf } from "../../../src/domain/date.ts";
import { isProblem } from "../../../src/domain/problem.ts";
import { publicCalendar } from "../../../src/features/calendar/public-calendar.ts";

const published = publicCalendar();
const days = (own: Readonly<Record<string, OwnDay>> = {}): SchoolDays => ({
  published,
  own: new Map(Object.entries(own)),
});
const ordinary = days();

/**
 * The holidays as the State Council's General Office gave notice of them, written from the notices of 12 November 2024
 * and 4 November 2025, not from the data under test: days off from and until, then the weekend days that are worked.
 */
const NOTICES = {
  2025: {
    off: ["01-01", "01-28 02-04", "04-04 04-06", "05-01 05-05", "05-31 06-02", "10-01 10-08"],
    worked: ["01-26", "02-08", "04-27", "09-28", "10-11"],
  },
  2026: {
    off: ["01-01 01-03", "02-15 02-23", "04-04 04-06", "05-01 05-05", "06-19 06-21", "09-25 09-27", "10-01 10-07"],
    worked: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
  },
} as const;

function expectedKind(year: keyof typeof NOTICES, date: string): string {
  const day = date.slice(5);
  const { off, worked } = NOTICES[year];
  if (worked.some((each) => each === day)) return "SHIFTED";
  const isOff = off.some((range) => {
    const [from = "", until = from] = range.split(" ");
    return from <= day && day <= until;
  });
  if (isOff) return "HOLIDAY";
  return weekdayOf(date) > 5 ? "WEEKEND" : "WORKING";
}

describe("the public calendar", () => {
  test.each([2025, 2026] as const)("is the notice's on each day of %i", (year) => {
    const wrong: string[] = [];
    for (let date = `${year}-01-01`; date <= `${year}-12-31`; date = addDays(date, 1)) {
      const kind = dayKind(ordinary, date);
      if (kind !== expectedKind(year, date)) wrong.push(`${date}: ${JSON.stringify(kind)}`);
    }
    expect(wrong).toEqual([]);
  });

  test("names the festival in both languages", () => {
    expect(published.days.get("2026-02-17")).toEqual({ off: true, title: { zh: "春节", en: "Spring Festival" } });
  });

  test("covers 2004 to 2026, and guesses nothing of a year it does not know", () => {
    expect([...published.years].sort()).toEqual(Array.from({ length: 23 }, (_, i) => 2004 + i));
    for (const date of ["2003-12-31", "2027-01-01"]) {
      expect(dayKind(ordinary, date)).toMatchObject({
        code: "CALENDAR_YEAR_UNKNOWN",
        params: { year: Number(date.slice(0, 4)) },
      });
    }
    expect(addWorkingDays(ordinary, "2026-12-31", 1)).toMatchObject({ code: "CALENDAR_YEAR_UNKNOWN" });
  });
});

describe("working days", () => {
  const cases: readonly (readonly [string, number, string])[] = [
    // over National Day 2026: 28, 29, 30 September, then 8, 9 and the worked Saturday, 10 October
    ["2026-09-28", 2, "2026-09-30"],
    ["2026-09-28", 3, "2026-10-08"],
    ["2026-09-30", 3, "2026-10-10"],
    ["2026-09-30", 4, "2026-10-12"],
    // a day off begins no earlier than the day after it
    ["2026-10-03", 1, "2026-10-08"],
    ["2026-10-03", 0, "2026-10-08"],
    ["2026-10-08", 0, "2026-10-08"],
    ["2026-10-08", -1, "2026-09-30"],
    // the worked Sunday before National Day
    ["2026-09-18", 1, "2026-09-20"],
  ];
  test.each(cases)("from %s, %i lead to %s", (from, count, to) => {
    expect(addWorkingDays(ordinary, from, count)).toBe(to);
  });

  test("leave out the school's own days off and count its own worked ones", () => {
    const own = days({ "2026-11-25": { kind: "OFF" }, "2026-11-28": { kind: "TAUGHT", taughtAs: "2026-11-25" } });
    expect(addWorkingDays(own, "2026-11-24", 1)).toBe("2026-11-26");
    expect(addWorkingDays(own, "2026-11-27", 1)).toBe("2026-11-28");
    expect(addWorkingDays(days({ "2026-11-25": { kind: "ORDINARY" } }), "2026-11-24", 1)).toBe("2026-11-25");
  });

  const date = fc.integer({ min: 0, max: 364 * 2 }).map((n) => addDays("2024-06-01", n));
  const some = fc.integer({ min: 1, max: 60 });
  const own = fc
    .array(fc.tuple(date, fc.constantFrom<OwnDay>({ kind: "OFF" }, { kind: "ORDINARY" })), { maxLength: 8 })
    .map((entries) => days(Object.fromEntries(entries)));
  const sure = <T>(value: T): Exclude<T, { kind: "problem" }> => {
    if (isProblem(value)) throw new Error(value.code);
    return value as Exclude<T, { kind: "problem" }>;
  };

  test("added can be counted again, and lead to a day that is worked", () => {
    fc.assert(
      fc.property(own, date, some, (calendar, from, count) => {
        const to = sure(addWorkingDays(calendar, from, count));
        expect(workingDaysBetween(calendar, from, to)).toBe(count);
        expect(isWorked(sure(dayKind(calendar, to)))).toBe(true);
      }),
    );
  });

  test("added one by one lead where they lead together, and later the more they are", () => {
    fc.assert(
      fc.property(own, date, some, some, (calendar, from, one, other) => {
        const both = sure(addWorkingDays(calendar, from, one + other));
        expect(addWorkingDays(calendar, sure(addWorkingDays(calendar, from, one)), other)).toBe(both);
        expect(sure(addWorkingDays(calendar, from, one)) < both).toBe(true);
      }),
    );
  });

  test("taken back from a working day lead to where they came from", () => {
    fc.assert(
      fc.property(own, date, some, (calendar, from, count) => {
        const start = sure(addWorkingDays(calendar, from, 0));
        expect(addWorkingDays(calendar, sure(addWorkingDays(calendar, start, count)), -count)).toBe(start);
      }),
    );
  });
});

const term: TeachingCalendar = {
  institutionId: "11111111-1111-4111-8111-111111111111",
  termCode: "2026-2027-1",
  firstMonday: "2026-08-31",
  teachingWeeks: 18,
  examWeeks: [18],
  bells: new Map([[1, { startsAt: "08:00:00", endsAt: "08:45:00" }]]),
  seasons: [
    { startsOn: "05-01", bells: new Map([[1, { startsAt: "07:40:00", endsAt: "08:25:00" }]]) },
    { startsOn: "10-01", bells: new Map([[1, { startsAt: "08:20:00", endsAt: "09:05:00" }]]) },
  ],
  moved: new Map([["2026-10-06", "2026-10-10"]]),
};

describe("a date", () => {
  const own = days({ "2026-10-10": { kind: "TAUGHT", taughtAs: "2026-10-06" } });
  const on = (date: string, calendar = own) => taughtOn(calendar, [term], date);

  test("is taught as its own weekday on a working day", () => {
    expect(on("2026-09-16")).toMatchObject({ kind: "WORKING", week: 3, weekday: 3, termCode: "2026-2027-1" });
  });

  test("is taught as the day it makes up for, week and weekday, where the school says so", () => {
    expect(on("2026-10-10")).toMatchObject({ kind: "SCHOOL_SHIFTED", week: 6, weekday: 2, taughtAs: "2026-10-06" });
    expect(on("2026-10-06")).toMatchObject({ kind: "HOLIDAY", week: null, weekday: null });
  });

  test("that is a worked weekend day is nobody's to guess until the school says whose classes are held", () => {
    expect(on("2026-09-20")).toMatchObject({ kind: "SHIFTED", week: null, undecided: true });
  });

  test("whose classes are held on another day is not taught itself", () => {
    const swapped = days({ "2026-11-28": { kind: "TAUGHT", taughtAs: "2026-11-26" } });
    expect(on("2026-11-26", swapped)).toMatchObject({ kind: "WORKING", week: null });
    expect(on("2026-11-28", swapped)).toMatchObject({ week: 13, weekday: 4 });
  });

  test("of an examination week, of a school's day off and between terms holds no classes", () => {
    expect(on("2026-12-29")).toMatchObject({ exams: true, week: null });
    expect(on("2026-11-25", days({ "2026-11-25": { kind: "OFF" } }))).toMatchObject({ kind: "SCHOOL_OFF", week: null });
    expect(on("2026-08-20")).toMatchObject({ termCode: null, week: null });
  });
});

describe("bells and meetings", () => {
  test("ring by the season of the date, the last one of the year before going on into the next", () => {
    const at = (date: string) => bellOn(term, date, 1)?.startsAt;
    expect(["2026-09-30", "2026-10-01", "2026-12-31", "2027-01-10", "2027-05-01"].map(at)).toEqual([
      "07:40:00",
      "08:20:00",
      "08:20:00",
      "08:20:00",
      "07:40:00",
    ]);
    expect(bellOn({ ...term, seasons: [] }, "2026-10-01", 1)?.startsAt).toBe("08:00:00");
  });

  test("take place on the day the school holds them, at that day's hours", () => {
    const tuesdays = occurrencesOf({ weeks: [5, 6, 7], weekday: 2, startPeriod: 1, endPeriod: 1 }, term);
    expect(tuesdays).toEqual([
      { startsAt: "2026-09-29T07:40:00+08:00", endsAt: "2026-09-29T08:25:00+08:00" },
      { startsAt: "2026-10-10T08:20:00+08:00", endsAt: "2026-10-10T09:05:00+08:00" },
      { startsAt: "2026-10-13T08:20:00+08:00", endsAt: "2026-10-13T09:05:00+08:00" },
    ]);
  });

  test("are not held in a week of examinations, and claim no hour of it", () => {
    const mondays = { weeks: [17, 18], weekday: 1, startPeriod: 1, endPeriod: 1 };
    expect(occurrencesOf(mondays, term)).toHaveLength(1);
    expect(occurrencesOf({ weeks: [18], weekday: null, startPeriod: 0, endPeriod: 0 }, term)).toEqual([]);
  });
});
