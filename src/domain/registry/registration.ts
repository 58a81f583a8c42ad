import type { IsoDate } from "../id.ts";
import { type Problem, problem } from "../problem.ts";

/** How a registration (学籍) stands. On leave it is kept: nobody else's place, and no second one beside it. */
export const REGISTRATION_STATUSES = [
  "ACTIVE",
  "ON_LEAVE",
  "GRADUATED",
  "COMPLETED",
  "WITHDRAWN",
  "TRANSFERRED",
] as const;
export type RegistrationStatus = (typeof REGISTRATION_STATUSES)[number];

/** 学籍异动, in the words of the registry: 休学, 入伍, 复学, 留级, 转专业, 转学, 退学, 毕业, 结业, 转段. */
export const STATUS_CHANGE_KINDS = [
  "LEAVE",
  "MILITARY_SERVICE",
  "RETURN",
  "REPEAT_YEAR",
  "CHANGE_OF_MAJOR",
  "TRANSFER",
  "WITHDRAWAL",
  "GRADUATION",
  "COMPLETION",
  "STAGE_TRANSFER",
] as const;
export type StatusChangeKind = (typeof STATUS_CHANGE_KINDS)[number];

/**
 * What each change makes of a registration; what is missing cannot be. A change of major or school ends the registration
 * it is made of and opens another one, so that what was decided for the old one stays where it was decided.
 */
const MOVES: Readonly<Record<RegistrationStatus, Partial<Readonly<Record<StatusChangeKind, RegistrationStatus>>>>> = {
  ACTIVE: {
    LEAVE: "ON_LEAVE",
    MILITARY_SERVICE: "ON_LEAVE",
    REPEAT_YEAR: "ACTIVE",
    CHANGE_OF_MAJOR: "TRANSFERRED",
    TRANSFER: "TRANSFERRED",
    WITHDRAWAL: "WITHDRAWN",
    GRADUATION: "GRADUATED",
    COMPLETION: "COMPLETED",
    // the stage is completed by going on to the next one
    STAGE_TRANSFER: "GRADUATED",
  },
  ON_LEAVE: {
    // called up while on leave: the leave ends in service, and both end with one return
    MILITARY_SERVICE: "ON_LEAVE",
    RETURN: "ACTIVE",
    WITHDRAWAL: "WITHDRAWN",
  },
  // 结业换毕业: what was wanting has been made up
  COMPLETED: { GRADUATION: "GRADUATED" },
  // graduated in July, and entered with the next stage in September
  GRADUATED: { STAGE_TRANSFER: "GRADUATED" },
  WITHDRAWN: {},
  TRANSFERRED: {},
};

/** Whether a registration holds its learner's place in its phase. */
export const goesOn = (status: RegistrationStatus): boolean => status === "ACTIVE" || status === "ON_LEAVE";

/** How a registration stands after a change. STATUS_CHANGE_IMPOSSIBLE */
export function statusAfter(status: RegistrationStatus, kind: StatusChangeKind): RegistrationStatus | Problem {
  return MOVES[status][kind] ?? problem("STATUS_CHANGE_IMPOSSIBLE", { status, kind });
}

/**
 * How a registration stands after a registry's export says so. A new one stands as the export has it. One on record ends
 * there with its class, by graduation or completion; all else is a change of status, decided one by one.
 * @returns STATUS_CHANGE_IMPOSSIBLE
 */
export function statusByExport(
  before: RegistrationStatus | null,
  said: RegistrationStatus | null,
): RegistrationStatus | Problem {
  if (said === null || said === before) return before ?? "ACTIVE";
  if (before === null) return said;
  if (said === "GRADUATED") return statusAfter(before, "GRADUATION");
  if (said === "COMPLETED") return statusAfter(before, "COMPLETION");
  return problem("STATUS_CHANGE_IMPOSSIBLE", { status: before });
}

/** Which changes a registration can take by itself: to the next stage it goes by a list (转段名单). */
export function changesOf(status: RegistrationStatus): readonly StatusChangeKind[] {
  return STATUS_CHANGE_KINDS.filter((kind) => kind !== "STAGE_TRANSFER" && MOVES[status][kind] !== undefined);
}

/** Whether a learner may be registered anew in a phase: one registration of a phase goes on at a time. */
export function mayEnter(
  held: readonly { readonly phase: number; readonly status: RegistrationStatus }[],
  phase: number,
): boolean {
  return !held.some((each) => each.phase === phase && goesOn(each.status));
}

/**
 * How often the day of entry came round after one date and up to another: how many years of study lie between them, by
 * the school's own beginning of the year, whichever calendar it keeps. Entered on 29 February: the 28th in other years.
 */
export function yearsBetween(enteredOn: IsoDate, from: IsoDate, until: IsoDate): number {
  return Math.max(0, yearsSince(enteredOn, until) - yearsSince(enteredOn, from));
}

/** Whole years since the day of entry; negative before it. */
export function yearsSince(enteredOn: IsoDate, on: IsoDate): number {
  const years = Number(on.slice(0, 4)) - Number(enteredOn.slice(0, 4));
  const day = enteredOn.slice(5) === "02-29" ? "02-28" : enteredOn.slice(5);
  return on.slice(5) < day ? years - 1 : years;
}
