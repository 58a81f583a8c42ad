import type { Tx } from "../../db/transaction.ts";
import type { Credits, CreditUnit } from "../../domain/credit.ts";
import type { Grade } from "../../domain/grade.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { EducationLevel } from "../../domain/major.ts";
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
  readonly detail: AchievementDetail;
  readonly status: "DEPOSITED" | "REVERSED" | "EXPIRED" | "REVOKED";
  readonly depositedAt: string;
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
        term_code, course_id, detail, status, deposited_at
      from achievement
      where learner_id = any(${keys.map((key) => key.learnerId)}::uuid[]) and id = any(${keys.map((key) => key.id)}::uuid[])`,
  );
}
