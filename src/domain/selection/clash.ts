import { isProblem, type Problem, problem } from "../problem.ts";
import type { Meeting } from "./meeting.ts";
import { type Occurrence, occurrencesOf, type TeachingCalendar } from "../calendar/teaching.ts";

/** A span of time that something already claims; `by` says what. */
export interface Claim<By> extends Occurrence {
  readonly by: By;
}

/** A wanted span, and the claim it runs into. */
export interface Clash<By> {
  readonly wanted: Occurrence;
  readonly claim: Claim<By>;
}

/** Whether two half-open spans share a moment: one may begin when the other ends. */
export function overlap(a: Occurrence, b: Occurrence): boolean {
  return a.startsAt < b.endsAt && b.startsAt < a.endsAt;
}

function byStart(a: Occurrence, b: Occurrence): number {
  return a.startsAt < b.startsAt ? -1 : Number(a.startsAt > b.startsAt);
}

/**
 * The earliest clash of what is wanted with what is claimed, or null. Schools differ in first week and bells, so only
 * dates and clock times are compared, never weeks and periods.
 */
export function clashOf<By>(wanted: readonly Occurrence[], claims: readonly Claim<By>[]): Clash<By> | null {
  const claimed = claims.toSorted(byStart);
  for (const one of wanted.toSorted(byStart)) {
    const claim = claimed.find((other) => overlap(one, other));
    if (claim !== undefined) return { wanted: one, claim };
  }
  return null;
}

/**
 * When all meetings of a section take place, each with the number of its meeting, in order of time.
 * @returns MEETINGS_OVERLAP where the section would clash with itself, and the problems of `occurrencesOf`; the path
 * ends with the number of the meeting.
 */
export function occurrencesOfSection(
  meetings: readonly Meeting[],
  calendar: TeachingCalendar,
): readonly Claim<number>[] | Problem {
  const claims: Claim<number>[] = [];
  for (const [ordinal, meeting] of meetings.entries()) {
    const occurrences = occurrencesOf(meeting, calendar);
    if (isProblem(occurrences)) return { ...occurrences, path: ["meetings", String(ordinal)] };
    const clash = clashOf(occurrences, claims);
    if (clash !== null) {
      const numbers = { first: clash.claim.by + 1, second: ordinal + 1 };
      return problem("MEETINGS_OVERLAP", numbers, ["meetings", String(ordinal)]);
    }
    claims.push(...occurrences.map((occurrence) => ({ ...occurrence, by: ordinal })));
  }
  return claims.sort(byStart);
}
