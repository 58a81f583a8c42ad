import type { PackingResult } from "../outcome.ts";
import { ceiling, mayRecord, reach, roomForAll } from "./bounds.ts";
import { improved } from "./exchange.ts";
import { exchanged, pickInOrder } from "./greedy.ts";
import { countOf, type PackingModel } from "./model.ts";
import { presolve } from "./presolve.ts";
import { compile, type PackingProgram } from "./program.ts";
import { type Budget, type SearchProblem, search, settle, wholeBound } from "./search.ts";
import { countIfFeasible, Selection } from "./selection.ts";
import { Tableau } from "./simplex.ts";
import { breakTie, tidy } from "./tie-break.ts";

export interface Packing extends PackingResult {
  /** Positions of the chosen items, ascending. */
  readonly chosen: readonly number[];
}

/** Exchanges tried on the way to the most credits. A goal that the program allows is often out of reach: then the search is needed anyhow. */
const TRIALS = 2_000;

/** A packing problem made small: what is left out, what rows really leave room for, and a bound on the count. */
export interface Prepared {
  readonly model: PackingModel;
  readonly leftOut: Uint8Array;
  /** The most that all lines together may record, in hundredths. */
  readonly room: number;
  /** No answer counts more, in hundredths. */
  readonly ceiling: number;
}

/** The part of the node budget that the tie-break may take: which of equal answers it is matters less than how much it is. */
const TIE_SHARE = 0.3;

/**
 * Step 2: the most credits the rules allow, then the tie-break: fewest source credits, then smallest priorities, then fewest
 * lines, then the first rule ids. Exact within the node budget, and says whether it is.
 * @param until "CREDITS" leaves the tie-break out: as many credits, but not always the same lines.
 */
export function pack(model: PackingModel, nodeBudget: number, until: "CREDITS" | "TIE_BREAK" = "TIE_BREAK"): Packing {
  const budget: Budget = { left: nodeBudget };
  const prepared = prepare(model);
  const { solved, ...first } = mostCredits(prepared, budget);
  const given = Math.min(budget.left, Math.ceil(nodeBudget * TIE_SHARE));
  const tieBudget: Budget = { left: given };
  const tie =
    first.proved && until === "TIE_BREAK"
      ? breakTie(
          prepared,
          solved ?? { program: compile(prepared.model, prepared.leftOut), tableau: null },
          first.chosen,
          tieBudget,
        )
      : { chosen: tidy(model, first.chosen), canonical: false };
  return {
    ...first,
    canonical: tie.canonical,
    nodes: nodeBudget - budget.left + given - tieBudget.left,
    chosen: [...tie.chosen].sort((a, b) => a - b),
  };
}

function prepare(given: PackingModel): Prepared {
  const leftOut = presolve(given);
  const limits = given.limits.map((_, row) => reach(given, row, leftOut));
  const rows = given.rows.map((row, i) => (row.limit === limits[i] ? row : { ...row, limit: limits[i] as number }));
  const model = { ...given, rows, limits };
  const room = roomForAll(model, leftOut);
  return { model, leftOut, room, ceiling: Math.min(ceiling(model, leftOut), model.baseCount + room) };
}

/** A program and its tableau, solved for the most credits. */
export interface Solved {
  readonly program: PackingProgram;
  readonly tableau: Tableau | null;
}

type First = Omit<Packing, "nodes" | "canonical"> & { readonly solved: Solved | null };

function mostCredits(prepared: Prepared, budget: Budget): First {
  const { model, leftOut } = prepared;
  const start = exchanged(model, leftOut, prepared.ceiling);
  const count = countOf(model, start);
  if (count >= prepared.ceiling) return answer(prepared, start, count, null);
  const program = compile(model, leftOut);
  const tableau = Tableau.of(program.program);
  const { unit, whole, constant } = program;
  if (tableau.maximise() !== "OPTIMAL") return answer(prepared, start, prepared.ceiling, null);
  const problem: SearchProblem = {
    items: model.items.length,
    whole,
    constant,
    valueOf: (items) => inUnits(countIfFeasible(model, items), unit),
    round: (share) => rounded(model, leftOut, share),
    mayReach: (value, settled) =>
      prepared.room === Infinity || mayRecord(model, settled, value * unit - model.baseCount, prepared.room),
    enough: Math.min(Math.floor(prepared.ceiling / unit), wholeBound(tableau, constant)),
  };
  const best = nearest(prepared, tableau, problem.enough * unit, start);
  const value = countOf(model, best) / unit;
  settle(tableau, problem, value);
  const found = search(tableau, problem, { value, items: best }, budget);
  return answer(prepared, found.best?.items ?? start, found.bound * unit, { program, tableau });
}

/** The best that exchanges make of an answer, and of the fractional one rounded. */
function nearest(prepared: Prepared, tableau: Tableau, goal: number, start: readonly number[]): readonly number[] {
  const { model, leftOut } = prepared;
  const candidates = model.items.map((_, item) => item).filter((item) => leftOut[item] === 0);
  const aim = { count: goal, cost: new Float64Array(model.items.length), least: 0, trials: TRIALS };
  let best = start;
  for (const first of [rounded(model, leftOut, (item) => tableau.at(item)), start]) {
    if (countOf(model, best) >= goal) break;
    const next = improved(model, candidates, first, aim);
    if (countOf(model, next) > countOf(model, best)) best = next;
  }
  return best;
}

function answer({ model, ceiling }: Prepared, chosen: readonly number[], bound: number, solved: Solved | null): First {
  const credits = countOf(model, chosen) - model.baseCount;
  const upperBound = Math.max(credits, Math.min(bound, ceiling) - model.baseCount);
  return { credits, upperBound, proved: upperBound === credits, chosen, solved };
}

function inUnits(count: number | null, unit: number): number | null {
  return count === null ? null : count / unit;
}

/** Items in the order of their share in a fractional solution, as far as they fit. */
function rounded(model: PackingModel, leftOut: Uint8Array, share: (item: number) => number): readonly number[] {
  const shares = Float64Array.from(leftOut, (out, item) => (out === 1 ? -1 : share(item)));
  const order = model.items.map((_, item) => item).filter((item) => leftOut[item] === 0);
  order.sort((a, b) => (shares[b] as number) - (shares[a] as number) || a - b);
  const selection = new Selection(model);
  pickInOrder(selection, order);
  return selection.items();
}
