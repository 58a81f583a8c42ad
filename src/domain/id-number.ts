import { isIsoDate } from "./date.ts";
import type { IsoDate } from "./id.ts";
import { isProblem, type Problem, problem } from "./problem.ts";

/** What a person shows to prove who they are. Only the first two follow GB 11643 and can be checked. */
export const DOCUMENT_KINDS = [
  /** 居民身份证. */
  "RESIDENT_ID",
  /** 港澳台居民居住证: of the same form, its region 810000, 820000 or 830000. */
  "HMT_RESIDENCE_PERMIT",
  /** 港澳居民来往内地通行证, 台湾居民来往大陆通行证. */
  "HMT_TRAVEL_PERMIT",
  /** 外国人永久居留身份证. */
  "FOREIGN_RESIDENCE_PERMIT",
  "PASSPORT",
  "OTHER",
] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** Who a person is on paper: a number, a birth date, or both; a school may know only the latter. */
export interface IdentityDocument {
  readonly kind: DocumentKind;
  readonly number: string | null;
  readonly birthOn: IsoDate | null;
}

const FORM = /^(\d{6})(\d{4})(\d{2})(\d{2})\d{3}[\dX]$/;
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECK_DIGITS = "10X98765432";
const HMT_REGIONS = new Set(["810000", "820000", "830000"]);
const BORN_AFTER = "1900-01-01";
const OTHER_FORM = /^[0-9A-Z][0-9A-Z()/-]{3,29}$/;

/** The check digit that GB 11643-1999 gives to seventeen digits. */
function checkDigit(digits: string): string {
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(digits[place]), 0);
  return CHECK_DIGITS[sum % 11] ?? "";
}

const follows = (kind: DocumentKind): boolean => kind === "RESIDENT_ID" || kind === "HMT_RESIDENCE_PERMIT";

/** The birth date in a number of eighteen digits that can be somebody's by `today`. */
function birthDateOf(kind: DocumentKind, number: string, today: IsoDate): IsoDate | Problem {
  const match = FORM.exec(number);
  if (match === null) return problem("ID_NUMBER_MALFORMED");
  const [, region = "", year = "", month = "", day = ""] = match;
  if (HMT_REGIONS.has(region) !== (kind === "HMT_RESIDENCE_PERMIT")) return problem("ID_NUMBER_MALFORMED");
  if (checkDigit(number) !== number[17]) return problem("ID_NUMBER_CHECK_DIGIT");
  return plausible(`${year}-${month}-${day}`, today) ?? problem("ID_NUMBER_BIRTH_DATE");
}

function plausible(date: IsoDate, today: IsoDate): IsoDate | null {
  return isIsoDate(date) && date >= BORN_AFTER && date <= today ? date : null;
}

/**
 * Reads a document as a school writes it: full-width digits made plain before, a small x mended here.
 * @returns null where nothing is said; else ID_NUMBER_MALFORMED, ID_NUMBER_CHECK_DIGIT, ID_NUMBER_BIRTH_DATE,
 *   BIRTH_DATE_DIFFERS. No problem carries the number: problems travel further than numbers should.
 */
export function readDocument(
  written: { readonly kind: DocumentKind | null; readonly number: string | null; readonly birthOn: IsoDate | null },
  today: IsoDate,
): IdentityDocument | Problem | null {
  const kind = written.kind ?? "RESIDENT_ID";
  if (written.birthOn !== null && plausible(written.birthOn, today) === null) return problem("ID_NUMBER_BIRTH_DATE");
  if (written.number === null)
    return written.birthOn === null ? null : { kind, number: null, birthOn: written.birthOn };
  const number = written.number.toUpperCase();
  if (!follows(kind)) {
    return OTHER_FORM.test(number) ? { kind, number, birthOn: written.birthOn } : problem("ID_NUMBER_MALFORMED");
  }
  const birthOn = birthDateOf(kind, number, today);
  if (isProblem(birthOn)) return birthOn;
  if (written.birthOn !== null && written.birthOn !== birthOn) return problem("BIRTH_DATE_DIFFERS");
  return { kind, number, birthOn };
}

const SHOWN = 4;

/** The last four characters, enough to compare with a paper in hand; of a short number less. The rest are stars. */
export function maskNumber(number: string): string {
  const shown = Math.min(SHOWN, Math.floor(number.length / 3));
  return "*".repeat(number.length - shown) + number.slice(number.length - shown);
}
