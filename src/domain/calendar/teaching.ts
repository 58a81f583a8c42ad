import { addDays, daysBetween } from "../date.ts";
import type { Id, IsoDate } from "../id.ts";
import { type Problem, problem } from "../problem.ts";
import type { Meeting } from "../selection/meeting.ts";

/** When a period begins and ends, as clock times `HH:MM:SS`. */
export interface Bell {
  readonly startsAt: string;
  readonly endsAt: string;
}

/** Bells that ring from one day of each year on, until the next season's. */
export interface BellSeason {
  /** `MM-DD`: summer and winter hours change on the same day every year. */
  readonly startsOn: string;
  readonly bells: ReadonlyMap<number, Bell>;
}

/** One term of one school: its own first week, its own bells, its own exchanged days. */
export interface TeachingCalendar {
  readonly institutionId: Id;
  readonly termCode: string;
  /** Monday of teaching week 1. */
  readonly firstMonday: IsoDate;
  readonly teachingWeeks: number;
  /** Weeks of examinations, counted like teaching weeks: no classes are held in them. */
  readonly examWeeks: readonly number[];
  /** By period, counted from 1: those of the whole year, or of what no season says otherwise. */
  readonly bells: ReadonlyMap<number, Bell>;
  readonly seasons: readonly BellSeason[];
  /** Classes that are held on another day: the day of the timetable, and the day they are held on (调休). */
  readonly moved: ReadonlyMap<IsoDate, IsoDate>;
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

const DAYS_OF_WEEK = 7;

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
  const days = daysBetween(calendar.firstMonday, date);
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

/** When a period begins and ends on a day: as its season has it, else as the whole year has it. */
export function bellOn(
  { bells, seasons }: Pick<TeachingCalendar, "bells" | "seasons">,
  date: IsoDate,
  period: number,
): Bell | undefined {
  const day = date.slice(5);
  const begun = seasons.filter(({ startsOn }) => startsOn <= day);
  // before the first season of a year the last of the year before goes on
  const season = (begun.length > 0 ? begun : seasons).toSorted((a, b) => (a.startsOn < b.startsOn ? 1 : -1))[0];
  return season?.bells.get(period) ?? bells.get(period);
}

/**
 * When a meeting really takes place, in order of time, one span a week; the breaks between its periods belong to it.
 * Classes that the school holds on another day are held then. Public holidays are not left out: a class that falls on
 * one is made up, and until the school says when, its own hour stays claimed.
 * In a week of examinations no classes are held, so none of its hours is claimed.
 * @returns WEEK_OUTSIDE_TERM or PERIOD_WITHOUT_BELL where the calendar has no such time.
 */
export function occurrencesOf(meeting: Meeting, calendar: TeachingCalendar): readonly Occurrence[] | Problem {
  const outside = meeting.weeks.find((week) => week < 1 || week > calendar.teachingWeeks);
  if (outside !== undefined) return problem("WEEK_OUTSIDE_TERM", { week: outside, weeks: calendar.teachingWeeks });
  const { weekday } = meeting;
  const weeks = meeting.weeks.filter((week) => !calendar.examWeeks.includes(week));
  if (weekday === null) return weeks.map((week) => wholeWeek(calendar, week));
  const found: Occurrence[] = [];
  for (const week of weeks) {
    const planned = dateOf(calendar, week, weekday);
    const date = calendar.moved.get(planned) ?? planned;
    const first = bellOn(calendar, date, meeting.startPeriod);
    if (first === undefined) return problem("PERIOD_WITHOUT_BELL", { period: meeting.startPeriod });
    const last = bellOn(calendar, date, meeting.endPeriod);
    if (last === undefined) return problem("PERIOD_WITHOUT_BELL", { period: meeting.endPeriod });
    found.push({ startsAt: instant(date, first.startsAt), endsAt: instant(date, last.endsAt) });
  }
  return found.toSorted((a, b) => (a.startsAt < b.startsAt ? -1 : 1));
}
