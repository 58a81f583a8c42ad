import { sql } from "drizzle-orm";
import { check, integer, pgTable, text } from "drizzle-orm/pg-core";

/** How long a kind of record is kept after it is done with: a setting, with its clause. A kind without a row is kept. */
export const retentionPeriod = pgTable(
  "retention_period",
  {
    kind: text("kind").primaryKey(),
    months: integer("months").notNull(),
    document: text("document").notNull(),
    clause: text("clause").notNull(),
    certainty: text("certainty", { enum: ["VERIFIED", "UNVERIFIED", "SETTING"] }).notNull(),
  },
  () => [
    check(
      "retention_kind_known",
      sql`kind in ('SESSION', 'ONE_TIME_CODE', 'NOTICE', 'NOTICE_DELIVERY', 'AUDIT_DETAIL', 'NOTICE_EVENT', 'CREDENTIAL', 'BATCH_ROW', 'LEARNER_RECORD', 'FILE', 'FILE_IDENTITY', 'STAFF_ACCOUNT', 'PUBLIC_NOTICE')`,
    ),
    check("retention_months", sql`months > 0`),
    check("retention_certainty_known", sql`certainty in ('VERIFIED', 'UNVERIFIED', 'SETTING')`),
  ],
);
