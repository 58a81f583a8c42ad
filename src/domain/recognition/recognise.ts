import { type Achieved, countPlan, NOTHING, requiredOf } from "../curriculum/count.ts";
import { progressOf } from "../curriculum/progress.ts";
import { type BindingCap, bindCaps, measured } from "./caps.ts";
import { type Application, type Eligibility, findApplications } from "./eligibility.ts";
import { explainLines, explainRefusals } from "./explain.ts";
import type { RecognitionInput } from "./input.ts";
import type { CapUse, PackingResult, RecognitionOutcome } from "./outcome.ts";
import { buildModel, type PackingModel } from "./packing/model.ts";
import { pack } from "./packing/pack.ts";
import { inForce } from "./rule-sets.ts";
import { RULE_SET_OWNERS, type RuleSet } from "./rule.ts";

/**
 * What a learner's achievements are worth in a plan: the most credits the rules allow, proved where the node budget sufficed,
 * with a line for everything recognised and a refusal for everything that was not. Pure: the same input gives the same answer,
 * in whatever order its lists come.
 */
export function recognise(input: RecognitionInput): RecognitionOutcome {
  const situation = assess(input);
  const { model, ruleSets, caps, passed, already } = situation;
  const packed = pack(model, input.nodeBudget);
  const chosen = packed.chosen.map((item) => model.items[item]).filter((item) => item !== undefined);
  const all = achievedWith(already, chosen);
  const passedCredits = countPlan(input.plan, passed);
  const earlierCredits = countPlan(input.plan, already) - passedCredits;
  const requiredCredits = requiredOf(input.plan, input.plan.root);
  const packing = withEarlier(packed, earlierCredits, situation.eligibility.complete, requiredCredits - passedCredits);
  return {
    packing,
    lines: explainLines(input.plan, model, packed.chosen),
    refusals: explainRefusals({
      plan: input.plan,
      model,
      chosen: packed.chosen,
      eligibility: situation.eligibility,
      earlier: input.earlier,
    }),
    progress: progressOf(input.plan, passed, all),
    requiredCredits,
    passedCredits,
    recognisedCredits: packing.credits,
    earlierCredits,
    remainingCredits: requiredCredits - passedCredits - packing.credits,
    caps: caps.map((cap) => useOf(cap, chosen)),
    ruleSetIds: ruleSets.map(({ id }) => id),
  };
}

/** Everything about an input that is settled before anything is chosen. */
export interface Situation {
  readonly ruleSets: readonly RuleSet[];
  readonly eligibility: Eligibility;
  readonly caps: readonly BindingCap[];
  readonly model: PackingModel;
  readonly passed: Achieved;
  /** Passed, and recognised by earlier decisions. */
  readonly already: Achieved;
}

/** Facts and rules turned into a packing problem. */
export function assess(input: RecognitionInput): Situation {
  const ruleSets = inPrecedence(input);
  const eligibility = findApplications(input, ruleSets);
  const passed: Achieved = { ...NOTHING, courseIds: input.context.passedCourseIds };
  const already = achievedBefore(passed, input);
  const lines = eligibility.eligible.map(measured);
  const caps = bindCaps(input.plan, inForce(ruleSets, input), lines, input.earlier);
  const model = buildModel(input.plan, eligibility.eligible, already, input.earlier, caps, lines);
  return { ruleSets, eligibility, caps, model, passed, already };
}

/** The rule sets that speak in the programme, an agreement's first, then a school's, then the bank's. */
function inPrecedence({ ruleSets, plan }: RecognitionInput): readonly RuleSet[] {
  return ruleSets
    .filter(({ programmeIds }) => programmeIds.length === 0 || programmeIds.includes(plan.programmeId))
    .sort(
      (a, b) =>
        RULE_SET_OWNERS.indexOf(a.owner) - RULE_SET_OWNERS.indexOf(b.owner) ||
        (a.key < b.key ? -1 : a.key > b.key ? 1 : a.version - b.version),
    );
}

function achievedBefore(passed: Achieved, { earlier }: RecognitionInput): Achieved {
  const courseIds = new Set([
    ...passed.courseIds,
    ...earlier.flatMap(({ targets }) => targets.map((each) => each.courseId)),
  ]);
  return { courseIds, blanket: addBlanket(passed.blanket, earlier) };
}

/** What is achieved once some applications are recognised on top. */
export function achievedWith(already: Achieved, chosen: readonly Application[]): Achieved {
  const courseIds = new Set([...already.courseIds, ...chosen.flatMap(({ targetCourseIds }) => targetCourseIds)]);
  return { courseIds, blanket: addBlanket(already.blanket, chosen) };
}

function addBlanket(
  blanket: Achieved["blanket"],
  lines: readonly { readonly nodeKey: string | null; readonly credits: number }[],
): Achieved["blanket"] {
  const sums = new Map(blanket);
  for (const { nodeKey, credits } of lines) if (nodeKey !== null) sums.set(nodeKey, (sums.get(nodeKey) ?? 0) + credits);
  return sums;
}

/** The packing counts from what was decided already; the answer counts from what was passed. */
function withEarlier(packed: PackingResult, earlier: number, complete: boolean, most: number): PackingResult {
  const { credits, upperBound, proved, canonical, nodes } = packed;
  if (!complete)
    return {
      credits: credits + earlier,
      upperBound: most,
      proved: credits + earlier === most,
      canonical: false,
      nodes,
    };
  return { credits: credits + earlier, upperBound: upperBound + earlier, proved, canonical, nodes };
}

function useOf(
  { ruleSet, cap, achievementId, unit, limit, denominator, usedEarlier, measure }: BindingCap,
  chosen: readonly Application[],
): CapUse {
  const used = chosen.reduce((sum, application) => sum + measure(measured(application)), usedEarlier);
  return {
    ruleSetId: ruleSet.id,
    key: cap.key,
    title: cap.title,
    citation: cap.citation,
    achievementId,
    unit,
    limit,
    used,
    denominator,
  };
}
