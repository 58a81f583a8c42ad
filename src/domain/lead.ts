import { daysBetween } from "./date.ts";
import type { IsoDate } from "./id.ts";

/**
 * Which of some leads (days before an end) has begun on a day: the shortest that still reaches the end. Each begins once,
 * so whoever is told at each is told once for each, also where nobody looked on the very day.
 * @returns null where the end is further away than all of them, or past
 */
export function leadOf(leads: readonly number[], today: IsoDate, end: IsoDate): number | null {
  const left = daysBetween(today, end);
  const begun = leads.filter((lead) => lead >= left);
  return left < 0 || begun.length === 0 ? null : Math.min(...begun);
}
