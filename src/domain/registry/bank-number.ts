/**
 * Why somebody has an account in the bank and no registration: 在岗职工, 求职人员, 老年学习者, 其他. Whom the credit bank is
 * for beside students is the list ("workers, job seekers, older learners"); no source that could be read fixes the
 * categories, so a ground serves figures and lists alone, and nothing is decided by it.
 */
export const ACCOUNT_GROUNDS = ["WORKER", "JOB_SEEKER", "OLDER_LEARNER", "OTHER"] as const;
export type AccountGround = (typeof ACCOUNT_GROUNDS)[number];

/**
 * 学习账户号: `XF`, nine digits, and a check digit, as in `XF4820196357`. The bank gives it out by lot, to a person, for
 * life, whichever schools they come to: it tells neither who nor when, and the next one cannot be guessed. The letters keep
 * it apart from student numbers, and spreadsheets from making a number of it. The form is the bank's own setting: no
 * standard for such numbers was found.
 */
const FORM = /^XF(\d{9})(\d)$/;
const PREFIX = "XF";
const DIGITS = 9;
/** How many numbers there are to draw from. */
export const BANK_NUMBERS = 10 ** DIGITS;

/**
 * The quasigroup of order 10 by which a check digit tells every single wrong digit and every two neighbours that changed
 * places (H. M. Damm, Total anti-symmetrische Quasigruppen, Marburg 2004).
 */
const DAMM = [
  "0317598642",
  "7092154863",
  "4206871359",
  "1750983426",
  "6123045978",
  "3674209581",
  "5869720134",
  "8945362017",
  "9438617205",
  "2581436790",
] as const;

const folded = (digits: string): number =>
  Array.from(digits).reduce((state, digit) => Number(DAMM[state]?.[Number(digit)] ?? "0"), 0);

/** The bank number of a lot, 0 to BANK_NUMBERS - 1. */
export function bankNumberOf(lot: number): string {
  const digits = String(lot).padStart(DIGITS, "0");
  return `${PREFIX}${digits}${folded(digits)}`;
}

/** A bank number as people write it: small letters, spaces and hyphens between its signs do not matter. */
const plain = (written: string): string => written.replace(/[\s-]/g, "").toUpperCase();

/** Whether a text is meant as a bank number: no student number begins so. */
export const looksLikeBankNumber = (written: string): boolean => plain(written).startsWith(PREFIX);

/** A bank number as it is kept; null where the form or the check digit is wrong. */
export function readBankNumber(written: string): string | null {
  const number = plain(written);
  return FORM.test(number) && folded(number.slice(PREFIX.length)) === 0 ? number : null;
}
