import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Grade } from "../../src/domain/grade.ts";
import {
  type GradePointFormula,
  gradePointAverage,
  gradePoints,
  type WeighedResult,
} from "../../src/domain/grade-point.ts";

const SCALE = {
  passTenths: 600,
  bands: { EXCELLENT: 900, GOOD: 800, MEDIUM: 700, PASS: 600, FAIL: 0 },
  reverse: { EXCELLENT: 950, GOOD: 850, MEDIUM: 750, PASS: 650, FAIL: 0 },
};
/** x/10 - 5 from 60 points on, 0 below. */
const FORMULA: GradePointFormula = {
  results: "BEST",
  bands: [
    { leastTenths: 600, points: 100, perTenth: 1 },
    { leastTenths: 0, points: 0 },
  ],
  zero: ["ABSENT", "TRUANT", "CHEATED"],
};
const score = (scoreTenths: number): Grade => ({ mode: "PERCENT", scoreTenths });
const result = (course: string, grade: Grade, credits = 400): WeighedResult => ({ course, grade, credits });

describe("grade points", () => {
  test("follow the school's formula, a level by the number that the school reads it as", () => {
    const points = (grade: Grade) => gradePoints(grade, SCALE, FORMULA);
    expect([599, 600, 855, 1000].map((tenths) => points(score(tenths)))).toEqual([0, 100, 355, 500]);
    expect(points({ mode: "FIVE_LEVEL", level: "GOOD" })).toBe(350);
  });

  test("are none where the mode has no number, and zero only for what the school counts as zero", () => {
    expect(gradePoints({ mode: "PASS_FAIL", passed: true }, SCALE, FORMULA)).toBeNull();
    expect(gradePoints({ mode: "SPECIAL", result: "DEFERRED" }, SCALE, FORMULA)).toBeNull();
    expect(gradePoints({ mode: "SPECIAL", result: "EXEMPTED" }, SCALE, FORMULA)).toBeNull();
    expect(gradePoints({ mode: "SPECIAL", result: "CHEATED" }, SCALE, FORMULA)).toBe(0);
  });
});

describe("the average", () => {
  test("is weighed by credits and rounded half up", () => {
    const results = [result("a", score(855), 400), result("b", score(700), 200)];
    // (3.55 * 4 + 2 * 2) / 6 = 3.0333
    expect(gradePointAverage(results, SCALE, FORMULA)).toEqual({ points: 303, credits: 600, results: 2 });
    const halves = [result("a", score(600), 100), result("b", score(601), 100)];
    expect(gradePointAverage(halves, SCALE, FORMULA)?.points).toBe(101);
  });

  test("takes the best of several results of one course, or each of them where the school says so", () => {
    const results = [result("a", score(480)), result("a", score(700))];
    expect(gradePointAverage(results, SCALE, FORMULA)).toEqual({ points: 200, credits: 400, results: 1 });
    expect(gradePointAverage(results, SCALE, { ...FORMULA, results: "ALL" })).toEqual({
      points: 100,
      credits: 800,
      results: 2,
    });
  });

  test("is none where nothing has a number", () => {
    expect(gradePointAverage([result("a", { mode: "PASS_FAIL", passed: true })], SCALE, FORMULA)).toBeNull();
    expect(gradePointAverage([], SCALE, FORMULA)).toBeNull();
  });

  test("lies between the least and the most of its grade points, in whatever order they come", () => {
    const results = fc.array(
      fc.record({
        course: fc.constantFrom("a", "b", "c"),
        grade: fc.integer({ min: 0, max: 1000 }).map(score),
        credits: fc.integer({ min: 1, max: 8 }).map((n) => n * 50),
      }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(results, fc.constantFrom("BEST" as const, "ALL" as const), (of, which) => {
        const formula = { ...FORMULA, results: which };
        const average = gradePointAverage(of, SCALE, formula)?.points ?? -1;
        const points = of.map(({ grade }) => gradePoints(grade, SCALE, formula) ?? 0);
        expect(average).toBeGreaterThanOrEqual(Math.min(...points));
        expect(average).toBeLessThanOrEqual(Math.max(...points));
        expect(gradePointAverage(of.toReversed(), SCALE, formula)?.points).toBe(average);
      }),
    );
  });
});
