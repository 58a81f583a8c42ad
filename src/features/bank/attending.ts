import type { Tx } from "../../db/transaction.ts";
import { groupBy } from "../../domain/group-by.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { type Absence, absenceDuring } from "../../domain/registry/attendance.ts";
import * as store from "./attending-store.ts";

/** What a school's registry and plans say about results of its courses. */
export interface Attending {
  /** Why the learner did not attend in the term; a term that the school's calendar lacks is told by the day of the result. */
  absence(learnerId: Id, termCode: string | null, completedOn: IsoDate): Absence | null;
  /** Whether none of the plans that the learner is or was under at the school places the course; false where it has no plan. */
  isOutsidePlan(learnerId: Id, courseId: Id): boolean;
}

/** Reads it for some learners. Of whoever was never registered at the school it says nothing. */
export async function attendingAt(tx: Tx, institutionId: Id, learnerIds: readonly Id[]): Promise<Attending> {
  const [rows, spans] = await Promise.all([
    store.registrationsAt(tx, institutionId, learnerIds),
    store.termSpans(tx, institutionId),
  ]);
  const planIds = [...new Set(rows.flatMap(({ planId }) => planId ?? []))];
  const placed = groupBy(await store.placedCourses(tx, planIds), ({ planId }) => planId);
  const courses = new Map([...placed].map(([planId, own]) => [planId, new Set(own.map(({ courseId }) => courseId))]));
  const byLearner = groupBy(rows, ({ learnerId }) => learnerId);
  const terms = new Map(spans.map((span) => [span.code, span]));
  return {
    absence(learnerId, termCode, completedOn) {
      const own = byLearner.get(learnerId);
      const span = (termCode === null ? undefined : terms.get(termCode)) ?? { from: completedOn, until: completedOn };
      return own === undefined ? null : absenceDuring(own, span.from, span.until);
    },
    isOutsidePlan(learnerId, courseId) {
      const plans = (byLearner.get(learnerId) ?? []).flatMap(({ planId }) => courses.get(planId ?? "") ?? []);
      return plans.length > 0 && !plans.some((plan) => plan.has(courseId));
    },
  };
}
