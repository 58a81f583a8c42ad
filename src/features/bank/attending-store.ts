import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { RegisteredTime } from "../../domain/registry/attendance.ts";

/** A learner's registration at a school, and the plan it is under; null where the school keeps none. */
export interface AttendingRow extends RegisteredTime {
  readonly learnerId: Id;
  readonly planId: Id | null;
}

/** The registrations of learners at a school, ended ones too. */
export function registrationsAt(tx: Tx, institutionId: Id, learnerIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<AttendingRow[]>`/* bank.registrationsAt */
      select r.learner_id, r.entered_on, r.left_on, p.id as plan_id,
        (select coalesce(json_agg(json_build_object('effectiveOn', c.effective_on, 'status', c.status_after)
            order by c.effective_on, c.settled_at), '[]')
          from status_change c where c.learner_id = r.learner_id and c.registration_id = r.id and c.state = 'CONFIRMED'
            and c.status_after <> c.status_before) as changes
      from registration r
      left join plan p on p.programme_id = r.programme_id and p.cohort = r.cohort
      where r.learner_id = any(${learnerIds as Id[]}::uuid[]) and r.institution_id = ${institutionId}`,
  );
}

/** Which courses plans place. */
export function placedCourses(tx: Tx, planIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<{ readonly planId: Id; readonly courseId: Id }[]>`/* bank.placedCourses */
      select distinct plan_id, course_id from plan_course where plan_id = any(${planIds as Id[]}::uuid[])`,
  );
}

/** The terms of a school, from their first Monday to the Sunday of their last week of teaching or of examinations. */
export function termSpans(tx: Tx, institutionId: Id) {
  return tx.run(
    (sql) => sql<{ readonly code: string; readonly from: IsoDate; readonly until: IsoDate }[]>`/* bank.termSpans */
      select code, first_monday as from,
        first_monday + 7 * greatest(teaching_weeks, (select max(week) from unnest(exam_weeks) as week)) - 1 as until
      from term where institution_id = ${institutionId}`,
  );
}
