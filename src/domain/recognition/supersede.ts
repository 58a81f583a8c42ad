import { compareGrades, type GradeScale, passes } from "../grade.ts";
import type { Id, IsoDate } from "../id.ts";
import { EDUCATION_LEVELS } from "../major.ts";
import { type AchievementFact, CERTIFICATE_LEVELS, COMPETITION_TIERS, PRIZES } from "./facts.ts";

/**
 * Step 0: of several achievements of one family (same course, certificate line, competition series) valid on the day, only the
 * highest (level, grade, latest) competes.
 * @returns for each superseded achievement, the one that stands in its place.
 */
export function supersede(
  facts: readonly AchievementFact[],
  asOf: IsoDate,
  scale: GradeScale,
): ReadonlyMap<Id, AchievementFact> {
  const families = new Map<string, AchievementFact[]>();
  for (const fact of facts) {
    const family = familyOf(fact);
    if (family === null || !isValid(fact, asOf, scale)) continue;
    const members = families.get(family);
    if (members === undefined) families.set(family, [fact]);
    else members.push(fact);
  }
  const superseded = new Map<Id, AchievementFact>();
  for (const members of families.values()) {
    const [best, ...others] = members.sort((a, b) => better(a, b, scale));
    if (best !== undefined) for (const other of others) superseded.set(other.id, best);
  }
  return superseded;
}

/** What makes two achievements one outcome; null where every achievement stands for itself. */
function familyOf(fact: AchievementFact): string | null {
  const { detail } = fact;
  switch (detail.kind) {
    case "COURSE":
    case "EXTERNAL_COURSE":
    case "ONLINE_COURSE":
      return `course ${detail.courseId ?? `${fact.institutionId} ${detail.kind} ${detail.code}`}`;
    case "CERTIFICATE":
      return `certificate ${detail.certificateId}`;
    case "COMPETITION":
      return `series ${detail.series}`;
    case "WORK":
    case "SERVICE":
    case "PRIOR_LEARNING":
      return null;
  }
}

function isValid(fact: AchievementFact, asOf: IsoDate, scale: GradeScale): boolean {
  if (fact.completedOn > asOf || (fact.grade !== null && !passes(fact.grade, scale))) return false;
  const { detail } = fact;
  return detail.kind !== "CERTIFICATE" || detail.validUntil === null || detail.validUntil >= asOf;
}

/** Sorts the better first; the id only makes the order total. */
function better(a: AchievementFact, b: AchievementFact, scale: GradeScale): number {
  return (
    rankOf(b) - rankOf(a) ||
    compareGrades(b.grade, a.grade, scale) ||
    compareText(b.completedOn, a.completedOn) ||
    compareText(a.id, b.id)
  );
}

/** The level of an outcome as one number, higher is better: a certificate's level, an award's tier and prize, a course's level. */
function rankOf(fact: AchievementFact): number {
  const { detail } = fact;
  if (detail.kind === "CERTIFICATE") return certificateRank(detail.level);
  if (detail.kind === "COMPETITION")
    return -(COMPETITION_TIERS.indexOf(detail.tier) * PRIZES.length + PRIZES.indexOf(detail.prize));
  return fact.level === null ? -1 : EDUCATION_LEVELS.indexOf(fact.level);
}

/** The order of certificate levels, higher is better; an ungraded certificate is below every graded one. */
export function certificateRank(level: (typeof CERTIFICATE_LEVELS)[number]): number {
  return level === "UNGRADED" ? -1 : CERTIFICATE_LEVELS.indexOf(level);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
