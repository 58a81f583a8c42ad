import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { credits, day, id, instant, titleEn, titleZh, writtenBy } from "./columns.ts";

/** What one person recorded from one sheet, waiting for another to confirm it. */
export const depositBatch = pgTable(
  "deposit_batch",
  {
    institutionId: uuid("institution_id").notNull(),
    id: id(),
    /** Short and sayable: what `guantong confirm` is told. */
    number: text("number").notNull(),
    sourceName: text("source_name").notNull(),
    sourceHash: text("source_hash").notNull(),
    status: text("status", { enum: ["RECORDING", "OPEN", "CONFIRMED", "DISCARDED"] }).notNull(),
    rowCount: integer("row_count").notNull(),
    badRowCount: integer("bad_row_count").notNull(),
    recordedBy: uuid("recorded_by").notNull(),
    /** The names as both signed: an account is visible to its owner only. */
    recordedByName: text("recorded_by_name").notNull(),
    recordedAt: instant("recorded_at").notNull(),
    confirmedBy: uuid("confirmed_by"),
    confirmedByName: text("confirmed_by_name"),
    confirmedAt: instant("confirmed_at"),
    discardedAt: instant("discarded_at"),
    /** What tells the sheet and how it is recorded, while it is: whoever sends it again goes on where it stopped. */
    recording: text("recording"),
    /** The last row of the sheet that is in the batch, of a sheet recorded chunk by chunk. */
    rowsRead: integer("rows_read").notNull().default(0),
    /** Rows of the sheet that had been recorded before, and are not in the batch. */
    alreadyRows: integer("already_rows").notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.institutionId, t.id] }),
    uniqueIndex("deposit_batch_number_key").on(t.institutionId, t.number),
    uniqueIndex("deposit_batch_recording_key")
      .on(t.institutionId, t.recordedBy, t.recording)
      .where(sql`recording is not null`),
    check("two_people", sql`confirmed_by is null or confirmed_by <> recorded_by`),
  ],
);

export const batchRow = pgTable(
  "batch_row",
  {
    institutionId: uuid("institution_id").notNull(),
    batchId: uuid("batch_id").notNull(),
    rowNo: integer("row_no").notNull(),
    sheet: text("sheet").notNull(),
    status: text("status", { enum: ["READY", "SET_ASIDE", "POSTED", "ALREADY_POSTED"] }).notNull(),
    learnerId: uuid("learner_id"),
    /** The row as read: { header: text }. */
    cells: jsonb("cells").notNull(),
    /** The achievement it makes, ready to deposit; null for a row set aside. */
    deposit: jsonb("deposit"),
    /** What the row takes back or replaces, and why; null for what is new. */
    corrects: jsonb("corrects"),
    problems: jsonb("problems").notNull().default([]),
    warnings: jsonb("warnings").notNull().default([]),
  },
  (t) => [
    primaryKey({ columns: [t.institutionId, t.batchId, t.rowNo] }),
    // what waits of a learner: every chunk of a sheet asks for some hundreds of them
    index("batch_row_waiting_idx").on(t.institutionId, t.learnerId).where(sql`status = 'READY'`),
  ],
);

/** A learning achievement, deposited once by the institution that vouches for it. */
export const achievement = pgTable(
  "achievement",
  {
    learnerId: uuid("learner_id").notNull(),
    id: id(),
    /** Who vouches for it. */
    institutionId: uuid("institution_id").notNull(),
    /** The learner's home school when it was deposited; its registrar may see it. */
    homeInstitutionId: uuid("home_institution_id"),
    /** The learner's department there, whose reviewers may see it. */
    homeDepartmentId: uuid("home_department_id"),
    kind: text("kind", {
      enum: [
        "COURSE",
        "EXTERNAL_COURSE",
        "ONLINE_COURSE",
        "CERTIFICATE",
        "COMPETITION",
        "WORK",
        "SERVICE",
        "PRIOR_LEARNING",
      ],
    }).notNull(),
    titleZh: titleZh(),
    titleEn: titleEn(),
    level: text("level", { enum: ["SECONDARY", "ASSOCIATE", "VOCATIONAL_BACHELOR", "GENERAL_BACHELOR"] }),
    unit: text("unit", { enum: ["SECONDARY", "ASSOCIATE", "BACHELOR", "ITEM"] }).notNull(),
    credits: credits("credits").notNull(),
    grade: jsonb("grade"),
    attempt: text("attempt", { enum: ["FIRST", "MAKEUP", "RETAKE"] })
      .notNull()
      .default("FIRST"),
    completedOn: day("completed_on").notNull(),
    termCode: text("term_code"),
    courseId: uuid("course_id"),
    detail: jsonb("detail").notNull(),
    status: text("status", { enum: ["DEPOSITED", "SUPERSEDED", "REVERSED", "EXPIRED", "REVOKED"] }).notNull(),
    batchId: uuid("batch_id"),
    recordedBy: uuid("recorded_by").notNull(),
    confirmedBy: uuid("confirmed_by").notNull(),
    depositedAt: instant("deposited_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.learnerId, t.id] }),
    index("achievement_institution_idx").on(t.institutionId, t.completedOn.desc(), t.id.desc()),
    index("achievement_home_idx").on(t.homeInstitutionId, t.completedOn.desc(), t.id.desc()),
    // what runs out, looked for every day
    index("achievement_expiry_idx").on(sql`(detail ->> 'validUntil')`).where(sql`status = 'DEPOSITED'`),
    check("credits_not_negative", sql`credits >= 0`),
    check("deposited_by_two", sql`batch_id is null or recorded_by <> confirmed_by`),
  ],
);

/** Something was recognised, or is held for a recognition, that rests on an achievement taken back since: a school decides. */
export const reviewCase = pgTable(
  "review_case",
  {
    learnerId: uuid("learner_id").notNull(),
    id: id(),
    achievementId: uuid("achievement_id").notNull(),
    /** What the achievement was called, for a school that may not see it. */
    titleZh: titleZh(),
    titleEn: titleEn(),
    unit: text("unit", { enum: ["SECONDARY", "ASSOCIATE", "BACHELOR", "ITEM"] }).notNull(),
    /** What rested on it towards the registration, in hundredths. */
    credits: credits("credits").notNull(),
    registrationId: uuid("registration_id").notNull(),
    programmeId: uuid("programme_id").notNull(),
    /** The registration's school, which decides. */
    institutionId: uuid("institution_id").notNull(),
    /** The school that took the achievement back, how, and why. */
    correctedBy: uuid("corrected_by").notNull(),
    kind: text("kind", { enum: ["CORRECT", "REVERSE", "REVOKE"] }).notNull(),
    reason: text("reason"),
    openedAt: instant("opened_at").notNull(),
    finding: text("finding"),
    closedBy: uuid("closed_by"),
    closedByName: text("closed_by_name"),
    closedAt: instant("closed_at"),
  },
  (t) => [
    primaryKey({ columns: [t.learnerId, t.id] }),
    uniqueIndex("review_case_once").on(t.learnerId, t.achievementId, t.registrationId),
    index("review_case_institution_idx").on(t.institutionId, t.openedAt.desc(), t.id.desc()),
    check(
      "review_case_closed",
      sql`(closed_at is null) = (closed_by is null) and (closed_at is null) = (finding is null)`,
    ),
  ],
);

/** The only mutable rows of the ledger: balance and version of one account of one learner. */
export const ledgerAccount = pgTable(
  "ledger_account",
  {
    learnerId: uuid("learner_id").notNull(),
    /** ISSUED, BANKED, CLAIM, HELD, USED, CONVERTED, RECOGNISED, EXPIRED, REVOKED. */
    kind: text("kind").notNull(),
    /** The institution, application or registration it belongs to; the nil id for BANKED, EXPIRED, REVOKED. */
    ref: uuid("ref").notNull(),
    unit: text("unit", { enum: ["SECONDARY", "ASSOCIATE", "BACHELOR", "ITEM"] }).notNull(),
    homeInstitutionId: uuid("home_institution_id"),
    version: integer("version").notNull(),
    /** Credits in minus credits out, in hundredths; sources such as ISSUED run negative. */
    balance: integer("balance").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.learnerId, t.kind, t.ref, t.unit] }),
    check("only_sources_run_negative", sql`balance >= 0 or kind in ('ISSUED', 'CLAIM', 'CONVERTED')`),
  ],
);

export const ledgerTransaction = pgTable(
  "ledger_transaction",
  {
    learnerId: uuid("learner_id").notNull(),
    id: id(),
    kind: text("kind", {
      enum: ["DEPOSIT", "HOLD", "RELEASE", "RECOGNISE", "EXPIRE", "REVOKE", "REVERSE", "CORRECT", "SUPERSEDE"],
    }).notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    contentHash: text("content_hash").notNull(),
    institutionId: uuid("institution_id").notNull(),
    homeInstitutionId: uuid("home_institution_id"),
    actorId: uuid("actor_id").notNull(),
    reason: text("reason"),
    effectiveOn: day("effective_on").notNull(),
    postedAt: instant("posted_at").notNull(),
    /** The transaction this one reverses. */
    reversesId: uuid("reverses_id"),
    xact: writtenBy(),
    reasonSalt: text("reason_salt"),
    /** What the chain holds of the reason: that can be erased. */
    reasonDigest: text("reason_digest"),
  },
  (t) => [
    index("ledger_transaction_xact_idx").on(t.xact, t.learnerId, t.id),
    primaryKey({ columns: [t.learnerId, t.id] }),
    uniqueIndex("ledger_transaction_idempotency_key").on(t.learnerId, t.idempotencyKey),
    uniqueIndex("ledger_transaction_reversed_once").on(t.learnerId, t.reversesId).where(sql`reverses_id is not null`),
  ],
);

/** One movement: it balances by construction. Append-only. */
export const ledgerMovement = pgTable(
  "ledger_movement",
  {
    learnerId: uuid("learner_id").notNull(),
    transactionId: uuid("transaction_id").notNull(),
    line: integer("line").notNull(),
    unit: text("unit", { enum: ["SECONDARY", "ASSOCIATE", "BACHELOR", "ITEM"] }).notNull(),
    amount: credits("amount").notNull(),
    debitKind: text("debit_kind").notNull(),
    debitRef: uuid("debit_ref").notNull(),
    debitVersion: integer("debit_version").notNull(),
    debitBalance: integer("debit_balance").notNull(),
    creditKind: text("credit_kind").notNull(),
    creditRef: uuid("credit_ref").notNull(),
    creditVersion: integer("credit_version").notNull(),
    creditBalance: integer("credit_balance").notNull(),
    achievementId: uuid("achievement_id"),
    /** decision id / line number, for RECOGNISED. */
    decisionId: uuid("decision_id"),
    decisionLine: integer("decision_line"),
    homeInstitutionId: uuid("home_institution_id"),
    institutionId: uuid("institution_id").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.learnerId, t.transactionId, t.line] }),
    check("amount_positive", sql`amount > 0`),
    uniqueIndex("ledger_movement_debit_version").on(t.learnerId, t.debitKind, t.debitRef, t.unit, t.debitVersion),
    uniqueIndex("ledger_movement_credit_version").on(t.learnerId, t.creditKind, t.creditRef, t.unit, t.creditVersion),
  ],
);
