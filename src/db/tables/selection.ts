import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { day, id, instant, instantRange } from "./columns.ts";

/** 教学班: a course given by its host school in one term, open to partners. */
export const section = pgTable(
  "section",
  {
    id: id().primaryKey(),
    hostInstitutionId: uuid("host_institution_id").notNull(),
    courseId: uuid("course_id").notNull(),
    termCode: text("term_code").notNull(),
    number: text("number").notNull(),
    campusId: uuid("campus_id"),
    teacherAccountId: uuid("teacher_account_id"),
    capacity: integer("capacity").notNull(),
    /** Seats kept for the partners together; the sum of the reservations. */
    reserved: integer("reserved").notNull(),
    /** Seats taken from the unreserved part. */
    openTaken: integer("open_taken").notNull().default(0),
    status: text("status", { enum: ["DRAFT", "OPEN", "CLOSED", "GRADED", "CANCELLED"] }).notNull(),
    opensAt: instant("opens_at").notNull(),
    closesAt: instant("closes_at").notNull(),
  },
  (t) => [
    check("never_oversold", sql`open_taken between 0 and capacity - reserved`),
    check("reserved_within_capacity", sql`reserved between 0 and capacity`),
    index("section_number_idx").on(t.hostInstitutionId, t.termCode, t.courseId, t.number),
    index("section_term_idx").on(t.termCode, t.status),
  ],
);

/** Seats of a section kept for one partner school. */
export const sectionReservation = pgTable(
  "section_reservation",
  {
    sectionId: uuid("section_id")
      .notNull()
      .references(() => section.id),
    /** The school of the section: row-level security compares it. */
    hostInstitutionId: uuid("host_institution_id").notNull(),
    institutionId: uuid("institution_id").notNull(),
    reserved: integer("reserved").notNull(),
    taken: integer("taken").notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.sectionId, t.institutionId] }),
    check("reservation_never_oversold", sql`taken between 0 and reserved`),
  ],
);

/** Weeks x weekday x periods, in the host school's calendar and bells. */
export const sectionMeeting = pgTable(
  "section_meeting",
  {
    sectionId: uuid("section_id")
      .notNull()
      .references(() => section.id),
    /** The school of the section: row-level security compares it. */
    hostInstitutionId: uuid("host_institution_id").notNull(),
    ordinal: integer("ordinal").notNull(),
    weeks: jsonb("weeks").notNull(),
    /** 1 = Monday; null for a week of block practice. */
    weekday: integer("weekday"),
    startPeriod: integer("start_period").notNull(),
    endPeriod: integer("end_period").notNull(),
  },
  (t) => [primaryKey({ columns: [t.sectionId, t.ordinal] })],
);

/** A seat has two states: what the host school says and what the home school says. */
export const seat = pgTable(
  "seat",
  {
    sectionId: uuid("section_id")
      .notNull()
      .references(() => section.id),
    id: id(),
    learnerId: uuid("learner_id").notNull(),
    hostInstitutionId: uuid("host_institution_id").notNull(),
    homeInstitutionId: uuid("home_institution_id").notNull(),
    /** Who teaches the section, for a teacher sees their own rosters only. */
    teacherAccountId: uuid("teacher_account_id"),
    /** A roster row holds name and number, not the learner's record. */
    learnerName: text("learner_name").notNull(),
    studentNo: text("student_no").notNull(),
    pool: text("pool", { enum: ["OPEN", "RESERVED"] }).notNull(),
    hostState: text("host_state", { enum: ["ENROLLED", "DROPPED", "GRADED"] }).notNull(),
    homeState: text("home_state", { enum: ["SELECTED", "DROPPED", "GRADE_RETURNED", "RECOGNISED"] }).notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    actorId: uuid("actor_id").notNull(),
    takenAt: instant("taken_at").notNull(),
    droppedAt: instant("dropped_at"),
    grade: jsonb("grade"),
    gradedBy: uuid("graded_by"),
    gradeConfirmedBy: uuid("grade_confirmed_by"),
    gradedOn: day("graded_on"),
  },
  (t) => [
    primaryKey({ columns: [t.sectionId, t.id] }),
    uniqueIndex("seat_once").on(t.sectionId, t.learnerId).where(sql`host_state <> 'DROPPED'`),
    uniqueIndex("seat_idempotency_key").on(t.sectionId, t.learnerId, t.idempotencyKey),
    index("seat_learner_idx").on(t.learnerId),
    index("seat_home_idx").on(t.homeInstitutionId),
    check("grade_two_people", sql`grade_confirmed_by is null or grade_confirmed_by <> graded_by`),
  ],
);

/** The hours a seat claims of its learner's time; the database excludes clashes. */
export const seatMeeting = pgTable(
  "seat_meeting",
  {
    learnerId: uuid("learner_id").notNull(),
    sectionId: uuid("section_id").notNull(),
    seatId: uuid("seat_id").notNull(),
    ordinal: integer("ordinal").notNull(),
    during: instantRange("during").notNull(),
  },
  (t) => [primaryKey({ columns: [t.learnerId, t.sectionId, t.seatId, t.ordinal] })],
);
