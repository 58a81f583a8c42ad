import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CourseResult, supersededSince } from "../../../src/domain/ledger/counted.ts";

const result = (achievementId: string, change: Partial<CourseResult> = {}): CourseResult => ({
  achievementId,
  credits: 400,
  scoreTenths: 700,
  completedOn: "2025-01-10",
  ...change,
});
const day = (n: number): string => `2025-0${1 + n}-10`;
const results = fc.uniqueArray(
  fc.record({
    achievementId: fc.integer({ min: 10, max: 40 }).map(String),
    credits: fc.constantFrom(200, 300, 400),
    scoreTenths: fc.option(fc.constantFrom(600, 700, 855), { nil: null }),
    completedOn: fc.nat({ max: 5 }).map(day),
  }),
  { selector: ({ achievementId }) => achievementId, minLength: 1, maxLength: 7 },
);

/** The best of some results, found by trying: nobody is better. */
function best(of: readonly CourseResult[]): CourseResult | undefined {
  const rank = ({ scoreTenths, credits, completedOn }: CourseResult) =>
    [String(scoreTenths ?? 0).padStart(4, "0"), String(credits).padStart(4, "0"), completedOn].join();
  return of.toSorted((a, b) =>
    rank(a) === rank(b) ? Number(a.achievementId) - Number(b.achievementId) : rank(a) < rank(b) ? 1 : -1,
  )[0];
}

describe("of several results of one course", () => {
  test("the highest counts, and a lower one does not from the day both were there", () => {
    const [first, retake] = [result("1"), result("2", { scoreTenths: 855, completedOn: "2026-01-10" })];
    expect(supersededSince([first, retake])).toEqual(new Map([["1", "2026-01-10"]]));
  });

  test("a lower one that comes later never counts", () => {
    const later = result("2", { scoreTenths: 610, completedOn: "2026-01-10" });
    expect(supersededSince([result("1"), later])).toEqual(new Map([["2", "2026-01-10"]]));
  });

  test("a higher one that is worth less counts all the same: the result decides, then the credits", () => {
    const cheaper = result("2", { scoreTenths: 855, credits: 300 });
    expect([...supersededSince([result("1"), cheaper]).keys()]).toEqual(["1"]);
    expect([...supersededSince([result("1"), result("2", { credits: 300 })]).keys()]).toEqual(["2"]);
  });

  test("one without a number comes after those that have one", () => {
    expect([
      ...supersededSince([result("1", { scoreTenths: null }), result("2", { scoreTenths: 600 })]).keys(),
    ]).toEqual(["1"]);
  });

  test("one counts, the best of all", () => {
    fc.assert(
      fc.property(results, (of) => {
        const since = supersededSince(of);
        const counting = of.filter(({ achievementId }) => !since.has(achievementId));
        expect(counting).toEqual([best(of)]);
      }),
    );
  });

  test("what counts as of any day is worth the best that was completed by then", () => {
    fc.assert(
      fc.property(results, fc.nat({ max: 5 }).map(day), (of, asOf) => {
        const since = supersededSince(of);
        const there = of.filter(({ completedOn }) => completedOn <= asOf);
        const counting = there.filter(({ achievementId }) => (since.get(achievementId) ?? "9999-12-31") > asOf);
        expect(counting.reduce((sum, { credits }) => sum + credits, 0)).toBe(best(there)?.credits ?? 0);
      }),
    );
  });

  test("the order in which they arrive is of no matter", () => {
    fc.assert(
      fc.property(
        results.chain((of) => fc.tuple(fc.constant(of), fc.shuffledSubarray([...of], { minLength: of.length }))),
        ([of, shuffled]) => {
          expect(Object.fromEntries(supersededSince(shuffled))).toEqual(Object.fromEntries(supersededSince(of)));
        },
      ),
    );
  });
});
