import { divisor, mayRecord } from "./bounds.ts";
import { type Aim, improved } from "./exchange.ts";
import { countOf, type PackingModel } from "./model.ts";
import type { Prepared, Solved } from "./pack.ts";
import { countRow, type PackingProgram } from "./program.ts";
import { pickInOrder } from "./greedy.ts";
import { type Budget, type SearchProblem, search, settle, wholeBound } from "./search.ts";
import { countIfFeasible, Selection } from "./selection.ts";
import { Tableau } from "./simplex.ts";

/** Exchanges tried in one part of the tie-break. */
const TRIALS = 15_000;

/** An answer after the tie-break; canonical where it was carried to its end. */
export interface Tie {
  readonly chosen: readonly number[];
  readonly canonical: boolean;
}

/** Rule ids are compared so many at a time: the first weighs more than all others together. */
const BLOCK = 16;

/**
 * Of all answers with the same credits the one answer: fewest source credits, then the smallest sum of priorities, then the
 * fewest lines, then the first rule ids.
 */
export function breakTie(prepared: Prepared, solved: Solved, best: readonly number[], budget: Budget): Tie {
  const { model } = prepared;
  const chosen = tidy(model, best);
  const count = countOf(model, best);
  const { program } = solved;
  const costs = costsOf(model, program);
  const tableau = solved.tableau ?? fromNothing(program, costs[0] as Float64Array, count);
  if (solved.tableau !== null) {
    if (tableau.restore(-Infinity) !== "OPTIMAL") return { chosen, canonical: false };
    tableau.demand(count / program.unit - program.constant);
  }
  return new TieBreak(prepared, program, tableau, costs, count, budget).result(chosen);
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

/** A tableau that asks for the count, with the cost as its objective: no item costs less than nothing, so it is dual feasible. */
function fromNothing(program: PackingProgram, cost: Float64Array, count: number): Tableau {
  const rows = [...program.program.rows, countRow(program, count / program.unit)];
  return Tableau.of({ ...program.program, objective: cost.map((each) => -each), rows });
}

/**
 * What is made small, part by part: source credits; then priorities and lines, the sum of priorities weighing more than all
 * lines. Each is counted in its greatest common divisor.
 */
function costsOf({ items }: PackingModel, { program }: PackingProgram): readonly Float64Array[] {
  const most = items.length + 1;
  const sources = scaled(items.map(({ sourceCredits }) => sourceCredits));
  const lines = scaled(items.map(({ rule }) => rule.priority * most + 1));
  const wide = (costs: readonly number[]): Float64Array => {
    const cost = new Float64Array(program.upper.length);
    cost.set(costs);
    return cost;
  };
  return [wide(sources), wide(lines)];
}

function scaled(amounts: readonly number[]): readonly number[] {
  const unit = amounts.reduce(divisor, 0);
  return unit === 0 ? amounts : amounts.map((amount) => amount / unit);
}

class TieBreak {
  readonly #model: PackingModel;
  readonly #room: number;
  readonly #program: PackingProgram;
  readonly #tableau: Tableau;
  readonly #costs: readonly Float64Array[];
  readonly #count: number;
  readonly #budget: Budget;
  /** What the parts so far came to: no answer may cost more. */
  readonly #most: number[] = [];

  constructor(
    { model, room }: Prepared,
    program: PackingProgram,
    tableau: Tableau,
    costs: readonly Float64Array[],
    count: number,
    budget: Budget,
  ) {
    this.#model = model;
    this.#room = room;
    this.#program = program;
    this.#tableau = tableau;
    this.#costs = costs;
    this.#count = count;
    this.#budget = budget;
  }

  result(start: readonly number[]): Tie {
    let chosen = start;
    for (const cost of this.#costs) {
      const next = this.#cheapest(cost, chosen);
      if (next.chosen !== null) chosen = next.chosen;
      if (!next.proved) return { chosen, canonical: false };
      this.#most.push(sumOf(cost, chosen));
    }
    return this.#firstByKey(chosen);
  }

  #cheapest(cost: Float64Array, chosen: readonly number[]): { chosen: readonly number[] | null; proved: boolean } {
    const objective = cost.map((each) => -each);
    const tableau = this.#tableau;
    if (!this.#solve(objective)) return { chosen: null, proved: false };
    const problem = this.#problem(objective);
    const start = this.#cheapened(cost, chosen, -wholeBound(tableau, 0));
    settle(tableau, problem, -sumOf(cost, start));
    const found = search(tableau, problem, { value: -sumOf(cost, start), items: start }, this.#budget);
    if (!found.proved || found.best === null) return { chosen: found.best?.items ?? null, proved: false };
    if (tableau.restore(-Infinity) !== "OPTIMAL") return { chosen: found.best.items, proved: false };
    settle(tableau, problem, found.best.value);
    tableau.demand(found.best.value);
    return { chosen: found.best.items, proved: true };
  }

  /**
   * The cheapest that exchanges make of an answer, and of the fractional one rounded. What the parts so far came to weighs more
   * than all there is to gain now.
   */
  #cheapened(cost: Float64Array, chosen: readonly number[], least: number): readonly number[] {
    const candidates = this.#model.items.flatMap((_, item) => (this.#isOpen(item) || this.#stands(item) ? [item] : []));
    const aim = this.#aim(cost, least);
    let best = chosen;
    for (const start of [chosen, this.#rounded(candidates)]) {
      if (sumOf(cost, best) <= least) break;
      const next = improved(this.#model, candidates, start, aim);
      if (this.#isEqual(next) && sumOf(cost, next) < sumOf(cost, best)) best = next;
    }
    return best;
  }

  #aim(cost: Float64Array, least: number): Aim {
    const total = cost.reduce((sum, each) => sum + each, 1);
    const weighed = cost.slice();
    let most = least;
    this.#costs.slice(0, this.#most.length).forEach((before, part) => {
      before.forEach((each, item) => {
        weighed[item] = (weighed[item] as number) + each * total;
      });
      most += (this.#most[part] as number) * total;
    });
    return { count: this.#count, cost: weighed, least: most, trials: TRIALS };
  }

  #rounded(candidates: readonly number[]): readonly number[] {
    const share = (item: number): number => this.#tableau.at(item);
    const selection = new Selection(this.#model);
    pickInOrder(
      selection,
      [...candidates].sort((a, b) => share(b) - share(a) || a - b),
    );
    return selection.items();
  }

  /** Whether an item is part of every answer that is left. */
  #stands(item: number): boolean {
    return this.#tableau.isFixed(item) && this.#tableau.at(item) > 0.5;
  }

  /** Brings the tableau to the best of an objective: by the dual where it can, over any solution otherwise. */
  #solve(objective: Float64Array): boolean {
    const tableau = this.#tableau;
    tableau.aim(objective);
    if (tableau.isDualFeasible()) return tableau.restore(-Infinity) === "OPTIMAL";
    if (!tableau.isPrimalFeasible()) return false;
    return tableau.maximise() === "OPTIMAL";
  }

  /** The answer whose rule ids come first: block by block, in the order of the keys. */
  #firstByKey(start: readonly number[]): Tie {
    const tableau = this.#tableau;
    let chosen = start;
    const open = this.#model.items.flatMap((_, item) => (this.#isOpen(item) ? [item] : []));
    while (open.length > 0) {
      const block = open.splice(0, BLOCK).filter((item) => !tableau.isFixed(item));
      if (block.length === 0) continue;
      const objective = new Float64Array(this.#program.program.upper.length);
      block.forEach((item, k) => {
        objective[item] = 2 ** (BLOCK - 1 - k);
      });
      if (!this.#solve(objective)) return { chosen, canonical: false };
      const problem = this.#problem(objective);
      const found = search(tableau, problem, { value: sumOf(objective, chosen), items: chosen }, this.#budget);
      chosen = found.best?.items ?? chosen;
      if (!found.proved) return { chosen, canonical: false };
      const on = new Set(chosen);
      for (const item of block) tableau.fix(item, on.has(item));
      if (tableau.restore(-Infinity) !== "OPTIMAL") return { chosen, canonical: false };
      tableau.compact();
    }
    return { chosen, canonical: true };
  }

  #isOpen(item: number): boolean {
    return !this.#tableau.isFixed(item) && this.#program.program.upper[item] !== 0;
  }

  #problem(objective: Float64Array): SearchProblem {
    return {
      items: this.#model.items.length,
      whole: this.#program.whole,
      constant: 0,
      valueOf: (items) => (this.#isEqual(items) ? sumOf(objective, items) : null),
      round: null,
      mayReach: (_, settled) =>
        this.#room === Infinity || mayRecord(this.#model, settled, this.#count - this.#model.baseCount, this.#room),
      enough: Infinity,
    };
  }

  /** Whether a set of items is as good as the answer in credits and in every part of the tie-break so far. */
  #isEqual(items: readonly number[]): boolean {
    const count = countIfFeasible(this.#model, items);
    return (
      count !== null &&
      count >= this.#count &&
      this.#most.every((most, part) => sumOf(this.#costs[part] as Float64Array, items) <= most)
    );
  }
}

function sumOf(amounts: Float64Array, items: readonly number[]): number {
  return items.reduce((sum, item) => sum + (amounts[item] as number), 0);
}
