import { type Problem, problem } from "../problem.ts";

/**
 * Where an application stands. SUBMITTED waits for the home school, CONFIRMED for the receiving department, REVIEWED for
 * the receiving school's registrar, DECIDED for the end of the public notice; the others are over.
 */
export const APPLICATION_STATUSES = [
  "SUBMITTED",
  "CONFIRMED",
  "REVIEWED",
  "DECIDED",
  "RECORDED",
  "RETURNED",
  "WITHDRAWN",
] as const;
export type ApplicationStatus = (typeof APPLICATION_STATUSES)[number];

/** How long a reason is that somebody gives within an application; a bound of the service. */
export const REASON_LENGTH = { min: 2, max: 500 } as const;

/** What is done to an application once it is there. */
export const APPLICATION_STEPS = [
  "CONFIRM",
  "RETURN",
  "REVIEW",
  "REOPEN",
  "DECIDE",
  "APPEAL",
  "RECORD",
  "WITHDRAW",
] as const;
export type ApplicationStep = (typeof APPLICATION_STEPS)[number];

const NEXT: Readonly<Record<ApplicationStep, Partial<Readonly<Record<ApplicationStatus, ApplicationStatus>>>>> = {
  CONFIRM: { SUBMITTED: "CONFIRMED" },
  RETURN: { SUBMITTED: "RETURNED" },
  REVIEW: { CONFIRMED: "REVIEWED" },
  // the registrar sends it back to the department: after an objection upheld, or another decision in between
  REOPEN: { REVIEWED: "CONFIRMED", DECIDED: "CONFIRMED" },
  DECIDE: { REVIEWED: "DECIDED" },
  // another reviewer looks again
  APPEAL: { DECIDED: "CONFIRMED" },
  RECORD: { DECIDED: "RECORDED" },
  WITHDRAW: { SUBMITTED: "WITHDRAWN", CONFIRMED: "WITHDRAWN", REVIEWED: "WITHDRAWN", DECIDED: "WITHDRAWN" },
};

/** Whether nothing more is done to it, and nothing is held for it. */
export const isOver = (status: ApplicationStatus): boolean =>
  status === "RECORDED" || status === "RETURNED" || status === "WITHDRAWN";

/** Where a step leads from a status. @returns APPLICATION_ELSEWHERE where the step does not follow from it */
export function nextStatus(status: ApplicationStatus, step: ApplicationStep): ApplicationStatus | Problem {
  return NEXT[step][status] ?? problem("APPLICATION_ELSEWHERE", { status });
}

/** Whom an application waits for; null when it is over. */
export function waitsFor(
  status: ApplicationStatus,
): "HOME_SCHOOL" | "DEPARTMENT" | "REGISTRAR" | "PUBLIC_NOTICE" | null {
  switch (status) {
    case "SUBMITTED":
      return "HOME_SCHOOL";
    case "CONFIRMED":
      return "DEPARTMENT";
    case "REVIEWED":
      return "REGISTRAR";
    case "DECIDED":
      return "PUBLIC_NOTICE";
    default:
      return null;
  }
}
