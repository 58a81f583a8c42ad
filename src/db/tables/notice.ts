import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { NOTICE_KINDS } from "../../domain/notice.ts";
import { id, instant } from "./columns.ts";

const kinds = sql`kind in (${sql.raw(NOTICE_KINDS.map((kind) => `'${kind}'`).join(", "))})`;
const channels = sql`channel in ('EMAIL', 'SMS', 'WECOM')`;

/** What happened and is to be told: the outbox, written in the act's own transaction. */
export const noticeEvent = pgTable(
  "notice_event",
  {
    /** Made of the event's key: the same happening is one row. */
    id: id().primaryKey(),
    kind: text("kind").notNull(),
    facts: jsonb("facts").notNull(),
    happenedAt: instant("happened_at").notNull(),
    /** When the notices of it were written. */
    spreadAt: instant("spread_at"),
  },
  (t) => [
    check("notice_event_kind_known", kinds),
    index("notice_event_waiting_idx").on(t.happenedAt).where(sql`spread_at is null`),
  ],
);

/** One thing told to one person: a line of their inbox. */
export const notice = pgTable(
  "notice",
  {
    accountId: uuid("account_id").notNull(),
    eventId: uuid("event_id").notNull(),
    /** Whom it is about; the nil id where it is about no learner. */
    learnerId: uuid("learner_id").notNull(),
    kind: text("kind").notNull(),
    regard: text("regard", { enum: ["SELF", "GUARDIAN", "CLASS_TEACHER", "SCHOOL"] }).notNull(),
    /** What fills its sentence, both languages. */
    params: jsonb("params").notNull(),
    happenedAt: instant("happened_at").notNull(),
    readAt: instant("read_at"),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.eventId, t.learnerId] }),
    check("notice_kind_known", kinds),
    check("notice_regard_known", sql`regard in ('SELF', 'GUARDIAN', 'CLASS_TEACHER', 'SCHOOL')`),
    index("notice_inbox_idx").on(t.accountId, t.happenedAt, t.eventId, t.learnerId),
    index("notice_unread_idx").on(t.accountId).where(sql`read_at is null`),
    index("notice_learner_idx").on(t.learnerId).where(sql`read_at is null and regard = 'SELF'`),
  ],
);

/** Where else someone wants to be told. */
export const noticeAddress = pgTable(
  "notice_address",
  {
    accountId: uuid("account_id").notNull(),
    channel: text("channel", { enum: ["EMAIL", "SMS", "WECOM"] }).notNull(),
    /** Null: this way no longer. */
    address: text("address"),
    frequency: text("frequency", { enum: ["EACH", "DAILY"] }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.channel] }),
    check("address_channel_known", channels),
    check("frequency_known", sql`frequency in ('EACH', 'DAILY')`),
  ],
);

/** A notice on its way out of the house. */
export const noticeDelivery = pgTable(
  "notice_delivery",
  {
    accountId: uuid("account_id").notNull(),
    eventId: uuid("event_id").notNull(),
    learnerId: uuid("learner_id").notNull(),
    channel: text("channel", { enum: ["EMAIL", "SMS", "WECOM"] }).notNull(),
    frequency: text("frequency", { enum: ["EACH", "DAILY"] }).notNull(),
    /** DROPPED: the address was withdrawn, or no such way is configured. */
    status: text("status", { enum: ["WAITING", "SENT", "DROPPED"] })
      .notNull()
      .default("WAITING"),
    settledAt: instant("settled_at"),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.eventId, t.learnerId, t.channel] }),
    check("delivery_channel_known", channels),
    check("delivery_status_known", sql`status in ('WAITING', 'SENT', 'DROPPED')`),
    index("notice_delivery_waiting_idx").on(t.accountId, t.channel).where(sql`status = 'WAITING'`),
  ],
);

/** How many days before something ends or is due, or after it was not read, people are told: settings, each with its clause. */
export const reminderLead = pgTable(
  "reminder_lead",
  {
    kind: text("kind", { enum: ["ACHIEVEMENT_EXPIRY", "OBJECTION_DUE", "UNREAD", "CONSENT_REQUEST"] }).notNull(),
    days: integer("days").notNull(),
    citation: jsonb("citation").notNull(),
    certainty: text("certainty", { enum: ["VERIFIED", "UNVERIFIED", "SETTING"] }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.kind, t.days] }),
    check(
      "reminder_lead_kind_known",
      sql`kind in ('ACHIEVEMENT_EXPIRY', 'OBJECTION_DUE', 'UNREAD', 'CONSENT_REQUEST')`,
    ),
    check("reminder_lead_days", sql`days >= 0`),
  ],
);

/** Who else is told of a learner's notices of a kind: a setting with its clause. */
export const noticeCopy = pgTable(
  "notice_copy",
  {
    kind: text("kind").notNull(),
    audience: text("audience", { enum: ["GUARDIAN", "CLASS_TEACHER"] }).notNull(),
    /** MINORS: of learners in secondary school only, for no birth date is kept that would tell. */
    of: text("of", { enum: ["MINORS", "ALL"] }).notNull(),
    citation: jsonb("citation").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.kind, t.audience] }),
    check("copy_kind_known", kinds),
    check("audience_known", sql`audience in ('GUARDIAN', 'CLASS_TEACHER')`),
    check("copy_of_known", sql`"of" in ('MINORS', 'ALL')`),
  ],
);
