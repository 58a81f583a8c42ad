import type { CourseGroup, CourseRequirement, CourseSubject } from "../course.ts";
import type { Credits } from "../credit.ts";
import type { Plan, PlanCourse, PlanNode } from "../curriculum/plan.ts";
import type { Grade, GradeScale } from "../grade.ts";
import type { Id } from "../id.ts";
import type { EducationLevel } from "../major.ts";
import type { AchievementDetail, AchievementFact } from "./facts.ts";
import { matchersOf } from "./match.ts";
import { recognise } from "./recognise.ts";
import type { ExampleSource, Matcher, RefusalCode, Rule, RuleExample, RuleSet } from "./rule.ts";

/** What the courses a rule names are, for its examples to be run on. */
export interface ExampleWorld {
  /** A target course as a plan places it; null where the reference is dead. */
  readonly targetCourse: (courseId: Id) => PlanCourse | null;
  readonly sourceCourse: (courseId: Id) => SourceCourse | null;
  readonly scale: GradeScale;
}
export interface SourceCourse {
  readonly credits: Credits;
  readonly level: EducationLevel | null;
  readonly group: CourseGroup;
  readonly requirement: CourseRequirement;
  readonly subject: CourseSubject;
}

/** How one example came out. */
export interface ExampleResult {
  readonly example: RuleExample;
  readonly met: boolean;
  /** Credits recorded; zero where the rule refused. */
  readonly credits: Credits;
  /** Every code the rule refused with. */
  readonly refusals: readonly RefusalCode[];
}

/** Blanket credit is tested into a node large enough to take it. */
const ROOMY: Credits = 100_000;
const NODES = 200;

/** Runs the examples of a rule by the engine itself: the rule alone, under the exclusions and nature constraints of its rule set, without caps. */
export function runExamples(rule: Rule, ruleSet: RuleSet, world: ExampleWorld): readonly ExampleResult[] {
  return rule.examples.map((example) => runExample(rule, ruleSet, example, world));
}

function runExample(rule: Rule, ruleSet: RuleSet, example: RuleExample, world: ExampleWorld): ExampleResult {
  const matchers = matchersOf(rule.source);
  const facts = example.given.flatMap((given, i) => {
    const matcher = matchers[given.matcher];
    return matcher === undefined ? [] : [factOf(`example-${i}`, matcher, given, example, world)];
  });
  const plan = planOf(rule, world);
  const alone = { ...ruleSet, rules: [rule], caps: [], programmeIds: [] };
  const outcome = recognise({
    facts,
    assumed: [],
    plan,
    context: { asOf: example.asOf, cohort: cohortOf(rule, ruleSet, example), passedCourseIds: new Set() },
    ruleSets: [alone],
    earlier: [],
    refusals: [],
    substitutions: [],
    scale: world.scale,
    nodeBudget: NODES,
  });
  const credits = outcome.lines.reduce((sum, line) => sum + line.credits, 0);
  const refusals = outcome.refusals.flatMap(({ code, conditions }) => [
    code,
    ...conditions.flatMap((condition) => (condition.met ? [] : [condition.code])),
  ]);
  const { expect } = example;
  const met = "credits" in expect ? credits === expect.credits : credits === 0 && refusals.includes(expect.refusal);
  return { example, met, credits, refusals: [...new Set(refusals)] };
}

/** A plan of nothing but the rule's targets. */
function planOf(rule: Rule, world: ExampleWorld): Plan {
  const { target } = rule;
  const title = { zh: "", en: "" };
  const courses =
    target.kind === "NODE" ? [] : target.courses.flatMap(({ courseId }) => world.targetCourse(courseId) ?? []);
  const node: PlanNode =
    target.kind === "NODE"
      ? { kind: "AT_LEAST", key: target.nodeKey, title, credits: ROOMY, children: [] }
      : {
          kind: "ALL_OF",
          key: "example",
          title,
          children: courses.map(({ courseId }) => ({ kind: "COURSE", key: courseId, courseId })),
        };
  return {
    id: "example",
    programmeId: "example",
    cohort: 0,
    root: node,
    courses: new Map(courses.map((course) => [course.courseId, course])),
  };
}

/** An admission year the rule is for: the first it names, else the year of the question. */
function cohortOf(rule: Rule, ruleSet: RuleSet, { asOf }: RuleExample): number {
  const from = [rule.cohortFrom, ruleSet.cohortFrom].filter((year) => year !== null);
  const until = [rule.cohortUntil, ruleSet.cohortUntil].filter((year) => year !== null);
  if (from.length > 0) return Math.max(...from);
  return Math.min(Number(asOf.slice(0, 4)), ...until);
}

/** The least achievement that meets a matcher, changed as the example says. */
function factOf(
  id: Id,
  matcher: Matcher,
  given: ExampleSource,
  example: RuleExample,
  world: ExampleWorld,
): AchievementFact {
  const detail = detailOf(matcher, given, world);
  const known = matcher.kind === "COURSE" ? world.sourceCourse(matcher.courseId) : null;
  return {
    id,
    kind: detail.kind,
    title: { zh: id, en: id },
    institutionId: "example",
    level: given.level ?? matcher.levels?.[0] ?? known?.level ?? null,
    credits: given.credits ?? matcher.minCredits ?? known?.credits ?? 0,
    grade: given.grade ?? leastGrade(matcher, world.scale),
    completedOn: example.completedOn,
    detail,
  };
}

function leastGrade(matcher: Matcher, { passTenths }: GradeScale): Grade | null {
  const { minGrade } = matcher;
  if (minGrade?.scoreTenths !== undefined) return { mode: "PERCENT", scoreTenths: minGrade.scoreTenths };
  if (minGrade?.level !== undefined) return { mode: "FIVE_LEVEL", level: minGrade.level };
  if (minGrade?.passFail === true) return { mode: "PASS_FAIL", passed: true };
  return matcher.kind === "COURSE" || matcher.kind === "COURSE_LIKE"
    ? { mode: "PERCENT", scoreTenths: passTenths }
    : null;
}

function detailOf(matcher: Matcher, given: ExampleSource, world: ExampleWorld): AchievementDetail {
  switch (matcher.kind) {
    case "COURSE": {
      const known = world.sourceCourse(matcher.courseId);
      const { courseId, code } = matcher;
      const nature = { group: known?.group ?? null, requirement: known?.requirement ?? null };
      return { kind: "COURSE", courseId, code, ...nature, subject: known?.subject ?? "ORDINARY" };
    }
    case "COURSE_LIKE": {
      const [kind = "COURSE"] = matcher.kinds;
      const code = matcher.codes?.[0] ?? "example";
      return { kind, courseId: null, code, group: matcher.groups?.[0] ?? null, requirement: null, subject: "ORDINARY" };
    }
    case "CERTIFICATE": {
      const level = given.certificateLevel ?? matcher.minLevel;
      return { kind: "CERTIFICATE", certificateId: matcher.certificateId, level, number: "example", validUntil: null };
    }
    case "COMPETITION":
      return {
        kind: "COMPETITION",
        competitionId: matcher.competitionId ?? "example",
        series: "example",
        tier: matcher.tiers[0] ?? "CITY",
        prize: given.prize ?? matcher.prizes[0] ?? "FIRST",
        team: matcher.team ?? given.rankInTeam !== undefined,
        rankInTeam: given.rankInTeam ?? null,
      };
    case "WORK":
      return {
        kind: "WORK",
        occupation: matcher.occupations?.[0] ?? "example",
        months: given.months ?? matcher.minMonths,
      };
    case "SERVICE":
      return { kind: "SERVICE", months: given.months ?? matcher.minMonths, honourable: true };
    case "PRIOR_LEARNING":
      return { kind: "PRIOR_LEARNING", subject: matcher.subject };
  }
}
