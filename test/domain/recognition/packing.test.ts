import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assess, recognise } from "../../../src/domain/recognition/recognise.ts";
import { verifyOutcome } from "../../../src/domain/recognition/verify.ts";
import { bruteForce, keysOf } from "./brute-force.ts";
import { course } from "./builders.ts";
import { RUNS } from "./runs.ts";
import { smallCase } from "./small.ts";

const seeds = fc.integer({ min: 1, max: 2 ** 30 });

describe("the packing on small cases", () => {
  it("gives exactly what trying every subset gives, lines included", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const input = smallCase(seed);
        fc.pre(assess(input).eligibility.eligible.length <= 12);
        const outcome = recognise(input);
        const best = bruteForce(input);
        expect(outcome.packing).toMatchObject({
          credits: best.credits,
          upperBound: best.credits,
          proved: true,
          canonical: true,
        });
        expect(keysOf(outcome)).toEqual(best.keys);
      }),
      RUNS,
    );
  });

  it("is called right by the separate check", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const input = smallCase(seed);
        expect(verifyOutcome(input, recognise(input))).toEqual([]);
      }),
      RUNS,
    );
  });

  it("says so when its node budget is too small, and stays below its own bound", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const input = smallCase(seed);
        fc.pre(assess(input).eligibility.eligible.length <= 12);
        const outcome = recognise({ ...input, nodeBudget: 0 });
        const best = bruteForce(input);
        expect(verifyOutcome(input, outcome)).toEqual([]);
        expect(outcome.packing.credits).toBeLessThanOrEqual(best.credits);
        expect(outcome.packing.upperBound).toBeGreaterThanOrEqual(best.credits);
        expect(outcome.packing.proved).toBe(outcome.packing.credits === outcome.packing.upperBound);
      }),
      RUNS,
    );
  });
});

describe("the packing of nothing", () => {
  it("leaves a learner without achievements with the whole plan", () => {
    const input = {
      ...smallCase(1),
      facts: [course("nobody", 0)],
      context: { ...smallCase(1).context, passedCourseIds: new Set<string>() },
    };
    const outcome = recognise(input);
    expect(outcome.lines).toEqual([]);
    expect(outcome.remainingCredits).toBe(outcome.requiredCredits);
  });
});
