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

export interface SearchResult {
  readonly best: Solution | null;
  /** No solution is above it, in units. */
  readonly bound: number;
  readonly proved: boolean;
  /** Items that no solution as good as the best can hold, found at the root. */
  readonly excluded: ReadonlySet<number>;
}

export interface SearchProblem {
  readonly program: PackingProgram;
  readonly items: number;
  /** The exact value of a set of items, or null where it breaks a rule. */
  readonly valueOf: (items: readonly number[]) => number | null;
  /** Makes a whole solution out of a fractional one, where it can; runs at the root and on the way down. */
  readonly round: (share: (item: number) => number) => readonly number[] | null;
  /** Where finite, any solution of at least this value will do, and none below it: the search stops there. */
  readonly enough: number;
}

const WHOLE = 1e-6;
const SLACK = 1e-5;

/**
 * Branch and bound over the linear program: the bound of a node is the program's, cut down to a whole number of units; variables
 * whose reduced cost says they cannot improve on the best are fixed at the root; of a fractional item the branch that takes it
 * goes first. Deterministic: the same program gives the same nodes.
 */
export function search(problem: SearchProblem, start: Solution | null, budget: Budget): SearchResult {
  const run = new Run(problem, start, budget);
  return run.result();
}

class Run {
  readonly #problem: SearchProblem;
  readonly #budget: Budget;
  #best: Solution | null;
  #open: { readonly tableau: Tableau; readonly bound: number }[] = [];
  #proved = true;
  #bound = -Infinity;
  #excluded: ReadonlySet<number> = new Set();

  constructor(problem: SearchProblem, start: Solution | null, budget: Budget) {
    this.#problem = problem;
    this.#budget = budget;
    this.#best = start;
    const root = this.#root();
    if (root !== null) this.#explore(root);
  }

  result(): SearchResult {
    const best = this.#best?.value ?? -Infinity;
    const bound = this.#proved ? best : Math.max(best, this.#bound);
    return { best: this.#best, bound, proved: this.#proved || best >= bound, excluded: this.#excluded };
  }

  /** Nothing below this value is worth a node. */
  get #wanted(): number {
    if (this.#best !== null) return this.#best.value + 1;
    return this.#problem.enough === Infinity ? -Infinity : this.#problem.enough;
  }

  #boundOf(tableau: Tableau): number {
    const { constant } = this.#problem.program;
    return Math.floor(tableau.value + constant + SLACK);
  }

  #root(): Tableau | null {
    const { program } = this.#problem.program;
    const tableau = Tableau.of(program);
    const feasible = program.rows.every(({ rhs }) => rhs >= 0);
    const result = feasible ? tableau.maximise() : tableau.restore(-Infinity);
    if (result === "INFEASIBLE") return null;
    if (result !== "OPTIMAL") {
      this.#giveUp(Infinity);
      return null;
    }
    this.#offer(this.#problem.round((item) => tableau.at(item)));
    this.#fixByReducedCost(tableau);
    return tableau;
  }

  /** A variable that costs more than the gap to move can stay where it is. Ties with the best stay open for the tie-break. */
  #fixByReducedCost(tableau: Tableau): void {
    if (this.#best === null) return;
    const gap = tableau.value + this.#problem.program.constant - this.#best.value + SLACK;
    const excluded = new Set<number>();
    const { upper } = this.#problem.program.program;
    for (let item = 0; item < this.#problem.items; item++) {
      if (upper[item] === 0) excluded.add(item);
      else if (tableau.reducedCost(item) > gap) {
        if (tableau.at(item) < 0.5) excluded.add(item);
        tableau.fixHere(item);
      }
    }
    this.#excluded = excluded;
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
      this.#visit(node.tableau);
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

  #visit(tableau: Tableau): void {
    const result = tableau.restore(this.#wanted - this.#problem.program.constant - SLACK);
    if (result === "INFEASIBLE" || result === "CUT_OFF") return;
    const bound = this.#boundOf(tableau);
    if (result === "OPTIMAL" && bound < this.#wanted) return;
    const variable = result === "OPTIMAL" ? this.#fractional(tableau) : this.#unfixed(tableau);
    if (variable < 0) this.#settle(tableau, result === "OPTIMAL", bound);
    else {
      if (result === "OPTIMAL") this.#offer(this.#problem.round((item) => tableau.at(item)));
      this.#branch(tableau, variable, result === "OPTIMAL" ? bound : this.#boundBefore(bound));
    }
  }

  #branch(tableau: Tableau, variable: number, bound: number): void {
    if (bound < this.#wanted) return;
    const without = tableau.copy();
    without.fix(variable, false);
    tableau.fix(variable, true);
    this.#open.push({ tableau: without, bound }, { tableau, bound });
  }

  /** A tableau in numerical trouble has no bound of its own; the root's still holds. */
  #boundBefore(bound: number): number {
    return Math.max(bound, ...this.#open.map((node) => node.bound));
  }

  /** Every variable is whole: the node is solved. Where the exact value is not the bound's, the node cannot be called closed. */
  #settle(tableau: Tableau, trusted: boolean, bound: number): void {
    const items: number[] = [];
    for (let item = 0; item < this.#problem.items; item++) if (tableau.at(item) > 0.5) items.push(item);
    const value = this.#offer(items);
    if (!trusted || value === null || value < bound) this.#doubt(bound);
  }

  #doubt(bound: number): void {
    if (bound < this.#wanted) return;
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
