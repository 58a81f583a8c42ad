import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mayRecord } from "../../../src/domain/recognition/packing/bounds.ts";
import { countIfFeasible } from "../../../src/domain/recognition/packing/selection.ts";
import { assess } from "../../../src/domain/recognition/recognise.ts";
import { Random } from "./random.ts";
import { smallCase } from "./small.ts";

describe("what may still be recorded", () => {
  it("is never denied where some feasible choice records it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 30 }), (seed) => {
        const { model } = assess(smallCase(seed));
        const size = model.items.length;
        fc.pre(size > 0 && size <= 10);
        const random = new Random(seed);
        const states = model.items.map(() => random.pick([true, false, null, null]));
        for (let mask = 0; mask < 2 ** size; mask++) {
          const chosen = model.items.flatMap((_, item) => ((mask >> item) & 1 ? [item] : []));
          if (states.some((state, item) => state !== null && state !== chosen.includes(item))) continue;
          if (countIfFeasible(model, chosen) === null) continue;
          const recorded = chosen.reduce((sum, item) => sum + (model.items[item]?.credits ?? 0), 0);
          expect(mayRecord(model, (item) => states[item] ?? null, recorded, recorded)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("is denied where only even credits are open and an odd sum is asked for", () => {
    let denied = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const { model } = assess(smallCase(seed));
      const even = model.items.every(({ credits }) => credits % 100 === 0);
      if (!even || model.items.length === 0) continue;
      expect(mayRecord(model, () => null, 150, 199)).toBe(false);
      denied++;
    }
    expect(denied).toBeGreaterThan(10);
  });
});
