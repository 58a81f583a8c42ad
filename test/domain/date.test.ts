import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { addMonths, daysInMonth, endOfMonth, endOfYear, isIsoDate, isMoment } from "../../src/domain/date.ts";

describe("calendar dates", () => {
  it("exist or do not", () => {
    expect(["2024-02-29", "2000-02-29", "2025-12-31"].every(isIsoDate)).toBe(true);
    expect(["2025-02-29", "1900-02-29", "2025-13-01", "2025-04-31", "2025-1-1", "", "20250101"].some(isIsoDate)).toBe(
      false,
    );
  });

  it.each([
    ["2025-01-31", 1, "2025-02-28"],
    ["2024-01-31", 1, "2024-02-29"],
    ["2025-12-15", 1, "2026-01-15"],
    ["2025-01-15", -1, "2024-12-15"],
    ["2020-02-29", 12, "2021-02-28"],
    ["2020-02-29", 48, "2024-02-29"],
    ["2025-03-10", 0, "2025-03-10"],
  ])("%s and %i months is %s", (date, months, expected) => {
    expect(addMonths(date, months)).toBe(expected);
  });

  it("end with their month and their year", () => {
    expect(endOfMonth("2024-02-01")).toBe("2024-02-29");
    expect(endOfMonth("2025-04-30")).toBe("2025-04-30");
    expect(endOfYear("2025-04-30")).toBe("2025-12-31");
  });

  it("stay dates, and in order, under any number of months", () => {
    const day = fc.record({
      year: fc.integer({ min: 1990, max: 2090 }),
      month: fc.integer({ min: 1, max: 12 }),
      part: fc.double({ min: 0, max: 0.999, noNaN: true }),
    });
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 240 }), ({ year, month, part }, months) => {
        const date = `${year}-${String(month).padStart(2, "0")}-${String(1 + Math.floor(part * daysInMonth(year, month))).padStart(2, "0")}`;
        const later = addMonths(date, months);
        expect(isIsoDate(later)).toBe(true);
        expect(later >= date).toBe(true);
        expect(addMonths(date, months + 1) > later).toBe(true);
      }),
    );
  });
});

test.each([
  ["2026-06-30T08:00:00+08:00", true],
  ["2026-06-30T08:00Z", true],
  ["2026-06-30T08:00:00.123Z", true],
  ["2026-02-31T08:00:00Z", false],
  ["0000-01-01T00:00:00Z", false],
  ["2026-06-30T24:00:00Z", false],
  ["2026-06-30T08:00:60Z", false],
  ["2026-06-30T08:00:00+99:00", false],
  ["2026-06-30", false],
  ["1", false],
])("%s is a moment: %s", (text, is) => {
  expect(isMoment(text)).toBe(is);
});
