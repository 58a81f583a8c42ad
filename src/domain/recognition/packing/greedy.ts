import type { PackingModel } from "./model.ts";
import { Selection } from "./selection.ts";

/** Takes items in the order given, each that fits and adds to the count; tells which. */
export function pickInOrder(selection: Selection, order: readonly number[], not = -1): readonly number[] {
  const taken: number[] = [];
  for (const item of order) {
    if (item === not || selection.has(item) || !selection.fits(item)) continue;
    const before = selection.count;
    selection.add(item);
    if (selection.count > before) taken.push(item);
    else selection.remove(item);
  }
  return taken;
}

/** Items in the greedy order: most credits for the least source first. */
function greedyOrder({ items }: PackingModel): number[] {
  const worth = Float64Array.from(items, ({ credits, sources }) => credits / Math.max(1, sources.length));
  return items.map((_, item) => item).sort((a, b) => (worth[b] as number) - (worth[a] as number) || a - b);
}

/** The greedy answer: most credits for the least source first, nothing taken back. */
export function greedy(model: PackingModel): readonly number[] {
  const selection = new Selection(model);
  pickInOrder(selection, greedyOrder(model));
  return selection.items();
}

/** The greedy answer made better by exchanges: one item out, whatever then fits in; until it counts `goal`, or no exchange helps. */
export function exchanged(model: PackingModel, leftOut: Uint8Array, goal: number): readonly number[] {
  const selection = new Selection(model);
  const order = greedyOrder(model).filter((item) => leftOut[item] === 0);
  pickInOrder(selection, order);
  while (selection.count < goal && exchange(selection, order));
  return selection.items();
}

function exchange(selection: Selection, order: readonly number[]): boolean {
  const before = selection.count;
  for (const item of selection.items()) {
    selection.remove(item);
    const taken = pickInOrder(selection, order, item);
    if (selection.count > before) return true;
    for (const each of taken) selection.remove(each);
    selection.add(item);
  }
  return false;
}
