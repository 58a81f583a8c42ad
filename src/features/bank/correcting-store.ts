import type { Tx } from "../../db/transaction.ts";
import type { Credits } from "../../domain/credit.ts";
import type { Id } from "../../domain/id.ts";
import type { EducationLevel } from "../../domain/major.ts";
import type { Standing } from "../../domain/ledger/standing.ts";
import type { AchievementDetail } from "../../domain/recognition/facts.ts";
import type { AchievementKey } from "./achievement-store.ts";
import type { Names, Stored } from "./correcting-cells.ts";
import type { NumberedLearner } from "./recording-store.ts";

/** An achievement whole, with its learner's number and level at the school that vouches for it. */
export interface StoredAchievement extends Stored {
  readonly learnerId: Id;
  readonly id: Id;
  readonly institutionId: Id;
  readonly homeInstitutionId: Id | null;
  readonly homeDepartmentId: Id | null;
  /** That of the achievement, and where it has none that of the learner's programme; null without a registration. */
  readonly level: EducationLevel | null;
  readonly courseId: Id | null;
  readonly status: Standing["status"];
}

/**
 * An achievement that a school vouches for. The learner may have left: their registration there stays; without one they are
 * found by their bank number, and what level the credits are of, the row says itself.
 */
export async function storedAchievement(
  tx: Tx,
  institutionId: Id,
  { learnerId, id }: AchievementKey,
): Promise<StoredAchievement | null> {
  const rows = await tx.run(
    (sql) => sql<StoredAchievement[]>`/* bank.storedAchievement */
      select a.learner_id, a.id, a.institution_id, a.home_institution_id, a.home_department_id,
        coalesce(r.student_no, b.number, '—') as student_no,
        case when r.id is not null then coalesce(a.level, p.phases -> (r.phase - 1) ->> 'level', p.level) end as level,
        case when r.id is null then a.level end as said_level, a.kind,
        json_build_object('zh', a.title_zh, 'en', a.title_en) as title, a.unit, a.credits, a.grade, a.attempt,
        a.completed_on, a.term_code, a.course_id, a.detail, a.status
      from achievement a
      left join registration r on r.learner_id = a.learner_id and r.institution_id = a.institution_id
      left join programme p on p.id = r.programme_id
      left join bank_number b on b.learner_id = a.learner_id
      where a.learner_id = ${learnerId} and a.id = ${id} and a.institution_id = ${institutionId}
      order by (r.status = 'ACTIVE') desc nulls last, r.entered_on desc limit 1`,
  );
  return rows[0] ?? null;
}

/** The learner as a row of the sheet finds them: by the number alone, at the school and department of the first deposit. */
export function learnerOf(stored: StoredAchievement): NumberedLearner {
  const { studentNo, learnerId, homeInstitutionId, homeDepartmentId, level } = stored;
  return { studentNo, learnerId, name: "", homeInstitutionId, homeDepartmentId, level };
}

/** What a sheet calls what an achievement refers to. */
export async function namesOf(tx: Tx, detail: AchievementDetail): Promise<Names> {
  const [courseId, certificateId, competitionId] = [
    "courseId" in detail ? detail.courseId : null,
    "certificateId" in detail ? detail.certificateId : null,
    "competitionId" in detail ? detail.competitionId : null,
  ];
  const rows = await tx.run(
    (sql) => sql<{ readonly id: Id; readonly key: string; readonly credits: Credits | null }[]>`/* bank.namesOf */
      select id, code as key, credits from course where id = ${courseId}::uuid
      union all select id, key, null from certificate where id = ${certificateId}::uuid
      union all select id, key, null from competition where id = ${competitionId}::uuid`,
  );
  return {
    keyOf: (id) => rows.find((row) => row.id === id)?.key ?? null,
    courseCredits: rows.find((row) => row.id === courseId)?.credits ?? null,
  };
}
