import type { Credits } from "../../credit.ts";
import type { Achieved } from "../../curriculum/count.ts";
import type { Plan, PlanNode } from "../../curriculum/plan.ts";
import { countingLeaves } from "../../curriculum/tree.ts";
import type { Id } from "../../id.ts";
import { type BindingCap, type Measured, measured } from "../caps.ts";
import type { Application } from "../eligibility.ts";
import type { EarlierLine } from "../input.ts";
import type { OutcompetedCode } from "../rule.ts";

/** A hard constraint over applications: the sum of the coefficients of those chosen is at most `limit`. */
export interface Row {
  readonly code: OutcompetedCode;
  /** The achievement, course or cap it is about. */
  readonly ref: string;
  readonly limit: number;
  readonly idx: readonly number[];
  readonly coef: readonly number[];
  readonly cap: BindingCap | null;
}

/** The requirement tree as the packing counts it: leaves by number of their course. */
export type CountTree =
  | { readonly kind: "LEAF"; readonly course: number; readonly credits: Credits }
  | { readonly kind: "SUM"; readonly children: readonly CountTree[] }
  | {
      readonly kind: "AT_LEAST";
      readonly credits: Credits;
      readonly children: readonly CountTree[];
      /** Blanket credit of earlier decisions. */
      readonly base: Credits;
      /** Applications that bring blanket credit here. */
      readonly blanket: readonly number[];
    }
  | { readonly kind: "CHOOSE"; readonly count: number; readonly children: readonly CountTree[] };

/** The packing problem: choose items to maximise the count of the tree, within all rows. */
export interface PackingModel {
  readonly items: readonly Application[];
  readonly rows: readonly Row[];
  readonly limits: Float64Array;
  /** The rows of item i are `rowAt[k]`, with its coefficients `rowCoef[k]`, for k from `rowStart[i]` up to `rowStart[i + 1]`. */
  readonly rowStart: Int32Array;
  readonly rowAt: Int32Array;
  readonly rowCoef: Float64Array;
  readonly tree: CountTree;
  /** Courses achieved without any item: passed, or recognised earlier. */
  readonly base: Uint8Array;
  /** Courses of each item, by number. */
  readonly coursesOf: readonly (readonly number[])[];
  /** Count with no item chosen. */
  readonly baseCount: Credits;
}

/**
 * Builds the model. Items come in the order of their keys, so equal inputs give equal models.
 * @param lines the items as caps measure them.
 */
export function buildModel(
  plan: Plan,
  items: readonly Application[],
  already: Achieved,
  earlier: readonly EarlierLine[],
  caps: readonly BindingCap[],
  lines: readonly Measured[] = items.map(measured),
): PackingModel {
  const numberOf = new Map([...plan.courses.keys()].sort().map((courseId, number) => [courseId, number]));
  const base = new Uint8Array(numberOf.size);
  for (const courseId of already.courseIds) {
    const number = numberOf.get(courseId);
    if (number !== undefined) base[number] = 1;
  }
  const rows = [...sourceRows(items, earlier), ...targetRows(items, earlier), ...capRows(lines, caps)];
  const tree = compile(plan, items, already, numberOf);
  const coursesOf = items.map((item) => item.targetCourseIds.flatMap((courseId) => numberOf.get(courseId) ?? []));
  const model = { items, rows, ...transpose(rows, items.length), tree, base, coursesOf, baseCount: 0 };
  return { ...model, baseCount: countOf(model, []) };
}

/** Count of the tree with these items, in hundredths. */
export function countOf(model: PackingModel, chosen: readonly number[]): Credits {
  const have = model.base.slice();
  const on = new Set(chosen);
  for (const item of chosen) for (const course of model.coursesOf[item] ?? []) have[course] = 1;
  return countTree(model.tree, model, have, on);
}

/** Count of a node with these courses and items. */
export function countTree(tree: CountTree, model: PackingModel, have: Uint8Array, on: ReadonlySet<number>): Credits {
  if (tree.kind === "LEAF") return have[tree.course] === 1 ? tree.credits : 0;
  const counts = tree.children.map((child) => countTree(child, model, have, on));
  let granted = 0;
  if (tree.kind === "AT_LEAST") {
    granted = tree.base;
    for (const item of tree.blanket) if (on.has(item)) granted += model.items[item]?.credits ?? 0;
  }
  return combine(tree, counts, granted);
}

/** What a node counts of its children, and of the blanket credit granted to it. */
export function combine(
  tree: Exclude<CountTree, { kind: "LEAF" }>,
  counts: readonly Credits[],
  granted: Credits,
): Credits {
  const counted = tree.kind === "CHOOSE" ? [...counts].sort((a, b) => b - a).slice(0, tree.count) : counts;
  let sum = granted;
  for (const count of counted) sum += count;
  return tree.kind === "AT_LEAST" ? Math.min(tree.credits, sum) : sum;
}

/** A source is used once, unless the rules that use it share it. */
function sourceRows(items: readonly Application[], earlier: readonly EarlierLine[]): readonly Row[] {
  const used = new Set(
    earlier.filter(({ shared }) => !shared).flatMap(({ sources }) => sources.map(({ achievementId }) => achievementId)),
  );
  const groups = group(items, (item) => (item.rule.shared ? [] : item.sources.map(({ id }) => id)));
  return groups.map(([id, idx]) => unitRow("SOURCE_USED", id, used.has(id) ? 0 : 1, idx));
}

/** A target course is recognised once, by one application; so it takes at most one certificate too. */
function targetRows(items: readonly Application[], earlier: readonly EarlierLine[]): readonly Row[] {
  const met = new Set(earlier.flatMap(({ targets }) => targets.map(({ courseId }) => courseId)));
  const groups = group(items, (item) => item.targetCourseIds);
  return groups.map(([id, idx]) => unitRow("TARGET_MET", id, met.has(id) ? 0 : 1, idx));
}

function capRows(lines: readonly Measured[], caps: readonly BindingCap[]): readonly Row[] {
  const rows: Row[] = [];
  for (const cap of caps) {
    const idx: number[] = [];
    const coef: number[] = [];
    lines.forEach((line, item) => {
      const amount = cap.measure(line);
      if (amount <= 0) return;
      idx.push(item);
      coef.push(amount);
    });
    if (idx.length === 0) continue;
    const limit = Math.max(0, cap.limit - cap.usedEarlier);
    const ref = [cap.ruleSet.key, cap.cap.key, cap.achievementId ?? ""].join(" ");
    rows.push({ code: cap.code, ref, limit, idx, coef, cap });
  }
  return rows;
}

function unitRow(code: OutcompetedCode, ref: string, limit: number, idx: readonly number[]): Row {
  return { code, ref, limit, idx, coef: idx.map(() => 1), cap: null };
}

function group(items: readonly Application[], keysOf: (item: Application) => readonly Id[]): readonly [Id, number[]][] {
  const groups = new Map<Id, number[]>();
  items.forEach((item, i) => {
    for (const key of keysOf(item)) {
      const members = groups.get(key);
      if (members === undefined) groups.set(key, [i]);
      else members.push(i);
    }
  });
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

function transpose(
  rows: readonly Row[],
  items: number,
): Pick<PackingModel, "limits" | "rowStart" | "rowAt" | "rowCoef"> {
  const rowStart = new Int32Array(items + 1);
  for (const { idx } of rows) for (const item of idx) rowStart[item + 1] = (rowStart[item + 1] as number) + 1;
  for (let item = 0; item < items; item++)
    rowStart[item + 1] = (rowStart[item + 1] as number) + (rowStart[item] as number);
  const next = rowStart.slice();
  const rowAt = new Int32Array(rowStart[items] as number);
  const rowCoef = new Float64Array(rowStart[items] as number);
  rows.forEach(({ idx, coef }, row) => {
    for (let k = 0; k < idx.length; k++) {
      const item = idx[k] as number;
      const place = next[item] as number;
      next[item] = place + 1;
      rowAt[place] = row;
      rowCoef[place] = coef[k] as number;
    }
  });
  return { limits: Float64Array.from(rows, ({ limit }) => limit), rowStart, rowAt, rowCoef };
}

/** Leaves that do not count in the total, and courses the plan does not hold, are left out. */
function compile(
  plan: Plan,
  items: readonly Application[],
  already: Achieved,
  numberOf: ReadonlyMap<Id, number>,
): CountTree {
  const counting = countingLeaves(plan, plan.root);
  const walk = (node: PlanNode): readonly CountTree[] => {
    if (node.kind === "COURSE") {
      const [course, credits] = [numberOf.get(node.courseId), plan.courses.get(node.courseId)?.credits];
      return course === undefined || credits === undefined || !counting.has(node)
        ? []
        : [{ kind: "LEAF", course, credits }];
    }
    const children = node.children.flatMap(walk);
    if (node.kind === "ALL_OF") return [{ kind: "SUM", children }];
    if (node.kind === "CHOOSE") return [{ kind: "CHOOSE", count: node.count, children }];
    const blanket = items.flatMap((item, i) => (item.nodeKey === node.key ? [i] : []));
    return [{ kind: "AT_LEAST", credits: node.credits, children, base: already.blanket.get(node.key) ?? 0, blanket }];
  };
  return walk(plan.root)[0] ?? { kind: "SUM", children: [] };
}
