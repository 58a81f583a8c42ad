import type { Grade, GradeLevel, GradingMode, SpecialResult } from "./grade.ts";
import type { Title } from "./id.ts";

/** A written result. The first word of a language is the one we write; the others are read as well. */
type Words<Value extends string> = Readonly<
  Record<Value, { readonly zh: readonly string[]; readonly en: readonly string[] }>
>;

const LEVELS: Words<GradeLevel> = {
  EXCELLENT: { zh: ["优秀", "优"], en: ["Excellent"] },
  GOOD: { zh: ["良好", "良"], en: ["Good"] },
  MEDIUM: { zh: ["中等", "中"], en: ["Medium"] },
  PASS: { zh: ["及格"], en: ["Pass"] },
  FAIL: { zh: ["不及格"], en: ["Fail"] },
};
const RESULTS: Words<"PASSED" | "FAILED"> = {
  PASSED: { zh: ["合格", "通过"], en: ["Passed", "Pass"] },
  FAILED: { zh: ["不合格", "未通过", "不通过"], en: ["Failed", "Fail"] },
};
const SPECIALS: Words<SpecialResult> = {
  ABSENT: { zh: ["缺考"], en: ["Absent"] },
  DEFERRED: { zh: ["缓考"], en: ["Deferred"] },
  TRUANT: { zh: ["旷考"], en: ["Truant"] },
  CHEATED: { zh: ["作弊"], en: ["Cheated"] },
  EXEMPTED: { zh: ["免修"], en: ["Exempted"] },
};

/** The name of each mode, for people. */
export const MODE_TITLES: Readonly<Record<GradingMode, Title>> = {
  PERCENT: { zh: "百分制", en: "0 to 100" },
  FIVE_LEVEL: { zh: "五级制：优秀、良好、中等、及格、不及格", en: "Excellent, Good, Medium, Pass, Fail" },
  PASS_FAIL: { zh: "两级制：合格、不合格", en: "Passed, Failed" },
};

/** Hundred points, with at most one decimal. */
const SCORE = /^(100(?:\.0)?|\d{1,2}(?:\.\d)?)$/;

/** Reads a result as a school writes it (85.5, 优秀, 合格, 缺考) in the mode of its course; null where it does not fit. */
export function parseGrade(text: string, mode: GradingMode): Grade | null {
  const special = wordIn(SPECIALS, text);
  if (special !== null) return { mode: "SPECIAL", result: special };
  switch (mode) {
    case "PERCENT":
      return SCORE.test(text) ? { mode, scoreTenths: Math.round(Number(text) * 10) } : null;
    case "FIVE_LEVEL": {
      const level = wordIn(LEVELS, text);
      return level === null ? null : { mode, level };
    }
    case "PASS_FAIL": {
      const result = wordIn(RESULTS, text);
      return result === null ? null : { mode, passed: result === "PASSED" };
    }
  }
}

/** Reads a result whose course has no mode on record: by its own form; null where it has none. */
export function parseAnyGrade(text: string): Grade | null {
  return parseGrade(text, "PERCENT") ?? parseGrade(text, "FIVE_LEVEL") ?? parseGrade(text, "PASS_FAIL");
}

/** Writes a result for a reader. */
export function formatGrade(grade: Grade, language: "zh" | "en"): string {
  switch (grade.mode) {
    case "PERCENT":
      return String(grade.scoreTenths / 10);
    case "FIVE_LEVEL":
      return LEVELS[grade.level][language][0] ?? grade.level;
    case "PASS_FAIL":
      return RESULTS[grade.passed ? "PASSED" : "FAILED"][language][0] ?? "";
    case "SPECIAL":
      return SPECIALS[grade.result][language][0] ?? grade.result;
  }
}

/** The code of a result without a number: EXCELLENT, PASSED, ABSENT; null where it is a number. */
export function gradeCode(grade: Grade): string | null {
  if (grade.mode === "PERCENT") return null;
  if (grade.mode === "FIVE_LEVEL") return grade.level;
  return grade.mode === "SPECIAL" ? grade.result : grade.passed ? "PASSED" : "FAILED";
}

function wordIn<Value extends string>(words: Words<Value>, text: string): Value | null {
  const wanted = text.toLowerCase();
  const found = Object.entries<Words<Value>[Value]>(words).find(
    ([code, { zh, en }]) =>
      zh.includes(text) || en.some((word) => word.toLowerCase() === wanted) || code.toLowerCase() === wanted,
  );
  return found === undefined ? null : (found[0] as Value);
}
