import type { PackingResult } from "../outcome.ts";
import { greedy, isFeasible, pickInOrder } from "./greedy.ts";
import { countOf, type PackingModel } from "./model.ts";
import { creditProgram, isPossible } from "./program.ts";
import { type Budget, type Settled, search } from "./search.ts";
import { breakTie, tidy } from "./tie-break.ts";

export interface Packing extends PackingResult {
  /** Positions of the chosen items, ascending. */
  readonly chosen: readonly number[];
}

/**
 * Step 2: the most credits the rules allow, then the tie-break: fewest source credits, then smallest priorities, then fewest
 * lines, then the first rule ids. Exact within the node budget, and says whether it is.
 * @param until "CREDITS" leaves the tie-break out: as many credits, but not always the same lines.
 */
export function pack(model: PackingModel, nodeBudget: number, until: "CREDITS" | "TIE_BREAK" = "TIE_BREAK"): Packing {
  const budget: Budget = { left: nodeBudget };
  const { settled, ...first } = mostCredits(model, budget);
  const tie =
    first.proved && until === "TIE_BREAK"
      ? breakTie(model, first.chosen, settled, budget)
      : { chosen: tidy(model, first.chosen), canonical: false };
  return {
    ...first,
    canonical: tie.canonical,
    nodes: nodeBudget - budget.left,
    chosen: [...tie.chosen].sort((a, b) => a - b),
  };
}

function mostCredits(
  model: PackingModel,
  budget: Budget,
): Omit<Packing, "nodes" | "canonical"> & { readonly settled: Settled } {
  const program = creditProgram(model);
  const { unit } = program;
  const start = greedy(model);
  const found = search(
    {
      program,
      items: model.items.length,
      valueOf: (items) => (isFeasible(model, items) ? countOf(model, items) / unit : null),
      round: (share) => rounded(model, share),
      enough: Infinity,
      settled: new Map(),
    },
    { value: countOf(model, start) / unit, items: start },
    budget,
  );
  const chosen = found.best?.items ?? [];
  const credits = countOf(model, chosen) - model.baseCount;
  const upperBound = found.proved ? credits : Math.min(found.bound * unit, ceiling(model)) - model.baseCount;
  return { credits, upperBound, proved: upperBound === credits, chosen, settled: found.settled };
}

/** The count if every item that fits by itself were chosen: a bound that needs no arithmetic of fractions. */
function ceiling(model: PackingModel): number {
  const possible = model.items.map((_, item) => item).filter((item) => isPossible(model, item));
  return countOf(model, possible);
}

/** Items in the order of their share in a fractional solution, as far as they fit. */
function rounded(model: PackingModel, share: (item: number) => number): readonly number[] {
  const shares = model.items.map((_, item) => share(item));
  const order = shares.map((_, item) => item).sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0) || a - b);
  return pickInOrder(model, order);
}
