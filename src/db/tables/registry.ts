import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { DOCUMENT_KINDS } from "../../domain/id-number.ts";
import { ACCOUNT_GROUNDS } from "../../domain/registry/bank-number.ts";
import { REGISTRATION_STATUSES, STATUS_CHANGE_KINDS } from "../../domain/registry/registration.ts";
import { bytes, day, id, instant } from "./columns.ts";

/** A person who learns, with or without a school. */
export const learner = pgTable(
  "learner",
  {
    id: id().primaryKey(),
    name: text("name").notNull(),
    /** What older versions kept in clear; emptied into registry_number, and the database takes no more. */
    registryNo: text("registry_no"),
    /** The school that keeps the registry now; null for a learner without a school. */
    homeInstitutionId: uuid("home_institution_id"),
    /** The department of the home school that the newest registration there belongs to. */
    homeDepartmentId: uuid("home_department_id"),
    createdAt: instant("created_at").notNull().defaultNow(),
    /** Since when nothing here says any more who it was. */
    erasedAt: instant("erased_at"),
    /** The record that this one is read together with, as one person's; never one that is itself merged into another. */
    mergedInto: uuid("merged_into"),
  },
  (t) => [
    index("learner_merged_idx").on(t.mergedInto).where(sql`merged_into is not null`),
    check("learner_not_merged_into_itself", sql`merged_into <> id`),
    index("learner_home_idx").on(t.homeInstitutionId, t.id),
    index("learner_department_idx").on(t.homeDepartmentId, t.id),
  ],
);

/**
 * 学习账户号: the number that the bank gave to somebody without a registration, for life; who opened the account, and why it
 * was opened without one. Home is the school that keeps the record, as the learner's.
 */
export const bankNumber = pgTable(
  "bank_number",
  {
    learnerId: uuid("learner_id").primaryKey(),
    number: text("number").notNull(),
    homeInstitutionId: uuid("home_institution_id"),
    /** The school that opened it. */
    institutionId: uuid("institution_id").notNull(),
    ground: text("ground", { enum: ACCOUNT_GROUNDS }).notNull(),
    /** What the ground is, where it is another. */
    remark: text("remark"),
    openedBy: uuid("opened_by").notNull(),
    openedAt: instant("opened_at").notNull(),
  },
  (t) => [
    uniqueIndex("bank_number_key").on(t.number),
    index("bank_number_home_idx").on(t.homeInstitutionId, t.number),
    check("bank_number_ground_known", sql`ground in ('WORKER', 'JOB_SEEKER', 'OLDER_LEARNER', 'OTHER')`),
    check("bank_number_other_explained", sql`ground <> 'OTHER' or remark is not null`),
  ],
);

/** 行政班. */
export const classGroup = pgTable(
  "class_group",
  {
    id: id().primaryKey(),
    institutionId: uuid("institution_id").notNull(),
    programmeId: uuid("programme_id").notNull(),
    name: text("name").notNull(),
    entryYear: integer("entry_year").notNull(),
    /** Where the class has its rooms; null where the school has one campus, or does not say. */
    campusId: uuid("campus_id"),
  },
  (t) => [uniqueIndex("class_group_name_key").on(t.institutionId, t.name)],
);

/** 学籍: a learner in a programme of a school, under the plan of one cohort, in one phase. */
export const registration = pgTable(
  "registration",
  {
    learnerId: uuid("learner_id").notNull(),
    id: id(),
    institutionId: uuid("institution_id").notNull(),
    programmeId: uuid("programme_id").notNull(),
    /** The department that runs the programme: row-level security compares it. */
    departmentId: uuid("department_id"),
    pathwayId: uuid("pathway_id"),
    classId: uuid("class_id"),
    cohort: integer("cohort").notNull(),
    phase: integer("phase").notNull().default(1),
    studentNo: text("student_no").notNull(),
    status: text("status", { enum: REGISTRATION_STATUSES }).notNull(),
    enteredOn: day("entered_on").notNull(),
    leftOn: day("left_on"),
  },
  (t) => [
    primaryKey({ columns: [t.learnerId, t.id] }),
    index("registration_student_no_idx").on(t.institutionId, t.studentNo),
    index("registration_programme_idx").on(t.programmeId, t.cohort),
    index("registration_department_idx").on(t.departmentId, t.studentNo),
    index("registration_class_idx").on(t.classId),
    // one place in a phase, at whichever school: on leave it is kept
    uniqueIndex("registration_active_key").on(t.learnerId, t.phase).where(sql`status in ('ACTIVE', 'ON_LEAVE')`),
    check(
      "registration_status_known",
      sql`status in ('ACTIVE', 'ON_LEAVE', 'GRADUATED', 'COMPLETED', 'WITHDRAWN', 'TRANSFERRED')`,
    ),
  ],
);

/**
 * 学籍异动: what a registrar writes down, another person confirms, and the school files. How the registration stood and
 * will stand is kept beside it, so that what is confirmed is what was written down.
 */
export const statusChange = pgTable(
  "status_change",
  {
    learnerId: uuid("learner_id").notNull(),
    id: id(),
    registrationId: uuid("registration_id").notNull(),
    /** The school of the registration. */
    institutionId: uuid("institution_id").notNull(),
    /** Of a transfer within the service: the school that takes the learner in, and confirms. */
    toInstitutionId: uuid("to_institution_id"),
    /** The school that takes in sees the name, not the learner. */
    learnerName: text("learner_name").notNull(),
    kind: text("kind", { enum: STATUS_CHANGE_KINDS }).notNull(),
    state: text("state", { enum: ["RECORDED", "CONFIRMED", "REJECTED"] }).notNull(),
    effectiveOn: day("effective_on").notNull(),
    decidedOn: day("decided_on").notNull(),
    /** 文号 of the decision. */
    decisionNo: text("decision_no").notNull(),
    reason: text("reason").notNull(),
    /** The guardian's consent it rests on. */
    consentId: uuid("consent_id"),
    statusBefore: text("status_before", { enum: REGISTRATION_STATUSES }).notNull(),
    statusAfter: text("status_after", { enum: REGISTRATION_STATUSES }).notNull(),
    cohortBefore: integer("cohort_before").notNull(),
    cohortAfter: integer("cohort_after").notNull(),
    programmeBefore: uuid("programme_before").notNull(),
    programmeAfter: uuid("programme_after").notNull(),
    classAfter: uuid("class_after"),
    /** Of a transfer out of the service. */
    toSchoolName: text("to_school_name"),
    /** What it does beside, as it was seen when it was written down, and again when it was confirmed. */
    effects: jsonb("effects").notNull(),
    recordedBy: uuid("recorded_by").notNull(),
    recordedAt: instant("recorded_at").notNull(),
    settledBy: uuid("settled_by"),
    settledAt: instant("settled_at"),
    /** Why it was rejected. */
    rejection: text("rejection"),
    /** 备案. */
    filing: text("filing", { enum: ["TO_FILE", "FILED", "RETURNED"] }),
    filedOn: day("filed_on"),
    filingNote: text("filing_note"),
    /** The transfer list it stands in, of a stage transfer; and what was found of its learner, condition by condition. */
    listId: uuid("list_id"),
    findings: jsonb("findings"),
    /** The phase of the registration that a stage transfer opens. */
    phaseAfter: integer("phase_after"),
    /** Whether that list is published: until then the learner does not read it, and nobody takes them in. */
    published: boolean("published").notNull().default(false),
    /** Why it was taken outside the school's window: when it was written down, and when it was settled. */
    lateReason: text("late_reason"),
    settledLateReason: text("settled_late_reason"),
  },
  (t) => [
    primaryKey({ columns: [t.learnerId, t.id] }),
    index("status_change_list_idx").on(t.listId, t.learnerId),
    check("status_change_listed_whole", sql`num_nonnulls(list_id, findings, phase_after) in (0, 3)`),
    check("status_change_listed", sql`(kind = 'STAGE_TRANSFER') = (list_id is not null)`),
    uniqueIndex("status_change_open_key").on(t.learnerId, t.registrationId).where(sql`state = 'RECORDED'`),
    index("status_change_institution_idx").on(t.institutionId, t.recordedAt, t.id),
    index("status_change_to_institution_idx").on(t.toInstitutionId, t.recordedAt, t.id),
    check("status_change_state_known", sql`state in ('RECORDED', 'CONFIRMED', 'REJECTED')`),
    check("status_change_filing_known", sql`filing in ('TO_FILE', 'FILED', 'RETURNED')`),
    check(
      "status_change_settled_whole",
      sql`(state = 'RECORDED') = (settled_by is null) and (settled_by is null) = (settled_at is null)`,
    ),
    check("status_change_by_two", sql`state <> 'CONFIRMED' or settled_by <> recorded_by`),
    check("status_change_filed_once_confirmed", sql`(filing is not null) = (state = 'CONFIRMED')`),
  ],
);

/**
 * 转段名单: whom a school sends on to the next stage of a pathway together. Its learners are its changes of status; here
 * stands nothing of a person.
 */
export const transferList = pgTable(
  "transfer_list",
  {
    /** The school that sends. */
    institutionId: uuid("institution_id").notNull(),
    id: id(),
    /** The school that takes in; the same for the phases of one programme. */
    toInstitutionId: uuid("to_institution_id").notNull(),
    pathwayId: uuid("pathway_id").notNull(),
    programmeBefore: uuid("programme_before").notNull(),
    programmeAfter: uuid("programme_after").notNull(),
    cohortBefore: integer("cohort_before").notNull(),
    /** Null: the whole cohort. */
    className: text("class_name"),
    effectiveOn: day("effective_on").notNull(),
    decidedOn: day("decided_on").notNull(),
    decisionNo: text("decision_no").notNull(),
    /** The conditions of the stage as they stood when it was made. */
    conditions: jsonb("conditions").notNull(),
    state: text("state", { enum: ["RECORDED", "PUBLISHED", "WITHDRAWN"] }).notNull(),
    lateReason: text("late_reason"),
    recordedBy: uuid("recorded_by").notNull(),
    recordedAt: instant("recorded_at").notNull(),
    settledBy: uuid("settled_by"),
    settledAt: instant("settled_at"),
    /** The public notice it was published as. */
    noticeId: uuid("notice_id"),
    withdrawal: text("withdrawal"),
  },
  (t) => [
    primaryKey({ columns: [t.institutionId, t.id] }),
    index("transfer_list_sent_idx").on(t.institutionId, t.recordedAt, t.id),
    index("transfer_list_taken_idx").on(t.toInstitutionId, t.recordedAt, t.id),
    check("transfer_list_state_known", sql`state in ('RECORDED', 'PUBLISHED', 'WITHDRAWN')`),
    check(
      "transfer_list_settled_whole",
      sql`(state = 'RECORDED') = (settled_by is null) and (settled_by is null) = (settled_at is null)
        and (state = 'PUBLISHED') = (notice_id is not null) and (state = 'WITHDRAWN') = (withdrawal is not null)`,
    ),
    check("transfer_list_by_two", sql`state <> 'PUBLISHED' or settled_by <> recorded_by`),
  ],
);

/**
 * Two records that bear one number, and so may be one person: for the registrars of their schools, who merge them or say
 * that they are two. What was merged can be parted again.
 */
export const mergeCase = pgTable(
  "merge_case",
  {
    /** The record that a sheet brought. */
    learnerId: uuid("learner_id").notNull(),
    id: id(),
    /** The record that was there. */
    otherId: uuid("other_id").notNull(),
    /** Their home schools when they met; null where there was none. */
    institutionId: uuid("institution_id").notNull(),
    otherInstitutionId: uuid("other_institution_id"),
    foundBy: text("found_by", { enum: ["REGISTRY_NUMBER", "DOCUMENT"] }).notNull(),
    /** AGREED: one of two schools would merge, the other has not said. */
    state: text("state", { enum: ["OPEN", "AGREED", "MERGED", "TWO_PEOPLE", "PARTED"] }).notNull(),
    openedAt: instant("opened_at").notNull(),
    /** The school that agreed first. */
    agreedInstitutionId: uuid("agreed_institution_id"),
    decidedBy: uuid("decided_by"),
    decidedAt: instant("decided_at"),
    reason: text("reason"),
  },
  (t) => [
    primaryKey({ columns: [t.learnerId, t.id] }),
    // met again by the next sheet, it is the same case
    uniqueIndex("merge_case_pair_key").on(t.learnerId, t.otherId),
    index("merge_case_institution_idx").on(t.institutionId, t.openedAt),
    index("merge_case_other_institution_idx").on(t.otherInstitutionId, t.openedAt),
    check("merge_case_state_known", sql`state in ('OPEN', 'AGREED', 'MERGED', 'TWO_PEOPLE', 'PARTED')`),
    check("merge_case_of_two", sql`learner_id <> other_id`),
    check(
      "merge_case_decided_whole",
      sql`(state = 'OPEN') = (decided_by is null) and (decided_by is null) = (decided_at is null)`,
    ),
  ],
);

/** 岗位实习安排: a learner at an enterprise for a time, with the mentor there who reports the result to the school. */
export const placement = pgTable(
  "placement",
  {
    learnerId: uuid("learner_id").notNull(),
    id: id(),
    /** The school that placed the learner. */
    institutionId: uuid("institution_id").notNull(),
    enterpriseId: uuid("enterprise_id").notNull(),
    mentorAccountId: uuid("mentor_account_id").notNull(),
    /** 实习岗位. */
    post: text("post").notNull(),
    startsOn: day("starts_on").notNull(),
    endsOn: day("ends_on").notNull(),
    /** What the mentor reported: a grade in the mode of the school, hours worked, a word about it. */
    grade: jsonb("grade"),
    hours: integer("hours"),
    remark: text("remark"),
    reportedOn: day("reported_on"),
  },
  (t) => [
    primaryKey({ columns: [t.learnerId, t.id] }),
    index("placement_institution_idx").on(t.institutionId, t.startsOn),
    index("placement_mentor_idx").on(t.mentorAccountId),
    check("placement_ends_after_it_starts", sql`ends_on >= starts_on`),
    check("placement_reported_whole", sql`(reported_on is null) = (grade is null)`),
    check("placement_hours_not_negative", sql`hours is null or hours >= 0`),
  ],
);

/**
 * Who a learner is on paper. Number and birth date are one ciphertext (AES-256-GCM, bound to the learner and the kind);
 * the number is found by a keyed hash, and shown by the end of it. The keys lie outside the database.
 */
export const identityDocument = pgTable(
  "identity_document",
  {
    learnerId: uuid("learner_id").primaryKey(),
    homeInstitutionId: uuid("home_institution_id"),
    kind: text("kind", { enum: DOCUMENT_KINDS }).notNull(),
    keyId: text("key_id").notNull(),
    nonce: bytes("nonce").notNull(),
    ciphertext: bytes("ciphertext").notNull(),
    /** null where only the birth date is known. */
    lookupKeyId: text("lookup_key_id"),
    lookup: bytes("lookup"),
    masked: text("masked"),
  },
  (t) => [
    index("identity_document_lookup_idx").on(t.lookup),
    check("identity_document_number_whole", sql`num_nonnulls(lookup_key_id, lookup, masked) in (0, 3)`),
  ],
);

/**
 * 学籍号, a learner's for life, and mostly their ID number behind a letter: so it is encrypted, found and shown as that is.
 */
export const registryNumber = pgTable(
  "registry_number",
  {
    learnerId: uuid("learner_id").primaryKey(),
    homeInstitutionId: uuid("home_institution_id"),
    keyId: text("key_id").notNull(),
    nonce: bytes("nonce").notNull(),
    ciphertext: bytes("ciphertext").notNull(),
    lookupKeyId: text("lookup_key_id").notNull(),
    lookup: bytes("lookup").notNull(),
    masked: text("masked").notNull(),
  },
  // every sheet of learners looks its registry numbers up, across schools
  (t) => [index("registry_number_lookup_idx").on(t.lookup)],
);

/** 个人信息删除请求: by the learner, who stands for them, or a registrar; carried out by another officer, or taken back. */
export const erasureRequest = pgTable(
  "erasure_request",
  {
    learnerId: uuid("learner_id").notNull(),
    id: id(),
    /** The school it is put to: the home school when it was made, else the last one. */
    institutionId: uuid("institution_id").notNull(),
    requestedBy: uuid("requested_by").notNull(),
    requestedAt: instant("requested_at").notNull(),
    /** In the asker's words; gone once it is carried out. */
    reason: text("reason"),
    withdrawnAt: instant("withdrawn_at"),
    carriedOutBy: uuid("carried_out_by"),
    carriedOutAt: instant("carried_out_at"),
    declinedBy: uuid("declined_by"),
    declinedAt: instant("declined_at"),
    /** In the officer's words; gone once a later request is carried out. */
    declineReason: text("decline_reason"),
    /** What the refusal rests on: a document and its clause. */
    declineDocument: text("decline_document"),
    declineClause: text("decline_clause"),
  },
  (t) => [
    primaryKey({ columns: [t.learnerId, t.id] }),
    uniqueIndex("erasure_request_waiting_key")
      .on(t.learnerId)
      .where(sql`withdrawn_at is null and carried_out_at is null and declined_at is null`),
    index("erasure_request_institution_idx").on(t.institutionId, t.requestedAt),
    check("erasure_by_two", sql`carried_out_by is null or carried_out_by <> requested_by`),
    check("erasure_carried_out_whole", sql`(carried_out_by is null) = (carried_out_at is null)`),
    check("erasure_ended_once", sql`num_nonnulls(withdrawn_at, carried_out_at, declined_at) <= 1`),
    check(
      "erasure_declined_whole",
      sql`num_nonnulls(declined_by, declined_at, decline_reason, decline_document, decline_clause) in (0, 5)`,
    ),
  ],
);

/** Leave to let another school read what a learner has achieved: by the learner or whoever stands for them; revocable. */
export const sharingConsent = pgTable(
  "sharing_consent",
  {
    learnerId: uuid("learner_id").notNull(),
    id: id(),
    /** The school that may read. */
    institutionId: uuid("institution_id").notNull(),
    givenBy: uuid("given_by").notNull(),
    givenAt: instant("given_at").notNull(),
    /** The last day; null where only a revocation ends it. */
    until: day("until"),
    revokedAt: instant("revoked_at"),
    revokedBy: uuid("revoked_by"),
  },
  (t) => [
    primaryKey({ columns: [t.learnerId, t.id] }),
    // whether a school may read, and one consent in force for each school
    uniqueIndex("sharing_consent_in_force_key").on(t.learnerId, t.institutionId).where(sql`revoked_at is null`),
    check("sharing_consent_revoked", sql`(revoked_at is null) = (revoked_by is null)`),
  ],
);
