import { expect, test } from "vitest";
import { dueOn, ownerOf, type StepPeriod, stepPeriodFor } from "../../../src/domain/application/due.ts";
import { APPLICATION_STATUSES, isOver } from "../../../src/domain/application/step.ts";
import { EVERY_SCHOOL } from "../../../src/domain/public-notice.ts";
import { publicCalendar } from "../../../src/features/calendar/public-calendar.ts";

const HOME = "11111111-1111-4111-8111-111111111111";
const RECEIVING = "22222222-2222-4222-8222-222222222222";
const citation = { document: "办理期限设置", clause: "一" };
const general = (["HOME_SCHOOL", "DEPARTMENT", "REGISTRAR"] as const).map(
  (owner): StepPeriod => ({ institutionId: EVERY_SCHOOL, owner, workingDays: 5, citation, certainty: "SETTING" }),
);
const own: StepPeriod = {
  institutionId: RECEIVING,
  owner: "DEPARTMENT",
  workingDays: 2,
  citation,
  certainty: "VERIFIED",
};
const days = { published: publicCalendar(), own: new Map() };
const schools = { institutionId: RECEIVING, homeInstitutionId: HOME };
/** A Friday morning in China. */
const since = { waitingSince: "2026-11-20T00:00:00Z" };

test("an application waits for one owner at one school, and for nobody once it is over or under public notice", () => {
  expect(ownerOf({ ...schools, status: "SUBMITTED" })).toEqual({ owner: "HOME_SCHOOL", institutionId: HOME });
  expect(ownerOf({ ...schools, status: "CONFIRMED" })).toEqual({ owner: "DEPARTMENT", institutionId: RECEIVING });
  expect(ownerOf({ ...schools, status: "REVIEWED" })).toEqual({ owner: "REGISTRAR", institutionId: RECEIVING });
  for (const status of APPLICATION_STATUSES.filter((each) => isOver(each) || each === "DECIDED"))
    expect(ownerOf({ ...schools, status }), status).toBeNull();
});

test("what a school says goes before what is said of every school", () => {
  expect(stepPeriodFor([...general, own], "DEPARTMENT", RECEIVING)).toBe(own);
  expect(stepPeriodFor([own, ...general], "DEPARTMENT", HOME)).toBe(general[1]);
  expect(stepPeriodFor([own], "REGISTRAR", RECEIVING)).toBeNull();
});

test("a step is due so many working days after the day it came, weekends not counted", () => {
  const periods = [...general, own];
  expect(dueOn({ ...schools, ...since, status: "SUBMITTED" }, periods, days)).toBe("2026-11-27");
  expect(dueOn({ ...schools, ...since, status: "CONFIRMED" }, periods, days)).toBe("2026-11-24");
  expect(dueOn({ ...schools, ...since, status: "DECIDED" }, periods, days)).toBeNull();
  expect(dueOn({ ...schools, ...since, status: "SUBMITTED" }, [], days)).toBeNull();
});

test("it is due on no day that the calendar does not know", () => {
  const row = { ...schools, waitingSince: "2999-01-01T00:00:00Z", status: "SUBMITTED" } as const;
  expect(dueOn(row, general, days)).toBeNull();
});
