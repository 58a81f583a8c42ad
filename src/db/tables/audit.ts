import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { id, instant, writtenBy } from "./columns.ts";

/** Who saw or did what, to whom, from where, why. Append-only, sealed. */
export const auditEntry = pgTable(
  "audit_entry",
  {
    id: id().primaryKey(),
    at: instant("at").notNull(),
    xact: writtenBy(),
    /** Null for the service itself: the command line and jobs. */
    accountId: uuid("account_id"),
    role: text("role").notNull(),
    institutionId: uuid("institution_id"),
    /** A code of the policy table. */
    action: text("action").notNull(),
    outcome: text("outcome", { enum: ["DONE", "REFUSED", "FAILED"] }).notNull(),
    problem: text("problem"),
    learnerIds: uuid("learner_ids").array().notNull(),
    learnerCount: integer("learner_count").notNull(),
    resourceType: text("resource_type"),
    resourceId: uuid("resource_id"),
    requestId: text("request_id").notNull(),
    /** How often within the moment that one write gathers. */
    times: integer("times").notNull(),
    /** Address and reason: they can be erased, and the entry stays. */
    detail: jsonb("detail"),
    detailSalt: text("detail_salt"),
    /** What the chain holds of the detail. */
    detailDigest: text("detail_digest"),
  },
  (t) => [
    index("audit_entry_xact_idx").on(t.xact, t.id),
    index("audit_entry_at_idx").on(t.at.desc(), t.id.desc()),
    index("audit_entry_account_idx").on(t.accountId, t.at.desc(), t.id.desc()),
    index("audit_entry_action_idx").on(t.action, t.at.desc(), t.id.desc()),
    // the few that were refused or failed, among all that were done
    index("audit_entry_undone_idx").on(t.at.desc(), t.id.desc()).where(sql`outcome <> 'DONE'`),
    // a learner's own log, and an auditor's search by person
    index("audit_entry_learner_idx").using("gin", t.learnerIds),
    check("audit_outcome", sql`outcome in ('DONE', 'REFUSED', 'FAILED')`),
  ],
);
