import { dayInChina } from "../date.ts";
import type { SchoolDays } from "../calendar/day.ts";
import { addWorkingDays } from "../calendar/working-day.ts";
import type { Id, IsoDate } from "../id.ts";
import { isProblem } from "../problem.ts";
import { EVERY_SCHOOL } from "../public-notice.ts";
import type { Citation } from "../recognition/rule.ts";
import { type ApplicationStatus, waitsFor } from "./step.ts";

/** Who an application can wait for, with days of their own to act; the end of a public notice is nobody's to bring on. */
export const STEP_OWNERS = ["HOME_SCHOOL", "DEPARTMENT", "REGISTRAR"] as const;
export type StepOwner = (typeof STEP_OWNERS)[number];

/** Within how many working days an owner acts, at a school or at every school without a word of its own: a setting with its clause. */
export interface StepPeriod {
  readonly institutionId: Id;
  readonly owner: StepOwner;
  /** Working days of the owner's school, after the day it began to wait. */
  readonly workingDays: number;
  readonly citation: Citation;
  readonly certainty: "VERIFIED" | "UNVERIFIED" | "SETTING";
}

/** What is asked of an application that waits. */
export interface Waiting {
  readonly status: ApplicationStatus;
  readonly institutionId: Id;
  readonly homeInstitutionId: Id;
  readonly waitingSince: string;
}

/** Whose turn it is, and at which school; null where it is nobody's. */
export function ownerOf(
  row: Omit<Waiting, "waitingSince">,
): { readonly owner: StepOwner; readonly institutionId: Id } | null {
  const owner = waitsFor(row.status);
  if (owner === null || owner === "PUBLIC_NOTICE") return null;
  return { owner, institutionId: owner === "HOME_SCHOOL" ? row.homeInstitutionId : row.institutionId };
}

/** What a school says of an owner, or else what is said of every school. */
export function stepPeriodFor(periods: readonly StepPeriod[], owner: StepOwner, institutionId: Id): StepPeriod | null {
  const said = (by: Id) => periods.find((each) => each.owner === owner && each.institutionId === by);
  return said(institutionId) ?? said(EVERY_SCHOOL) ?? null;
}

/** The last day for the step it waits for; null where no period is set, or holidays are not known that far. */
export function dueOn(row: Waiting, periods: readonly StepPeriod[], days: SchoolDays): IsoDate | null {
  const turn = ownerOf(row);
  const period = turn === null ? null : stepPeriodFor(periods, turn.owner, turn.institutionId);
  if (period === null) return null;
  const date = addWorkingDays(days, dayInChina(new Date(row.waitingSince)), period.workingDays);
  return isProblem(date) ? null : date;
}
