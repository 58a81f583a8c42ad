import { z } from "zod";
import { CONSENT_ACTS } from "./consent.ts";
import { STATUS_CHANGE_KINDS } from "./registry/registration.ts";

const learners = z.array(z.object({ learnerId: z.uuid(), count: z.int().positive() }));

const aboutApplication = z.object({ learnerId: z.uuid(), institutionId: z.uuid(), applicationId: z.uuid() });

const aboutConsent = z.object({ learnerId: z.uuid(), act: z.enum(CONSENT_ACTS), neededBy: z.iso.date().nullable() });

/**
 * What people are told of, each with what the act says of it: ids and numbers. It is written in the act's own
 * transaction; names and sentences are found later, by the job that spreads it.
 */
export const NOTICES = {
  /** A school has confirmed a batch: to each learner, what was deposited for them. */
  CREDITS_DEPOSITED: z.object({ institutionId: z.uuid(), learners }),
  /** A confirmed batch corrected what was deposited, or took it back: to each learner, how much of it. */
  CREDITS_CORRECTED: z.object({ institutionId: z.uuid(), learners }),
  /** Something rests on what was taken back: to the registrars of the school that recognised it. */
  REVIEW_OPENED: z.object({ institutionId: z.uuid(), caseId: z.uuid() }),
  /** An application waits: to the registrars of the school it waits for, or the reviewers of the department. */
  APPLICATION_WAITING: z.object({
    institutionId: z.uuid(),
    applicationId: z.uuid(),
    departmentId: z.uuid().nullish(),
  }),
  /** Applications whose last day for a step is today, or past: to the registrars or the department they wait for. */
  APPLICATIONS_DUE: z.object({
    institutionId: z.uuid(),
    departmentId: z.uuid().nullable(),
    count: z.int().positive(),
    until: z.iso.date(),
  }),
  /** What became of an application: to the learner. */
  APPLICATION_RETURNED: aboutApplication,
  APPLICATION_DECIDED: aboutApplication,
  APPLICATION_RECORDED: aboutApplication,
  /** A host has returned grades: to the registrars of the home school, who confirm them. */
  GRADES_RETURNED: z.object({ sectionId: z.uuid(), homeInstitutionId: z.uuid(), count: z.int().positive() }),
  /** A seat was taken, or given up: to the learner. */
  SEAT_TAKEN: z.object({ sectionId: z.uuid(), learnerId: z.uuid() }),
  SEAT_DROPPED: z.object({ sectionId: z.uuid(), learnerId: z.uuid() }),
  /** A class teacher reminds a learner of what they have not read. */
  REMINDED: z.object({ learnerId: z.uuid(), count: z.int().positive() }),
  /** A class teacher reminds a learner, and their guardian, of what they have not done. */
  ACTS_OPEN: z.object({ learnerId: z.uuid(), count: z.int().positive() }),
  /** The service itself reminds a learner of what has lain unread for days. */
  STILL_UNREAD: z.object({ learnerId: z.uuid(), count: z.int().positive() }),
  /** A public notice was opened: to whoever stands in it. */
  PUBLIC_NOTICE_OPENED: z.object({ noticeId: z.uuid(), institutionId: z.uuid(), learners }),
  /** Someone objected to a public notice: to the registrars of its school, with the day an answer is due. */
  OBJECTION_RECEIVED: z.object({ noticeId: z.uuid(), institutionId: z.uuid(), until: z.iso.date() }),
  /** The answer to an objection to a line of a public notice: to whom that line is about. */
  OBJECTION_UPHELD: z.object({ noticeId: z.uuid(), institutionId: z.uuid(), learnerId: z.uuid() }),
  OBJECTION_DISMISSED: z.object({ noticeId: z.uuid(), institutionId: z.uuid(), learnerId: z.uuid() }),
  /** Objections whose answer is due soon, or late: to the registrars of their school. */
  OBJECTIONS_DUE: z.object({ institutionId: z.uuid(), count: z.int().positive(), until: z.iso.date() }),
  /** Achievements run out on a day; have run out. */
  ACHIEVEMENTS_EXPIRING: z.object({ learnerId: z.uuid(), count: z.int().positive(), until: z.iso.date() }),
  ACHIEVEMENTS_EXPIRED: z.object({ learnerId: z.uuid(), count: z.int().positive() }),
  /** Somebody of the school gave an account a new way in, and ended those it had: to whoever holds it. */
  ACCESS_RESTORED: z.object({ accountId: z.uuid() }),
  /** A guardianship was ended: to the learner, and to whoever was their guardian. */
  GUARDIAN_ENDED: z.object({ accountId: z.uuid(), learnerId: z.uuid() }),
  /** A request to erase was declined: to the learner. */
  ERASURE_DECLINED: z.object({ learnerId: z.uuid() }),
  /** A guardian's consent was asked for, by which day; still not answered: to the learner, and to their guardians. */
  CONSENT_ASKED: aboutConsent,
  CONSENT_WAITING: aboutConsent,
  /** A transfer list was published: to whoever was looked at and does not stand in it; to the school that takes in. */
  TRANSFER_NOT_LISTED: z.object({ learnerId: z.uuid(), institutionId: z.uuid() }),
  TRANSFER_LIST_WAITING: z.object({ institutionId: z.uuid() }),
  /** A change of status was confirmed: to the learner, as of which day and by which school. */
  STATUS_CHANGED: z.object({
    learnerId: z.uuid(),
    institutionId: z.uuid(),
    change: z.enum(STATUS_CHANGE_KINDS),
    effectiveOn: z.iso.date(),
  }),
} as const;

export const NOTICE_KINDS = [
  "CREDITS_DEPOSITED",
  "CREDITS_CORRECTED",
  "REVIEW_OPENED",
  "APPLICATION_WAITING",
  "APPLICATIONS_DUE",
  "APPLICATION_RETURNED",
  "APPLICATION_DECIDED",
  "APPLICATION_RECORDED",
  "GRADES_RETURNED",
  "SEAT_TAKEN",
  "SEAT_DROPPED",
  "REMINDED",
  "ACTS_OPEN",
  "STILL_UNREAD",
  "PUBLIC_NOTICE_OPENED",
  "OBJECTION_RECEIVED",
  "OBJECTION_UPHELD",
  "OBJECTION_DISMISSED",
  "OBJECTIONS_DUE",
  "ACHIEVEMENTS_EXPIRING",
  "ACHIEVEMENTS_EXPIRED",
  "ACCESS_RESTORED",
  "GUARDIAN_ENDED",
  "ERASURE_DECLINED",
  "CONSENT_ASKED",
  "CONSENT_WAITING",
  "STATUS_CHANGED",
  "TRANSFER_NOT_LISTED",
  "TRANSFER_LIST_WAITING",
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];
export type NoticeFacts<Kind extends NoticeKind> = z.infer<(typeof NOTICES)[Kind]>;

/** Something that happened, of which people are to be told. */
export type NoticeEvent = {
  [Kind in NoticeKind]: {
    readonly kind: Kind;
    /** Names the happening: told once, however often the act is repeated. */
    readonly key: string;
    readonly happenedAt: string;
    readonly facts: NoticeFacts<Kind>;
  };
}[NoticeKind];

/** In which regard someone is told: themself, of a learner they stand for or look after, or for their school. */
export type Regard = "SELF" | "GUARDIAN" | "CLASS_TEACHER" | "SCHOOL";

/** The ways out of the house; the inbox is always told. */
export const CHANNELS = ["EMAIL", "SMS", "WECOM"] as const;
export type Channel = (typeof CHANNELS)[number];

/** Each notice as it comes, or all of a day together. */
export type Frequency = "EACH" | "DAILY";
