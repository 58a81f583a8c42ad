import { randomUUID } from "node:crypto";
import type postgres from "postgres";
import { ANONYMOUS, type Viewer } from "../../../src/auth/viewer.ts";
import type { Id } from "../../../src/domain/id.ts";
import type { TakeSeat } from "../../../src/features/selection/seat-desk.ts";

/** While every section of these stories is open. */
export const NOW = new Date("2026-09-01T04:00:00.000Z");
export const OPENS = "2026-09-01T00:00:00.000Z";
export const CLOSES = "2026-09-08T00:00:00.000Z";
export const TERM = "2026-2027-1";

export interface School {
  readonly id: Id;
  readonly key: string;
  readonly programmeId: Id;
  /** The account that teaches its sections. */
  readonly teacherId: Id;
}
export interface Learner {
  readonly id: Id;
  readonly name: string;
  readonly studentNo: string;
  readonly school: School;
  readonly registrationId: Id;
  readonly viewer: Viewer;
}
export interface SectionStory {
  readonly capacity?: number;
  readonly reserved?: readonly (readonly [School, number])[];
  /** [weeks, weekday, first period, last period]; weekday null for block practice. */
  readonly meetings?: readonly (readonly [readonly number[], number | null, number, number])[];
  readonly courseId?: Id;
  readonly closesAt?: string;
  readonly number?: string;
}

/** Makes a school with a programme, a term that begins on a Monday, and ten bells from a clock time in minutes. */
export async function school(
  sql: postgres.Sql,
  key: string,
  options: { readonly firstMonday?: string; readonly firstBell?: number; readonly level?: string } = {},
): Promise<School> {
  const made = { id: randomUUID(), key, programmeId: randomUUID(), teacherId: randomUUID() };
  const level = options.level ?? "ASSOCIATE";
  await sql`insert into institution (id, key, name_zh, name_en, kind, supervised_by, fictitious)
    values (${made.id}, ${key}, ${`${key}学院`}, ${`${key} College`}, 'HIGHER_VOCATIONAL_COLLEGE', 'EDUCATION', true)`;
  const majorId = randomUUID();
  await sql`insert into major (id, code, edition, level, name_zh, certainty, source)
    values (${majorId}, ${key}, 'test', ${level}, '专业', 'DEMO', 'test')`;
  await sql`insert into programme (id, key, institution_id, major_id, level, kind, years, phases, title_zh, title_en)
    values (${made.programmeId}, ${`${key}-programme`}, ${made.id}, ${majorId}, ${level}, 'PLAIN', 3, '[]', '专业', 'Programme')`;
  await sql`insert into term (id, institution_id, code, first_monday, teaching_weeks)
    values (${randomUUID()}, ${made.id}, ${TERM}, ${options.firstMonday ?? "2026-08-31"}, 18)`;
  const first = options.firstBell ?? 8 * 60;
  await sql`insert into bell (institution_id, period, starts_at, ends_at)
    select ${made.id}, n, time '00:00' + make_interval(mins => ${first}::int + (n - 1) * 55),
      time '00:00' + make_interval(mins => ${first}::int + (n - 1) * 55 + 45) from generate_series(1, 10) n`;
  return made;
}

export async function course(
  sql: postgres.Sql,
  host: School,
  code: string,
  options: { readonly credits?: number; readonly gradingMode?: string; readonly prerequisite?: Id } = {},
): Promise<Id> {
  const id = randomUUID();
  await sql`insert into course (id, institution_id, code, title_zh, title_en, credits, theory_hours, practice_hours,
      course_group, requirement, subject, grading_mode)
    values (${id}, ${host.id}, ${code}, ${`课程${code}`}, ${`Course ${code}`}, ${options.credits ?? 300}, 24, 24,
      'SPECIALTY_CORE', 'REQUIRED', 'ORDINARY', ${options.gradingMode ?? "PERCENT"})`;
  if (options.prerequisite !== undefined) {
    await sql`insert into course_prerequisite (course_id, prerequisite_id) values (${id}, ${options.prerequisite})`;
  }
  return id;
}

/** A learner of a school, not registered yet. */
export function learner(home: School, index: number): Learner {
  const id = randomUUID();
  const viewer: Viewer = {
    ...ANONYMOUS,
    role: "STUDENT",
    accountId: randomUUID(),
    institutionId: home.id,
    learnerId: id,
  };
  return {
    id,
    name: `学生${index}`,
    studentNo: `${home.key}${1000 + index}`,
    school: home,
    registrationId: randomUUID(),
    viewer,
  };
}

/** Registers learners at a school; their numbers begin with its key. */
export async function learners(sql: postgres.Sql, home: School, count: number): Promise<Learner[]> {
  const made = Array.from({ length: count }, (_, i) => learner(home, i));
  await sql`insert into learner ${sql(made.map(({ id, name }) => ({ id, name, homeInstitutionId: home.id })))}`;
  await sql`insert into registration ${sql(
    made.map((learner) => ({
      learnerId: learner.id,
      id: learner.registrationId,
      institutionId: home.id,
      programmeId: home.programmeId,
      cohort: 2025,
      phase: 1,
      studentNo: learner.studentNo,
      status: "ACTIVE",
      enteredOn: "2025-09-01",
    })),
  )}`;
  return made;
}

/** Opens a section of a host school, of a new course unless one is named. */
export async function section(sql: postgres.Sql, host: School, story: SectionStory = {}): Promise<Id> {
  const id = randomUUID();
  const reserved = story.reserved ?? [];
  const courseId = story.courseId ?? (await course(sql, host, id.slice(0, 8)));
  await sql`insert into section ${sql({
    id,
    hostInstitutionId: host.id,
    courseId,
    termCode: TERM,
    number: story.number ?? "01",
    teacherAccountId: host.teacherId,
    capacity: story.capacity ?? 30,
    reserved: reserved.reduce((sum, [, seats]) => sum + seats, 0),
    status: "OPEN",
    opensAt: OPENS,
    closesAt: story.closesAt ?? CLOSES,
  })}`;
  for (const [partner, seats] of reserved) {
    await sql`insert into section_reservation (section_id, host_institution_id, institution_id, reserved)
      values (${id}, ${host.id}, ${partner.id}, ${seats})`;
  }
  for (const [ordinal, [weeks, weekday, startPeriod, endPeriod]] of (story.meetings ?? []).entries()) {
    await sql`insert into section_meeting (section_id, host_institution_id, ordinal, weeks, weekday, start_period, end_period)
      values (${id}, ${host.id}, ${ordinal}, ${sql.json([...weeks])}, ${weekday}, ${startPeriod}, ${endPeriod})`;
  }
  return id;
}

/** Staff of a school. */
export function staff(role: "REGISTRAR" | "HOST_TEACHER", at: School): Viewer {
  const accountId = role === "HOST_TEACHER" ? at.teacherId : randomUUID();
  return { ...ANONYMOUS, role, accountId, institutionId: at.id };
}

/** What a learner asks of the desk, authorised. */
export function take(learner: Learner, sectionId: Id, key = "first"): TakeSeat {
  return {
    kind: "TAKE",
    sectionId,
    seatId: randomUUID(),
    learnerId: learner.id,
    homeInstitutionId: learner.school.id,
    actorId: learner.viewer.accountId ?? "",
    learnerName: learner.name,
    studentNo: learner.studentNo,
    idempotencyKey: key,
    at: NOW.toISOString(),
  };
}

/** The same, giving the seat up. */
export function drop(learner: Learner, sectionId: Id) {
  return {
    kind: "DROP",
    sectionId,
    learnerId: learner.id,
    homeInstitutionId: learner.school.id,
    actorId: learner.viewer.accountId ?? "",
    at: NOW.toISOString(),
  } as const;
}

/** A demo account that can sign in at the API, in one capacity. */
export async function account(
  sql: postgres.Sql,
  login: string,
  who: { readonly role: string; readonly at: School; readonly learner?: Learner },
): Promise<Id> {
  const id = who.learner?.viewer.accountId ?? (who.role === "HOST_TEACHER" ? who.at.teacherId : randomUUID());
  await sql`insert into account (id, login, display_name, demo) values (${id}, ${login}, ${login}, 'yes')`;
  await sql`insert into capacity (account_id, id, role, institution_id, learner_id, valid_from)
    values (${id}, ${randomUUID()}, ${who.role}, ${who.at.id}, ${who.learner?.id ?? null}, '2020-01-01')`;
  return id;
}

/** The grading scale in general use: pass mark 60. */
export async function gradingScale(sql: postgres.Sql): Promise<void> {
  const scale = {
    passTenths: 600,
    bands: { EXCELLENT: 900, GOOD: 800, MEDIUM: 700, PASS: 600, FAIL: 0 },
    reverse: { EXCELLENT: 950, GOOD: 850, MEDIUM: 750, PASS: 650, FAIL: 0 },
  };
  await sql`insert into grading_scale (institution_key, effective_from, scale, citation)
    values ('*', '2000-01-01', ${sql.json(scale)}, '{}')`;
}

/** A plan of cohort 2025 that asks for all of the named courses. */
export async function plan(sql: postgres.Sql, of: School, courseIds: readonly Id[]): Promise<void> {
  const id = randomUUID();
  const children = courseIds.map((courseId) => ({ kind: "COURSE", key: courseId, courseId }));
  const tree = { kind: "ALL_OF", key: "core", title: { zh: "核心", en: "Core" }, children };
  await sql`insert into plan (id, programme_id, institution_id, cohort, norm, tree, invented)
    values (${id}, ${of.programmeId}, ${of.id}, 2025, 'test', ${sql.json(tree)}, true)`;
  for (const courseId of courseIds) {
    await sql`insert into plan_course (plan_id, institution_id, course_id, node_key, term, requirement)
      values (${id}, ${of.id}, ${courseId}, ${courseId}, 3, 'REQUIRED')`;
  }
}

/** A rule of a receiving school: from one course, with at least a score, to one of its own. */
export async function rule(
  sql: postgres.Sql,
  of: School,
  courses: { readonly from: Id; readonly to: Id; readonly minScoreTenths?: number },
): Promise<Id> {
  const [ruleSetId, id] = [randomUUID(), randomUUID()];
  const citation = { document: "学分互认协议", clause: "第七条", invented: true };
  const title = { zh: "跨校课程互认", en: "Course of another school" };
  await sql`insert into rule_set (id, key, version, title_zh, title_en, owner, institution_id, effective_from, document)
    values (${ruleSetId}, ${ruleSetId}, 1, '互认', 'Recognition', 'SCHOOL', ${of.id}, '2020-01-01',
      ${sql.json({ programmeIds: [], caps: [], exclusions: [], natureConstraints: [], citation })})`;
  const document = {
    id,
    key: id,
    version: 1,
    title,
    source: {
      match: {
        kind: "COURSE",
        courseId: courses.from,
        code: "X",
        title,
        minGrade: { scoreTenths: courses.minScoreTenths ?? 600 },
      },
    },
    target: { kind: "COURSES", courses: [{ courseId: courses.to, code: "Y", title }] },
    conversion: { kind: "TARGET_IF_COVERED" },
    recordedGrade: { kind: "ORIGINAL" },
    priority: 1,
    shared: false,
    throughRecognition: false,
    effectiveFrom: null,
    effectiveUntil: null,
    cohortFrom: null,
    cohortUntil: null,
    discretion: false,
    citation,
    examples: [],
  };
  await sql`insert into rule (rule_set_id, id, key, version, document)
    values (${ruleSetId}, ${id}, ${id}, 1, ${sql.json(document)})`;
  return id;
}
