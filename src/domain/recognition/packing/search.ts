import type { PackingProgram } from "./program.ts";
import { Tableau } from "./simplex.ts";

/** How many nodes may still be opened, over all searches of one packing. The only limit; never the clock. */
export interface Budget {
  left: number;
}

/** A whole solution: its value in the program's units, and the items chosen. */
export interface Solution {
  readonly value: number;
  readonly items: readonly number[];
}

/** Items known to be in, or out of, every solution worth having. */
export type Settled = ReadonlyMap<number, boolean>;

export interface SearchResult {
  readonly best: Solution | null;
  /** No solution is above it, in units. */
  readonly bound: number;
  readonly proved: boolean;
  /** Items that every solution as good as the best holds, and those that none does, as far as the root tells. */
  readonly settled: Settled;
}

export interface SearchProblem {
  readonly program: PackingProgram;
  readonly items: number;
  /** The exact value of a set of items, or null where it breaks a rule. */
  readonly valueOf: (items: readonly number[]) => number | null;
  /** Makes a whole solution out of a fractional one, where it can. */
  readonly round: (share: (item: number) => number) => readonly number[] | null;
  /** Where finite, any solution of at least this value will do, and none below it: the search stops there. */
  readonly enough: number;
  readonly settled: Settled;
}

/** Fractional solutions are rounded at the root, and then at every so many nodes. */
const ROUND_EVERY = 16;
const WHOLE = 1e-6;
const SLACK = 1e-5;

/**
 * Branch and bound over the linear program: the bound of a node is the program's, cut down to a whole number of units; variables
 * whose reduced cost says they cannot improve on the best are fixed; of a fractional item the branch that takes it goes first.
 * Deterministic: the same program gives the same nodes.
 * @param from a tableau to start from, solved or to be solved again; without it the program's own.
 */
export function search(problem: SearchProblem, start: Solution | null, budget: Budget, from?: Tableau): SearchResult {
  return new Run(problem, start, budget).result(from ?? rootOf(problem));
}

/** The program's tableau with what is settled fixed, solved; null where there is no solution, STUCK where the simplex gave up. */
export function rootOf({ program: { program }, settled }: SearchProblem): Tableau | "STUCK" | null {
  const tableau = Tableau.of(program);
  for (const [item, on] of settled) if (program.upper[item] !== 0) tableau.fix(item, on);
  tableau.compact();
  const feasible = settled.size === 0 && program.rows.every(({ rhs }) => rhs >= 0);
  const result = feasible ? tableau.maximise() : tableau.restore(-Infinity);
  if (result === "INFEASIBLE") return null;
  return result === "OPTIMAL" ? tableau : "STUCK";
}

class Run {
  readonly #problem: SearchProblem;
  readonly #budget: Budget;
  #best: Solution | null;
  #open: { readonly tableau: Tableau; readonly bound: number }[] = [];
  #proved = true;
  #bound = -Infinity;

  constructor(problem: SearchProblem, start: Solution | null, budget: Budget) {
    this.#problem = problem;
    this.#budget = budget;
    this.#best = start;
  }

  result(root: Tableau | "STUCK" | null): SearchResult {
    if (root === "STUCK") this.#giveUp(Infinity);
    const settle = root === null || root === "STUCK" ? () => new Map() : this.#solve(root);
    const best = this.#best?.value ?? -Infinity;
    const bound = this.#proved ? best : Math.max(best, this.#bound);
    return { best: this.#best, bound, proved: this.#proved || best >= bound, settled: settle() };
  }

  /** Searches below the root; what is returned tells, once the best is known, what the root settles. */
  #solve(root: Tableau): () => Settled {
    const { items, program, round } = this.#problem;
    if (root.restore(-Infinity) !== "OPTIMAL") {
      this.#giveUp(Infinity);
      return () => new Map();
    }
    this.#offer(round((item) => root.at(item)));
    const value = root.value + program.constant;
    const costs = Float64Array.from({ length: items }, (_, item) =>
      root.isFixed(item) ? Infinity : root.reducedCost(item),
    );
    const ons = Uint8Array.from({ length: items }, (_, item) => (root.at(item) > 0.5 ? 1 : 0));
    this.#fixByReducedCost(root);
    this.#explore(root);
    return () => {
      const gap = this.#best === null ? Infinity : value - this.#best.value + SLACK;
      const settled = new Map<number, boolean>();
      costs.forEach((cost, item) => {
        if (cost > gap) settled.set(item, ons[item] === 1);
      });
      return settled;
    };
  }

  /** Nothing below this value is worth a node. */
  get #wanted(): number {
    if (this.#best !== null) return this.#best.value + 1;
    return this.#problem.enough === Infinity ? -Infinity : this.#problem.enough;
  }

  #boundOf(tableau: Tableau): number {
    return Math.floor(tableau.value + this.#problem.program.constant + SLACK);
  }

  /** A variable that costs too much to move for anything better to come of it stays where it is. */
  #fixByReducedCost(tableau: Tableau): void {
    const room = tableau.value + this.#problem.program.constant - this.#wanted + SLACK;
    if (room === Infinity) return;
    for (const variable of this.#problem.program.whole)
      if (!tableau.isFixed(variable) && tableau.reducedCost(variable) > room) tableau.fixHere(variable);
    tableau.compact();
  }

  #explore(root: Tableau): void {
    this.#open.push({ tableau: root, bound: this.#boundOf(root) });
    for (let node = this.#open.pop(); node !== undefined; node = this.#open.pop()) {
      if (node.bound < this.#wanted || this.#isEnough()) continue;
      if (this.#budget.left <= 0) {
        this.#giveUp(Math.max(node.bound, ...this.#open.map(({ bound }) => bound)));
        return;
      }
      this.#budget.left--;
      this.#visit(node.tableau, node.bound);
    }
  }

  #isEnough(): boolean {
    return this.#best !== null && this.#best.value >= this.#problem.enough;
  }

  #giveUp(bound: number): void {
    this.#proved = false;
    this.#bound = Math.max(this.#bound, bound);
    this.#open = [];
  }

  #visit(tableau: Tableau, above: number): void {
    const result = tableau.restore(this.#wanted - this.#problem.program.constant - SLACK);
    if (result === "INFEASIBLE" || result === "CUT_OFF") return;
    // a tableau in numerical trouble has no bound of its own; that of the node above still holds
    const solved = result === "OPTIMAL";
    const bound = solved ? Math.min(above, this.#boundOf(tableau)) : above;
    if (bound < this.#wanted) return;
    const variable = solved ? this.#fractional(tableau) : this.#unfixed(tableau);
    if (variable < 0) return this.#settle(tableau, bound);
    if (solved && this.#budget.left % ROUND_EVERY === 0) this.#offer(this.#problem.round((item) => tableau.at(item)));
    if (solved) this.#fixByReducedCost(tableau);
    if (bound >= this.#wanted) this.#branch(tableau, variable, bound);
  }

  #branch(tableau: Tableau, variable: number, bound: number): void {
    const without = tableau.copy();
    without.fix(variable, false);
    tableau.fix(variable, true);
    this.#open.push({ tableau: without, bound }, { tableau, bound });
  }

  /** Every variable is whole: the node is solved. Where the exact value is not the bound's, the node cannot be called closed. */
  #settle(tableau: Tableau, bound: number): void {
    const items: number[] = [];
    for (let item = 0; item < this.#problem.items; item++) if (tableau.at(item) > 0.5) items.push(item);
    const value = this.#offer(items);
    if ((value !== null && value >= bound) || bound < this.#wanted) return;
    this.#proved = false;
    this.#bound = Math.max(this.#bound, bound);
  }

  /** Takes a set of items as the best where it is better. */
  #offer(items: readonly number[] | null): number | null {
    if (items === null) return null;
    const value = this.#problem.valueOf(items);
    if (value !== null && value >= this.#wanted) this.#best = { value, items };
    return value;
  }

  #fractional(tableau: Tableau): number {
    let found = -1;
    let most = WHOLE;
    const { objective } = this.#problem.program.program;
    for (const variable of this.#problem.program.whole) {
      const value = tableau.at(variable);
      const distance = Math.min(value, 1 - value);
      if (distance <= WHOLE) continue;
      const weight = distance * (1 + Math.abs(objective[variable] ?? 0));
      if (weight <= most) continue;
      most = weight;
      found = variable;
    }
    return found;
  }

  #unfixed(tableau: Tableau): number {
    return this.#problem.program.whole.find((variable) => !tableau.isFixed(variable)) ?? -1;
  }
}
