import { addDays } from "../date.ts";
import type { IsoDate } from "../id.ts";
import { isProblem, type Problem } from "../problem.ts";
import { dayKind, isWorked, type SchoolDays } from "./day.ts";

/** The first working day from a date on, the date itself included; `step` -1 looks back. */
function nearest(days: SchoolDays, from: IsoDate, step: 1 | -1): IsoDate | Problem {
  for (let date = from; ; date = addDays(date, step)) {
    const kind = dayKind(days, date);
    if (isProblem(kind)) return kind;
    if (isWorked(kind)) return date;
  }
}

/**
 * The working day that lies so many working days after a date. The date itself never counts, as a period of notice
 * begins on the day after; so 1 is the next working day, whatever the date is. 0 is the date itself, or the next working
 * day where it is none. A negative number looks back in the same way.
 * @returns CALENDAR_YEAR_UNKNOWN where that leads beyond the years whose holidays are known
 */
export function addWorkingDays(days: SchoolDays, date: IsoDate, count: number): IsoDate | Problem {
  const step = count < 0 ? -1 : 1;
  let at = count === 0 ? nearest(days, date, 1) : date;
  for (let left = Math.abs(count); left > 0 && !isProblem(at); left -= 1) at = nearest(days, addDays(at, step), step);
  return at;
}

/** How many working days there are after a date, up to another and including it; 0 where that is no later. */
export function workingDaysBetween(days: SchoolDays, after: IsoDate, until: IsoDate): number | Problem {
  let count = 0;
  for (let date = addDays(after, 1); date <= until; date = addDays(date, 1)) {
    const kind = dayKind(days, date);
    if (isProblem(kind)) return kind;
    if (isWorked(kind)) count += 1;
  }
  return count;
}
