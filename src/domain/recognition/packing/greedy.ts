import { countOf, type PackingModel } from "./model.ts";

/** How much room the rows have left; items are added and taken out one by one. */
export class Room {
  readonly #model: PackingModel;
  readonly #left: Float64Array;

  constructor(model: PackingModel) {
    this.#model = model;
    this.#left = Float64Array.from(model.rows, ({ limit }) => limit);
  }

  fits(item: number): boolean {
    return (this.#model.rowsOf[item] ?? []).every(({ row, coef }) => coef <= (this.#left[row] ?? 0));
  }

  add(item: number): void {
    this.#move(item, -1);
  }

  #move(item: number, sign: 1 | -1): void {
    for (const { row, coef } of this.#model.rowsOf[item] ?? []) this.#left[row] = (this.#left[row] ?? 0) + sign * coef;
  }
}

/** Whether a set of items breaks no row. */
export function isFeasible(model: PackingModel, items: readonly number[]): boolean {
  const room = new Room(model);
  return items.every((item) => {
    const fits = room.fits(item);
    room.add(item);
    return fits;
  });
}

/** Takes items in the order given, each that fits and adds to the count. */
export function pickInOrder(model: PackingModel, order: readonly number[]): readonly number[] {
  const room = new Room(model);
  const chosen: number[] = [];
  let count = model.baseCount;
  for (const item of order) {
    if (!room.fits(item)) continue;
    const more = countOf(model, [...chosen, item]);
    if (more <= count) continue;
    room.add(item);
    chosen.push(item);
    count = more;
  }
  return chosen;
}

/** The greedy start: most credits for the least source first. */
export function greedy(model: PackingModel): readonly number[] {
  const worth = model.items.map(({ credits, sources }) => credits / Math.max(1, sources.length));
  const order = model.items.map((_, item) => item).sort((a, b) => (worth[b] ?? 0) - (worth[a] ?? 0) || a - b);
  return pickInOrder(model, order);
}
