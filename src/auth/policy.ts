import type { Id } from "../domain/id.ts";
import { type Problem, problem } from "../domain/problem.ts";
import type { What } from "./trail.ts";
import { institutionsOf, type Role, type Viewer } from "./viewer.ts";

/**
 * How far a role reaches: `own`, the learner the viewer is or stands for; `wards`, the learners of the viewer's class or
 * placed with them; `section`, the sections the viewer teaches; `department` and `institution`, what belongs to the
 * department or school of the viewer's capacity; `service`, what is no school's, for whoever acts for none; `any`,
 * everything.
 */
export type Scope = "own" | "wards" | "section" | "department" | "institution" | "service" | "any";
type Grant = Partial<Readonly<Record<Role, Scope>>>;

/** Whoever may look at a learner's record: themself, their guardian and class teacher, their department and school. */
const RECORD = {
  STUDENT: "own",
  GUARDIAN: "own",
  CLASS_TEACHER: "wards",
  DEPARTMENT_REVIEWER: "department",
  REGISTRAR: "institution",
  REGISTRAR_CONFIRMER: "institution",
} as const satisfies Grant;
/** Both of the two people whom every deposit takes; only the registrar records. */
const REGISTRARS = { REGISTRAR: "institution", REGISTRAR_CONFIRMER: "institution" } as const satisfies Grant;

/** Who may do what, and how far. SYSTEM may do everything; whoever is not listed, nothing. POLICY.md renders it. */
export const POLICY = {
  "learner.read": { ...RECORD, ENTERPRISE_MENTOR: "wards" },
  "document.read": { STUDENT: "own", GUARDIAN: "own", ...REGISTRARS },
  "document.find": { REGISTRAR: "institution" },
  "idNumber.reveal": { REGISTRAR: "institution" },
  "registryNumber.reveal": { REGISTRAR: "institution" },
  "personal.export": { STUDENT: "own", GUARDIAN: "own" },
  "erasure.read": { STUDENT: "own", GUARDIAN: "own", ...REGISTRARS },
  "erasure.preview.read": { STUDENT: "own", GUARDIAN: "own", ...REGISTRARS },
  "erasure.request": { STUDENT: "own", GUARDIAN: "own", REGISTRAR: "institution" },
  "erasure.withdraw": { STUDENT: "own", GUARDIAN: "own", REGISTRAR: "institution" },
  "erasure.carryOut": REGISTRARS,
  "erasure.decline": REGISTRARS,
  "roster.import": { REGISTRAR: "institution" },
  "course.import": { REGISTRAR: "institution" },
  "plan.import": { REGISTRAR: "institution" },
  "institution.import": { ADMINISTRATOR: "any" },
  "programme.import": { ADMINISTRATOR: "any" },
  "campus.import": { ADMINISTRATOR: "any" },
  "department.import": { ADMINISTRATOR: "any" },
  "staff.import": { ADMINISTRATOR: "any" },
  "mergeCase.read": REGISTRARS,
  "learner.open": { REGISTRAR: "institution" },
  "learner.merge": { REGISTRAR: "institution" },
  "learner.keepApart": { REGISTRAR: "institution" },
  "learner.part": { REGISTRAR: "institution" },
  "statusChange.read": { STUDENT: "own", GUARDIAN: "own", ...REGISTRARS },
  "statusChange.record": { REGISTRAR: "institution" },
  "statusChange.confirm": REGISTRARS,
  "statusChange.reject": REGISTRARS,
  "statusChange.file": { REGISTRAR: "institution" },
  "registration.placeInPathway": { REGISTRAR: "institution" },
  "transferList.read": REGISTRARS,
  "transferList.make": { REGISTRAR: "institution" },
  "transferList.publish": REGISTRARS,
  "transferList.withdraw": REGISTRARS,
  "window.except": { REGISTRAR: "institution" },
  "file.read": { STUDENT: "own", GUARDIAN: "own", CLASS_TEACHER: "wards", ...REGISTRARS },
  "file.add": { STUDENT: "own", GUARDIAN: "own", CLASS_TEACHER: "wards", REGISTRAR: "institution" },
  "figures.read": { BUREAU: "any" },
  "placement.read": {
    STUDENT: "own",
    GUARDIAN: "own",
    CLASS_TEACHER: "wards",
    ENTERPRISE_MENTOR: "wards",
    ...REGISTRARS,
  },
  "placement.create": { REGISTRAR: "institution" },
  "placement.end": { REGISTRAR: "institution" },
  "placement.report": { ENTERPRISE_MENTOR: "wards" },
  "consent.read": { STUDENT: "own", GUARDIAN: "own", CLASS_TEACHER: "wards", ...REGISTRARS },
  "consent.give": { GUARDIAN: "own" },
  "consent.ask": { STUDENT: "own", CLASS_TEACHER: "wards", REGISTRAR: "institution" },
  "consent.record": { CLASS_TEACHER: "wards", REGISTRAR: "institution" },
  "capacity.delegate": {
    ...REGISTRARS,
    DEPARTMENT_REVIEWER: "institution",
    CLASS_TEACHER: "institution",
    SIGNATORY: "institution",
    PLANNER: "institution",
  },
  "delegation.end": { ADMINISTRATOR: "any" },
  "achievement.read": RECORD,
  "achievement.record": { REGISTRAR: "institution" },
  "achievement.correct": { REGISTRAR: "institution" },
  "application.submit": { STUDENT: "own", GUARDIAN: "own" },
  "application.read": RECORD,
  "application.confirm": REGISTRARS,
  "application.review": { DEPARTMENT_REVIEWER: "department", REGISTRAR: "institution" },
  "application.decide": { REGISTRAR: "institution" },
  "application.record": REGISTRARS,
  "application.setPeriod": { ADMINISTRATOR: "institution" },
  "review.read": { STUDENT: "own", GUARDIAN: "own", ...REGISTRARS },
  "review.close": { REGISTRAR: "institution" },
  "statement.read": { STUDENT: "own", GUARDIAN: "own", CLASS_TEACHER: "wards", ...REGISTRARS },
  "batch.read": REGISTRARS,
  "batch.confirm": REGISTRARS,
  "batch.discard": REGISTRARS,
  "recognition.check": RECORD,
  "publicNames.set": { ADMINISTRATOR: "institution" },
  "publicNotice.read": REGISTRARS,
  "publicNotice.open": { REGISTRAR: "institution" },
  "publicNotice.withdraw": { REGISTRAR: "institution" },
  "publicNotice.answer": { REGISTRAR: "institution" },
  "publicNotice.setPeriod": { ADMINISTRATOR: "institution" },
  "calendar.set": { REGISTRAR: "institution" },
  "section.publish": { REGISTRAR: "institution", HOST_TEACHER: "institution" },
  "seat.take": { STUDENT: "own" },
  "seat.drop": { STUDENT: "own" },
  "seat.read": { STUDENT: "own", GUARDIAN: "own", CLASS_TEACHER: "wards", HOST_TEACHER: "section", ...REGISTRARS },
  "grades.enter": { HOST_TEACHER: "section", REGISTRAR: "institution" },
  "grades.confirm": REGISTRARS,
  "notice.watch": { CLASS_TEACHER: "wards" },
  "notice.remind": { CLASS_TEACHER: "wards" },
  "openAct.read": { CLASS_TEACHER: "wards" },
  "openAct.remind": { CLASS_TEACHER: "wards" },
  "account.read": { REGISTRAR: "institution" },
  "account.open": { REGISTRAR: "institution" },
  "account.restore": { REGISTRAR: "institution", ADMINISTRATOR: "any" },
  "staff.read": { ADMINISTRATOR: "any" },
  "account.revoke": { ADMINISTRATOR: "any" },
  "guardian.invite": { REGISTRAR: "institution" },
  "guardian.end": { REGISTRAR: "institution" },
  "invitation.accept": { GUARDIAN: "any" },
  "audit.read": { AUDITOR: "any" },
  "accessLog.read": { STUDENT: "own", GUARDIAN: "own" },
  "sharing.give": { STUDENT: "own", GUARDIAN: "own" },
  "sharing.revoke": { STUDENT: "own", GUARDIAN: "own" },
  "sharing.read": { STUDENT: "own", GUARDIAN: "own", REGISTRAR: "institution", DEPARTMENT_REVIEWER: "institution" },
  "sharedRecord.read": { REGISTRAR: "institution", DEPARTMENT_REVIEWER: "institution" },
  "job.read": { ADMINISTRATOR: "service" },
  "job.retry": { ADMINISTRATOR: "service" },
} as const satisfies Readonly<Record<string, Grant>>;
export type Action = keyof typeof POLICY;

/** What an action is done to: whose it is, and where it belongs (home, host, receiving). */
export interface Resource {
  readonly learnerId?: Id | null;
  readonly institutionIds?: readonly (Id | null)[];
  readonly departmentIds?: readonly (Id | null)[];
  /** The account that teaches the section. */
  readonly teacherId?: Id | null;
  /** What else it is done to, and why, for the audit log. */
  readonly what?: What;
  readonly reason?: string;
}

const same = (mine: Id | null, its: Id | null | undefined): boolean => mine !== null && mine === its;

const REACHES: Readonly<Record<Scope, (viewer: Viewer, resource: Resource) => boolean>> = {
  any: () => true,
  service: ({ institutionId }) => institutionId === null,
  own: (viewer, { learnerId }) => same(viewer.learnerId, learnerId),
  wards: ({ wardIds }, { learnerId }) => typeof learnerId === "string" && wardIds.includes(learnerId),
  section: ({ accountId }, { teacherId }) => same(accountId, teacherId),
  department: ({ departmentId }, { departmentIds = [] }) => departmentIds.some((id) => same(departmentId, id)),
  institution(viewer, { institutionIds = [] }) {
    const own = institutionsOf(viewer);
    return institutionIds.some((id) => id !== null && own.includes(id));
  },
};

const refusal = (viewer: Viewer, action: Action): Problem =>
  problem(viewer.role === "ANONYMOUS" ? "UNAUTHENTICATED" : "FORBIDDEN", { action });

/** How far an action of the viewer reaches; null where it reaches nothing at all. For lists, which find their own rows. */
export function scopeOf(viewer: Viewer, action: Action): Scope | null {
  if (viewer.role === "SYSTEM") return "any";
  const grant: Grant = POLICY[action];
  return grant[viewer.role] ?? null;
}

/**
 * Whether a viewer may do an action to a resource, which they are about to do: it is noted for the audit log, and so is a
 * refusal. To ask without doing (for a button), ask `may`.
 * @returns null, or UNAUTHENTICATED where nobody signed in, else FORBIDDEN
 */
export function authorise(viewer: Viewer, action: Action, resource: Resource): Problem | null {
  const refused = refusalOf(viewer, action, resource);
  viewer.trail?.step(action, resource, refused);
  return refused;
}

/** Whether a viewer may do an action to a resource. */
export function may(viewer: Viewer, action: Action, resource: Resource): boolean {
  return refusalOf(viewer, action, resource) === null;
}

function refusalOf(viewer: Viewer, action: Action, resource: Resource): Problem | null {
  const scope = scopeOf(viewer, action);
  return scope !== null && REACHES[scope](viewer, resource) ? null : refusal(viewer, action);
}

/**
 * Whether a viewer may do an action at all, where the database alone knows whether what it is done to lies within their
 * scope; noted as by `authorise`.
 */
export function authoriseWithin(
  viewer: Viewer,
  action: Action,
  about: Pick<Resource, "what" | "reason">,
): Problem | null {
  const refused = scopeOf(viewer, action) === null ? refusal(viewer, action) : null;
  viewer.trail?.step(action, about, refused);
  return refused;
}

/** The scope of a list that is about to be read, or why there is none for this viewer; noted as by `authorise`. */
export function authoriseList(viewer: Viewer, action: Action): Scope | Problem {
  const scope = scopeOf(viewer, action);
  const refused = scope === null ? refusal(viewer, action) : null;
  viewer.trail?.step(action, {}, refused);
  return scope ?? refusal(viewer, action);
}
