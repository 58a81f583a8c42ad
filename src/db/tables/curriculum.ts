import { boolean, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { course, institution, programme } from "./catalogue.ts";
import { day, id, instant } from "./columns.ts";

/** A programme plan for one admission cohort. The requirement tree is one document; the placed courses are rows. */
export const plan = pgTable(
  "plan",
  {
    id: id().primaryKey(),
    programmeId: uuid("programme_id")
      .notNull()
      .references(() => programme.id),
    institutionId: uuid("institution_id")
      .notNull()
      .references(() => institution.id),
    cohort: integer("cohort").notNull(),
    /** Which entry of programme-norms it answers to, e.g. "secondary_3y". */
    norm: text("norm").notNull(),
    tree: jsonb("tree").notNull(),
    invented: boolean("invented").notNull(),
    note: text("note"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [unique("plan_cohort_key").on(t.programmeId, t.cohort)],
);

export const planCourse = pgTable(
  "plan_course",
  {
    planId: uuid("plan_id")
      .notNull()
      .references(() => plan.id),
    /** The school of the plan: row-level security compares it. */
    institutionId: uuid("institution_id").notNull(),
    courseId: uuid("course_id")
      .notNull()
      .references(() => course.id),
    nodeKey: text("node_key").notNull(),
    /** Counted from 1 through all years of the plan. */
    term: integer("term").notNull(),
    requirement: text("requirement", { enum: ["REQUIRED", "RESTRICTED_ELECTIVE", "FREE_ELECTIVE"] }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.planId, t.courseId, t.nodeKey] })],
);

/**
 * What a programme norm asks of a plan, as data: the `ProgrammeNorm` of domain/curriculum/norms.ts. A plan names its norm
 * by key; the version in force is the one whose dates hold the plan's cohort.
 */
export const programmeNorm = pgTable(
  "programme_norm",
  {
    key: text("key").notNull(),
    effectiveFrom: day("effective_from").notNull(),
    document: jsonb("document").notNull(),
  },
  (t) => [primaryKey({ columns: [t.key, t.effectiveFrom] })],
);

/** A school's grading scale: pass mark, bands and reverse values, dated and cited; '*' is the one in general use. */
export const gradingScale = pgTable(
  "grading_scale",
  {
    institutionKey: text("institution_key").notNull(),
    effectiveFrom: day("effective_from").notNull(),
    /** The `GradeScale` of domain/grade.ts. */
    scale: jsonb("scale").notNull(),
    citation: jsonb("citation").notNull(),
  },
  (t) => [primaryKey({ columns: [t.institutionKey, t.effectiveFrom] })],
);
