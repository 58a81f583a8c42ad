import type { CountTree, PackingModel } from "./model.ts";

const LEAF = 0;
const SUM = 1;
const AT_LEAST = 2;
const CHOOSE = 3;

/** The requirement tree as flat arrays, built once per model: what never changes while items come and go. */
interface FlatTree {
  readonly kind: Uint8Array;
  readonly parent: Int32Array;
  /** Credits of a leaf, credits asked of "at least", number to choose. */
  readonly limit: Float64Array;
  readonly firstChild: Int32Array;
  readonly childCount: Int32Array;
  /** Nodes in an order in which the children of each lie side by side. */
  readonly leafOfCourse: Int32Array;
  /** For each item the node its blanket credit goes to, or -1. */
  readonly blanketNode: Int32Array;
  readonly base: Float64Array;
  readonly size: number;
}

const flatTrees = new WeakMap<PackingModel, FlatTree>();

function flatTreeOf(model: PackingModel): FlatTree {
  const known = flatTrees.get(model);
  if (known !== undefined) return known;
  const flat = flatten(model);
  flatTrees.set(model, flat);
  return flat;
}

function flatten({ tree, items, base }: PackingModel): FlatTree {
  const nodes: CountTree[] = [tree];
  const parent: number[] = [-1];
  const firstChild: number[] = [];
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i];
    firstChild.push(nodes.length);
    if (node === undefined || node.kind === "LEAF") continue;
    for (const child of node.children) {
      nodes.push(child);
      parent.push(i);
    }
  }
  const size = nodes.length;
  const flat = {
    kind: new Uint8Array(size),
    parent: Int32Array.from(parent),
    limit: new Float64Array(size),
    firstChild: Int32Array.from(firstChild),
    childCount: new Int32Array(size),
    leafOfCourse: new Int32Array(base.length).fill(-1),
    blanketNode: new Int32Array(items.length).fill(-1),
    base: new Float64Array(size),
    size,
  };
  nodes.forEach((node, i) => {
    if (node.kind === "LEAF") {
      flat.kind[i] = LEAF;
      flat.limit[i] = node.credits;
      flat.leafOfCourse[node.course] = i;
      return;
    }
    flat.childCount[i] = node.children.length;
    flat.kind[i] = node.kind === "SUM" ? SUM : node.kind === "AT_LEAST" ? AT_LEAST : CHOOSE;
    if (node.kind === "CHOOSE") flat.limit[i] = node.count;
    if (node.kind !== "AT_LEAST") return;
    flat.limit[i] = node.credits;
    flat.base[i] = node.base;
    for (const item of node.blanket) flat.blanketNode[item] = i;
  });
  return flat;
}

/**
 * A set of items that grows and shrinks one by one, with the room its rows have left and the count of the tree kept up to date:
 * a change costs as much as the path from a leaf to the root.
 */
export class Selection {
  readonly #model: PackingModel;
  readonly #flat: FlatTree;
  readonly #left: Float64Array;
  readonly #have: Uint8Array;
  /** Sum of the children, and what of it counts. */
  readonly #sum: Float64Array;
  readonly #value: Float64Array;
  readonly #on: Uint8Array;
  readonly #largest: number[] = [];

  constructor(model: PackingModel) {
    const flat = flatTreeOf(model);
    this.#model = model;
    this.#flat = flat;
    this.#left = model.limits.slice();
    this.#have = new Uint8Array(model.base.length);
    this.#sum = flat.base.slice();
    this.#value = new Float64Array(flat.size);
    this.#on = new Uint8Array(model.items.length);
    for (let node = flat.size - 1; node >= 0; node--) if (flat.kind[node] === AT_LEAST) this.#refresh(node);
    model.base.forEach((achieved, course) => {
      if (achieved === 1) this.#achieve(course, 1);
    });
  }

  /** The count of the tree, in hundredths. */
  get count(): number {
    return this.#value[0] as number;
  }

  has(item: number): boolean {
    return this.#on[item] === 1;
  }

  /** The items, ascending. */
  items(): readonly number[] {
    const items: number[] = [];
    for (let item = 0; item < this.#on.length; item++) if (this.#on[item] === 1) items.push(item);
    return items;
  }

  fits(item: number): boolean {
    const { rowStart, rowAt, rowCoef } = this.#model;
    const end = rowStart[item + 1] as number;
    for (let k = rowStart[item] as number; k < end; k++)
      if ((rowCoef[k] as number) > (this.#left[rowAt[k] as number] as number)) return false;
    return true;
  }

  add(item: number): void {
    this.#change(item, 1);
  }

  remove(item: number): void {
    this.#change(item, -1);
  }

  #change(item: number, sign: 1 | -1): void {
    const { rowStart, rowAt, rowCoef, coursesOf, items } = this.#model;
    const end = rowStart[item + 1] as number;
    for (let k = rowStart[item] as number; k < end; k++) {
      const row = rowAt[k] as number;
      this.#left[row] = (this.#left[row] as number) - sign * (rowCoef[k] as number);
    }
    this.#on[item] = sign === 1 ? 1 : 0;
    for (const course of coursesOf[item] as readonly number[]) this.#achieve(course, sign);
    const node = this.#flat.blanketNode[item] as number;
    if (node >= 0) this.#raise(node, sign * (items[item]?.credits ?? 0));
  }

  /** A course may be had twice over (passed, and recognised in an earlier decision); it counts once. */
  #achieve(course: number, sign: 1 | -1): void {
    const before = this.#have[course] as number;
    this.#have[course] = before + sign;
    if (before + (sign === 1 ? 0 : -1) !== 0) return;
    const leaf = this.#flat.leafOfCourse[course] as number;
    if (leaf < 0) return;
    const credits = this.#flat.limit[leaf] as number;
    this.#value[leaf] = sign === 1 ? credits : 0;
    const parent = this.#flat.parent[leaf] as number;
    if (parent >= 0) this.#raise(parent, sign * credits);
  }

  /** Adds to the sum of a node and carries on upwards what of it counts. */
  #raise(from: number, by: number): void {
    let node = from;
    let change = by;
    while (node >= 0 && change !== 0) {
      this.#sum[node] = (this.#sum[node] as number) + change;
      const before = this.#value[node] as number;
      this.#value[node] = this.#valueOf(node);
      change = (this.#value[node] as number) - before;
      node = this.#flat.parent[node] as number;
    }
  }

  #refresh(node: number): void {
    const counted = this.#valueOf(node) - (this.#value[node] as number);
    if (counted === 0) return;
    this.#value[node] = this.#valueOf(node);
    const parent = this.#flat.parent[node] as number;
    if (parent >= 0) this.#raise(parent, counted);
  }

  #valueOf(node: number): number {
    const kind = this.#flat.kind[node];
    const sum = this.#sum[node] as number;
    if (kind === SUM) return sum;
    const limit = this.#flat.limit[node] as number;
    return kind === AT_LEAST ? Math.min(limit, sum) : this.#largestOf(node, limit);
  }

  /** The sum of the n largest children. */
  #largestOf(node: number, n: number): number {
    const first = this.#flat.firstChild[node] as number;
    const end = first + (this.#flat.childCount[node] as number);
    if (end - first <= n) return this.#sum[node] as number;
    const largest = this.#largest;
    largest.length = 0;
    for (let child = first; child < end; child++) {
      const value = this.#value[child] as number;
      if (value > 0) largest.push(value);
    }
    if (largest.length > n) largest.sort((a, b) => b - a);
    let total = 0;
    for (let i = 0; i < n && i < largest.length; i++) total += largest[i] as number;
    return total;
  }
}

/** The count of a set of items, in hundredths; null where they break a row. */
export function countIfFeasible(model: PackingModel, items: readonly number[]): number | null {
  const selection = new Selection(model);
  for (const item of items) {
    if (!selection.fits(item)) return null;
    selection.add(item);
  }
  return selection.count;
}
