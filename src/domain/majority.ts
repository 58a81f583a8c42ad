import type { IsoDate } from "./id.ts";

/** From what age one acts for oneself, and where that is written. It is a row of the reference data, never a constant. */
export interface AgeOfMajority {
  readonly years: number;
  readonly document: string;
  readonly clause: string;
}

/** The last day of a minority: the day before the birthday. Born on 29 February, one comes of age on 1 March. */
export function lastDayOfMinority(bornOn: IsoDate, { years }: Pick<AgeOfMajority, "years">): IsoDate {
  const [year = 0, month = 1, day = 1] = bornOn.split("-").map(Number);
  return new Date(Date.UTC(year + years, month - 1, day - 1)).toISOString().slice(0, 10);
}
