import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem } from "../../domain/problem.ts";
import type { NodeProgress } from "../../domain/recognition/outcome.ts";
import type { StatusChangeKind } from "../../domain/registry/registration.ts";
import {
  givesUpSeats,
  pathwayPlace,
  planAfter,
  type PlannedCourse,
  type PlanTransition,
  type RegistrationAfter,
  type RegistrationBefore,
  type StatusChangeEffects,
  termRunning,
  termsPast,
  transitionInto,
} from "../../domain/registry/status-change.ts";
import { parseTerm } from "../../domain/term.ts";
import { termsOf } from "../calendar/service.ts";
import { type Check, weigh } from "../recognition/service.ts";
import * as store from "./store.ts";

/** A change about to be written down or confirmed. */
export interface Change {
  readonly learnerId: Id;
  readonly kind: StatusChangeKind;
  readonly effectiveOn: IsoDate;
  readonly before: RegistrationBefore;
  readonly after: RegistrationAfter;
  /** The school whose plan is followed afterwards. */
  readonly institutionId: Id;
}

/**
 * What a change does beside the registration itself, as things stand now: for a registrar of the school where the learner
 * goes on or that takes them in, whom the act has been authorised for.
 */
export async function effectsOf(tx: Tx, change: Change): Promise<StatusChangeEffects> {
  const { learnerId, kind, effectiveOn, before, after } = change;
  const [pathway, holds, openApplications, seats, followed] = await Promise.all([
    before.pathwayId === null ? null : store.pathwayTerms(tx, before.pathwayId, before.programmeId),
    store.holdsOf(tx, learnerId),
    store.openApplications(tx, learnerId),
    givesUpSeats(kind, after.status) ? store.seatsAfter(tx, learnerId, effectiveOn) : [],
    planOf(tx, change, planAfter(before, after, kind)),
  ]);
  return { pathway: pathwayPlace(kind, after.cohort, pathway), holds, openApplications, seats, ...followed };
}

/** Which plan is followed afterwards, and how its courses stand where it is another one. */
export async function planOf(
  tx: Tx,
  change: Pick<Change, "learnerId" | "effectiveOn" | "after" | "institutionId">,
  followed: ReturnType<typeof planAfter>,
): Promise<Pick<StatusChangeEffects, "plan" | "transition">> {
  if (followed !== "OTHER") return { plan: followed, transition: null };
  const transition = await transitionOf(tx, change);
  return { plan: transition === null ? "MISSING" : "OTHER", transition };
}

/** How the courses of the other plan stand, by the engine; null where the school has no such plan. */
async function transitionOf(tx: Tx, change: Parameters<typeof planOf>[1]): Promise<PlanTransition | null> {
  const { learnerId, effectiveOn, after, institutionId } = change;
  const { programmeId, cohort } = after;
  const found = await weigh(tx, { learnerId, programmeId, asOf: effectiveOn, cohort });
  if (isProblem(found)) return null;
  const terms = (await termsOf(tx, institutionId)).flatMap(({ termCode, firstMonday }) => {
    const term = parseTerm(termCode);
    return term === null ? [] : [{ term, firstMonday }];
  });
  const running = termRunning(terms, effectiveOn);
  const courses = plannedCourses(found);
  const lines = found.outcome.lines.map(({ ruleTitle, achievementIds, targets, credits }) => ({
    title: ruleTitle,
    achievementIds,
    courseIds: targets.map(({ courseId }) => courseId),
    credits,
  }));
  // without a term of the school nobody can say what is past
  return transitionInto(courses, lines, running === null ? 0 : termsPast(cohort, running));
}

/** The courses of a plan, each with what there is to show for it. */
export function plannedCourses({ planCourses, outcome }: Pick<Check, "planCourses" | "outcome">): PlannedCourse[] {
  const coverage = coverageOf(outcome.progress);
  return planCourses.map((course) => ({
    courseId: course.courseId,
    code: course.code,
    title: { zh: course.titleZh, en: course.titleEn },
    credits: course.credits,
    term: course.term,
    required: course.requirement === "REQUIRED",
    coverage: coverage.get(course.courseId) ?? "NONE",
  }));
}

/** Which courses of a plan are met, and by what. */
function coverageOf(progress: NodeProgress): ReadonlyMap<Id, PlannedCourse["coverage"]> {
  const found = new Map<Id, PlannedCourse["coverage"]>();
  const walk = ({ courseId, complete, passedCredits, children }: NodeProgress): void => {
    if (courseId !== null && complete) found.set(courseId, passedCredits > 0 ? "PASSED" : "RECOGNISABLE");
    for (const child of children) walk(child);
  };
  walk(progress);
  return found;
}
