import { boolean, index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { credits, day, id, instant, titleEn, titleZh } from "./columns.ts";

/** A catalogue of majors as it was published: how many majors it has, and what is known to be missing here. */
export const catalogueEdition = pgTable("catalogue_edition", {
  edition: text("edition").primaryKey(),
  titleZh: titleZh(),
  titleEn: titleEn(),
  /** Majors as the publisher counts them; null where nobody counted. */
  published: integer("published"),
  noteZh: text("note_zh"),
  noteEn: text("note_en"),
});

/** Majors that follow on from each other across classes and levels: a working proposal, not official. */
export const majorFamily = pgTable(
  "major_family",
  {
    family: text("family").notNull(),
    familyZh: text("family_zh").notNull(),
    edition: text("edition").notNull(),
    code: text("code").notNull(),
    basis: text("basis").notNull(),
  },
  (t) => [primaryKey({ columns: [t.family, t.edition, t.code] })],
);

/** The 97 classes of the 2021 vocational catalogue, in 19 categories. `class_index` means the same at all three levels. */
export const majorClass = pgTable(
  "major_class",
  {
    edition: text("edition").notNull(),
    categoryIndex: integer("category_index").notNull(),
    classIndex: integer("class_index").notNull(),
    categoryZh: text("category_zh").notNull(),
    classZh: text("class_zh").notNull(),
    certainty: text("certainty", { enum: ["VERIFIED", "UNVERIFIED"] }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.edition, t.categoryIndex, t.classIndex] })],
);

/** A major of one catalogue edition. A code without its edition names nothing: editions collide. */
export const major = pgTable(
  "major",
  {
    id: id().primaryKey(),
    code: text("code").notNull(),
    edition: text("edition").notNull(),
    level: text("level", { enum: ["SECONDARY", "ASSOCIATE", "VOCATIONAL_BACHELOR", "GENERAL_BACHELOR"] }).notNull(),
    nameZh: text("name_zh").notNull(),
    nameEn: text("name_en"),
    /** Null for general bachelor majors, whose catalogue has no such classes. */
    categoryIndex: integer("category_index"),
    classIndex: integer("class_index"),
    stateControlled: boolean("state_controlled").notNull().default(false),
    certainty: text("certainty", { enum: ["VERIFIED", "UNVERIFIED", "DEMO"] }).notNull(),
    source: text("source").notNull(),
  },
  (t) => [unique("major_code_key").on(t.edition, t.code), index("major_class_idx").on(t.categoryIndex, t.classIndex)],
);

export const institution = pgTable(
  "institution",
  {
    id: id().primaryKey(),
    key: text("key").notNull(),
    nameZh: text("name_zh").notNull(),
    nameEn: text("name_en").notNull(),
    kind: text("kind", {
      enum: [
        "SECONDARY_VOCATIONAL_SCHOOL",
        "TECHNICIAN_SCHOOL",
        "COMPREHENSIVE_HIGH_SCHOOL",
        "GENERAL_HIGH_SCHOOL_VOCATIONAL_CLASS",
        "HIGHER_VOCATIONAL_COLLEGE",
        "UNIVERSITY",
        "UNIVERSITY_COLLEGE",
      ],
    }).notNull(),
    supervisedBy: text("supervised_by", { enum: ["EDUCATION", "LABOUR"] }).notNull(),
    /** 学校标识码; not unique in Baotou. */
    moeId: text("moe_id"),
    nationalCode: text("national_code"),
    fictitious: boolean("fictitious").notNull(),
    foundedOn: day("founded_on"),
    closedOn: day("closed_on"),
    /** Who answers for this institution's old agreements, records and decisions once it is closed. */
    successorId: uuid("successor_id"),
    note: text("note"),
  },
  (t) => [unique("institution_key_key").on(t.key)],
);

/** What happened to an institution: its history stays readable under its successor. */
export const institutionEvent = pgTable(
  "institution_event",
  {
    institutionId: uuid("institution_id")
      .notNull()
      .references(() => institution.id),
    id: id(),
    kind: text("kind", { enum: ["FOUNDED", "RENAMED", "MERGED", "SUCCEEDED"] }).notNull(),
    happenedOn: day("happened_on").notNull(),
    successorId: uuid("successor_id"),
    formerNameZh: text("former_name_zh"),
    formerNameEn: text("former_name_en"),
    document: text("document").notNull(),
  },
  (t) => [primaryKey({ columns: [t.institutionId, t.id] })],
);

/** Whether a school's names are masked in public lists (公示); without a row they are. */
export const publicNamePolicy = pgTable("public_name_policy", {
  institutionId: uuid("institution_id").primaryKey(),
  masked: boolean("masked").notNull(),
  citation: jsonb("citation").notNull(),
  setBy: uuid("set_by").notNull(),
  setAt: instant("set_at").notNull(),
});

export const campus = pgTable(
  "campus",
  {
    id: id().primaryKey(),
    institutionId: uuid("institution_id")
      .notNull()
      .references(() => institution.id),
    nameZh: text("name_zh").notNull(),
    nameEn: text("name_en").notNull(),
  },
  (t) => [unique("campus_name_key").on(t.institutionId, t.nameZh)],
);

/** 二级学院 / 系部. */
export const department = pgTable(
  "department",
  {
    id: id().primaryKey(),
    institutionId: uuid("institution_id")
      .notNull()
      .references(() => institution.id),
    nameZh: text("name_zh").notNull(),
    nameEn: text("name_en").notNull(),
  },
  (t) => [unique("department_name_key").on(t.institutionId, t.nameZh)],
);

/** An enterprise as party to an agreement or assessor of a certificate. */
export const enterprise = pgTable("enterprise", {
  id: id().primaryKey(),
  key: text("key").notNull().unique(),
  nameZh: text("name_zh").notNull(),
  nameEn: text("name_en").notNull(),
  assessor: boolean("assessor").notNull(),
  fictitious: boolean("fictitious").notNull(),
});

/** An institution teaching one major at one level and length. */
export const programme = pgTable(
  "programme",
  {
    id: id().primaryKey(),
    key: text("key").notNull(),
    institutionId: uuid("institution_id")
      .notNull()
      .references(() => institution.id),
    departmentId: uuid("department_id"),
    majorId: uuid("major_id")
      .notNull()
      .references(() => major.id),
    level: text("level", { enum: ["SECONDARY", "ASSOCIATE", "VOCATIONAL_BACHELOR", "GENERAL_BACHELOR"] }).notNull(),
    kind: text("kind", { enum: ["PLAIN", "STAGED", "FIVE_YEAR_INTEGRATED"] }).notNull(),
    years: integer("years").notNull(),
    /** Registry phases of an integrated programme: [{ level, years, gate }]. One element otherwise. */
    phases: jsonb("phases").notNull(),
    titleZh: titleZh(),
    titleEn: titleEn(),
  },
  (t) => [unique("programme_key_key").on(t.key), index("programme_institution_idx").on(t.institutionId)],
);

export const course = pgTable(
  "course",
  {
    id: id().primaryKey(),
    institutionId: uuid("institution_id")
      .notNull()
      .references(() => institution.id),
    code: text("code").notNull(),
    titleZh: titleZh(),
    titleEn: titleEn(),
    credits: credits("credits").notNull(),
    theoryHours: integer("theory_hours").notNull(),
    practiceHours: integer("practice_hours").notNull(),
    /** "group" is a word of SQL, so the column says whose group it is. */
    group: text("course_group", {
      enum: ["GENERAL_FOUNDATION", "SPECIALTY_FOUNDATION", "SPECIALTY_CORE", "SPECIALTY_EXTENSION", "INTERNSHIP"],
    }).notNull(),
    requirement: text("requirement", { enum: ["REQUIRED", "RESTRICTED_ELECTIVE", "FREE_ELECTIVE"] }).notNull(),
    subject: text("subject", {
      enum: ["ORDINARY", "POLITICS", "PHYSICAL_EDUCATION", "MILITARY_TRAINING", "INTERNSHIP", "GRADUATION_PROJECT"],
    }).notNull(),
    gradingMode: text("grading_mode", { enum: ["PERCENT", "FIVE_LEVEL", "PASS_FAIL"] }).notNull(),
    outcomes: jsonb("outcomes").notNull().default([]),
  },
  (t) => [unique("course_code_key").on(t.institutionId, t.code)],
);

export const coursePrerequisite = pgTable(
  "course_prerequisite",
  {
    courseId: uuid("course_id")
      .notNull()
      .references(() => course.id),
    prerequisiteId: uuid("prerequisite_id")
      .notNull()
      .references(() => course.id),
  },
  (t) => [primaryKey({ columns: [t.courseId, t.prerequisiteId] })],
);

export const certificate = pgTable("certificate", {
  id: id().primaryKey(),
  key: text("key").notNull().unique(),
  titleZh: titleZh(),
  titleEn: titleEn(),
  /** X_CERTIFICATE, SKILL_LEVEL, LANGUAGE, COMPUTER, OCCUPATIONAL. */
  family: text("family").notNull(),
  issuerZh: text("issuer_zh").notNull(),
  issuerEn: text("issuer_en").notNull(),
  supervisedBy: text("supervised_by", { enum: ["EDUCATION", "LABOUR"] }).notNull(),
  /** Levels it is awarded at, lowest first. */
  levels: jsonb("levels").notNull(),
  fictitious: boolean("fictitious").notNull(),
});

export const competition = pgTable("competition", {
  id: id().primaryKey(),
  key: text("key").notNull().unique(),
  titleZh: titleZh(),
  titleEn: titleEn(),
  series: text("series").notNull(),
  tier: text("tier", { enum: ["WORLD", "NATIONAL", "PROVINCIAL", "CITY", "SCHOOL"] }).notNull(),
  organiserZh: text("organiser_zh").notNull(),
  fictitious: boolean("fictitious").notNull(),
});
