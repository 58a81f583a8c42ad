import { describe, expect, it } from "vitest";
import { recognise } from "../../../src/domain/recognition/recognise.ts";
import { verifyOutcome } from "../../../src/domain/recognition/verify.ts";
import { heard } from "./heard.ts";
import { largeCase, PROFILES } from "./instances.ts";
import { said } from "./metamorphic.ts";

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
    expect(said(recognise(input))).toEqual(said(recognise(input)));
  });
});

describe("verdict and account", () => {
  it.each(PROFILES)("agree on large cases: $name", (profile) => {
    const all = [1, 2, 3].flatMap((seed) => heard(largeCase(seed, profile)));
    expect(all.filter(({ verdict, account }) => verdict !== account)).toEqual([]);
    expect(all.some(({ verdict }) => verdict !== null)).toBe(true);
    expect(all.some(({ verdict }) => verdict === null)).toBe(true);
  });
});
