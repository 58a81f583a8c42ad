import type { PlanCourse, PlanNode } from "../../../src/domain/curriculum/plan.ts";
import type { AchievementFact } from "../../../src/domain/recognition/facts.ts";
import type { RecognitionInput } from "../../../src/domain/recognition/input.ts";
import type { Cap, CapLimit, CapScope, Rule, SourceTree, Target } from "../../../src/domain/recognition/rule.ts";
import {
  allOf,
  atLeast,
  CITATION,
  certificate,
  choose,
  course,
  fromCertificate,
  fromCourse,
  input,
  leaf,
  plan,
  planCourse,
  rule,
  ruleSet,
  toCourses,
  toNode,
} from "./builders.ts";
import { Random } from "./random.ts";

/** What a small case may hold; all of it unless told otherwise. */
export interface Wishes {
  readonly caps: boolean;
  readonly maxima: boolean;
  readonly passed: boolean;
}

/** A small, mean recognition case: every shape of plan, rule and cap, few enough for brute force. */
export function smallCase(seed: number, wishes: Wishes = { caps: true, maxima: true, passed: true }): RecognitionInput {
  const random = new Random(seed);
  const courses = Array.from({ length: random.between(3, 8) }, (_, i) =>
    planCourse(`t${i}`, random.pick([100, 150, 200, 200, 300, 400]), {
      group: random.pick(["GENERAL_FOUNDATION", "SPECIALTY_CORE"] as const),
    }),
  );
  const facts = Array.from({ length: random.between(2, 6) }, (_, i) =>
    random.chance(0.75) ? course(`s${i}`, random.pick([100, 200, 300, 400])) : certificate(`s${i}`),
  );
  const sets = Array.from({ length: random.between(1, 2) }, (_, i) => {
    const rules = Array.from({ length: random.between(1, 5) }, (_, k) =>
      smallRule(random, `r${i}${k}`, facts, courses, wishes),
    );
    return ruleSet(`set${i}`, rules, {
      owner: random.pick(["AGREEMENT", "SCHOOL", "CREDIT_BANK"] as const),
      caps: wishes.caps ? Array.from({ length: random.between(0, 2) }, (_, k) => smallCap(random, `cap${i}${k}`)) : [],
    });
  });
  const passed = wishes.passed && random.chance(0.4) ? random.some(courses, 1).map(({ courseId }) => courseId) : [];
  return input(plan(smallTree(random, courses), courses), facts, sets, {
    context: { asOf: "2026-09-01", cohort: 2026, passedCourseIds: new Set(passed) },
  });
}

/** Three nodes of random kinds, one of them nested, and now and then a course that stands in two of them. */
function smallTree(random: Random, courses: readonly PlanCourse[]): PlanNode {
  const parts: PlanNode[][] = [[], [], []];
  for (const { courseId } of courses) parts[random.between(0, 2)]?.push(leaf(courseId));
  if (random.chance(0.3)) parts[2]?.push(leaf(random.pick(courses).courseId, random.chance(0.5)));
  const [a = [], b = [], c = []] = parts;
  const nested = random.chance(0.5) ? [allOf("inner", ...b), ...c] : [...b, ...c];
  return allOf("root", smallNode(random, "a", a), smallNode(random, "b", nested));
}

function smallNode(random: Random, key: string, children: readonly PlanNode[]): PlanNode {
  return random.weighted([
    [allOf(key, ...children), 2],
    [choose(key, random.between(1, 2), ...children), 2],
    [atLeast(key, random.between(1, 8) * 50, ...children), 3],
  ]);
}

function smallRule(
  random: Random,
  id: string,
  facts: readonly AchievementFact[],
  courses: readonly PlanCourse[],
  wishes: Wishes,
): Rule {
  const source = random.weighted<SourceTree>([
    [smallSource(random.pick(facts), random, wishes), 5],
    [{ all: random.some(facts, 2).map((fact) => smallSource(fact, random, wishes)) }, 2],
    [{ any: random.some(facts, 2).map((fact) => smallSource(fact, random, wishes)) }, 2],
  ]);
  const target = random.weighted<Target>([
    [toCourses(random.pick(courses).courseId), 5],
    [toCourses(...random.some(courses, 2).map(({ courseId }) => courseId)), 2],
    [toNode(random.pick(["a", "b"])), 1],
  ]);
  return rule(id, source, target, {
    conversion: random.pick([
      { kind: "TARGET" },
      { kind: "TARGET_IF_COVERED" },
      { kind: "FIXED", credits: 200 },
    ] as const),
    priority: random.pick([10, 20]),
    shared: random.chance(0.2),
  });
}

function smallSource(fact: AchievementFact, random: Random, { maxima }: Wishes): SourceTree {
  if (fact.kind === "CERTIFICATE") return fromCertificate(fact.id);
  return fromCourse(fact.id, {
    ...(random.chance(0.2) ? { minGrade: { scoreTenths: 850 } } : {}),
    ...(maxima && random.chance(0.1) ? { maxGrade: { scoreTenths: 900 } } : {}),
  });
}

function smallCap(random: Random, key: string): Cap {
  const scope = random.pick<CapScope>([
    { kind: "TOTAL" },
    { kind: "RULE_SET" },
    { kind: "SOURCE_KINDS", kinds: ["CERTIFICATE"] },
    { kind: "TARGET_GROUPS", groups: ["GENERAL_FOUNDATION"] },
    { kind: "NODE", nodeKey: "a" },
    { kind: "EACH_SOURCE", kinds: ["CERTIFICATE", "COURSE"] },
  ]);
  const limit = random.pick<CapLimit>([
    { kind: "CREDITS", credits: random.between(1, 12) * 50 },
    { kind: "SHARE", basisPoints: random.pick([2000, 4000, 5000]), of: { kind: "PLAN" } },
    { kind: "COURSES", count: random.between(1, 2) },
    { kind: "COURSE_SHARE", basisPoints: 4000 },
  ]);
  return { key, title: { zh: key, en: key }, scope, limit, citation: CITATION };
}
