import type { Plan, PlanCourse, PlanNode } from "../../../src/domain/curriculum/plan.ts";
import type { Grade, GradeScale } from "../../../src/domain/grade.ts";
import type { AchievementFact } from "../../../src/domain/recognition/facts.ts";
import type { RecognitionInput } from "../../../src/domain/recognition/input.ts";
import type { Citation, Matcher, Rule, RuleSet, SourceTree, Target } from "../../../src/domain/recognition/rule.ts";

/** Small, readable parts for tests of the engine. Every id is its own name. */
export const CITATION: Citation = { document: "test", clause: "1", invented: true };
export const SCALE: GradeScale = {
  passTenths: 600,
  bands: { EXCELLENT: 900, GOOD: 800, MEDIUM: 700, PASS: 600, FAIL: 0 },
  reverse: { EXCELLENT: 950, GOOD: 850, MEDIUM: 750, PASS: 650, FAIL: 0 },
};
export const percent = (score: number): Grade => ({ mode: "PERCENT", scoreTenths: Math.round(score * 10) });
const named = (name: string) => ({ zh: name, en: name });

export function planCourse(id: string, credits: number, more: Partial<PlanCourse> = {}): PlanCourse {
  return {
    courseId: id,
    code: id,
    title: named(id),
    credits,
    theoryHours: 32,
    practiceHours: 32,
    group: "SPECIALTY_CORE",
    requirement: "REQUIRED",
    subject: "ORDINARY",
    term: 1,
    ...more,
  };
}

export const leaf = (courseId: string, countsAgain?: boolean): PlanNode => ({
  kind: "COURSE",
  key: `leaf-${courseId}`,
  courseId,
  ...(countsAgain === undefined ? {} : { countsAgain }),
});
export const allOf = (key: string, ...children: PlanNode[]): PlanNode => ({
  kind: "ALL_OF",
  key,
  title: named(key),
  children,
});
export const choose = (key: string, count: number, ...children: PlanNode[]): PlanNode => ({
  kind: "CHOOSE",
  key,
  title: named(key),
  count,
  children,
});
export const atLeast = (key: string, credits: number, ...children: PlanNode[]): PlanNode => ({
  kind: "AT_LEAST",
  key,
  title: named(key),
  credits,
  children,
});

export function plan(root: PlanNode, courses: readonly PlanCourse[]): Plan {
  return {
    id: "plan",
    programmeId: "programme",
    cohort: 2026,
    root,
    courses: new Map(courses.map((course) => [course.courseId, course])),
  };
}

export function course(id: string, credits: number, more: Partial<AchievementFact> = {}): AchievementFact {
  return {
    id,
    kind: "COURSE",
    title: named(id),
    institutionId: "school",
    level: "SECONDARY",
    credits,
    grade: percent(80),
    completedOn: "2026-01-10",
    detail: {
      kind: "COURSE",
      courseId: `c-${id}`,
      code: id,
      group: "SPECIALTY_CORE",
      requirement: "REQUIRED",
      subject: "ORDINARY",
    },
    ...more,
  };
}

export function certificate(id: string, more: Partial<AchievementFact> = {}): AchievementFact {
  return {
    ...course(id, 0, { grade: null, kind: "CERTIFICATE" }),
    detail: { kind: "CERTIFICATE", certificateId: `x-${id}`, level: "INTERMEDIATE", number: "1", validUntil: null },
    ...more,
  };
}

export const fromCourse = (id: string, more: Partial<Extract<Matcher, { kind: "COURSE" }>> = {}): SourceTree => ({
  match: { kind: "COURSE", courseId: `c-${id}`, code: id, title: named(id), ...more },
});
export const fromCertificate = (
  id: string,
  minLevel: "ELEMENTARY" | "INTERMEDIATE" | "ADVANCED" = "ELEMENTARY",
): SourceTree => ({
  match: { kind: "CERTIFICATE", certificateId: `x-${id}`, code: id, minLevel },
});
export const toCourses = (...ids: string[]): Target => ({
  kind: "COURSES",
  courses: ids.map((courseId) => ({ courseId, code: courseId, title: named(courseId) })),
});
export const toNode = (nodeKey: string): Target => ({ kind: "NODE", nodeKey });

export function rule(id: string, source: SourceTree, target: Target, more: Partial<Rule> = {}): Rule {
  return {
    id,
    key: id,
    version: 1,
    title: named(id),
    source,
    target,
    conversion: { kind: "TARGET" },
    recordedGrade: { kind: "ORIGINAL" },
    priority: 100,
    shared: false,
    throughRecognition: false,
    effectiveFrom: null,
    effectiveUntil: null,
    cohortFrom: null,
    cohortUntil: null,
    discretion: false,
    citation: CITATION,
    examples: [],
    ...more,
  };
}

export function ruleSet(key: string, rules: readonly Rule[], more: Partial<RuleSet> = {}): RuleSet {
  return {
    id: `set-${key}`,
    key,
    version: 1,
    title: named(key),
    owner: "AGREEMENT",
    institutionId: null,
    agreementId: null,
    effectiveFrom: "2020-01-01",
    effectiveUntil: null,
    cohortFrom: null,
    cohortUntil: null,
    programmeIds: [],
    rules,
    caps: [],
    exclusions: [],
    natureConstraints: [],
    citation: CITATION,
    ...more,
  };
}

export function input(
  target: Plan,
  facts: readonly AchievementFact[],
  ruleSets: readonly RuleSet[],
  more: Partial<RecognitionInput> = {},
): RecognitionInput {
  return {
    facts,
    assumed: [],
    plan: target,
    context: { asOf: "2026-09-01", cohort: 2026, passedCourseIds: new Set() },
    ruleSets,
    earlier: [],
    refusals: [],
    substitutions: [],
    scale: SCALE,
    nodeBudget: 2_000,
    ...more,
  };
}
