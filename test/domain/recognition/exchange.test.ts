import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { improved } from "../../../src/domain/recognition/packing/exchange.ts";
import { greedy } from "../../../src/domain/recognition/packing/greedy.ts";
import { countOf } from "../../../src/domain/recognition/packing/model.ts";
import { pack } from "../../../src/domain/recognition/packing/pack.ts";
import { countIfFeasible } from "../../../src/domain/recognition/packing/selection.ts";
import { assess } from "../../../src/domain/recognition/recognise.ts";
import { smallCase } from "./small.ts";

const seeds = fc.integer({ min: 1, max: 2 ** 30 });
const sum = (cost: Float64Array, items: readonly number[]): number =>
  items.reduce((total, item) => total + (cost[item] ?? 0), 0);

describe("an answer made better by exchanges", () => {
  it("stays within every row, comes no farther from the count and, at the count, costs no more", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { model } = assess(smallCase(seed));
        const start = greedy(model);
        const count = model.baseCount + pack(model, 2_000, "CREDITS").credits;
        const cost = Float64Array.from(model.items, ({ sourceCredits }) => sourceCredits);
        const candidates = model.items.map((_, item) => item);
        const next = improved(model, candidates, start, { count, cost, least: 0, trials: 2_000 });
        expect(countIfFeasible(model, next)).toBe(countOf(model, next));
        expect(countOf(model, next)).toBeGreaterThanOrEqual(countOf(model, start));
        expect(countOf(model, next)).toBeLessThanOrEqual(count);
        if (countOf(model, start) === count) expect(sum(cost, next)).toBeLessThanOrEqual(sum(cost, start));
      }),
      { numRuns: 300 },
    );
  });

  it("takes nothing but the candidates, and nothing at all without trials", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { model } = assess(smallCase(seed));
        const aim = { count: Infinity, cost: new Float64Array(model.items.length), least: 0, trials: 2_000 };
        const even = model.items.flatMap((_, item) => (item % 2 === 0 ? [item] : []));
        expect(improved(model, even, [], aim).filter((item) => item % 2 !== 0)).toEqual([]);
        expect(improved(model, even, [], { ...aim, trials: 0 })).toEqual([]);
      }),
    );
  });
});
