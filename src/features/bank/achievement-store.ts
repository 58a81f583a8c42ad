import type { Tx } from "../../db/transaction.ts";
import type { Credits, CreditUnit } from "../../domain/credit.ts";
import type { Grade } from "../../domain/grade.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { EducationLevel } from "../../domain/major.ts";
import type { Standing } from "../../domain/ledger/standing.ts";
import type { AchievementDetail, AchievementKind } from "../../domain/recognition/facts.ts";

/** An achievement as the table holds it. */
export interface AchievementRow {
  readonly learnerId: Id;
  readonly id: Id;
  readonly institutionId: Id;
  readonly kind: AchievementKind;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly level: EducationLevel | null;
  readonly unit: CreditUnit;
  readonly credits: Credits;
  readonly grade: Grade | null;
  readonly attempt: "FIRST" | "MAKEUP" | "RETAKE";
  readonly completedOn: IsoDate;
  readonly termCode: string | null;
  readonly courseId: Id | null;
  /** Of a certificate; null where it does not end, and for every other kind. */
  readonly validUntil: IsoDate | null;
  readonly status: Standing["status"];
  readonly depositedAt: string;
  readonly detail: AchievementDetail;
}

/** What names an achievement: it is kept with its learner. */
export interface AchievementKey {
  readonly learnerId: Id;
  readonly id: Id;
}

/** Achievements by their keys; those the viewer may not see are left out. */
export function achievementsByKeys(tx: Tx, keys: readonly AchievementKey[]) {
  return tx.run(
    (sql) => sql<AchievementRow[]>`/* bank.achievementsByKeys */
      select learner_id, id, institution_id, kind, title_zh, title_en, level, unit, credits, grade, attempt, completed_on,
        term_code, course_id, status, deposited_at, detail,
          case kind when 'CERTIFICATE' then detail ->> 'validUntil' end as valid_until
      from achievement
      where learner_id = any(${keys.map((key) => key.learnerId)}::uuid[]) and id = any(${keys.map((key) => key.id)}::uuid[])`,
  );
}

/** Where a page of achievements goes on: after this one, in descending order of completion. */
export interface AfterAchievement {
  readonly completedOn: IsoDate;
  readonly id: Id;
}

/**
 * Achievements that a school vouches for, newest first. The registrar's first page: one prepared statement on
 * achievement_institution_idx, and a second one for the pages after it, so that each has a plan of its own.
 */
export function achievementsOfSchool(tx: Tx, institutionId: Id, first: number, after: AfterAchievement | null) {
  if (after === null) {
    return tx.run(
      (sql) => sql<AchievementRow[]>`/* bank.achievementsOfSchool */
        select learner_id, id, institution_id, kind, title_zh, title_en, level, unit, credits, grade, attempt,
          completed_on, term_code, course_id, status, deposited_at, detail,
          case kind when 'CERTIFICATE' then detail ->> 'validUntil' end as valid_until
        from achievement where institution_id = ${institutionId}
        order by completed_on desc nulls last, id desc nulls last limit ${first + 1}`,
    );
  }
  return tx.run(
    (sql) => sql<AchievementRow[]>`/* bank.achievementsOfSchoolAfter */
      select learner_id, id, institution_id, kind, title_zh, title_en, level, unit, credits, grade, attempt,
        completed_on, term_code, course_id, status, deposited_at, detail,
          case kind when 'CERTIFICATE' then detail ->> 'validUntil' end as valid_until
      from achievement
      where institution_id = ${institutionId} and (completed_on, id) < (${after.completedOn}::date, ${after.id}::uuid)
      order by completed_on desc nulls last, id desc nulls last limit ${first + 1}`,
  );
}

/** Achievements of one learner, newest first. */
export function achievementsOfLearner(tx: Tx, learnerId: Id, first: number, after: AfterAchievement | null) {
  return tx.run(
    (sql) => sql<AchievementRow[]>`/* bank.achievementsOfLearner */
      select learner_id, id, institution_id, kind, title_zh, title_en, level, unit, credits, grade, attempt,
        completed_on, term_code, course_id, status, deposited_at, detail,
          case kind when 'CERTIFICATE' then detail ->> 'validUntil' end as valid_until
      from achievement
      where learner_id = any(same_person(${learnerId})) and (${after?.id ?? null}::uuid is null
        or (completed_on, id) < (${after?.completedOn ?? null}::date, ${after?.id ?? null}::uuid))
      order by completed_on desc, id desc limit ${first + 1}`,
  );
}
