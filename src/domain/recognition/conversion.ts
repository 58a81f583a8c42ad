import type { Credits } from "../credit.ts";
import { capGrade, compareGrades, type Grade, type GradeScale } from "../grade.ts";
import type { AchievementFact } from "./facts.ts";
import type { ConversionStep } from "./outcome.ts";
import type { Conversion, RecordedGrade } from "./rule.ts";

const ROUNDING_STEPS = { DOWN_HUNDREDTH: 1, DOWN_HALF: 50, DOWN_WHOLE: 100 } as const;

/**
 * What the sources are worth at the target, in hundredths of a credit. A course is recognised whole, so for courses the worth
 * must reach the target's credits, and exactly these are recorded; blanket credit is recorded as it is worth.
 */
export function convert(conversion: Conversion, sourceCredits: Credits, targetCredits: Credits): ConversionStep {
  const basisPoints = conversion.kind === "RATIO" ? conversion.basisPoints : null;
  return {
    kind: conversion.kind,
    sourceCredits,
    targetCredits,
    basisPoints,
    result: worthOf(conversion, sourceCredits, targetCredits),
  };
}

/** What source credits come to at a target of so many credits, before it is asked whether that is enough. */
export function worthOf(conversion: Conversion, source: Credits, target: Credits): Credits {
  switch (conversion.kind) {
    case "TARGET":
      return target;
    case "TARGET_IF_COVERED":
      return source >= target ? target : 0;
    case "FIXED":
      return conversion.credits;
    case "LESSER":
      return Math.min(source, target);
    case "RATIO": {
      const step = ROUNDING_STEPS[conversion.rounding];
      return Math.floor((source * conversion.basisPoints) / (10_000 * step)) * step;
    }
  }
}

/** The grade that goes on the record. Of several sources the lowest speaks; null where there is none to carry over. */
export function recordedGradeOf(
  policy: RecordedGrade,
  sources: readonly AchievementFact[],
  scale: GradeScale,
): Grade | null {
  switch (policy.kind) {
    case "ORIGINAL":
      return lowestGrade(sources, scale);
    case "FIXED":
      return policy.grade;
    case "PASS":
      return { mode: "PASS_FAIL", passed: true };
    case "CAPPED": {
      const original = lowestGrade(sources, scale);
      return original === null ? null : capGrade(original, policy.scoreTenths, scale);
    }
    case "BY_PRIZE": {
      for (const { detail } of sources) if (detail.kind === "COMPETITION") return policy.grades[detail.prize] ?? null;
      return null;
    }
  }
}

function lowestGrade(sources: readonly AchievementFact[], scale: GradeScale): Grade | null {
  if (sources.length === 1) return sources[0]?.grade ?? null;
  const grades = sources.flatMap(({ grade }) => (grade === null ? [] : [grade]));
  return grades.sort((a, b) => compareGrades(a, b, scale))[0] ?? null;
}
