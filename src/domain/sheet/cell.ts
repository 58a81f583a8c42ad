import type { ProblemCode } from "../problem.ts";

/** A row of a sheet as the file gave it; `rowNo` counts from 1 as the spreadsheet shows it. */
export interface SheetRow {
  readonly rowNo: number;
  readonly cells: readonly string[];
}

/** What is wrong with one cell, or worth a word. `column` is the key of a column of the sheet's kind. */
export interface CellProblem {
  readonly sheet: string;
  /** As the spreadsheet names it: B7. */
  readonly cell: string;
  readonly rowNo: number;
  readonly column: string | null;
  readonly code: ProblemCode;
  readonly params: Readonly<Record<string, string | number>>;
}

/** The letters of a column, counted from 0: A, B, ... Z, AA. */
export function columnLetters(index: number): string {
  const rest = Math.floor(index / 26) - 1;
  return (rest < 0 ? "" : columnLetters(rest)) + String.fromCharCode(65 + (index % 26));
}

/** Spaces of every kind, and marks that take no room. */
const INVISIBLE = /^[\s\u3000\u200b-\u200f\u2060\ufeff]+|[\s\u3000\u200b-\u200f\u2060\ufeff]+$/g;

/** Takes away what surrounds a text unseen. */
export function trimmed(text: string): string {
  return text.replace(INVISIBLE, "");
}

/** Full-width digits, letters and signs (８５．５) as their plain forms; for codes, numbers and dates, never for names. */
export function narrowed(text: string): string {
  return text.replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));
}

/** A spreadsheet keeps fifteen digits of a number and shows the rest as a power of ten: 1.50203E+17. */
export function isPowerOfTen(text: string): boolean {
  return /^[+-]?\d(\.\d+)?e\+?\d+$/i.test(text);
}

/** A long number without its zeros in front, to compare what a spreadsheet made of it. */
export function withoutLeadingZeros(text: string): string {
  return text.replace(/^0+(?=.)/, "");
}

/** What a spreadsheet program takes for the beginning of a formula, in either width. */
const FORMULA = /^[\s\u3000]*[=+\-@\uff1d\uff0b\uff0d\uff20|]|^[\t\r\n]/;

/** Whether a spreadsheet would run it. Marks in front are looked behind, so that a mark of ours is told from one of the text's own. */
function isActive(text: string): boolean {
  const bare = text.replace(/^'+/, "");
  return FORMULA.test(bare) && !/^[+-]?\d+([.,]\d+)?%?$/.test(bare);
}

/**
 * A text as it may stand in a sheet that leaves the house: a name that begins like a formula would be run by whoever
 * opens the file. The apostrophe is the spreadsheet's own mark for "this is text". Numbers are left as they are.
 */
export function inert(text: string): string {
  return isActive(text) ? `'${text}` : text;
}

/** The text that `inert` was given: what leaves in a sheet comes back in it unchanged. */
export function unmarked(text: string): string {
  return text.startsWith("'") && isActive(text) ? text.slice(1) : text;
}
