import type { Tx } from "../../db/transaction.ts";
import type { CourseGroup, CourseRequirement, CourseSubject } from "../../domain/course.ts";
import type { Credits } from "../../domain/credit.ts";
import type { GradingMode } from "../../domain/grade.ts";
import type { Citation } from "../../domain/recognition/rule.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { EducationLevel } from "../../domain/major.ts";
import type { CertificateLevel, CompetitionTier } from "../../domain/recognition/facts.ts";

/** Rows of the catalogue as the tables hold them (src/db/tables/catalogue.ts). */
export interface InstitutionRow {
  readonly id: Id;
  readonly key: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly kind:
    | "SECONDARY_VOCATIONAL_SCHOOL"
    | "TECHNICIAN_SCHOOL"
    | "COMPREHENSIVE_HIGH_SCHOOL"
    | "GENERAL_HIGH_SCHOOL_VOCATIONAL_CLASS"
    | "HIGHER_VOCATIONAL_COLLEGE"
    | "UNIVERSITY"
    | "UNIVERSITY_COLLEGE";
  readonly supervisedBy: "EDUCATION" | "LABOUR";
  readonly moeId: string | null;
  readonly nationalCode: string | null;
  readonly fictitious: boolean;
  readonly foundedOn: IsoDate | null;
  readonly closedOn: IsoDate | null;
  readonly successorId: Id | null;
  readonly note: string | null;
}
export interface InstitutionEventRow {
  readonly institutionId: Id;
  readonly kind: "FOUNDED" | "RENAMED" | "MERGED" | "SUCCEEDED";
  readonly happenedOn: IsoDate;
  readonly successorId: Id | null;
  readonly formerNameZh: string | null;
  readonly formerNameEn: string | null;
  readonly document: string;
}
export interface MajorRow {
  readonly id: Id;
  readonly code: string;
  readonly edition: string;
  readonly level: EducationLevel;
  readonly nameZh: string;
  readonly nameEn: string | null;
  readonly categoryIndex: number | null;
  readonly classIndex: number | null;
  readonly stateControlled: boolean;
  readonly certainty: "VERIFIED" | "UNVERIFIED" | "DEMO";
}
export interface MajorClassRow {
  readonly edition: string;
  readonly categoryIndex: number;
  readonly classIndex: number;
  readonly categoryZh: string;
  readonly classZh: string;
}
export interface ProgrammePhase {
  readonly level: EducationLevel;
  readonly years: number;
  readonly gateZh?: string;
  readonly gateEn?: string;
}
export interface ProgrammeRow {
  readonly id: Id;
  readonly key: string;
  readonly institutionId: Id;
  readonly departmentId: Id | null;
  readonly majorId: Id;
  readonly level: EducationLevel;
  readonly kind: "PLAIN" | "STAGED" | "FIVE_YEAR_INTEGRATED";
  readonly years: number;
  readonly phases: readonly ProgrammePhase[];
  readonly titleZh: string;
  readonly titleEn: string;
}
export interface CourseRow {
  readonly id: Id;
  readonly institutionId: Id;
  readonly code: string;
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
export interface CertificateRow {
  readonly id: Id;
  readonly key: string;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly issuerZh: string;
  readonly issuerEn: string;
  readonly family: string;
  readonly supervisedBy: "EDUCATION" | "LABOUR";
  readonly levels: readonly CertificateLevel[];
  readonly fictitious: boolean;
}
export interface CompetitionRow {
  readonly id: Id;
  readonly key: string;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly series: string;
  readonly tier: CompetitionTier;
  readonly fictitious: boolean;
}

export function institutionsByIds(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<InstitutionRow[]>`/* catalogue.institutionsByIds */
      select id, key, name_zh, name_en, kind, supervised_by, moe_id, national_code, fictitious, founded_on, closed_on, successor_id, note
      from institution where id = any(${ids as Id[]}::uuid[])`,
  );
}

/** All institutions, or those of one kind: schools by name, colleges and universities after them. */
export function institutions(tx: Tx, kind: string | null) {
  return tx.run(
    (sql) => sql<InstitutionRow[]>`/* catalogue.institutions */
      select id, key, name_zh, name_en, kind, supervised_by, moe_id, national_code, fictitious, founded_on, closed_on, successor_id, note
      from institution where ${kind}::text is null or kind = ${kind} order by kind, key`,
  );
}

export async function institutionByKey(tx: Tx, key: string): Promise<InstitutionRow | null> {
  const rows = await tx.run(
    (sql) => sql<InstitutionRow[]>`/* catalogue.institutionByKey */
      select id, key, name_zh, name_en, kind, supervised_by, moe_id, national_code, fictitious, founded_on, closed_on, successor_id, note
      from institution where key = ${key}`,
  );
  return rows[0] ?? null;
}

export function eventsOfInstitutions(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<InstitutionEventRow[]>`/* catalogue.eventsOfInstitutions */
      select institution_id, kind, happened_on, successor_id, former_name_zh, former_name_en, document
      from institution_event where institution_id = any(${ids as Id[]}::uuid[]) order by happened_on, id`,
  );
}

export function majorsByIds(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<MajorRow[]>`/* catalogue.majorsByIds */
      select id, code, edition, level, name_zh, name_en, category_index, class_index, state_controlled, certainty
      from major where id = any(${ids as Id[]}::uuid[])`,
  );
}

/** Majors at the other levels that may follow on from this one: of the same class, or of a family that holds both. */
export function majorsRelated(tx: Tx, major: MajorRow) {
  return tx.run(
    (sql) => sql<MajorRow[]>`/* catalogue.majorsRelated */
      select id, code, edition, level, name_zh, name_en, category_index, class_index, state_controlled, certainty
      from major m where level <> ${major.level} and (
        (edition = ${major.edition} and category_index = ${major.categoryIndex} and class_index = ${major.classIndex})
        or (edition, code) in (
          select other.edition, other.code from major_family own join major_family other on other.family = own.family
          where own.edition = ${major.edition} and own.code = ${major.code}))
      order by level, code`,
  );
}

export async function majorClass(tx: Tx, major: MajorRow): Promise<MajorClassRow | null> {
  const rows = await tx.run(
    (sql) => sql<MajorClassRow[]>`/* catalogue.majorClass */
      select edition, category_index, class_index, category_zh, class_zh from major_class
      where edition = ${major.edition} and category_index = ${major.categoryIndex} and class_index = ${major.classIndex}`,
  );
  return rows[0] ?? null;
}

export function programmesByIds(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<ProgrammeRow[]>`/* catalogue.programmesByIds */
      select id, key, institution_id, department_id, major_id, level, kind, years, phases, title_zh, title_en
      from programme where id = any(${ids as Id[]}::uuid[])`,
  );
}

export interface DepartmentRow {
  readonly id: Id;
  readonly institutionId: Id;
  readonly nameZh: string;
  readonly nameEn: string;
}

export function departmentsByIds(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<DepartmentRow[]>`/* catalogue.departmentsByIds */
      select id, institution_id, name_zh, name_en from department where id = any(${ids as Id[]}::uuid[])`,
  );
}

export function programmes(tx: Tx, filter: { readonly level: string | null; readonly institutionKey: string | null }) {
  return tx.run(
    (sql) => sql<ProgrammeRow[]>`/* catalogue.programmes */
      select p.id, p.key, p.institution_id, p.department_id, p.major_id, p.level, p.kind, p.years, p.phases, p.title_zh, p.title_en
      from programme p join institution i on i.id = p.institution_id
      where (${filter.level}::text is null or p.level = ${filter.level})
        and (${filter.institutionKey}::text is null or i.key = ${filter.institutionKey})
      order by i.key, p.key`,
  );
}

export async function programmeByKey(tx: Tx, key: string): Promise<ProgrammeRow | null> {
  const rows = await tx.run(
    (sql) => sql<ProgrammeRow[]>`/* catalogue.programmeByKey */
      select id, key, institution_id, department_id, major_id, level, kind, years, phases, title_zh, title_en
      from programme where key = ${key}`,
  );
  return rows[0] ?? null;
}

export function programmesOfInstitutions(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<ProgrammeRow[]>`/* catalogue.programmesOfInstitutions */
      select id, key, institution_id, department_id, major_id, level, kind, years, phases, title_zh, title_en
      from programme where institution_id = any(${ids as Id[]}::uuid[]) order by key`,
  );
}

export function coursesByIds(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<CourseRow[]>`/* catalogue.coursesByIds */
      select id, institution_id, code, title_zh, title_en, credits, theory_hours, practice_hours,
        course_group as "group", requirement, subject, grading_mode
      from course where id = any(${ids as Id[]}::uuid[])`,
  );
}

export function prerequisitesOfCourses(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<{ readonly courseId: Id; readonly prerequisiteId: Id }[]>`/* catalogue.prerequisitesOfCourses */
      select course_id, prerequisite_id from course_prerequisite where course_id = any(${ids as Id[]}::uuid[])`,
  );
}

export function certificatesByIds(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<CertificateRow[]>`/* catalogue.certificatesByIds */
      select id, key, title_zh, title_en, issuer_zh, issuer_en, family, supervised_by, levels, fictitious
      from certificate where id = any(${ids as Id[]}::uuid[])`,
  );
}

export function competitionsByIds(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<CompetitionRow[]>`/* catalogue.competitionsByIds */
      select id, key, title_zh, title_en, series, tier, fictitious
      from competition where id = any(${ids as Id[]}::uuid[])`,
  );
}

/** One searchable thing: what it is, and every text it may be found by. */
export interface SearchRow {
  readonly kind: "MAJOR" | "COURSE" | "PROGRAMME" | "INSTITUTION" | "CERTIFICATE" | "COMPETITION";
  readonly id: Id;
  readonly code: string;
  readonly zh: string;
  readonly en: string | null;
}

/** Everything that the catalogue search finds. */
export function searchRows(tx: Tx) {
  return tx.run(
    (sql) => sql<SearchRow[]>`/* catalogue.searchRows */
      select 'MAJOR' as kind, id, code, name_zh as zh, name_en as en from major
      union all select 'COURSE', id, code, title_zh, title_en from course
      union all select 'PROGRAMME', id, key, title_zh, title_en from programme
      union all select 'INSTITUTION', id, key, name_zh, name_en from institution
      union all select 'CERTIFICATE', id, key, title_zh, title_en from certificate
      union all select 'COMPETITION', id, key, title_zh, title_en from competition`,
  );
}

export interface CoverageRow {
  readonly edition: string;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly published: number | null;
  readonly noteZh: string | null;
  readonly noteEn: string | null;
  readonly majors: number;
  readonly classes: number;
}

/** How many majors and classes of each edition are here, beside how many were published. */
export function coverage(tx: Tx) {
  return tx.run(
    (sql) => sql<CoverageRow[]>`/* catalogue.coverage */
      select e.edition, e.title_zh, e.title_en, e.published, e.note_zh, e.note_en,
        (select count(*)::int from major m where m.edition = e.edition) as majors,
        (select count(*)::int from major_class c where c.edition = e.edition) as classes
      from catalogue_edition e order by e.edition`,
  );
}

/** A found entry at its place in the list. */
export interface SearchEdge {
  readonly cursor: string;
  readonly node: SearchRow;
}

/** Whether a school's names are masked in public lists, and by what word of the school. */
export interface PublicNamePolicyRow {
  readonly institutionId: Id;
  readonly masked: boolean;
  readonly citation: Citation;
  readonly setBy: Id;
  readonly setAt: string;
}

export function publicNamePolicies(tx: Tx, institutionIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<PublicNamePolicyRow[]>`/* catalogue.publicNamePolicies */
      select institution_id, masked, citation, set_by, set_at from public_name_policy
      where institution_id = any(${institutionIds as Id[]}::uuid[])`,
  );
}

export async function putPublicNamePolicy(tx: Tx, row: PublicNamePolicyRow): Promise<void> {
  await tx.run(
    (sql) => sql`/* catalogue.putPublicNamePolicy */
      insert into public_name_policy (institution_id, masked, citation, set_by, set_at)
      values (${row.institutionId}, ${row.masked}, ${JSON.stringify(row.citation)}::text::jsonb, ${row.setBy}, ${row.setAt})
      on conflict (institution_id) do update set masked = excluded.masked, citation = excluded.citation,
        set_by = excluded.set_by, set_at = excluded.set_at`,
  );
}
