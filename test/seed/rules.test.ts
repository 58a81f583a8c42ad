import { beforeAll, describe, expect, it } from "vitest";
import { parseCredits } from "../../src/domain/credit.ts";
import type { EducationLevel } from "../../src/domain/major.ts";
import { type ExampleWorld, runExamples, type SourceCourse } from "../../src/domain/recognition/examples.ts";
import { matchersOf } from "../../src/domain/recognition/match.ts";
import type { Rule, RuleSet } from "../../src/domain/recognition/rule.ts";
import { RULE_SET_SCHEMA } from "../../src/domain/recognition/schema.ts";
import { type DemoPlan, demoPlans } from "../../src/seed/curriculum.ts";
import { idOf } from "../../src/seed/id.ts";
import { demoRuleSets, readReferences, readRuleSets, resolveRuleSet } from "../../src/seed/rules.ts";
import { type Row, readTable } from "../../src/seed/table.ts";
import { SCALE } from "../domain/recognition/builders.ts";

let ruleSets: readonly RuleSet[];
let plans: readonly DemoPlan[];
let world: ExampleWorld;

beforeAll(async () => {
  const [courses, institutions] = await Promise.all([readTable("courses"), readTable("institutions")]);
  [ruleSets, plans] = await Promise.all([demoRuleSets(), demoPlans()]);
  const kinds = new Map(institutions.map((row) => [row["key"], row["kind"]]));
  const catalogue = new Map(
    courses.map((row) => {
      const level = kinds.get(row["institution"]) === "HIGHER_VOCATIONAL_COLLEGE" ? "ASSOCIATE" : "SECONDARY";
      return [idOf("course", `${row["institution"]}/${row["code"]}`), sourceOf(row, level)] as const;
    }),
  );
  const placed = new Map(plans.flatMap((plan) => [...plan.courses]));
  world = {
    targetCourse: (courseId) => placed.get(courseId) ?? null,
    sourceCourse: (courseId) => catalogue.get(courseId) ?? null,
    scale: SCALE,
  };
});

function sourceOf(row: Row, level: EducationLevel): SourceCourse {
  return {
    credits: parseCredits(row["credits"] ?? "") ?? 0,
    level,
    group: row["group"] as SourceCourse["group"],
    requirement: row["requirement"] as SourceCourse["requirement"],
    subject: row["subject"] as SourceCourse["subject"],
  };
}

const rulesOf = () => ruleSets.flatMap((ruleSet) => ruleSet.rules.map((rule) => ({ ruleSet, rule })));

/** The plan a rule is for: one of the programmes of its set that holds all its targets. */
function planFor({ programmeIds, institutionId, cohortFrom }: RuleSet, rule: Rule): DemoPlan | undefined {
  const targets = rule.target.kind === "COURSES" ? rule.target.courses.map(({ courseId }) => courseId) : [];
  return plans
    .filter((plan) => programmeIds.length === 0 || programmeIds.includes(plan.programmeId))
    .filter((plan) => institutionId === null || idOf("institution", plan.institution) === institutionId)
    .filter((plan) => plan.cohort >= (cohortFrom ?? 0))
    .find((plan) => targets.every((courseId) => plan.courses.has(courseId)));
}

describe("the rules of the demonstration", () => {
  it("are at least 150, each with a citation and an example", () => {
    const all = rulesOf();
    expect(all.length).toBeGreaterThanOrEqual(150);
    expect(all.filter(({ rule }) => rule.citation.clause === "" || rule.examples.length === 0)).toEqual([]);
    expect(new Set(all.map(({ rule }) => rule.id)).size).toBe(all.length);
  });

  it("refer to nothing that is not there", async () => {
    const references = await readReferences();
    expect((await readRuleSets()).flatMap((file) => resolveRuleSet(file, references).dead)).toEqual([]);
  });

  it("a key that stands for nothing is named with its rule", async () => {
    const references = await readReferences();
    const file = (await readRuleSets()).find(({ key }) => key === "agreement-mechatronics");
    if (file === undefined) throw new Error("no agreement-mechatronics");
    const courses = new Map(references.courses);
    courses.delete("btvtc/BZ9999");
    const broken = { ...file, rules: [{ ...file.rules[0], target: { kind: "COURSES", courses: ["btvtc/BZ9999"] } }] };
    const { dead } = resolveRuleSet(broken as never, { ...references, courses });
    expect(dead).toEqual([
      { ruleSet: `${file.key}@${file.version}`, rule: file.rules[0]?.key, kind: "course", key: "btvtc/BZ9999" },
    ]);
  });

  it("every target of a rule lies together in one plan, and every blanket credit in a node that asks for credits", () => {
    expect(
      rulesOf().flatMap(({ ruleSet, rule }) => (planFor(ruleSet, rule) ? [] : [`${ruleSet.key}/${rule.key}`])),
    ).toEqual([]);
  });

  it("have the shape of a rule set, strictly", () => {
    const faults = ruleSets.flatMap((ruleSet) => {
      const { error } = RULE_SET_SCHEMA.safeParse(ruleSet);
      return error === undefined ? [] : [`${ruleSet.key}: ${error.message}`];
    });
    expect(faults).toEqual([]);
  });

  it("come to what their examples say", () => {
    const wrong = rulesOf().flatMap(({ ruleSet, rule }) =>
      runExamples(rule, ruleSet, world)
        .filter(({ met }) => !met)
        .map((result) => ({ rule: `${ruleSet.key}/${rule.key}`, ...result })),
    );
    expect(wrong).toEqual([]);
  });
});

describe("between them they cover", () => {
  const kindsOf = (rule: Rule) => matchersOf(rule.source).map(({ kind }) => kind);
  const isOr = (source: Rule["source"]): boolean => "any" in source;
  const targetsOf = ({ target }: Rule) => (target.kind === "COURSES" ? target.courses.length : 0);

  it("every form", () => {
    const rules = rulesOf().map(({ rule }) => rule);
    const forms: Readonly<Record<string, (rule: Rule) => boolean>> = {
      "one to one": (rule) => "match" in rule.source && targetsOf(rule) === 1,
      AND: (rule) => "all" in rule.source && targetsOf(rule) === 1,
      OR: (rule) => "any" in rule.source,
      "OR inside AND": (rule) => "all" in rule.source && rule.source.all.some(isOr),
      "AND inside OR": (rule) => "any" in rule.source && rule.source.any.some((part) => "all" in part),
      "one to many": (rule) => "match" in rule.source && targetsOf(rule) > 1,
      "many to many": (rule) => "all" in rule.source && targetsOf(rule) > 1,
      series: (rule) => targetsOf(rule) > 1 && rule.title.zh.includes("系列"),
      "blanket credit": (rule) => rule.target.kind === "NODE",
      shared: (rule) => rule.shared,
      "through recognition": (rule) => rule.throughRecognition,
      discretion: (rule) => rule.discretion,
      "own priority": (rule) => rule.priority !== 100,
      cohorts: (rule) => rule.cohortFrom !== null || rule.cohortUntil !== null,
      "effective dates": (rule) => rule.effectiveFrom !== null || rule.effectiveUntil !== null,
      "content overlap": (rule) => matchersOf(rule.source).some((m) => m.kind === "COURSE" && m.overlap !== undefined),
      "minimum grade": (rule) => matchersOf(rule.source).some(({ minGrade }) => minGrade !== undefined),
      "maximum grade": (rule) => matchersOf(rule.source).some(({ maxGrade }) => maxGrade !== undefined),
      "minimum credits": (rule) => matchersOf(rule.source).some(({ minCredits }) => minCredits !== undefined),
      levels: (rule) => matchersOf(rule.source).some(({ levels }) => levels !== undefined),
      "rank in the team": (rule) =>
        matchersOf(rule.source).some((m) => m.kind === "COMPETITION" && m.maxRankInTeam !== undefined),
    };
    expect(
      Object.entries(forms)
        .filter(([, form]) => !rules.some(form))
        .map(([name]) => name),
    ).toEqual([]);
  });

  it("every kind of source, conversion, recorded grade and rounding", () => {
    const rules = rulesOf().map(({ rule }) => rule);
    const sorted = (values: readonly string[]) => [...new Set(values)].sort();
    expect(sorted(rules.flatMap(kindsOf))).toEqual([
      "CERTIFICATE",
      "COMPETITION",
      "COURSE",
      "COURSE_LIKE",
      "PRIOR_LEARNING",
      "SERVICE",
      "WORK",
    ]);
    expect(
      sorted(
        rules.flatMap((rule) => matchersOf(rule.source).flatMap((m) => (m.kind === "COURSE_LIKE" ? m.kinds : []))),
      ),
    ).toEqual(["COURSE", "EXTERNAL_COURSE", "ONLINE_COURSE"]);
    expect(sorted(rules.map(({ conversion }) => conversion.kind))).toEqual([
      "FIXED",
      "LESSER",
      "RATIO",
      "TARGET",
      "TARGET_IF_COVERED",
    ]);
    expect(
      sorted(rules.flatMap(({ conversion }) => (conversion.kind === "RATIO" ? [conversion.rounding] : []))),
    ).toEqual(["DOWN_HALF", "DOWN_HUNDREDTH", "DOWN_WHOLE"]);
    expect(sorted(rules.map(({ recordedGrade }) => recordedGrade.kind))).toEqual([
      "BY_PRIZE",
      "CAPPED",
      "FIXED",
      "ORIGINAL",
      "PASS",
    ]);
    expect(
      sorted(
        rules.flatMap((rule) => matchersOf(rule.source).flatMap((m) => (m.validity ? [m.validity.rounding] : []))),
      ),
    ).toEqual(["DAY", "END_OF_MONTH", "END_OF_YEAR"]);
    expect(
      sorted(
        rules.flatMap((rule) => matchersOf(rule.source).flatMap((m) => (m.kind === "CERTIFICATE" ? [m.minLevel] : []))),
      ),
    ).toEqual(["ADVANCED", "ELEMENTARY", "INTERMEDIATE"]);
  });

  it("every scope and limit of a cap, with the values in force somewhere", () => {
    const caps = ruleSets.flatMap(({ caps }) => caps);
    const sorted = (values: readonly string[]) => [...new Set(values)].sort();
    expect(sorted(caps.map(({ scope }) => scope.kind))).toEqual([
      "EACH_SOURCE",
      "NODE",
      "RULE_SET",
      "SOURCE_KINDS",
      "TARGET_GROUPS",
      "TOTAL",
    ]);
    expect(sorted(caps.map(({ limit }) => limit.kind))).toEqual(["COURSES", "COURSE_SHARE", "CREDITS", "SHARE"]);
    expect(sorted(caps.flatMap(({ limit }) => (limit.kind === "SHARE" ? [limit.of.kind] : [])))).toEqual([
      "GROUPS",
      "NODE",
      "PLAN",
    ]);
    const has = (scope: string, limit: object) =>
      caps.some((cap) => cap.scope.kind === scope && JSON.stringify(cap.limit) === JSON.stringify(limit));
    expect(has("TOTAL", { kind: "SHARE", basisPoints: 5000, of: { kind: "PLAN" } })).toBe(true);
    expect(has("TOTAL", { kind: "CREDITS", credits: 5000 })).toBe(true);
    expect(has("TOTAL", { kind: "COURSE_SHARE", basisPoints: 4000 })).toBe(true);
    expect(has("SOURCE_KINDS", { kind: "SHARE", basisPoints: 2500, of: { kind: "PLAN" } })).toBe(true);
    expect(has("EACH_SOURCE", { kind: "CREDITS", credits: 800 })).toBe(true);
    expect(
      caps.filter(
        ({ scope, limit }) => scope.kind === "TARGET_GROUPS" && "basisPoints" in limit && limit.basisPoints === 2000,
      ),
    ).toHaveLength(2);
  });

  it("every owner, exclusion and nature constraint", () => {
    const sorted = (values: readonly string[]) => [...new Set(values)].sort();
    expect(sorted(ruleSets.map(({ owner }) => owner))).toEqual(["AGREEMENT", "CREDIT_BANK", "SCHOOL"]);
    expect(sorted(ruleSets.flatMap(({ exclusions }) => exclusions.flatMap(({ subjects }) => subjects)))).toEqual([
      "GRADUATION_PROJECT",
      "INTERNSHIP",
      "MILITARY_TRAINING",
      "PHYSICAL_EDUCATION",
      "POLITICS",
    ]);
    expect(sorted(ruleSets.flatMap(({ natureConstraints }) => natureConstraints.map(({ kind }) => kind)))).toEqual([
      "GROUP",
      "REQUIREMENT",
    ]);
    expect(ruleSets.some(({ cohortFrom }) => cohortFrom !== null)).toBe(true);
  });
});
