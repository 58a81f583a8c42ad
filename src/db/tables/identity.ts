import { index, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { day, id, instant } from "./columns.ts";

/** An account belongs to a person, not to a school: it outlives every registration. */
export const account = pgTable(
  "account",
  {
    id: id().primaryKey(),
    login: text("login").notNull(),
    displayName: text("display_name").notNull(),
    language: text("language", { enum: ["zh", "en"] })
      .notNull()
      .default("zh"),
    /** Demo accounts may sign in at the development issuer, and nowhere else. */
    demo: text("demo", { enum: ["yes", "no"] })
      .notNull()
      .default("no"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [unique("account_login_key").on(t.login)],
);

/** One role of one account, at one institution or over one learner. A request is made in one capacity. */
export const capacity = pgTable(
  "capacity",
  {
    accountId: uuid("account_id").notNull(),
    id: id(),
    role: text("role", {
      enum: ["STUDENT", "REGISTRAR", "DEPARTMENT_REVIEWER", "PLANNER", "HOST_TEACHER", "ADMINISTRATOR"],
    }).notNull(),
    institutionId: uuid("institution_id"),
    allianceId: uuid("alliance_id"),
    learnerId: uuid("learner_id"),
    validFrom: day("valid_from").notNull(),
    validUntil: day("valid_until"),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.id] }), index("capacity_institution_idx").on(t.institutionId, t.role)],
);
