import type { Id, Title } from "../id.ts";

/** What decides whether a learner may sit in a section at all, whatever its seats and hours. */
export interface SeatFacts {
  readonly courseId: Id;
  readonly prerequisites: readonly { readonly courseId: Id; readonly title: Title }[];
  /** Courses the learner passed, at whichever school, or that were recognised. */
  readonly passedCourseIds: ReadonlySet<Id>;
}

/** Why not, or that nothing stands in the way. */
export type Eligibility =
  | { readonly kind: "ELIGIBLE" }
  | { readonly kind: "COURSE_ALREADY_PASSED" }
  | { readonly kind: "PREREQUISITE_MISSING"; readonly courseId: Id; readonly title: Title };

/**
 * Whether a learner may take a course: not one they have passed (a passed course cannot be taken again), and not
 * without its prerequisites. The first missing one is named.
 */
export function eligibilityOf(facts: SeatFacts): Eligibility {
  if (facts.passedCourseIds.has(facts.courseId)) return { kind: "COURSE_ALREADY_PASSED" };
  const missing = facts.prerequisites.find((one) => !facts.passedCourseIds.has(one.courseId));
  return missing === undefined ? { kind: "ELIGIBLE" } : { kind: "PREREQUISITE_MISSING", ...missing };
}
