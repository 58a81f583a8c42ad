import { sql } from "drizzle-orm";
import { check, integer, pgTable, text } from "drizzle-orm/pg-core";

/** The fewest learners whom a figure may be told of: a setting, with its clause. Without a row no figure is told. */
export const disclosureLimit = pgTable(
  "disclosure_limit",
  {
    kind: text("kind", { enum: ["BUREAU_FIGURES"] }).primaryKey(),
    learners: integer("learners").notNull(),
    document: text("document").notNull(),
    clause: text("clause").notNull(),
    certainty: text("certainty", { enum: ["VERIFIED", "UNVERIFIED", "SETTING"] }).notNull(),
  },
  () => [
    check("disclosure_kind_known", sql`kind in ('BUREAU_FIGURES')`),
    // a figure of one learner is a fact about them
    check("disclosure_learners", sql`learners > 1`),
    check("disclosure_certainty_known", sql`certainty in ('VERIFIED', 'UNVERIFIED', 'SETTING')`),
  ],
);
