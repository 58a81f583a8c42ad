import type { Id } from "../domain/id.ts";
import { type Problem, problem } from "../domain/problem.ts";
import { institutionsOf, type Role, type Viewer } from "./viewer.ts";

/**
 * How far a role reaches: `own`, what belongs to the learner the viewer is; `institution`, what belongs to the school
 * of the viewer's capacity; `any`, everything.
 */
type Scope = "own" | "institution" | "any";
type Grant = Partial<Readonly<Record<Role, Scope>>>;

/** Who may do what, and how far. SYSTEM may do everything; whoever is not listed, nothing. */
export const POLICY = {
  "learner.read": { STUDENT: "own", REGISTRAR: "institution", DEPARTMENT_REVIEWER: "institution" },
  "roster.import": { REGISTRAR: "institution" },
  "course.import": { REGISTRAR: "institution" },
  "plan.import": { REGISTRAR: "institution" },
  "staff.import": { ADMINISTRATOR: "any" },
  "achievement.read": { STUDENT: "own", REGISTRAR: "institution", DEPARTMENT_REVIEWER: "institution" },
  "achievement.record": { REGISTRAR: "institution" },
  "batch.read": { REGISTRAR: "institution" },
  "batch.confirm": { REGISTRAR: "institution" },
  "batch.discard": { REGISTRAR: "institution" },
  "recognition.check": { STUDENT: "own", REGISTRAR: "institution", DEPARTMENT_REVIEWER: "institution" },
  "section.publish": { REGISTRAR: "institution", HOST_TEACHER: "institution" },
  "seat.take": { STUDENT: "own" },
  "seat.drop": { STUDENT: "own" },
  "seat.read": { STUDENT: "own", REGISTRAR: "institution", HOST_TEACHER: "institution" },
  "grades.enter": { HOST_TEACHER: "institution", REGISTRAR: "institution" },
  "grades.confirm": { REGISTRAR: "institution" },
} as const satisfies Readonly<Record<string, Grant>>;
export type Action = keyof typeof POLICY;

/** What an action is done to: the learner it belongs to, and the schools it belongs to (home, host, receiving). */
export interface Resource {
  readonly learnerId?: Id | null;
  readonly institutionIds?: readonly (Id | null)[];
}

function reaches(scope: Scope, viewer: Viewer, resource: Resource): boolean {
  if (scope === "any") return true;
  if (scope === "own") return viewer.learnerId !== null && resource.learnerId === viewer.learnerId;
  const own = institutionsOf(viewer);
  return (resource.institutionIds ?? []).some((id) => id !== null && own.includes(id));
}

/**
 * Whether a viewer may do an action to a resource.
 * @returns null, or UNAUTHENTICATED where nobody signed in, else FORBIDDEN
 */
export function authorise(viewer: Viewer, action: Action, resource: Resource): Problem | null {
  if (viewer.role === "SYSTEM") return null;
  const grant: Grant = POLICY[action];
  const scope = grant[viewer.role];
  if (scope !== undefined && reaches(scope, viewer, resource)) return null;
  return problem(viewer.role === "ANONYMOUS" ? "UNAUTHENTICATED" : "FORBIDDEN", { action });
}
