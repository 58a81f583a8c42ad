import { describe, expect, it } from "vitest";
import { COMBINATIONS_MAX, FactIndex, matchTree } from "../../../src/domain/recognition/match.ts";
import { recognise } from "../../../src/domain/recognition/recognise.ts";
import type { SourceTree } from "../../../src/domain/recognition/rule.ts";
import { allOf, course, fromCourse, input, leaf, plan, planCourse, rule, ruleSet, toCourses } from "./builders.ts";

const anyCourse: SourceTree = { match: { kind: "COURSE_LIKE", kinds: ["COURSE"] } };
const two: SourceTree = { all: [anyCourse, anyCourse] };
const three: SourceTree = { all: [anyCourse, anyCourse, anyCourse] };
const missing = fromCourse("nowhere");
const facts = (count: number) => Array.from({ length: count }, (_, n) => course(`f${100 + n}`, 400));

/** How many combinations there are, all of different achievements, and whether they are said to be all. */
function count(tree: SourceTree, of: number): { readonly found: number; readonly complete: boolean } {
  const { combinations, complete } = matchTree(tree, new FactIndex(facts(of)));
  const names = combinations.map((bindings) => bindings.map(({ fact }) => fact.id));
  for (const ids of names) expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(names.map((ids) => ids.join())).size).toBe(names.length);
  return { found: combinations.length, complete };
}

describe("combinations of achievements beyond the bound", () => {
  it("are never passed over in silence: two of 60 courses have 3,540, of which 2,000 are tried", () => {
    expect(count(two, 60)).toEqual({ found: COMBINATIONS_MAX, complete: false });
  });

  it("leave the answer unproved", () => {
    // No rule is about b: the plan's 800 are not reached, and only trying everything would prove it.
    const target = plan(allOf("root", leaf("a"), leaf("b")), [planCourse("a", 400), planCourse("b", 400)]);
    const ask = (of: number) =>
      recognise(input(target, facts(of), [ruleSet("s", [rule("r", two, toCourses("a"))])])).packing;
    expect(ask(60)).toMatchObject({ credits: 400, upperBound: 800, proved: false });
    expect(ask(10)).toMatchObject({ credits: 400, upperBound: 400, proved: true });
  });

  it("are told from pairs of an achievement with itself, which are none", () => {
    // 45 × 45 pairs are more than the bound, 45 × 44 combinations are not.
    expect(count(two, 45)).toEqual({ found: 1_980, complete: true });
    expect(count(two, 46)).toEqual({ found: COMBINATIONS_MAX, complete: false });
    // 40 × 50 are exactly the bound, and nothing is lost.
    const exactly: SourceTree = { all: [like(0, 40), like(40, 90)] };
    expect(count(exactly, 90)).toEqual({ found: COMBINATIONS_MAX, complete: true });
    expect(count(exactly, 91)).toEqual({ found: COMBINATIONS_MAX, complete: true });
    expect(count({ all: [like(0, 40), like(40, 91)] }, 91)).toEqual({ found: COMBINATIONS_MAX, complete: false });
  });

  it("are told wherever in the tree they are lost", () => {
    expect(count({ any: [missing, two] }, 60).complete).toBe(false);
    expect(count({ any: [two, anyCourse] }, 60).complete).toBe(false);
    expect(count({ all: [two, fromCourse("f159")] }, 60).complete).toBe(false);
    expect(count(three, 14).complete).toBe(false);
    expect(count(three, 13)).toEqual({ found: 13 * 12 * 11, complete: true });
  });

  it("are none where a part is missing: that is known for sure", () => {
    expect(count({ all: [two, missing] }, 60)).toEqual({ found: 0, complete: true });
    expect(count({ all: [missing, anyCourse, anyCourse] }, 60)).toEqual({ found: 0, complete: true });
    expect(count(two, 1)).toEqual({ found: 0, complete: true });
  });
});

/** Any of the courses whose numbers are from `from` up to, not including, `to`. */
function like(from: number, to: number): SourceTree {
  const codes = Array.from({ length: to - from }, (_, n) => `f${100 + from + n}`);
  return { match: { kind: "COURSE_LIKE", kinds: ["COURSE"], codes } };
}
