import { addMonths } from "./date.ts";
import type { IsoDate } from "./id.ts";
import type { EducationLevel } from "./major.ts";

/** From what age one acts for oneself, and where that is written. It is a row of the reference data, never a constant. */
export interface AgeOfMajority {
  readonly years: number;
  readonly document: string;
  readonly clause: string;
}

/** What tells how old somebody is: the birth date, or, where none is on record, what they are registered in now. */
export interface KnownAge {
  readonly birthOn: IsoDate | null;
  readonly level: EducationLevel | null;
  readonly enteredOn: IsoDate | null;
}

/** The last day of being younger than so many years: the day before the birthday; born on 29 February, the 28th. */
export function lastDayOfMinority(bornOn: IsoDate, { years }: Pick<AgeOfMajority, "years">): IsoDate {
  const [year = 0, month = 1, day = 1] = bornOn.split("-").map(Number);
  return new Date(Date.UTC(year + years, month - 1, day - 1)).toISOString().slice(0, 10);
}

/** Those who enter a college are seventeen at least, as a rule of thumb of ours: after so many months they are of age. */
const MONTHS_IN_DOUBT = 12;

/**
 * Whether a person is younger than so many years on a day; on the birthday itself they are not. Whose birth date is not on
 * record is taken to be, on the safe side, while in a secondary programme or phase and for the first year of any other;
 * whoever is registered nowhere is not.
 */
export function isYounger({ birthOn, level, enteredOn }: KnownAge, years: number, on: IsoDate): boolean {
  if (birthOn !== null) return on <= lastDayOfMinority(birthOn, { years });
  if (level === "SECONDARY") return true;
  return enteredOn !== null && on < addMonths(enteredOn, MONTHS_IN_DOUBT);
}
