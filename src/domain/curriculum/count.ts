import type { CourseGroup } from "../course.ts";
import type { Credits } from "../credit.ts";
import type { Id } from "../id.ts";
import type { Plan, PlanNode } from "./plan.ts";
import { countingLeaves } from "./tree.ts";

/** What is to be counted: whole courses, and blanket credit per node key. */
export interface Achieved {
  readonly courseIds: ReadonlySet<Id>;
  readonly blanket: ReadonlyMap<string, Credits>;
}

/** Nothing achieved yet. */
export const NOTHING: Achieved = { courseIds: new Set(), blanket: new Map() };

/**
 * Count(node), in hundredths of a credit: a leaf its credits if achieved, all of = sum, at least c = min(c, sum + blanket),
 * choose n = the n largest children. A course counts once. Surplus is allowed and does not count.
 */
export function countNode(plan: Plan, node: PlanNode, achieved: Achieved): Credits {
  const counting = countingLeaves(plan, node);
  return fold(node, {
    leaf: (leaf) =>
      counting.has(leaf) && achieved.courseIds.has(leaf.courseId) ? (plan.courses.get(leaf.courseId)?.credits ?? 0) : 0,
    atLeast: (at, sum) => Math.min(at.credits, sum + (achieved.blanket.get(at.key) ?? 0)),
  });
}

/** Count of the whole plan. */
export function countPlan(plan: Plan, achieved: Achieved): Credits {
  return countNode(plan, plan.root, achieved);
}

/** What a node asks for: the count of everything it could hold; at least c asks for c even where its courses are fewer. */
export function requiredOf(plan: Plan, node: PlanNode): Credits {
  const counting = countingLeaves(plan, node);
  return fold(node, {
    leaf: (leaf) => (counting.has(leaf) ? (plan.courses.get(leaf.courseId)?.credits ?? 0) : 0),
    atLeast: (at) => at.credits,
  });
}

/** What the plan asks of courses of these groups: as `requiredOf`, other courses counting nothing. */
export function requiredOfGroups(plan: Plan, groups: readonly CourseGroup[]): Credits {
  const counting = countingLeaves(plan, plan.root);
  return fold(plan.root, {
    leaf: (leaf) => {
      const course = counting.has(leaf) ? plan.courses.get(leaf.courseId) : undefined;
      return course !== undefined && groups.includes(course.group) ? course.credits : 0;
    },
    atLeast: (at, sum) => Math.min(at.credits, sum),
  });
}

type Leaf = Extract<PlanNode, { kind: "COURSE" }>;
type AtLeastNode = Extract<PlanNode, { kind: "AT_LEAST" }>;
interface Measure {
  readonly leaf: (leaf: Leaf) => Credits;
  readonly atLeast: (node: AtLeastNode, sumOfChildren: Credits) => Credits;
}

function fold(node: PlanNode, measure: Measure): Credits {
  if (node.kind === "COURSE") return measure.leaf(node);
  const children = node.children.map((child) => fold(child, measure));
  switch (node.kind) {
    case "ALL_OF":
      return sum(children);
    case "AT_LEAST":
      return measure.atLeast(node, sum(children));
    case "CHOOSE":
      return sum(children.sort((a, b) => b - a).slice(0, node.count));
  }
}

function sum(amounts: readonly Credits[]): Credits {
  return amounts.reduce((total, amount) => total + amount, 0);
}
