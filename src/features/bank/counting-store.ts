import { plain, quoted } from "../../db/columns.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Credits, CreditUnit } from "../../domain/credit.ts";
import type { Grade } from "../../domain/grade.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { CourseKey, LearnerKey } from "./ledger-store.ts";

/** A passed result that stands, whether it counts or not. */
export interface StandingResult extends CourseKey {
  readonly id: Id;
  readonly institutionId: Id;
  readonly homeInstitutionId: Id | null;
  readonly unit: CreditUnit;
  readonly credits: Credits;
  readonly grade: Grade | null;
  readonly completedOn: IsoDate;
  /** The transaction that took it out of what counts, and since when; null where it counts. */
  readonly supersededBy: Id | null;
  readonly supersededOn: IsoDate | null;
}

/** The passed results of courses that stand. */
export function resultsOfCourses(tx: Tx, courses: readonly CourseKey[]) {
  const learners = courses.map(({ learnerId }) => learnerId);
  const keys = courses.map(({ courseKey }) => courseKey);
  return tx.run(
    (sql) => sql<StandingResult[]>`/* bank.resultsOfCourses */
      select a.learner_id, a.id, w.course_key, a.institution_id, a.home_institution_id, a.unit, a.credits, a.grade,
        a.completed_on, s.id as superseded_by, s.effective_on as superseded_on
      from unnest(${plain(learners)}::text::uuid[], ${quoted(keys)}::text::text[]) as w (learner_id, course_key)
      join achievement a on a.learner_id = w.learner_id
        and course_key(a.kind, a.institution_id, a.course_id, a.title_zh, a.detail) = w.course_key
      left join lateral (
        select t.id, t.effective_on from ledger_movement m
        join ledger_transaction t on t.learner_id = m.learner_id and t.id = m.transaction_id
        where a.status = 'SUPERSEDED' and m.learner_id = a.learner_id and m.achievement_id = a.id and t.kind = 'SUPERSEDE'
          and not exists (select from ledger_transaction r where r.learner_id = t.learner_id and r.reverses_id = t.id)
      ) s on true
      where a.kind in ('COURSE', 'EXTERNAL_COURSE', 'ONLINE_COURSE') and a.credits > 0
        and a.status in ('DEPOSITED', 'SUPERSEDED')
      order by a.learner_id, a.id`,
  );
}

/** The transactions that took achievements out of what counts; those that count are left out. */
export function supersededOf(tx: Tx, achievements: readonly LearnerKey[]) {
  const [learners, ids] = [achievements.map(({ learnerId }) => learnerId), achievements.map(({ id }) => id)];
  return tx.run(
    (sql) => sql<(LearnerKey & { readonly supersededBy: Id; readonly supersededOn: IsoDate })[]>`/* bank.supersededOf */
      select a.learner_id, a.id, t.id as superseded_by, t.effective_on as superseded_on
      from unnest(${plain(learners)}::text::uuid[], ${plain(ids)}::text::uuid[]) as w (learner_id, id)
      join achievement a on a.learner_id = w.learner_id and a.id = w.id and a.status = 'SUPERSEDED'
      join ledger_movement m on m.learner_id = a.learner_id and m.achievement_id = a.id
      join ledger_transaction t on t.learner_id = m.learner_id and t.id = m.transaction_id and t.kind = 'SUPERSEDE'
      where not exists (select from ledger_transaction r where r.learner_id = t.learner_id and r.reverses_id = t.id)`,
  );
}
