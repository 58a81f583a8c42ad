import { type Credits, shareOf } from "../credit.ts";
import { requiredOf, requiredOfGroups } from "../curriculum/count.ts";
import type { Plan } from "../curriculum/plan.ts";
import { leavesOf, nodeByKey, nodesOf } from "../curriculum/tree.ts";
import type { Id } from "../id.ts";
import type { Application } from "./eligibility.ts";
import type { AchievementKind } from "./facts.ts";
import type { EarlierLine } from "./input.ts";
import type { Cap, CapDenominator, CapScope, OutcompetedCode, RuleSet } from "./rule.ts";

/** What a cap measures of a line, chosen now or decided earlier. */
export interface Measured {
  readonly ruleSetKey: string;
  readonly sources: readonly { readonly achievementId: Id; readonly kind: AchievementKind }[];
  readonly targets: readonly { readonly courseId: Id; readonly credits: Credits }[];
  readonly nodeKey: string | null;
  readonly credits: Credits;
}

/** One cap as it binds in this plan: for EACH_SOURCE one per achievement. */
export interface BindingCap {
  readonly ruleSet: RuleSet;
  readonly cap: Cap;
  readonly achievementId: Id | null;
  readonly code: OutcompetedCode;
  readonly unit: "CREDITS" | "COURSES";
  /** In hundredths of a credit, or in courses; earlier decisions not yet taken off. */
  readonly limit: number;
  /** What a share was taken of, in hundredths or in courses; null for a plain amount. */
  readonly denominator: number | null;
  readonly usedEarlier: number;
  /** What one line takes of it. */
  readonly measure: (line: Measured) => number;
}

const CODES: Readonly<Record<CapScope["kind"], OutcompetedCode>> = {
  TOTAL: "TOTAL_CAP",
  RULE_SET: "AGREEMENT_CAP",
  SOURCE_KINDS: "KIND_CAP",
  TARGET_GROUPS: "GROUP_CAP",
  NODE: "NODE_CAP",
  EACH_SOURCE: "SOURCE_CAP",
};

/** An application as a cap measures it. */
export function measured({ ruleSet, sources, courses, nodeKey, credits }: Application): Measured {
  return {
    ruleSetKey: ruleSet.key,
    sources: sources.map(({ id, kind }) => ({ achievementId: id, kind })),
    targets: courses,
    nodeKey,
    credits,
  };
}

/**
 * The caps of all rule sets as they bind here. They measure recorded credits, surplus included, over all decisions of the
 * registration; every cap of every rule set holds at once, so the strictest does.
 */
export function bindCaps(
  plan: Plan,
  ruleSets: readonly RuleSet[],
  lines: readonly Measured[],
  earlier: readonly EarlierLine[],
): readonly BindingCap[] {
  return ruleSets.flatMap((ruleSet) =>
    [...ruleSet.caps].sort(byKey).flatMap((cap) => {
      const { unit, limit, denominator } = limitOf(plan, cap);
      const code = unit === "COURSES" ? "COURSE_COUNT_CAP" : CODES[cap.scope.kind];
      return scopesOf(plan, ruleSet, cap.scope, [...lines, ...earlier]).map(({ achievementId, portion }) => {
        const measure = (line: Measured): number => amountOf(portion(line), unit);
        const usedEarlier = earlier.reduce((sum, line) => sum + measure(line), 0);
        return { ruleSet, cap, achievementId, code, unit, limit, denominator, usedEarlier, measure };
      });
    }),
  );
}

/** The order in which caps are written down must not matter. */
function byKey(a: Cap, b: Cap): number {
  return a.key < b.key ? -1 : 1;
}

/** The part of a line that falls under a cap. */
interface Portion {
  readonly credits: Credits;
  readonly courses: number;
}
const NO_PORTION: Portion = { credits: 0, courses: 0 };

function amountOf(portion: Portion, unit: BindingCap["unit"]): number {
  return unit === "CREDITS" ? portion.credits : portion.courses;
}

function whole(line: Measured): Portion {
  return { credits: line.credits, courses: line.targets.length };
}

interface Scoped {
  readonly achievementId: Id | null;
  readonly portion: (line: Measured) => Portion;
}

function scopesOf(plan: Plan, ruleSet: RuleSet, scope: CapScope, lines: readonly Measured[]): readonly Scoped[] {
  const one = (portion: Scoped["portion"]): readonly Scoped[] => [{ achievementId: null, portion }];
  switch (scope.kind) {
    case "TOTAL":
      return one(whole);
    case "RULE_SET":
      return one((line) => (line.ruleSetKey === ruleSet.key ? whole(line) : NO_PORTION));
    case "SOURCE_KINDS":
      return one((line) => (line.sources.some(({ kind }) => scope.kinds.includes(kind)) ? whole(line) : NO_PORTION));
    case "TARGET_GROUPS":
      return one((line) => portionOf(line, (courseId) => isInGroups(plan, courseId, scope.groups)));
    case "NODE": {
      const node = nodeByKey(plan, scope.nodeKey);
      if (node === null) return [];
      const courseIds = new Set(leavesOf(node).map((leaf) => leaf.courseId));
      const keys = new Set([...nodesOf(node)].map(({ key }) => key));
      return one((line) => {
        if (line.nodeKey !== null) return keys.has(line.nodeKey) ? whole(line) : NO_PORTION;
        return portionOf(line, (courseId) => courseIds.has(courseId));
      });
    }
    case "EACH_SOURCE": {
      const sources = lines.flatMap((line) => line.sources).filter(({ kind }) => scope.kinds.includes(kind));
      return [...new Set(sources.map(({ achievementId }) => achievementId))].sort().map((achievementId) => ({
        achievementId,
        portion: (line) =>
          line.sources.some((source) => source.achievementId === achievementId) ? whole(line) : NO_PORTION,
      }));
    }
  }
}

function portionOf(line: Measured, includes: (courseId: Id) => boolean): Portion {
  const targets = line.targets.filter(({ courseId }) => includes(courseId));
  return { credits: targets.reduce((sum, { credits }) => sum + credits, 0), courses: targets.length };
}

function isInGroups(plan: Plan, courseId: Id, groups: readonly string[]): boolean {
  const course = plan.courses.get(courseId);
  return course !== undefined && groups.includes(course.group);
}

function limitOf(plan: Plan, { limit }: Cap): Pick<BindingCap, "unit" | "limit" | "denominator"> {
  switch (limit.kind) {
    case "CREDITS":
      return { unit: "CREDITS", limit: limit.credits, denominator: null };
    case "SHARE": {
      const denominator = denominatorOf(plan, limit.of);
      return { unit: "CREDITS", limit: shareOf(denominator, limit.basisPoints), denominator };
    }
    case "COURSES":
      return { unit: "COURSES", limit: limit.count, denominator: null };
    case "COURSE_SHARE": {
      const denominator = new Set(leavesOf(plan.root).map(({ courseId }) => courseId)).size;
      return { unit: "COURSES", limit: shareOf(denominator, limit.basisPoints), denominator };
    }
  }
}

/** What a share is taken of: required credits of the plan, of its courses of some groups, or of a node. */
function denominatorOf(plan: Plan, of: CapDenominator): Credits {
  switch (of.kind) {
    case "PLAN":
      return requiredOf(plan, plan.root);
    case "GROUPS":
      return requiredOfGroups(plan, of.groups);
    case "NODE": {
      const node = nodeByKey(plan, of.nodeKey);
      return node === null ? 0 : requiredOf(plan, node);
    }
  }
}
