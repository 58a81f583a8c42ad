import type { Tx } from "../../db/transaction.ts";
import type { CourseGroup, CourseRequirement, CourseSubject } from "../../domain/course.ts";
import type { Credits } from "../../domain/credit.ts";
import type { Grade, GradeScale, GradingMode } from "../../domain/grade.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { EducationLevel } from "../../domain/major.ts";
import type { Standing } from "../../domain/ledger/standing.ts";
import type { CertificateLevel, CompetitionTier } from "../../domain/recognition/facts.ts";
import type { Said } from "./deposit.ts";

/** A learner as a school's sheet names them: by the number there, or their bank number. */
export interface NumberedLearner {
  readonly studentNo: string;
  readonly learnerId: Id;
  readonly name: string;
  readonly homeInstitutionId: Id | null;
  readonly homeDepartmentId: Id | null;
  /** The level they study at there; null without a registration, where each row says what its credits are of. */
  readonly level: EducationLevel | null;
}

/**
 * Learners of a school by student number; also those whose number differs from a wanted one by zeros in front only. Each
 * of the two is found in the index of numbers: together in one condition they would read the whole school.
 */
export function learnersByNumber(tx: Tx, institutionId: Id, numbers: readonly string[]) {
  const wanted = numbers as string[];
  return tx.run(
    (sql) => sql<NumberedLearner[]>`/* bank.learnersByNumber */
      with found as (
        select student_no, learner_id, programme_id, phase, status, entered_on from registration
        where institution_id = ${institutionId} and student_no = any(${wanted}::text[])
        union all
        select student_no, learner_id, programme_id, phase, status, entered_on from registration
        where institution_id = ${institutionId} and student_no >= '0' and student_no < '1'
          and ltrim(student_no, '0') = any(${wanted}::text[])
      )
      select distinct on (r.student_no) r.student_no, l.id as learner_id, l.name, l.home_institution_id,
        l.home_department_id, coalesce(p.phases -> (r.phase - 1) ->> 'level', p.level) as level
      from found r
      join learner l on l.id = r.learner_id
      join programme p on p.id = r.programme_id
      order by r.student_no, (r.status = 'ACTIVE') desc, r.entered_on desc`,
  );
}

/** Learners by bank number: those whose record the school keeps, and another school's where the name is theirs. */
export function learnersByBankNumber(
  tx: Tx,
  institutionId: Id,
  wanted: readonly { readonly number: string; readonly name: string | null }[],
) {
  const numbers = wanted.map(({ number }) => number);
  const names = wanted.map(({ name }) => name);
  return tx.run(
    (sql) => sql<NumberedLearner[]>`/* bank.learnersByBankNumber */
      select distinct on (b.number) b.number as student_no, b.learner_id, b.name, b.home_institution_id,
        b.home_department_id, coalesce(p.phases -> (r.phase - 1) ->> 'level', p.level) as level
      from learners_by_bank_number(${numbers}::text[], ${names}::text[]) b
      left join registration r on r.learner_id = b.learner_id and r.institution_id = ${institutionId}
      left join programme p on p.id = r.programme_id
      order by b.number, (r.status = 'ACTIVE') desc nulls last, r.entered_on desc`,
  );
}

export interface OfferedCourse {
  readonly id: Id;
  readonly code: string;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly credits: Credits;
  readonly group: CourseGroup;
  readonly requirement: CourseRequirement;
  readonly subject: CourseSubject;
  readonly gradingMode: GradingMode;
}

export function coursesOfSchool(tx: Tx, institutionId: Id) {
  return tx.run(
    (sql) => sql<OfferedCourse[]>`/* bank.coursesOfSchool */
      select id, code, title_zh, title_en, credits, course_group as group, requirement, subject, grading_mode
      from course where institution_id = ${institutionId}`,
  );
}

export interface NamedCertificate {
  readonly id: Id;
  readonly key: string;
  readonly titleZh: string;
  readonly titleEn: string;
}

/** A certificate and the levels it is issued at. */
export interface IssuedCertificate extends NamedCertificate {
  readonly levels: readonly CertificateLevel[];
}

export function allCertificates(tx: Tx) {
  return tx.run(
    (sql) => sql<IssuedCertificate[]>`/* bank.allCertificates */
      select id, key, title_zh, title_en, levels from certificate`,
  );
}

export interface NamedCompetition extends NamedCertificate {
  readonly series: string;
  readonly tier: CompetitionTier;
}

export function allCompetitions(tx: Tx) {
  return tx.run(
    (sql) => sql<NamedCompetition[]>`/* bank.allCompetitions */
      select id, key, title_zh, title_en, series, tier from competition`,
  );
}

/** The grading scale of a school on a day: its own, else the one in general use. */
export async function gradingScale(tx: Tx, institutionId: Id, on: IsoDate): Promise<GradeScale> {
  const rows = await tx.run(
    (sql) => sql<{ readonly scale: GradeScale }[]>`/* bank.gradingScale */
      select scale from grading_scale
      where (institution_key = '*' or institution_key = (select key from institution where id = ${institutionId}))
        and effective_from <= ${on}::date
      order by (institution_key = '*'), effective_from desc limit 1`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`no grading scale is in force on ${on}`);
  return row.scale;
}

/** What was recorded of a learner before: deposited, or waiting in an open batch. */
export interface KnownDeposit {
  readonly learnerId: Id;
  readonly idempotencyKey: string;
  readonly contentHash: string;
  readonly grade: Grade | null;
  readonly credits: Credits;
  readonly completedOn: IsoDate;
}

/** A deposit in the ledger, standing or taken back. */
export interface PostedDeposit extends KnownDeposit {
  /** The achievement's, and the transaction's. */
  readonly id: Id;
  readonly institutionId: Id;
  readonly status: Standing["status"];
  /** What a correction says: its own hash covers more than that. */
  readonly said: Said | null;
}

/** The deposits of learners, in the order of posting. */
export function depositedOf(tx: Tx, learnerIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<PostedDeposit[]>`/* bank.depositedOf */
      select t.learner_id, t.id, a.institution_id, a.status, t.idempotency_key, t.content_hash, a.grade, a.credits,
        a.completed_on, case when t.kind = 'CORRECT' then json_build_object('institutionId', a.institution_id,
          'kind', a.kind, 'unit', a.unit, 'credits', a.credits, 'grade', a.grade, 'attempt', a.attempt,
          'completedOn', a.completed_on, 'termCode', a.term_code, 'courseId', a.course_id, 'detail', a.detail) end as said
      from ledger_transaction t join achievement a on a.learner_id = t.learner_id and a.id = t.id
      where t.learner_id = any(${learnerIds as Id[]}::uuid[]) and t.kind in ('DEPOSIT', 'CORRECT')
      order by t.posted_at, t.id`,
  );
}

/** What waits of learners in the batches of a school but one, corrections too. */
export function waitingOf(tx: Tx, institutionId: Id, learnerIds: readonly Id[], but: Id | null) {
  return tx.run(
    (sql) => sql<KnownDeposit[]>`/* bank.waitingOf */
      select r.learner_id, r.deposit ->> 'idempotencyKey' as idempotency_key, r.deposit ->> 'contentHash' as content_hash,
        nullif(r.deposit -> 'grade', 'null'::jsonb) as grade, (r.deposit ->> 'credits')::int as credits,
        r.deposit ->> 'completedOn' as completed_on
      from deposit_batch b join batch_row r on r.institution_id = b.institution_id and r.batch_id = b.id
      where r.institution_id = ${institutionId} and r.learner_id = any(${learnerIds as Id[]}::uuid[]) and r.status = 'READY'
        and b.institution_id = ${institutionId} and b.status in ('OPEN', 'RECORDING') and b.id is distinct from ${but}::uuid
        and r.deposit is not null`,
  );
}

/** The achievements of learners that the batches of a school, but one, are about to take back or replace. */
export async function correctionsWaiting(
  tx: Tx,
  institutionId: Id,
  learnerIds: readonly Id[],
  but: Id | null,
): Promise<ReadonlySet<Id>> {
  const rows = await tx.run(
    (sql) => sql<{ readonly learnerId: Id; readonly achievementId: Id }[]>`/* bank.correctionsWaiting */
      select r.learner_id, r.corrects ->> 'achievementId' as achievement_id
      from deposit_batch b join batch_row r on r.institution_id = b.institution_id and r.batch_id = b.id
      where r.institution_id = ${institutionId} and r.learner_id = any(${learnerIds as Id[]}::uuid[]) and r.status = 'READY'
        and b.institution_id = ${institutionId} and b.status in ('OPEN', 'RECORDING') and b.id is distinct from ${but}::uuid
        and r.corrects is not null`,
  );
  return new Set(rows.map(({ achievementId }) => achievementId));
}
