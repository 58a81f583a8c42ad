import type { Tableau } from "./simplex.ts";

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
}

export interface SearchProblem {
  readonly items: number;
  /** Variables that must be whole: the items, and the choices between subtrees. */
  readonly whole: readonly number[];
  /** What the objective of the tableau is short of the value. */
  readonly constant: number;
  /** The exact value of a set of items, or null where it breaks a rule. */
  readonly valueOf: (items: readonly number[]) => number | null;
  /** Makes a whole solution out of a fractional one, where it can. */
  readonly round: ((share: (item: number) => number) => readonly number[]) | null;
  /** Whether a solution of at least that value is left when some items are settled; what the program of fractions cannot see. */
  readonly mayReach: (value: number, settled: (item: number) => boolean | null) => boolean;
  /** No solution can be above it, whatever the tableau says: the search stops there. */
  readonly enough: number;
}

/** Fractional solutions are rounded at the root, and then at every so many nodes. */
const ROUND_EVERY = 16;
const WHOLE = 1e-6;
const SLACK = 1e-5;

/**
 * Branch and bound over the linear program, within one tableau: it dives, taking the nearer side of a fractional variable, until
 * a node is closed, and goes on from the open node of the best bound. The bound of a node is the program's, cut down to a whole
 * number of units; variables whose reduced cost says they cannot improve on the best are fixed. Deterministic: the same program
 * gives the same nodes. The tableau, dual feasible at the start, is solved at the end, with the bounds it had.
 */
export function search(tableau: Tableau, problem: SearchProblem, start: Solution | null, budget: Budget): SearchResult {
  return new Run(tableau, problem, start, budget).result();
}

/** The value of the program cut down to a whole number of units: no whole solution is above it. */
export function wholeBound(tableau: Tableau, constant: number): number {
  return Math.floor(tableau.value + constant + SLACK);
}

/**
 * Fixes for good the items that no solution as good as `value` moves from where they stand in the optimal tableau.
 * @param value in units, the constant included.
 */
export function settle(tableau: Tableau, { items, constant }: SearchProblem, value: number): void {
  const room = tableau.value + constant - value + SLACK;
  for (let item = 0; item < items; item++)
    if (!tableau.isFixed(item) && tableau.reducedCost(item) > room) tableau.fixHere(item);
  tableau.compact();
}

/** A node that is still to be visited: the variables fixed on the way down to it, and where. */
interface Open {
  readonly variables: readonly number[];
  readonly sides: readonly boolean[];
  /** The value of the program one node above, and the same cut down to whole units. */
  readonly value: number;
  readonly bound: number;
}

class Run {
  readonly #tableau: Tableau;
  readonly #problem: SearchProblem;
  readonly #budget: Budget;
  /** Variables fixed on the way down to the present node, and where. */
  #variables: number[] = [];
  #sides: boolean[] = [];
  #open: Open[] = [];
  #best: Solution | null;
  /** The highest bound of a node that was left open. */
  #left = -Infinity;

  constructor(tableau: Tableau, problem: SearchProblem, start: Solution | null, budget: Budget) {
    this.#tableau = tableau;
    this.#problem = problem;
    this.#budget = budget;
    this.#best = start;
  }

  result(): SearchResult {
    if (!this.#isEnough()) this.#run();
    const best = this.#best?.value ?? -Infinity;
    return { best: this.#best, bound: Math.max(best, this.#left), proved: best >= this.#left };
  }

  #run(): void {
    let bound = this.#visit(this.#problem.enough);
    if (bound === null) return;
    this.#tableau.keep();
    while (bound !== null || this.#next()) {
      if (bound === null) {
        const { bound: above } = this.#open.pop() as Open;
        bound = this.#visit(above);
        continue;
      }
      if (this.#budget.left <= 0 || this.#isEnough()) {
        this.#leave(bound);
        for (const node of this.#open) this.#leave(node.bound);
        break;
      }
      bound = this.#descend(bound);
    }
    this.#tableau.rewind();
  }

  /** Nothing below this value is worth a node. */
  get #wanted(): number {
    return this.#best === null ? -Infinity : this.#best.value + 1;
  }

  #isEnough(): boolean {
    return this.#best !== null && this.#best.value >= this.#problem.enough;
  }

  #leave(bound: number): void {
    if (bound >= this.#wanted) this.#left = Math.max(this.#left, bound);
  }

  /** Solves the present node. @returns its bound where it must be branched on, null where it is closed. */
  #visit(above: number): number | null {
    const { constant } = this.#problem;
    const result = this.#tableau.restore(this.#wanted - constant - SLACK);
    if (result === "INFEASIBLE" || result === "CUT_OFF") return null;
    // a tableau in numerical trouble has no bound of its own; that of the node above still holds
    const bound = result === "STUCK" ? above : Math.min(above, wholeBound(this.#tableau, constant));
    if (bound < this.#wanted) return null;
    if (result === "STUCK") this.#leave(bound);
    else if (this.#isWhole()) this.#take(bound);
    else return bound;
    return null;
  }

  /** Opens a node: one side of a fractional variable is kept for later, the other is visited at once. */
  #descend(bound: number): number | null {
    this.#budget.left--;
    this.#round();
    if (bound < this.#wanted) return null;
    this.#fixByReducedCost();
    if (!this.#mayReach()) return null;
    const variable = this.#deciding();
    const side = this.#tableau.at(variable) > 0.5 - WHOLE;
    const value = this.#tableau.value;
    this.#open.push({ variables: [...this.#variables, variable], sides: [...this.#sides, !side], value, bound });
    this.#fix(variable, side);
    return this.#visit(bound);
  }

  /** Goes to the open node of the best bound, of equals the latest, which then lies last; false where there is none. */
  #next(): boolean {
    this.#open = this.#open.filter(({ bound }) => bound >= this.#wanted);
    let best = -1;
    this.#open.forEach(({ value }, i) => {
      if (best < 0 || value >= (this.#open[best] as Open).value) best = i;
    });
    if (best < 0) return false;
    const [node] = this.#open.splice(best, 1) as [Open];
    this.#open.push(node);
    this.#tableau.rewind();
    this.#variables = [];
    this.#sides = [];
    node.variables.forEach((variable, i) => this.#fix(variable, node.sides[i] === true));
    return true;
  }

  #fix(variable: number, side: boolean): void {
    this.#tableau.fix(variable, side);
    this.#variables.push(variable);
    this.#sides.push(side);
  }

  /** A variable that costs too much to move for anything better to come of it stays where it is. */
  #fixByReducedCost(): void {
    if (this.#best === null) return;
    const { constant, whole } = this.#problem;
    const room = this.#tableau.value + constant - this.#wanted + SLACK;
    for (const variable of whole) {
      if (this.#tableau.isFixed(variable) || this.#tableau.reducedCost(variable) <= room) continue;
      this.#fix(variable, this.#tableau.at(variable) > 0.5);
    }
  }

  #mayReach(): boolean {
    const tableau = this.#tableau;
    return this.#problem.mayReach(this.#wanted, (item) => (tableau.isFixed(item) ? tableau.at(item) > 0.5 : null));
  }

  #round(): void {
    const { round } = this.#problem;
    if (round !== null && this.#budget.left % ROUND_EVERY === 0) this.#offer(round((item) => this.#tableau.at(item)));
  }

  /** Every variable is whole: the node is solved. Where the exact value is not the bound's, the node cannot be called closed. */
  #take(bound: number): void {
    const items: number[] = [];
    for (let item = 0; item < this.#problem.items; item++) if (this.#tableau.at(item) > 0.5) items.push(item);
    const value = this.#offer(items);
    if (value === null || value < bound) this.#leave(bound);
  }

  /** Takes a set of items as the best where it is better. */
  #offer(items: readonly number[]): number | null {
    const value = this.#problem.valueOf(items);
    if (value !== null && value >= this.#wanted) this.#best = { value, items };
    return value;
  }

  #isWhole(): boolean {
    return this.#problem.whole.every((variable) => this.#distance(variable) <= WHOLE);
  }

  #distance(variable: number): number {
    const value = this.#tableau.at(variable);
    return Math.min(value, 1 - value);
  }

  /** The fractional variable to branch on: that which costs most on both sides, of equals the most fractional. */
  #deciding(): number {
    const enough = this.#tableau.value + this.#problem.constant - this.#wanted + 1;
    let [found, most, farthest] = [-1, 0, 0];
    for (const variable of this.#problem.whole) {
      const distance = this.#distance(variable);
      if (distance <= WHOLE) continue;
      const weight = this.#tableau.weight(variable, enough);
      if (weight < most || (weight === most && distance <= farthest)) continue;
      [found, most, farthest] = [variable, weight, distance];
    }
    return found;
  }
}
