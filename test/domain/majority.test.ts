import fc from "fast-check";
import { expect, test } from "vitest";
import { isYounger, type KnownAge, lastDayOfMinority } from "../../src/domain/majority.ts";

test.each([
  ["2010-03-15", "2028-03-14"],
  ["2010-01-01", "2027-12-31"],
  ["2008-02-29", "2026-02-28"],
  ["2010-03-01", "2028-02-29"],
])("born on %s, the last day of minority is %s", (bornOn, last) => {
  expect(lastDayOfMinority(bornOn, { years: 18 })).toBe(last);
});

const known = (change: Partial<KnownAge>): KnownAge => ({ birthOn: null, level: null, enteredOn: null, ...change });

test.each([
  ["2008-11-25", "2026-11-24", true],
  ["2008-11-25", "2026-11-25", false],
  // born on a leap day, of age on the first of March
  ["2008-02-29", "2026-02-28", true],
  ["2008-02-29", "2026-03-01", false],
])("born on %s, someone is on %s a minor: %s", (birthOn, on, minor) => {
  expect(isYounger(known({ birthOn }), 18, on)).toBe(minor);
});

test("a birth date decides whatever one is registered in", () => {
  const enteredOn = "2026-09-01";
  expect(isYounger({ birthOn: "2008-12-01", level: "ASSOCIATE", enteredOn }, 18, "2026-11-24")).toBe(true);
  expect(isYounger({ birthOn: "2007-12-01", level: "SECONDARY", enteredOn }, 18, "2026-11-24")).toBe(false);
});

test("without a birth date, one counts as a minor in a secondary programme, and in the first year of any other", () => {
  const [enteredOn, level] = ["2025-09-01", "ASSOCIATE"] as const;
  expect(isYounger(known({ level: "SECONDARY", enteredOn: "2015-09-01" }), 18, "2026-11-24")).toBe(true);
  expect(isYounger(known({ level, enteredOn }), 18, "2026-08-31")).toBe(true);
  expect(isYounger(known({ level, enteredOn }), 18, "2026-09-01")).toBe(false);
  expect(isYounger(known({}), 18, "2026-09-01")).toBe(false);
});

test("nobody grows younger, and whoever is younger than an age is younger than any greater one", () => {
  const day = fc
    .date({ min: new Date("1990-01-01"), max: new Date("2060-12-31"), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));
  fc.assert(
    fc.property(
      day,
      day,
      day,
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 0, max: 5 }),
      (birthOn, a, b, years, more) => {
        const [sooner = a, later = b] = [a, b].sort();
        const person = known({ birthOn });
        if (isYounger(person, years, later)) expect(isYounger(person, years, sooner)).toBe(true);
        if (isYounger(person, years, sooner)) expect(isYounger(person, years + more, sooner)).toBe(true);
      },
    ),
  );
});
