import { addDays, weekdayOf } from "../date.ts";
import type { IsoDate } from "../id.ts";
import { type Problem, problem } from "../problem.ts";
import { parseTerm } from "../term.ts";

/** A term as a school sets it. */
export interface TermSetting {
  readonly termCode: string;
  /** Monday of teaching week 1. */
  readonly firstMonday: IsoDate;
  readonly teachingWeeks: number;
  readonly examWeeks: readonly number[];
}

/** A bound of the service; the longest terms have some twenty weeks. */
const WEEKS_MAX = 40;

const wrong = (field: string, detail = field): Problem => problem("INVALID_INPUT", { detail }, ["input", field]);

/** The day after the last teaching week. */
const endOf = ({ firstMonday, teachingWeeks }: TermSetting): IsoDate => addDays(firstMonday, teachingWeeks * 7);

/**
 * What is wrong with a term: its code, a first day that is no Monday, weeks out of bounds, or that it overlaps another.
 * @param others the terms of the school; that of the same code is the one it takes the place of
 * @returns INVALID_INPUT, TERMS_OVERLAP
 */
export function termFault(term: TermSetting, others: readonly TermSetting[]): Problem | null {
  const { termCode, firstMonday, teachingWeeks, examWeeks } = term;
  if (parseTerm(termCode) === null) return wrong("code");
  if (weekdayOf(firstMonday) !== 1) return problem("NOT_A_MONDAY", { date: firstMonday }, ["input", "firstMonday"]);
  if (teachingWeeks < 1 || teachingWeeks > WEEKS_MAX) return wrong("teachingWeeks", `teachingWeeks: 1 … ${WEEKS_MAX}`);
  const distinct = new Set(examWeeks);
  if (distinct.size !== examWeeks.length || examWeeks.some((week) => week < 1 || week > teachingWeeks)) {
    return wrong("examWeeks", `examWeeks: 1 … ${teachingWeeks}`);
  }
  const other = others.find(
    (each) => each.termCode !== termCode && each.firstMonday < endOf(term) && firstMonday < endOf(each),
  );
  return other === undefined ? null : problem("TERMS_OVERLAP", { other: other.termCode }, ["input", "firstMonday"]);
}

/** When one period begins and ends, `HH:MM`. */
export interface BellSetting {
  readonly period: number;
  readonly startsAt: string;
  readonly endsAt: string;
}

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;
const MONTH_AND_DAY = /^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const PERIODS_MAX = 20;

/** What is wrong with a set of bells: each period once, from 1 without a gap, one after the other in the day. */
export function bellsFault(bells: readonly BellSetting[]): Problem | null {
  if (bells.length === 0 || bells.length > PERIODS_MAX) return wrong("bells", `bells: 1 … ${PERIODS_MAX}`);
  for (const [place, { period, startsAt, endsAt }] of bells.entries()) {
    const before = bells[place - 1];
    const inOrder = before === undefined || before.endsAt <= startsAt;
    if (period !== place + 1 || !CLOCK.test(startsAt) || !CLOCK.test(endsAt) || startsAt >= endsAt || !inOrder) {
      return problem("BELL_OUT_OF_ORDER", { period: place + 1 }, ["input", "bells", String(place)]);
    }
  }
  return null;
}

/** Whether a text is a day of each year: `05-01`. */
export const isMonthAndDay = (text: string): boolean => MONTH_AND_DAY.test(text);
