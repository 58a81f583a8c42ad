import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";

/** A term of a school, and the school's bells as [period, starts, ends]. */
export interface CalendarRow {
  readonly institutionId: Id;
  readonly termCode: string;
  readonly firstMonday: IsoDate;
  readonly teachingWeeks: number;
  readonly bells: readonly (readonly [number, string, string])[];
}

/** Terms of schools, with their bells. Pairs without a term are left out. */
export function calendars(
  tx: Tx,
  pairs: readonly { readonly institutionId: Id; readonly termCode: string }[],
): Promise<CalendarRow[]> {
  const institutionIds = pairs.map((pair) => pair.institutionId);
  const codes = pairs.map((pair) => pair.termCode);
  return tx.run(
    (sql) => sql<CalendarRow[]>`/* calendar.calendars */
      select distinct on (t.institution_id, t.code)
        t.institution_id, t.code as term_code, t.first_monday, t.teaching_weeks,
        (select coalesce(json_agg(json_build_array(b.period, b.starts_at, b.ends_at) order by b.period), '[]')
          from bell b where b.institution_id = t.institution_id) as bells
      from unnest(${institutionIds}::uuid[], ${codes}::text[]) as wanted (institution_id, code)
      join term t using (institution_id, code)`,
  );
}
