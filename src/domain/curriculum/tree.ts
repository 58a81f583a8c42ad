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

/** What counts below each node of a plan, by its root: asked for again and again, and never another. */
const known = new WeakMap<PlanNode, WeakMap<PlanNode, ReadonlySet<PlanNode>>>();

/**
 * The leaves whose courses count when `node` is counted by itself: each course once, at its first place in reading order.
 * A later place in the plan counts only where the plan says so (`countsAgain`), and then never in the total.
 */
export function countingLeaves({ root }: Plan, node: PlanNode): ReadonlySet<PlanNode> {
  let ofPlan = known.get(root);
  if (ofPlan === undefined) {
    ofPlan = new WeakMap([[root, new Set(firstPlaces(leavesOf(root)).values())]]);
    known.set(root, ofPlan);
  }
  let leaves = ofPlan.get(node);
  if (leaves === undefined) {
    const first = ofPlan.get(root);
    const candidates = leavesOf(node).filter((leaf) => leaf.countsAgain === true || first?.has(leaf) === true);
    leaves = new Set(firstPlaces(candidates).values());
    ofPlan.set(node, leaves);
  }
  return leaves;
}

function firstPlaces(leaves: readonly CourseLeaf[]): ReadonlyMap<Id, CourseLeaf> {
  const places = new Map<Id, CourseLeaf>();
  for (const leaf of leaves) if (!places.has(leaf.courseId)) places.set(leaf.courseId, leaf);
  return places;
}
