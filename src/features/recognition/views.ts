import type { CapUse, NodeProgress, RecognitionLine, Refusal } from "../../domain/recognition/outcome.ts";
import type { PlanCourseRow } from "../curriculum/service.ts";
import type { Check } from "./service.ts";

/** What stands behind the types of graphql/recognition.graphql: a part of an answer, with the check it belongs to. */
export interface LineView {
  readonly check: Check;
  readonly line: RecognitionLine;
}
export interface RefusalView {
  readonly check: Check;
  readonly refusal: Refusal;
}
export interface ProgressView {
  readonly depth: number;
  readonly progress: NodeProgress;
}
export interface CapUseView {
  readonly check: Check;
  readonly use: CapUse;
}

/** The plan node by node, in reading order. */
export function flatten(progress: NodeProgress, depth = 0): readonly ProgressView[] {
  return [{ depth, progress }, ...progress.children.flatMap((child) => flatten(child, depth + 1))];
}

/**
 * Courses still to be taken: those below nodes that are not complete and that are neither passed nor recognised, in the
 * order of their terms. Of a choice every course that may be chosen is named.
 */
export function remainingCourses({ outcome, planCourses }: Check): readonly PlanCourseRow[] {
  const open = new Set(openCourses(outcome.progress));
  const seen = new Set<string>();
  return planCourses.filter((course) => {
    if (!open.has(course.courseId) || seen.has(course.courseId)) return false;
    seen.add(course.courseId);
    return true;
  });
}

function openCourses(node: NodeProgress): readonly string[] {
  if (node.complete) return [];
  return node.courseId === null ? node.children.flatMap(openCourses) : [node.courseId];
}
