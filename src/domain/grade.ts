/** How a result is recorded: 百分制, 五级制, 两级制. Source: 成绩记录方式 in the glossary. */
export const GRADING_MODES = ["PERCENT", "FIVE_LEVEL", "PASS_FAIL"] as const;
export type GradingMode = (typeof GRADING_MODES)[number];

/** 优秀 良好 中等 及格 不及格. */
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
