import { describe, expect, it } from "vitest";
import {
  boundAsGrade,
  capGrade,
  compareGrades,
  compareToBound,
  type Grade,
  levelOf,
  passes,
  SPECIAL_RESULTS,
  scoreOf,
} from "../../src/domain/grade.ts";
import { percent, SCALE } from "./recognition/builders.ts";

const level = (name: "EXCELLENT" | "GOOD" | "MEDIUM" | "PASS" | "FAIL"): Grade => ({ mode: "FIVE_LEVEL", level: name });
const bare = (passed: boolean): Grade => ({ mode: "PASS_FAIL", passed });

describe("a pass", () => {
  it.each([
    [percent(60), true],
    [percent(59.9), false],
    [level("PASS"), true],
    [level("FAIL"), false],
    [bare(true), true],
    [bare(false), false],
  ])("%j passes: %j", (grade, expected) => {
    expect(passes(grade, SCALE)).toBe(expected);
  });

  it("is never a special result, not even an exemption", () => {
    for (const result of SPECIAL_RESULTS) expect(passes({ mode: "SPECIAL", result }, SCALE)).toBe(false);
  });
});

describe("a bound", () => {
  const bound = { scoreTenths: 700, level: "MEDIUM", passFail: true } as const;

  it("is compared in the grade's own mode", () => {
    expect([percent(69.9), percent(70), percent(71)].map((grade) => compareToBound(grade, bound))).toEqual([
      "BELOW",
      "EQUAL",
      "ABOVE",
    ]);
    expect([level("PASS"), level("MEDIUM"), level("GOOD")].map((grade) => compareToBound(grade, bound))).toEqual([
      "BELOW",
      "EQUAL",
      "ABOVE",
    ]);
    expect([bare(false), bare(true)].map((grade) => compareToBound(grade, bound))).toEqual(["BELOW", "EQUAL"]);
  });

  it("accepts no mode it does not state, and no special result", () => {
    expect(compareToBound(level("EXCELLENT"), { scoreTenths: 600 })).toBe("MODE_NOT_ACCEPTED");
    expect(compareToBound(bare(true), { scoreTenths: 600, passFail: false })).toBe("MODE_NOT_ACCEPTED");
    expect(compareToBound({ mode: "SPECIAL", result: "EXEMPTED" }, bound)).toBe("MODE_NOT_ACCEPTED");
  });

  it("is shown in the grade's own mode, or not at all", () => {
    expect(boundAsGrade(percent(80), bound)).toEqual(percent(70));
    expect(boundAsGrade(level("GOOD"), bound)).toEqual(level("MEDIUM"));
    expect(boundAsGrade(bare(true), { scoreTenths: 1 })).toBeNull();
  });
});

describe("numbers and levels", () => {
  it("fall into the bands of the scale, at their edges too", () => {
    expect([900, 899, 800, 700, 600, 599].map((score) => levelOf(score, SCALE))).toEqual([
      "EXCELLENT",
      "GOOD",
      "GOOD",
      "MEDIUM",
      "PASS",
      "FAIL",
    ]);
  });

  it("a mode without a number has none", () => {
    expect(scoreOf(level("GOOD"), SCALE)).toBe(850);
    expect(scoreOf(bare(true), SCALE)).toBeNull();
    expect(scoreOf({ mode: "SPECIAL", result: "ABSENT" }, SCALE)).toBeNull();
  });

  it("a capped grade never rises and keeps its mode", () => {
    expect(capGrade(percent(90), 700, SCALE)).toEqual(percent(70));
    expect(capGrade(percent(65), 700, SCALE)).toEqual(percent(65));
    expect(capGrade(level("EXCELLENT"), 700, SCALE)).toEqual(level("MEDIUM"));
    expect(capGrade(level("PASS"), 700, SCALE)).toEqual(level("PASS"));
    expect(capGrade(bare(true), 700, SCALE)).toEqual(bare(true));
  });

  it("the better of two results is a pass before a fail, then the higher number", () => {
    expect(compareGrades(percent(60), percent(59), SCALE)).toBeGreaterThan(0);
    expect(compareGrades(level("GOOD"), percent(80), SCALE)).toBeGreaterThan(0);
    expect(compareGrades(bare(true), percent(99), SCALE)).toBe(0);
    expect(compareGrades(null, percent(10), SCALE)).toBe(0);
    expect(compareGrades(null, percent(60), SCALE)).toBeLessThan(0);
  });
});
