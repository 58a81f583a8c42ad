import type { Id, Title } from "../id.ts";

/** What decides whether a learner may sit in a section at all, whatever its seats and hours. */
export interface SeatFacts {
  readonly courseId: Id;
  readonly prerequisites: readonly { readonly courseId: Id; readonly title: Title }[];
  /** Courses the learner passed, at whichever school, or that were recognised. */
  readonly passedCourseIds: ReadonlySet<Id>;
  /** Home courses the section would count for: passing them at home is passing it, too. */
  readonly homeCourseIds: readonly Id[];
}

/** Why not, or that nothing stands in the way. */
export type Eligibility =
  | { readonly kind: "ELIGIBLE" }
  | { readonly kind: "COURSE_ALREADY_PASSED"; readonly courseId: Id }
  | { readonly kind: "PREREQUISITE_MISSING"; readonly courseId: Id; readonly title: Title };

/**
 * Whether a learner may take a course: not one they have passed, here or as the home course it counts for (a passed
 * course cannot be taken again), and not without its prerequisites. The first missing one is named.
 */
export function eligibilityOf(facts: SeatFacts): Eligibility {
  const passed = [facts.courseId, ...facts.homeCourseIds].find((id) => facts.passedCourseIds.has(id));
  if (passed !== undefined) return { kind: "COURSE_ALREADY_PASSED", courseId: passed };
  const missing = facts.prerequisites.find((one) => !facts.passedCourseIds.has(one.courseId));
  return missing === undefined ? { kind: "ELIGIBLE" } : { kind: "PREREQUISITE_MISSING", ...missing };
}
