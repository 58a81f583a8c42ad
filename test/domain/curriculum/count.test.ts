import { describe, expect, it } from "vitest";
import {
  type Achieved,
  countNode,
  countPlan,
  requiredOf,
  requiredOfGroups,
} from "../../../src/domain/curriculum/count.ts";
import type { Plan, PlanNode } from "../../../src/domain/curriculum/plan.ts";
import { progressOf } from "../../../src/domain/curriculum/progress.ts";
import { allOf, atLeast, choose, leaf, plan, planCourse } from "../recognition/builders.ts";

const courses = [
  planCourse("a", 400),
  planCourse("b", 300, { group: "GENERAL_FOUNDATION" }),
  planCourse("c", 200),
  planCourse("d", 100),
];
const have = (ids: string, blanket: Readonly<Record<string, number>> = {}): Achieved => ({
  courseIds: new Set(ids),
  blanket: new Map(Object.entries(blanket)),
});
const counted = (root: PlanNode, achieved: Achieved): number => countPlan(plan(root, courses), achieved);

describe("Count", () => {
  it("all of is the sum", () => {
    expect(counted(allOf("r", leaf("a"), leaf("b")), have("a"))).toBe(400);
    expect(counted(allOf("r", leaf("a"), leaf("b")), have("ab"))).toBe(700);
  });

  it("at least c is c and no more; surplus does not count", () => {
    const root = atLeast("r", 500, leaf("a"), leaf("b"));
    expect([have(""), have("a"), have("ab")].map((each) => counted(root, each))).toEqual([0, 400, 500]);
  });

  it("choose n is the n largest children", () => {
    const root = choose("r", 2, leaf("a"), leaf("b"), leaf("c"));
    expect([have("c"), have("bc"), have("abc")].map((each) => counted(root, each))).toEqual([200, 500, 700]);
  });

  it("blanket credit counts in its node, as far as the node asks", () => {
    const root = allOf("r", atLeast("free", 300, leaf("c")), leaf("a"));
    expect(counted(root, have("", { free: 200 }))).toBe(200);
    expect(counted(root, have("c", { free: 200 }))).toBe(300);
    expect(counted(root, have("", { elsewhere: 200 }))).toBe(0);
  });

  it("a course in two nodes counts once in the total, and in its second node only where the plan says so", () => {
    const tree = (again: boolean): Plan =>
      plan(allOf("r", allOf("x", leaf("a")), allOf("y", leaf("a", again), leaf("b"))), courses);
    for (const again of [true, false]) {
      const both = tree(again);
      const second = both.root.kind === "ALL_OF" ? both.root.children[1] : undefined;
      if (second === undefined) throw new Error("no second node");
      expect(countPlan(both, have("ab"))).toBe(700);
      expect(requiredOf(both, both.root)).toBe(700);
      expect(countNode(both, second, have("ab"))).toBe(again ? 700 : 300);
    }
  });
});

describe("what a plan asks for", () => {
  it("is what everything would count; at least c asks for c even without courses", () => {
    const root = allOf("r", choose("x", 1, leaf("a"), leaf("b")), atLeast("free", 600, leaf("c")));
    expect(requiredOf(plan(root, courses), root)).toBe(1000);
  });

  it("of a group is what its courses would count", () => {
    expect(requiredOfGroups(plan(allOf("r", leaf("a"), leaf("b")), courses), ["GENERAL_FOUNDATION"])).toBe(300);
  });
});

describe("progress", () => {
  const root = allOf("r", choose("x", 1, leaf("a"), leaf("c")), atLeast("y", 300, leaf("b"), leaf("d")));
  const progress = progressOf(plan(root, courses), have("c"), have("cd", { y: 100 }));

  it("adds up at every node: required = passed + recognised + remaining", () => {
    const walk = (node: typeof progress): void => {
      expect(node.requiredCredits).toBe(node.passedCredits + node.recognisedCredits + node.remainingCredits);
      node.children.forEach(walk);
    };
    walk(progress);
    expect(progress).toMatchObject({
      requiredCredits: 700,
      passedCredits: 200,
      recognisedCredits: 200,
      remainingCredits: 300,
    });
  });

  it("knows that a choice is complete by any of its children", () => {
    expect(progress.children.map(({ key, complete }) => [key, complete])).toEqual([
      ["x", true],
      ["y", false],
    ]);
    expect(progress.complete).toBe(false);
  });
});
