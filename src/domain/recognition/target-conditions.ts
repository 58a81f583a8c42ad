import type { Credits } from "../credit.ts";
import { nodeByKey } from "../curriculum/tree.ts";
import type { AchievementFact } from "./facts.ts";
import type { RecognitionInput } from "./input.ts";
import type { Judge } from "./judge.ts";
import { type Exclusion, type NatureConstraint, RULE_SET_OWNERS, type Rule, type RuleSet } from "./rule.ts";
import { concerns, type PlanTarget } from "./target.ts";

/** What the conditions on the targets are tested under. */
export interface TargetTest {
  readonly rule: Rule;
  readonly constraints: Constraints;
  readonly sources: readonly AchievementFact[];
  readonly target: PlanTarget;
  readonly sourceCredits: Credits;
  /** What the conversion makes of them. */
  readonly worth: Credits;
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
  judge: Judge,
): void {
  const { cohort } = input.context;
  testCohort(ruleSet, cohort, judge);
  testCohort(rule, cohort, judge);
  testPlan(rule, target, input, judge);
}

/** The conditions on sources and targets together, and on the conversion. */
export function testTogether(test: TargetTest, judge: Judge): void {
  testCredits(test, judge);
  const { nature, exclusions } = test.constraints;
  if (nature.length > 0)
    for (const source of test.sources) for (const each of nature) testNature(each, source, test.target, judge);
  if (exclusions.length > 0)
    for (const source of test.sources) for (const each of exclusions) testExclusion(each, source, test.target, judge);
  if (test.sources.length > 1) testCertificates(test, judge);
  if (test.input.refusals.length > 0) testReview(test, judge);
}

function testCohort({ cohortFrom, cohortUntil }: Rule | RuleSet, cohort: number, judge: Judge): void {
  if (cohortFrom !== null)
    judge.amount("NUMBER", "COHORT_NOT_EFFECTIVE", null, cohort >= cohortFrom, cohortFrom, cohort);
  if (cohortUntil !== null)
    judge.amount("NUMBER", "COHORT_NOT_EFFECTIVE", null, cohort <= cohortUntil, cohortUntil, cohort);
}

/** The targets are in the plan, none of them passed by attending; blanket credit goes to a node that asks for credits. */
function testPlan(rule: Rule, target: PlanTarget, { plan, context }: RecognitionInput, judge: Judge): void {
  if (target.nodeKey !== null) {
    const met = nodeByKey(plan, target.nodeKey)?.kind === "AT_LEAST";
    judge.codes("TARGET_NOT_IN_PLAN", null, met, [target.nodeKey], met ? [target.nodeKey] : []);
    return;
  }
  const { courses, courseIds } = target;
  if (!judge.isTold) {
    judge.plain("TARGET_NOT_IN_PLAN", null, courses.length === courseIds.length);
    judge.plain("TARGET_ALREADY_PASSED", null, !courseIds.some((courseId) => context.passedCourseIds.has(courseId)));
    return;
  }
  const codeOf = (courseId: string): string =>
    plan.courses.get(courseId)?.code ?? writtenCode(rule, courseId) ?? courseId;
  const present = courses.map(({ code }) => code);
  const passed = courseIds.filter((courseId) => context.passedCourseIds.has(courseId)).map(codeOf);
  judge.codes("TARGET_NOT_IN_PLAN", null, present.length === courseIds.length, courseIds.map(codeOf), present);
  judge.codes("TARGET_ALREADY_PASSED", null, passed.length === 0, [], passed);
}

/** What the rule itself calls a course, the last of them where it names one twice. */
function writtenCode({ target }: Rule, courseId: string): string | undefined {
  return target.kind === "COURSES" ? target.courses.findLast((each) => each.courseId === courseId)?.code : undefined;
}

/** A course is recognised whole, so what the sources are worth must reach it; blanket credit must be worth something. */
function testCredits({ rule, target, sourceCredits, worth }: TargetTest, judge: Judge): void {
  const asked = target.nodeKey === null ? target.credits : 1;
  const covered = rule.conversion.kind === "TARGET_IF_COVERED";
  judge.amount("CREDITS", "CREDITS_TOO_FEW", null, worth >= asked, asked, covered ? sourceCredits : worth);
}

function testNature(constraint: NatureConstraint, source: AchievementFact, target: PlanTarget, judge: Judge): void {
  if (!("requirement" in source.detail)) return;
  const from = constraint.kind === "GROUP" ? source.detail.group : source.detail.requirement;
  const listed: readonly string[] = constraint.from;
  if (from === null || !listed.includes(from)) return;
  const allowed: readonly string[] = constraint.to;
  const to = target.courses.map((course) => (constraint.kind === "GROUP" ? course.group : course.requirement));
  const met = to.every((nature) => allowed.includes(nature));
  judge.codes("NATURE_NOT_ALLOWED", source.id, met, allowed, to);
}

function testExclusion(exclusion: Exclusion, source: AchievementFact, target: PlanTarget, judge: Judge): void {
  if (!exclusion.refusedKinds.includes(source.kind)) return;
  const subjects = target.courses.map(({ subject }) => subject);
  const excluded = subjects.filter((subject) => exclusion.subjects.includes(subject));
  if (excluded.length > 0) judge.codes("EXCLUDED", source.id, false, exclusion.refusedKinds, excluded);
}

/** One certificate per course. */
function testCertificates({ sources, target }: TargetTest, judge: Judge): void {
  let certificates = 0;
  for (const { kind } of sources) if (kind === "CERTIFICATE") certificates++;
  if (certificates > 1 && target.nodeKey === null)
    judge.amount("NUMBER", "TWO_CERTIFICATES", null, false, 1, certificates);
}

function testReview({ rule, sources, target, input }: TargetTest, judge: Judge): void {
  const word = input.refusals.find((each) => concerns(each, rule, sources, target.courseIds));
  if (word !== undefined) judge.codes("REFUSED_BY_REVIEWER", null, false, [], [word.reason]);
}
