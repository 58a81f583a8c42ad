import { EVERY_CAMPUS } from "../../db/tables/calendar.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";

/** Bells as [period, starts, ends]. */
type Bells = readonly (readonly [number, string, string])[];

/** A term of a school, with the bells and exchanged days of the school. */
export interface CalendarRow {
  readonly institutionId: Id;
  readonly termCode: string;
  readonly firstMonday: IsoDate;
  readonly teachingWeeks: number;
  readonly examWeeks: readonly number[];
  readonly bells: Bells;
  readonly seasons: readonly { readonly startsOn: string; readonly bells: Bells }[];
  /** [the day of the timetable, the day its classes are held on] */
  readonly moved: readonly (readonly [IsoDate, IsoDate])[];
}

/** Terms of schools, with the bells of one campus and exchanged days. Pairs without a term are left out. */
export function calendars(
  tx: Tx,
  pairs: readonly { readonly institutionId: Id; readonly termCode: string }[],
  campusId: Id = EVERY_CAMPUS,
): Promise<CalendarRow[]> {
  const institutionIds = pairs.map((pair) => pair.institutionId);
  const codes = pairs.map((pair) => pair.termCode);
  return tx.run(
    (sql) => sql<CalendarRow[]>`/* calendar.calendars */
      with bells as (
        select institution_id, season, json_agg(json_build_array(period, starts_at, ends_at) order by period) as bells
        from (
          -- a campus's own bell goes before that of every campus
          select distinct on (institution_id, season, period) institution_id, season, period, starts_at, ends_at
          from bell where institution_id = any(${institutionIds}::uuid[]) and campus_id in (${EVERY_CAMPUS}, ${campusId})
          order by institution_id, season, period, campus_id desc) as rung
        group by institution_id, season)
      select distinct on (t.institution_id, t.code)
        t.institution_id, t.code as term_code, t.first_monday, t.teaching_weeks, t.exam_weeks,
        coalesce((select b.bells from bells b where b.institution_id = t.institution_id and b.season = 'YEAR'), '[]') as bells,
        (select coalesce(json_agg(json_build_object('startsOn', s.starts_on, 'bells', coalesce(b.bells, '[]'))), '[]')
          from bell_season s left join bells b using (institution_id, season)
          where s.institution_id = t.institution_id) as seasons,
        (select coalesce(json_agg(json_build_array(d.taught_as, d.date)), '[]') from school_day d
          where d.institution_id = t.institution_id and d.kind = 'TAUGHT') as moved
      from unnest(${institutionIds}::uuid[], ${codes}::text[]) as wanted (institution_id, code)
      join term t using (institution_id, code)`,
  );
}

/** The terms of a school, the newest first. */
export function termsOf(tx: Tx, institutionId: Id) {
  return tx.run(
    (sql) => sql<TermRow[]>`/* calendar.termsOf */
      select institution_id, code as term_code, first_monday, teaching_weeks, exam_weeks from term
      where institution_id = ${institutionId} order by first_monday desc`,
  );
}
export type TermRow = Pick<CalendarRow, "institutionId" | "termCode" | "firstMonday" | "teachingWeeks" | "examWeeks">;

export interface CampusRow {
  readonly id: Id;
  readonly zh: string;
  readonly en: string;
}

export function campusesByIds(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<CampusRow[]>`/* calendar.campusesByIds */
      select id, name_zh as zh, name_en as en from campus where id = any(${ids as Id[]}::uuid[])`,
  );
}

/** The campuses of a school, by name. */
export function campusesOf(tx: Tx, institutionId: Id) {
  return tx.run(
    (sql) => sql<CampusRow[]>`/* calendar.campusesOf */
      select id, name_zh as zh, name_en as en from campus where institution_id = ${institutionId} order by name_zh, id`,
  );
}

/** Where the school's word on a day or window stands. */
export interface CalendarCitation {
  readonly document: string;
  readonly clause: string;
  readonly url?: string | null | undefined;
}

export interface SchoolDayRow {
  readonly institutionId: Id;
  readonly date: IsoDate;
  readonly kind: "OFF" | "TAUGHT" | "ORDINARY";
  readonly taughtAs: IsoDate | null;
  readonly citation: CalendarCitation;
}

/** What a school has said of its days; all of them: a school says a dozen a year. */
export function schoolDays(tx: Tx, institutionId: Id) {
  return tx.run(
    (sql) => sql<SchoolDayRow[]>`/* calendar.schoolDays */
      select institution_id, date, kind, taught_as, citation from school_day
      where institution_id = ${institutionId} order by date`,
  );
}

/** Writes a school's word on a day over its earlier one. */
export async function putSchoolDay(tx: Tx, row: SchoolDayRow & { readonly setBy: Id; readonly setAt: string }) {
  const { institutionId, date, kind, taughtAs, citation, setBy, setAt } = row;
  await tx.run(
    (sql) => sql`/* calendar.putSchoolDay */
      insert into school_day (institution_id, date, kind, taught_as, citation, set_by, set_at)
      values (${institutionId}, ${date}, ${kind}, ${taughtAs}, ${JSON.stringify(citation)}::text::jsonb, ${setBy}, ${setAt})
      on conflict (institution_id, date) do update set kind = excluded.kind, taught_as = excluded.taught_as,
        citation = excluded.citation, set_by = excluded.set_by, set_at = excluded.set_at`,
  );
}

export type WindowKind = "APPLICATION" | "SELECTION" | "TRANSFER";
export interface WindowRow {
  readonly institutionId: Id;
  readonly kind: WindowKind;
  readonly termCode: string;
  readonly opensAt: string;
  readonly closesAt: string;
  readonly citation: CalendarCitation;
}

/** A school's windows, of a term or of all, the newest first. */
export function windowsOf(tx: Tx, institutionId: Id, termCode: string | null) {
  return tx.run(
    (sql) => sql<WindowRow[]>`/* calendar.windowsOf */
      select institution_id, kind, term_code, opens_at, closes_at, citation from calendar_window
      where institution_id = ${institutionId} and (${termCode}::text is null or term_code = ${termCode})
      order by opens_at desc, kind`,
  );
}

/** Writes a window over an earlier one of the same kind and term. */
export async function putWindow(tx: Tx, row: WindowRow & { readonly setBy: Id; readonly setAt: string }) {
  const { institutionId, kind, termCode, opensAt, closesAt, citation, setBy, setAt } = row;
  await tx.run(
    (sql) => sql`/* calendar.putWindow */
      insert into calendar_window (institution_id, kind, term_code, opens_at, closes_at, citation, set_by, set_at)
      values (${institutionId}, ${kind}, ${termCode}, ${opensAt}, ${closesAt}, ${JSON.stringify(citation)}::text::jsonb,
        ${setBy}, ${setAt})
      on conflict (institution_id, kind, term_code) do update set opens_at = excluded.opens_at,
        closes_at = excluded.closes_at, citation = excluded.citation, set_by = excluded.set_by, set_at = excluded.set_at`,
  );
}

/** The window of a kind that a moment lies in or after, or else the next one; null where the school has set none. */
export async function windowAt(tx: Tx, institutionId: Id, kind: WindowKind, now: string) {
  const rows = await tx.run(
    (sql) => sql<{ readonly opensAt: string; readonly closesAt: string }[]>`/* calendar.windowAt */
      select opens_at, closes_at from calendar_window
      where institution_id = ${institutionId} and kind = ${kind}
      order by (opens_at <= ${now}::timestamptz) desc,
        case when opens_at <= ${now}::timestamptz then closes_at end desc, opens_at limit 1`,
  );
  return rows[0] ?? null;
}
