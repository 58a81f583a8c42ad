import type { Tx } from "../../db/transaction.ts";
import type { Credits, CreditUnit } from "../../domain/credit.ts";
import type { Id } from "../../domain/id.ts";
import type { Correction } from "./correction.ts";

/** What rests on an achievement towards one registration: held for it, or used for what it was granted. */
export interface Resting {
  readonly learnerId: Id;
  readonly achievementId: Id;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly unit: CreditUnit;
  readonly credits: Credits;
  readonly registrationId: Id;
  readonly programmeId: Id;
  readonly institutionId: Id;
  /** The school that vouched for the achievement. */
  readonly correctedBy: Id;
}

/** One case, as the table holds it. */
export interface ReviewCaseRow extends Resting {
  readonly id: Id;
  readonly kind: Correction["kind"];
  readonly reason: string | null;
  readonly openedAt: string;
  readonly finding: string | null;
  readonly closedByName: string | null;
  readonly closedAt: string | null;
}

/** What rests on achievements: what each registration's claim is overdrawn by them is held or used towards it. */
export function restingOn(tx: Tx, keys: readonly { readonly learnerId: Id; readonly id: Id }[]) {
  const [learners, ids] = [keys.map(({ learnerId }) => learnerId), keys.map(({ id }) => id)];
  return tx.run(
    (sql) => sql<Resting[]>`/* bank.restingOn */
      select a.learner_id, a.id as achievement_id, a.title_zh, a.title_en, m.unit,
        sum(case when m.debit_kind = 'CLAIM' then m.amount else -m.amount end)::int as credits,
        r.id as registration_id, r.programme_id, r.institution_id, a.institution_id as corrected_by
      from unnest(${learners}::uuid[], ${ids}::uuid[]) as w (learner_id, achievement_id)
      join achievement a on a.learner_id = w.learner_id and a.id = w.achievement_id
      join ledger_movement m on m.learner_id = w.learner_id and m.achievement_id = w.achievement_id
        and 'CLAIM' in (m.debit_kind, m.credit_kind)
      join lateral (
        select id, programme_id, institution_id from registration
        where learner_id = w.learner_id and id = case when m.debit_kind = 'CLAIM' then m.debit_ref else m.credit_ref end
        -- of whoever has no registration yet, what they applied for
        union select registration_id, programme_id, institution_id from application
        where learner_id = w.learner_id
          and registration_id = case when m.debit_kind = 'CLAIM' then m.debit_ref else m.credit_ref end) r on true
      group by a.learner_id, a.id, a.title_zh, a.title_en, m.unit, r.id, r.programme_id, r.institution_id, a.institution_id
      having sum(case when m.debit_kind = 'CLAIM' then m.amount else -m.amount end) > 0
      order by a.id, r.id`,
  );
}

/** Opens cases. @returns the ids of those that were not open before */
export async function insertCases(
  tx: Tx,
  cases: readonly Omit<ReviewCaseRow, "finding" | "closedByName" | "closedAt">[],
): Promise<readonly Id[]> {
  const rows = JSON.stringify(
    cases.map((row) => ({
      learner_id: row.learnerId,
      id: row.id,
      achievement_id: row.achievementId,
      title_zh: row.titleZh,
      title_en: row.titleEn,
      unit: row.unit,
      credits: row.credits,
      registration_id: row.registrationId,
      programme_id: row.programmeId,
      institution_id: row.institutionId,
      corrected_by: row.correctedBy,
      kind: row.kind,
      reason: row.reason,
      opened_at: row.openedAt,
    })),
  );
  const inserted = await tx.run(
    (sql) => sql<{ readonly id: Id }[]>`/* bank.insertCases */
      insert into review_case (learner_id, id, achievement_id, title_zh, title_en, unit, credits, registration_id, programme_id,
        institution_id, corrected_by, kind, reason, opened_at)
      select learner_id, id, achievement_id, title_zh, title_en, unit, credits, registration_id, programme_id, institution_id,
        corrected_by, kind, reason, opened_at
      from json_populate_recordset(null::review_case, ${rows}::text::json)
      on conflict do nothing returning id`,
  );
  return inserted.map(({ id }) => id);
}

/** Which cases: open or closed ones, and from where on. */
export interface CasePage {
  readonly open: boolean | null;
  readonly first: number;
  readonly after: readonly string[] | null;
}

/** Cases of a school or of a learner, the newest first; of neither, none. */
export function cases(
  tx: Tx,
  whose: { readonly institutionId: Id | null } | { readonly learnerId: Id | null },
  page: CasePage,
) {
  const [at, id] = page.after ?? [];
  return tx.run(
    (sql) => sql<ReviewCaseRow[]>`/* bank.reviewCases */
      select learner_id, id, achievement_id, title_zh, title_en, unit, credits, registration_id, programme_id,
        institution_id, corrected_by, kind, reason, opened_at, finding, closed_by_name, closed_at
      from review_case
      where ${"learnerId" in whose ? sql`learner_id = ${whose.learnerId}` : sql`institution_id = ${whose.institutionId}`}
        and (${page.open}::boolean is null or (closed_at is null) = ${page.open})
        and (${at ?? null}::timestamptz is null or (opened_at, id) < (${at ?? null}::timestamptz, ${id ?? null}::uuid))
      order by opened_at desc, id desc limit ${page.first + 1}`,
  );
}

/** One case of a school. */
export async function caseOfSchool(tx: Tx, institutionId: Id, key: CaseKey): Promise<ReviewCaseRow | null> {
  const rows = await tx.run(
    (sql) => sql<ReviewCaseRow[]>`/* bank.caseOfSchool */
      select learner_id, id, achievement_id, title_zh, title_en, unit, credits, registration_id, programme_id,
        institution_id, corrected_by, kind, reason, opened_at, finding, closed_by_name, closed_at
      from review_case
      where learner_id = ${key.learnerId} and id = ${key.id} and institution_id = ${institutionId}`,
  );
  return rows[0] ?? null;
}

/** What names a case: it is kept with its learner. */
export interface CaseKey {
  readonly learnerId: Id;
  readonly id: Id;
}

/** Who closes a case, and what they found. */
interface Closing {
  readonly accountId: Id;
  readonly name: string;
  readonly finding: string;
  readonly at: string;
}

/** Closes an open case of a school, signed with the name of who found it. @returns whether there was one */
export async function closeCase(
  tx: Tx,
  institutionId: Id,
  key: CaseKey,
  { accountId, name, finding, at }: Closing,
): Promise<boolean> {
  const rows = await tx.run(
    (sql) => sql`/* bank.closeCase */
      update review_case set finding = ${finding}, closed_by = ${accountId}, closed_by_name = ${name}, closed_at = ${at}
      where learner_id = ${key.learnerId} and id = ${key.id} and institution_id = ${institutionId} and closed_at is null`,
  );
  return rows.count > 0;
}
