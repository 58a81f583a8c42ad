import { EVERY_CAMPUS } from "../../db/tables/calendar.ts";
import type { Tx } from "../../db/transaction.ts";
import type { BellSetting, TermSetting } from "../../domain/calendar/setting.ts";
import type { Id } from "../../domain/id.ts";

export type Season = "YEAR" | "SUMMER" | "WINTER";

/** Writes a term over an earlier one of its code. */
export async function putTerm(tx: Tx, id: Id, institutionId: Id, term: TermSetting): Promise<void> {
  await tx.run(
    (sql) => sql`/* calendar.putTerm */
      insert into term (id, institution_id, code, first_monday, teaching_weeks, exam_weeks)
      values (${id}, ${institutionId}, ${term.termCode}, ${term.firstMonday}, ${term.teachingWeeks},
        ${term.examWeeks as number[]}::int[])
      on conflict (institution_id, code) do update set first_monday = excluded.first_monday,
        teaching_weeks = excluded.teaching_weeks, exam_weeks = excluded.exam_weeks`,
  );
}

/** The last week that a section of a school's term meets in; null where no section meets in it. */
export async function lastWeekUsed(tx: Tx, institutionId: Id, termCode: string): Promise<number | null> {
  const [row] = await tx.run(
    (sql) => sql<{ readonly week: number | null }[]>`/* calendar.lastWeekUsed */
      select max(w.week::int) as week from section s join section_meeting m on m.section_id = s.id,
        jsonb_array_elements_text(m.weeks) as w (week)
      where s.host_institution_id = ${institutionId} and s.term_code = ${termCode} and s.status <> 'CANCELLED'`,
  );
  return row?.week ?? null;
}

/** The last period that a section of a school meets in; 0 where none meets. */
export async function lastPeriodUsed(tx: Tx, institutionId: Id): Promise<number> {
  const [row] = await tx.run(
    (sql) => sql<{ readonly period: number }[]>`/* calendar.lastPeriodUsed */
      select coalesce(max(m.end_period), 0) as period from section s join section_meeting m on m.section_id = s.id
      where s.host_institution_id = ${institutionId} and s.status in ('DRAFT', 'OPEN', 'CLOSED')`,
  );
  return row?.period ?? 0;
}

/** The bells of one campus, or of every one, in one season. */
export interface BellSetRow {
  readonly institutionId: Id;
  /** Null: of every campus that has none of its own. */
  readonly campusId: Id | null;
  readonly season: Season;
  readonly startsOn: string | null;
  readonly bells: readonly BellSetting[];
}

/** Every set of bells of a school. */
export function bellSets(tx: Tx, institutionId: Id) {
  return tx.run(
    (sql) => sql<BellSetRow[]>`/* calendar.bellSets */
      select b.institution_id, nullif(b.campus_id, ${EVERY_CAMPUS}) as campus_id, b.season, s.starts_on,
        json_agg(json_build_object('period', period, 'startsAt', to_char(starts_at, 'HH24:MI'), 'endsAt', to_char(ends_at, 'HH24:MI'))
          order by period) as bells
      from bell b left join bell_season s on s.institution_id = b.institution_id and s.season = b.season
      where b.institution_id = ${institutionId}
      group by b.institution_id, b.campus_id, b.season, s.starts_on
      order by b.campus_id, array_position(array['YEAR', 'SUMMER', 'WINTER'], b.season)`,
  );
}

/** Puts a set of bells in the place of the one before. */
export async function putBells(tx: Tx, set: Omit<BellSetRow, "startsOn">): Promise<void> {
  const { institutionId, campusId, season } = set;
  const campus = campusId ?? EVERY_CAMPUS;
  const rows = JSON.stringify(
    set.bells.map(({ period, startsAt, endsAt }) => ({ period, from: startsAt, to: endsAt })),
  );
  await tx.run(
    (sql) => sql`/* calendar.dropBells */
      delete from bell where institution_id = ${institutionId} and campus_id = ${campus} and season = ${season}
        and period > ${set.bells.length}`,
  );
  await tx.run(
    (sql) => sql`/* calendar.putBells */
      insert into bell (institution_id, campus_id, season, period, starts_at, ends_at)
      select ${institutionId}, ${campus}, ${season}, period, "from", "to"
      from json_to_recordset(${rows}::text::json) as rung (period integer, "from" time, "to" time)
      on conflict (institution_id, campus_id, season, period) do update
        set starts_at = excluded.starts_at, ends_at = excluded.ends_at`,
  );
}

export async function putSeason(tx: Tx, institutionId: Id, season: Season, startsOn: string): Promise<void> {
  await tx.run(
    (sql) => sql`/* calendar.putSeason */
      insert into bell_season (institution_id, season, starts_on) values (${institutionId}, ${season}, ${startsOn})
      on conflict (institution_id, season) do update set starts_on = excluded.starts_on`,
  );
}
