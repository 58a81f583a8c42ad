import { describe, expect, it } from "vitest";
import { convert, recordedGradeOf } from "../../../src/domain/recognition/conversion.ts";
import type { Conversion } from "../../../src/domain/recognition/rule.ts";
import { certificate, course, percent, SCALE } from "./builders.ts";

describe("a conversion", () => {
  const ratio = (rounding: "DOWN_HUNDREDTH" | "DOWN_HALF" | "DOWN_WHOLE"): Conversion => ({
    kind: "RATIO",
    basisPoints: 7_777,
    rounding,
  });

  it.each([
    [{ kind: "TARGET" }, 0, 300, 300],
    [{ kind: "TARGET_IF_COVERED" }, 300, 300, 300],
    [{ kind: "TARGET_IF_COVERED" }, 299, 300, 0],
    [{ kind: "FIXED", credits: 200 }, 900, 300, 200],
    [{ kind: "LESSER" }, 200, 300, 200],
    [{ kind: "LESSER" }, 400, 300, 300],
    [ratio("DOWN_HUNDREDTH"), 350, 300, 272],
    [ratio("DOWN_HALF"), 350, 300, 250],
    [ratio("DOWN_WHOLE"), 350, 300, 200],
  ] as const)("%j of %i at a target of %i is worth %i", (conversion, source, target, result) => {
    expect(convert(conversion, source, target)).toMatchObject({ sourceCredits: source, targetCredits: target, result });
  });
});

describe("the grade recorded", () => {
  const award = course("w", 0, {
    grade: null,
    kind: "COMPETITION",
    detail: {
      kind: "COMPETITION",
      competitionId: "c",
      series: "c",
      tier: "CITY",
      prize: "SECOND",
      team: false,
      rankInTeam: null,
    },
  });

  it("is the lowest of several originals, and none where no source has one", () => {
    const sources = [course("a", 100, { grade: percent(90) }), course("b", 100, { grade: percent(70) })];
    expect(recordedGradeOf({ kind: "ORIGINAL" }, sources, SCALE)).toEqual(percent(70));
    expect(recordedGradeOf({ kind: "ORIGINAL" }, [certificate("x")], SCALE)).toBeNull();
  });

  it("is fixed, capped, a pass, or goes by the prize", () => {
    const sources = [course("a", 100, { grade: percent(90) })];
    expect(recordedGradeOf({ kind: "FIXED", grade: percent(80) }, sources, SCALE)).toEqual(percent(80));
    expect(recordedGradeOf({ kind: "CAPPED", scoreTenths: 700 }, sources, SCALE)).toEqual(percent(70));
    expect(recordedGradeOf({ kind: "CAPPED", scoreTenths: 700 }, [certificate("x")], SCALE)).toBeNull();
    expect(recordedGradeOf({ kind: "PASS" }, sources, SCALE)).toEqual({ mode: "PASS_FAIL", passed: true });
    expect(recordedGradeOf({ kind: "BY_PRIZE", grades: { SECOND: percent(92) } }, [award], SCALE)).toEqual(percent(92));
    expect(recordedGradeOf({ kind: "BY_PRIZE", grades: { FIRST: percent(95) } }, [award], SCALE)).toBeNull();
  });
});
