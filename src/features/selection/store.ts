import type { Tx } from "../../db/transaction.ts";
import type { Grade } from "../../domain/grade.ts";
import type { Window } from "../../domain/calendar/window.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { EducationLevel } from "../../domain/major.ts";
import type { Meeting } from "../../domain/selection/meeting.ts";
import type { Pool, SectionSeats, SectionStatus } from "../../domain/selection/seating.ts";

export interface ReservationRow {
  readonly institutionId: Id;
  readonly reserved: number;
  readonly taken: number;
}
export interface SectionRow {
  readonly id: Id;
  readonly hostInstitutionId: Id;
  readonly courseId: Id;
  readonly termCode: string;
  readonly number: string;
  readonly campusId: Id | null;
  readonly teacherAccountId: Id | null;
  readonly capacity: number;
  readonly openTaken: number;
  readonly status: SectionStatus;
  readonly opensAt: string;
  readonly closesAt: string;
  readonly reservations: readonly ReservationRow[];
  readonly meetings: readonly Meeting[];
}
export interface SeatRow {
  readonly sectionId: Id;
  readonly id: Id;
  readonly learnerId: Id;
  readonly hostInstitutionId: Id;
  readonly homeInstitutionId: Id;
  readonly teacherAccountId: Id | null;
  readonly learnerName: string;
  readonly studentNo: string;
  readonly pool: Pool;
  readonly hostState: "ENROLLED" | "DROPPED" | "GRADED";
  readonly homeState: "SELECTED" | "DROPPED" | "GRADE_RETURNED" | "RECOGNISED";
  readonly idempotencyKey: string;
  readonly actorId: Id;
  readonly takenAt: string;
  readonly droppedAt: string | null;
  readonly grade: Grade | null;
  readonly gradedBy: Id | null;
  readonly gradeConfirmedBy: Id | null;
  readonly gradedOn: IsoDate | null;
}

/** What the seats of a section depend on, as the domain sees it. */
export function seatsOf(row: SectionRow): SectionSeats {
  return { ...row, reservations: new Map(row.reservations.map((own) => [own.institutionId, own])) };
}

export function sectionsByIds(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<SectionRow[]>`/* selection.sectionsByIds */
      select s.id, s.host_institution_id, s.course_id, s.term_code, s.number, s.campus_id, s.teacher_account_id, s.capacity,
        s.open_taken, s.status, s.opens_at, s.closes_at,
        (select coalesce(json_agg(json_build_object('institutionId', r.institution_id, 'reserved', r.reserved,
            'taken', r.taken) order by r.institution_id), '[]')
          from section_reservation r where r.section_id = s.id) as reservations,
        (select coalesce(json_agg(json_build_object('weeks', m.weeks, 'weekday', m.weekday,
            'startPeriod', m.start_period, 'endPeriod', m.end_period) order by m.ordinal), '[]')
          from section_meeting m where m.section_id = s.id) as meetings
      from section s where s.id = any(${ids as Id[]}::uuid[])`,
  );
}

/** Sections a school published, where its learners sit, or with a seat they could take; newest term first. */
export function sectionsFor(
  tx: Tx,
  institutionId: Id | null,
  filter: { readonly termCode: string | null; readonly first: number; readonly after: readonly string[] | null },
) {
  const [afterTerm, afterNumber, afterId] = filter.after ?? [];
  return tx.run(
    (sql) => sql<{ readonly id: Id; readonly termCode: string; readonly number: string }[]>`/* selection.sectionsFor */
      select s.id, s.term_code, s.number from section s
      where (${filter.termCode}::text is null or s.term_code = ${filter.termCode})
        and (s.host_institution_id = ${institutionId}::uuid
          or s.status = 'OPEN' and (s.capacity > s.reserved or exists (select 1 from section_reservation r
            where r.section_id = s.id and r.institution_id = ${institutionId}::uuid and r.reserved > 0))
          or exists (select 1 from seat t where t.section_id = s.id and t.home_institution_id = ${institutionId}::uuid
            and t.host_state <> 'DROPPED'))
        and (${afterTerm ?? null}::text is null or s.term_code < ${afterTerm ?? null}
          or s.term_code = ${afterTerm ?? null} and (s.number, s.id) > (${afterNumber ?? null}, ${afterId ?? null}::uuid))
      order by s.term_code desc, s.number, s.id limit ${filter.first + 1}`,
  );
}

export function seatsByIds(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<SeatRow[]>`/* selection.seatsByIds */
      select * from seat where id = any(${ids as Id[]}::uuid[])`,
  );
}

/** A learner's seats, newest first, given up ones too. */
export function seatsOfLearner(tx: Tx, learnerId: Id) {
  return tx.run(
    (sql) => sql<SeatRow[]>`/* selection.seatsOfLearner */
      select * from seat where learner_id = ${learnerId} order by taken_at desc, id`,
  );
}

/** The seats a learner holds now in these sections. */
export function heldSeats(tx: Tx, learnerId: Id, sectionIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<SeatRow[]>`/* selection.heldSeats */
      select * from seat where learner_id = ${learnerId} and section_id = any(${sectionIds as Id[]}::uuid[])
        and host_state <> 'DROPPED'`,
  );
}

/** The seat a key was used for, whatever became of it since. */
export async function seatOfKey(tx: Tx, learnerId: Id, sectionId: Id, key: string): Promise<SeatRow | null> {
  const rows = await tx.run(
    (sql) => sql<SeatRow[]>`/* selection.seatOfKey */
      select * from seat where section_id = ${sectionId} and learner_id = ${learnerId} and idempotency_key = ${key}`,
  );
  return rows[0] ?? null;
}

/**
 * The rosters of sections as a school may see them: all of them as host, its own learners as home; as a teacher may, those
 * of their own sections. In order of numbers.
 */
export function rosters(tx: Tx, institutionId: Id, teacherId: Id | null, sectionIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<SeatRow[]>`/* selection.rosters */
      select * from seat where section_id = any(${sectionIds as Id[]}::uuid[]) and host_state <> 'DROPPED'
        and (host_institution_id = ${institutionId} or home_institution_id = ${institutionId})
        and (${teacherId}::uuid is null or teacher_account_id = ${teacherId})
      order by section_id, home_institution_id, student_no, id`,
  );
}

/** Locks the seats of a section that are held, in the order of their learners. */
export function lockRoster(tx: Tx, sectionId: Id) {
  return tx.run(
    (sql) => sql<SeatRow[]>`/* selection.lockRoster */
      select * from seat where section_id = ${sectionId} and host_state <> 'DROPPED'
      order by learner_id, id for update`,
  );
}

export interface ReturnedGrade {
  readonly seatId: Id;
  readonly grade: Grade;
}

/** Writes what the host school returned. */
export async function writeGrades(
  tx: Tx,
  sheet: {
    readonly sectionId: Id;
    readonly gradedBy: Id;
    readonly gradedOn: IsoDate;
    readonly rows: readonly ReturnedGrade[];
  },
): Promise<void> {
  const rows = JSON.stringify(sheet.rows);
  await tx.run(
    (sql) => sql`/* selection.writeGrades */
      update seat set grade = g.grade, graded_by = ${sheet.gradedBy}, graded_on = ${sheet.gradedOn},
        host_state = 'GRADED', home_state = 'GRADE_RETURNED'
      from json_to_recordset(${rows}::text::json) as g ("seatId" uuid, grade jsonb)
      where seat.section_id = ${sheet.sectionId} and seat.id = g."seatId"`,
  );
}

export async function setSectionStatus(tx: Tx, sectionId: Id, status: SectionStatus): Promise<void> {
  await tx.run(
    (sql) => sql`/* selection.setSectionStatus */ update section set status = ${status} where id = ${sectionId}`,
  );
}

/** Writes who confirmed returned grades, and that those of `recognised` were recognised. */
export async function confirmGrades(
  tx: Tx,
  sectionId: Id,
  confirmed: { readonly seatIds: readonly Id[]; readonly recognised: readonly Id[]; readonly by: Id },
): Promise<void> {
  await tx.run(
    (sql) => sql`/* selection.confirmGrades */
      update seat set grade_confirmed_by = ${confirmed.by},
        home_state = case when id = any(${confirmed.recognised as Id[]}::uuid[]) then 'RECOGNISED' else home_state end
      where section_id = ${sectionId} and id = any(${confirmed.seatIds as Id[]}::uuid[])`,
  );
}

/** The course of a school by its code. */
export async function courseIdByCode(tx: Tx, institutionId: Id, code: string): Promise<Id | null> {
  const rows = await tx.run(
    (sql) => sql<{ readonly id: Id }[]>`/* selection.courseIdByCode */
      select id from course where institution_id = ${institutionId} and code = ${code}`,
  );
  return rows[0]?.id ?? null;
}

export function institutionIdsByKeys(tx: Tx, keys: readonly string[]) {
  return tx.run(
    (sql) => sql<{ readonly key: string; readonly id: Id }[]>`/* selection.institutionIdsByKeys */
      select key, id from institution where key = any(${keys as string[]}::text[])`,
  );
}

export interface NewSection {
  readonly id: Id;
  readonly hostInstitutionId: Id;
  readonly courseId: Id;
  readonly termCode: string;
  readonly number: string;
  readonly campusId: Id | null;
  readonly teacherAccountId: Id | null;
  readonly capacity: number;
  readonly opensAt: string;
  readonly closesAt: string;
  readonly reservations: readonly { readonly institutionId: Id; readonly reserved: number }[];
  readonly meetings: readonly Meeting[];
}

/** Whether a school offers a course under a number in a term already. */
export async function isNumbered(
  tx: Tx,
  key: Pick<NewSection, "hostInstitutionId" | "termCode" | "courseId" | "number">,
): Promise<boolean> {
  const rows = await tx.run(
    (sql) => sql`/* selection.isNumbered */
      select 1 from section where host_institution_id = ${key.hostInstitutionId} and term_code = ${key.termCode}
        and course_id = ${key.courseId} and number = ${key.number}`,
  );
  return rows.length > 0;
}

/** Writes a section, its reservations and meetings. False where its id is taken. */
export async function insertSection(tx: Tx, section: NewSection): Promise<boolean> {
  const reserved = section.reservations.reduce((sum, own) => sum + own.reserved, 0);
  const inserted = await tx.run(
    (sql) => sql`/* selection.insertSection */
      insert into section (id, host_institution_id, course_id, term_code, number, campus_id, teacher_account_id, capacity, reserved,
        status, opens_at, closes_at)
      values (${section.id}, ${section.hostInstitutionId}, ${section.courseId}, ${section.termCode}, ${section.number},
        ${section.campusId}, ${section.teacherAccountId}, ${section.capacity}, ${reserved}, 'OPEN', ${section.opensAt}, ${section.closesAt})
      on conflict do nothing returning id`,
  );
  if (inserted.length === 0) return false;
  const reservations = JSON.stringify(section.reservations);
  const meetings = JSON.stringify(section.meetings.map((meeting, ordinal) => ({ ...meeting, ordinal })));
  await Promise.all([
    tx.run(
      (sql) => sql`/* selection.insertReservations */
        insert into section_reservation (section_id, host_institution_id, institution_id, reserved)
        select ${section.id}, ${section.hostInstitutionId}::uuid, r."institutionId", r.reserved
        from json_to_recordset(${reservations}::text::json) as r ("institutionId" uuid, reserved int)`,
    ),
    tx.run(
      (sql) => sql`/* selection.insertMeetings */
        insert into section_meeting (section_id, host_institution_id, ordinal, weeks, weekday, start_period, end_period)
        select ${section.id}, ${section.hostInstitutionId}::uuid, m.ordinal, m.weeks, m.weekday, m."startPeriod", m."endPeriod"
        from json_to_recordset(${meetings}::text::json)
          as m (ordinal int, weeks jsonb, weekday int, "startPeriod" int, "endPeriod" int)`,
    ),
  ]);
  return true;
}

/** Whoever takes a seat: name and number as a roster row shows them. */
export interface LearnerAtHome {
  readonly learnerId: Id;
  readonly name: string;
  readonly registrationId: Id;
  readonly institutionId: Id;
  readonly programmeId: Id;
  readonly departmentId: Id | null;
  readonly cohort: number;
  readonly studentNo: string;
  readonly level: EducationLevel;
  /** Of their class; null where the school does not say. */
  readonly campusId: Id | null;
}

/** The active registrations of learners, the newest of each; at one school, or at any for null. */
export function activeRegistrations(tx: Tx, learnerIds: readonly Id[], institutionId: Id | null) {
  return tx.run(
    (sql) => sql<LearnerAtHome[]>`/* selection.activeRegistrations */
      select distinct on (r.learner_id) r.learner_id, l.name, r.id as registration_id, r.institution_id, r.programme_id,
        r.department_id, r.cohort, r.student_no, p.level, c.campus_id
      from registration r join learner l on l.id = r.learner_id join programme p on p.id = r.programme_id
        left join class_group c on c.id = r.class_id
      where r.learner_id = any(${learnerIds as Id[]}::uuid[]) and r.status = 'ACTIVE'
        and (${institutionId}::uuid is null or r.institution_id = ${institutionId})
      order by r.learner_id, r.entered_on desc, r.phase desc`,
  );
}

/** Courses a learner has passed, wherever, or that were recognised. A failed course is deposited without credits. */
export async function passedCourses(tx: Tx, learnerId: Id): Promise<ReadonlySet<Id>> {
  const rows = await tx.run(
    (sql) => sql<{ readonly id: Id | null }[]>`/* selection.passedCourses */
      select course_id as id from achievement
        where learner_id = any(same_person(${learnerId})) and status = 'DEPOSITED' and credits > 0
      union select (detail ->> 'courseId')::uuid from achievement
        where learner_id = any(same_person(${learnerId})) and status = 'DEPOSITED' and credits > 0 and kind like '%COURSE'
      union select target.id::uuid from decision_line, jsonb_array_elements_text(target_course_ids) as target (id)
        where learner_id = any(same_person(${learnerId})) and status = 'RECOGNISED'`,
  );
  return new Set(rows.flatMap((row) => (row.id === null ? [] : [row.id])));
}

/** Which of these learners have a result of the course on record already, failed or not. */
export async function attemptedBefore(tx: Tx, learnerIds: readonly Id[], courseId: Id): Promise<ReadonlySet<Id>> {
  const rows = await tx.run(
    (sql) => sql<{ readonly learnerId: Id }[]>`/* selection.attemptedBefore */
      select distinct learner_id from achievement where learner_id = any(${learnerIds as Id[]}::uuid[])
        and status = 'DEPOSITED' and kind like '%COURSE' and detail ->> 'courseId' = ${courseId}::text`,
  );
  return new Set(rows.map((row) => row.learnerId));
}

export function prerequisitesOf(tx: Tx, courseId: Id) {
  return tx.run(
    (sql) => sql<
      { readonly courseId: Id; readonly titleZh: string; readonly titleEn: string }[]
    >`/* selection.prerequisitesOf */
      select c.id as course_id, c.title_zh, c.title_en from course_prerequisite p join course c on c.id = p.prerequisite_id
      where p.course_id = ${courseId} order by c.code`,
  );
}

/** The levels of the programmes whose plans hold a course. */
export async function levelsOfCourse(tx: Tx, courseId: Id): Promise<readonly EducationLevel[]> {
  const rows = await tx.run(
    (sql) => sql<{ readonly level: EducationLevel }[]>`/* selection.levelsOfCourse */
      select distinct p.level from plan_course pc join plan on plan.id = pc.plan_id
      join programme p on p.id = plan.programme_id where pc.course_id = ${courseId} order by p.level`,
  );
  return rows.map((row) => row.level);
}

/** The selection window that the host of a section has set for its term; null where it has set none. */
export async function windowOf(tx: Tx, sectionId: Id): Promise<Window | null> {
  const [row] = await tx.run(
    (sql) => sql<Window[]>`/* selection.windowOf */
      select w.opens_at, w.closes_at from section s join calendar_window w
        on w.institution_id = s.host_institution_id and w.term_code = s.term_code and w.kind = 'SELECTION'
      where s.id = ${sectionId}`,
  );
  return row ?? null;
}
