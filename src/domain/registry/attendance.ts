import type { IsoDate } from "../id.ts";
import type { RegistrationStatus } from "./registration.ts";

/** A registration at a school, and how it stood from which day on. */
export interface RegisteredTime {
  readonly enteredOn: IsoDate;
  readonly leftOn: IsoDate | null;
  /** Confirmed changes of its status. */
  readonly changes: readonly { readonly effectiveOn: IsoDate; readonly status: RegistrationStatus }[];
}

/** Why a learner was not in attendance: not entered yet, on leave or in service, or gone. */
export const ABSENCES = ["NOT_ENTERED", "ON_LEAVE", "LEFT"] as const;
export type Absence = (typeof ABSENCES)[number];

/**
 * Why a learner was not in attendance at a school on any day of a span, both ends included; null where they were, if only on
 * one day of it. An end without a confirmed change is told by the day of leaving alone.
 */
export function absenceDuring(registrations: readonly RegisteredTime[], from: IsoDate, until: IsoDate): Absence | null {
  const spans = registrations.flatMap(spansOf).filter((span) => span.from <= until);
  if (spans.some((span) => span.status === "ACTIVE" && (span.before === null || span.before > from))) return null;
  const last = spans.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0)).at(-1);
  if (last === undefined) return "NOT_ENTERED";
  return last.status === "ON_LEAVE" && (last.before === null || last.before > until) ? "ON_LEAVE" : "LEFT";
}

interface Span {
  readonly status: RegistrationStatus;
  readonly from: IsoDate;
  /** The first day it was no longer so; null where it goes on. */
  readonly before: IsoDate | null;
}

function spansOf({ enteredOn, leftOn, changes }: RegisteredTime): Span[] {
  const sorted = changes.toSorted((a, b) =>
    a.effectiveOn < b.effectiveOn ? -1 : a.effectiveOn > b.effectiveOn ? 1 : 0,
  );
  const points = [{ effectiveOn: enteredOn, status: "ACTIVE" as RegistrationStatus }, ...sorted];
  return points
    .map(({ effectiveOn, status }, place): Span => {
      const next = points[place + 1]?.effectiveOn ?? null;
      const ends = [next, leftOn].filter((day) => day !== null).sort();
      return { status, from: effectiveOn, before: ends[0] ?? null };
    })
    .filter((span) => span.before === null || span.before > span.from);
}
