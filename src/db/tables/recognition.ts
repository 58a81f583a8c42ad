import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { STEP_OWNERS } from "../../domain/application/due.ts";
import { APPLICATION_STATUSES } from "../../domain/application/step.ts";
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

/** 学分认定申请: what a learner asks a receiving school to recognise, from the rules as they stood when it was submitted. */
export const application = pgTable(
  "application",
  {
    learnerId: uuid("learner_id").notNull(),
    id: id(),
    /** Of two writers the later finds it changed. */
    version: integer("version").notNull(),
    registrationId: uuid("registration_id").notNull(),
    programmeId: uuid("programme_id").notNull(),
    /** The receiving school, and the department of it that reviews. */
    institutionId: uuid("institution_id").notNull(),
    departmentId: uuid("department_id"),
    /** The school that confirms the facts. */
    homeInstitutionId: uuid("home_institution_id").notNull(),
    /** A copy, for a school that may not see the learner. */
    learnerName: text("learner_name").notNull(),
    status: text("status", { enum: APPLICATION_STATUSES }).notNull(),
    submittedBy: uuid("submitted_by").notNull(),
    submittedAt: instant("submitted_at").notNull(),
    /** Since when it waits for whoever it waits for. */
    waitingSince: instant("waiting_since").notNull(),
    engineVersion: text("engine_version").notNull(),
    /** Canonical JSON as submitted: facts, plan, rules. Verdicts constrain it when it is decided. */
    input: text("input").notNull(),
    outcome: jsonb("outcome").notNull(),
    /** What the ledger calls the submitted achievements: { achievementId, unit, credits }. */
    amounts: jsonb("amounts").notNull(),
    verdicts: jsonb("verdicts").notNull().default([]),
    reviewedBy: uuid("reviewed_by").array().notNull().default(sql`'{}'`),
    /** Who had reviewed what was appealed against: another looks again. Null where nobody has appealed. */
    appealedFrom: uuid("appealed_from").array(),
    decidedBy: uuid("decided_by"),
    /** The public notice of what was decided. */
    noticeId: uuid("notice_id"),
    decisionId: uuid("decision_id"),
    closedAt: instant("closed_at"),
  },
  (t) => [
    primaryKey({ columns: [t.learnerId, t.id] }),
    // one at a time: the next is packed with what was decided before
    uniqueIndex("application_open_key").on(t.learnerId, t.registrationId).where(sql`closed_at is null`),
    index("application_waiting_idx").on(t.waitingSince, t.id).where(sql`closed_at is null`),
    index("application_institution_idx").on(t.institutionId, t.waitingSince, t.id),
    index("application_department_idx").on(t.departmentId, t.waitingSince, t.id),
    index("application_home_idx").on(t.homeInstitutionId, t.waitingSince, t.id),
    check(
      "application_status_known",
      sql.raw(`status in (${APPLICATION_STATUSES.map((each) => `'${each}'`).join(", ")})`),
    ),
  ],
);

/** What was done to an application, by whom and when. Append-only. */
export const applicationEvent = pgTable(
  "application_event",
  {
    learnerId: uuid("learner_id").notNull(),
    applicationId: uuid("application_id").notNull(),
    /** The version it led to. */
    version: integer("version").notNull(),
    institutionId: uuid("institution_id").notNull(),
    departmentId: uuid("department_id"),
    homeInstitutionId: uuid("home_institution_id").notNull(),
    step: text("step").notNull(),
    status: text("status").notNull(),
    byAccount: uuid("by_account"),
    byName: text("by_name").notNull(),
    at: instant("at").notNull(),
    reason: text("reason"),
  },
  (t) => [primaryKey({ columns: [t.learnerId, t.applicationId, t.version] })],
);

/** Within how many working days whoever an application waits for acts (the nil id: at any school without a word of its own). */
export const applicationStepPeriod = pgTable(
  "application_step_period",
  {
    institutionId: uuid("institution_id").notNull(),
    owner: text("owner", { enum: [...STEP_OWNERS] }).notNull(),
    workingDays: integer("working_days").notNull(),
    citation: jsonb("citation").notNull(),
    certainty: text("certainty", { enum: ["VERIFIED", "UNVERIFIED", "SETTING"] }).notNull(),
    /** Null for what came with the service. */
    setBy: uuid("set_by"),
    setAt: instant("set_at"),
  },
  (t) => [
    primaryKey({ columns: [t.institutionId, t.owner] }),
    check(
      "application_step_period_owner",
      sql`owner in (${sql.raw(STEP_OWNERS.map((owner) => `'${owner}'`).join(", "))})`,
    ),
    check("application_step_period_days", sql`working_days > 0`),
  ],
);
