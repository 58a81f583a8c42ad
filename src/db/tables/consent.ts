import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { CONSENT_ACTS } from "../../domain/consent.ts";
import { day, id, instant } from "./columns.ts";

const acts = sql.raw(CONSENT_ACTS.map((act) => `'${act}'`).join(", "));

/** Which acts of a minor need a guardian's consent, of which school ("*": of any), from when, and by which clause. */
export const consentRequirement = pgTable(
  "consent_requirement",
  {
    institutionKey: text("institution_key").notNull(),
    act: text("act", { enum: [...CONSENT_ACTS] }).notNull(),
    effectiveFrom: day("effective_from").notNull(),
    effectiveUntil: day("effective_until"),
    /** In years, where the clause names an age; null: of majority. Whoever is younger needs the consent. */
    belowAge: integer("below_age"),
    citation: jsonb("citation").notNull(),
    certainty: text("certainty", { enum: ["VERIFIED", "UNVERIFIED", "DERIVED"] }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.institutionKey, t.act, t.effectiveFrom] }),
    check("consent_requirement_act", sql`act in (${acts})`),
  ],
);

/** 监护人知情同意: given or revoked, by the guardian's own account or on a paper that the school keeps. Never changed. */
export const guardianConsent = pgTable(
  "guardian_consent",
  {
    learnerId: uuid("learner_id").notNull(),
    id: id(),
    act: text("act", { enum: [...CONSENT_ACTS] }).notNull(),
    event: text("event", { enum: ["GIVEN", "REVOKED"] }).notNull(),
    form: text("form", { enum: ["ACCOUNT", "PAPER"] }).notNull(),
    /** The home school at the time; a paper counts at the school that keeps it. */
    institutionId: uuid("institution_id"),
    guardianName: text("guardian_name").notNull(),
    /** Of a paper: where the school keeps it. */
    paperReference: text("paper_reference"),
    /** The file of a scan of it. */
    scanId: uuid("scan_id"),
    /** The day it counts from. */
    onDay: day("on_day").notNull(),
    validUntil: day("valid_until"),
    recordedBy: uuid("recorded_by").notNull(),
    recordedAt: instant("recorded_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.learnerId, t.id] }),
    index("guardian_consent_institution_idx").on(t.institutionId, t.onDay),
    check("guardian_consent_act", sql`act in (${acts})`),
    check("guardian_consent_event", sql`event in ('GIVEN', 'REVOKED')`),
    check(
      "guardian_consent_form",
      sql`form = 'ACCOUNT' or (form = 'PAPER' and paper_reference is not null and institution_id is not null)`,
    ),
    check("guardian_consent_ends_after_it_begins", sql`valid_until is null or valid_until >= on_day`),
  ],
);

/**
 * That a guardian's consent was asked for. Whatever is given or revoked for the act afterwards answers it. Never changed.
 */
export const consentRequest = pgTable(
  "consent_request",
  {
    learnerId: uuid("learner_id").notNull(),
    /** Made of learner, act and the newest answer before it: asked twice, it is one. */
    id: id(),
    act: text("act", { enum: [...CONSENT_ACTS] }).notNull(),
    /** The home school at the time. */
    institutionId: uuid("institution_id"),
    /** Until when the answer is needed. */
    neededBy: day("needed_by"),
    askedBy: uuid("asked_by").notNull(),
    askedAt: instant("asked_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.learnerId, t.id] }),
    index("consent_request_asked_idx").on(t.askedAt),
    check("consent_request_act", sql`act in (${acts})`),
  ],
);
