import type { Credits } from "../credit.ts";
import type { Id, IsoDate } from "../id.ts";

/** A passed result of one course of one learner. */
export interface CourseResult {
  readonly achievementId: Id;
  readonly credits: Credits;
  /** In tenths of a point, by the school's scale; null where its mode has no number. */
  readonly scoreTenths: number | null;
  readonly completedOn: IsoDate;
}

/**
 * Since when each result of one course counts no longer, because a better one was there; results that are not named count
 * on, and of any that had been completed by a day exactly one does. The order in which they were recorded is of no matter.
 */
export function supersededSince(results: readonly CourseResult[]): ReadonlyMap<Id, IsoDate> {
  const since = new Map<Id, IsoDate>();
  for (const result of results) {
    const days = results
      .filter((other) => better(other, result) < 0)
      .map(({ completedOn }) => (completedOn > result.completedOn ? completedOn : result.completedOn));
    const [first] = days.sort();
    if (first !== undefined) since.set(result.achievementId, first);
  }
  return since;
}

/**
 * Sorts the better first: the higher result, one without a number after those that have one; then the one worth more, then
 * the latest. The id only makes the order total.
 */
function better(a: CourseResult, b: CourseResult): number {
  return (
    (b.scoreTenths ?? -1) - (a.scoreTenths ?? -1) ||
    b.credits - a.credits ||
    compareText(b.completedOn, a.completedOn) ||
    compareText(a.achievementId, b.achievementId)
  );
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
