import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GRADE_LEVELS, type Grade, type GradingMode, SPECIAL_RESULTS } from "../../src/domain/grade.ts";
import { formatGrade, gradeCode, parseAnyGrade, parseGrade } from "../../src/domain/grade-text.ts";

describe("a written result", () => {
  test.each<[GradingMode, string, Grade]>([
    ["PERCENT", "85.5", { mode: "PERCENT", scoreTenths: 855 }],
    ["PERCENT", "100", { mode: "PERCENT", scoreTenths: 1000 }],
    ["PERCENT", "0", { mode: "PERCENT", scoreTenths: 0 }],
    ["PERCENT", "缺考", { mode: "SPECIAL", result: "ABSENT" }],
    ["FIVE_LEVEL", "优秀", { mode: "FIVE_LEVEL", level: "EXCELLENT" }],
    ["FIVE_LEVEL", "不及格", { mode: "FIVE_LEVEL", level: "FAIL" }],
    ["FIVE_LEVEL", "good", { mode: "FIVE_LEVEL", level: "GOOD" }],
    ["PASS_FAIL", "合格", { mode: "PASS_FAIL", passed: true }],
    ["PASS_FAIL", "未通过", { mode: "PASS_FAIL", passed: false }],
    ["PASS_FAIL", "免修", { mode: "SPECIAL", result: "EXEMPTED" }],
  ])("in %s, %s is read", (mode, text, grade) => {
    expect(parseGrade(text, mode)).toEqual(grade);
  });

  test.each<[GradingMode, string]>([
    ["PERCENT", "优秀"],
    ["PERCENT", "100.5"],
    ["PERCENT", "85.55"],
    ["PERCENT", "-1"],
    ["PERCENT", "1e2"],
    ["FIVE_LEVEL", "85"],
    ["FIVE_LEVEL", "合格"],
    ["PASS_FAIL", "60"],
    ["PASS_FAIL", "及格"],
    ["PASS_FAIL", ""],
  ])("in %s, %s is none", (mode, text) => {
    expect(parseGrade(text, mode)).toBeNull();
  });

  test("is read back from what was written, in both languages, and no mode lends another a number", () => {
    const grades: fc.Arbitrary<Grade> = fc.oneof(
      fc.integer({ min: 0, max: 1000 }).map((scoreTenths) => ({ mode: "PERCENT" as const, scoreTenths })),
      fc.constantFrom(...GRADE_LEVELS).map((level) => ({ mode: "FIVE_LEVEL" as const, level })),
      fc.boolean().map((passed) => ({ mode: "PASS_FAIL" as const, passed })),
      fc.constantFrom(...SPECIAL_RESULTS).map((result) => ({ mode: "SPECIAL" as const, result })),
    );
    fc.assert(
      fc.property(grades, fc.constantFrom("zh" as const, "en" as const), (grade, language) => {
        const mode = grade.mode === "SPECIAL" ? "PERCENT" : grade.mode;
        expect(parseGrade(formatGrade(grade, language), mode)).toEqual(grade);
        expect(parseAnyGrade(formatGrade(grade, "zh"))).toEqual(grade);
        expect(gradeCode(grade) === null).toBe(grade.mode === "PERCENT");
      }),
    );
  });
});
