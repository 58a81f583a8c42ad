import { weekdayOf } from "../date.ts";
import type { IsoDate, Title } from "../id.ts";
import { type Problem, problem } from "../problem.ts";

/** What the State Council's yearly notice says of one day: a day off, or a weekend day that is worked. */
export interface PublicDay {
  readonly off: boolean;
  /** The festival it belongs to. */
  readonly title: Title;
}

/** The public calendar, for the years it covers: outside them nothing is known, and nothing is guessed. */
export interface PublicCalendar {
  readonly years: ReadonlySet<number>;
  readonly days: ReadonlyMap<IsoDate, PublicDay>;
}

/** What a school says of one of its own days; it goes before the public calendar. */
export type OwnDay =
  /** Nobody works or teaches: a school anniversary, a snow day. */
  | { readonly kind: "OFF" }
  /** Worked, and the classes of another day are taught (调休). */
  | { readonly kind: "TAUGHT"; readonly taughtAs: IsoDate }
  /** As if the school had said nothing: an earlier word taken back. */
  | { readonly kind: "ORDINARY" };

/** The days of one school. */
export interface SchoolDays {
  readonly published: PublicCalendar;
  readonly own: ReadonlyMap<IsoDate, OwnDay>;
}

/** What a day is: worked or not, and why. */
export type DayKind = "WORKING" | "SHIFTED" | "WEEKEND" | "HOLIDAY" | "SCHOOL_OFF" | "SCHOOL_SHIFTED";

const WORKED: ReadonlySet<DayKind> = new Set(["WORKING", "SHIFTED", "SCHOOL_SHIFTED"]);
const SATURDAY = 6;

/** @returns CALENDAR_YEAR_UNKNOWN where the year's public holidays are not known */
export function dayKind(days: SchoolDays, date: IsoDate): DayKind | Problem {
  const year = Number(date.slice(0, 4));
  if (!days.published.years.has(year)) return problem("CALENDAR_YEAR_UNKNOWN", { year });
  const own = days.own.get(date);
  if (own?.kind === "OFF") return "SCHOOL_OFF";
  if (own?.kind === "TAUGHT") return "SCHOOL_SHIFTED";
  const published = days.published.days.get(date);
  if (published !== undefined) return published.off ? "HOLIDAY" : "SHIFTED";
  return weekdayOf(date) >= SATURDAY ? "WEEKEND" : "WORKING";
}

export const isWorked = (kind: DayKind): boolean => WORKED.has(kind);
