import type { Id } from "../id.ts";
import type { CourseLeaf, Plan, PlanNode } from "./plan.ts";

/** The nodes below and including a node, in reading order. */
export function* nodesOf(node: PlanNode): Generator<PlanNode> {
  yield node;
  if (node.kind === "COURSE") return;
  for (const child of node.children) yield* nodesOf(child);
}

/** The course leaves below a node, in reading order. */
export function leavesOf(node: PlanNode): readonly CourseLeaf[] {
  return [...nodesOf(node)].filter((each) => each.kind === "COURSE");
}

/** The node of a key, or null. */
export function nodeByKey(plan: Plan, key: string): PlanNode | null {
  for (const node of nodesOf(plan.root)) if (node.key === key) return node;
  return null;
}

/**
 * The leaves whose courses count when `node` is counted by itself: each course once, at its first place in reading order.
 * A later place in the plan counts only where the plan says so (`countsAgain`), and then never in the total.
 */
export function countingLeaves(plan: Plan, node: PlanNode): ReadonlySet<PlanNode> {
  const firstInPlan = firstPlaces(leavesOf(plan.root));
  const candidates = leavesOf(node).filter(
    (leaf) => leaf.countsAgain === true || firstInPlan.get(leaf.courseId) === leaf,
  );
  return new Set(firstPlaces(candidates).values());
}

function firstPlaces(leaves: readonly CourseLeaf[]): ReadonlyMap<Id, CourseLeaf> {
  const places = new Map<Id, CourseLeaf>();
  for (const leaf of leaves) if (!places.has(leaf.courseId)) places.set(leaf.courseId, leaf);
  return places;
}
