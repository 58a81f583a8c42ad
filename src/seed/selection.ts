import type postgres from "postgres";
import type { Tx } from "../db/transaction.ts";
import type { Id } from "../domain/id.ts";
import { isProblem } from "../domain/problem.ts";
import { blockPractice, weekSet } from "../domain/selection/meeting.ts";
import { type Occurrence, occurrencesOf } from "../domain/calendar/teaching.ts";
import { teachingCalendars } from "../features/calendar/service.ts";
import { idOf } from "./id.ts";
import { insertAll } from "./insert.ts";
import { orNull, type Row, readTable } from "./table.ts";

/** Loads terms, bells, sections of cross-school selection and the seats taken so far. What is there already stays. */
export async function seedSelection(sql: postgres.Sql): Promise<void> {
  const [terms, bells, sections, seats] = await Promise.all([
    readTable("terms"),
    readTable("bells"),
    readTable("sections"),
    readTable("seats"),
  ]);
  await insertAll(sql, "term", terms.map(termRow));
  await insertAll(sql, "bell", bells.map(bellRow));
  await seedSections(sql, sections, seats);
  await seedSeats(sql, sections, seats);
}

async function seedSections(sql: postgres.Sql, sections: readonly Row[], seats: readonly Row[]): Promise<void> {
  const rows = sections.map((row) => sectionRow(row, seats));
  await insertAll(sql, "section", rows);
  const reservations = sections.flatMap((row) => reservationRows(row, seats));
  await insertAll(sql, "section_reservation", reservations);
  const meetings = sections.flatMap((row) =>
    meetingsOf(row).map((meeting) => ({
      ...meeting,
      hostInstitutionId: idOf("institution", row["host"] ?? ""),
      weeks: sql.json(meeting.weeks as number[]),
    })),
  );
  await insertAll(sql, "section_meeting", meetings);
}

/** Seats, and the hours they claim, in the calendar and bells of the host school. */
async function seedSeats(sql: postgres.Sql, sections: readonly Row[], seats: readonly Row[]): Promise<void> {
  const hosts = new Map(sections.map((row) => [row["key"], row["host"] ?? ""]));
  const teachers = new Map(sections.map((row) => [row["key"], orNull(row["teacher"])]));
  const rows = seats.map((row) => ({
    sectionId: idOf("section", row["section"] ?? ""),
    id: idOf("seat", `${row["section"]}/${row["learner"]}`),
    learnerId: idOf("learner", row["learner"] ?? ""),
    hostInstitutionId: idOf("institution", hosts.get(row["section"]) ?? ""),
    homeInstitutionId: idOf("institution", row["home"] ?? ""),
    teacherAccountId: accountOf(teachers.get(row["section"])),
    learnerName: row["learner_name"] ?? "",
    studentNo: row["student_no"] ?? "",
    pool: row["pool"] ?? "",
    hostState: "ENROLLED",
    homeState: "SELECTED",
    idempotencyKey: "seed",
    actorId: idOf("account", row["actor"] ?? ""),
    takenAt: row["taken_at"] ?? "",
  }));
  await insertAll(sql, "seat", rows);
  const hours = await hoursOf(sql, sections);
  await insertAll(
    sql,
    "seat_meeting",
    rows.flatMap(({ learnerId, sectionId, id }) =>
      (hours.get(sectionId) ?? []).map(({ startsAt, endsAt }, ordinal) => {
        return { learnerId, sectionId, seatId: id, ordinal, during: `[${startsAt},${endsAt})` };
      }),
    ),
  );
}

const accountOf = (login: string | null | undefined): Id | null => (login ? idOf("account", login) : null);

/** When each section takes place, in the calendar and bells of its host. */
async function hoursOf(sql: postgres.Sql, sections: readonly Row[]): Promise<ReadonlyMap<Id, readonly Occurrence[]>> {
  const tx: Tx = { run: async (statement) => statement(sql as never) };
  const termOf = (row: Row) => ({ institutionId: idOf("institution", row["host"] ?? ""), termCode: row["term"] ?? "" });
  const calendarOf = await teachingCalendars(tx, sections.map(termOf));
  return new Map(
    sections.map((row) => {
      const calendar = calendarOf(termOf(row));
      if (calendar === null) throw new Error(`section ${row["key"]}: no term ${row["term"]}`);
      const occurrences = meetingsOf(row).flatMap((meeting) => {
        const found = occurrencesOf(meeting, calendar);
        if (isProblem(found)) throw new Error(`section ${row["key"]}: ${found.code}`);
        return found;
      });
      return [idOf("section", row["key"] ?? ""), occurrences] as const;
    }),
  );
}

function termRow(row: Row) {
  return {
    id: idOf("term", `${row["institution"]}/${row["code"]}`),
    institutionId: idOf("institution", row["institution"] ?? ""),
    code: row["code"] ?? "",
    firstMonday: row["first_monday"] ?? "",
    teachingWeeks: Number(row["teaching_weeks"]),
    examWeeks: (orNull(row["exam_weeks"]) ?? "").split(" ").filter(Boolean).map(Number),
  };
}

function bellRow(row: Row) {
  return {
    institutionId: idOf("institution", row["institution"] ?? ""),
    period: Number(row["period"]),
    startsAt: row["starts_at"] ?? "",
    endsAt: row["ends_at"] ?? "",
  };
}

function seatsOf(section: Row, seats: readonly Row[], pool: "OPEN" | "RESERVED", home?: string): number {
  return seats.filter(
    (seat) =>
      seat["section"] === section["key"] && seat["pool"] === pool && (home === undefined || seat["home"] === home),
  ).length;
}

function sectionRow(row: Row, seats: readonly Row[]) {
  const teacher = orNull(row["teacher"]);
  return {
    id: idOf("section", row["key"] ?? ""),
    hostInstitutionId: idOf("institution", row["host"] ?? ""),
    courseId: idOf("course", `${row["host"]}/${row["course"]}`),
    termCode: row["term"] ?? "",
    number: row["number"] ?? "",
    teacherAccountId: teacher === null ? null : idOf("account", teacher),
    capacity: Number(row["capacity"]),
    reserved: reservationsOf(row).reduce((sum, [, reserved]) => sum + reserved, 0),
    openTaken: seatsOf(row, seats, "OPEN"),
    status: row["status"] ?? "",
    opensAt: row["opens_at"] ?? "",
    closesAt: row["closes_at"] ?? "",
  };
}

/** "school-a:5;school-b:3" -> how many seats each partner has to itself. */
function reservationsOf(row: Row): (readonly [string, number])[] {
  const cell = orNull(row["reservations"]);
  if (cell === null) return [];
  return cell.split(";").map((part) => {
    const [institution = "", reserved = ""] = part.split(":");
    return [institution, Number(reserved)] as const;
  });
}

function reservationRows(row: Row, seats: readonly Row[]) {
  return reservationsOf(row).map(([institution, reserved]) => ({
    sectionId: idOf("section", row["key"] ?? ""),
    hostInstitutionId: idOf("institution", row["host"] ?? ""),
    institutionId: idOf("institution", institution),
    reserved,
    taken: seatsOf(row, seats, "RESERVED", institution),
  }));
}

/** "1-8 10-16|2|3-4;9||" -> weeks, weekday and periods of each meeting; without a weekday, weeks of block practice. */
function meetingsOf(row: Row) {
  const cell = orNull(row["meetings"]);
  if (cell === null) return [];
  return cell.split(";").map((part, ordinal) => {
    const [written = "", weekday = "", periods = ""] = part.split("|");
    const [startPeriod = "", endPeriod = startPeriod] = periods.split("-");
    const weeks = weekSet(written.split(" ").flatMap(weeksOf));
    const meeting =
      weekday === ""
        ? blockPractice(weeks)
        : { weeks, weekday: Number(weekday), startPeriod: Number(startPeriod), endPeriod: Number(endPeriod) };
    return { sectionId: idOf("section", row["key"] ?? ""), ordinal, ...meeting };
  });
}

/** "3-6" -> 3, 4, 5, 6. */
function weeksOf(range: string): number[] {
  const [first = "", last = first] = range.split("-");
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index);
}
