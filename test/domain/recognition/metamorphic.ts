import type { RecognitionInput } from "../../../src/domain/recognition/input.ts";
import type { RecognitionOutcome, Refusal } from "../../../src/domain/recognition/outcome.ts";
import { countOf, type PackingModel } from "../../../src/domain/recognition/packing/model.ts";
import { assess, recognise } from "../../../src/domain/recognition/recognise.ts";
import type { CapLimit, Rule, RuleSet, SourceTree } from "../../../src/domain/recognition/rule.ts";
import { keysOf } from "./brute-force.ts";
import { Random } from "./random.ts";
import { smallCase } from "./small.ts";

/** What must hold of the small case of a seed: null where it does or the case says nothing about it, else what does not. */
export type Law = (seed: number) => string | null;

const credits = (input: RecognitionInput): number => recognise(input).packing.credits;

/** Everything an outcome says, refusals included: they tell most of it only when they are asked. */
export function said(outcome: RecognitionOutcome): object {
  return {
    ...outcome,
    refusals: outcome.refusals.map((refusal) => ({
      family: refusal.family,
      code: refusal.code,
      ruleId: refusal.ruleId,
      ruleKey: refusal.ruleKey,
      ruleTitle: refusal.ruleTitle,
      citation: refusal.citation,
      achievementIds: refusal.achievementIds,
      targetCourseIds: refusal.targetCourseIds,
      nodeKey: refusal.nodeKey,
      conditions: refusal.conditions,
      winnerRuleIds: refusal.winnerRuleIds,
      violated: refusal.violated,
      obstacles: refusal.obstacles,
    })),
  };
}

function shuffle(input: RecognitionInput, random: Random): RecognitionInput {
  return {
    ...input,
    facts: random.shuffled(input.facts),
    ruleSets: random
      .shuffled(input.ruleSets)
      .map((set) => ({ ...set, rules: random.shuffled(set.rules), caps: random.shuffled(set.caps) })),
    plan: { ...input.plan, courses: new Map(random.shuffled([...input.plan.courses])) },
  };
}

/** The whole answer is the same, whatever the order of the input. */
export const orderNeverMatters: Law = (seed) => {
  const input = smallCase(seed);
  const [one, other] = [recognise(input), recognise(shuffle(input, new Random(seed)))];
  return JSON.stringify(said(one)) === JSON.stringify(said(other)) ? null : "another order, another answer";
};

/** Another name for each id, in another order. */
function renaming(ids: readonly string[], random: Random): (id: string) => string {
  const names = new Map(random.shuffled(ids).map((id, i) => [id, `z${100 + i}`]));
  return (id) => names.get(id) ?? id;
}

function renamedSources(tree: SourceTree, name: (id: string) => string): SourceTree {
  if ("any" in tree) return { any: tree.any.map((part) => renamedSources(part, name)) };
  if ("all" in tree) return { all: tree.all.map((part) => renamedSources(part, name)) };
  const { match } = tree;
  if (match.kind === "COURSE") return { match: { ...match, courseId: name(match.courseId) } };
  return match.kind === "CERTIFICATE" ? { match: { ...match, certificateId: name(match.certificateId) } } : tree;
}

/** The ids of rules, achievements, source courses and certificates renamed; nothing else of the case says them. */
function renamed(input: RecognitionInput, random: Random): RecognitionInput {
  const rule = renaming(
    input.ruleSets.flatMap(({ rules }) => rules.map(({ id }) => id)),
    random,
  );
  const fact = renaming(
    input.facts.map(({ id }) => id),
    random,
  );
  const source = (id: string): string => `renamed ${id}`;
  return {
    ...input,
    facts: input.facts.map((each) => {
      const { detail } = each;
      const renamedDetail =
        detail.kind === "COURSE" && detail.courseId !== null
          ? { ...detail, courseId: source(detail.courseId) }
          : detail.kind === "CERTIFICATE"
            ? { ...detail, certificateId: source(detail.certificateId) }
            : detail;
      return { ...each, id: fact(each.id), detail: renamedDetail };
    }),
    ruleSets: input.ruleSets.map((set) => ({
      ...set,
      id: `renamed ${set.id}`,
      rules: set.rules.map((each) => ({ ...each, id: rule(each.id), source: renamedSources(each.source, source) })),
    })),
  };
}

/** Renaming ids leaves the credits as they are. */
export const namesNeverCount: Law = (seed) => {
  const input = smallCase(seed);
  const [before, after] = [credits(input), credits(renamed(input, new Random(seed)))];
  return before === after ? null : `${before} credits, renamed ${after}`;
};

const oneOwner = ({ ruleSets }: RecognitionInput): boolean => new Set(ruleSets.map(({ owner }) => owner)).size === 1;

/**
 * For rules without maxima and outcomes without supersession an added achievement never lowers the credits. With it a rule of
 * higher precedence may turn up; that is a change of rule, not of worth, so all rules are of one owner.
 */
export const moreNeverLowers: Law = (seed) => {
  const input = smallCase(seed, { caps: true, maxima: false, passed: true });
  if (!oneOwner(input)) return null;
  const all = credits(input);
  for (const left of input.facts) {
    const without = credits({ ...input, facts: input.facts.filter((fact) => fact !== left) });
    if (without > all) return `${all} credits, without ${left.id} ${without}`;
  }
  return null;
};

function loosened(limit: CapLimit): CapLimit {
  switch (limit.kind) {
    case "CREDITS":
      return { ...limit, credits: limit.credits + 100 };
    case "COURSES":
      return { ...limit, count: limit.count + 1 };
    case "SHARE":
    case "COURSE_SHARE":
      return { ...limit, basisPoints: limit.basisPoints + 1500 };
  }
}

/** A cap that is loosened, or dropped, never lowers the credits. */
export const looserNeverLowers: Law = (seed) => {
  const input = smallCase(seed);
  const before = credits(input);
  const withCaps = (change: (caps: RuleSet["caps"], at: number) => RuleSet["caps"], of: RuleSet, at: number): number =>
    credits({
      ...input,
      ruleSets: input.ruleSets.map((set) => (set === of ? { ...set, caps: change(set.caps, at) } : set)),
    });
  const looser = (caps: RuleSet["caps"], at: number): RuleSet["caps"] =>
    caps.map((cap, i) => (i === at ? { ...cap, limit: loosened(cap.limit) } : cap));
  const dropped = (caps: RuleSet["caps"], at: number): RuleSet["caps"] => caps.filter((_, i) => i !== at);
  for (const set of input.ruleSets)
    for (const at of set.caps.keys()) {
      const [raised, without] = [withCaps(looser, set, at), withCaps(dropped, set, at)];
      if (raised < before || without < raised) return `${before} credits, looser ${raised}, without ${without}`;
    }
  return null;
};

/** A refusal in the form of `Application.key`. */
export function keyOfRefusal(refusal: Refusal): string {
  const target = refusal.nodeKey === null ? [...refusal.targetCourseIds].sort().join("+") : `node ${refusal.nodeKey}`;
  return [refusal.ruleId, [...refusal.achievementIds].sort().join("+"), target].join(" ");
}

/** The codes of the rows an item would break beside the chosen ones, found again from the rows alone. */
function brokenBy(model: PackingModel, chosen: readonly number[], item: number): readonly string[] {
  return model.rows.flatMap((row) => {
    const load = [...chosen, item].reduce((sum, each) => {
      const k = row.idx.indexOf(each);
      return k < 0 ? sum : sum + (row.coef[k] ?? 0);
    }, 0);
    return row.idx.includes(item) && load > row.limit ? [row.code] : [];
  });
}

/** Whether a refusal says what the rows say: the very constraints broken, or that nothing is added. */
function isRight(refusal: Refusal, model: PackingModel, chosen: readonly number[], item: number): boolean {
  if (item < 0) return refusal.family === "INELIGIBLE" || refusal.code === "PRECEDENCE";
  if (refusal.family !== "OUTCOMPETED" || refusal.code !== refusal.violated[0]) return false;
  const broken = [...new Set(brokenBy(model, chosen, item))].sort();
  const plain = refusal.violated.map((code) => (code === "CERTIFICATE_TARGET_TAKEN" ? "TARGET_MET" : code));
  const told = [...new Set(plain)].sort();
  if (broken.length > 0) return told.join() === broken.join();
  const addsNothing = countOf(model, [...chosen, item]) === countOf(model, chosen);
  return addsNothing && ["ADDS_NOTHING", "GROUP_FULL", "CHOICE_MET"].includes(refusal.code);
}

/** A refused application added to the chosen ones breaks just the constraints that are named, or adds nothing. */
export const refusalsAreTrue: Law = (seed) => {
  const input = smallCase(seed);
  const outcome = recognise(input);
  const { model } = assess(input);
  const chosenKeys = new Set(keysOf(outcome));
  const chosen = model.items.flatMap(({ key }, i) => (chosenKeys.has(key) ? [i] : []));
  for (const refusal of outcome.refusals) {
    const item = model.items.findIndex(({ key }) => key === keyOfRefusal(refusal));
    if (!isRight(refusal, model, chosen, item)) return `${keyOfRefusal(refusal)}: ${refusal.violated.join()}`;
  }
  return null;
};

function withoutRule(input: RecognitionInput, ruleId: string): RecognitionInput {
  const left = (rules: readonly Rule[]): readonly Rule[] => rules.filter(({ id }) => id !== ruleId);
  return { ...input, ruleSets: input.ruleSets.map((set) => ({ ...set, rules: left(set.rules) })) };
}

/** With a winner that is named removed, the total is not higher. Between owners its removal would let a lower rule in. */
export const winnersAreNeeded: Law = (seed) => {
  const input = smallCase(seed);
  if (!oneOwner(input)) return null;
  const outcome = recognise(input);
  const named = new Set(outcome.refusals.flatMap(({ winnerRuleIds }) => winnerRuleIds));
  const lines = new Set(outcome.lines.map(({ ruleId }) => ruleId));
  for (const ruleId of named) {
    if (!lines.has(ruleId)) return `${ruleId} is named a winner, and is no line`;
    if (credits(withoutRule(input, ruleId)) > outcome.packing.credits) return `without ${ruleId} there is more`;
  }
  return null;
};

/** Every law, by what it guarantees. */
export const LAWS: readonly (readonly [guarantee: string, law: Law])[] = [
  ["gives the whole answer whatever the order of the input", orderNeverMatters],
  ["keeps its credits when ids are renamed", namesNeverCount],
  ["never falls when an achievement is added, where rules know no maxima and nothing is superseded", moreNeverLowers],
  ["never falls when a cap is loosened, nor when it is dropped", looserNeverLowers],
  ["refuses an application for just the constraints it would break, or because it adds nothing", refusalsAreTrue],
  ["names winners that are lines, and without which there is no more", winnersAreNeeded],
];
