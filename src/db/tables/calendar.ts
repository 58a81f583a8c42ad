import { integer, pgTable, primaryKey, text, time, unique, uuid } from "drizzle-orm/pg-core";
import { institution } from "./catalogue.ts";
import { day, id } from "./columns.ts";

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
  },
  (t) => [unique("term_code_key").on(t.institutionId, t.code)],
);

/** When a period of the day begins and ends at a school. */
export const bell = pgTable(
  "bell",
  {
    institutionId: uuid("institution_id")
      .notNull()
      .references(() => institution.id),
    period: integer("period").notNull(),
    startsAt: time("starts_at").notNull(),
    endsAt: time("ends_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.institutionId, t.period] })],
);
