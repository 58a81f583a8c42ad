import type { CourseGroup, CourseRequirement, CourseSubject } from "../course.ts";
import type { Credits } from "../credit.ts";
import type { Id, Title } from "../id.ts";

/**
 * A programme plan (专业人才培养方案) for one admission cohort: a requirement tree whose leaves are courses.
 * The tree counts as DESIGN says: a leaf its credits, all of = sum, at least c = min(c, sum), choose n = the n largest.
 */
export interface Plan {
  readonly id: Id;
  readonly programmeId: Id;
  /** Admission year, e.g. 2025. */
  readonly cohort: number;
  readonly root: PlanNode;
  readonly courses: ReadonlyMap<Id, PlanCourse>;
}

interface NodeBase {
  /** Stable within the plan and, by convention, across plans: "general", "core", "free-elective". */
  readonly key: string;
  readonly title: Title;
}
export interface AllOf extends NodeBase {
  readonly kind: "ALL_OF";
  readonly children: readonly PlanNode[];
}
export interface Choose extends NodeBase {
  readonly kind: "CHOOSE";
  /** How many children must be complete. */
  readonly count: number;
  readonly children: readonly PlanNode[];
}
export interface AtLeast extends NodeBase {
  readonly kind: "AT_LEAST";
  /** Credits required of this node; surplus is allowed and does not count. Blanket credit may be recognised into it. */
  readonly credits: Credits;
  readonly children: readonly PlanNode[];
}
export interface CourseLeaf {
  readonly kind: "COURSE";
  readonly key: string;
  readonly courseId: Id;
  /** A course stands in a second node too: true where the plan says it counts there again (never again in the total). */
  readonly countsAgain?: boolean;
}
export type PlanNode = AllOf | Choose | AtLeast | CourseLeaf;

/** A course as this plan places it. */
export interface PlanCourse {
  readonly courseId: Id;
  readonly code: string;
  readonly title: Title;
  readonly credits: Credits;
  readonly theoryHours: number;
  readonly practiceHours: number;
  readonly group: CourseGroup;
  readonly requirement: CourseRequirement;
  readonly subject: CourseSubject;
  /** Term of the plan, counted from 1 through all its years. */
  readonly term: number;
}
