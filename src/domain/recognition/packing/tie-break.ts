import { isFeasible } from "./greedy.ts";
import { countOf, type PackingModel } from "./model.ts";
import { costProgram, divisor, type Limit } from "./program.ts";
import { type Budget, rootOf, type SearchProblem, type Settled, search } from "./search.ts";
import type { Tableau } from "./simplex.ts";

/** An answer after the tie-break; canonical where it was carried to its end. */
export interface Tie {
  readonly chosen: readonly number[];
  readonly canonical: boolean;
}

/**
 * Of all answers with the same credits the one answer: fewest source credits, then the smallest sum of priorities, then the
 * fewest lines, then the first rule ids.
 */
export function breakTie(model: PackingModel, best: readonly number[], settled: Settled, budget: Budget): Tie {
  const credits = countOf(model, best);
  let state: State = { model, credits, chosen: tidy(model, best), limits: [], settled, budget };
  for (const cost of costsOf(model)) {
    const next = cheapest(state, cost);
    if (next === null) return { chosen: state.chosen, canonical: false };
    state = next;
    if (!state.proved) return { chosen: state.chosen, canonical: false };
  }
  return firstByKey(state);
}

/** Leaves out what adds nothing, dearest first. */
export function tidy(model: PackingModel, chosen: readonly number[]): readonly number[] {
  const dear = (item: number): number => model.items[item]?.sourceCredits ?? 0;
  const order = [...chosen].sort((a, b) => dear(b) - dear(a) || b - a);
  const credits = countOf(model, chosen);
  let kept: readonly number[] = chosen;
  for (const item of order) {
    const without = kept.filter((each) => each !== item);
    if (countOf(model, without) === credits) kept = without;
  }
  return kept;
}

interface State {
  readonly model: PackingModel;
  readonly credits: number;
  readonly chosen: readonly number[];
  /** What the parts of the tie-break before this one came to: it may not be more. */
  readonly limits: readonly Limit[];
  readonly settled: Settled;
  readonly budget: Budget;
  readonly proved?: boolean;
}

/** What is made small, part by part; each counted in its greatest common divisor. */
function costsOf({ items }: PackingModel): readonly (readonly number[])[] {
  const lines = items.length + 1;
  const priorities = scaled(items.map(({ rule }) => rule.priority));
  return [scaled(items.map(({ sourceCredits }) => sourceCredits)), scaled(priorities.map((each) => each * lines + 1))];
}

function scaled(amounts: readonly number[]): readonly number[] {
  const unit = amounts.reduce(divisor, 0);
  return unit === 0 ? amounts : amounts.map((amount) => amount / unit);
}

function sumOf(amounts: readonly number[], items: readonly number[]): number {
  return items.reduce((sum, item) => sum + (amounts[item] ?? 0), 0);
}

function cheapest(state: State, cost: readonly number[]): State | null {
  const { chosen, limits, budget } = state;
  const problem = problemOf(state, cost);
  const found = search(problem, { value: -sumOf(cost, chosen), items: chosen }, budget);
  if (found.best === null) return null;
  const most = -found.best.value;
  return {
    ...state,
    chosen: found.best.items,
    limits: [...limits, { cost, most }],
    settled: new Map([...state.settled, ...found.settled]),
    proved: found.proved,
  };
}

function problemOf(state: State, cost: readonly number[]): SearchProblem {
  const { model, credits, limits, settled } = state;
  return {
    program: costProgram(model, credits, cost, limits),
    items: model.items.length,
    valueOf: (items) => (isEqual(state, items) ? -sumOf(cost, items) : null),
    round: () => null,
    enough: Infinity,
    settled,
  };
}

/** Whether a set of items is as good as the answer in credits and in every part of the tie-break so far. */
function isEqual({ model, credits, limits }: State, items: readonly number[]): boolean {
  return (
    isFeasible(model, items) &&
    countOf(model, items) >= credits &&
    limits.every(({ cost, most }) => sumOf(cost, items) <= most)
  );
}

/** The answer whose rule ids come first: item by item in the order of their keys, taken wherever an equal answer holds it. */
function firstByKey(state: State): Tie {
  const { model } = state;
  const fixed = new Map(state.settled);
  let chosen = state.chosen;
  const base = rootOf(problemOf(state, nothing(model)));
  if (base === null || base === "STUCK") return { chosen, canonical: false };
  for (let item = 0; item < model.items.length; item++) {
    if (fixed.has(item) || base.isFixed(item)) continue;
    if (!chosen.includes(item)) {
      const equal = equalWith(state, base, new Map([...fixed, [item, true]]), item);
      if (equal === "UNKNOWN") return { chosen, canonical: false };
      chosen = equal ?? chosen;
    }
    const on = chosen.includes(item);
    fixed.set(item, on);
    base.fix(item, on);
    if (base.restore(-Infinity) !== "OPTIMAL") return { chosen, canonical: false };
    base.compact();
  }
  return { chosen, canonical: true };
}

/** An answer as good as the one there is, that keeps what is settled and holds the item; null where there is none. */
function equalWith(state: State, base: Tableau, settled: Settled, item: number): readonly number[] | null | "UNKNOWN" {
  const { model, budget } = state;
  if (budget.left <= 0) return "UNKNOWN";
  budget.left--;
  const attempt = base.copy();
  attempt.fix(item, true);
  if (attempt.restore(-Infinity) === "INFEASIBLE") return null;
  const problem = problemOf({ ...state, settled }, nothing(model));
  const valueOf = (items: readonly number[]): number | null =>
    [...settled].every(([each, on]) => items.includes(each) === on) ? problem.valueOf(items) : null;
  const found = search({ ...problem, valueOf, enough: 0 }, null, budget, attempt);
  return found.best?.items ?? (found.proved ? null : "UNKNOWN");
}

/** No cost at all: any answer within the limits will do. */
function nothing({ items }: PackingModel): readonly number[] {
  return items.map(() => 0);
}
