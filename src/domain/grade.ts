/** How a result is recorded: 百分制, 五级制, 两级制. Source: 成绩记录方式 in the glossary. */
export const GRADING_MODES = ["PERCENT", "FIVE_LEVEL", "PASS_FAIL"] as const;
export type GradingMode = (typeof GRADING_MODES)[number];

/** 优秀 良好 中等 及格 不及格. Best first. */
export const GRADE_LEVELS = ["EXCELLENT", "GOOD", "MEDIUM", "PASS", "FAIL"] as const;
export type GradeLevel = (typeof GRADE_LEVELS)[number];

/** 缺考 缓考 旷考 作弊 免修: values of a result, not errors. None of them carries a number. */
export const SPECIAL_RESULTS = ["ABSENT", "DEFERRED", "TRUANT", "CHEATED", "EXEMPTED"] as const;
export type SpecialResult = (typeof SPECIAL_RESULTS)[number];

/** A result as it was given; never a number where its mode has none. Scores are integers in tenths of a point (855 = 85.5). */
export type Grade =
  | { readonly mode: "PERCENT"; readonly scoreTenths: number }
  | { readonly mode: "FIVE_LEVEL"; readonly level: GradeLevel }
  | { readonly mode: "PASS_FAIL"; readonly passed: boolean }
  | { readonly mode: "SPECIAL"; readonly result: SpecialResult };

/** A school's grading scale: its pass mark, the bands of the five levels and the numbers they are read back as. Data, cited. */
export interface GradeScale {
  readonly passTenths: number;
  /** Least score of each level, in tenths. */
  readonly bands: Readonly<Record<GradeLevel, number>>;
  /** The score a level stands for where a number is needed, in tenths. */
  readonly reverse: Readonly<Record<GradeLevel, number>>;
}

/** A bound on a grade, stated per mode; a mode without a bound is not accepted. */
export interface GradeBound {
  readonly scoreTenths?: number;
  readonly level?: GradeLevel;
  /** Whether a bare "passed" meets the bound. */
  readonly passFail?: boolean;
}

/** Whether a grade passes, by the pass mark of the scale. A special result never passes. */
export function passes(grade: Grade, scale: Pick<GradeScale, "passTenths">): boolean {
  switch (grade.mode) {
    case "PERCENT":
      return grade.scoreTenths >= scale.passTenths;
    case "FIVE_LEVEL":
      return grade.level !== "FAIL";
    case "PASS_FAIL":
      return grade.passed;
    case "SPECIAL":
      return false;
  }
}

/** How a grade stands to a bound. A special result has no mode of its own, so no bound accepts it. */
export type BoundResult = "BELOW" | "EQUAL" | "ABOVE" | "MODE_NOT_ACCEPTED";

/** Compares a grade with the bound stated for its mode. "Passed" stands at the bound, "failed" below it. */
export function compareToBound(grade: Grade, bound: GradeBound): BoundResult {
  switch (grade.mode) {
    case "PERCENT":
      return bound.scoreTenths === undefined ? "MODE_NOT_ACCEPTED" : sign(grade.scoreTenths - bound.scoreTenths);
    case "FIVE_LEVEL":
      return bound.level === undefined
        ? "MODE_NOT_ACCEPTED"
        : sign(GRADE_LEVELS.indexOf(bound.level) - GRADE_LEVELS.indexOf(grade.level));
    case "PASS_FAIL":
      return bound.passFail !== true ? "MODE_NOT_ACCEPTED" : grade.passed ? "EQUAL" : "BELOW";
    case "SPECIAL":
      return "MODE_NOT_ACCEPTED";
  }
}

/** The bound in the mode of a grade, as a grade to be shown; null where the mode has none. */
export function boundAsGrade(grade: Grade, bound: GradeBound): Grade | null {
  if (grade.mode === "PERCENT" && bound.scoreTenths !== undefined)
    return { mode: "PERCENT", scoreTenths: bound.scoreTenths };
  if (grade.mode === "FIVE_LEVEL" && bound.level !== undefined) return { mode: "FIVE_LEVEL", level: bound.level };
  if (grade.mode === "PASS_FAIL" && bound.passFail === true) return { mode: "PASS_FAIL", passed: true };
  return null;
}

/** The level a score falls into, by the bands of the scale. */
export function levelOf(scoreTenths: number, scale: GradeScale): GradeLevel {
  return GRADE_LEVELS.find((level) => scoreTenths >= scale.bands[level]) ?? "FAIL";
}

/** The score a grade stands for, in tenths: its own, or the level's reverse value; null where its mode has no number. */
export function scoreOf(grade: Grade, scale: GradeScale): number | null {
  if (grade.mode === "PERCENT") return grade.scoreTenths;
  return grade.mode === "FIVE_LEVEL" ? scale.reverse[grade.level] : null;
}

/** A grade with its number held down to a ceiling (tenths). A level comes down to the ceiling's level; a mode without a number stays. */
export function capGrade(grade: Grade, ceilingTenths: number, scale: GradeScale): Grade {
  if (grade.mode === "PERCENT") return { mode: "PERCENT", scoreTenths: Math.min(grade.scoreTenths, ceilingTenths) };
  if (grade.mode !== "FIVE_LEVEL") return grade;
  const ceiling = levelOf(ceilingTenths, scale);
  return GRADE_LEVELS.indexOf(grade.level) < GRADE_LEVELS.indexOf(ceiling)
    ? { mode: "FIVE_LEVEL", level: ceiling }
    : grade;
}

/**
 * Orders two results of one outcome: positive where `a` is better. A pass beats a fail; two results of different modes
 * compare by the numbers the scale gives them, and are equal where one has none.
 */
export function compareGrades(a: Grade | null, b: Grade | null, scale: GradeScale): number {
  const passed = Number(a !== null && passes(a, scale)) - Number(b !== null && passes(b, scale));
  if (passed !== 0 || a === null || b === null) return passed;
  const [left, right] = [scoreOf(a, scale), scoreOf(b, scale)];
  return left === null || right === null ? 0 : left - right;
}

function sign(difference: number): BoundResult {
  return difference < 0 ? "BELOW" : difference > 0 ? "ABOVE" : "EQUAL";
}
