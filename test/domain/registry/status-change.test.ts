import { describe, expect, test } from "vitest";
import {
  givesUpSeats,
  pathwayPlace,
  type PlannedCourse,
  planAfter,
  type RegistrationBefore,
  registrationAfter,
  termRunning,
  termsPast,
  transitionInto,
  type WishedChange,
} from "../../../src/domain/registry/status-change.ts";

const BEFORE: RegistrationBefore = {
  status: "ACTIVE",
  programmeId: "mechatronics",
  pathwayId: "pathway",
  classId: "class",
  cohort: 2024,
  enteredOn: "2024-09-01",
};
const AWAY: RegistrationBefore = { ...BEFORE, status: "ON_LEAVE" };
const wish = (change: Partial<WishedChange> & Pick<WishedChange, "kind">): WishedChange => ({
  effectiveOn: "2026-11-24",
  programmeId: null,
  cohort: null,
  classId: null,
  ...change,
});

describe("the registration after a change", () => {
  test("stays in cohort and class while its learner is away", () => {
    const after = registrationAfter(BEFORE, wish({ kind: "MILITARY_SERVICE" }), null);
    expect(after).toEqual({ status: "ON_LEAVE", programmeId: "mechatronics", cohort: 2024, classId: "class" });
  });

  test.each([
    ["within the year", "2026-09-10", "2027-03-01", 2024],
    ["a year later", "2026-11-24", "2027-09-01", 2025],
    ["after two years of service", "2026-09-10", "2028-09-10", 2026],
    ["when the leave is not on record", null, "2028-09-10", 2024],
  ])("follows on a return %s the plan of the years that began meanwhile", (_, since, effectiveOn, cohort) => {
    expect(registrationAfter(AWAY, wish({ kind: "RETURN", effectiveOn }), since)).toMatchObject({
      status: "ACTIVE",
      cohort,
      // whoever falls into another cohort is placed in a class anew
      classId: cohort === 2024 ? "class" : null,
    });
  });

  test("follows the cohort and class that the registrar names, never an earlier one", () => {
    const back = { kind: "RETURN", effectiveOn: "2027-09-01" } as const;
    const named = registrationAfter(AWAY, wish({ ...back, cohort: 2026, classId: "other" }), "2026-11-24");
    expect(named).toMatchObject({ cohort: 2026, classId: "other" });
    for (const cohort of [2023, 2040])
      expect(registrationAfter(AWAY, wish({ ...back, cohort }), "2026-11-24")).toMatchObject({ code: "INVALID_INPUT" });
  });

  test("is one cohort later for who repeats a year, and never the same", () => {
    expect(registrationAfter(BEFORE, wish({ kind: "REPEAT_YEAR" }), null)).toMatchObject({ cohort: 2025 });
    expect(registrationAfter(BEFORE, wish({ kind: "REPEAT_YEAR", cohort: 2024 }), null)).toMatchObject({
      code: "INVALID_INPUT",
    });
  });

  test.each([
    ["a cohort named for a leave", wish({ kind: "LEAVE", cohort: 2025 }), "cohort"],
    ["a class named for a withdrawal", wish({ kind: "WITHDRAWAL", classId: "other" }), "classId"],
    ["a programme named for a repetition", wish({ kind: "REPEAT_YEAR", programmeId: "welding" }), "programmeId"],
    ["a change into the same major", wish({ kind: "CHANGE_OF_MAJOR", programmeId: "mechatronics" }), "programmeId"],
    ["a change of major into none", wish({ kind: "CHANGE_OF_MAJOR" }), "programmeId"],
    ["a day before the entry", wish({ kind: "LEAVE", effectiveOn: "2024-08-31" }), "effectiveOn"],
  ])("is not that of %s", (_, wished, field) => {
    expect(registrationAfter(BEFORE, wished, null)).toMatchObject({ code: "INVALID_INPUT", path: ["input", field] });
  });
});

describe("the place in a pathway", () => {
  const terms = { cohortFrom: 2023, cohortUntil: 2025, earlierYears: 0 };
  test.each([
    ["LEAVE", 2024, "KEPT_FOR_RETURN"],
    ["RETURN", 2025, "REGAINED"],
    ["RETURN", 2026, "LOST"],
    ["REPEAT_YEAR", 2025, "KEPT"],
    ["REPEAT_YEAR", 2026, "LOST"],
    ["CHANGE_OF_MAJOR", 2024, "LOST"],
    ["TRANSFER", 2024, "LOST"],
    ["GRADUATION", 2024, "KEPT"],
  ] as const)("after %s into cohort %s is %s", (kind, cohort, place) => {
    expect(pathwayPlace(kind, cohort, terms)).toBe(place);
  });

  test("is measured by the admission to its first stage, and without end where the agreement has none", () => {
    expect(pathwayPlace("REPEAT_YEAR", 2028, { ...terms, earlierYears: 3 })).toBe("KEPT");
    expect(pathwayPlace("REPEAT_YEAR", 2029, { ...terms, earlierYears: 3 })).toBe("LOST");
    expect(pathwayPlace("REPEAT_YEAR", 2090, { ...terms, cohortUntil: null })).toBe("KEPT");
    expect(pathwayPlace("LEAVE", 2024, null)).toBe("NONE");
  });
});

describe("the plan that is followed afterwards", () => {
  test.each([
    [2024, { year: 2024, part: 1 }, 0],
    [2024, { year: 2024, part: 2 }, 1],
    [2024, { year: 2026, part: 1 }, 4],
    [2024, { year: 2024, part: 3 }, 1],
    [2026, { year: 2024, part: 1 }, 0],
  ] as const)("of cohort %s has by term %o so many terms past: %s", (cohort, term, past) => {
    expect(termsPast(cohort, term)).toBe(past);
  });

  test("is counted from the term that has begun last", () => {
    const terms = [
      { term: { year: 2026, part: 1 as const }, firstMonday: "2026-09-07" },
      { term: { year: 2025, part: 2 as const }, firstMonday: "2026-03-02" },
    ];
    expect(termRunning(terms, "2026-11-24")).toEqual({ year: 2026, part: 1 });
    expect(termRunning(terms, "2026-09-06")).toEqual({ year: 2025, part: 2 });
    expect(termRunning(terms, "2026-03-01")).toBeNull();
  });

  test("is divided into what carries over and the required courses of past terms that nothing covers", () => {
    const course = (code: string, change: Partial<PlannedCourse>): PlannedCourse => ({
      courseId: code,
      code,
      title: { zh: code, en: code },
      credits: 400,
      term: 1,
      required: true,
      coverage: "NONE",
      ...change,
    });
    const courses = [
      course("passed", { coverage: "PASSED" }),
      course("recognisable", { coverage: "RECOGNISABLE" }),
      course("missed", {}),
      course("elective", { required: false }),
      course("ahead", { term: 3 }),
    ];
    const found = transitionInto(courses, [], 2);
    expect(found.carriedOver.map(({ code }) => code)).toEqual(["passed"]);
    expect(found.makeUp.map(({ code }) => code)).toEqual(["missed"]);
  });

  test("is another one with another cohort or programme, and none for who leaves the service", () => {
    const after = { status: "ACTIVE", programmeId: "mechatronics", cohort: 2024, classId: null } as const;
    expect(planAfter(BEFORE, after, "RETURN")).toBe("SAME");
    expect(planAfter(BEFORE, { ...after, cohort: 2025 }, "REPEAT_YEAR")).toBe("OTHER");
    expect(planAfter(BEFORE, { ...after, status: "TRANSFERRED", programmeId: "welding" }, "CHANGE_OF_MAJOR")).toBe(
      "OTHER",
    );
    expect(planAfter(BEFORE, { ...after, status: "TRANSFERRED" }, "TRANSFER")).toBe("NONE");
  });
});

test("seats are given up by who is away or gone, and kept by who moves within the school or has finished", () => {
  expect(givesUpSeats("LEAVE", "ON_LEAVE")).toBe(true);
  expect(givesUpSeats("WITHDRAWAL", "WITHDRAWN")).toBe(true);
  expect(givesUpSeats("TRANSFER", "TRANSFERRED")).toBe(true);
  expect(givesUpSeats("CHANGE_OF_MAJOR", "TRANSFERRED")).toBe(false);
  expect(givesUpSeats("GRADUATION", "GRADUATED")).toBe(false);
  expect(givesUpSeats("REPEAT_YEAR", "ACTIVE")).toBe(false);
});
