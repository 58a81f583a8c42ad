import type { IsoDate } from "./id.ts";

/** A calendar date in its parts; month 1 to 12. No time of day, so no time zone can shift it. */
interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const SHAPE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Whether a text is a date that exists: 2024-02-29 is, 2025-02-29 is not. */
export function isIsoDate(text: string): text is IsoDate {
  const match = SHAPE.exec(text);
  if (match === null) return false;
  const { year, month, day } = partsOf(text);
  // there is no year 0, and no database has one
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

const MOMENT = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/;

/** Whether a text is a moment of a day that exists, with its time and its distance from UTC. */
export function isMoment(text: string): boolean {
  return isIsoDate(MOMENT.exec(text)?.[1] ?? "");
}

/** The number of days of a month; month 1 to 12. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The same day so many months later; a day the month does not have becomes its last (01-31 + 1 month = 02-28). */
export function addMonths(date: IsoDate, months: number): IsoDate {
  const { year, month, day } = partsOf(date);
  const index = year * 12 + (month - 1) + months;
  const [toYear, toMonth] = [Math.floor(index / 12), (((index % 12) + 12) % 12) + 1];
  return write({ year: toYear, month: toMonth, day: Math.min(day, daysInMonth(toYear, toMonth)) });
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** The number of whole days from one date to another; negative where it goes back. */
export function daysBetween(from: IsoDate, until: IsoDate): number {
  return (Date.parse(`${until}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS;
}

/** The date so many days later. */
export function addDays(date: IsoDate, days: number): IsoDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

const CHINA_OFFSET_MS = 8 * 60 * 60 * 1000;

/** The calendar day of a moment in China, which keeps one time without summer time. */
export function dayInChina(moment: Date): IsoDate {
  return new Date(moment.getTime() + CHINA_OFFSET_MS).toISOString().slice(0, 10);
}

/** A moment by the clocks of China, to the minute: 2026-12-01 08:00. */
export function clockInChina(moment: Date): string {
  return new Date(moment.getTime() + CHINA_OFFSET_MS).toISOString().slice(0, 16).replace("T", " ");
}

/** 1 = Monday ... 7 = Sunday. */
export function weekdayOf(date: IsoDate): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}

/** The last day of the date's month. */
export function endOfMonth(date: IsoDate): IsoDate {
  const { year, month } = partsOf(date);
  return write({ year, month, day: daysInMonth(year, month) });
}

/** The last day of the date's calendar year. */
export function endOfYear(date: IsoDate): IsoDate {
  return `${date.slice(0, 4)}-12-31`;
}

function partsOf(date: IsoDate): DateParts {
  return { year: Number(date.slice(0, 4)), month: Number(date.slice(5, 7)), day: Number(date.slice(8, 10)) };
}

function write({ year, month, day }: DateParts): IsoDate {
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}
