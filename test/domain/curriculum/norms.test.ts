import { describe, expect, it } from "vitest";
import { checkNorms, type ProgrammeNorm } from "../../../src/domain/curriculum/norms.ts";
import { allOf, CITATION, leaf, plan, planCourse } from "../recognition/builders.ts";

const courses = [
  planCourse("general", 400, { group: "GENERAL_FOUNDATION", theoryHours: 64, practiceHours: 0 }),
  planCourse("core", 600, { theoryHours: 36, practiceHours: 66 }),
  planCourse("elective", 200, { requirement: "FREE_ELECTIVE", theoryHours: 32, practiceHours: 0 }),
  planCourse("internship", 1800, { group: "INTERNSHIP", subject: "INTERNSHIP", theoryHours: 0, practiceHours: 540 }),
];
const tested = plan(allOf("r", ...courses.map(({ courseId }) => leaf(courseId))), courses);
const norm = (parameters: Partial<ProgrammeNorm>): ProgrammeNorm => ({
  key: "n",
  effectiveFrom: "2019-01-01",
  effectiveUntil: null,
  citation: CITATION,
  ...parameters,
});
const found = (parameters: Partial<ProgrammeNorm>) =>
  checkNorms(tested, norm(parameters)).map(({ check, met, actual, courseCode }) => [check, met, actual, courseCode]);

describe("programme norms", () => {
  it("say nothing about what they do not ask", () => {
    expect(found({})).toEqual([]);
  });

  it("count hours, credits and shares of hours, rounded down", () => {
    expect(found({ minHours: 738, minCredits: 3001 })).toEqual([
      ["HOURS", true, 738, null],
      ["CREDITS", false, 3000, null],
    ]);
    expect(found({ generalShareMin: 867, electiveShareMin: 434, practiceShareMin: 5000 })).toEqual([
      ["GENERAL_SHARE", true, 867, null],
      ["ELECTIVE_SHARE", false, 433, null],
      ["PRACTICE_SHARE", true, 8211, null],
    ]);
  });

  it("measure an internship in months of the norm's own weeks and hours", () => {
    const internship = { hoursPerInternshipWeek: 30, weeksPerInternshipMonth: 3 };
    expect(found({ internshipMonthsMin: 6, ...internship })).toEqual([["INTERNSHIP_MONTHS", true, 6, null]]);
    expect(found({ internshipMonthsMin: 7, ...internship })).toEqual([["INTERNSHIP_MONTHS", false, 6, null]]);
  });

  it("name every course whose hours do not fit its credits", () => {
    expect(found({ hoursPerCredit: { min: 16, max: 18 } })).toEqual([["HOURS_PER_CREDIT", true, 16, null]]);
    expect(found({ hoursPerCredit: { min: 17, max: 18 } })).toEqual([
      ["HOURS_PER_CREDIT", false, 16, "general"],
      ["HOURS_PER_CREDIT", false, 16, "elective"],
    ]);
  });
});
