import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { PUBLIC_NOTICE_KINDS } from "../../domain/public-notice.ts";
import { bytes, day, id, instant } from "./columns.ts";

const kinds = sql.raw(PUBLIC_NOTICE_KINDS.map((kind) => `'${kind}'`).join(", "));

/** How long notices of a kind stay open at a school (the nil id: at any without a word of its own), and by which clause. */
export const publicNoticePeriod = pgTable(
  "public_notice_period",
  {
    institutionId: uuid("institution_id").notNull(),
    kind: text("kind", { enum: [...PUBLIC_NOTICE_KINDS] }).notNull(),
    workingDays: integer("working_days").notNull(),
    /** Within how many an objection is answered. */
    answerWorkingDays: integer("answer_working_days").notNull(),
    citation: jsonb("citation").notNull(),
    certainty: text("certainty", { enum: ["VERIFIED", "UNVERIFIED", "SETTING"] }).notNull(),
    /** Null for what came with the service. */
    setBy: uuid("set_by"),
    setAt: instant("set_at"),
  },
  (t) => [
    primaryKey({ columns: [t.institutionId, t.kind] }),
    check("public_notice_period_kind", sql`kind in (${kinds})`),
    check("public_notice_period_days", sql`working_days > 0 and answer_working_days > 0`),
  ],
);

/** 公示: open to anyone for its working days, and gone afterwards. */
export const publicNotice = pgTable(
  "public_notice",
  {
    institutionId: uuid("institution_id").notNull(),
    id: id(),
    kind: text("kind", { enum: [...PUBLIC_NOTICE_KINDS] }).notNull(),
    title: text("title").notNull(),
    /** What stands above the list. */
    words: text("words"),
    openedAt: instant("opened_at").notNull(),
    openedBy: uuid("opened_by").notNull(),
    /** The last day it is shown, and the moment it is gone: the end of that day, or when it was withdrawn. */
    closesOn: day("closes_on").notNull(),
    closesAt: instant("closes_at").notNull(),
    workingDays: integer("working_days").notNull(),
    answerWorkingDays: integer("answer_working_days").notNull(),
    /** What its length rests on, as it stood when it was opened. */
    citation: jsonb("citation").notNull(),
    certainty: text("certainty", { enum: ["VERIFIED", "UNVERIFIED", "SETTING"] }).notNull(),
    /** Who answers questions, and how they are reached: an office, its telephone. */
    contactName: text("contact_name").notNull(),
    contactHow: text("contact_how").notNull(),
    withdrawnAt: instant("withdrawn_at"),
    withdrawnBy: uuid("withdrawn_by"),
    withdrawalReason: text("withdrawal_reason"),
  },
  (t) => [
    primaryKey({ columns: [t.institutionId, t.id] }),
    index("public_notice_open_idx").on(t.closesAt),
    index("public_notice_school_idx").on(t.institutionId, t.openedAt, t.id),
    check("public_notice_kind_known", sql`kind in (${kinds})`),
    check("public_notice_withdrawn_whole", sql`num_nonnulls(withdrawn_at, withdrawn_by, withdrawal_reason) in (0, 3)`),
  ],
);

/** A line of a public notice, as it is shown: the name is masked already where its school has names masked. */
export const publicNoticeItem = pgTable(
  "public_notice_item",
  {
    institutionId: uuid("institution_id").notNull(),
    noticeId: uuid("notice_id").notNull(),
    position: integer("position").notNull(),
    learnerId: uuid("learner_id").notNull(),
    /** What it is about: a decision, a change of status, an achievement; whoever waits for it asks by this. */
    aboutId: uuid("about_id"),
    name: text("name").notNull(),
    schoolId: uuid("school_id"),
    departmentId: uuid("department_id"),
    className: text("class_name"),
    item: text("item").notNull(),
    /** Those of the notice: row-level security compares them. */
    openedAt: instant("opened_at").notNull(),
    closesAt: instant("closes_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.institutionId, t.noticeId, t.position] }),
    foreignKey({
      columns: [t.institutionId, t.noticeId],
      foreignColumns: [publicNotice.institutionId, publicNotice.id],
      name: "public_notice_item_notice_fk",
    }),
    index("public_notice_item_about_idx").on(t.institutionId, t.aboutId),
    index("public_notice_item_learner_idx").on(t.learnerId),
  ],
);

/** 异议: by anyone, to a notice or a line of it, tracked to its answer. Who objects and what they say is one ciphertext. */
export const publicNoticeObjection = pgTable(
  "public_notice_objection",
  {
    institutionId: uuid("institution_id").notNull(),
    id: id(),
    noticeId: uuid("notice_id").notNull(),
    /** The line; null where it is the whole notice. */
    position: integer("position"),
    /** Of the code that the objector reads the answer with. */
    codeHash: text("code_hash").notNull(),
    receivedAt: instant("received_at").notNull(),
    dueOn: day("due_on").notNull(),
    state: text("state", { enum: ["RECEIVED", "UNDER_REVIEW", "ANSWERED"] }).notNull(),
    /** Whether the objector says who they are. */
    named: boolean("named").notNull(),
    keyId: text("key_id").notNull(),
    nonce: bytes("nonce").notNull(),
    ciphertext: bytes("ciphertext").notNull(),
    takenUpBy: uuid("taken_up_by"),
    takenUpAt: instant("taken_up_at"),
    outcome: text("outcome", { enum: ["UPHELD", "DISMISSED"] }),
    answer: text("answer"),
    answeredBy: uuid("answered_by"),
    answeredAt: instant("answered_at"),
  },
  (t) => [
    primaryKey({ columns: [t.institutionId, t.id] }),
    foreignKey({
      columns: [t.institutionId, t.noticeId],
      foreignColumns: [publicNotice.institutionId, publicNotice.id],
      name: "public_notice_objection_notice_fk",
    }),
    index("public_notice_objection_notice_idx").on(t.institutionId, t.noticeId),
    index("public_notice_objection_code_idx").on(t.codeHash),
    index("public_notice_objection_due_idx").on(t.dueOn).where(sql`state <> 'ANSWERED'`),
    check("public_notice_objection_state", sql`state in ('RECEIVED', 'UNDER_REVIEW', 'ANSWERED')`),
    check(
      "public_notice_objection_answered_whole",
      sql`num_nonnulls(outcome, answer, answered_by, answered_at) = case when state = 'ANSWERED' then 4 else 0 end`,
    ),
    check("public_notice_objection_outcome", sql`outcome in ('UPHELD', 'DISMISSED')`),
  ],
);
