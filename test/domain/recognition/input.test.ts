import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../src/domain/canonical.ts";
import { readInput, writeInput } from "../../../src/domain/recognition/input.ts";
import { recognise } from "../../../src/domain/recognition/recognise.ts";
import { Random } from "./random.ts";
import { said } from "./metamorphic.ts";
import { smallCase } from "./small.ts";

describe("the stored input of a decision", () => {
  it("is the same text whatever the order of its lists", () => {
    const input = smallCase(5);
    const random = new Random(1);
    const shuffled = {
      ...input,
      facts: random.shuffled(input.facts),
      ruleSets: random.shuffled(input.ruleSets).map((set) => ({ ...set, rules: random.shuffled(set.rules) })),
    };
    expect(writeInput(shuffled)).toBe(writeInput(input));
  });

  it("recomputes to the same decision, years later", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const input = smallCase(seed);
      const stored = writeInput(input);
      const outcome = recognise(input);
      expect(said(recognise(readInput(stored)))).toEqual(said(outcome));
      // what is kept of an answer is all of it, refusals included
      expect(JSON.parse(JSON.stringify(outcome))).toEqual(JSON.parse(JSON.stringify(said(outcome))));
      expect(writeInput(readInput(stored))).toBe(stored);
    }
  });

  it("has its keys sorted and nothing undefined in it", () => {
    expect(canonicalJson({ b: 1, a: [2, { d: undefined, c: null }] })).toBe('{"a":[2,{"c":null}],"b":1}');
  });
});
