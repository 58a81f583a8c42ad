import type { Id, IsoDate } from "../domain/id.ts";
import type { Trail } from "./trail.ts";

/** The roles an account can hold. A person with several acts in one at a time. */
export const ASSIGNED_ROLES = [
  "STUDENT",
  "GUARDIAN",
  "REGISTRAR",
  "REGISTRAR_CONFIRMER",
  "DEPARTMENT_REVIEWER",
  "CLASS_TEACHER",
  "HOST_TEACHER",
  "ENTERPRISE_MENTOR",
  "PLANNER",
  "SIGNATORY",
  "BUREAU",
  "AUDITOR",
  "ADMINISTRATOR",
] as const;
export type AssignedRole = (typeof ASSIGNED_ROLES)[number];

/** What someone acts as: a role of their own, the service itself, or nobody. */
export const ROLES = [...ASSIGNED_ROLES, "SYSTEM", "ANONYMOUS"] as const;
export type Role = (typeof ROLES)[number];

/** Roles that their holder may hand on to a colleague for a time. */
export const HANDED_ON_ROLES = [
  "REGISTRAR",
  "REGISTRAR_CONFIRMER",
  "DEPARTMENT_REVIEWER",
  "CLASS_TEACHER",
  "SIGNATORY",
  "PLANNER",
] as const satisfies readonly Role[];

/** The languages the service speaks. */
export type Language = "zh" | "en";

/** Whoever asks: one account in one capacity, for one request. What a role does not reach by is null or empty. */
export interface Viewer {
  /** Absent for ANONYMOUS and SYSTEM. */
  readonly accountId: Id | null;
  readonly role: Role;
  /** The school this capacity belongs to. */
  readonly institutionId: Id | null;
  /** Schools that this one succeeds: their old records, agreements and decisions are its to read. */
  readonly predecessorIds?: readonly Id[];
  /** The department (系部) a DEPARTMENT_REVIEWER decides for. */
  readonly departmentId: Id | null;
  /** The class a CLASS_TEACHER (班主任) looks after. */
  readonly classId: Id | null;
  /** The alliance a PLANNER or SIGNATORY works for. */
  readonly allianceId: Id | null;
  /** The learner a STUDENT is, or a GUARDIAN stands for. */
  readonly learnerId: Id | null;
  /**
   * The learners in a CLASS_TEACHER's class, or placed with an ENTERPRISE_MENTOR, when the request began; for a STUDENT or
   * GUARDIAN the other records of the same person.
   */
  readonly wardIds: readonly Id[];
  /**
   * The last day until which the role may be handed on: its own last day, or "infinity". Absent for a role that cannot be
   * handed on, and for one that was itself handed on.
   */
  readonly handsOnUntil?: IsoDate | null;
  readonly language: Language;
  readonly requestId: string;
  /** What the request leaves in the audit log; absent inside the service. */
  readonly trail?: Trail;
}

/** Someone who has not signed in. */
export const ANONYMOUS: Viewer = {
  accountId: null,
  role: "ANONYMOUS",
  institutionId: null,
  departmentId: null,
  classId: null,
  allianceId: null,
  learnerId: null,
  wardIds: [],
  language: "zh",
  requestId: "",
};

/** The service itself: the command line and jobs. */
export const SYSTEM: Viewer = { ...ANONYMOUS, role: "SYSTEM" };

/** The school a viewer acts for and those it succeeds; none for a viewer without a school. */
export function institutionsOf(viewer: Viewer): readonly Id[] {
  return viewer.institutionId === null ? [] : [viewer.institutionId, ...(viewer.predecessorIds ?? [])];
}

/** The learners a viewer reaches one by one: whom they are or stand for, and whom they look after. */
export function learnersOf(viewer: Viewer): readonly Id[] {
  return viewer.learnerId === null ? viewer.wardIds : [viewer.learnerId, ...viewer.wardIds];
}
