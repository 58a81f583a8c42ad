import { v5 } from "uuid";
import { authorise } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { occurrencesOfSection } from "../../domain/selection/clash.ts";
import { blockPractice, type Meeting, weekSet } from "../../domain/selection/meeting.ts";
import { campusesOf, teachingCalendar } from "../calendar/service.ts";
import * as store from "./store.ts";

/** A section as its host school announces it. */
export interface SectionDraft {
  readonly courseCode: string;
  readonly termCode: string;
  readonly number: string;
  readonly campusId: Id | null;
  readonly capacity: number;
  readonly reservations: readonly { readonly institutionKey: string; readonly reserved: number }[];
  readonly meetings: readonly {
    readonly weeks: readonly number[];
    readonly weekday: number | null;
    readonly startPeriod: number;
    readonly endPeriod: number;
  }[];
  readonly opensAt: string;
  readonly closesAt: string;
}

/** Bounds of the service on what one section may carry; none of them is a rule of the field. */
const CAPACITY_MAX = 1000;
const NUMBER_LENGTH_MAX = 20;
const MEETINGS_MAX = 20;
const RESERVATIONS_MAX = 50;
const WEEKDAYS = 7;

const invalid = (detail: string, ...path: readonly string[]): Problem => problem("INVALID_INPUT", { detail }, path);

/**
 * Publishes a section of the viewer's school; its window decides when seats are taken.
 * @returns FORBIDDEN, UNKNOWN_COURSE, UNKNOWN_TERM, UNKNOWN_INSTITUTION, SECTION_NUMBER_TAKEN, INVALID_INPUT, and what
 * the calendar says of its meetings (WEEK_OUTSIDE_TERM, EXAM_WEEK, PERIOD_WITHOUT_BELL, MEETINGS_OVERLAP)
 */
export async function publishSection(tx: Tx, viewer: Viewer, draft: SectionDraft): Promise<Id | Problem> {
  const refused = authorise(viewer, "section.publish", { institutionIds: [viewer.institutionId] });
  if (refused !== null) return refused;
  if (viewer.institutionId === null) return problem("FORBIDDEN", { action: "section.publish" });
  const malformed = malformedIn(draft);
  if (malformed !== null) return malformed;
  const [courseId, calendar, reservations, campuses] = await Promise.all([
    store.courseIdByCode(tx, viewer.institutionId, draft.courseCode),
    teachingCalendar(tx, { institutionId: viewer.institutionId, termCode: draft.termCode }, draft.campusId),
    reservationsOf(tx, draft),
    campusesOf(tx, viewer.institutionId),
  ]);
  if (courseId === null) return problem("UNKNOWN_COURSE", { code: draft.courseCode }, ["courseCode"]);
  if (isProblem(calendar)) return calendar;
  if (isProblem(reservations)) return reservations;
  if (draft.campusId !== null && campuses.every(({ id }) => id !== draft.campusId))
    return invalid("campusId", "campusId");
  const meetings = draft.meetings.map(meetingOf);
  const exams = meetings.flatMap(({ weeks }) => weeks).find((week) => calendar.examWeeks.includes(week));
  if (exams !== undefined) return problem("EXAM_WEEK", { week: exams }, ["meetings"]);
  const occurrences = occurrencesOfSection(meetings, calendar);
  if (isProblem(occurrences)) return occurrences;
  const { termCode, number, campusId, capacity, opensAt, closesAt } = draft;
  const key = { hostInstitutionId: viewer.institutionId, termCode, courseId, number };
  const teacherAccountId = viewer.role === "HOST_TEACHER" ? viewer.accountId : null;
  const section = {
    ...key,
    id: idOf(key),
    campusId,
    teacherAccountId,
    capacity,
    opensAt,
    closesAt,
    reservations,
    meetings,
  };
  const taken = (await store.isNumbered(tx, key)) || !(await store.insertSection(tx, section));
  return taken ? problem("SECTION_NUMBER_TAKEN", { number }, ["number"]) : section.id;
}

/** The namespace of section ids. Never change it. */
const NAMESPACE = "0e4c6a1b-90d7-5c55-8f43-5a1f2c7d3b60";

/**
 * A section's id is made from its natural key, so that its primary key keeps two from being published under one number:
 * the table is distributed by id, and no other unique key could hold across shards.
 */
function idOf(key: Pick<store.NewSection, "hostInstitutionId" | "termCode" | "courseId" | "number">): Id {
  return v5([key.hostInstitutionId, key.termCode, key.courseId, key.number].join("/"), NAMESPACE);
}

/** What is wrong with the draft by itself. */
function malformedIn(draft: SectionDraft): Problem | null {
  if (draft.number.trim() === "" || draft.number.length > NUMBER_LENGTH_MAX) return invalid("number", "number");
  if (draft.capacity < 1 || draft.capacity > CAPACITY_MAX) return invalid("capacity", "capacity");
  if (draft.reservations.length > RESERVATIONS_MAX) return invalid("reservations", "reservations");
  if (draft.meetings.length > MEETINGS_MAX) return invalid("meetings", "meetings");
  if (!(Date.parse(draft.opensAt) < Date.parse(draft.closesAt))) return invalid("closesAt", "closesAt");
  const reserved = draft.reservations.reduce((sum, own) => sum + own.reserved, 0);
  if (draft.reservations.some((own) => own.reserved < 1) || reserved > draft.capacity) {
    return invalid("reservations", "reservations");
  }
  const wrong = draft.meetings.findIndex((meeting) => !isMeeting(meeting));
  return wrong === -1 ? null : invalid("meetings", "meetings", String(wrong));
}

function isMeeting({ weeks, weekday, startPeriod, endPeriod }: SectionDraft["meetings"][number]): boolean {
  if (weeks.length === 0 || weeks.length > 60) return false;
  return weekday === null || (weekday >= 1 && weekday <= WEEKDAYS && startPeriod >= 1 && startPeriod <= endPeriod);
}

function meetingOf({ weeks, ...rest }: SectionDraft["meetings"][number]): Meeting {
  return rest.weekday === null ? blockPractice(weekSet(weeks)) : { ...rest, weeks: weekSet(weeks) };
}

async function reservationsOf(tx: Tx, draft: SectionDraft): Promise<store.NewSection["reservations"] | Problem> {
  const keys = draft.reservations.map((own) => own.institutionKey);
  if (new Set(keys).size < keys.length) return invalid("reservations", "reservations");
  const ids = new Map((await store.institutionIdsByKeys(tx, keys)).map((row) => [row.key, row.id]));
  const unknown = keys.findIndex((key) => !ids.has(key));
  if (unknown !== -1) {
    return problem("UNKNOWN_INSTITUTION", { key: keys[unknown] ?? "" }, [
      "reservations",
      String(unknown),
      "institutionKey",
    ]);
  }
  return draft.reservations.map((own) => ({
    institutionId: ids.get(own.institutionKey) ?? "",
    reserved: own.reserved,
  }));
}
