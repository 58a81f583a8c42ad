import type { Id } from "../domain/id.ts";

/** What someone acts as. A person with several capacities acts in one at a time. */
export const ROLES = [
  "STUDENT",
  "REGISTRAR",
  "DEPARTMENT_REVIEWER",
  "PLANNER",
  "HOST_TEACHER",
  "ADMINISTRATOR",
  "SYSTEM",
  "ANONYMOUS",
] as const;
export type Role = (typeof ROLES)[number];

/** The languages the service speaks. */
export type Language = "zh" | "en";

/** Whoever asks: one account in one capacity, for one request. */
export interface Viewer {
  /** Absent for ANONYMOUS and SYSTEM. */
  readonly accountId: Id | null;
  readonly role: Role;
  /** The school this capacity belongs to. */
  readonly institutionId: Id | null;
  /** Schools that this one succeeds: their old records, agreements and decisions are its to read. */
  readonly predecessorIds?: readonly Id[];
  /** The learner a STUDENT is. */
  readonly learnerId: Id | null;
  readonly language: Language;
  readonly requestId: string;
}

/** Someone who has not signed in. */
export const ANONYMOUS: Viewer = {
  accountId: null,
  role: "ANONYMOUS",
  institutionId: null,
  learnerId: null,
  language: "zh",
  requestId: "",
};

/** The service itself: the command line and jobs. */
export const SYSTEM: Viewer = { ...ANONYMOUS, role: "SYSTEM" };

/** The school a viewer acts for and those it succeeds; none for a viewer without a school. */
export function institutionsOf(viewer: Viewer): readonly Id[] {
  return viewer.institutionId === null ? [] : [viewer.institutionId, ...(viewer.predecessorIds ?? [])];
}
