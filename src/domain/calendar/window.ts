import { type Problem, problem } from "../problem.ts";

/** A window of a school: acts of its kind are taken from the first moment on, and no longer at the second. ISO instants. */
export interface Window {
  readonly opensAt: string;
  readonly closesAt: string;
}

/** How a moment lies to a window; UNSET where the school has set none, and so holds nobody to one. */
export type WindowStanding = "UNSET" | "NOT_YET" | "OPEN" | "OVER";

export function windowStanding(window: Window | null, now: Date): WindowStanding {
  if (window === null) return "UNSET";
  if (now.getTime() < Date.parse(window.opensAt)) return "NOT_YET";
  return now.getTime() < Date.parse(window.closesAt) ? "OPEN" : "OVER";
}

/** A moment by the clocks of China, to the minute: 2026-12-01 08:00. */
function inChina(instant: string): string {
  return new Date(Date.parse(instant) + 8 * 60 * 60 * 1000).toISOString().slice(0, 16).replace("T", " ");
}

/** Why an act is not taken now, naming both ends of the window: WINDOW_NOT_YET, WINDOW_OVER; null where it is. */
export function windowRefusal(window: Window | null, now: Date): Problem | null {
  const standing = windowStanding(window, now);
  if (window === null || standing === "OPEN" || standing === "UNSET") return null;
  const ends = { opens: inChina(window.opensAt), closes: inChina(window.closesAt) };
  return problem(standing === "NOT_YET" ? "WINDOW_NOT_YET" : "WINDOW_OVER", ends);
}
