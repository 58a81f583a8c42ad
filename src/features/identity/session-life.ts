/** How long a session lasts without being used, and at most, on whatever device: hours, for computers are shared. */
export const IDLE_MS = 2 * 60 * 60 * 1000;
export const LIFETIME_MS = 12 * 60 * 60 * 1000;
/** How long a cookie is used before the next one is given out. */
const ROTATION_MS = 15 * 60 * 1000;
/** How long a worn-out cookie still works: requests that were sent beside the one that brought the new one. */
const GRACE_MS = 60 * 1000;
/** Use is noted at most this often. */
const NOTED_MS = 60 * 1000;

/** What is known of a session. Times are milliseconds since 1970. */
export interface SessionState {
  /** Of the newest cookie given out. */
  readonly generation: number;
  readonly rotatedAt: number;
  /** Of the newest cookie that came back. */
  readonly confirmed: number;
  readonly confirmedAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  readonly ended: boolean;
}

/** What to do about a cookie of some generation that came back. */
export type Verdict =
  | { readonly kind: "over" }
  /** A worn-out cookie after its grace: two hold what one was given. Nobody can tell which of them is the thief. */
  | { readonly kind: "reused" }
  | {
      readonly kind: "good";
      readonly next: SessionState;
      /** The cookie to give out with the answer; null: the one that came back goes on. */
      readonly give: number | null;
      /** Whether `next` is worth writing. */
      readonly changed: boolean;
    };

/**
 * Judges a cookie. A new one is given out now and then; the old one goes on until the new one has come back, for an answer
 * may be lost on its way, and for a while after that, for others were already under way.
 */
export function judge(state: SessionState, generation: number, now: number): Verdict {
  if (state.ended || now >= state.expiresAt || now >= state.lastSeenAt + IDLE_MS) return { kind: "over" };
  const lag = state.generation - generation;
  if (lag < 0) return { kind: "over" };
  const wornOut = generation < state.confirmed && now > state.confirmedAt + GRACE_MS;
  if (lag > 1 || wornOut) return { kind: "reused" };
  const noted = now >= state.lastSeenAt + NOTED_MS ? { ...state, lastSeenAt: now } : state;
  if (lag === 1) {
    // not come back yet: given out again, for the first may be lost
    const give = state.confirmed < state.generation ? state.generation : null;
    return { kind: "good", next: noted, give, changed: noted !== state };
  }
  const arrived = generation > state.confirmed ? { ...noted, confirmed: generation, confirmedAt: now } : noted;
  if (now < state.rotatedAt + ROTATION_MS)
    return { kind: "good", next: arrived, give: null, changed: arrived !== state };
  const next = { ...arrived, generation: generation + 1, rotatedAt: now };
  return { kind: "good", next, give: next.generation, changed: true };
}
