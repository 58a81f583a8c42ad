import { authorise } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { OwnDay, SchoolDays } from "../../domain/calendar/day.ts";
import { type TaughtDay, taughtOn } from "../../domain/calendar/taught.ts";
import { bellOn, type Bell, type TeachingCalendar } from "../../domain/calendar/teaching.ts";
import { addWorkingDays } from "../../domain/calendar/working-day.ts";
import { isIsoDate } from "../../domain/date.ts";
import type { Id, IsoDate, Title } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { publicCalendar, SOURCE } from "./public-calendar.ts";
import * as store from "./store.ts";

/** What later features may ask besides. */
export { campusesOf, termsOf, windowAt } from "./store.ts";

/** A school in a term. */
export interface SchoolTerm {
  readonly institutionId: Id;
  readonly termCode: string;
}

type Bells = store.CalendarRow["bells"];
const bellsOf = (bells: Bells): ReadonlyMap<number, Bell> =>
  new Map(bells.map(([period, startsAt, endsAt]) => [period, { startsAt, endsAt }]));

function calendarOf({ bells, seasons, moved, ...term }: store.CalendarRow): TeachingCalendar {
  return {
    ...term,
    bells: bellsOf(bells),
    seasons: seasons.map((season) => ({ startsOn: season.startsOn, bells: bellsOf(season.bells) })),
    moved: new Map(moved),
  };
}

/** The teaching calendars of several schools' terms; a pair without a term has none. */
export async function teachingCalendars(
  tx: Tx,
  pairs: readonly SchoolTerm[],
  campusId?: Id,
): Promise<(pair: SchoolTerm) => TeachingCalendar | null> {
  const keyOf = ({ institutionId, termCode }: SchoolTerm) => `${institutionId}/${termCode}`;
  const found = new Map((await store.calendars(tx, pairs, campusId)).map((row) => [keyOf(row), calendarOf(row)]));
  return (pair) => found.get(keyOf(pair)) ?? null;
}

/**
 * The teaching calendar of a school's term: first week and bells, of a campus where one is named. UNKNOWN_TERM where the
 * school has no such term.
 */
export async function teachingCalendar(
  tx: Tx,
  pair: SchoolTerm,
  campusId: Id | null = null,
): Promise<TeachingCalendar | Problem> {
  const calendarFor = await teachingCalendars(tx, [pair], campusId ?? undefined);
  return calendarFor(pair) ?? problem("UNKNOWN_TERM", { code: pair.termCode }, ["termCode"]);
}

const ownDay = ({ kind, taughtAs }: store.SchoolDayRow): OwnDay =>
  kind === "TAUGHT" && taughtAs !== null ? { kind, taughtAs } : { kind: kind === "OFF" ? "OFF" : "ORDINARY" };

/** The days of a school: the public calendar, and what the school says before it. */
export async function schoolDaysOf(tx: Tx, institutionId: Id): Promise<SchoolDays> {
  const rows = await store.schoolDays(tx, institutionId);
  return { published: publicCalendar(), own: new Map(rows.map((row) => [row.date, ownDay(row)])) };
}

/** One date at one school. */
export interface CalendarDay extends TaughtDay {
  readonly date: IsoDate;
  /** The festival, of a public day off or a weekend day worked for it. */
  readonly festival: Title | null;
  readonly bells: readonly (Bell & { readonly period: number })[];
}

/**
 * What a date is at a school, and what is taught on it, by the bells of a campus or those of every campus.
 * @returns CALENDAR_YEAR_UNKNOWN
 */
export async function calendarDay(
  tx: Tx,
  institutionId: Id,
  date: IsoDate,
  campusId?: Id,
): Promise<CalendarDay | Problem> {
  const [days, terms] = await Promise.all([schoolDaysOf(tx, institutionId), store.termsOf(tx, institutionId)]);
  const taught = taughtOn(days, terms, date);
  if (isProblem(taught)) return taught;
  const { termCode } = taught;
  const pair = termCode === null || taught.week === null ? null : { institutionId, termCode };
  const calendar = pair === null ? null : (await teachingCalendars(tx, [pair], campusId))(pair);
  const periods = [calendar, ...(calendar?.seasons ?? [])].flatMap((each) => [...(each?.bells.keys() ?? [])]);
  const bells = [...new Set(periods)]
    .sort((a, b) => a - b)
    .flatMap((period) => {
      const bell = calendar === null ? undefined : bellOn(calendar, date, period);
      return bell === undefined ? [] : [{ period, ...bell }];
    });
  return { ...taught, date, festival: days.published.days.get(date)?.title ?? null, bells };
}

/** The working day so many working days after a date at a school, and what it rests on. */
export async function deadline(
  tx: Tx,
  institutionId: Id,
  after: IsoDate,
  workingDays: number,
): Promise<{ readonly date: IsoDate; readonly source: string } | Problem> {
  if (Math.abs(workingDays) > WORKING_DAYS_MAX) {
    return problem("INVALID_INPUT", { detail: `workingDays: -${WORKING_DAYS_MAX} … ${WORKING_DAYS_MAX}` }, [
      "workingDays",
    ]);
  }
  const date = addWorkingDays(await schoolDaysOf(tx, institutionId), after, workingDays);
  return isProblem(date) ? date : { date, source: SOURCE };
}

/** A bound of the service: no period of the field is longer than some months. */
const WORKING_DAYS_MAX = 500;
const TEXT_LENGTH_MAX = 200;

export interface SchoolDayDraft {
  readonly date: IsoDate;
  readonly kind: "OFF" | "TAUGHT" | "ORDINARY";
  readonly taughtAs: IsoDate | null;
  readonly citation: store.CalendarCitation;
}

/** Whose word it is, of a registrar who may write the school's calendar. */
export function setter(viewer: Viewer): { readonly institutionId: Id; readonly setBy: Id } | Problem {
  const { institutionId, accountId } = viewer;
  const refused = authorise(viewer, "calendar.set", { institutionIds: [institutionId] });
  if (refused !== null) return refused;
  return institutionId === null || accountId === null
    ? problem("FORBIDDEN", { action: "calendar.set" })
    : { institutionId, setBy: accountId };
}

function unfit({ document, clause }: store.CalendarCitation): Problem | null {
  const short = (text: string): boolean => text.trim() !== "" && text.length <= TEXT_LENGTH_MAX;
  return short(document) && short(clause)
    ? null
    : problem("INVALID_INPUT", { detail: "citation" }, ["input", "citation"]);
}

/**
 * Sets what one day is at the viewer's school: off, taught as another day, or as the public calendar has it again.
 * @returns FORBIDDEN, INVALID_INPUT, DAY_TAUGHT_TWICE
 */
export async function setSchoolDay(
  tx: Tx,
  viewer: Viewer,
  draft: SchoolDayDraft,
  now: Date,
): Promise<store.SchoolDayRow | Problem> {
  const by = setter(viewer);
  if (isProblem(by)) return by;
  const { date, kind, taughtAs, citation } = draft;
  if ((kind === "TAUGHT") !== (taughtAs !== null) || taughtAs === date) {
    return problem("INVALID_INPUT", { detail: "taughtAs" }, ["input", "taughtAs"]);
  }
  if (![date, taughtAs ?? date].every(isIsoDate))
    return problem("INVALID_INPUT", { detail: "date" }, ["input", "date"]);
  const unfitting = unfit(citation);
  if (unfitting !== null) return unfitting;
  const earlier = await store.schoolDays(tx, by.institutionId);
  const twice = earlier.find((row) => taughtAs !== null && row.taughtAs === taughtAs && row.date !== date);
  if (twice !== undefined) {
    return problem("DAY_TAUGHT_TWICE", { date: twice.taughtAs ?? "", other: twice.date }, ["input", "taughtAs"]);
  }
  const row = { institutionId: by.institutionId, date, kind, taughtAs, citation };
  await store.putSchoolDay(tx, { ...row, setBy: by.setBy, setAt: now.toISOString() });
  return row;
}

export type WindowDraft = Omit<store.WindowRow, "institutionId">;

/** Sets a window of the viewer's school. @returns FORBIDDEN, INVALID_INPUT, UNKNOWN_TERM */
export async function setWindow(
  tx: Tx,
  viewer: Viewer,
  draft: WindowDraft,
  now: Date,
): Promise<store.WindowRow | Problem> {
  const by = setter(viewer);
  if (isProblem(by)) return by;
  if (Date.parse(draft.opensAt) >= Date.parse(draft.closesAt)) {
    return problem("INVALID_INPUT", { detail: "opensAt, closesAt" }, ["input", "closesAt"]);
  }
  const unfitting = unfit(draft.citation);
  if (unfitting !== null) return unfitting;
  const terms = await store.termsOf(tx, by.institutionId);
  if (!terms.some(({ termCode }) => termCode === draft.termCode)) {
    return problem("UNKNOWN_TERM", { code: draft.termCode }, ["input", "termCode"]);
  }
  const row = { ...draft, institutionId: by.institutionId };
  await store.putWindow(tx, { ...row, setBy: by.setBy, setAt: now.toISOString() });
  return row;
}
