import type { Credits } from "./credit.ts";
import { type Grade, type GradeScale, scoreOf, type SpecialResult } from "./grade.ts";

/** A school's formula of grade points. Data with the scale it belongs to: schools differ in every part of it. */
export interface GradePointFormula {
  /** Of several results of one course: the best, or each of them. */
  readonly results: "BEST" | "ALL";
  /** Grade points of a score of at least so many tenths, in hundredths of a point: the table is read from above. */
  readonly bands: readonly {
    readonly leastTenths: number;
    /** At the least score; and how many more for each tenth above it. */
    readonly points: number;
    readonly perTenth?: number;
  }[];
  /** Results without a number that count as zero points (缺考, 旷考, 作弊); all others are left out. */
  readonly zero: readonly SpecialResult[];
}

/** A result and the credits that its grade points weigh. */
export interface WeighedResult {
  /** What makes two results those of one course. */
  readonly course: string;
  readonly grade: Grade;
  readonly credits: Credits;
}

/** 平均学分绩点: in hundredths of a point, and over how many credits and results. */
export interface GradePointAverage {
  readonly points: number;
  readonly credits: Credits;
  readonly results: number;
}

/** The grade points of a result, in hundredths; null where its mode has no number: passed or failed has none. */
export function gradePoints(grade: Grade, scale: GradeScale, formula: GradePointFormula): number | null {
  if (grade.mode === "SPECIAL") return formula.zero.includes(grade.result) ? 0 : null;
  const score = scoreOf(grade, scale);
  if (score === null) return null;
  const band = formula.bands
    .filter(({ leastTenths }) => score >= leastTenths)
    .toSorted((a, b) => b.leastTenths - a.leastTenths)[0];
  return band === undefined ? 0 : band.points + (band.perTenth ?? 0) * (score - band.leastTenths);
}

/** The average of grade points weighed by credits, rounded half up; null where nothing has a number and credits. */
export function gradePointAverage(
  results: readonly WeighedResult[],
  scale: GradeScale,
  formula: GradePointFormula,
): GradePointAverage | null {
  const numbered = results.flatMap(({ course, credits, grade }) => {
    const points = gradePoints(grade, scale, formula);
    return points === null || credits === 0 ? [] : [{ course, credits, points }];
  });
  const taken = formula.results === "ALL" ? numbered : bestOf(numbered);
  const credits = taken.reduce((sum, each) => sum + each.credits, 0);
  if (credits === 0) return null;
  const sum = taken.reduce((total, each) => total + each.points * each.credits, 0);
  return { points: Math.floor((2 * sum + credits) / (2 * credits)), credits, results: taken.length };
}

interface Pointed {
  readonly course: string;
  readonly credits: Credits;
  readonly points: number;
}

function bestOf(results: readonly Pointed[]): readonly Pointed[] {
  const best = new Map<string, Pointed>();
  for (const result of results) {
    const before = best.get(result.course);
    const better = before === undefined || result.points > before.points;
    if (better || (result.points === before.points && result.credits > before.credits)) best.set(result.course, result);
  }
  return [...best.values()];
}
