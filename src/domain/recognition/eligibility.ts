import type { Credits } from "../credit.ts";
import type { PlanCourse } from "../curriculum/plan.ts";
import type { Grade } from "../grade.ts";
import type { Id } from "../id.ts";
import { type SharedConditions, testSource } from "./conditions.ts";
import { convert, recordedGradeOf } from "./conversion.ts";
import type { AchievementFact } from "./facts.ts";
import type { RecognitionInput } from "./input.ts";
import { type Binding, FactIndex, matchTree } from "./match.ts";
import type { Condition, ConversionStep } from "./outcome.ts";
import { RULE_SET_OWNERS, type Rule, type RuleSet } from "./rule.ts";
import { inForce } from "./rule-sets.ts";
import { supersede } from "./supersede.ts";
import { type PlanTarget, targetOf } from "./target.ts";
import { type Constraints, constraintsOn, testTarget, testTogether } from "./target-conditions.ts";

/** One way to use one rule: these achievements for these targets, with every condition tested. */
export interface Application {
  /** Names it within one input: rule, sources and targets. Sorts by rule id first. */
  readonly key: string;
  readonly rule: Rule;
  readonly ruleSet: RuleSet;
  readonly sources: readonly AchievementFact[];
  readonly courses: readonly PlanCourse[];
  readonly targetCourseIds: readonly Id[];
  readonly nodeKey: string | null;
  /** Credits recorded if it is chosen, surplus included. */
  readonly credits: Credits;
  readonly sourceCredits: Credits;
  readonly recordedGrade: Grade | null;
  readonly conditions: readonly Condition[];
  readonly conversion: ConversionStep;
}

export interface Eligibility {
  /** Applications that may compete, in the order of their keys. */
  readonly eligible: readonly Application[];
  /** Applications with a condition that fails. */
  readonly refused: readonly Application[];
  /** Rules that lost to one of higher precedence for the same sources and targets. */
  readonly preceded: readonly { readonly application: Application; readonly by: Application }[];
  /** False where a rule had more combinations of sources than are tried. */
  readonly complete: boolean;
}

/** Step 1: every rule of every rule set against the achievements it is about. */
export function findApplications(input: RecognitionInput, ruleSets: readonly RuleSet[]): Eligibility {
  const facts = [...input.facts, ...input.assumed];
  const world: World = {
    input,
    binding: inForce(ruleSets, input),
    index: new FactIndex(facts),
    superseded: supersede(facts, input.context.asOf, input.scale),
    shared: new Map(),
  };
  const all: Application[] = [];
  let complete = true;
  for (const ruleSet of ruleSets) {
    const constraints = constraintsOn(ruleSet, world.binding);
    for (const rule of ruleSet.rules) if (!applyRule({ rule, ruleSet, constraints, world }, all)) complete = false;
  }
  all.sort(byKey);
  const met: Application[] = [];
  const refused: Application[] = [];
  for (const application of all) (isEligible(application) ? met : refused).push(application);
  const preceded = precedence(met);
  const lost = new Set(preceded.map(({ application }) => application));
  return {
    eligible: lost.size === 0 ? met : met.filter((each) => !lost.has(each)),
    refused,
    preceded,
    complete,
  };
}

function byKey(a: Application, b: Application): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

interface World {
  readonly input: RecognitionInput;
  readonly binding: readonly RuleSet[];
  readonly index: FactIndex;
  readonly superseded: ReadonlyMap<Id, AchievementFact>;
  readonly shared: SharedConditions;
}

/** A rule where it is applied. */
interface Applied {
  readonly rule: Rule;
  readonly ruleSet: RuleSet;
  readonly constraints: Constraints;
  readonly world: World;
}

function isEligible({ conditions }: Application): boolean {
  for (const condition of conditions) if (!condition.met) return false;
  return true;
}

/** Adds the applications of one rule. @returns whether all combinations of sources were tried. */
function applyRule(applied: Applied, all: Application[]): boolean {
  const { rule, ruleSet, world } = applied;
  const { combinations, partial, complete } = matchTree(rule.source, world.index);
  if (partial === null && combinations.length === 0) return complete;
  const missing: readonly Condition[] =
    partial === null
      ? []
      : [
          {
            code: "PARTNER_MISSING",
            achievementId: null,
            met: false,
            expected: { kind: "CODES", codes: partial.missing },
            actual: { kind: "NONE" },
          },
        ];
  const { input } = world;
  // where no reviewer put other courses in their place, all combinations aim at the same
  const same = input.substitutions.length === 0 ? aimOf(rule, ruleSet, [], input) : null;
  for (const bindings of partial === null ? combinations : [partial.present]) {
    const sources = bindings.map(({ fact }) => fact);
    all.push(apply(applied, bindings, sources, missing, same ?? aimOf(rule, ruleSet, sources, input)));
  }
  return complete;
}

/** A target with the conditions that depend on it alone. */
interface Aim {
  readonly target: PlanTarget;
  readonly conditions: readonly Condition[];
}

function aimOf(rule: Rule, ruleSet: RuleSet, sources: readonly AchievementFact[], input: RecognitionInput): Aim {
  const target = targetOf(rule, sources, input);
  return { target, conditions: testTarget(rule, ruleSet, target, input) };
}

function apply(
  { rule, ruleSet, constraints, world }: Applied,
  bindings: readonly Binding[],
  sources: readonly AchievementFact[],
  missing: readonly Condition[],
  aim: Aim,
): Application {
  const { input } = world;
  const { context, scale } = input;
  const { target } = aim;
  let sourceCredits = 0;
  for (const { credits } of sources) sourceCredits += credits;
  const conversion = convert(rule.conversion, sourceCredits, target.credits);
  const conditions: Condition[] = missing.slice();
  for (const binding of bindings) {
    const supersededBy = world.superseded.get(binding.fact.id) ?? null;
    testSource(binding, { rule, ruleSet, context, scale, supersededBy }, world.shared, conditions);
  }
  for (const each of aim.conditions) conditions.push(each);
  testTogether({ rule, constraints, sources, target, conversion, input }, conditions);
  return {
    key: `${rule.id} ${joinedIds(sources)} ${target.key}`,
    rule,
    ruleSet,
    sources,
    courses: target.courses,
    targetCourseIds: target.courseIds,
    nodeKey: target.nodeKey,
    credits: target.nodeKey === null ? target.credits : conversion.result,
    sourceCredits,
    recordedGrade: recordedGradeOf(rule.recordedGrade, sources, scale),
    conditions,
    conversion,
  };
}

function joinedIds(sources: readonly AchievementFact[]): string {
  const [only] = sources;
  if (sources.length === 1 && only !== undefined) return only.id;
  return sources
    .map(({ id }) => id)
    .sort()
    .join("+");
}

/** For the same sources and the same target an agreement's rule goes before a school's, a school's before the bank's. */
function precedence(met: readonly Application[]): Eligibility["preceded"] {
  const [first] = met;
  if (first === undefined || met.every(({ ruleSet }) => ruleSet.owner === first.ruleSet.owner)) return [];
  const best = new Map<string, Application>();
  const contest = (application: Application): string => application.key.slice(application.rule.id.length);
  for (const application of met) {
    const holder = best.get(contest(application));
    if (holder === undefined || ownerRank(application) < ownerRank(holder)) best.set(contest(application), application);
  }
  return met.flatMap((application) => {
    const by = best.get(contest(application));
    return by === undefined || ownerRank(by) === ownerRank(application) ? [] : [{ application, by }];
  });
}

function ownerRank({ ruleSet }: Application): number {
  return RULE_SET_OWNERS.indexOf(ruleSet.owner);
}
