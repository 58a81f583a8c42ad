import { describe, expect, it } from "vitest";
import { assess, recognise } from "../../../src/domain/recognition/recognise.ts";
import { largeCase, PROFILES } from "./instances.ts";
import { highsCount, loadOracle, oracleProblem, yalpsCount } from "./oracles.ts";
import { smallCase } from "./small.ts";

const highs = await loadOracle();

describe("two solvers that know nothing of recognition, at length", () => {
  it("find no more and no fewer credits on ten thousand small cases", { timeout: 3_600_000 }, () => {
    const wrong: number[] = [];
    for (let seed = 1; seed <= 10_000; seed++) {
      const input = smallCase(seed);
      const { model } = assess(input);
      const count = recognise(input).packing.credits + model.baseCount;
      const problem = oracleProblem(model);
      if (yalpsCount(problem, 10_000) !== count || highsCount(highs, problem, 10_000) !== count) wrong.push(seed);
    }
    expect(wrong).toEqual([]);
  });

  it.each(PROFILES)("find no other credits on the large cases they solve: $name", { timeout: 3_600_000 }, (profile) => {
    const wrong: number[] = [];
    let solved = 0;
    for (let seed = 1; seed <= 50; seed++) {
      const input = largeCase(seed, profile);
      const { model } = assess(input);
      const { packing } = recognise(input);
      const problem = oracleProblem(model);
      const counts = [yalpsCount(problem, 5_000), highsCount(highs, problem, 5_000)].filter((count) => count !== null);
      if (counts.length > 0) solved++;
      const [credits, bound] = [packing.credits + model.baseCount, packing.upperBound + model.baseCount];
      if (counts.some((count) => count > bound || (packing.proved && count !== credits))) wrong.push(seed);
    }
    expect(wrong).toEqual([]);
    expect(solved).toBeGreaterThan(0);
  });
});
