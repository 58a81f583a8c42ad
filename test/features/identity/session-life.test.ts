import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IDLE_MS, judge, LIFETIME_MS, type SessionState } from "../../../src/features/identity/session-life.ts";

const MINUTE = 60_000;
const begun = (at = 0): SessionState => ({
  generation: 0,
  rotatedAt: at,
  confirmed: 0,
  confirmedAt: at,
  lastSeenAt: at,
  expiresAt: at + LIFETIME_MS,
  ended: false,
});

/** A browser: sends the cookie it has, keeps the one it is given, unless the answer is lost. */
function send(state: SessionState, cookie: number, now: number, lost = false) {
  const verdict = judge(state, cookie, now);
  if (verdict.kind !== "good") return { kind: verdict.kind, state, cookie };
  return { kind: verdict.kind, state: verdict.next, cookie: verdict.give === null || lost ? cookie : verdict.give };
}

describe("a session", () => {
  test("ends when it is not used, and at the latest after its lifetime", () => {
    expect(judge(begun(), 0, IDLE_MS - 1).kind).toBe("good");
    expect(judge(begun(), 0, IDLE_MS).kind).toBe("over");
    expect(judge({ ...begun(), lastSeenAt: LIFETIME_MS - 1 }, 0, LIFETIME_MS).kind).toBe("over");
    expect(judge({ ...begun(), ended: true }, 0, 1).kind).toBe("over");
  });

  test("gives out a new cookie now and then, and no two while one is under way", () => {
    const first = judge(begun(), 0, 15 * MINUTE);
    expect(first).toMatchObject({ kind: "good", give: 1 });
    expect(judge(begun(), 0, 15 * MINUTE - 1)).toMatchObject({ kind: "good", give: null });
  });

  test("lets requests through that were under way when the new cookie came", () => {
    let { state, cookie } = send(begun(), 0, 15 * MINUTE);
    ({ state, cookie } = send(state, cookie, 15 * MINUTE + 1));
    expect(judge(state, 0, 16 * MINUTE).kind).toBe("good");
  });

  test("takes an old cookie that comes back later for stolen", () => {
    let { state, cookie } = send(begun(), 0, 15 * MINUTE);
    ({ state, cookie } = send(state, cookie, 15 * MINUTE + 1));
    expect(judge(state, 0, 17 * MINUTE).kind).toBe("reused");
  });

  test("never ends of itself for one honest browser, whatever answers are lost and however requests overlap", () => {
    const step = fc.record({
      wait: fc.integer({ min: 0, max: IDLE_MS - MINUTE }),
      lost: fc.boolean(),
      twice: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let [state, cookie, now] = [begun(), 0, 0];
        for (const { wait, lost, twice } of steps) {
          now += wait;
          if (now >= LIFETIME_MS) return;
          const before = cookie;
          const sent = send(state, cookie, now, lost);
          expect(sent.kind).toBe("good");
          ({ state, cookie } = sent);
          if (!twice) continue;
          // another request left with the same cookie at the same moment, and arrives a little later
          const late = send(state, before, now + 10);
          expect(late.kind).toBe("good");
          state = late.state;
          if (late.cookie > cookie) cookie = late.cookie;
        }
      }),
    );
  });

  test("of two browsers with one cookie, is ended as soon as the second comes after the first has gone on", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2 * MINUTE, max: IDLE_MS - 20 * MINUTE }), (later) => {
        let { state, cookie } = send(begun(), 0, 15 * MINUTE);
        ({ state, cookie } = send(state, cookie, 15 * MINUTE + 1));
        expect(judge(state, 0, 15 * MINUTE + 1 + later).kind).toBe("reused");
      }),
    );
  });
});
