import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RecognitionInput } from "../../../src/domain/recognition/input.ts";
import { assess, recognise } from "../../../src/domain/recognition/recognise.ts";
import { verifyOutcome } from "../../../src/domain/recognition/verify.ts";
import { bruteForce, keysOf } from "./brute-force.ts";
import { course } from "./builders.ts";
import { largeCase, PROFILES } from "./instances.ts";
import { Random } from "./random.ts";
import { smallCase, type Wishes } from "./small.ts";

const seeds = fc.integer({ min: 1, max: 2 ** 30 });
const RUNS = { numRuns: 300 };

function shuffle(input: RecognitionInput, seed: number): RecognitionInput {
  const random = new Random(seed);
  return {
    ...input,
    facts: random.shuffled(input.facts),
    ruleSets: random
      .shuffled(input.ruleSets)
      .map((set) => ({ ...set, rules: random.shuffled(set.rules), caps: random.shuffled(set.caps) })),
    plan: { ...input.plan, courses: new Map(random.shuffled([...input.plan.courses])) },
  };
}

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

  it("is the same whatever the order of the input", () => {
    fc.assert(
      fc.property(seeds, seeds, (seed, order) => {
        const input = smallCase(seed);
        expect(recognise(shuffle(input, order))).toEqual(recognise(input));
      }),
      RUNS,
    );
  });

  it("keeps its credits when every id is renamed", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const input = smallCase(seed);
        const renamed: RecognitionInput = {
          ...input,
          ruleSets: input.ruleSets.map((set) => ({
            ...set,
            id: `z${set.id}`,
            rules: set.rules.map((rule, i) => ({ ...rule, id: `z${100 - i}${rule.id}` })),
          })),
        };
        expect(recognise(renamed).packing.credits).toBe(recognise(input).packing.credits);
      }),
      RUNS,
    );
  });

  it("never falls when an achievement is added, where rules know no maxima and nothing is superseded", () => {
    const wishes: Wishes = { caps: true, maxima: false, passed: true };
    fc.assert(
      fc.property(seeds, (seed) => {
        const input = smallCase(seed, wishes);
        const without = { ...input, facts: input.facts.slice(1) };
        // A rule of higher precedence may turn up with the achievement; that is a change of rule, not of worth.
        const owners = new Set(input.ruleSets.map(({ owner }) => owner));
        fc.pre(owners.size === 1);
        expect(recognise(input).packing.credits).toBeGreaterThanOrEqual(recognise(without).packing.credits);
      }),
      RUNS,
    );
  });

  it("never falls when a cap is loosened", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const input = smallCase(seed);
        const [first, ...others] = input.ruleSets;
        fc.pre(first !== undefined && first.caps.length > 0);
        const loose = {
          ...input,
          ruleSets: first === undefined ? others : [{ ...first, caps: first.caps.slice(1) }, ...others],
        };
        expect(recognise(loose).packing.credits).toBeGreaterThanOrEqual(recognise(input).packing.credits);
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

describe("the packing on large cases", () => {
  it.each(PROFILES)("is feasible, within its bound and no worse than greedy: $name", (profile) => {
    for (const seed of [1, 2, 3]) {
      const input = { ...largeCase(seed, profile), nodeBudget: 40 };
      const outcome = recognise(input);
      expect({ seed, faults: verifyOutcome(input, outcome) }).toEqual({ seed, faults: [] });
      expect(outcome.packing.nodes).toBeLessThanOrEqual(40);
    }
  });

  it("takes no more nodes than its budget, and the same nodes every time", () => {
    const [profile] = PROFILES;
    if (profile === undefined) throw new Error("no profile");
    const input = { ...largeCase(7, profile), nodeBudget: 25 };
    expect(recognise(input)).toEqual(recognise(input));
  });

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
