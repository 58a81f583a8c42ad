import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isProblem } from "../../../src/domain/problem.ts";
import {
  changesOf,
  goesOn,
  mayEnter,
  REGISTRATION_STATUSES,
  STATUS_CHANGE_KINDS,
  statusAfter,
  yearsBetween,
} from "../../../src/domain/registry/registration.ts";

describe("a registration", () => {
  test("ends once: nothing brings back one that was left", () => {
    for (const status of REGISTRATION_STATUSES.filter((each) => !goesOn(each))) {
      for (const kind of changesOf(status)) {
        const after = statusAfter(status, kind);
        expect(isProblem(after) || goesOn(after), `${status} ${kind}`).toBe(false);
      }
    }
  });

  test.each([
    ["ACTIVE", "LEAVE", "ON_LEAVE"],
    ["ACTIVE", "MILITARY_SERVICE", "ON_LEAVE"],
    ["ON_LEAVE", "RETURN", "ACTIVE"],
    ["ACTIVE", "REPEAT_YEAR", "ACTIVE"],
    ["ACTIVE", "CHANGE_OF_MAJOR", "TRANSFERRED"],
    ["ON_LEAVE", "WITHDRAWAL", "WITHDRAWN"],
    ["COMPLETED", "GRADUATION", "GRADUATED"],
  ] as const)("that is %s comes by %s to be %s", (before, kind, after) => {
    expect(statusAfter(before, kind)).toBe(after);
  });

  test.each([
    ["ACTIVE", "RETURN"],
    ["ON_LEAVE", "LEAVE"],
    ["ON_LEAVE", "GRADUATION"],
    ["ON_LEAVE", "CHANGE_OF_MAJOR"],
    ["WITHDRAWN", "RETURN"],
    ["GRADUATED", "WITHDRAWAL"],
  ] as const)("that is %s cannot take %s", (status, kind) => {
    expect(statusAfter(status, kind)).toMatchObject({ code: "STATUS_CHANGE_IMPOSSIBLE" });
    expect(changesOf(status)).not.toContain(kind);
  });

  test("leaves its place in the phase only when it goes on no more", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...STATUS_CHANGE_KINDS), { maxLength: 12 }),
        fc.integer({ min: 1, max: 3 }),
        (kinds, phase) => {
          let status: (typeof REGISTRATION_STATUSES)[number] = "ACTIVE";
          for (const kind of kinds) {
            const after = statusAfter(status, kind);
            if (!isProblem(after)) status = after;
            expect(mayEnter([{ phase: 1, status }], phase)).toBe(phase !== 1 || !goesOn(status));
          }
        },
      ),
    );
  });
});

describe("years between two days", () => {
  test.each([
    ["a leave within a school year", "2024-09-01", "2024-11-10", "2025-03-01", 0],
    ["a leave over one summer", "2024-09-01", "2024-11-10", "2025-09-01", 1],
    ["two years of service", "2024-09-01", "2025-09-10", "2027-09-15", 2],
    ["one day before the year begins", "2024-09-01", "2024-11-10", "2025-08-31", 0],
    ["entered on a leap day", "2024-02-29", "2024-03-01", "2025-02-28", 1],
    ["a return before the leave", "2024-09-01", "2025-11-10", "2024-11-10", 0],
  ])("%s", (_, enteredOn, from, until, years) => {
    expect(yearsBetween(enteredOn, from, until)).toBe(years);
  });
});
