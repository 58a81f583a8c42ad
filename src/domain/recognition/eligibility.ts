import type { Credits } from "../credit.ts";
import type { PlanCourse } from "../curriculum/plan.ts";
import type { Grade } from "../grade.ts";
import type { Id } from "../id.ts";
import { testSource } from "./conditions.ts";
import { convert, recordedGradeOf } from "./conversion.ts";
import type { AchievementFact } from "./facts.ts";
import type { RecognitionInput } from "./input.ts";
import { type Binding, FactIndex, matchTree } from "./match.ts";
import type { Condition, ConversionStep } from "./outcome.ts";
import { RULE_SET_OWNERS, type Rule, type RuleSet } from "./rule.ts";
import { inForce } from "./rule-sets.ts";
import { supersede } from "./supersede.ts";
import { targetOf } from "./target.ts";
import { testTargets } from "./target-conditions.ts";

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
  };
  const all: Application[] = [];
  let complete = true;
  for (const ruleSet of ruleSets)
    for (const rule of ruleSet.rules) {
      const found = applyRule(rule, ruleSet, world);
      all.push(...found.applications);
      complete &&= found.complete;
    }
  all.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const met = all.filter(isEligible);
  const preceded = precedence(met);
  const lost = new Set(preceded.map(({ application }) => application));
  return {
    eligible: met.filter((each) => !lost.has(each)),
    refused: all.filter((each) => !isEligible(each)),
    preceded,
    complete,
  };
}

interface World {
  readonly input: RecognitionInput;
  readonly binding: readonly RuleSet[];
  readonly index: FactIndex;
  readonly superseded: ReadonlyMap<Id, AchievementFact>;
}

function isEligible(application: Application): boolean {
  return application.conditions.every((condition) => condition.met);
}

function applyRule(
  rule: Rule,
  ruleSet: RuleSet,
  world: World,
): { applications: readonly Application[]; complete: boolean } {
  const { combinations, partial, complete } = matchTree(rule.source, world.index);
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
  const all = partial === null ? combinations : [partial.present];
  return { applications: all.map((bindings) => apply(rule, ruleSet, bindings, missing, world)), complete };
}

function apply(
  rule: Rule,
  ruleSet: RuleSet,
  bindings: readonly Binding[],
  missing: readonly Condition[],
  world: World,
): Application {
  const { input } = world;
  const sources = bindings.map(({ fact }) => fact);
  const target = targetOf(rule, sources, input);
  const sourceCredits = sources.reduce((sum, { credits }) => sum + credits, 0);
  const conversion = convert(rule.conversion, sourceCredits, target.credits);
  const conditions = [
    ...missing,
    ...bindings.flatMap((binding) => {
      const supersededBy = world.superseded.get(binding.fact.id) ?? null;
      return testSource(binding, { rule, ruleSet, context: input.context, scale: input.scale, supersededBy });
    }),
    ...testTargets({ rule, ruleSet, ruleSets: world.binding, sources, target, conversion, input }),
  ];
  return {
    key: [
      rule.id,
      sources
        .map(({ id }) => id)
        .sort()
        .join("+"),
      target.key,
    ].join(" "),
    rule,
    ruleSet,
    sources,
    courses: target.courses,
    targetCourseIds: target.courseIds,
    nodeKey: target.nodeKey,
    credits: target.nodeKey === null ? target.credits : conversion.result,
    sourceCredits,
    recordedGrade: recordedGradeOf(rule.recordedGrade, sources, input.scale),
    conditions,
    conversion,
  };
}

/** For the same sources and the same target an agreement's rule goes before a school's, a school's before the bank's. */
function precedence(met: readonly Application[]): Eligibility["preceded"] {
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
