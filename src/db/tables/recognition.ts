import { index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { day, id, instant, titleEn, titleZh } from "./columns.ts";

/** One version of a rule set. Rules are rows; caps, exclusions and nature constraints are in the document. */
export const ruleSet = pgTable(
  "rule_set",
  {
    id: id().primaryKey(),
    key: text("key").notNull(),
    version: integer("version").notNull(),
    titleZh: titleZh(),
    titleEn: titleEn(),
    owner: text("owner", { enum: ["AGREEMENT", "SCHOOL", "CREDIT_BANK"] }).notNull(),
    /** The receiving school; null for the credit bank's own set. */
    institutionId: uuid("institution_id"),
    agreementId: uuid("agreement_id"),
    effectiveFrom: day("effective_from").notNull(),
    effectiveUntil: day("effective_until"),
    cohortFrom: integer("cohort_from"),
    cohortUntil: integer("cohort_until"),
    /** { programmeIds, caps, exclusions, natureConstraints, citation } */
    document: jsonb("document").notNull(),
  },
  (t) => [unique("rule_set_version_key").on(t.key, t.version), index("rule_set_institution_idx").on(t.institutionId)],
);

export const rule = pgTable(
  "rule",
  {
    ruleSetId: uuid("rule_set_id")
      .notNull()
      .references(() => ruleSet.id),
    id: id(),
    key: text("key").notNull(),
    version: integer("version").notNull(),
    /** The whole Rule of domain/recognition/rule.ts. */
    document: jsonb("document").notNull(),
  },
  (t) => [primaryKey({ columns: [t.ruleSetId, t.id] }), unique("rule_version_key").on(t.ruleSetId, t.key, t.version)],
);

/** A recognition decision with its whole input, so that it can be recomputed years later to the same answer. */
export const decision = pgTable(
  "decision",
  {
    learnerId: uuid("learner_id").notNull(),
    id: id(),
    registrationId: uuid("registration_id").notNull(),
    programmeId: uuid("programme_id").notNull(),
    /** The receiving school. */
    institutionId: uuid("institution_id").notNull(),
    /** The department of it that runs the programme. */
    departmentId: uuid("department_id"),
    decidedOn: day("decided_on").notNull(),
    decidedBy: uuid("decided_by").notNull(),
    decidedAt: instant("decided_at").notNull(),
    engineVersion: text("engine_version").notNull(),
    /** Canonical JSON text, exactly as hashed. */
    input: text("input").notNull(),
    inputHash: text("input_hash").notNull(),
    outcome: jsonb("outcome").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.learnerId, t.id] }),
    index("decision_registration_idx").on(t.learnerId, t.registrationId),
  ],
);

export const decisionLine = pgTable(
  "decision_line",
  {
    learnerId: uuid("learner_id").notNull(),
    decisionId: uuid("decision_id").notNull(),
    line: integer("line").notNull(),
    institutionId: uuid("institution_id").notNull(),
    departmentId: uuid("department_id"),
    registrationId: uuid("registration_id").notNull(),
    ruleId: uuid("rule_id").notNull(),
    ruleVersion: integer("rule_version").notNull(),
    achievementIds: jsonb("achievement_ids").notNull(),
    targetCourseIds: jsonb("target_course_ids").notNull(),
    nodeKey: text("node_key"),
    credits: integer("credits").notNull(),
    recordedGrade: jsonb("recorded_grade"),
    status: text("status", { enum: ["RECOGNISED", "REVERSED"] }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.learnerId, t.decisionId, t.line] })],
);
