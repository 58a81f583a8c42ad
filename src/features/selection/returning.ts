import { authorise } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { canonicalJson } from "../../domain/canonical.ts";
import type { Grade } from "../../domain/grade.ts";
import { MODE_TITLES, parseGrade } from "../../domain/grade-text.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { type CourseRow, coursesByIds } from "../catalogue/service.ts";
import type { NoticeEvent } from "../../domain/notice.ts";
import { raise } from "../notice/service.ts";
import * as store from "./store.ts";

/** One line of a grade sheet. A student number belongs to its school. */
export interface GradeRow {
  readonly studentNo: string;
  readonly homeInstitutionKey: string;
  /** As written: 85.5, 优秀, 合格, 缺考. */
  readonly grade: string;
}

/** The host school's grade sheet of a section. */
export interface GradeSheet {
  readonly sectionId: Id;
  readonly completedOn: IsoDate;
  readonly rows: readonly GradeRow[];
}

/** The most rows a sheet may have; no section is larger. */
const ROWS_MAX = 1000;

/**
 * Takes back a grade sheet from the host: its registrar, or the teacher of the section. Seats are the writer's alone to
 * change, so `tx` is its. The last version before confirmation stands; a sheet that leaves anyone without a grade is refused whole.
 * @returns how many grades changed; FORBIDDEN, NOT_FOUND, SECTION_STILL_OPEN, INVALID_INPUT, UNKNOWN_LEARNER,
 * ROW_DUPLICATE, GRADE_OUTSIDE_MODE, GRADES_ALREADY_CONFIRMED, GRADES_NOT_COMPLETE
 */
export async function returnGrades(
  tx: Tx,
  viewer: Viewer,
  sheet: GradeSheet,
  at: { readonly now: Date; readonly today: IsoDate },
): Promise<{ readonly graded: number } | Problem> {
  const section = await gradable(tx, viewer, sheet, at);
  if (isProblem(section)) return section;
  const { accountId } = viewer;
  if (accountId === null) return problem("FORBIDDEN", { action: "grades.enter" });
  const [seats, [course], institutions] = await Promise.all([
    store.lockRoster(tx, sheet.sectionId),
    coursesByIds(tx, [section.courseId]),
    store.institutionIdsByKeys(tx, [...new Set(sheet.rows.map((row) => row.homeInstitutionKey))]),
  ]);
  if (course === undefined) return problem("NOT_FOUND");
  const read = readSheet(
    sheet.rows,
    { seats, course, schools: new Map(institutions.map((row) => [row.key, row.id])) },
    viewer,
  );
  if (isProblem(read)) return read;
  const missing = seats.filter((seat) => seat.grade === null && !read.some(({ seatId }) => seatId === seat.id));
  if (missing.length > 0) return problem("GRADES_NOT_COMPLETE", { count: missing.length });
  if (read.length > 0) {
    await store.writeGrades(tx, {
      sectionId: section.id,
      gradedBy: accountId,
      gradedOn: sheet.completedOn,
      rows: read,
    });
  }
  await store.setSectionStatus(tx, section.id, "GRADED");
  await raise(tx, told(section.id, seats, read, at.now));
  return { graded: read.length };
}

/** What the home schools are told: how many grades came back for their learners. */
function told(
  sectionId: Id,
  seats: readonly store.SeatRow[],
  returned: readonly store.ReturnedGrade[],
  now: Date,
): readonly NoticeEvent[] {
  const graded = new Set(returned.map(({ seatId }) => seatId));
  const counts = new Map<Id, number>();
  for (const { id, homeInstitutionId } of seats) {
    if (graded.has(id)) counts.set(homeInstitutionId, (counts.get(homeInstitutionId) ?? 0) + 1);
  }
  const happenedAt = now.toISOString();
  return [...counts].map(([homeInstitutionId, count]) => {
    const facts = { sectionId, homeInstitutionId, count };
    // a sheet that is returned again with other grades is told again
    return { kind: "GRADES_RETURNED", key: `${sectionId}/${homeInstitutionId}/${happenedAt}`, happenedAt, facts };
  });
}

async function gradable(
  tx: Tx,
  viewer: Viewer,
  sheet: GradeSheet,
  at: { readonly now: Date; readonly today: IsoDate },
): Promise<store.SectionRow | Problem> {
  const [section] = await store.sectionsByIds(tx, [sheet.sectionId]);
  if (section === undefined) return problem("NOT_FOUND");
  const { hostInstitutionId, teacherAccountId: teacherId } = section;
  const what = { type: "Section", id: section.id };
  const refused = authorise(viewer, "grades.enter", { institutionIds: [hostInstitutionId], teacherId, what });
  if (refused !== null) return refused;
  if (sheet.completedOn > at.today) return problem("INVALID_INPUT", { detail: "completedOn" }, ["completedOn"]);
  if (sheet.rows.length > ROWS_MAX) return problem("INVALID_INPUT", { detail: "rows" }, ["rows"]);
  if (section.status === "OPEN" && at.now.getTime() < Date.parse(section.closesAt)) {
    return problem("SECTION_STILL_OPEN", { closesAt: section.closesAt });
  }
  return section;
}

/** Reads a sheet against the roster: the grades that are new or changed. */
function readSheet(
  rows: readonly GradeRow[],
  facts: {
    readonly seats: readonly store.SeatRow[];
    readonly course: CourseRow;
    readonly schools: ReadonlyMap<string, Id>;
  },
  viewer: Viewer,
): readonly store.ReturnedGrade[] | Problem {
  const seen = new Map<Id, number>();
  const grades: store.ReturnedGrade[] = [];
  for (const [index, row] of rows.entries()) {
    const read = readRow(row, facts, viewer);
    if (isProblem(read)) return { ...read, path: ["rows", String(index), ...(read.path ?? [])] };
    const before = seen.get(read.seat.id);
    if (before !== undefined) return problem("ROW_DUPLICATE", { row: before + 1 }, ["rows", String(index)]);
    seen.set(read.seat.id, index);
    const same = read.seat.grade !== null && sameGrade(read.seat.grade, read.grade);
    if (read.seat.gradeConfirmedBy === null) grades.push({ seatId: read.seat.id, grade: read.grade });
    else if (!same) return problem("GRADES_ALREADY_CONFIRMED", { studentNo: row.studentNo }, ["rows", String(index)]);
  }
  return grades;
}

function readRow(
  row: GradeRow,
  { seats, course, schools }: Parameters<typeof readSheet>[1],
  { language }: Viewer,
): { readonly seat: store.SeatRow; readonly grade: Grade } | Problem {
  const school = schools.get(row.homeInstitutionKey);
  const seat = seats.find((one) => one.studentNo === row.studentNo && one.homeInstitutionId === school);
  if (seat === undefined) return problem("UNKNOWN_LEARNER", { studentNo: row.studentNo }, ["studentNo"]);
  const grade = parseGrade(row.grade.trim(), course.gradingMode);
  if (grade !== null) return { seat, grade };
  const mode = MODE_TITLES[course.gradingMode][language];
  return problem("GRADE_OUTSIDE_MODE", { value: row.grade.slice(0, 20), mode }, ["grade"]);
}

function sameGrade(a: Grade, b: Grade): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
