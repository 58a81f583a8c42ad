import type { Title } from "../id.ts";
import type { NodeProgress } from "../recognition/outcome.ts";
import { type Achieved, countNode, requiredOf } from "./count.ts";
import type { Plan, PlanNode } from "./plan.ts";

/**
 * How far every node of the plan is met: by own passed courses alone, and by recognition on top of them.
 * For each node required = passed + recognised + remaining, in hundredths.
 */
export function progressOf(plan: Plan, passed: Achieved, withRecognised: Achieved): NodeProgress {
  return walk(plan, plan.root, passed, withRecognised);
}

function walk(plan: Plan, node: PlanNode, passed: Achieved, all: Achieved): NodeProgress {
  const requiredCredits = requiredOf(plan, node);
  const passedCredits = countNode(plan, node, passed);
  const recognisedCredits = countNode(plan, node, all) - passedCredits;
  const children = node.kind === "COURSE" ? [] : node.children.map((child) => walk(plan, child, passed, all));
  return {
    key: node.key,
    kind: node.kind,
    title: titleOf(plan, node),
    courseId: node.kind === "COURSE" ? node.courseId : null,
    requiredCredits,
    passedCredits,
    recognisedCredits,
    remainingCredits: requiredCredits - passedCredits - recognisedCredits,
    complete: isComplete(node, all, children, passedCredits + recognisedCredits),
    children,
  };
}

/** A choice is complete when enough of its children are, even where larger ones could have been chosen. */
function isComplete(node: PlanNode, all: Achieved, children: readonly NodeProgress[], counted: number): boolean {
  switch (node.kind) {
    case "COURSE":
      return all.courseIds.has(node.courseId);
    case "ALL_OF":
      return children.every((child) => child.complete);
    case "CHOOSE":
      return children.filter((child) => child.complete).length >= node.count;
    case "AT_LEAST":
      return counted >= node.credits;
  }
}

function titleOf(plan: Plan, node: PlanNode): Title {
  if (node.kind !== "COURSE") return node.title;
  return plan.courses.get(node.courseId)?.title ?? { zh: node.key, en: node.key };
}
