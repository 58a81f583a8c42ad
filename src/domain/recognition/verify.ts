import { countPlan, requiredOf, requiredOfGroups } from "../curriculum/count.ts";
import type { Plan, PlanNode } from "../curriculum/plan.ts";
import type { Id } from "../id.ts";
import type { AchievementFact } from "./facts.ts";
import type { RecognitionInput } from "./input.ts";
import type { RecognitionLine, RecognitionOutcome } from "./outcome.ts";
import { inForce } from "./rule-sets.ts";
import type { Cap, Rule, RuleSet } from "./rule.ts";

/** What is wrong with an outcome; an empty list means nothing. Sentences are for developers and the log, not for users. */
export type Fault = string;

/**
 * Checks an outcome against its input again, without any of the code that made it: sources once, targets once and whole, caps,
 * one certificate per course, and that the credits add up. It does not look for a better answer.
 */
export function verifyOutcome(input: RecognitionInput, outcome: RecognitionOutcome): readonly Fault[] {
  const lines = outcome.lines.map((line) => known(input, line));
  if (lines.some((line) => line === null)) return ["a line rests on an unknown rule or achievement"];
  const full = lines.filter((line) => line !== null);
  return [
    ...checkSources(input, full),
    ...checkTargets(input, full),
    ...checkCaps(input, full),
    ...checkSums(input, outcome),
  ];
}

interface Known {
  readonly line: RecognitionLine;
  readonly rule: Rule;
  readonly ruleSet: RuleSet;
  readonly sources: readonly AchievementFact[];
}

function known({ facts, assumed, ruleSets }: RecognitionInput, line: RecognitionLine): Known | null {
  const ruleSet = ruleSets.find(({ id }) => id === line.ruleSetId);
  const rule = ruleSet?.rules.find(({ id }) => id === line.ruleId);
  const sources = line.achievementIds.flatMap((id) => [...facts, ...assumed].find((fact) => fact.id === id) ?? []);
  return ruleSet === undefined || rule === undefined || sources.length !== line.achievementIds.length
    ? null
    : { line, rule, ruleSet, sources };
}

function checkSources({ earlier }: RecognitionInput, lines: readonly Known[]): readonly Fault[] {
  const used = new Set<Id>();
  for (const line of earlier) if (!line.shared) for (const { achievementId } of line.sources) used.add(achievementId);
  const faults: Fault[] = [];
  for (const { rule, sources } of lines) {
    if (rule.shared) continue;
    for (const { id } of sources) {
      if (used.has(id)) faults.push(`achievement ${id} is used twice`);
      used.add(id);
    }
  }
  return faults;
}

function checkTargets({ plan, context, earlier }: RecognitionInput, lines: readonly Known[]): readonly Fault[] {
  const met = new Set<Id>(context.passedCourseIds);
  for (const line of earlier) for (const { courseId } of line.targets) met.add(courseId);
  const faults: Fault[] = [];
  for (const { line, sources } of lines) {
    for (const { courseId, credits } of line.targets) {
      if (met.has(courseId)) faults.push(`course ${courseId} is met twice`);
      met.add(courseId);
      if (plan.courses.get(courseId)?.credits !== credits) faults.push(`course ${courseId} is not recognised whole`);
    }
    const certificates = sources.filter(({ kind }) => kind === "CERTIFICATE").length;
    if (certificates > 1 && line.targets.length > 0)
      faults.push(`rule ${line.ruleKey} takes two certificates for a course`);
    if (line.conditions.some((condition) => !condition.met))
      faults.push(`rule ${line.ruleKey} has a condition that is not met`);
  }
  return faults;
}

/** A line as the caps see it, told from the facts themselves. */
interface Counted {
  readonly ruleSetKey: string;
  readonly sources: readonly { readonly id: Id; readonly kind: string }[];
  readonly targets: readonly { readonly courseId: Id; readonly credits: number }[];
  readonly nodeKey: string | null;
  readonly credits: number;
}

function checkCaps(input: RecognitionInput, lines: readonly Known[]): readonly Fault[] {
  const { plan, ruleSets, earlier } = input;
  const counted: readonly Counted[] = [
    ...lines.map(({ line, ruleSet, sources }) => ({ ...line, ruleSetKey: ruleSet.key, sources })),
    ...earlier.map((line) => ({ ...line, sources: line.sources.map(({ achievementId: id, kind }) => ({ id, kind })) })),
  ];
  const holding = inForce(ruleSets, input).filter(
    ({ programmeIds }) => programmeIds.length === 0 || programmeIds.includes(plan.programmeId),
  );
  return holding.flatMap((ruleSet) =>
    ruleSet.caps.flatMap((cap) => {
      const limit = limitIn(plan, cap);
      return usesOf(plan, ruleSet, cap, counted).flatMap(({ own, use }) =>
        use > limit && own ? [`cap ${ruleSet.key}/${cap.key} is ${limit}, and ${use} is used`] : [],
      );
    }),
  );
}

/** How much of a cap is used, and whether this outcome itself uses any of it (an earlier decision may stand above a cap that came later). */
function usesOf(
  plan: Plan,
  ruleSet: RuleSet,
  cap: Cap,
  lines: readonly Counted[],
): readonly { own: boolean; use: number }[] {
  const { scope } = cap;
  const inCourses = cap.limit.kind === "COURSES" || cap.limit.kind === "COURSE_SHARE";
  const amount = (line: Counted, targets: Counted["targets"], whole: boolean): number => {
    if (inCourses) return targets.length;
    return whole ? line.credits : targets.reduce((sum, { credits }) => sum + credits, 0);
  };
  const total = (part: (line: Counted) => number): { own: boolean; use: number } => ({
    own: lines.some((line) => "conditions" in line && part(line) > 0),
    use: lines.reduce((sum, line) => sum + part(line), 0),
  });
  const all = (line: Counted): number => amount(line, line.targets, true);
  switch (scope.kind) {
    case "TOTAL":
      return [total(all)];
    case "RULE_SET":
      return [total((line) => (line.ruleSetKey === ruleSet.key ? all(line) : 0))];
    case "SOURCE_KINDS":
      return [total((line) => (line.sources.some(({ kind }) => includes(scope.kinds, kind)) ? all(line) : 0))];
    case "TARGET_GROUPS":
      return [
        total((line) =>
          amount(
            line,
            line.targets.filter(({ courseId }) => includes(scope.groups, plan.courses.get(courseId)?.group)),
            false,
          ),
        ),
      ];
    case "NODE": {
      const inside = namesBelow(plan.root, scope.nodeKey, false);
      return [
        total((line) =>
          line.nodeKey === null
            ? amount(
                line,
                line.targets.filter(({ courseId }) => inside.has(courseId)),
                false,
              )
            : inside.has(line.nodeKey)
              ? all(line)
              : 0,
        ),
      ];
    }
    case "EACH_SOURCE": {
      const ids = new Set(
        lines.flatMap(({ sources }) => sources.filter(({ kind }) => includes(scope.kinds, kind)).map(({ id }) => id)),
      );
      return [...ids].map((id) => total((line) => (line.sources.some((source) => source.id === id) ? all(line) : 0)));
    }
  }
}

function includes(list: readonly string[], item: string | undefined): boolean {
  return item !== undefined && list.includes(item);
}

/** Keys of nodes and ids of courses at and below the node of a key. */
function namesBelow(node: PlanNode, key: string, inside: boolean): ReadonlySet<string> {
  const here = inside || node.key === key;
  if (node.kind === "COURSE") return new Set(here ? [node.courseId, node.key] : []);
  const below = node.children.flatMap((child) => [...namesBelow(child, key, here)]);
  return new Set(here ? [node.key, ...below] : below);
}

function limitIn(plan: Plan, { limit }: Cap): number {
  switch (limit.kind) {
    case "CREDITS":
      return limit.credits;
    case "COURSES":
      return limit.count;
    case "COURSE_SHARE":
      return Math.floor((new Set(coursesBelow(plan.root)).size * limit.basisPoints) / 10_000);
    case "SHARE": {
      const { of } = limit;
      if (of.kind === "GROUPS") return Math.floor((requiredOfGroups(plan, of.groups) * limit.basisPoints) / 10_000);
      const node = of.kind === "PLAN" ? plan.root : findNode(plan.root, of.nodeKey);
      return node === null ? 0 : Math.floor((requiredOf(plan, node) * limit.basisPoints) / 10_000);
    }
  }
}

function coursesBelow(node: PlanNode): readonly Id[] {
  return node.kind === "COURSE" ? [node.courseId] : node.children.flatMap(coursesBelow);
}

function findNode(node: PlanNode, key: string): PlanNode | null {
  if (node.key === key) return node;
  if (node.kind === "COURSE") return null;
  for (const child of node.children) {
    const found = findNode(child, key);
    if (found !== null) return found;
  }
  return null;
}

function checkSums({ plan, context, earlier }: RecognitionInput, outcome: RecognitionOutcome): readonly Fault[] {
  const blanket = new Map<string, number>();
  const lines = [...outcome.lines, ...earlier];
  for (const { nodeKey, credits } of lines)
    if (nodeKey !== null) blanket.set(nodeKey, (blanket.get(nodeKey) ?? 0) + credits);
  const courseIds = new Set([
    ...context.passedCourseIds,
    ...lines.flatMap(({ targets }) => targets.map((each) => each.courseId)),
  ]);
  const passed = countPlan(plan, { courseIds: context.passedCourseIds, blanket: new Map() });
  const all = countPlan(plan, { courseIds, blanket });
  const counted = outcome.lines.reduce((sum, { countedCredits }) => sum + countedCredits, 0);
  const { packing, requiredCredits, remainingCredits, earlierCredits } = outcome;
  const sums: readonly (readonly [Fault, boolean])[] = [
    ["the passed credits are miscounted", outcome.passedCredits === passed],
    ["the recognised credits are miscounted", packing.credits === all - passed],
    ["the lines do not add up to the answer", counted + earlierCredits === packing.credits],
    [
      "the remaining credits do not add up",
      requiredCredits === outcome.passedCredits + packing.credits + remainingCredits,
    ],
    ["the answer is above its own bound", packing.credits <= packing.upperBound],
    ["proved, but not at the bound", !packing.proved || packing.credits === packing.upperBound],
  ];
  return sums.flatMap(([fault, holds]) => (holds ? [] : [fault]));
}
