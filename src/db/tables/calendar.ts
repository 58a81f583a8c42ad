import { sql } from "drizzle-orm";
import { check, integer, jsonb, pgTable, primaryKey, text, time, unique, uuid } from "drizzle-orm/pg-core";
import { institution } from "./catalogue.ts";
import { day, id, instant } from "./columns.ts";

/** A term of one school: schools differ in their first teaching week. */
export const term = pgTable(
  "term",
  {
    id: id().primaryKey(),
    institutionId: uuid("institution_id")
      .notNull()
      .references(() => institution.id),
    /** 2026-2027-1 */
    code: text("code").notNull(),
    firstMonday: day("first_monday").notNull(),
    teachingWeeks: integer("teaching_weeks").notNull(),
    /** Weeks of examinations, without classes. */
    examWeeks: integer("exam_weeks").array().notNull().default([]),
  },
  (t) => [unique("term_code_key").on(t.institutionId, t.code)],
);

/** In a key, for what holds of every campus. */
export const EVERY_CAMPUS = "00000000-0000-0000-0000-000000000000";

/** When a period of the day begins and ends at a school: by campus and by season where they differ. */
export const bell = pgTable(
  "bell",
  {
    institutionId: uuid("institution_id")
      .notNull()
      .references(() => institution.id),
    campusId: uuid("campus_id").notNull().default(EVERY_CAMPUS),
    season: text("season", { enum: ["YEAR", "SUMMER", "WINTER"] })
      .notNull()
      .default("YEAR"),
    period: integer("period").notNull(),
    startsAt: time("starts_at").notNull(),
    endsAt: time("ends_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "bell_pk", columns: [t.institutionId, t.campusId, t.season, t.period] }),
    check("season_known", sql`season in ('YEAR', 'SUMMER', 'WINTER')`),
  ],
);

/** From which day of each year on a season's bells ring (夏季、冬季作息). */
export const bellSeason = pgTable(
  "bell_season",
  {
    institutionId: uuid("institution_id")
      .notNull()
      .references(() => institution.id),
    season: text("season", { enum: ["SUMMER", "WINTER"] }).notNull(),
    /** MM-DD */
    startsOn: text("starts_on").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.institutionId, t.season] }),
    check("season_changing", sql`season in ('SUMMER', 'WINTER')`),
    check("month_and_day", sql`starts_on ~ '^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'`),
  ],
);

/** What a school says of one of its days, before the public calendar: a day off, or another day's classes (调休). */
export const schoolDay = pgTable(
  "school_day",
  {
    institutionId: uuid("institution_id")
      .notNull()
      .references(() => institution.id),
    date: day("date").notNull(),
    kind: text("kind", { enum: ["OFF", "TAUGHT", "ORDINARY"] }).notNull(),
    /** The day whose classes are held, of a TAUGHT one. */
    taughtAs: day("taught_as"),
    /** The school's own notice that says so. */
    citation: jsonb("citation").notNull(),
    setBy: uuid("set_by").notNull(),
    setAt: instant("set_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.institutionId, t.date] }),
    // the classes of a day are made up once
    unique("school_day_taught_as_key").on(t.institutionId, t.taughtAs),
    check("kind_known", sql`kind in ('OFF', 'TAUGHT', 'ORDINARY')`),
    check("taught_as_of_kind", sql`(kind = 'TAUGHT') = (taught_as is not null)`),
  ],
);

/** When a school takes applications, lets its students choose, or moves a stage on. */
export const calendarWindow = pgTable(
  "calendar_window",
  {
    institutionId: uuid("institution_id")
      .notNull()
      .references(() => institution.id),
    kind: text("kind", { enum: ["APPLICATION", "SELECTION", "TRANSFER"] }).notNull(),
    termCode: text("term_code").notNull(),
    opensAt: instant("opens_at").notNull(),
    closesAt: instant("closes_at").notNull(),
    citation: jsonb("citation").notNull(),
    setBy: uuid("set_by").notNull(),
    setAt: instant("set_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.institutionId, t.kind, t.termCode] }),
    check("window_kind_known", sql`kind in ('APPLICATION', 'SELECTION', 'TRANSFER')`),
    check("window_opens_first", sql`opens_at < closes_at`),
  ],
);
