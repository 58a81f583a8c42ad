import type { Id, IsoDate } from "../id.ts";
import { type Problem, problem } from "../problem.ts";
import type { Meeting } from "./meeting.ts";

/** When a period begins and ends, as clock times `HH:MM:SS`. */
export interface Bell {
  readonly startsAt: string;
  readonly endsAt: string;
}

/** One term of one school: its own first week and its own bells. */
export interface TeachingCalendar {
  readonly institutionId: Id;
  readonly termCode: string;
  /** Monday of teaching week 1. */
  readonly firstMonday: IsoDate;
  readonly teachingWeeks: number;
  /** By period, counted from 1. */
  readonly bells: ReadonlyMap<number, Bell>;
}

/**
 * A span of time a meeting really takes, half open, as ISO instants at +08:00 (`2026-09-07T08:00:00+08:00`). All of
 * China keeps one time without summer time, so two such texts compare as the instants they name, whichever school they
 * come from.
 */
export interface Occurrence {
  readonly startsAt: string;
  readonly endsAt: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const DAYS_OF_WEEK = 7;

function addDays(date: IsoDate, days: number): IsoDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

function instant(date: IsoDate, clock: string): string {
  return `${date}T${clock}+08:00`;
}

/** The date of a weekday (1 = Monday) in a teaching week (counted from 1). */
export function dateOf(calendar: Pick<TeachingCalendar, "firstMonday">, week: number, weekday: number): IsoDate {
  return addDays(calendar.firstMonday, (week - 1) * DAYS_OF_WEEK + weekday - 1);
}

/** The teaching week a date lies in; null before the first and after the last. */
export function teachingWeekOf(
  calendar: Pick<TeachingCalendar, "firstMonday" | "teachingWeeks">,
  date: IsoDate,
): number | null {
  const days = (Date.parse(`${date}T00:00:00Z`) - Date.parse(`${calendar.firstMonday}T00:00:00Z`)) / DAY_MS;
  const week = Math.floor(days / DAYS_OF_WEEK) + 1;
  return week >= 1 && week <= calendar.teachingWeeks ? week : null;
}

/** A week of block practice, Monday to Sunday: nobody says which days and hours of it are free, so none is. */
function wholeWeek(calendar: TeachingCalendar, week: number): Occurrence {
  return {
    startsAt: instant(dateOf(calendar, week, 1), "00:00:00"),
    endsAt: instant(dateOf(calendar, week + 1, 1), "00:00:00"),
  };
}

/**
 * When a meeting really takes place, in order of time, one span a week; the breaks between its periods belong to it.
 * Public holidays are not left out: a class that falls on one is made up, and its hour stays claimed.
 * @returns WEEK_OUTSIDE_TERM or PERIOD_WITHOUT_BELL where the calendar has no such time.
 */
export function occurrencesOf(meeting: Meeting, calendar: TeachingCalendar): readonly Occurrence[] | Problem {
  const outside = meeting.weeks.find((week) => week < 1 || week > calendar.teachingWeeks);
  if (outside !== undefined) return problem("WEEK_OUTSIDE_TERM", { week: outside, weeks: calendar.teachingWeeks });
  const { weekday } = meeting;
  if (weekday === null) return meeting.weeks.map((week) => wholeWeek(calendar, week));
  const first = calendar.bells.get(meeting.startPeriod);
  if (first === undefined) return problem("PERIOD_WITHOUT_BELL", { period: meeting.startPeriod });
  const last = calendar.bells.get(meeting.endPeriod);
  if (last === undefined) return problem("PERIOD_WITHOUT_BELL", { period: meeting.endPeriod });
  return meeting.weeks.map((week) => {
    const date = dateOf(calendar, week, weekday);
    return { startsAt: instant(date, first.startsAt), endsAt: instant(date, last.endsAt) };
  });
}
