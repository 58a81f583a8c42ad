import { describe, expect, it } from "vitest";
import { assess, recognise } from "../../../src/domain/recognition/recognise.ts";
import { verifyOutcome } from "../../../src/domain/recognition/verify.ts";
import { bruteForce, keysOf } from "./brute-force.ts";
import { largeCase, PROFILES } from "./instances.ts";
import { smallCase } from "./small.ts";

describe("the packing, at length", () => {
  it("gives what trying every subset gives on ten thousand small cases", { timeout: 600_000 }, () => {
    const wrong: number[] = [];
    for (let seed = 1; seed <= 10_000; seed++) {
      const input = smallCase(seed);
      if (assess(input).eligibility.eligible.length > 12) continue;
      const outcome = recognise(input);
      const best = bruteForce(input);
      const right =
        outcome.packing.proved &&
        outcome.packing.canonical &&
        outcome.packing.credits === best.credits &&
        keysOf(outcome).join() === best.keys.join() &&
        verifyOutcome(input, outcome).length === 0;
      if (!right) wrong.push(seed);
    }
    expect(wrong).toEqual([]);
  });

  it.each(PROFILES)("is feasible and within its bound on large cases: $name", { timeout: 600_000 }, (profile) => {
    for (let seed = 1; seed <= 40; seed++) {
      const input = { ...largeCase(seed, profile), nodeBudget: 300 };
      expect({ seed, faults: verifyOutcome(input, recognise(input)) }).toEqual({ seed, faults: [] });
    }
  });
});
