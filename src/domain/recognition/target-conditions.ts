import { nodeByKey } from "../curriculum/tree.ts";
import type { AchievementFact } from "./facts.ts";
import type { RecognitionInput } from "./input.ts";
import type { Condition, ConversionStep } from "./outcome.ts";
import {
  type Exclusion,
  type IneligibleCode,
  type NatureConstraint,
  RULE_SET_OWNERS,
  type Rule,
  type RuleSet,
} from "./rule.ts";
import { concerns, type PlanTarget } from "./target.ts";

/** What the conditions on the targets are tested under. */
export interface TargetTest {
  readonly rule: Rule;
  readonly constraints: Constraints;
  readonly sources: readonly AchievementFact[];
  readonly target: PlanTarget;
  readonly conversion: ConversionStep;
  readonly input: RecognitionInput;
}

/** What binds the rules of one rule set. */
export interface Constraints {
  readonly nature: readonly NatureConstraint[];
  readonly exclusions: readonly Exclusion[];
}

/**
 * Constraints of a rule set bind its own rules and those of the owners it precedes; an agreement may settle what a school's
 * policy leaves out.
 * @param ruleSets those in force for the learner.
 */
export function constraintsOn(ruleSet: RuleSet, ruleSets: readonly RuleSet[]): Constraints {
  const rank = RULE_SET_OWNERS.indexOf(ruleSet.owner);
  const binding = ruleSets.filter(({ owner }) => RULE_SET_OWNERS.indexOf(owner) <= rank);
  return {
    nature: binding.flatMap(({ natureConstraints }) => natureConstraints),
    exclusions: binding.flatMap(({ exclusions }) => exclusions),
  };
}

/** The conditions on the admission year and on what the plan holds: the same for all sources of a rule and a target. */
export function testTarget(
  rule: Rule,
  ruleSet: RuleSet,
  target: PlanTarget,
  input: RecognitionInput,
): readonly Condition[] {
  return [...testCohort(rule, ruleSet, input), ...testPlan(rule, target, input)];
}

/** Adds the conditions on sources and targets together, and on the conversion, met or not. */
export function testTogether(test: TargetTest, conditions: Condition[]): void {
  conditions.push(testCredits(test));
  if (test.constraints.nature.length > 0) conditions.push(...testNature(test));
  if (test.constraints.exclusions.length > 0) conditions.push(...testExclusions(test));
  if (test.sources.length > 1) conditions.push(...testCertificates(test));
  if (test.input.refusals.length > 0) conditions.push(...testReview(test));
}

function codesCondition(
  code: IneligibleCode,
  met: boolean,
  expected: readonly string[],
  actual: readonly string[],
  achievementId: string | null = null,
): Condition {
  return {
    code,
    achievementId,
    met,
    expected: { kind: "CODES", codes: expected },
    actual: { kind: "CODES", codes: actual },
  };
}

function testCohort(rule: Rule, ruleSet: RuleSet, input: RecognitionInput): readonly Condition[] {
  const { cohort } = input.context;
  return [ruleSet, rule].flatMap(({ cohortFrom, cohortUntil }) => {
    const bounds = [
      ...(cohortFrom === null ? [] : [{ bound: cohortFrom, met: cohort >= cohortFrom }]),
      ...(cohortUntil === null ? [] : [{ bound: cohortUntil, met: cohort <= cohortUntil }]),
    ];
    return bounds.map(({ bound, met }) => ({
      code: "COHORT_NOT_EFFECTIVE" as const,
      achievementId: null,
      met,
      expected: { kind: "NUMBER" as const, value: bound },
      actual: { kind: "NUMBER" as const, value: cohort },
    }));
  });
}

/** The targets are in the plan, none of them passed by attending; blanket credit goes to a node that asks for credits. */
function testPlan(rule: Rule, target: PlanTarget, input: RecognitionInput): readonly Condition[] {
  const { plan, context } = input;
  if (target.nodeKey !== null) {
    const met = nodeByKey(plan, target.nodeKey)?.kind === "AT_LEAST";
    return [codesCondition("TARGET_NOT_IN_PLAN", met, [target.nodeKey], met ? [target.nodeKey] : [])];
  }
  const names = new Map(
    rule.target.kind === "COURSES" ? rule.target.courses.map(({ courseId, code }) => [courseId, code]) : [],
  );
  const codeOf = (courseId: string): string => plan.courses.get(courseId)?.code ?? names.get(courseId) ?? courseId;
  const present = target.courses.map(({ code }) => code);
  const passed = target.courseIds.filter((courseId) => context.passedCourseIds.has(courseId)).map(codeOf);
  return [
    codesCondition(
      "TARGET_NOT_IN_PLAN",
      present.length === target.courseIds.length,
      target.courseIds.map(codeOf),
      present,
    ),
    codesCondition("TARGET_ALREADY_PASSED", passed.length === 0, [], passed),
  ];
}

/** A course is recognised whole, so what the sources are worth must reach it; blanket credit must be worth something. */
function testCredits({ target, conversion }: TargetTest): Condition {
  const asked = target.nodeKey === null ? target.credits : 1;
  const covered = conversion.kind === "TARGET_IF_COVERED";
  return {
    code: "CREDITS_TOO_FEW",
    achievementId: null,
    met: conversion.result >= asked,
    expected: { kind: "CREDITS", credits: asked },
    actual: { kind: "CREDITS", credits: covered ? conversion.sourceCredits : conversion.result },
  };
}

function testNature(test: TargetTest): readonly Condition[] {
  const { sources, constraints } = test;
  return sources.flatMap((source) =>
    constraints.nature.flatMap((constraint) => testNatureOf(constraint, source, test)),
  );
}

function testNatureOf(
  constraint: NatureConstraint,
  source: AchievementFact,
  { target }: TargetTest,
): readonly Condition[] {
  if (!("requirement" in source.detail)) return [];
  const from = constraint.kind === "GROUP" ? source.detail.group : source.detail.requirement;
  const listed: readonly string[] = constraint.from;
  if (from === null || !listed.includes(from)) return [];
  const allowed: readonly string[] = constraint.to;
  const to = target.courses.map((course) => (constraint.kind === "GROUP" ? course.group : course.requirement));
  return [
    codesCondition(
      "NATURE_NOT_ALLOWED",
      to.every((nature) => allowed.includes(nature)),
      allowed,
      to,
      source.id,
    ),
  ];
}

function testExclusions(test: TargetTest): readonly Condition[] {
  const { sources, constraints } = test;
  return sources.flatMap((source) =>
    constraints.exclusions.flatMap((exclusion) => testExclusion(exclusion, source, test)),
  );
}

function testExclusion(exclusion: Exclusion, source: AchievementFact, { target }: TargetTest): readonly Condition[] {
  if (!exclusion.refusedKinds.includes(source.kind)) return [];
  const excluded = target.courses
    .filter(({ subject }) => exclusion.subjects.includes(subject))
    .map(({ subject }) => subject);
  return excluded.length === 0 ? [] : [codesCondition("EXCLUDED", false, exclusion.refusedKinds, excluded, source.id)];
}

/** One certificate per course. */
function testCertificates({ sources, target }: TargetTest): readonly Condition[] {
  const certificates = sources.filter(({ kind }) => kind === "CERTIFICATE");
  if (certificates.length < 2 || target.nodeKey !== null) return [];
  return [
    {
      code: "TWO_CERTIFICATES",
      achievementId: null,
      met: false,
      expected: { kind: "NUMBER", value: 1 },
      actual: { kind: "NUMBER", value: certificates.length },
    },
  ];
}

function testReview({ rule, sources, target, input }: TargetTest): readonly Condition[] {
  const word = input.refusals.find((each) => concerns(each, rule, sources, target.courseIds));
  return word === undefined ? [] : [codesCondition("REFUSED_BY_REVIEWER", false, [], [word.reason])];
}
