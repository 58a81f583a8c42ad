import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isProblem } from "../../../src/domain/problem.ts";
import { eligibilityOf } from "../../../src/domain/selection/eligibility.ts";
import { availableTo, poolFor, type SectionSeats, takenIn, withSeat } from "../../../src/domain/selection/seating.ts";

const HOST = "host";
const PARTNER = "partner";
const STRANGER = "stranger";
const NOW = new Date("2026-09-01T04:00:00Z");

function section(parts: Partial<SectionSeats> = {}): SectionSeats {
  return {
    status: "OPEN",
    opensAt: "2026-09-01T00:00:00.000Z",
    closesAt: "2026-09-08T00:00:00.000Z",
    capacity: 3,
    openTaken: 0,
    reservations: new Map([[PARTNER, { reserved: 2, taken: 0 }]]),
    ...parts,
  };
}

describe("a seat is given", () => {
  test("from the school's own reservation first, then from the open part", () => {
    let seats = section();
    expect(poolFor(seats, PARTNER, NOW)).toBe("RESERVED");
    seats = withSeat(withSeat(seats, PARTNER, "RESERVED", 1), PARTNER, "RESERVED", 1);
    expect(poolFor(seats, PARTNER, NOW)).toBe("OPEN");
  });

  test("to the host's own students and to strangers from the open part only", () => {
    for (const school of [HOST, STRANGER]) {
      expect(poolFor(section(), school, NOW)).toBe("OPEN");
      expect(poolFor(section({ openTaken: 1 }), school, NOW)).toMatchObject({ code: "SECTION_RESERVED" });
    }
  });

  test("to nobody once all are taken", () => {
    const full = section({ openTaken: 1, reservations: new Map([[PARTNER, { reserved: 2, taken: 2 }]]) });
    for (const school of [HOST, PARTNER, STRANGER])
      expect(poolFor(full, school, NOW)).toMatchObject({ code: "SECTION_FULL" });
  });

  test("only while the section and its window are open, from the first moment and not at the last", () => {
    const shut = { code: "SECTION_NOT_OPEN" };
    expect(poolFor(section({ status: "CLOSED" }), HOST, NOW)).toMatchObject(shut);
    expect(poolFor(section(), HOST, new Date("2026-09-08T00:00:00Z"))).toMatchObject(shut);
    expect(poolFor(section(), HOST, new Date("2026-08-31T23:59:59Z"))).toMatchObject(shut);
    expect(poolFor(section(), HOST, new Date("2026-09-01T00:00:00Z"))).toBe("OPEN");
  });

  test("never beyond the capacity or a reservation, and as long as any is available to the school", () => {
    const schools = fc.array(fc.constantFrom(HOST, PARTNER, STRANGER), { maxLength: 40 });
    fc.assert(
      fc.property(fc.nat(12), fc.nat(12), schools, (open, reserved, callers) => {
        let seats = section({ capacity: open + reserved, reservations: new Map([[PARTNER, { reserved, taken: 0 }]]) });
        for (const caller of callers) {
          const available = availableTo(seats, caller);
          const pool = poolFor(seats, caller, NOW);
          expect(isProblem(pool)).toBe(available === 0);
          if (isProblem(pool)) continue;
          seats = withSeat(seats, caller, pool, 1);
          expect(availableTo(seats, caller)).toBe(available - 1);
        }
        expect(takenIn(seats)).toBeLessThanOrEqual(seats.capacity);
        expect(seats.openTaken).toBeLessThanOrEqual(open);
        expect(seats.reservations.get(PARTNER)?.taken).toBeLessThanOrEqual(reserved);
      }),
    );
  });
});

describe("whoever may sit", () => {
  const facts = { courseId: "c", prerequisites: [], passedCourseIds: new Set<string>() };
  const title = { zh: "电工基础", en: "Basics of electricity" };

  test("has not passed the course", () => {
    expect(eligibilityOf(facts)).toEqual({ kind: "ELIGIBLE" });
    expect(eligibilityOf({ ...facts, passedCourseIds: new Set(["c"]) })).toEqual({ kind: "COURSE_ALREADY_PASSED" });
  });

  test("has passed every prerequisite, and hears which one is missing", () => {
    const prerequisites = [
      { courseId: "p", title },
      { courseId: "q", title },
    ];
    expect(eligibilityOf({ ...facts, prerequisites, passedCourseIds: new Set(["p"]) })).toEqual({
      kind: "PREREQUISITE_MISSING",
      courseId: "q",
      title,
    });
  });
});
