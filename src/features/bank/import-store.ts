import type { Tx } from "../../db/transaction.ts";
import { canonicalJson } from "../../domain/canonical.ts";
import type { CourseGroup, CourseRequirement, CourseSubject } from "../../domain/course.ts";
import type { Credits } from "../../domain/credit.ts";
import type { PlanNode } from "../../domain/curriculum/plan.ts";
import type { GradingMode } from "../../domain/grade.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { RegistrationStatus } from "../../domain/registry/registration.ts";

/** Rows as one parameter: a statement stays the same for one row and for ten thousand. */
const rowsOf = (rows: readonly object[]): string =>
  JSON.stringify(rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [snake(key), value]))));
const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export interface SchoolProgramme {
  readonly id: Id;
  readonly key: string;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly departmentId: Id | null;
}

export function programmes(tx: Tx, institutionId: Id) {
  return tx.run(
    (sql) => sql<SchoolProgramme[]>`/* bank.programmes */
      select id, key, title_zh, title_en, department_id from programme where institution_id = ${institutionId}`,
  );
}

export interface CourseFields {
  readonly titleZh: string;
  readonly titleEn: string;
  readonly credits: Credits;
  readonly theoryHours: number;
  readonly practiceHours: number;
  readonly group: CourseGroup;
  readonly requirement: CourseRequirement;
  readonly subject: CourseSubject;
  readonly gradingMode: GradingMode;
}

export function courses(tx: Tx, institutionId: Id) {
  return tx.run(
    (sql) => sql<(CourseFields & { readonly id: Id; readonly code: string })[]>`/* bank.courses */
      select id, code, title_zh, title_en, credits, theory_hours, practice_hours, course_group as group, requirement,
        subject, grading_mode
      from course where institution_id = ${institutionId}`,
  );
}

export async function putCourses(
  tx: Tx,
  courseRows: readonly (CourseFields & { readonly id: Id; readonly institutionId: Id; readonly code: string })[],
): Promise<void> {
  if (courseRows.length === 0) return;
  const rows = rowsOf(courseRows.map(({ group, ...row }) => ({ ...row, courseGroup: group, outcomes: [] })));
  await tx.run(
    (sql) => sql`/* bank.putCourses */
      insert into course select * from json_populate_recordset(null::course, ${rows}::text::json)
      on conflict (id) do update set title_zh = excluded.title_zh, title_en = excluded.title_en,
        credits = excluded.credits, theory_hours = excluded.theory_hours, practice_hours = excluded.practice_hours,
        course_group = excluded.course_group, requirement = excluded.requirement, subject = excluded.subject,
        grading_mode = excluded.grading_mode`,
  );
}

export interface SchoolClass {
  readonly id: Id;
  readonly name: string;
  readonly programmeId: Id;
  readonly entryYear: number;
  readonly campusId: Id | null;
}

export function classes(tx: Tx, institutionId: Id) {
  return tx.run(
    (sql) => sql<SchoolClass[]>`/* bank.classes */
      select id, name, programme_id, entry_year, campus_id from class_group where institution_id = ${institutionId}`,
  );
}

export async function putClasses(
  tx: Tx,
  classRows: readonly (SchoolClass & { readonly institutionId: Id })[],
): Promise<void> {
  if (classRows.length === 0) return;
  await tx.run(
    (sql) => sql`/* bank.putClasses */
      insert into class_group select * from json_populate_recordset(null::class_group, ${rowsOf(classRows)}::text::json)
      on conflict (id) do update set programme_id = excluded.programme_id, entry_year = excluded.entry_year,
        campus_id = excluded.campus_id`,
  );
}

/** A registration at the school with its learner; `name` is null where the learner's home is another school by now. */
export interface RegisteredLearner {
  readonly registrationId: Id;
  readonly learnerId: Id;
  readonly name: string | null;
  readonly homeInstitutionId: Id | null;
  /** The keyed hash of the registry number on record, and the end of it. */
  readonly registryLookup: Uint8Array | null;
  readonly registryMasked: string | null;
  readonly programmeId: Id;
  readonly departmentId: Id | null;
  readonly classId: Id | null;
  readonly cohort: number;
  readonly phase: number;
  readonly studentNo: string;
  readonly enteredOn: IsoDate;
  readonly status: RegistrationStatus;
  readonly leftOn: IsoDate | null;
}

export function registeredLearners(tx: Tx, institutionId: Id) {
  return tx.run(
    (sql) => sql<RegisteredLearner[]>`/* bank.registeredLearners */
      select r.id as registration_id, r.learner_id, l.name, l.home_institution_id, n.lookup as registry_lookup, n.masked as registry_masked,
        r.programme_id, r.department_id, r.class_id, r.cohort, r.phase, r.student_no, r.entered_on,
        r.status, r.left_on
      from registration r left join learner l on l.id = r.learner_id
      left join registry_number n on n.learner_id = r.learner_id
      where r.institution_id = ${institutionId}`,
  );
}

/** @returns false where another school has taken one of them in by now */
export async function putLearners(
  tx: Tx,
  learners: readonly {
    readonly id: Id;
    readonly name: string;
    readonly homeInstitutionId: Id;
    readonly homeDepartmentId: Id | null;
  }[],
): Promise<boolean> {
  if (learners.length === 0) return true;
  return goesThrough(
    tx.run(
      (sql) => sql`/* bank.putLearners */
      insert into learner (id, name, home_institution_id, home_department_id)
      select id, name, home_institution_id, home_department_id
      from json_populate_recordset(null::learner, ${rowsOf(learners)}::text::json)
      on conflict (id) do update set name = excluded.name, home_department_id = excluded.home_department_id`,
    ),
    NOT_PERMITTED,
  );
}

/** A registration that goes on, at whichever school. */
export function phasesGoingOn(tx: Tx, learnerIds: readonly Id[], holders: readonly { readonly lookup: Uint8Array }[]) {
  const lookups = holders.map(({ lookup }) => `\\x${Buffer.from(lookup).toString("hex")}`);
  return tx.run(
    (sql) => sql<
      { readonly learnerId: Id; readonly phase: number; readonly registrationId: Id }[]
    >`/* bank.phasesGoingOn */
      select learner_id, phase, registration_id
      from phases_going_on(${learnerIds as Id[]}::uuid[], ${lookups}::text[]::bytea[])`,
  );
}

/** PostgreSQL's words for a row that is there already, and for one that is not the viewer's. */
const UNIQUE_VIOLATION = "23505";
const NOT_PERMITTED = "42501";

/** Whether a statement went through; false where it failed with a code, and the transaction is done for then. */
async function goesThrough(statement: PromiseLike<unknown>, code: string): Promise<boolean> {
  try {
    await statement;
    return true;
  } catch (error) {
    if ((error as { readonly code?: string }).code === code) return false;
    throw error;
  }
}

/**
 * Writes registrations in the place of those that are there.
 * @returns false where another of a learner goes on in the phase by now; the transaction is done for then
 */
export async function putRegistrations(
  tx: Tx,
  registrations: readonly {
    readonly id: Id;
    readonly learnerId: Id;
    readonly institutionId: Id;
    readonly programmeId: Id;
    readonly departmentId: Id | null;
    readonly classId: Id | null;
    readonly cohort: number;
    readonly phase: number;
    readonly studentNo: string;
    readonly enteredOn: IsoDate;
    readonly status: RegistrationStatus;
    readonly leftOn: IsoDate | null;
  }[],
): Promise<boolean> {
  if (registrations.length === 0) return true;
  const rows = rowsOf(registrations);
  return goesThrough(
    tx.run(
      (sql) => sql`/* bank.putRegistrations */
        insert into registration select * from json_populate_recordset(null::registration, ${rows}::text::json)
        on conflict (learner_id, id) do update set class_id = excluded.class_id, cohort = excluded.cohort,
          department_id = excluded.department_id, entered_on = excluded.entered_on, status = excluded.status,
          left_on = excluded.left_on`,
    ),
    UNIQUE_VIOLATION,
  );
}

export interface AccountName {
  readonly id: Id;
  readonly login: string;
  readonly displayName: string;
}

/** The accounts of some logins; a school's administrator sees no others. */
export function accountsByLogin(tx: Tx, logins: readonly string[]) {
  return tx.run(
    (sql) => sql<AccountName[]>`/* bank.accountsByLogin */
      select id, login, display_name from accounts_by_login(${logins as string[]}::text[])`,
  );
}

export interface School {
  readonly id: Id;
  readonly key: string;
  readonly nameZh: string;
}

export function schools(tx: Tx) {
  return tx.run((sql) => sql<School[]>`/* bank.schools */ select id, key, name_zh from institution`);
}

/** What a role is held for: a school, and there a department or a class, or an alliance. */
export interface CapacityScope {
  readonly accountId: Id;
  readonly role: string;
  /** Null for the bureau and for auditors. */
  readonly institutionId: Id | null;
  readonly departmentId: Id | null;
  readonly classId: Id | null;
  readonly allianceId: Id | null;
}

/** A role as someone holds, held or is to hold it, both days included. */
export interface HeldCapacity extends CapacityScope {
  readonly id: Id;
  readonly validFrom: IsoDate;
  readonly validUntil: IsoDate | null;
}

/** The roles that accounts were given, not handed on, as far as the viewer administers them; the longest ended first. */
export function capacitiesOf(tx: Tx, accountIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<HeldCapacity[]>`/* bank.capacitiesOf */
      select account_id, id, role, institution_id, department_id, class_id, alliance_id, valid_from, valid_until
      from capacity
      where account_id = any(${accountIds as Id[]}::uuid[]) and learner_id is null and delegated_by is null
        and role <> 'ADMINISTRATOR'
      order by valid_until, valid_from, id`,
  );
}

/** Part of a school, or an alliance, that a role can be held for. */
export interface ScopePart {
  readonly kind: "DEPARTMENT" | "CLASS" | "ALLIANCE";
  readonly id: Id;
  /** Of a department or class. */
  readonly institutionId: Id | null;
  readonly name: string;
}

/** Departments, classes and alliances by the names that a staff sheet gives them. */
export function scopeParts(tx: Tx, names: readonly string[]) {
  const wanted = names as string[];
  return tx.run(
    (sql) => sql<ScopePart[]>`/* bank.scopeParts */
      select 'DEPARTMENT' as kind, id, institution_id, name_zh as name from department where name_zh = any(${wanted}::text[])
      union all select 'CLASS', id, institution_id, name from class_group where name = any(${wanted}::text[])
      union all select 'ALLIANCE', id, null, key from alliance where key = any(${wanted}::text[])
      union all select 'ALLIANCE', id, null, title_zh from alliance where title_zh = any(${wanted}::text[])`,
  );
}

export async function insertAccounts(tx: Tx, accountRows: readonly AccountName[]): Promise<void> {
  if (accountRows.length === 0) return;
  await tx.run(
    (sql) => sql`/* bank.insertAccounts */
      insert into account (id, login, display_name)
      select id, login, display_name from json_populate_recordset(null::account, ${rowsOf(accountRows)}::text::json)`,
  );
}

/** Every process hears of it: who holds what is remembered for a while. */
export async function insertCapacities(tx: Tx, capacityRows: readonly HeldCapacity[]): Promise<void> {
  if (capacityRows.length === 0) return;
  await tx.run(
    (sql) => sql`/* bank.insertCapacities */
      with made as (insert into capacity select * from json_populate_recordset(null::capacity, ${rowsOf(capacityRows)}::text::json)
        returning account_id)
      select pg_notify('guantong_account', account_id::text) from made`,
  );
}

/** Says until when roles are held, where one was to end on another day. The database tells every process (capacity_told). */
export async function setCapacityEnds(
  tx: Tx,
  ends: readonly Pick<HeldCapacity, "accountId" | "id" | "validUntil">[],
): Promise<void> {
  if (ends.length === 0) return;
  await tx.run(
    (sql) => sql`/* bank.setCapacityEnds */
      update capacity c set valid_until = e.valid_until
      from json_populate_recordset(null::capacity, ${rowsOf(ends)}::text::json) e
      where c.account_id = e.account_id and c.id = e.id`,
  );
}

export function norms(tx: Tx) {
  return tx.run(
    (sql) => sql<{ readonly key: string }[]>`/* bank.norms */ select distinct key from programme_norm order by key`,
  );
}

/** Where a plan puts a course. */
export interface PlacedCourse {
  readonly courseId: Id;
  readonly nodeKey: string;
  readonly term: number;
  readonly requirement: CourseRequirement;
}
export interface PlanToPut {
  readonly id: Id;
  readonly programmeId: Id;
  readonly institutionId: Id;
  readonly cohort: number;
  readonly norm: string;
  readonly tree: PlanNode;
  readonly courses: readonly PlacedCourse[];
  /** What the plan says, to be compared. */
  readonly content: string;
}
export interface KnownPlan {
  readonly id: Id;
  readonly programmeId: Id;
  readonly cohort: number;
  readonly content: string;
}

/** One text for what a plan says: its norm, its tree, its courses in the order of terms. */
export function contentOfPlan(norm: string, tree: PlanNode, placed: readonly PlacedCourse[]): string {
  return canonicalJson({ norm, tree, placed });
}

export async function plans(tx: Tx, institutionId: Id): Promise<KnownPlan[]> {
  const rows = await tx.run(
    (sql) => sql<
      { id: Id; programmeId: Id; cohort: number; norm: string; tree: PlanNode; placed: PlacedCourse[] | null }[]
    >`/* bank.plans */
      select p.id, p.programme_id, p.cohort, p.norm, p.tree,
        (select jsonb_agg(jsonb_build_object('courseId', c.course_id, 'nodeKey', c.node_key, 'term', c.term,
          'requirement', c.requirement) order by c.term, c.course_id) from plan_course c where c.plan_id = p.id) as placed
      from plan p where p.institution_id = ${institutionId}`,
  );
  return rows.map(({ id, programmeId, cohort, norm, tree, placed }) => ({
    id,
    programmeId,
    cohort,
    content: contentOfPlan(norm, tree, placed ?? []),
  }));
}

/** Writes a plan with its courses in the place of what was there under its id. */
export async function putPlan(tx: Tx, plan: PlanToPut): Promise<void> {
  const { id, programmeId, institutionId, cohort, norm } = plan;
  const tree = JSON.stringify(plan.tree);
  const rows = rowsOf(plan.courses.map((course) => ({ planId: id, ...course })));
  await tx.run(
    (sql) => sql`/* bank.putPlan */
      insert into plan (id, programme_id, institution_id, cohort, norm, tree, invented)
      values (${id}, ${programmeId}, ${institutionId}, ${cohort}, ${norm}, ${tree}::text::jsonb, false)
      on conflict (id) do update set norm = excluded.norm, tree = excluded.tree`,
  );
  await tx.run((sql) => sql`/* bank.clearPlan */ delete from plan_course where plan_id = ${id}`);
  await tx.run(
    (sql) => sql`/* bank.placeCourses */
      insert into plan_course (plan_id, institution_id, course_id, node_key, term, requirement)
      select plan_id, ${institutionId}::uuid, course_id, node_key, term, requirement
      from json_populate_recordset(null::plan_course, ${rows}::text::json)`,
  );
}
