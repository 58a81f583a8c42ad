import type postgres from "postgres";
import { v5 } from "uuid";
import type { Viewer } from "../../../src/auth/viewer.ts";
import { ANONYMOUS } from "../../../src/auth/viewer.ts";
import type { Deposit } from "../../../src/features/bank/deposit.ts";

/** The same name, the same id. */
export const idOf = (name: string): string => v5(name, "6ba7b811-9dad-11d1-80b4-00c04fd430c8");

export const SCHOOL = idOf("school");
export const OTHER_SCHOOL = idOf("other school");
export const COURSE = idOf("course/MATH1");
export const NOW = new Date("2026-07-10T02:00:00.000Z");

const registrar = (name: string, institutionId: string): Viewer => ({
  ...ANONYMOUS,
  accountId: idOf(name),
  role: "REGISTRAR",
  institutionId,
  language: "en",
});
/** Two registrars of one school, and one of another. */
export const WANG = registrar("wang", SCHOOL);
export const LI = registrar("li", SCHOOL);
export const ZHAO = registrar("zhao", OTHER_SCHOOL);
export const ADMINISTRATOR: Viewer = { ...registrar("administrator", SCHOOL), role: "ADMINISTRATOR" };

const LOGINS = ["wang", "li", "zhao", "administrator"];

/** A learner of the school, by number: student number `2024` + six digits. */
export const learnerId = (n: number): string => idOf(`learner/${n}`);
export const studentNo = (n: number): string => `2024${String(n).padStart(6, "0")}`;
export const student = (n: number): Viewer => ({
  ...ANONYMOUS,
  accountId: idOf(`student/${n}`),
  role: "STUDENT",
  learnerId: learnerId(n),
});

/** Two schools; the first has a programme, courses in each grading mode, and `learners` registered learners. */
export async function openSchool(sql: postgres.Sql, learners: number): Promise<void> {
  const school = (id: string, key: string) => ({
    id,
    key,
    nameZh: key,
    nameEn: key,
    kind: "SECONDARY_VOCATIONAL_SCHOOL",
    supervisedBy: "EDUCATION",
    fictitious: true,
  });
  await sql`insert into institution ${sql([school(SCHOOL, "first"), school(OTHER_SCHOOL, "second")])}`;
  const major = { id: idOf("major"), code: "660301", edition: "2021", level: "SECONDARY", nameZh: "机电技术应用" };
  await sql`insert into major ${sql([{ ...major, certainty: "VERIFIED", source: "test" }])}`;
  const programme = { id: idOf("programme"), key: "first-660301", institutionId: SCHOOL, majorId: idOf("major") };
  const titles = { titleZh: "机电技术应用", titleEn: "Mechatronics" };
  const phases = sql.json([{ level: "SECONDARY", years: 3 }]);
  await sql`insert into programme ${sql([{ ...programme, ...titles, level: "SECONDARY", kind: "PLAIN", years: 3, phases }])}`;
  const course = (code: string, titleZh: string, credits: number, gradingMode: string) => ({
    id: idOf(`course/${code}`),
    institutionId: SCHOOL,
    code,
    titleZh,
    titleEn: titleZh,
    credits,
    theoryHours: 64,
    practiceHours: 0,
    group: "GENERAL_FOUNDATION",
    requirement: "REQUIRED",
    subject: "ORDINARY",
    gradingMode,
    outcomes: sql.json([]),
  });
  const rows = [
    course("MATH1", "数学", 400, "PERCENT"),
    course("WELD1", "焊接实训", 250, "FIVE_LEVEL"),
    course("LABOUR", "劳动教育", 100, "PASS_FAIL"),
  ].map(({ group, ...rest }) => ({ ...rest, courseGroup: group }));
  await sql`insert into course ${sql(rows)}`;
  const people = Array.from({ length: learners }, (_, n) => n + 1);
  const learnerRows = people.map((n) => ({ id: learnerId(n), name: `学生${n}`, home_institution_id: SCHOOL }));
  await sql`insert into learner (id, name, home_institution_id)
    select id, name, home_institution_id from json_populate_recordset(null::learner, ${JSON.stringify(learnerRows)}::text::json)`;
  const registrations = people.map((n) => ({
    learner_id: learnerId(n),
    id: idOf(`registration/${n}`),
    institution_id: SCHOOL,
    programme_id: idOf("programme"),
    cohort: 2024,
    phase: 1,
    student_no: studentNo(n),
    status: "ACTIVE",
    entered_on: "2024-09-01",
  }));
  await sql`insert into registration
    select * from json_populate_recordset(null::registration, ${JSON.stringify(registrations)}::text::json)`;
}

/** One course result of one learner, ready to be deposited; under a key of its own it is of a course of its own. */
export function courseDeposit(n: number, change: Partial<Deposit> = {}): Deposit {
  const key = change.idempotencyKey ?? `COURSE/${COURSE}/2025-2026-1/FIRST`;
  return {
    learnerId: learnerId(n),
    achievementId: idOf(`achievement/${n}/${key}/${JSON.stringify(change)}`),
    institutionId: SCHOOL,
    homeInstitutionId: SCHOOL,
    homeDepartmentId: null,
    kind: "COURSE",
    title: { zh: "数学", en: "Mathematics" },
    level: "SECONDARY",
    unit: "SECONDARY",
    credits: 400,
    grade: { mode: "PERCENT", scoreTenths: 855 },
    attempt: "FIRST",
    completedOn: "2026-01-10",
    termCode: "2025-2026-1",
    courseId: change.idempotencyKey === undefined ? COURSE : idOf(`course/${key}`),
    detail: {
      kind: "COURSE",
      courseId: COURSE,
      code: "MATH1",
      group: "GENERAL_FOUNDATION",
      requirement: "REQUIRED",
      subject: "ORDINARY",
    },
    idempotencyKey: key,
    ...change,
  };
}

/** Accounts that may sign in, each with its capacity; and the scale that says what passes. */
export async function openAccounts(sql: postgres.Sql): Promise<void> {
  const people = [
    ...[WANG, LI, ZHAO, ADMINISTRATOR].map((viewer, place) => ({ login: LOGINS[place] ?? "", viewer })),
    { login: "student/1", viewer: student(1) },
  ];
  const accounts = people.map(({ login }) => ({ id: idOf(login), login, displayName: login, demo: "yes" }));
  const capacities = people.map(({ login, viewer: { role, institutionId, learnerId: learner } }) => ({
    accountId: idOf(login),
    id: idOf(`capacity/${login}`),
    role,
    institutionId,
    learnerId: learner,
    validFrom: "2020-01-01",
  }));
  await sql`insert into account ${sql(accounts)}`;
  await sql`insert into capacity ${sql(capacities)}`;
  const scale = {
    passTenths: 600,
    bands: { EXCELLENT: 900, GOOD: 800, MEDIUM: 700, PASS: 600, FAIL: 0 },
    reverse: { EXCELLENT: 950, GOOD: 850, MEDIUM: 750, PASS: 650, FAIL: 0 },
  };
  await sql`insert into grading_scale (institution_key, effective_from, scale, citation)
    values ('*', '2000-01-01', ${sql.json(scale)}, ${sql.json({})})`;
}
