import { type Achieved, countPlan } from "../curriculum/count.ts";
import type { Plan } from "../curriculum/plan.ts";
import { leavesOf } from "../curriculum/tree.ts";
import type { Id } from "../id.ts";
import type { Application, Eligibility } from "./eligibility.ts";
import type { EarlierLine } from "./input.ts";
import type { RecognitionLine, Refusal } from "./outcome.ts";
import { countOf, type CountTree, type PackingModel, type Row } from "./packing/model.ts";
import { OUTCOMPETED_CODES, type OutcompetedCode } from "./rule.ts";

/**
 * One line per chosen application, in the order of the plan. What each counts is what it adds to those before it, so that the
 * lines add up to the answer.
 */
export function explainLines(
  plan: Plan,
  already: Achieved,
  chosen: readonly Application[],
): readonly RecognitionLine[] {
  const place = new Map<Id, number>(
    leavesOf(plan.root)
      .map(({ courseId }, i) => [courseId, i] as const)
      .reverse(),
  );
  const placeOf = ({ targetCourseIds }: Application): number =>
    Math.min(...targetCourseIds.map((courseId) => place.get(courseId) ?? Infinity));
  const ordered = [...chosen].sort((a, b) => {
    const [left, right] = [placeOf(a), placeOf(b)];
    return left === right ? (a.key < b.key ? -1 : 1) : left - right;
  });
  const courseIds = new Set(already.courseIds);
  const blanket = new Map(already.blanket);
  let count = countPlan(plan, already);
  return ordered.map((application) => {
    for (const courseId of application.targetCourseIds) courseIds.add(courseId);
    const { nodeKey, credits } = application;
    if (nodeKey !== null) blanket.set(nodeKey, (blanket.get(nodeKey) ?? 0) + credits);
    const before = count;
    count = countPlan(plan, { courseIds, blanket });
    return lineOf(application, count - before);
  });
}

function lineOf(application: Application, countedCredits: number): RecognitionLine {
  const { rule, ruleSet, sources, courses, nodeKey, credits, recordedGrade, conditions, conversion } = application;
  return {
    ruleId: rule.id,
    ruleKey: rule.key,
    ruleVersion: rule.version,
    ruleTitle: rule.title,
    ruleSetId: ruleSet.id,
    owner: ruleSet.owner,
    citation: rule.citation,
    achievementIds: sources.map(({ id }) => id),
    targets: courses.map((course) => ({ courseId: course.courseId, credits: course.credits })),
    nodeKey,
    credits,
    countedCredits,
    recordedGrade,
    discretion: rule.discretion,
    conditions,
    conversion,
  };
}

/** What the refusals are told from. */
export interface RefusalFacts {
  readonly plan: Plan;
  readonly model: PackingModel;
  readonly chosen: readonly number[];
  readonly eligibility: Eligibility;
  readonly earlier: readonly EarlierLine[];
}

/** A refusal for every application that was not chosen: the impossible ones, the preceded ones, the outcompeted ones. */
export function explainRefusals(facts: RefusalFacts): readonly Refusal[] {
  const { model, chosen, eligibility } = facts;
  const on = new Set(chosen);
  const load = loadOf(model, chosen);
  return [
    ...eligibility.refused.map(ineligible),
    ...eligibility.preceded.map(({ application, by }) =>
      outcompeted(application, [{ code: "PRECEDENCE", ruleIds: [by.rule.id] }]),
    ),
    ...model.items.flatMap((application, item) => {
      if (on.has(item)) return [];
      const broken = brokenRows(model, load, item);
      if (broken.length === 0) return [addsNothing(facts, item)];
      const told = broken.map((row) => ({ code: codeOf(row, application, facts), ruleIds: winnersOf(row, facts) }));
      return [outcompeted(application, told)];
    }),
  ];
}

function refusalOf(
  application: Application,
): Omit<Refusal, "family" | "code" | "winnerRuleIds" | "violated" | "obstacles"> {
  const { rule, sources, targetCourseIds, nodeKey, conditions } = application;
  return {
    ruleId: rule.id,
    ruleKey: rule.key,
    ruleTitle: rule.title,
    citation: rule.citation,
    achievementIds: sources.map(({ id }) => id),
    targetCourseIds,
    nodeKey,
    conditions,
  };
}

function ineligible(application: Application): Refusal {
  const failed = application.conditions.find(({ met }) => !met);
  if (failed === undefined) throw new Error("an application whose conditions are all met was called ineligible");
  return {
    family: "INELIGIBLE",
    code: failed.code,
    ...refusalOf(application),
    winnerRuleIds: [],
    violated: [],
    obstacles: [],
  };
}

/** Obstacles of one code are told as one, in the order of the codes. */
function outcompeted(application: Application, told: Refusal["obstacles"]): Refusal {
  const obstacles = OUTCOMPETED_CODES.flatMap((code) => {
    const same = told.filter((each) => each.code === code);
    return same.length === 0 ? [] : [{ code, ruleIds: unique(same.flatMap(({ ruleIds }) => ruleIds)) }];
  });
  const violated = obstacles.map(({ code }) => code);
  const [code = "ADDS_NOTHING"] = violated;
  const winnerRuleIds = unique(obstacles.flatMap(({ ruleIds }) => ruleIds));
  return { family: "OUTCOMPETED", code, ...refusalOf(application), winnerRuleIds, violated, obstacles };
}

function loadOf(model: PackingModel, chosen: readonly number[]): Float64Array {
  const load = new Float64Array(model.rows.length);
  for (const item of chosen) for (const { row, coef } of model.rowsOf[item] ?? []) load[row] = (load[row] ?? 0) + coef;
  return load;
}

/** The rows an application would break beside those chosen. */
function brokenRows(model: PackingModel, load: Float64Array, item: number): readonly Row[] {
  return (model.rowsOf[item] ?? []).flatMap(({ row: number, coef }) => {
    const row = model.rows[number];
    return row !== undefined && (load[number] ?? 0) + coef > row.limit ? [row] : [];
  });
}

/** A target held by a certificate tells a certificate so: one certificate per course. */
function codeOf(row: Row, application: Application, { model, chosen }: RefusalFacts): OutcompetedCode {
  if (row.code !== "TARGET_MET" || !usesCertificate(application)) return row.code;
  const holder = chosen.find((item) => row.idx.includes(item));
  const held = holder === undefined ? undefined : model.items[holder];
  return held !== undefined && usesCertificate(held) ? "CERTIFICATE_TARGET_TAKEN" : row.code;
}

function usesCertificate({ sources }: Application): boolean {
  return sources.some(({ kind }) => kind === "CERTIFICATE");
}

/** Rules of the lines, chosen now or decided earlier, that take up the room of a row. */
function winnersOf(row: Row, { model, chosen, earlier }: RefusalFacts): readonly Id[] {
  const now = chosen.filter((item) => row.idx.includes(item)).flatMap((item) => model.items[item]?.rule.id ?? []);
  const before = earlier.filter((line) => takesRoom(line, row)).map(({ ruleId }) => ruleId);
  return unique([...now, ...before]);
}

function takesRoom(line: EarlierLine, row: Row): boolean {
  if (row.cap !== null) return row.cap.measure(line) > 0;
  if (row.code === "TARGET_MET") return line.targets.some(({ courseId }) => courseId === row.ref);
  return !line.shared && line.sources.some(({ achievementId }) => achievementId === row.ref);
}

/** It would fit, but what it brings does not count: the choice or the group it belongs to is met. */
function addsNothing({ model, chosen }: RefusalFacts, item: number): Refusal {
  const application = model.items[item];
  if (application === undefined) throw new Error("no such application");
  const full = fullNode(model.tree, { model, chosen, item });
  const code: OutcompetedCode = full === null ? "ADDS_NOTHING" : full.kind === "CHOOSE" ? "CHOICE_MET" : "GROUP_FULL";
  const rivals = full === null ? [] : chosen.filter((each) => touches(full, model, each));
  return outcompeted(application, [{ code, ruleIds: rivals.flatMap((each) => model.items[each]?.rule.id ?? []) }]);
}

interface Extra {
  readonly model: PackingModel;
  readonly chosen: readonly number[];
  readonly item: number;
}

/** The lowest node that the item reaches and that counts no more with it than without it. */
function fullNode(tree: CountTree, extra: Extra): Exclude<CountTree, { kind: "LEAF" }> | null {
  if (tree.kind === "LEAF" || !touches(tree, extra.model, extra.item)) return null;
  for (const child of tree.children) {
    const below = fullNode(child, extra);
    if (below !== null) return below;
  }
  if (tree.kind === "SUM") return null;
  const part = { ...extra.model, tree };
  return countOf(part, [...extra.chosen, extra.item]) > countOf(part, extra.chosen) ? null : tree;
}

function touches(tree: CountTree, model: PackingModel, item: number): boolean {
  if (tree.kind === "LEAF") return model.coursesOf[item]?.includes(tree.course) ?? false;
  if (tree.kind === "AT_LEAST" && tree.blanket.includes(item)) return true;
  return tree.children.some((child) => touches(child, model, item));
}

function unique<T>(list: readonly T[]): readonly T[] {
  return [...new Set(list)];
}
