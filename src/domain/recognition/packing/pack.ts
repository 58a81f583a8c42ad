import type { PackingResult } from "../outcome.ts";
import { greedy, isFeasible, pickInOrder } from "./greedy.ts";
import { countOf, type PackingModel } from "./model.ts";
import { costProgram, creditProgram, divisor, isPossible } from "./program.ts";
import { type Budget, search } from "./search.ts";

export interface Packing extends PackingResult {
  /** Positions of the chosen items, ascending. */
  readonly chosen: readonly number[];
}

/**
 * Step 2: the most credits the rules allow, then the tie-break: fewest source credits, then smallest priorities, then fewest
 * lines, then the first rule ids. Exact within the node budget, and says whether it is.
 */
export function pack(model: PackingModel, nodeBudget: number): Packing {
  const budget: Budget = { left: nodeBudget };
  const first = mostCredits(model, budget);
  const tie = first.proved
    ? breakTie(model, first.chosen, budget)
    : { chosen: tidy(model, first.chosen), canonical: false };
  return {
    credits: first.credits,
    upperBound: first.upperBound,
    proved: first.proved,
    canonical: tie.canonical,
    nodes: nodeBudget - budget.left,
    chosen: [...tie.chosen].sort((a, b) => a - b),
  };
}

function mostCredits(model: PackingModel, budget: Budget): Omit<Packing, "nodes" | "canonical"> {
  const program = creditProgram(model);
  const { unit } = program;
  const valueOf = (items: readonly number[]): number | null =>
    isFeasible(model, items) ? countOf(model, items) / unit : null;
  const start = greedy(model);
  const found = search(
    {
      program,
      items: model.items.length,
      valueOf,
      round: (share) => rounded(model, share),
      enough: Infinity,
    },
    { value: countOf(model, start) / unit, items: start },
    budget,
  );
  const chosen = found.best?.items ?? [];
  const credits = countOf(model, chosen) - model.baseCount;
  const upperBound = found.proved ? credits : Math.min(found.bound * unit, ceiling(model)) - model.baseCount;
  return { credits, upperBound, proved: found.proved || upperBound === credits, chosen };
}

/** The count if every item that fits by itself were chosen: a bound that needs no arithmetic of fractions. */
function ceiling(model: PackingModel): number {
  return countOf(
    model,
    model.items.map((_, item) => item).filter((item) => isPossible(model, item)),
  );
}

/** Items in the order of their share in a fractional solution, as far as they fit. */
function rounded(model: PackingModel, share: (item: number) => number): readonly number[] {
  const shares = model.items.map((_, item) => share(item));
  const order = shares.map((_, item) => item).sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0) || a - b);
  return pickInOrder(model, order);
}

/** Leaves out what adds nothing, dearest first; for answers whose tie-break is not carried out. */
function tidy(model: PackingModel, chosen: readonly number[]): readonly number[] {
  const cost = costs(model);
  const order = [...chosen].sort((a, b) => (cost[b] ?? 0) - (cost[a] ?? 0) || b - a);
  let kept = [...chosen];
  for (const item of order) {
    const without = kept.filter((each) => each !== item);
    if (countOf(model, without) === countOf(model, kept)) kept = without;
  }
  return kept;
}

interface Tie {
  readonly chosen: readonly number[];
  readonly canonical: boolean;
}

function breakTie(model: PackingModel, best: readonly number[], budget: Budget): Tie {
  const credits = countOf(model, best);
  const cost = costs(model);
  const start = tidy(model, best);
  const program = costProgram(model, credits, cost);
  const valueOf = (items: readonly number[]): number | null =>
    isFeasible(model, items) && countOf(model, items) >= credits ? -sumOf(cost, items) : null;
  const round = (share: (item: number) => number): readonly number[] => tidy(model, rounded(model, share));
  const problem = { program, items: model.items.length, valueOf, round, enough: Infinity };
  const found = search(problem, { value: -sumOf(cost, start), items: start }, budget);
  const chosen = found.best?.items ?? start;
  if (!found.proved) return { chosen, canonical: false };
  return firstByKey({ model, cost, credits, excluded: found.excluded, budget }, chosen);
}

/**
 * One number whose order is: source credits, then the sum of priorities, then the number of lines. Each part is counted in its
 * greatest common divisor and given room for the most the later parts can come to.
 */
function costs(model: PackingModel): readonly number[] {
  const sources = scaled(model.items.map(({ sourceCredits }) => sourceCredits));
  const priorities = scaled(model.items.map(({ rule }) => rule.priority));
  const lines = model.items.length + 1;
  const byPriority = priorities.map((priority) => priority * lines + 1);
  const room = 1 + mostOf(model, byPriority);
  return sources.map((source, item) => source * room + (byPriority[item] ?? 0));
}

function scaled(amounts: readonly number[]): readonly number[] {
  const unit = amounts.reduce(divisor, 0);
  return unit === 0 ? amounts : amounts.map((amount) => amount / unit);
}

/** The most any choice of items can come to: the dearest item of every target, and all blanket ones. */
function mostOf(model: PackingModel, amounts: readonly number[]): number {
  const dearest = new Map<string, number>();
  model.items.forEach(({ nodeKey, targetCourseIds }, item) => {
    const target = nodeKey === null ? (targetCourseIds[0] ?? "") : `item ${item}`;
    dearest.set(target, Math.max(dearest.get(target) ?? 0, amounts[item] ?? 0));
  });
  return [...dearest.values()].reduce((sum, each) => sum + each, 0);
}

function sumOf(amounts: readonly number[], items: readonly number[]): number {
  return items.reduce((sum, item) => sum + (amounts[item] ?? 0), 0);
}

interface TieBreak {
  readonly model: PackingModel;
  readonly cost: readonly number[];
  readonly credits: number;
  readonly excluded: ReadonlySet<number>;
  readonly budget: Budget;
}

/** Of all answers equal in credits and cost, the one whose rule ids come first: item by item, taken wherever an equal answer holds it. */
function firstByKey(tie: TieBreak, best: readonly number[]): Tie {
  let chosen = best;
  const fixed = new Map<number, boolean>();
  for (let item = 0; item < tie.model.items.length; item++) {
    if (chosen.includes(item)) fixed.set(item, true);
    else if (tie.excluded.has(item)) fixed.set(item, false);
    else {
      const found = equalWith(tie, fixed, item, sumOf(tie.cost, best));
      if (found === "UNKNOWN") return { chosen, canonical: false };
      fixed.set(item, found !== null);
      chosen = found ?? chosen;
    }
  }
  return { chosen, canonical: true };
}

/** An answer of the same credits and cost that keeps what is fixed and holds the item; null where there is none. */
function equalWith(
  { model, cost, credits, excluded, budget }: TieBreak,
  fixed: ReadonlyMap<number, boolean>,
  item: number,
  least: number,
): readonly number[] | null | "UNKNOWN" {
  const taken = [...fixed].flatMap(([each, on]) => (on ? [each] : []));
  if (!isFeasible(model, [...taken, item]) || sumOf(cost, taken) + (cost[item] ?? 0) > least) return null;
  const program = costProgram(model, credits, cost);
  const wanted = new Map([...fixed, [item, true] as const]);
  const result = search(
    {
      program: restrict(program, wanted, excluded),
      items: model.items.length,
      valueOf: (items) => {
        const keeps = [...wanted].every(([each, on]) => items.includes(each) === on);
        return keeps && isFeasible(model, items) && countOf(model, items) >= credits ? -sumOf(cost, items) : null;
      },
      round: () => null,
      enough: -least,
    },
    null,
    budget,
  );
  if (result.best !== null && result.best.value >= -least) return result.best.items;
  return result.proved || result.bound < -least ? null : "UNKNOWN";
}

/** The program with some items settled: those left out have no room, those taken must be there. */
function restrict(
  program: ReturnType<typeof costProgram>,
  fixed: ReadonlyMap<number, boolean>,
  excluded: ReadonlySet<number>,
): ReturnType<typeof costProgram> {
  const upper = program.program.upper.slice();
  for (const item of excluded) upper[item] = 0;
  for (const [item, on] of fixed) if (!on) upper[item] = 0;
  const taken = [...fixed].flatMap(([item, on]) => (on ? [item] : []));
  const rows = [...program.program.rows, ...taken.map((item) => ({ idx: [item], coef: [-1], rhs: -1 }))];
  return { ...program, program: { ...program.program, upper, rows } };
}
