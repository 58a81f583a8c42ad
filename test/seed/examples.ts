import type { PlanCourse } from "../../src/domain/curriculum/plan.ts";
import type { Credits } from "../../src/domain/credit.ts";
import type { GradeScale } from "../../src/domain/grade.ts";
import type { EducationLevel } from "../../src/domain/major.ts";
import { findApplications } from "../../src/domain/recognition/eligibility.ts";
import type { AchievementDetail, AchievementFact } from "../../src/domain/recognition/facts.ts";
import { matchersOf } from "../../src/domain/recognition/match.ts";
import type { ExampleSource, Matcher, Rule, RuleExample, RuleSet } from "../../src/domain/recognition/rule.ts";
import type { DemoPlan } from "../../src/seed/curriculum.ts";
import { idOf } from "../../src/seed/id.ts";

/** What an example came to: the credits granted, or every code that stands in the way. */
export type ExampleResult =
  | { readonly credits: Credits }
  | { readonly refusals: readonly string[] }
  | { readonly nothing: true };

/** What the catalogue says of a source course. */
export type CourseOf = (courseId: string) => (PlanCourse & { readonly level: EducationLevel }) | undefined;

/** Runs one example of a rule through the engine: the rule alone, with the constraints of its own rule set. */
export function runExample(
  ruleSet: RuleSet,
  rule: Rule,
  example: RuleExample,
  world: { readonly plan: DemoPlan; readonly scale: GradeScale; readonly courseOf: CourseOf },
): ExampleResult {
  const matchers = matchersOf(rule.source);
  const facts = example.given.map((given, i) => factOf(given, matchers[given.matcher], example, i, world.courseOf));
  const input = {
    facts,
    assumed: [],
    plan: world.plan,
    context: { asOf: example.asOf, cohort: cohortOf(ruleSet, rule, world.plan), passedCourseIds: new Set<string>() },
    ruleSets: [],
    earlier: [],
    refusals: [],
    substitutions: [],
    scale: world.scale,
    nodeBudget: 1000,
  };
  const found = findApplications(input, [{ ...ruleSet, rules: [rule] }]);
  const granted = found.eligible[0];
  if (granted !== undefined) return { credits: granted.credits };
  const codes = found.refused.flatMap(({ conditions }) => conditions.filter(({ met }) => !met).map(({ code }) => code));
  return codes.length === 0 ? { nothing: true } : { refusals: codes };
}

/** An admission year that both the rule and the plan hold for. */
function cohortOf(ruleSet: RuleSet, rule: Rule, plan: DemoPlan): number {
  const least = Math.max(plan.cohort, ruleSet.cohortFrom ?? 0, rule.cohortFrom ?? 0);
  return Math.min(least, ruleSet.cohortUntil ?? least, rule.cohortUntil ?? least);
}

function factOf(
  given: ExampleSource,
  matcher: Matcher | undefined,
  example: RuleExample,
  index: number,
  courseOf: CourseOf,
): AchievementFact {
  if (matcher === undefined) throw new Error(`no matcher ${given.matcher}`);
  const detail = detailOf(matcher, courseOf);
  const level = matcher.levels?.[0] ?? (matcher.kind === "COURSE" ? courseOf(matcher.courseId)?.level : undefined);
  return {
    id: idOf("example", String(index)),
    kind: detail.kind,
    title: { zh: "", en: "" },
    institutionId: idOf("institution", "example"),
    level: level ?? null,
    credits: given.credits ?? 0,
    grade: given.grade ?? null,
    completedOn: example.completedOn,
    detail,
  };
}

function detailOf(matcher: Matcher, courseOf: CourseOf): AchievementDetail {
  switch (matcher.kind) {
    case "COURSE": {
      const course = courseOf(matcher.courseId);
      if (course === undefined) throw new Error(`no course ${matcher.code}`);
      const { group, requirement, subject } = course;
      return { kind: "COURSE", courseId: matcher.courseId, code: matcher.code, group, requirement, subject };
    }
    case "COURSE_LIKE": {
      const kind = matcher.kinds[0] ?? "COURSE";
      const code = matcher.codes?.[0] ?? "EXAMPLE";
      return { kind, courseId: null, code, group: matcher.groups?.[0] ?? null, requirement: null, subject: "ORDINARY" };
    }
    case "CERTIFICATE":
      return {
        kind: "CERTIFICATE",
        certificateId: matcher.certificateId,
        level: matcher.minLevel,
        number: "1",
        validUntil: null,
      };
    case "COMPETITION": {
      const team = matcher.team ?? false;
      return {
        kind: "COMPETITION",
        competitionId: matcher.competitionId ?? idOf("competition", "example"),
        series: "example",
        tier: matcher.tiers[0] ?? "NATIONAL",
        prize: matcher.prizes[0] ?? "FIRST",
        team,
        rankInTeam: team ? 1 : null,
      };
    }
    case "WORK":
      return { kind: "WORK", occupation: matcher.occupations?.[0] ?? "", months: matcher.minMonths };
    case "SERVICE":
      return { kind: "SERVICE", months: matcher.minMonths, honourable: true };
    case "PRIOR_LEARNING":
      return { kind: "PRIOR_LEARNING", subject: matcher.subject };
  }
}
