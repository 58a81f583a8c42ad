import { divisor } from "./bounds.ts";
import type { CountTree, PackingModel } from "./model.ts";
import type { LinearProgram, LinearRow } from "./simplex.ts";

/**
 * The packing problem as a linear program whose first variables are the items. The count of the tree is linear but for two
 * shapes: "at least c" becomes a variable below both c and its sum, "choose n" a variable per child below both the child and
 * its chosen-or-not. Credits are counted in `unit`s (their greatest common divisor), so every count is a whole number.
 */
export interface PackingProgram {
  readonly program: LinearProgram;
  /** Variables that must be whole: the items, and the choices between subtrees. */
  readonly whole: readonly number[];
  /** Hundredths of a credit in one unit of the objective. */
  readonly unit: number;
  /** What counts however the items are chosen, in units. */
  readonly constant: number;
}

/** A linear expression over variables, never above `max`. */
interface Expression {
  readonly constant: number;
  readonly terms: ReadonlyMap<number, number>;
  readonly max: number;
  readonly isLeaf: boolean;
}

/** Builds the program without the items that are left out: rows, the count, and what must be whole. */
export function compile(model: PackingModel, leftOut: Uint8Array): PackingProgram {
  const builder = new Builder(model, leftOut);
  const { terms, constant } = builder.expression(model.tree);
  const objective = new Float64Array(builder.upper.length);
  for (const [variable, coef] of terms) objective[variable] = coef;
  const program = { upper: Float64Array.from(builder.upper), objective, rows: builder.rows };
  return { program, whole: builder.whole, unit: builder.unit, constant };
}

/** The row that asks for a count of at least `units`. */
export function countRow({ program, constant }: PackingProgram, units: number): LinearRow {
  const idx: number[] = [];
  const coef: number[] = [];
  program.objective.forEach((worth, variable) => {
    if (worth === 0) return;
    idx.push(variable);
    coef.push(-worth);
  });
  return { idx, coef, rhs: constant - units };
}

class Builder {
  readonly upper: number[];
  readonly rows: LinearRow[];
  readonly whole: number[];
  readonly unit: number;
  readonly #model: PackingModel;
  readonly #itemsOf: readonly (readonly number[])[];

  constructor(model: PackingModel, leftOut: Uint8Array) {
    this.#model = model;
    this.upper = Array.from(leftOut, (out) => 1 - out);
    this.whole = this.upper.flatMap((upper, item) => (upper === 1 ? [item] : []));
    this.rows = model.rows.flatMap((row) => {
      const kept = row.idx.map((_, k) => k).filter((k) => this.upper[row.idx[k] ?? -1] === 1);
      const idx = kept.map((k) => row.idx[k] ?? 0);
      const coef = kept.map((k) => row.coef[k] ?? 0);
      return coef.reduce((sum, each) => sum + each, 0) > row.limit ? [{ idx, coef, rhs: row.limit }] : [];
    });
    this.unit = unitOf(model);
    const itemsOf: number[][] = Array.from({ length: model.base.length }, () => []);
    model.coursesOf.forEach((courses, item) => {
      if (this.upper[item] === 1) for (const course of courses) itemsOf[course]?.push(item);
    });
    this.#itemsOf = itemsOf;
  }

  expression(tree: CountTree): Expression {
    if (tree.kind === "LEAF") return this.#leaf(tree);
    const children = tree.children.map((child) => this.expression(child));
    if (tree.kind === "SUM") return add(children);
    return tree.kind === "AT_LEAST" ? this.#atLeast(tree, children) : this.#choose(tree.count, children);
  }

  #leaf({ course, credits }: Extract<CountTree, { kind: "LEAF" }>): Expression {
    const amount = credits / this.unit;
    if (this.#model.base[course] === 1) return { constant: amount, terms: new Map(), max: amount, isLeaf: true };
    const items = this.#itemsOf[course] ?? [];
    return {
      constant: 0,
      terms: new Map(items.map((item) => [item, amount])),
      max: items.length > 0 ? amount : 0,
      isLeaf: true,
    };
  }

  #atLeast(tree: Extract<CountTree, { kind: "AT_LEAST" }>, children: readonly Expression[]): Expression {
    const blanket = tree.blanket.filter((item) => this.upper[item] === 1);
    const granted = new Map(blanket.map((item) => [item, (this.#model.items[item]?.credits ?? 0) / this.unit]));
    const own: Expression = {
      constant: tree.base / this.unit,
      terms: granted,
      max: [...granted.values()].reduce((sum, each) => sum + each, tree.base / this.unit),
      isLeaf: false,
    };
    return this.#below(tree.credits / this.unit, add([...children, own]));
  }

  /** min(limit, expression) */
  #below(limit: number, sum: Expression): Expression {
    if (sum.max <= limit) return sum;
    if (sum.constant >= limit) return { constant: limit, terms: new Map(), max: limit, isLeaf: false };
    const counted = this.#variable(limit - sum.constant);
    this.#atMost(counted, { ...sum, constant: 0 });
    return { constant: sum.constant, terms: new Map([[counted, 1]]), max: limit, isLeaf: false };
  }

  /** The n largest of the children. */
  #choose(count: number, children: readonly Expression[]): Expression {
    const live = children.filter(({ max }) => max > 0);
    if (live.length <= count) return add(live);
    const parts = live.map((child) => (child.isLeaf ? this.#chosenLeaf(child) : this.#chosenTree(child)));
    this.rows.push({ idx: parts.map(({ pick }) => pick), coef: parts.map(() => 1), rhs: count });
    const terms = new Map(parts.map(({ variable, coef }) => [variable, coef]));
    const largest = live.map(({ max }) => max).sort((a, b) => b - a);
    return { constant: 0, terms, max: largest.slice(0, count).reduce((sum, each) => sum + each, 0), isLeaf: false };
  }

  /** A course is chosen or not; where the items are whole, the best choice is too. */
  #chosenLeaf(child: Expression): { readonly pick: number; readonly variable: number; readonly coef: number } {
    const pick = this.#variable(1);
    if (child.constant === 0) {
      const idx = [pick, ...child.terms.keys()];
      this.rows.push({ idx, coef: idx.map((_, k) => (k === 0 ? 1 : -1)), rhs: 0 });
    }
    return { pick, variable: pick, coef: child.max };
  }

  #chosenTree(child: Expression): { readonly pick: number; readonly variable: number; readonly coef: number } {
    const pick = this.#variable(1);
    this.whole.push(pick);
    const counted = this.#variable(child.max);
    this.#atMost(counted, child);
    this.rows.push({ idx: [counted, pick], coef: [1, -child.max], rhs: 0 });
    return { pick, variable: counted, coef: 1 };
  }

  #variable(upper: number): number {
    this.upper.push(upper);
    return this.upper.length - 1;
  }

  #atMost(variable: number, expression: Expression): void {
    const idx = [variable, ...expression.terms.keys()];
    const coef = [1, ...[...expression.terms.values()].map((each) => -each)];
    this.rows.push({ idx, coef, rhs: expression.constant });
  }
}

function add(parts: readonly Expression[]): Expression {
  const terms = new Map<number, number>();
  for (const part of parts)
    for (const [variable, coef] of part.terms) terms.set(variable, (terms.get(variable) ?? 0) + coef);
  return {
    constant: parts.reduce((sum, part) => sum + part.constant, 0),
    terms,
    max: parts.reduce((sum, part) => sum + part.max, 0),
    isLeaf: false,
  };
}

/** The greatest common divisor of everything a count can be made of. */
export function unitOf(model: PackingModel): number {
  let unit = 0;
  const take = (amount: number): void => {
    unit = divisor(unit, amount);
  };
  const walk = (tree: CountTree): void => {
    if (tree.kind === "LEAF") return take(tree.credits);
    if (tree.kind === "AT_LEAST") {
      take(tree.credits);
      take(tree.base);
      for (const item of tree.blanket) take(model.items[item]?.credits ?? 0);
    }
    tree.children.forEach(walk);
  };
  walk(model.tree);
  return unit === 0 ? 1 : unit;
}
