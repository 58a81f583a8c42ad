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
/** A pivot element must be this large. */
const PIVOT = 1e-7;
const FEASIBLE = 1e-7;
const ITERATIONS_MAX = 5_000;
/** Coefficients this small are rounding errors. */
const DUST = 1e-11;
/** A tableau is rebuilt when no more than this share of its columns is still of use. */
const WORTH_KEEPING = 0.85;
/** The place of a variable whose column is forgotten: it stands at zero. */
const GONE = 0x7fffffff;

/**
 * The simplex tableau of bounded variables, as a dictionary: row i says basic(i) + sum t[i][j] * nonbasic(j) = b[i]. Every
 * nonbasic variable stands at zero; one that stands at its upper bound is replaced by its complement (`flipped`), so that both
 * bounds are handled alike. Rows come in the form <=, so the slacks are the first basis.
 *
 * Variables are fixed in place, which leaves the basis dual feasible, so a search dives within one tableau and copies nothing;
 * to go elsewhere it goes back to the tableau it kept at the root, and no rounding errors pile up.
 */
export class Tableau {
  #rows: number;
  #columns: number;
  #t: Float64Array;
  #b: Float64Array;
  #d: Float64Array;
  #value = 0;
  #basis: Int32Array;
  #nonbasis: Int32Array;
  /** Where each variable is: column j, or row i as -(i + 1). */
  #place: Int32Array;
  #upper: Float64Array;
  #flipped: Uint8Array;
  /** What a fixed variable is fixed at; meaningless for the others. */
  #fixed: Float64Array;
  /** The bounds as given. */
  #span: Float64Array;
  /** Columns of the pivot row that are not zero. */
  #used: Int32Array;

  #kept: Kept | null = null;

  private constructor(program: LinearProgram) {
    const columns = program.upper.length;
    const rows = program.rows.length;
    this.#rows = rows;
    this.#columns = columns;
    this.#t = new Float64Array(rows * columns);
    this.#b = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      const { idx, coef, rhs } = program.rows[i] as LinearRow;
      this.#b[i] = rhs;
      for (let k = 0; k < idx.length; k++) {
        const at = i * columns + (idx[k] as number);
        this.#t[at] = (this.#t[at] as number) + (coef[k] as number);
      }
    }
    this.#d = program.objective.slice();
    this.#basis = new Int32Array(rows);
    this.#nonbasis = new Int32Array(columns);
    this.#place = new Int32Array(columns + rows);
    this.#upper = new Float64Array(columns + rows).fill(Infinity);
    this.#upper.set(program.upper);
    this.#span = this.#upper.slice();
    this.#flipped = new Uint8Array(columns + rows);
    this.#fixed = new Float64Array(columns + rows);
    this.#used = new Int32Array(columns);
    for (let j = 0; j < columns; j++) {
      this.#nonbasis[j] = j;
      this.#place[j] = j;
    }
    for (let i = 0; i < rows; i++) {
      this.#basis[i] = columns + i;
      this.#place[columns + i] = -(i + 1);
    }
  }

  static of(program: LinearProgram): Tableau {
    return new Tableau(program);
  }

  /** The objective at the present basis; an upper bound of the program wherever the basis is dual feasible. */
  get value(): number {
    return this.#value;
  }

  /** The value of a variable at the present basis. */
  at(variable: number): number {
    if (this.#upper[variable] === 0) return this.#fixed[variable] as number;
    const place = this.#place[variable] as number;
    const moved = place < 0 ? (this.#b[-place - 1] as number) : 0;
    return this.#flipped[variable] === 1 ? (this.#span[variable] as number) - moved : moved;
  }

  /** What the objective loses for each unit a variable moves from the bound it stands at; 0 where it is basic. */
  reducedCost(variable: number): number {
    const place = this.#place[variable] as number;
    return place < 0 || place === GONE ? 0 : -(this.#d[place] as number);
  }

  /**
   * How much a fractional variable decides: the product of what the objective must lose at least when it goes down to whole
   * and when it goes up, each by the first pivot it takes there.
   * @param enough a loss that closes a node: more than that is worth no more.
   */
  weight(variable: number, enough: number): number {
    const row = -(this.#place[variable] as number) - 1;
    const [t, d, upper, nonbasis, columns] = [this.#t, this.#d, this.#upper, this.#nonbasis, this.#columns];
    let [down, up] = [Infinity, Infinity];
    const start = row * columns;
    for (let j = 0; j < columns; j++) {
      const coefficient = t[start + j] as number;
      if ((coefficient < PIVOT && coefficient > -PIVOT) || upper[nonbasis[j] as number] === 0) continue;
      const loss = -(d[j] as number) / coefficient;
      if (coefficient > 0) {
        if (loss < down) down = loss;
      } else if (-loss < up) up = -loss;
    }
    const value = this.#b[row] as number;
    const fraction = value - Math.floor(value);
    const least = (loss: number): number => Math.max(EPSILON, Math.min(loss, enough));
    return least(down * fraction) * least(up * (1 - fraction));
  }

  /** Whether a variable can no longer move. */
  isFixed(variable: number): boolean {
    return this.#upper[variable] === 0;
  }

  /** Fixes a variable at its lower bound or at its upper one. The basis stays dual feasible. */
  fix(variable: number, atUpper: boolean): void {
    this.#fixed[variable] = atUpper ? (this.#span[variable] as number) : 0;
    if (atUpper !== (this.#flipped[variable] === 1)) this.#flip(variable);
    this.#upper[variable] = 0;
  }

  /** Fixes a nonbasic variable where it stands. */
  fixHere(variable: number): void {
    this.#fixed[variable] = this.at(variable);
    this.#upper[variable] = 0;
  }

  /** Keeps the tableau as it is now, for `rewind`. */
  keep(): void {
    this.#kept = {
      t: this.#t.slice(),
      b: this.#b.slice(),
      d: this.#d.slice(),
      value: this.#value,
      basis: this.#basis.slice(),
      nonbasis: this.#nonbasis.slice(),
      place: this.#place.slice(),
      flipped: this.#flipped.slice(),
      upper: this.#upper.slice(),
      fixed: this.#fixed.slice(),
    };
  }

  /** Goes back to the tableau that was kept, bounds included. */
  rewind(): void {
    const kept = this.#kept;
    if (kept === null) return;
    this.#t.set(kept.t);
    this.#b.set(kept.b);
    this.#d.set(kept.d);
    this.#value = kept.value;
    this.#basis.set(kept.basis);
    this.#nonbasis.set(kept.nonbasis);
    this.#place.set(kept.place);
    this.#flipped.set(kept.flipped);
    this.#upper.set(kept.upper);
    this.#fixed.set(kept.fixed);
  }

  /** Whether no variable that may move would raise the objective. */
  isDualFeasible(): boolean {
    for (let j = 0; j < this.#columns; j++)
      if ((this.#d[j] as number) > EPSILON && this.#upper[this.#nonbasis[j] as number] !== 0) return false;
    return true;
  }

  /** Whether every basic variable is within its bounds. */
  isPrimalFeasible(): boolean {
    return this.#infeasible() < 0;
  }

  /** Takes another objective; the basis stays as feasible as it is, and is as a rule no longer the best. */
  aim(objective: Float64Array): void {
    const [t, columns] = [this.#t, this.#columns];
    const d = new Float64Array(columns);
    let value = 0;
    for (let variable = 0; variable < objective.length; variable++) {
      const worth = objective[variable] as number;
      if (worth === 0) continue;
      const flipped = this.#flipped[variable] === 1;
      const place = this.#place[variable] as number;
      if (flipped) value += worth * (this.#span[variable] as number);
      const sign = flipped ? -worth : worth;
      if (place === GONE) continue;
      if (place >= 0) d[place] = (d[place] as number) + sign;
      else {
        const start = (-place - 1) * columns;
        value += sign * (this.#b[-place - 1] as number);
        for (let j = 0; j < columns; j++) {
          const coefficient = t[start + j] as number;
          if (coefficient !== 0) d[j] = (d[j] as number) - sign * coefficient;
        }
      }
    }
    this.#d = d;
    this.#value = value;
  }

  /** Asks of every solution from now on that the present objective comes to at least `least`. */
  demand(least: number): void {
    const [rows, columns] = [this.#rows, this.#columns];
    const t = new Float64Array((rows + 1) * columns);
    t.set(this.#t.subarray(0, rows * columns));
    for (let j = 0; j < columns; j++) t[rows * columns + j] = -(this.#d[j] as number);
    this.#t = t;
    const variable = this.#upper.length;
    this.#b = extended(this.#b, this.#value - least);
    this.#basis = Int32Array.from([...this.#basis, variable]);
    this.#place = Int32Array.from([...this.#place, -(rows + 1)]);
    this.#upper = extended(this.#upper, Infinity);
    this.#span = extended(this.#span, Infinity);
    this.#fixed = extended(this.#fixed, 0);
    this.#flipped = Uint8Array.from([...this.#flipped, 0]);
    this.#rows = rows + 1;
  }

  /** Forgets the columns of fixed variables for good, once there are enough of them to be worth it. */
  compact(): void {
    const kept: number[] = [];
    for (let j = 0; j < this.#columns; j++) if (this.#upper[this.#nonbasis[j] as number] !== 0) kept.push(j);
    if (kept.length > this.#columns * WORTH_KEEPING) return;
    const columns = kept.length;
    const t = new Float64Array(this.#rows * columns);
    for (let i = 0; i < this.#rows; i++) {
      const from = i * this.#columns;
      const to = i * columns;
      for (let k = 0; k < columns; k++) t[to + k] = this.#t[from + (kept[k] as number)] as number;
    }
    for (let j = 0; j < this.#columns; j++) this.#place[this.#nonbasis[j] as number] = GONE;
    const nonbasis = Int32Array.from(kept, (j) => this.#nonbasis[j] as number);
    nonbasis.forEach((variable, k) => {
      this.#place[variable] = k;
    });
    this.#d = Float64Array.from(kept, (j) => this.#d[j] as number);
    this.#t = t;
    this.#nonbasis = nonbasis;
    this.#columns = columns;
  }

  /** From a basis whose values are within their bounds, to the best one. */
  maximise(): SimplexResult {
    for (let iteration = 0; iteration < ITERATIONS_MAX; iteration++) {
      const column = this.#entering(iteration > ITERATIONS_MAX / 2);
      if (column < 0) return "OPTIMAL";
      const bound = this.#upper[this.#nonbasis[column] as number] as number;
      const row = this.#leaving(column);
      if (row < 0 && bound === Infinity) return "STUCK";
      if (row < 0 || this.#step >= bound) this.#flip(this.#nonbasis[column] as number);
      else {
        const leaving = this.#basis[row] as number;
        const above = (this.#t[row * this.#columns + column] as number) < 0;
        if (above) this.#flip(leaving);
        this.#pivot(row, column);
        if (above && this.#upper[leaving] === 0) this.#flip(leaving);
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
      const leaving = this.#basis[row] as number;
      const above = (this.#b[row] as number) > 0;
      if (above) this.#flip(leaving);
      const column = this.#dualEntering(row);
      if (column >= 0) this.#pivot(row, column);
      // a fixed variable has no other bound to be measured from: once it has left it is turned back
      if (above && this.#upper[leaving] === 0) this.#flip(leaving);
      if (column < 0) return "INFEASIBLE";
    }
    return "STUCK";
  }

  /** Dantzig's rule; Bland's where it has cycled for long. */
  #entering(first: boolean): number {
    const [d, upper, nonbasis] = [this.#d, this.#upper, this.#nonbasis];
    let best = EPSILON;
    let found = -1;
    for (let j = 0; j < this.#columns; j++) {
      const gain = d[j] as number;
      if (gain <= best || upper[nonbasis[j] as number] === 0) continue;
      if (first) return j;
      best = gain;
      found = j;
    }
    return found;
  }

  /** How far the entering variable can move before the row found by `#leaving` stops it. */
  #step = 0;

  #leaving(column: number): number {
    const [t, b, columns, upper, basis] = [this.#t, this.#b, this.#columns, this.#upper, this.#basis];
    let step = Infinity;
    let found = -1;
    let strongest = 0;
    for (let i = 0; i < this.#rows; i++) {
      const coefficient = t[i * columns + column] as number;
      if (coefficient <= PIVOT && coefficient >= -PIVOT) continue;
      const room = coefficient > 0 ? (b[i] as number) : (upper[basis[i] as number] as number) - (b[i] as number);
      const size = Math.abs(coefficient);
      const ratio = room > 0 ? room / size : 0;
      if (ratio === Infinity || ratio > step + EPSILON || (ratio > step - EPSILON && size <= strongest)) continue;
      if (ratio < step) step = ratio;
      found = i;
      strongest = size;
    }
    this.#step = step;
    return found;
  }

  #infeasible(): number {
    const [b, upper, basis] = [this.#b, this.#upper, this.#basis];
    let worst = FEASIBLE;
    let found = -1;
    for (let i = 0; i < this.#rows; i++) {
      const value = b[i] as number;
      const violation = value < 0 ? -value : value - (upper[basis[i] as number] as number);
      if (violation <= worst) continue;
      worst = violation;
      found = i;
    }
    return found;
  }

  #dualEntering(row: number): number {
    const [t, d, upper, nonbasis, columns] = [this.#t, this.#d, this.#upper, this.#nonbasis, this.#columns];
    let best = Infinity;
    let strongest = 0;
    let found = -1;
    const start = row * columns;
    for (let j = 0; j < columns; j++) {
      const coefficient = t[start + j] as number;
      if (coefficient >= -PIVOT || upper[nonbasis[j] as number] === 0) continue;
      const gain = d[j] as number;
      const ratio = gain < 0 ? gain / coefficient : 0;
      if (ratio > best + EPSILON || (ratio > best - EPSILON && -coefficient <= strongest)) continue;
      if (ratio < best) best = ratio;
      strongest = -coefficient;
      found = j;
    }
    return found;
  }

  /** Replaces a variable by its complement. */
  #flip(variable: number): void {
    const bound = this.#upper[variable] as number;
    const place = this.#place[variable] as number;
    this.#flipped[variable] = 1 - (this.#flipped[variable] as number);
    if (place < 0) this.#flipRow(-place - 1, bound);
    else this.#flipColumn(place, bound);
  }

  #flipRow(row: number, bound: number): void {
    const t = this.#t;
    const start = row * this.#columns;
    for (let k = start; k < start + this.#columns; k++) if (t[k] !== 0) t[k] = -(t[k] as number);
    this.#b[row] = bound - (this.#b[row] as number);
  }

  #flipColumn(column: number, bound: number): void {
    const [t, b, columns] = [this.#t, this.#b, this.#columns];
    for (let i = 0; i < this.#rows; i++) {
      const k = i * columns + column;
      const coefficient = t[k] as number;
      if (coefficient === 0) continue;
      b[i] = (b[i] as number) - coefficient * bound;
      t[k] = -coefficient;
    }
    const gain = this.#d[column] as number;
    this.#value += gain * bound;
    this.#d[column] = -gain;
  }

  #pivot(row: number, column: number): void {
    const count = this.#scaleRow(row, column);
    const [t, b, d, used, columns] = [this.#t, this.#b, this.#d, this.#used, this.#columns];
    const start = row * columns;
    const inverse = t[start + column] as number;
    const amount = b[row] as number;
    for (let i = 0; i < this.#rows; i++) {
      const from = i * columns;
      const factor = t[from + column] as number;
      if (factor === 0 || i === row) continue;
      for (let k = 0; k < count; k++) {
        const j = used[k] as number;
        t[from + j] = (t[from + j] as number) - factor * (t[start + j] as number);
      }
      t[from + column] = -factor * inverse;
      b[i] = (b[i] as number) - factor * amount;
    }
    const gain = d[column] as number;
    if (gain !== 0) {
      for (let k = 0; k < count; k++) {
        const j = used[k] as number;
        d[j] = (d[j] as number) - gain * (t[start + j] as number);
      }
      d[column] = -gain * inverse;
      this.#value += gain * amount;
    }
    this.#swap(row, column);
  }

  /**
   * Divides the pivot row by its pivot, and tells how many of its other columns are still of use and not zero: those in `#used`.
   * A fixed variable never enters again before the tableau is rewound, so its column is left as it is.
   */
  #scaleRow(row: number, column: number): number {
    const [t, used, columns, upper, nonbasis] = [this.#t, this.#used, this.#columns, this.#upper, this.#nonbasis];
    const start = row * columns;
    const inverse = 1 / (t[start + column] as number);
    let count = 0;
    for (let j = 0; j < columns; j++) {
      const coefficient = t[start + j] as number;
      if (coefficient === 0 || j === column || upper[nonbasis[j] as number] === 0) continue;
      if (coefficient < DUST && coefficient > -DUST) t[start + j] = 0;
      else {
        t[start + j] = coefficient * inverse;
        used[count++] = j;
      }
    }
    t[start + column] = inverse;
    this.#b[row] = (this.#b[row] as number) * inverse;
    return count;
  }

  #swap(row: number, column: number): void {
    const leaving = this.#basis[row] as number;
    const entering = this.#nonbasis[column] as number;
    this.#basis[row] = entering;
    this.#nonbasis[column] = leaving;
    this.#place[entering] = -(row + 1);
    this.#place[leaving] = column;
  }
}

interface Kept {
  readonly t: Float64Array;
  readonly b: Float64Array;
  readonly d: Float64Array;
  readonly value: number;
  readonly basis: Int32Array;
  readonly nonbasis: Int32Array;
  readonly place: Int32Array;
  readonly flipped: Uint8Array;
  readonly upper: Float64Array;
  readonly fixed: Float64Array;
}

function extended(list: Float64Array, last: number): Float64Array {
  const longer = new Float64Array(list.length + 1);
  longer.set(list);
  longer[list.length] = last;
  return longer;
}
