import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { ASSIGNED_ROLES } from "../../auth/viewer.ts";
import { day, id, instant } from "./columns.ts";

/** An account belongs to a person, not to a school: it outlives every registration. */
export const account = pgTable(
  "account",
  {
    id: id().primaryKey(),
    login: text("login").notNull(),
    displayName: text("display_name").notNull(),
    /** A machine signs in by client credentials, and in no other way. */
    kind: text("kind", { enum: ["PERSON", "SERVICE"] })
      .notNull()
      .default("PERSON"),
    language: text("language", { enum: ["zh", "en"] })
      .notNull()
      .default("zh"),
    /** Demo accounts may sign in at the development issuer, and nowhere else. */
    demo: text("demo", { enum: ["yes", "no"] })
      .notNull()
      .default("no"),
    createdAt: instant("created_at").notNull().defaultNow(),
    /** Bearer tokens issued before this are refused, whatever their expiry. */
    accessNotBefore: instant("access_not_before"),
  },
  (t) => [unique("account_login_key").on(t.login), check("account_kind", sql`kind in ('PERSON', 'SERVICE')`)],
);

/** From what age one acts for oneself, and where that is written. */
export const ageOfMajority = pgTable("age_of_majority", {
  validFrom: day("valid_from").primaryKey(),
  years: integer("years").notNull(),
  document: text("document").notNull(),
  clause: text("clause").notNull(),
});

/** One role of one account, at one institution or over one learner. A request is made in one capacity. */
export const capacity = pgTable(
  "capacity",
  {
    accountId: uuid("account_id").notNull(),
    id: id(),
    role: text("role", { enum: [...ASSIGNED_ROLES] }).notNull(),
    institutionId: uuid("institution_id"),
    departmentId: uuid("department_id"),
    classId: uuid("class_id"),
    allianceId: uuid("alliance_id"),
    learnerId: uuid("learner_id"),
    validFrom: day("valid_from").notNull(),
    validUntil: day("valid_until"),
    /** Of a delegated one: who handed it on, and why. It always ends. */
    delegatedBy: uuid("delegated_by"),
    delegationReason: text("delegation_reason"),
    /** Of a guardian's: who they are to the learner, and the document that was seen to prove it. */
    relation: text("relation"),
    evidence: text("evidence"),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    check("relation_of_guardian", sql`role = 'GUARDIAN' or num_nonnulls(relation, evidence) = 0`),
    index("capacity_institution_idx").on(t.institutionId, t.role),
    index("capacity_delegated_idx").on(t.delegatedBy),
    check("role_known", sql`role in (${sql.raw(ASSIGNED_ROLES.map((role) => `'${role}'`).join(", "))})`),
    // a role without what it reaches by would reach nothing, or, worse, everything
    check(
      "scope_of_role",
      sql`case role
        when 'STUDENT' then learner_id is not null
        when 'GUARDIAN' then learner_id is not null
        when 'DEPARTMENT_REVIEWER' then institution_id is not null and department_id is not null
        when 'CLASS_TEACHER' then institution_id is not null and class_id is not null
        when 'REGISTRAR' then institution_id is not null
        when 'REGISTRAR_CONFIRMER' then institution_id is not null
        when 'HOST_TEACHER' then institution_id is not null
        when 'SIGNATORY' then institution_id is not null and alliance_id is not null
        else true end`,
    ),
    check(
      "delegation_ends",
      sql`delegated_by is null or (valid_until is not null and delegated_by <> account_id and delegation_reason is not null)`,
    ),
  ],
);
