import type { Sql, Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { readBankNumber } from "../../domain/registry/bank-number.ts";
import type { RegistrationStatus } from "../../domain/registry/registration.ts";

export interface LearnerRow {
  readonly id: Id;
  /** The same: whose row it is, for the audit log. */
  readonly learnerId: Id;
  readonly name: string;
  readonly homeInstitutionId: Id | null;
  readonly homeDepartmentId: Id | null;
}
export interface RegistrationRow {
  readonly learnerId: Id;
  readonly id: Id;
  readonly institutionId: Id;
  readonly programmeId: Id;
  readonly departmentId: Id | null;
  readonly pathwayId: Id | null;
  readonly classId: Id | null;
  readonly className: string | null;
  readonly cohort: number;
  readonly phase: number;
  readonly studentNo: string;
  readonly status: RegistrationStatus;
  readonly enteredOn: IsoDate;
  readonly leftOn: IsoDate | null;
}
/** A learner found by a registrar, with the number they were found by. */
export interface FoundLearnerRow extends LearnerRow {
  readonly studentNo: string;
}

export function learnersByIds(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<LearnerRow[]>`/* registry.learnersByIds */
      select id, id as learner_id, name, home_institution_id, home_department_id from learner
      where id = any(${ids as Id[]}::uuid[])`,
  );
}

export function registrationsOfLearners(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<RegistrationRow[]>`/* registry.registrationsOfLearners */
      select r.learner_id, r.id, r.institution_id, r.programme_id, r.department_id, r.pathway_id, r.class_id,
        c.name as class_name, r.cohort, r.phase,
        r.student_no, r.status, r.entered_on, r.left_on
      from registration r left join class_group c on c.id = r.class_id
      where r.learner_id = any(${ids as Id[]}::uuid[]) order by r.learner_id, r.entered_on, r.phase`,
  );
}

/** Which registrations a list of learners is made of: those of schools, of a department, of some learners, or all. */
export interface LearnerReach {
  readonly institutionIds: readonly Id[] | null;
  readonly departmentId: Id | null;
  readonly learnerIds: readonly Id[] | null;
}

/** Which learners a list is of, and which part of it. */
export interface LearnerFilter {
  readonly text: string | null;
  /** Only those whom the bank gave a number. */
  readonly bankNumbers: boolean;
  readonly first: number;
  readonly after: readonly string[] | null;
}

/**
 * Learners within reach, by the start of their number or name; in the order of their numbers, student numbers and bank
 * numbers alike. Each of the two is read in the order of its own index, and no further than the page.
 */
export function learnersWithin(tx: Tx, reach: LearnerReach, filter: LearnerFilter) {
  const { text } = filter;
  const pattern = text === null ? null : `${text.replace(/[\\%_]/g, "\\$&")}%`;
  const [afterNo, afterId] = filter.after ?? [];
  const part = (sql: Sql, number: ReturnType<typeof within>) => sql`
    and (${pattern}::text is null or ${number} like ${pattern} or l.name like ${pattern})
    and (${afterNo ?? null}::text is null or (${number}, l.id) > (${afterNo ?? null}, ${afterId ?? null}::uuid))
    order by ${number}, l.id limit ${filter.first + 1}`;
  return tx.run(
    (sql) => sql<FoundLearnerRow[]>`/* registry.learnersWithin */
      (select distinct on (r.student_no, l.id) l.id, l.id as learner_id, l.name, l.home_institution_id,
        l.home_department_id, r.student_no
      from registration r join learner l on l.id = r.learner_id
      where not ${filter.bankNumbers}::boolean and ${within(sql, reach)} ${part(sql, sql`r.student_no`)})
      union all
      (select l.id, l.id as learner_id, l.name, l.home_institution_id, l.home_department_id, b.number as student_no
      from bank_number b join learner l on l.id = b.learner_id
      where ${keptWithin(sql, reach)} ${part(sql, sql`b.number`)})
      order by student_no, id limit ${filter.first + 1}`,
  );
}

/** Of bank numbers: a department has none of its own. */
function keptWithin(sql: Sql, { institutionIds, departmentId, learnerIds }: LearnerReach) {
  if (institutionIds !== null) return sql`b.home_institution_id = any(${institutionIds as Id[]}::uuid[])`;
  if (departmentId !== null) return sql`false`;
  return learnerIds === null ? sql`true` : sql`b.learner_id = any(${learnerIds as Id[]}::uuid[])`;
}

/** One condition, so that each kind of reach has a plan of its own. */
function within(sql: Sql, { institutionIds, departmentId, learnerIds }: LearnerReach) {
  if (institutionIds !== null) return sql`r.institution_id = any(${institutionIds as Id[]}::uuid[])`;
  if (departmentId !== null) return sql`r.department_id = ${departmentId}`;
  return learnerIds === null ? sql`true` : sql`r.learner_id = any(${learnerIds as Id[]}::uuid[])`;
}

/** The learner with a student number at a school, or with a bank number. */
export async function learnerByNumber(tx: Tx, institutionId: Id | null, written: string): Promise<LearnerRow | null> {
  const rows = await tx.run(
    (sql) => sql<LearnerRow[]>`/* registry.learnerByNumber */
      select l.id, l.id as learner_id, l.name, l.home_institution_id, l.home_department_id
      from registration r join learner l on l.id = r.learner_id
      where r.student_no = ${written} and (${institutionId}::uuid is null or r.institution_id = ${institutionId})
      order by r.entered_on desc limit 1`,
  );
  const number = readBankNumber(written);
  return rows[0] ?? (number === null ? null : learnerByBankNumber(tx, number));
}

async function learnerByBankNumber(tx: Tx, number: string): Promise<LearnerRow | null> {
  const rows = await tx.run(
    (sql) => sql<LearnerRow[]>`/* registry.learnerByBankNumber */
      select l.id, l.id as learner_id, l.name, l.home_institution_id, l.home_department_id
      from bank_number b join learner l on l.id = b.learner_id where b.number = ${number}`,
  );
  return rows[0] ?? null;
}

/** 行政班. */
export interface ClassRow {
  readonly id: Id;
  readonly name: string;
  readonly entryYear: number;
}

export function classesByIds(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<ClassRow[]>`/* registry.classesByIds */
      select id, name, entry_year from class_group where id = any(${ids as Id[]}::uuid[])`,
  );
}

/** Programmes that have a plan to be checked against, school by school. */
export async function programmesWithPlans(tx: Tx): Promise<readonly Id[]> {
  const rows = await tx.run(
    (sql) => sql<{ readonly id: Id }[]>`/* registry.programmesWithPlans */
      select p.id from programme p join institution i on i.id = p.institution_id
      where exists (select 1 from plan where plan.programme_id = p.id) order by i.key, p.key`,
  );
  return rows.map(({ id }) => id);
}

/** Programmes of the pathways a learner is registered in, in the order of their stages. */
export function stageProgrammesOfLearner(tx: Tx, learnerId: Id) {
  return tx.run(
    (sql) => sql<{ readonly programmeId: Id }[]>`/* registry.stageProgrammesOfLearner */
      select s.programme_id, min(s.ordinal) as ordinal from stage s
      join registration r on r.pathway_id = s.pathway_id
      where r.learner_id = ${learnerId} group by s.programme_id order by 2`,
  );
}
