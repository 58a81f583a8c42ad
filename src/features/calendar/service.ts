import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import { type Problem, problem } from "../../domain/problem.ts";
import type { TeachingCalendar } from "../../domain/selection/teaching-calendar.ts";
import { type CalendarRow, calendars } from "./store.ts";

/** A school in a term. */
export interface SchoolTerm {
  readonly institutionId: Id;
  readonly termCode: string;
}

function calendarOf({ bells, ...term }: CalendarRow): TeachingCalendar {
  return {
    ...term,
    bells: new Map(bells.map(([period, startsAt, endsAt]) => [period, { startsAt, endsAt }])),
  };
}

/** The teaching calendars of several schools' terms; a pair without a term has none. */
export async function teachingCalendars(
  tx: Tx,
  pairs: readonly SchoolTerm[],
): Promise<(pair: SchoolTerm) => TeachingCalendar | null> {
  const keyOf = ({ institutionId, termCode }: SchoolTerm) => `${institutionId}/${termCode}`;
  const found = new Map((await calendars(tx, pairs)).map((row) => [keyOf(row), calendarOf(row)]));
  return (pair) => found.get(keyOf(pair)) ?? null;
}

/** The teaching calendar of a school's term: first week and bells. UNKNOWN_TERM where the school has no such term. */
export async function teachingCalendar(tx: Tx, pair: SchoolTerm): Promise<TeachingCalendar | Problem> {
  const calendarFor = await teachingCalendars(tx, [pair]);
  return calendarFor(pair) ?? problem("UNKNOWN_TERM", { code: pair.termCode }, ["termCode"]);
}
