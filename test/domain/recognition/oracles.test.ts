import { describe, expect, it } from "vitest";
import { assess, recognise } from "../../../src/domain/recognition/recognise.ts";
import { largeCase, PROFILES } from "./instances.ts";
import { highsCount, loadOracle, oracleProblem, yalpsCount } from "./oracles.ts";
import { smallCase } from "./small.ts";

const highs = await loadOracle();

describe("two solvers that know nothing of recognition", () => {
  it("find no more and no fewer credits on small cases", { timeout: 120_000 }, () => {
    for (let seed = 1; seed <= 40; seed++) {
      const input = smallCase(seed);
      const { model } = assess(input);
      const { credits } = recognise(input).packing;
      const problem = oracleProblem(model);
      const counts = { yalps: yalpsCount(problem, 10_000), highs: highsCount(highs, problem, 10_000) };
      const count = credits + model.baseCount;
      expect({ seed, ...counts }).toEqual({ seed, yalps: count, highs: count });
    }
  });

  it.each(PROFILES)("find no more credits on large cases: $name", { timeout: 120_000 }, (profile) => {
    for (const seed of [2, 3]) {
      const input = largeCase(seed, profile);
      const { model } = assess(input);
      const { credits, proved } = recognise(input).packing;
      const count = yalpsCount(oracleProblem(model), 3_000);
      expect(proved).toBe(true);
      expect({ seed, count: count ?? credits + model.baseCount }).toEqual({ seed, count: credits + model.baseCount });
    }
  });
});
