import { isIsoDate } from "./date.ts";
import type { Id, IsoDate } from "./id.ts";
import type { Citation } from "./recognition/rule.ts";

/** What a school gives public notice of (公示). */
export const PUBLIC_NOTICE_KINDS = ["DECISION", "EXEMPTION", "TRANSFER_LIST", "STATUS_CHANGE", "AWARD"] as const;
export type PublicNoticeKind = (typeof PUBLIC_NOTICE_KINDS)[number];

/** In a key, for what holds of every school that has not said otherwise. */
export const EVERY_SCHOOL: Id = "00000000-0000-0000-0000-000000000000";

/** How long notices of a kind stay open, and within what time an objection is answered: a setting with its clause. */
export interface NoticePeriod {
  /** The school that says so, or `EVERY_SCHOOL`. */
  readonly institutionId: Id;
  readonly kind: PublicNoticeKind;
  /** Working days of the school, after the day it is opened. */
  readonly workingDays: number;
  /** Working days after the day an objection comes in. */
  readonly answerWorkingDays: number;
  readonly citation: Citation;
  readonly certainty: "VERIFIED" | "UNVERIFIED" | "SETTING";
}

/** What holds for notices of a kind at a school: its own word before the general one. */
export function periodFor(
  periods: readonly NoticePeriod[],
  kind: PublicNoticeKind,
  institutionId: Id,
): NoticePeriod | null {
  const ofKind = periods.filter((each) => each.kind === kind);
  const said = (by: Id) => ofKind.find((each) => each.institutionId === by);
  return said(institutionId) ?? said(EVERY_SCHOOL) ?? null;
}

/** The moment a notice that is open until the end of a day is gone: midnight in China. */
export function endOfDay(day: IsoDate): string {
  return new Date(Date.parse(`${day}T24:00:00+08:00`)).toISOString();
}

/** What no public list may hold. */
export type Forbidden = "ID_NUMBER" | "PHONE" | "BIRTH_DATE";

/** What people write between the digits of a number. */
const BETWEEN_DIGITS = /(?<=\d)[\s\-–—.·•()（）]+(?=[\dXx])/gu;
const MOBILE = /^(?:86)?1[3-9]\d{9}$/;
const LANDLINE = /^0\d{9,11}$/;
const BIRTH = /出生|生日|生于|\bborn\b|\bbirth/iu;

/** Of eighteen digits, or fifteen as older cards have them: whether a birth date stands where an ID number has one. */
function isIdNumber(number: string): boolean {
  const [, date] = /^\d{6}((?:19|20)\d{6})\d{3}[\dX]$/i.exec(number) ?? [];
  const [, old] = /^\d{6}(\d{6})\d{3}$/.exec(number) ?? [];
  const birth = date ?? (old === undefined ? "" : `19${old}`);
  return isIsoDate(`${birth.slice(0, 4)}-${birth.slice(4, 6)}-${birth.slice(6)}`);
}

/**
 * What a text says that no public list may: something that looks like an ID number, a telephone number or a birth date,
 * however the digits are spaced and whatever their width. A certificate number that holds no date passes.
 */
export function forbiddenIn(text: string): Forbidden | null {
  const plain = text.normalize("NFKC");
  if (BIRTH.test(plain)) return "BIRTH_DATE";
  for (const [number] of plain.replace(BETWEEN_DIGITS, "").matchAll(/\d+X?/giu)) {
    if (isIdNumber(number)) return "ID_NUMBER";
    if (MOBILE.test(number) || LANDLINE.test(number)) return "PHONE";
  }
  return null;
}

export const OBJECTION_STATES = ["RECEIVED", "UNDER_REVIEW", "ANSWERED"] as const;
export type ObjectionState = (typeof OBJECTION_STATES)[number];
export type ObjectionOutcome = "UPHELD" | "DISMISSED";

/** What may be done to an objection next; null where it is answered. */
export function nextState(state: ObjectionState): ObjectionState | null {
  return OBJECTION_STATES[OBJECTION_STATES.indexOf(state) + 1] ?? null;
}

/** An objection, as far as what it was raised against depends on it. */
export interface ObjectionStanding {
  readonly state: ObjectionState;
  readonly outcome: ObjectionOutcome | null;
}

/**
 * How far something is on its way through public notice. Only CLEAR lets it take effect where it must wait: it was shown
 * for its whole time, and nobody's objection is open or upheld.
 */
export type NoticeStanding = "NOT_OPENED" | "OPEN" | "OBJECTED" | "UPHELD" | "WITHDRAWN" | "CLEAR";

/** @param objections those that concern it: against it by name, or against the whole notice */
export function standingOf(
  notice: { readonly closesAt: string; readonly withdrawnAt: string | null } | null,
  objections: readonly ObjectionStanding[],
  now: Date,
): NoticeStanding {
  if (notice === null) return "NOT_OPENED";
  if (notice.withdrawnAt !== null) return "WITHDRAWN";
  if (objections.some(({ outcome }) => outcome === "UPHELD")) return "UPHELD";
  if (objections.some(({ state }) => state !== "ANSWERED")) return "OBJECTED";
  return now.getTime() < Date.parse(notice.closesAt) ? "OPEN" : "CLEAR";
}
