import { addMonths } from "../../../src/domain/date.ts";
import type { PlanCourse, PlanNode } from "../../../src/domain/curriculum/plan.ts";
import { EDUCATION_LEVELS } from "../../../src/domain/major.ts";
import type { AchievementFact } from "../../../src/domain/recognition/facts.ts";
import type { RecognitionInput } from "../../../src/domain/recognition/input.ts";
import type { Cap, Matcher, Rule, SourceTree } from "../../../src/domain/recognition/rule.ts";
import {
  allOf,
  atLeast,
  CITATION,
  choose,
  course,
  input,
  leaf,
  percent,
  plan,
  planCourse,
  rule,
  ruleSet,
  toCourses,
} from "./builders.ts";
import { Random } from "./random.ts";

/** Large cases as they come in practice; each profile says what binds. Whole courses throughout. */
export interface Profile {
  readonly name: "capped" | "tight" | "agreement" | "dense";
  /** Whether grade, age and level refuse applications, as they do for most rules. */
  readonly filters: boolean;
  /** How often source and target of a rule are of one subject area. */
  readonly locality: number;
  /** Shares of the programme's credits in basis points. */
  readonly agreementCap: number;
  readonly totalCap: number | null;
  readonly agreements: number;
}

export const PROFILES: readonly Profile[] = [
  { name: "capped", filters: true, locality: 0.9, agreementCap: 4000, totalCap: 5000, agreements: 4 },
  { name: "tight", filters: false, locality: 0.8, agreementCap: 1500, totalCap: 4000, agreements: 4 },
  { name: "agreement", filters: true, locality: 0.9, agreementCap: 4000, totalCap: null, agreements: 4 },
  { name: "dense", filters: false, locality: 0.8, agreementCap: 4000, totalCap: null, agreements: 3 },
];

const AREAS = 8;
const AS_OF = "2026-09-01";
/** The rules are older than every achievement: age refuses only where a rule itself says how long one stays valid. */
const BEFORE_ALL = "2000-01-01";
/** Credits come in halves. */
const HALF = 50;
const SOURCE_CREDITS = [
  [2, 2],
  [3, 1],
  [4, 6],
  [5, 1],
  [6, 5],
  [7, 1],
  [8, 4],
  [12, 1],
] as const;
const TARGET_CREDITS = [
  [2, 2],
  [3, 1],
  [4, 7],
  [6, 6],
  [8, 4],
  [10, 1],
] as const;
const LEVELS = [
  [1, 5],
  [2, 4],
  [3, 1],
] as const;
/** A rule is met from three quarters of the target's credits on, times its ratio. */
const ENOUGH = 0.75;

interface Source {
  readonly fact: AchievementFact;
  readonly area: number;
  readonly agreement: number;
}
interface Requirement {
  readonly course: PlanCourse;
  readonly area: number;
  readonly node: number;
}

/** One learner with 40 to 70 achievements, a plan of 45 to 60 courses in eight nodes, 200 to 800 rules. */
export function largeCase(seed: number, profile: Profile): RecognitionInput {
  const random = new Random(seed * 2_654_435_761);
  const sources = Array.from({ length: random.between(40, 70) }, (_, i) => largeSource(random, i, profile));
  const requirements = Array.from({ length: random.between(45, 60) }, (_, i) => largeRequirement(random, i));
  const rules = largeRules(random, sources, requirements, profile);
  const sets = Array.from({ length: profile.agreements }, (_, i) =>
    ruleSet(
      `agreement${i}`,
      rules.filter(({ agreement }) => agreement === i).map((each) => each.rule),
      {
        effectiveFrom: BEFORE_ALL,
        caps: [
          shareCap("agreement", { kind: "RULE_SET" }, profile.agreementCap),
          ...(i > 0 || profile.totalCap === null ? [] : [shareCap("total", { kind: "TOTAL" }, profile.totalCap)]),
        ],
      },
    ),
  );
  const courses = requirements.map((each) => each.course);
  return input(
    plan(largeTree(requirements), courses),
    sources.map(({ fact }) => fact),
    sets,
  );
}

function shareCap(key: string, scope: Cap["scope"], basisPoints: number): Cap {
  const limit = { kind: "SHARE", basisPoints, of: { kind: "PLAN" } } as const;
  return { key, title: { zh: key, en: key }, scope, limit, citation: CITATION };
}

function largeSource(random: Random, i: number, { agreements, filters }: Profile): Source {
  const id = `s${String(i).padStart(2, "0")}`;
  const kind = random.weighted([
    ["COURSE", 85],
    ["CERTIFICATE", 9],
    ["COMPETITION", 3],
    ["WORK", 3],
  ] as const);
  const base = course(id, HALF * random.weighted(SOURCE_CREDITS), {
    level: EDUCATION_LEVELS[random.weighted(LEVELS) - 1] ?? null,
    // where nothing is refused, nobody has failed either
    grade: percent(Math.max(filters ? 0 : 60, Math.round(55 + 45 * Math.sqrt(random.next())))),
    completedOn: addMonths(AS_OF, -12 * random.between(0, 9)),
  });
  return {
    fact: { ...base, kind, detail: detailOf(kind, base) },
    area: random.between(0, AREAS - 1),
    agreement: random.between(0, agreements - 1),
  };
}

function detailOf(
  kind: "COURSE" | "CERTIFICATE" | "COMPETITION" | "WORK",
  { id, detail }: AchievementFact,
): AchievementFact["detail"] {
  switch (kind) {
    case "COURSE":
      return detail;
    case "CERTIFICATE":
      return { kind, certificateId: `x-${id}`, level: "INTERMEDIATE", number: id, validUntil: null };
    case "COMPETITION":
      return {
        kind,
        competitionId: `w-${id}`,
        series: id,
        tier: "PROVINCIAL",
        prize: "SECOND",
        team: false,
        rankInTeam: null,
      };
    case "WORK":
      return { kind, occupation: id, months: 24 };
  }
}

function largeRequirement(random: Random, i: number): Requirement {
  const node = i % AREAS;
  const credits = HALF * random.weighted(TARGET_CREDITS);
  const area = random.chance(0.85) ? node : random.between(0, AREAS - 1);
  return { course: planCourse(`t${String(i).padStart(2, "0")}`, credits), area, node };
}

/** Eight nodes (all of, choose n, at least c) under three. */
function largeTree(requirements: readonly Requirement[]): PlanNode {
  const nodes = Array.from({ length: AREAS }, (_, node) => {
    const own = requirements.filter((each) => each.node === node).map((each) => each.course);
    const leaves = own.map(({ courseId }) => leaf(courseId));
    const sum = own.reduce((total, { credits }) => total + credits, 0);
    if (node % 4 === 1) return choose(`n${node}`, Math.max(1, Math.ceil(leaves.length * 0.6)), ...leaves);
    if (node % 4 === 3) return atLeast(`n${node}`, Math.round((sum * 0.65) / HALF) * HALF, ...leaves);
    return allOf(`n${node}`, ...leaves);
  });
  const parts = [0, 1, 2].map((part) => allOf(`p${part}`, ...nodes.filter((_, node) => node % 3 === part)));
  return allOf("root", ...parts);
}

function largeRules(
  random: Random,
  sources: readonly Source[],
  requirements: readonly Requirement[],
  profile: Profile,
): readonly { readonly rule: Rule; readonly agreement: number }[] {
  const wanted = random.between(200, 800);
  const rules: { rule: Rule; agreement: number }[] = [];
  const seen = new Set<string>();
  const near = <T extends { readonly area: number }>(list: readonly T[], area: number): T => {
    const close = list.filter((each) => each.area === area);
    return close.length > 0 && random.chance(profile.locality) ? random.pick(close) : random.pick(list);
  };
  for (let tries = 0; rules.length < wanted && tries < wanted * 6; tries++) {
    const form = random.weighted([
      ["ONE", 70],
      ["AND", 15],
      ["MANY", 10],
      ["OR", 5],
    ] as const);
    const first = random.pick(sources);
    const partners = form === "AND" || form === "OR" ? twoOf(() => near(sources, first.area)) : [];
    const others = partners.filter((each) => each !== first && (form === "OR" || mayJoin(first, each)));
    if (form === "AND" && others.length === 0) continue;
    const from = [first, ...(form === "AND" ? others.slice(0, 1) : others)];
    const one = (): Requirement => near(requirements, first.area);
    const to = form === "MANY" ? twoOf(one) : [one()];
    const key = [form === "OR", ...from.map(({ fact }) => fact.id), ...to.map((each) => each.course.code)].join();
    if (seen.has(key)) continue;
    seen.add(key);
    const conditions = conditionsOf(random, profile);
    const parts = from.map(({ fact }) => ({ match: { ...matcherOf(fact), ...conditions } as Matcher }));
    const source: SourceTree =
      parts.length === 1 && parts[0] !== undefined ? parts[0] : form === "OR" ? { any: parts } : { all: parts };
    const basisPoints = Math.ceil((10_000 * random.pick([1, 1, 1, 1, 0.8, 0.5])) / ENOUGH);
    rules.push({
      agreement: first.agreement,
      rule: rule(
        `r${String(rules.length).padStart(3, "0")}`,
        source,
        toCourses(...to.map((each) => each.course.courseId)),
        {
          conversion: { kind: "RATIO", basisPoints, rounding: "DOWN_HUNDREDTH" },
        },
      ),
    });
  }
  return rules;
}

/** Two different draws, where a few tries find them. */
function twoOf<T>(draw: () => T): readonly T[] {
  const drawn = new Set<T>();
  for (let tries = 0; tries < 16 && drawn.size < 2; tries++) drawn.add(draw());
  return [...drawn];
}

/** Two certificates are never added up for one course. */
function mayJoin(a: Source, b: Source): boolean {
  return a.fact.kind !== "CERTIFICATE" || b.fact.kind !== "CERTIFICATE";
}

function conditionsOf(random: Random, { filters }: Profile): Partial<Matcher> {
  const score = random.pick([60, 60, 60, 70, 75, 80]);
  const years = random.pick([3, 5, 5, 8, 99]);
  const level = random.weighted(LEVELS);
  if (!filters) return {};
  return {
    minGrade: { scoreTenths: score * 10 },
    validity: { months: years * 12, rounding: "DAY" },
    levels: EDUCATION_LEVELS.slice(level - 1),
  };
}

function matcherOf({ id, detail }: AchievementFact): Matcher {
  switch (detail.kind) {
    case "CERTIFICATE":
      return { kind: "CERTIFICATE", certificateId: detail.certificateId, code: id, minLevel: "ELEMENTARY" };
    case "COMPETITION":
      return { kind: "COMPETITION", competitionId: detail.competitionId, tiers: [detail.tier], prizes: [detail.prize] };
    case "WORK":
      return { kind: "WORK", minMonths: 12, occupations: [detail.occupation] };
    default:
      return { kind: "COURSE", courseId: `c-${id}`, code: id, title: { zh: id, en: id } };
  }
}
