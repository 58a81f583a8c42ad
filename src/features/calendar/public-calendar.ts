import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { z } from "zod";
import type { PublicCalendar, PublicDay } from "../../domain/calendar/day.ts";

/**
 * Where the days come from: the package chinese-days (MIT), which follows the yearly notices of the State Council's
 * General Office on the arrangement of holidays (国务院办公厅关于部分节假日安排的通知). Its own functions answer for every
 * year, guessing by the weekday; so only its data is read, and only for the years it holds.
 */
export const SOURCE = "chinese-days";

/** A date to "English name,Chinese name,days". */
const dated = z.record(z.iso.date(), z.string());
const fileSchema = z.object({ holidays: dated, workdays: dated });

function daysOf(dates: Readonly<Record<string, string>>, off: boolean): (readonly [string, PublicDay])[] {
  return Object.entries(dates).map(([date, names]) => {
    const [en = "", zh = ""] = names.split(",");
    return [date, { off, title: { zh, en } }] as const;
  });
}

function load(): PublicCalendar {
  const file = createRequire(import.meta.url).resolve("chinese-days/dist/chinese-days.json");
  const { holidays, workdays } = fileSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const days = new Map([...daysOf(holidays, true), ...daysOf(workdays, false)]);
  // the notice of a year may touch the last days of the year before it: a year is known by its own National Day
  const years = [...days.keys()].filter((date) => date.endsWith("-10-01")).map((date) => Number(date.slice(0, 4)));
  return { years: new Set(years), days };
}

let loaded: PublicCalendar | null = null;

/** The public calendar, read once. */
export function publicCalendar(): PublicCalendar {
  loaded ??= load();
  return loaded;
}
