import type { EducationLevel } from "./major.ts";

/** An amount of credit: a non-negative integer, in hundredths of a credit (350 = 3.5 credits). Never a float. */
export type Credits = number;

/** What kind of credit it is. A secondary credit and a bachelor credit are two currencies; ITEM counts achievements without credits. */
export const CREDIT_UNITS = ["SECONDARY", "ASSOCIATE", "BACHELOR", "ITEM"] as const;
export type CreditUnit = (typeof CREDIT_UNITS)[number];

const UNIT_OF_LEVEL: Readonly<Record<EducationLevel, CreditUnit>> = {
  SECONDARY: "SECONDARY",
  ASSOCIATE: "ASSOCIATE",
  VOCATIONAL_BACHELOR: "BACHELOR",
  GENERAL_BACHELOR: "BACHELOR",
};

/** The unit that credits of a level are counted in. */
export const unitOfLevel = (level: EducationLevel): CreditUnit => UNIT_OF_LEVEL[level];

/** One achievement that carries no credits is deposited as 1.00 of unit ITEM. */
export const ONE_ITEM: Credits = 100;

/**
 * Reads a written number of credits ("3.5") exactly.
 * @returns hundredths of a credit, or null where the text is no amount of at most two decimals below 10,000.
 */
export function parseCredits(text: string): Credits | null {
  const match = /^(\d{1,4})(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (match === null) return null;
  const [, whole = "0", decimals = ""] = match;
  return Number(whole) * 100 + Number(decimals.padEnd(2, "0"));
}

/** Writes hundredths of a credit for a reader: 350 -> "3.5", 400 -> "4". */
export function formatCredits(credits: Credits): string {
  const sign = credits < 0 ? "-" : "";
  const amount = Math.abs(credits);
  const decimals = String(amount % 100)
    .padStart(2, "0")
    .replace(/0+$/, "");
  return `${sign}${Math.floor(amount / 100)}${decimals === "" ? "" : `.${decimals}`}`;
}

/** A share of an amount, floored to a hundredth. `ratio` is in basis points: 5000 = one half. */
export function shareOf(credits: Credits, basisPoints: number): Credits {
  return Math.floor((credits * basisPoints) / 10_000);
}
