import { clockInChina } from "../date.ts";
import { type Problem, problem } from "../problem.ts";
import { fittingText, type Length } from "../text.ts";

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

/** Why an act is not taken now, naming both ends of the window: WINDOW_NOT_YET, WINDOW_OVER; null where it is. */
export function windowRefusal(window: Window | null, now: Date): Problem | null {
  const standing = windowStanding(window, now);
  if (window === null || standing === "OPEN" || standing === "UNSET") return null;
  const ends = { opens: clockInChina(new Date(window.opensAt)), closes: clockInChina(new Date(window.closesAt)) };
  return problem(standing === "NOT_YET" ? "WINDOW_NOT_YET" : "WINDOW_OVER", ends);
}

/** How much is said of why an act is taken outside its window. A bound of the service, in characters. */
export const LATE_REASON_LENGTH: Length = { min: 5, max: 200 };

/**
 * Whether an act is taken now, and as an exception: outside its window only with a reason, by whoever may admit one.
 * @returns the reason that is kept, null within the window; WINDOW_NOT_YET, WINDOW_OVER, INVALID_INPUT
 */
export function admitted(
  window: Window | null,
  now: Date,
  reason: string | null,
): { readonly lateReason: string | null } | Problem {
  const refused = windowRefusal(window, now);
  if (refused === null) return { lateReason: null };
  if (reason === null || reason.trim() === "") return refused;
  const lateReason = fittingText(reason, LATE_REASON_LENGTH);
  return lateReason === null ? problem("INVALID_INPUT", { detail: "lateReason" }, ["lateReason"]) : { lateReason };
}
