import type { PackingModel } from "./model.ts";
import { Selection } from "./selection.ts";

/** What an answer is to be made like, by exchanges. */
export interface Aim {
  /** The count to reach, in hundredths; what is above it is worth nothing. */
  readonly count: number;
  /** What each item costs; the cheaper of two answers of that count is the better. */
  readonly cost: Float64Array;
  /** No answer of that count costs less: there is nothing left to look for. */
  readonly least: number;
  /** The most items that are tried for a place: beyond that the search is the better way. */
  readonly trials: number;
}

/**
 * An answer made better by exchanges, up to two items out for up to two others, until none helps: first it comes nearer to the
 * count that is asked for, then it costs less. Deterministic; what it cannot improve may still not be the best.
 * @param candidates the items that may be taken.
 */
export function improved(
  model: PackingModel,
  candidates: readonly number[],
  start: readonly number[],
  aim: Aim,
): readonly number[] {
  return new Exchange(model, candidates, start, aim).result();
}

class Exchange {
  readonly #selection: Selection;
  readonly #aim: Aim;
  /** Cheapest first. */
  readonly #candidates: readonly number[];
  #missing: number;
  #cost = 0;
  #trials: number;

  constructor(model: PackingModel, candidates: readonly number[], start: readonly number[], aim: Aim) {
    this.#selection = new Selection(model);
    this.#aim = aim;
    this.#trials = aim.trials;
    this.#candidates = [...candidates].sort((a, b) => this.#costOf(a) - this.#costOf(b) || a - b);
    for (const item of start) {
      this.#selection.add(item);
      this.#cost += this.#costOf(item);
    }
    this.#missing = this.#shortfall();
  }

  result(): readonly number[] {
    while (!this.#isDone() && (this.#exchangeOne() || this.#exchangeTwo()));
    return this.#selection.items();
  }

  #costOf(item: number): number {
    return this.#aim.cost[item] as number;
  }

  #shortfall(): number {
    return Math.max(0, this.#aim.count - this.#selection.count);
  }

  #isDone(): boolean {
    return this.#trials <= 0 || (this.#missing === 0 && this.#cost <= this.#aim.least);
  }

  #exchangeOne(): boolean {
    if (this.#missing > 0 && this.#replace([])) return true;
    return this.#dearestFirst().some((item) => this.#replace([item]));
  }

  #exchangeTwo(): boolean {
    const chosen = this.#dearestFirst();
    return chosen.some((one, i) => chosen.slice(i + 1).some((other) => this.#replace([one, other])));
  }

  #dearestFirst(): readonly number[] {
    return [...this.#selection.items()].sort((a, b) => this.#costOf(b) - this.#costOf(a) || a - b);
  }

  /** Puts some items out and, where that makes the answer better, none, one or two others in their place. */
  #replace(out: readonly number[]): boolean {
    if (this.#trials <= 0) return false;
    let saved = 0;
    for (const item of out) {
      this.#selection.remove(item);
      saved += this.#costOf(item);
    }
    if (this.#isBetter(saved) || this.#fill(out, saved)) return true;
    for (const item of out) this.#selection.add(item);
    return false;
  }

  /** Whether what is selected now, costing so much less than before, is better; if so, it is the answer from now on. */
  #isBetter(saved: number): boolean {
    const missing = this.#shortfall();
    if (missing > this.#missing || (missing === this.#missing && saved <= 0)) return false;
    this.#missing = missing;
    this.#cost -= saved;
    return true;
  }

  #fill(out: readonly number[], saved: number): boolean {
    const selection = this.#selection;
    const before = selection.count;
    const fitting: number[] = [];
    const gains: number[] = [];
    for (const item of this.#candidates) {
      // with nothing missing only what is cheaper helps, and the candidates come cheapest first
      if (this.#missing === 0 && this.#costOf(item) >= saved) break;
      this.#trials--;
      if (selection.has(item) || out.includes(item) || !selection.fits(item)) continue;
      selection.add(item);
      const gain = selection.count - before;
      if (gain > 0 && this.#isBetter(saved - this.#costOf(item))) return true;
      selection.remove(item);
      if (gain <= 0) continue;
      fitting.push(item);
      gains.push(gain);
    }
    return this.#fillTwo(fitting, gains, saved);
  }

  /** Together two items gain at most what each gains by itself. */
  #fillTwo(fitting: readonly number[], gains: readonly number[], saved: number): boolean {
    const selection = this.#selection;
    const short = this.#aim.count - selection.count;
    for (let a = 0; a < fitting.length; a++) {
      const one = fitting[a] as number;
      for (let b = a + 1; b < fitting.length; b++) {
        const other = fitting[b] as number;
        const left = saved - this.#costOf(one) - this.#costOf(other);
        if (this.#missing === 0 && left <= 0) break;
        const missing = Math.max(0, short - (gains[a] as number) - (gains[b] as number));
        if (missing > this.#missing || (missing === this.#missing && left <= 0)) continue;
        this.#trials--;
        selection.add(one);
        if (selection.fits(other)) {
          selection.add(other);
          if (this.#isBetter(left)) return true;
          selection.remove(other);
        }
        selection.remove(one);
      }
    }
    return false;
  }
}
