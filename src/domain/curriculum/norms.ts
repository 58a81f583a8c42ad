import type { Credits } from "../credit.ts";
import type { IsoDate } from "../id.ts";
import type { Citation } from "../recognition/rule.ts";
import { requiredOf } from "./count.ts";
import type { Plan, PlanCourse } from "./plan.ts";

/** What a programme norm asks of a plan: dated parameters with their citation, never constants of the code. */
export interface ProgrammeNorm {
  readonly key: string;
  readonly effectiveFrom: IsoDate;
  readonly effectiveUntil: IsoDate | null;
  readonly citation: Citation;
  readonly minHours?: number;
  readonly minCredits?: Credits;
  /** Shares in basis points of all hours. */
  readonly generalShareMin?: number;
  readonly electiveShareMin?: number;
  readonly practiceShareMin?: number;
  /** Workplace internship in weeks; six months are written as the norm's own number of teaching weeks. */
  readonly internshipMonthsMin?: number;
  readonly hoursPerInternshipWeek?: number;
  readonly weeksPerInternshipMonth?: number;
  /** Contact hours of one credit, least and most; internship is counted in weeks and left out. */
  readonly hoursPerCredit?: { readonly min: number; readonly max: number };
}

export type NormCheck =
  | "HOURS"
  | "CREDITS"
  | "GENERAL_SHARE"
  | "ELECTIVE_SHARE"
  | "PRACTICE_SHARE"
  | "INTERNSHIP_MONTHS"
  | "HOURS_PER_CREDIT";

/** One norm as tested: what it asks, what the plan has; shares in basis points, credits in hundredths, the rest as named. */
export interface NormFinding {
  readonly check: NormCheck;
  readonly unit: "HOURS" | "CREDITS" | "BASIS_POINTS" | "MONTHS" | "HOURS_PER_CREDIT";
  readonly met: boolean;
  readonly expected: number;
  readonly actual: number;
  /** The course at fault, where the norm is about a single course. */
  readonly courseCode: string | null;
  readonly citation: Citation;
}

/** Tests a plan against a norm; every parameter the norm states gives at least one finding, met or not. */
export function checkNorms(plan: Plan, norm: ProgrammeNorm): readonly NormFinding[] {
  const courses = [...plan.courses.values()];
  const total = hoursOf(courses);
  const general = hoursOf(courses.filter((course) => course.group === "GENERAL_FOUNDATION"));
  const electives = hoursOf(courses.filter((course) => course.requirement !== "REQUIRED"));
  const practice = courses.reduce((sum, course) => sum + course.practiceHours, 0);
  return [
    ...least("HOURS", "HOURS", norm.minHours, total, norm),
    ...least("CREDITS", "CREDITS", norm.minCredits, requiredOf(plan, plan.root), norm),
    ...least("GENERAL_SHARE", "BASIS_POINTS", norm.generalShareMin, basisPoints(general, total), norm),
    ...least("ELECTIVE_SHARE", "BASIS_POINTS", norm.electiveShareMin, basisPoints(electives, total), norm),
    ...least("PRACTICE_SHARE", "BASIS_POINTS", norm.practiceShareMin, basisPoints(practice, total), norm),
    ...internship(courses, norm),
    ...hoursPerCredit(courses, norm),
  ];
}

function least(
  check: NormCheck,
  unit: NormFinding["unit"],
  expected: number | undefined,
  actual: number,
  norm: ProgrammeNorm,
): readonly NormFinding[] {
  if (expected === undefined) return [];
  return [{ check, unit, met: actual >= expected, expected, actual, courseCode: null, citation: norm.citation }];
}

function internship(courses: readonly PlanCourse[], norm: ProgrammeNorm): readonly NormFinding[] {
  const { internshipMonthsMin, hoursPerInternshipWeek, weeksPerInternshipMonth } = norm;
  if (hoursPerInternshipWeek === undefined || weeksPerInternshipMonth === undefined) return [];
  const hours = hoursOf(courses.filter((course) => course.group === "INTERNSHIP"));
  const months = Math.floor(hours / (hoursPerInternshipWeek * weeksPerInternshipMonth));
  return least("INTERNSHIP_MONTHS", "MONTHS", internshipMonthsMin, months, norm);
}

/** One finding where all courses keep to the band, one per course that does not. */
function hoursPerCredit(courses: readonly PlanCourse[], norm: ProgrammeNorm): readonly NormFinding[] {
  const band = norm.hoursPerCredit;
  if (band === undefined) return [];
  const counted = courses.filter((course) => course.subject === "ORDINARY" && course.group !== "INTERNSHIP");
  const finding = (course: PlanCourse | null, met: boolean, expected: number, actual: number): NormFinding => ({
    check: "HOURS_PER_CREDIT",
    unit: "HOURS_PER_CREDIT",
    met,
    expected,
    actual,
    courseCode: course?.code ?? null,
    citation: norm.citation,
  });
  const outside = counted.flatMap((course) => {
    const hours = (course.theoryHours + course.practiceHours) * 100;
    if (hours < band.min * course.credits) return [finding(course, false, band.min, hours / course.credits)];
    return hours > band.max * course.credits ? [finding(course, false, band.max, hours / course.credits)] : [];
  });
  return outside.length > 0 ? outside : [finding(null, true, band.min, band.min)];
}

function hoursOf(courses: readonly PlanCourse[]): number {
  return courses.reduce((sum, course) => sum + course.theoryHours + course.practiceHours, 0);
}

/** A share rounded down to a basis point, so that "at least" is never met by rounding. */
function basisPoints(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.floor((part * 10_000) / whole);
}
