import type { Tx } from "../../db/transaction.ts";
import type { Credits, CreditUnit } from "../../domain/credit.ts";
import type { Grade, GradeScale } from "../../domain/grade.ts";
import type { Citation } from "../../domain/recognition/rule.ts";
import type { GradePointFormula } from "../../domain/grade-point.ts";
import type { Id, IsoDate } from "../../domain/id.ts";

/** Only what was posted before this instant; null for all. */
export type Posted = string | null;

/** What a learner has in one unit; hundredths. */
export interface BalanceRow {
  readonly unit: CreditUnit;
  readonly banked: Credits;
  readonly held: Credits;
  readonly used: Credits;
  readonly recognised: Credits;
}

/** The balances that the movements effective by a day add up to. */
export function balancesAsOf(tx: Tx, learnerId: Id, asOf: IsoDate, posted: Posted) {
  return tx.run(
    (sql) => sql<BalanceRow[]>`/* bank.balancesAsOf */
      with side as (
        select m.unit, m.credit_kind as kind, m.amount from ledger_movement m
        join ledger_transaction t on t.learner_id = m.learner_id and t.id = m.transaction_id
        where m.learner_id = any(same_person(${learnerId})) and t.effective_on <= ${asOf}::date and t.posted_at < coalesce(${posted}::timestamptz, 'infinity')
        union all
        select m.unit, m.debit_kind, -m.amount from ledger_movement m
        join ledger_transaction t on t.learner_id = m.learner_id and t.id = m.transaction_id
        where m.learner_id = any(same_person(${learnerId})) and t.effective_on <= ${asOf}::date and t.posted_at < coalesce(${posted}::timestamptz, 'infinity'))
      select unit, coalesce(sum(amount) filter (where kind = 'BANKED'), 0)::int as banked,
        coalesce(sum(amount) filter (where kind = 'HELD'), 0)::int as held,
        coalesce(sum(amount) filter (where kind = 'USED'), 0)::int as used,
        coalesce(sum(amount) filter (where kind = 'RECOGNISED'), 0)::int as recognised
      from side group by unit order by unit`,
  );
}

/** What one institution has issued to the learner in one unit. */
export interface IssuedRow {
  readonly institutionId: Id;
  readonly unit: CreditUnit;
  readonly credits: Credits;
}

export function issuedAsOf(tx: Tx, learnerId: Id, asOf: IsoDate, posted: Posted) {
  return tx.run(
    (sql) => sql<IssuedRow[]>`/* bank.issuedAsOf */
      select case when m.debit_kind = 'ISSUED' then m.debit_ref else m.credit_ref end as institution_id, m.unit,
        sum(case when m.debit_kind = 'ISSUED' then m.amount else -m.amount end)::int as credits
      from ledger_movement m
      join ledger_transaction t on t.learner_id = m.learner_id and t.id = m.transaction_id
      where m.learner_id = any(same_person(${learnerId})) and t.effective_on <= ${asOf}::date and t.posted_at < coalesce(${posted}::timestamptz, 'infinity')
        and (m.debit_kind = 'ISSUED' or m.credit_kind = 'ISSUED')
      group by 1, 2 order by 1, 2`,
  );
}

/** One movement into the bank or out of it. */
export interface EntryRow {
  readonly learnerId: Id;
  readonly transactionId: Id;
  readonly kind: string;
  readonly effectiveOn: IsoDate;
  readonly postedAt: string;
  readonly unit: CreditUnit;
  readonly amount: Credits;
  readonly balanceAfter: Credits;
  readonly achievementId: Id | null;
  readonly reason: string | null;
}

/** Movements of what the learner owns, in the opposite order of posting. */
export function entriesAsOf(tx: Tx, learnerId: Id, asOf: IsoDate, posted: Posted, limit: number) {
  return tx.run(
    (sql) => sql<EntryRow[]>`/* bank.entriesAsOf */
      select m.learner_id, m.transaction_id, t.kind, t.effective_on, t.posted_at, m.unit, m.achievement_id, t.reason,
        case when m.credit_kind = 'BANKED' then m.amount else -m.amount end as amount,
        case when m.credit_kind = 'BANKED' then m.credit_balance else m.debit_balance end as balance_after
      from ledger_movement m
      join ledger_transaction t on t.learner_id = m.learner_id and t.id = m.transaction_id
      where m.learner_id = any(same_person(${learnerId})) and t.effective_on <= ${asOf}::date and t.posted_at < coalesce(${posted}::timestamptz, 'infinity')
        and (m.credit_kind = 'BANKED' or m.debit_kind = 'BANKED')
      order by t.posted_at desc, case when m.credit_kind = 'BANKED' then m.credit_version else m.debit_version end desc, m.unit
      limit ${limit}`,
  );
}

/** How far the ledger is sealed, by its newest signed head. */
export interface SealRow {
  readonly number: number;
  readonly position: number;
  readonly hash: string;
  readonly sealedAt: string;
  readonly keyId: string;
  /** How many of the learner's transactions came after it. */
  readonly unsealed: number;
}

export async function sealOf(tx: Tx, learnerId: Id): Promise<SealRow | null> {
  const rows = await tx.run(
    (sql) => sql<SealRow[]>`/* bank.sealOf */
      select h.number, h.position::int, h.hash, h.sealed_at, h.key_id,
        (select count(*)::int from ledger_transaction t
          where t.learner_id = any(same_person(${learnerId})) and t.xact >= h.horizon) as unsealed
      from seal_head h where h.chain = 'ledger' order by h.number desc limit 1`,
  );
  return rows[0] ?? null;
}

/** A result of a course that a school keeps, with what the course weighs. */
export interface GradedRow {
  readonly institutionId: Id;
  readonly course: string;
  readonly grade: Grade;
  readonly credits: Credits;
}

/** Results of a learner's courses, those that do not count too; a failed one weighs what the course is worth. */
export function gradedResults(tx: Tx, learnerId: Id, asOf: IsoDate, posted: Posted) {
  return tx.run(
    (sql) => sql<GradedRow[]>`/* bank.gradedResults */
      select a.institution_id, course_key(a.kind, a.institution_id, a.course_id, a.title_zh, a.detail) as course, a.grade,
        case when a.credits > 0 then a.credits else coalesce(c.credits, 0) end as credits
      from achievement a left join course c on c.id = a.course_id
      where a.learner_id = any(same_person(${learnerId})) and a.kind = 'COURSE' and a.grade is not null
        and a.status <> 'REVOKED' and not exists (select from ledger_transaction r where r.learner_id = a.learner_id
          and r.reverses_id = a.id and r.posted_at < coalesce(${posted}::timestamptz, 'infinity'))
        and a.completed_on <= ${asOf}::date
        and a.deposited_at < coalesce(${posted}::timestamptz, 'infinity')
      order by a.institution_id, a.id`,
  );
}

/** A school's scale in force on a day, with its formula of grade points, if it has one, and what both rest on. */
export interface ScaleRow {
  readonly institutionId: Id;
  readonly scale: GradeScale & { readonly gradePoints?: GradePointFormula };
  readonly citation: Citation;
}

export function scalesOf(tx: Tx, institutionIds: readonly Id[], on: IsoDate) {
  return tx.run(
    (sql) => sql<ScaleRow[]>`/* bank.scalesOf */
      select distinct on (i.id) i.id as institution_id, s.scale, s.citation
      from institution i join grading_scale s on s.institution_key in ('*', i.key) and s.effective_from <= ${on}::date
      where i.id = any(${institutionIds as Id[]}::uuid[])
      order by i.id, (s.institution_key = '*'), s.effective_from desc`,
  );
}
