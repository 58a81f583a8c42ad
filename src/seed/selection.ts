import type postgres from "postgres";
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
    meetingsOf(row).map((meeting) => ({ ...meeting, weeks: sql.json(meeting.weeks) })),
  );
  await insertAll(sql, "section_meeting", meetings);
}

/** Seats, and the hours they claim, in the calendar and bells of the host school. */
async function seedSeats(sql: postgres.Sql, sections: readonly Row[], seats: readonly Row[]): Promise<void> {
  const hosts = new Map(sections.map((row) => [row["key"], row["host"] ?? ""]));
  const rows = seats.map((row) => ({
    sectionId: idOf("section", row["section"] ?? ""),
    id: idOf("seat", `${row["section"]}/${row["learner"]}`),
    learnerId: idOf("learner", row["learner"] ?? ""),
    hostInstitutionId: idOf("institution", hosts.get(row["section"]) ?? ""),
    homeInstitutionId: idOf("institution", row["home"] ?? ""),
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
  await sql`/* seed.seatMeetings */
    insert into seat_meeting (learner_id, section_id, seat_id, ordinal, during)
    select seat.learner_id, seat.section_id, seat.id,
      row_number() over (partition by seat.id order by opening.starts_at)::int - 1,
      tstzrange(opening.starts_at, opening.ends_at)
    from seat
    join section on section.id = seat.section_id
    join term on term.institution_id = section.host_institution_id and term.code = section.term_code
    join section_meeting meeting on meeting.section_id = section.id and meeting.weekday is not null
    cross join jsonb_array_elements_text(meeting.weeks) as week(number)
    join bell first on first.institution_id = section.host_institution_id and first.period = meeting.start_period
    join bell last on last.institution_id = section.host_institution_id and last.period = meeting.end_period
    cross join lateral (
      select
        (term.first_monday + (week.number::int - 1) * 7 + meeting.weekday - 1 + first.starts_at)
          at time zone 'Asia/Shanghai' as starts_at,
        (term.first_monday + (week.number::int - 1) * 7 + meeting.weekday - 1 + last.ends_at)
          at time zone 'Asia/Shanghai' as ends_at
    ) as opening
    where seat.idempotency_key = 'seed' and seat.host_state <> 'DROPPED'
    on conflict do nothing`;
}

function termRow(row: Row) {
  return {
    id: idOf("term", `${row["institution"]}/${row["code"]}`),
    institutionId: idOf("institution", row["institution"] ?? ""),
    code: row["code"] ?? "",
    firstMonday: row["first_monday"] ?? "",
    teachingWeeks: Number(row["teaching_weeks"]),
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
    institutionId: idOf("institution", institution),
    reserved,
    taken: seatsOf(row, seats, "RESERVED", institution),
  }));
}

/** "1-8 10-16|2|3-4;..." -> weeks, weekday (empty for block practice) and periods of each meeting. */
function meetingsOf(row: Row) {
  const cell = orNull(row["meetings"]);
  if (cell === null) return [];
  return cell.split(";").map((part, ordinal) => {
    const [weeks = "", weekday = "", periods = ""] = part.split("|");
    const [startPeriod = "", endPeriod = startPeriod] = periods.split("-");
    return {
      sectionId: idOf("section", row["key"] ?? ""),
      ordinal,
      weeks: weeks.split(" ").flatMap(weeksOf),
      weekday: weekday === "" ? null : Number(weekday),
      startPeriod: Number(startPeriod),
      endPeriod: Number(endPeriod),
    };
  });
}

/** "3-6" -> 3, 4, 5, 6. */
function weeksOf(range: string): number[] {
  const [first = "", last = first] = range.split("-");
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index);
}
