import { boolean, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { enterprise, institution, programme } from "./catalogue.ts";
import { day, id, titleEn, titleZh } from "./columns.ts";

export const alliance = pgTable("alliance", {
  id: id().primaryKey(),
  key: text("key").notNull().unique(),
  titleZh: titleZh(),
  titleEn: titleEn(),
  leadInstitutionId: uuid("lead_institution_id")
    .notNull()
    .references(() => institution.id),
  citation: jsonb("citation").notNull(),
});

export const allianceMember = pgTable(
  "alliance_member",
  {
    allianceId: uuid("alliance_id")
      .notNull()
      .references(() => alliance.id),
    institutionId: uuid("institution_id")
      .notNull()
      .references(() => institution.id),
    role: text("role", { enum: ["LEAD", "PARTNER"] }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.allianceId, t.institutionId] })],
);

/** How far an alliance has aligned one of the five dimensions of the founding policy. */
export const alignment = pgTable(
  "alignment",
  {
    allianceId: uuid("alliance_id")
      .notNull()
      .references(() => alliance.id),
    dimension: text("dimension", {
      enum: ["PROGRAMME_OFFERING", "TRAINING_OBJECTIVES", "COURSE_STANDARDS", "RESOURCES", "MANAGEMENT_EVALUATION"],
    }).notNull(),
    stage: text("stage", { enum: ["NOT_STARTED", "DRAFTED", "AGREED", "IN_OPERATION", "REVIEWED"] }).notNull(),
    evidenceZh: text("evidence_zh").notNull(),
    evidenceEn: text("evidence_en").notNull(),
    assessedOn: day("assessed_on").notNull(),
  },
  (t) => [primaryKey({ columns: [t.allianceId, t.dimension] })],
);

/** One version of an agreement; frozen with its content hash once proposed. */
export const agreement = pgTable(
  "agreement",
  {
    id: id().primaryKey(),
    allianceId: uuid("alliance_id")
      .notNull()
      .references(() => alliance.id),
    key: text("key").notNull(),
    version: integer("version").notNull(),
    titleZh: titleZh(),
    titleEn: titleEn(),
    status: text("status", {
      enum: ["DRAFT", "PROPOSED", "SIGNED", "FILED", "IN_FORCE", "SUPERSEDED", "TERMINATED"],
    }).notNull(),
    cohortFrom: integer("cohort_from").notNull(),
    cohortUntil: integer("cohort_until"),
    contentHash: text("content_hash"),
    filingNumber: text("filing_number"),
    invented: boolean("invented").notNull(),
  },
  (t) => [unique("agreement_version_key").on(t.key, t.version)],
);

export const agreementParty = pgTable(
  "agreement_party",
  {
    agreementId: uuid("agreement_id")
      .notNull()
      .references(() => agreement.id),
    id: id(),
    institutionId: uuid("institution_id").references(() => institution.id),
    enterpriseId: uuid("enterprise_id").references(() => enterprise.id),
    signedOn: day("signed_on"),
    signatory: text("signatory"),
  },
  (t) => [primaryKey({ columns: [t.agreementId, t.id] })],
);

/** An ordered list of stages; its label is derived. */
export const pathway = pgTable("pathway", {
  id: id().primaryKey(),
  agreementId: uuid("agreement_id")
    .notNull()
    .references(() => agreement.id),
  key: text("key").notNull().unique(),
  titleZh: titleZh(),
  titleEn: titleEn(),
});

export const stage = pgTable(
  "stage",
  {
    pathwayId: uuid("pathway_id")
      .notNull()
      .references(() => pathway.id),
    ordinal: integer("ordinal").notNull(),
    programmeId: uuid("programme_id")
      .notNull()
      .references(() => programme.id),
    years: integer("years").notNull(),
    /** [{ kind: DIPLOMA | DEGREE | CERTIFICATE, titleZh, titleEn }] */
    confers: jsonb("confers").notNull(),
    /** What an early leaver holds: [{ after, standing: GRADUATION | COMPLETION | ATTENDANCE, titleZh, titleEn }] 毕业 / 结业 / 肄业 */
    leaver: jsonb("leaver").notNull(),
    /** What must be passed to enter the next stage, or null at the last. */
    gate: jsonb("gate"),
  },
  (t) => [primaryKey({ columns: [t.pathwayId, t.ordinal] })],
);
