import { type Credits, unitOfLevel } from "../../domain/credit.ts";
import type { Plan } from "../../domain/curriculum/plan.ts";
import { type Grade, type GradeScale, passes } from "../../domain/grade.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { EducationLevel } from "../../domain/major.ts";
import type { AchievementFact } from "../../domain/recognition/facts.ts";
import type { RecognitionLine } from "../../domain/recognition/outcome.ts";
import type { Deposit } from "../bank/service.ts";
import type { CourseRow } from "../catalogue/service.ts";
import type { SeatRow, SectionRow } from "./store.ts";

/** A course as it comes back from its host: to be deposited, and before that to be asked about. */
export interface ReturnedCourse {
  readonly achievementId: Id;
  readonly course: CourseRow;
  readonly hostInstitutionId: Id;
  readonly homeInstitutionId: Id;
  readonly homeDepartmentId: Id | null;
  /** The level of the course where its host teaches it at one level only, else that of the learner's programme. */
  readonly level: EducationLevel;
  readonly grade: Grade;
  readonly completedOn: IsoDate;
  readonly attempt: Deposit["attempt"];
}

/** The smallest grade that passes, in the mode of the course. */
export function passingGrade(course: CourseRow, scale: GradeScale): Grade {
  switch (course.gradingMode) {
    case "PERCENT":
      return { mode: "PERCENT", scoreTenths: scale.passTenths };
    case "FIVE_LEVEL":
      return { mode: "FIVE_LEVEL", level: "PASS" };
    case "PASS_FAIL":
      return { mode: "PASS_FAIL", passed: true };
  }
}

function detailOf({ course, hostInstitutionId, homeInstitutionId }: ReturnedCourse) {
  const { id: courseId, code, group, requirement, subject } = course;
  const kind: "COURSE" | "EXTERNAL_COURSE" = hostInstitutionId === homeInstitutionId ? "COURSE" : "EXTERNAL_COURSE";
  return { kind, courseId, code, group, requirement, subject } as const;
}

const titleOf = (course: CourseRow) => ({ zh: course.titleZh, en: course.titleEn });

/** Whether the learner took a course of their own plan at their own school: then it is passed, not recognised. */
export function isOwnCourse(returned: ReturnedCourse, plan: Plan): boolean {
  return returned.hostInstitutionId === returned.homeInstitutionId && plan.courses.has(returned.course.id);
}

/** The returned course as the recognition engine sees it. */
export function factOf(returned: ReturnedCourse): AchievementFact {
  const detail = detailOf(returned);
  return {
    id: returned.achievementId,
    kind: detail.kind,
    title: titleOf(returned.course),
    institutionId: returned.homeInstitutionId,
    level: returned.level,
    credits: returned.course.credits,
    grade: returned.grade,
    completedOn: returned.completedOn,
    detail,
  };
}

/**
 * The returned course as it is deposited: under the home course that it was recognised for, where it is one, with
 * the host's course as its reference; else under the host's own. A failed course is deposited without credits.
 */
export function depositOf(
  returned: ReturnedCourse,
  at: {
    readonly section: SectionRow;
    readonly seat: SeatRow;
    readonly scale: GradeScale;
    readonly line: RecognitionLine | null;
    readonly plan: Plan | null;
  },
): Deposit {
  const detail = detailOf(returned);
  const [target, another] = at.line?.targets ?? [];
  const homeCourse =
    target === undefined || another !== undefined ? null : (at.plan?.courses.get(target.courseId) ?? null);
  const credits: Credits = passes(returned.grade, at.scale) ? returned.course.credits : 0;
  return {
    learnerId: at.seat.learnerId,
    achievementId: returned.achievementId,
    institutionId: returned.homeInstitutionId,
    homeInstitutionId: returned.homeInstitutionId,
    homeDepartmentId: returned.homeDepartmentId,
    kind: detail.kind,
    title: homeCourse?.title ?? titleOf(returned.course),
    level: returned.level,
    unit: unitOfLevel(returned.level),
    credits,
    grade: returned.grade,
    attempt: returned.attempt,
    completedOn: returned.completedOn,
    termCode: at.section.termCode,
    courseId: homeCourse?.courseId ?? returned.course.id,
    detail,
    idempotencyKey: `seat:${at.seat.id}`,
  };
}
