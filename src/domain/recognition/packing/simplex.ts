/** A linear program: maximise objective · x, subject to rows · x <= rhs and 0 <= x <= upper. */
export interface LinearProgram {
  readonly upper: Float64Array;
  readonly objective: Float64Array;
  readonly rows: readonly LinearRow[];
}
export interface LinearRow {
  readonly idx: readonly number[];
  readonly coef: readonly number[];
  readonly rhs: number;
}

export type SimplexResult = "OPTIMAL" | "INFEASIBLE" | "CUT_OFF" | "STUCK";

const EPSILON = 1e-9;
const FEASIBLE = 1e-7;
const ITERATIONS_MAX = 20_000;

/**
 * The simplex tableau of bounded variables, as a dictionary: row i says basic(i) + sum t[i][j] * nonbasic(j) = b[i]. Every
 * nonbasic variable stands at zero; one that stands at its upper bound is replaced by its complement (`flipped`), so that both
 * bounds are handled alike. Rows come in the form <=, so the slacks are the first basis.
 */
export class Tableau {
  readonly #rows: number;
  #columns: number;
  #t: Float64Array;
  readonly #b: Float64Array;
  #d: Float64Array;
  #value: number;
  readonly #basis: Int32Array;
  #nonbasis: Int32Array;
  /** Where each variable is: column j, or row i as -(i + 1). */
  readonly #place: Int32Array;
  readonly #upper: Float64Array;
  readonly #flipped: Uint8Array;
  /** What a fixed variable is fixed at; meaningless for the others. */
  readonly #fixed: Float64Array;
  /** The bounds as given; shared by all copies. */
  readonly #span: Float64Array;

  private constructor(parts: Parts) {
    this.#rows = parts.b.length;
    this.#columns = parts.nonbasis.length;
    this.#t = parts.t;
    this.#b = parts.b;
    this.#d = parts.d;
    this.#value = parts.value;
    this.#basis = parts.basis;
    this.#nonbasis = parts.nonbasis;
    this.#place = parts.place;
    this.#upper = parts.upper;
    this.#flipped = parts.flipped;
    this.#fixed = parts.fixed;
    this.#span = parts.span;
  }

  static of(program: LinearProgram): Tableau {
    const columns = program.upper.length;
    const rows = program.rows.length;
    const t = new Float64Array(rows * columns);
    const b = new Float64Array(rows);
    program.rows.forEach((row, i) => {
      b[i] = row.rhs;
      row.idx.forEach((column, k) => {
        t[i * columns + column] = (t[i * columns + column] ?? 0) + (row.coef[k] ?? 0);
      });
    });
    const upper = new Float64Array(columns + rows).fill(Infinity);
    upper.set(program.upper);
    return new Tableau({
      t,
      b,
      d: Float64Array.from(program.objective),
      value: 0,
      basis: Int32Array.from({ length: rows }, (_, i) => columns + i),
      nonbasis: Int32Array.from({ length: columns }, (_, j) => j),
      place: Int32Array.from({ length: columns + rows }, (_, v) => (v < columns ? v : -(v - columns + 1))),
      upper,
      flipped: new Uint8Array(columns + rows),
      fixed: new Float64Array(columns + rows),
      span: upper.slice(),
    });
  }

  copy(): Tableau {
    return new Tableau({
      t: this.#t.slice(),
      b: this.#b.slice(),
      d: this.#d.slice(),
      value: this.#value,
      basis: this.#basis.slice(),
      nonbasis: this.#nonbasis.slice(),
      place: this.#place.slice(),
      upper: this.#upper.slice(),
      flipped: this.#flipped.slice(),
      fixed: this.#fixed.slice(),
      span: this.#span,
    });
  }

  /** The objective at the present basis; an upper bound of the program wherever the basis is dual feasible. */
  get value(): number {
    return this.#value;
  }

  /** The value of a variable at the present basis. */
  at(variable: number): number {
    if (this.#upper[variable] === 0) return at(this.#fixed, variable);
    const place = at(this.#place, variable);
    const moved = place < 0 ? at(this.#b, -place - 1) : 0;
    return this.#flipped[variable] === 1 ? at(this.#span, variable) - moved : moved;
  }

  /** What the objective loses for each unit a variable moves from the bound it stands at; 0 where it is basic. */
  reducedCost(variable: number): number {
    const place = at(this.#place, variable);
    return place < 0 ? 0 : -at(this.#d, place);
  }

  /** Whether a variable can no longer move. */
  isFixed(variable: number): boolean {
    return this.#upper[variable] === 0;
  }

  /** Fixes a variable at its lower bound or at its upper one. The basis stays dual feasible. */
  fix(variable: number, atUpper: boolean): void {
    this.#fixed[variable] = atUpper ? at(this.#span, variable) : 0;
    if (atUpper !== (this.#flipped[variable] === 1)) this.#flip(variable);
    this.#upper[variable] = 0;
  }

  /** Fixes a nonbasic variable where it stands. */
  fixHere(variable: number): void {
    this.#fixed[variable] = this.at(variable);
    this.#upper[variable] = 0;
  }

  /** Forgets the columns of fixed variables, which no pivot can use any more, once there are enough of them to be worth it. */
  compact(): void {
    const kept: number[] = [];
    for (let j = 0; j < this.#columns; j++) if (this.#upper[at(this.#nonbasis, j)] !== 0) kept.push(j);
    if (kept.length > this.#columns * WORTH_KEEPING) return;
    const t = new Float64Array(this.#rows * kept.length);
    for (let i = 0; i < this.#rows; i++)
      for (let k = 0; k < kept.length; k++) t[i * kept.length + k] = at(this.#t, i * this.#columns + (kept[k] ?? 0));
    for (let j = 0; j < this.#columns; j++) this.#place[at(this.#nonbasis, j)] = GONE;
    const nonbasis = Int32Array.from(kept, (j) => at(this.#nonbasis, j));
    nonbasis.forEach((variable, k) => {
      this.#place[variable] = k;
    });
    this.#d = Float64Array.from(kept, (j) => at(this.#d, j));
    this.#t = t;
    this.#nonbasis = nonbasis;
    this.#columns = kept.length;
  }

  /** From a basis whose values are within their bounds, to the best one. */
  maximise(): SimplexResult {
    for (let iteration = 0; iteration < ITERATIONS_MAX; iteration++) {
      const column = this.#entering(iteration > ITERATIONS_MAX / 2);
      if (column < 0) return "OPTIMAL";
      const entering = at(this.#nonbasis, column);
      const { row, atUpper, step } = this.#leaving(column);
      const bound = at(this.#upper, entering);
      if (row < 0 && bound === Infinity) return "STUCK";
      if (row < 0 || step >= bound) this.#flip(entering);
      else {
        if (atUpper) this.#flip(at(this.#basis, row));
        this.#pivot(row, column);
      }
    }
    return "STUCK";
  }

  /** From a dual feasible basis to the best one; stops as soon as the bound falls below `cutOff`. */
  restore(cutOff: number): SimplexResult {
    for (let iteration = 0; iteration < ITERATIONS_MAX; iteration++) {
      if (this.#value < cutOff) return "CUT_OFF";
      const row = this.#infeasible();
      if (row < 0) return "OPTIMAL";
      if (at(this.#b, row) > 0) this.#flip(at(this.#basis, row));
      const column = this.#dualEntering(row);
      if (column < 0) return "INFEASIBLE";
      this.#pivot(row, column);
    }
    return "STUCK";
  }

  /** Dantzig's rule; Bland's where it has cycled for long. */
  #entering(first: boolean): number {
    let best = EPSILON;
    let found = -1;
    for (let j = 0; j < this.#columns; j++) {
      const gain = at(this.#d, j);
      if (gain <= best || this.#upper[at(this.#nonbasis, j)] === 0) continue;
      if (first) return j;
      best = gain;
      found = j;
    }
    return found;
  }

  #leaving(column: number): { readonly row: number; readonly atUpper: boolean; readonly step: number } {
    let step = Infinity;
    let row = -1;
    let atUpper = false;
    let strongest = 0;
    for (let i = 0; i < this.#rows; i++) {
      const coefficient = at(this.#t, i * this.#columns + column);
      if (Math.abs(coefficient) <= EPSILON) continue;
      const room = coefficient > 0 ? at(this.#b, i) : at(this.#upper, at(this.#basis, i)) - at(this.#b, i);
      const ratio = Math.max(0, room) / Math.abs(coefficient);
      if (
        ratio === Infinity ||
        ratio > step + EPSILON ||
        (ratio > step - EPSILON && Math.abs(coefficient) <= strongest)
      )
        continue;
      step = Math.min(step, ratio);
      row = i;
      atUpper = coefficient < 0;
      strongest = Math.abs(coefficient);
    }
    return { row, atUpper, step };
  }

  #infeasible(): number {
    let worst = FEASIBLE;
    let found = -1;
    for (let i = 0; i < this.#rows; i++) {
      const value = at(this.#b, i);
      const violation = value < 0 ? -value : value - at(this.#upper, at(this.#basis, i));
      if (violation <= worst) continue;
      worst = violation;
      found = i;
    }
    return found;
  }

  #dualEntering(row: number): number {
    let best = Infinity;
    let strongest = 0;
    let found = -1;
    const start = row * this.#columns;
    for (let j = 0; j < this.#columns; j++) {
      const coefficient = at(this.#t, start + j);
      if (coefficient >= -EPSILON || this.#upper[at(this.#nonbasis, j)] === 0) continue;
      const ratio = Math.min(0, at(this.#d, j)) / coefficient;
      if (ratio > best + EPSILON || (ratio > best - EPSILON && -coefficient <= strongest)) continue;
      best = Math.min(best, ratio);
      strongest = -coefficient;
      found = j;
    }
    return found;
  }

  /** Replaces a variable by its complement. */
  #flip(variable: number): void {
    const bound = at(this.#upper, variable);
    const place = at(this.#place, variable);
    this.#flipped[variable] = 1 - at(this.#flipped, variable);
    if (place < 0) this.#flipRow(-place - 1, bound);
    else this.#flipColumn(place, bound);
  }

  #flipRow(row: number, bound: number): void {
    const start = row * this.#columns;
    for (let k = start; k < start + this.#columns; k++) this.#t[k] = -at(this.#t, k);
    this.#b[row] = bound - at(this.#b, row);
  }

  #flipColumn(column: number, bound: number): void {
    for (let i = 0; i < this.#rows; i++) {
      const k = i * this.#columns + column;
      const coefficient = at(this.#t, k);
      if (coefficient === 0) continue;
      this.#b[i] = at(this.#b, i) - coefficient * bound;
      this.#t[k] = -coefficient;
    }
    const gain = at(this.#d, column);
    this.#value += gain * bound;
    this.#d[column] = -gain;
  }

  #pivot(row: number, column: number): void {
    const used = this.#scaleRow(row, column);
    const [t, b, columns] = [this.#t, this.#b, this.#columns];
    const start = row * columns;
    const inverse = at(t, start + column);
    for (let i = 0; i < this.#rows; i++) {
      const k = i * columns;
      const factor = at(t, k + column);
      if (i === row || factor === 0) continue;
      for (const j of used) t[k + j] = at(t, k + j) - factor * at(t, start + j);
      t[k + column] = -factor * inverse;
      b[i] = at(b, i) - factor * at(b, row);
    }
    const gain = at(this.#d, column);
    for (const j of used) this.#d[j] = at(this.#d, j) - gain * at(t, start + j);
    this.#d[column] = -gain * inverse;
    this.#value += gain * at(b, row);
    this.#swap(row, column);
  }

  /** Divides the pivot row by its pivot, and tells which of its other columns are not zero. */
  #scaleRow(row: number, column: number): readonly number[] {
    const start = row * this.#columns;
    const pivot = at(this.#t, start + column);
    const used: number[] = [];
    for (let j = 0; j < this.#columns; j++) {
      const coefficient = at(this.#t, start + j);
      if (j === column || coefficient === 0) continue;
      if (Math.abs(coefficient) < DUST) this.#t[start + j] = 0;
      else {
        this.#t[start + j] = coefficient / pivot;
        used.push(j);
      }
    }
    this.#t[start + column] = 1 / pivot;
    this.#b[row] = at(this.#b, row) / pivot;
    return used;
  }

  #swap(row: number, column: number): void {
    const [leaving, entering] = [at(this.#basis, row), at(this.#nonbasis, column)];
    this.#basis[row] = entering;
    this.#nonbasis[column] = leaving;
    this.#place[entering] = -(row + 1);
    this.#place[leaving] = column;
  }
}

interface Parts {
  readonly t: Float64Array;
  readonly b: Float64Array;
  readonly d: Float64Array;
  readonly value: number;
  readonly basis: Int32Array;
  readonly nonbasis: Int32Array;
  readonly place: Int32Array;
  readonly upper: Float64Array;
  readonly flipped: Uint8Array;
  readonly fixed: Float64Array;
  readonly span: Float64Array;
}

/** A tableau is rebuilt when no more than this share of its columns is still of use. */
const WORTH_KEEPING = 0.85;
/** Coefficients this small are rounding errors. */
const DUST = 1e-12;
/** The place of a variable whose column is forgotten: it stands at zero. */
const GONE = 0x7fffffff;

/** An element known to be in range. */
function at(list: Float64Array | Int32Array | Uint8Array, index: number): number {
  return list[index] as number;
}
