import type { Credits } from "../credit.ts";
import type { PlanCourse } from "../curriculum/plan.ts";
import type { Grade } from "../grade.ts";
import type { Id } from "../id.ts";
import { LastDays, type SourceTest, testSource } from "./conditions.ts";
import { convert, recordedGradeOf, worthOf } from "./conversion.ts";
import type { AchievementFact } from "./facts.ts";
import type { RecognitionInput } from "./input.ts";
import { Account, type Judge, Verdict } from "./judge.ts";
import { type Binding, FactIndex, matchTree } from "./match.ts";
import type { Condition, ConversionStep } from "./outcome.ts";
import { type IneligibleCode, RULE_SET_OWNERS, type Rule, type RuleSet } from "./rule.ts";
import { rulesAbout } from "./rule-index.ts";
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
  /** The first condition that fails; null where all are met and the application may compete. */
  readonly failed: IneligibleCode | null;
  /** Every condition tested, told when it is asked for. */
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
    lastDays: new LastDays(),
    targets: new Targets(input),
  };
  const { lastDays } = world;
  const { context, scale } = input;
  const all: Application[] = [];
  let complete = true;
  for (const ruleSet of ruleSets) {
    const constraints = constraintsOn(ruleSet, world.binding);
    for (const rule of rulesAbout(ruleSet, world.index))
      if (!applyRule({ rule, ruleSet, constraints, world, context, scale, lastDays }, all)) complete = false;
  }
  all.sort(byKey);
  const met: Application[] = [];
  const refused: Application[] = [];
  for (const application of all) (application.failed === null ? met : refused).push(application);
  const preceded = precedence(met);
  const lost = new Set(preceded.map(({ application }) => application));
  return {
    eligible: lost.size === 0 ? met : met.filter((each) => !lost.has(each)),
    refused,
    preceded,
    complete,
  };
}

/** A key begins with the id of its rule, which is mostly enough. */
function byKey(a: Application, b: Application): number {
  const [one, other] = [a.rule.id, b.rule.id];
  if (one !== other) return one < other ? -1 : 1;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

interface World {
  readonly input: RecognitionInput;
  readonly binding: readonly RuleSet[];
  readonly index: FactIndex;
  readonly superseded: ReadonlyMap<Id, AchievementFact>;
  readonly lastDays: LastDays;
  readonly targets: Targets;
}

/** A rule where it is applied. */
interface Applied extends SourceTest {
  readonly constraints: Constraints;
  readonly world: World;
}

/** Adds the applications of one rule. @returns whether all combinations of sources were tried. */
function applyRule(applied: Applied, all: Application[]): boolean {
  const { rule, world } = applied;
  const { combinations, partial, complete } = matchTree(rule.source, world.index);
  if (partial !== null)
    all.push(new Found(applied, partial.present, partial.missing, targetFor(applied, partial.present)));
  else {
    // where no reviewer put other courses in their place, all combinations aim at the same
    const same = world.input.substitutions.length === 0 && combinations.length > 0 ? world.targets.of(rule) : null;
    for (const bindings of combinations)
      all.push(new Found(applied, bindings, null, same ?? targetFor(applied, bindings)));
  }
  return complete;
}

function targetFor({ rule, world }: Applied, bindings: readonly Binding[]): PlanTarget {
  const { input, targets } = world;
  if (input.substitutions.length === 0) return targets.of(rule);
  return targetOf(
    rule,
    bindings.map(({ fact }) => fact),
    input,
  );
}

/** What rules aim at where no reviewer put anything else in its place: for a single course looked up once, whoever names it. */
class Targets {
  readonly #input: RecognitionInput;
  readonly #ofCourse = new Map<Id, PlanTarget>();

  constructor(input: RecognitionInput) {
    this.#input = input;
  }

  of(rule: Rule): PlanTarget {
    const { target } = rule;
    const course = target.kind === "COURSES" && target.courses.length === 1 ? target.courses[0] : undefined;
    if (course === undefined) return targetOf(rule, [], this.#input);
    let known = this.#ofCourse.get(course.courseId);
    if (known === undefined) {
      known = targetOf(rule, [], this.#input);
      this.#ofCourse.set(course.courseId, known);
    }
    return known;
  }
}

/** An application with its verdict; what only its reader asks about is told when it is asked for. */
class Found implements Application {
  readonly rule: Rule;
  readonly ruleSet: RuleSet;
  readonly courses: readonly PlanCourse[];
  readonly targetCourseIds: readonly Id[];
  readonly nodeKey: string | null;
  readonly sources: readonly AchievementFact[];
  readonly sourceCredits: Credits;
  readonly credits: Credits;
  readonly failed: IneligibleCode | null;
  readonly #applied: Applied;
  readonly #bindings: readonly Binding[];
  readonly #missing: readonly string[] | null;
  readonly #target: PlanTarget;
  readonly #worth: Credits;
  #key: string | null = null;
  #conditions: readonly Condition[] | null = null;

  constructor(applied: Applied, bindings: readonly Binding[], missing: readonly string[] | null, target: PlanTarget) {
    this.rule = applied.rule;
    this.ruleSet = applied.ruleSet;
    this.courses = target.courses;
    this.targetCourseIds = target.courseIds;
    this.nodeKey = target.nodeKey;
    this.#applied = applied;
    this.#bindings = bindings;
    this.#missing = missing;
    this.#target = target;
    this.sources = bindings.map(({ fact }) => fact);
    let sourceCredits = 0;
    for (const { credits } of this.sources) sourceCredits += credits;
    this.sourceCredits = sourceCredits;
    this.#worth = worthOf(applied.rule.conversion, sourceCredits, target.credits);
    this.credits = target.nodeKey === null ? target.credits : this.#worth;
    const verdict = new Verdict();
    this.#test(verdict);
    this.failed = verdict.failed;
  }

  get key(): string {
    this.#key ??= `${this.rule.id} ${joinedIds(this.sources)} ${this.#target.key}`;
    return this.#key;
  }

  get recordedGrade(): Grade | null {
    return recordedGradeOf(this.rule.recordedGrade, this.sources, this.#applied.world.input.scale);
  }

  get conversion(): ConversionStep {
    return convert(this.rule.conversion, this.sourceCredits, this.#target.credits);
  }

  get conditions(): readonly Condition[] {
    if (this.#conditions === null) {
      const account = new Account();
      this.#test(account);
      this.#conditions = account.conditions;
    }
    return this.#conditions;
  }

  #test(judge: Judge): void {
    const { rule, ruleSet, constraints, world } = this.#applied;
    const { input, superseded } = world;
    if (this.#missing !== null) judge.codes("PARTNER_MISSING", null, false, this.#missing, null);
    for (const binding of this.#bindings) {
      if (judge.settled) return;
      testSource(binding, this.#applied, superseded.get(binding.fact.id) ?? null, judge);
    }
    if (judge.settled) return;
    const { sources, sourceCredits } = this;
    testTarget(rule, ruleSet, this.#target, input, judge);
    testTogether({ rule, constraints, sources, target: this.#target, sourceCredits, worth: this.#worth, input }, judge);
  }
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
