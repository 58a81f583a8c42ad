/** A stream of numbers in [0, 1) from a seed (splitmix32), so that a failing case is found again by its seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `from` to `until`, both included. */
  between(from: number, until: number): number {
    return from + Math.floor(this.next() * (until - from + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const item = list[this.between(0, list.length - 1)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }

  /** One of the values, each as likely as its weight. */
  weighted<T>(options: readonly (readonly [value: T, weight: number])[]): T {
    let left = this.next() * options.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of options) {
      left -= weight;
      if (left < 0) return value;
    }
    return this.pick(options)[0];
  }

  /** Some of the items, no item twice. */
  some<T>(list: readonly T[], count: number): readonly T[] {
    const rest = [...list];
    return Array.from({ length: Math.min(count, rest.length) }, () => {
      const [item] = rest.splice(this.between(0, rest.length - 1), 1);
      return item as T;
    });
  }

  shuffled<T>(list: readonly T[]): readonly T[] {
    return this.some(list, list.length);
  }
}
