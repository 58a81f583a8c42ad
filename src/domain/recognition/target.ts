import type { Credits } from "../credit.ts";
import type { PlanCourse } from "../curriculum/plan.ts";
import { nodeByKey } from "../curriculum/tree.ts";
import type { Id } from "../id.ts";
import type { AchievementFact } from "./facts.ts";
import type { RecognitionInput, ReviewerRefusal } from "./input.ts";
import type { Rule } from "./rule.ts";

/** What an application aims at in this plan. */
export interface PlanTarget {
  readonly key: string;
  readonly courseIds: readonly Id[];
  /** Those of them that the plan holds. */
  readonly courses: readonly PlanCourse[];
  readonly nodeKey: string | null;
  /** Credits of the courses, or those the node asks for. */
  readonly credits: Credits;
}

/** The targets of a rule in this plan, a reviewer's substitution included. */
export function targetOf(
  rule: Rule,
  sources: readonly AchievementFact[],
  { plan, substitutions }: RecognitionInput,
): PlanTarget {
  if (rule.target.kind === "NODE") {
    const { nodeKey } = rule.target;
    const node = nodeByKey(plan, nodeKey);
    const credits = node?.kind === "AT_LEAST" ? node.credits : 0;
    return { key: `node ${nodeKey}`, courseIds: [], courses: [], nodeKey, credits };
  }
  const written = rule.target.courses.map(({ courseId }) => courseId);
  const substitution = substitutions.find((each) => concerns(each, rule, sources, written));
  const courseIds = substitution?.courseIds ?? written;
  const courses: PlanCourse[] = [];
  let credits = 0;
  for (const courseId of courseIds) {
    const course = plan.courses.get(courseId);
    if (course === undefined) continue;
    courses.push(course);
    credits += course.credits;
  }
  const key = courseIds.length === 1 ? (courseIds[0] as string) : [...courseIds].sort().join("+");
  return { key, courseIds, courses, nodeKey: null, credits };
}

/** Whether a reviewer's word is about this rule with these sources and targets. */
export function concerns(
  word: ReviewerRefusal,
  rule: Rule,
  sources: readonly AchievementFact[],
  courseIds: readonly Id[],
): boolean {
  return (
    word.ruleId === rule.id &&
    sameIds(
      word.achievementIds,
      sources.map(({ id }) => id),
    ) &&
    sameIds(word.targetCourseIds, courseIds)
  );
}

function sameIds(a: readonly Id[], b: readonly Id[]): boolean {
  return a.length === b.length && [...a].sort().join() === [...b].sort().join();
}
