import { v7 } from "uuid";
import { z } from "zod";
import type { KeyRing } from "../../auth/keyring.ts";
import { seal, unseal } from "../../auth/sealed.ts";
import { hashSecret, isSame, newSecret } from "../../auth/secret.ts";
import type { Database } from "../../db/transaction.ts";
import { type Id, isId } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { Memory } from "./memory.ts";
import { asSelf, atDoor, type Whence } from "./oneself.ts";
import { IDLE_MS, judge, LIFETIME_MS, type SessionState } from "./session-life.ts";
import * as store from "./session-store.ts";
import { tellOfAccount } from "./subject-store.ts";

/** How somebody came in: who vouched, and from where. */
export interface Entrance {
  readonly method: store.SignInMethod;
  /** What the issuer calls the person and its own session, where one vouched. */
  readonly vouched?: { readonly issuer: string; readonly subject: string; readonly session: string | null };
  /** Browser and system. */
  readonly client: string;
}

/** Somebody who came back with a session's cookie. */
export interface Present {
  readonly accountId: Id;
  readonly sessionId: Id;
  /** The cookie to give out with the answer; null: the one that came back goes on. */
  readonly cookie: string | null;
}

const contentShape = z.object({
  account: z.string().refine(isId),
  session: z.string().refine(isId),
  secret: z.string(),
  generation: z.int().min(0),
});
type Content = z.infer<typeof contentShape>;

function stateOf(row: store.SessionRow): SessionState {
  return {
    generation: row.generation,
    confirmed: row.confirmed,
    rotatedAt: Date.parse(row.rotatedAt),
    confirmedAt: Date.parse(row.confirmedAt),
    lastSeenAt: Date.parse(row.lastSeenAt),
    expiresAt: Date.parse(row.expiresAt),
    ended: row.endedAt !== null,
  };
}

/** Where people are signed in. What lies in the database decides; what is remembered is forgotten on news of a change. */
export class Sessions {
  readonly #db: Database;
  readonly #keys: KeyRing;
  readonly #known = new Memory<{ readonly content: Content; readonly state: SessionState }>();

  constructor(parts: { readonly db: Database; readonly keys: KeyRing }) {
    this.#db = parts.db;
    this.#keys = parts.keys;
  }

  forget(accountId: Id): void {
    this.#known.forget((_, { content }) => content.account === accountId);
  }

  /** Signs an account in. @returns the cookie */
  async begin(accountId: Id, entrance: Entrance, whence: Whence): Promise<string> {
    const { now } = whence;
    const secret = newSecret();
    const id = v7();
    const expiresAt = new Date(now.getTime() + LIFETIME_MS);
    const { method, vouched, client } = entrance;
    const viewer = atDoor(accountId, whence);
    viewer.trail.step("session.begin", { what: { type: "Session", id }, reason: method }, null);
    await this.#db.write(viewer, (tx) =>
      store.insertSession(tx, {
        accountId,
        id,
        secretHash: hashSecret(secret),
        method,
        issuer: vouched?.issuer ?? null,
        subject: vouched?.subject ?? null,
        issuerSession: vouched?.session ?? null,
        client,
        at: now,
        expiresAt,
      }),
    );
    return this.#seal({ account: accountId, session: id, secret, generation: 0 }, expiresAt);
  }

  /** @returns TOKEN_INVALID for a cookie that is none, has ended, or came back when it was long worn out */
  async check(cookie: string, now: Date): Promise<Present | Problem> {
    const content = contentShape.safeParse(await unseal(this.#keys, "session", cookie, now)).data;
    if (content === undefined) return problem("TOKEN_INVALID");
    if (this.#stillGood(content, now)) return { accountId: content.account, sessionId: content.session, cookie: null };
    return this.#judge(content, now);
  }

  /** Whether a session has neither ended nor lain idle. It is not used by that. */
  async goesOn(accountId: Id, sessionId: Id, now: Date): Promise<boolean> {
    const tx = this.#db.read(asSelf(accountId));
    try {
      const open = await store.openSessions(tx, accountId, new Date(now.getTime() - IDLE_MS), now);
      return open.some(({ id }) => id === sessionId);
    } finally {
      tx.end();
    }
  }

  /** Ends the session of a cookie. @returns the issuer that vouched for it; null where none did, or it is no session */
  async end(cookie: string, whence: Whence): Promise<string | null> {
    const { now } = whence;
    const present = await this.check(cookie, now);
    if (isProblem(present)) return null;
    const { accountId, sessionId } = present;
    const viewer = atDoor(accountId, whence);
    viewer.trail.step("session.end", { what: { type: "Session", id: sessionId }, reason: "SIGNED_OUT" }, null);
    const issuer = await this.#db.write(viewer, async (tx) => {
      const row = await store.lockSession(tx, accountId, sessionId);
      await store.endSessions(tx, accountId, { id: sessionId }, "SIGNED_OUT", now);
      await tellOfAccount(tx, accountId);
      return row?.issuer ?? null;
    });
    this.forget(accountId);
    return issuer;
  }

  /** Whether what is remembered suffices: nothing to give out, nothing to note. */
  #stillGood(content: Content, now: Date): boolean {
    const known = this.#known.find(content.session, now);
    if (known === null || known.content.generation !== content.generation) return false;
    if (!isSame(known.content.secret, content.secret) || known.content.account !== content.account) return false;
    const verdict = judge(known.state, content.generation, now.getTime());
    return verdict.kind === "good" && !verdict.changed && verdict.give === null;
  }

  async #judge(content: Content, now: Date): Promise<Present | Problem> {
    const { account: accountId, session: sessionId, generation } = content;
    const viewer = atDoor(accountId, { now, address: null, requestId: "" });
    return this.#db
      .write<Present | Problem>(viewer, async (tx) => {
        const row = await store.lockSession(tx, accountId, sessionId);
        if (row === null || !isSame(row.secretHash, hashSecret(content.secret))) return problem("TOKEN_INVALID");
        const verdict = judge(stateOf(row), generation, now.getTime());
        if (verdict.kind === "over") return problem("TOKEN_INVALID");
        if (verdict.kind === "reused") {
          await store.endSessions(tx, accountId, { id: sessionId }, "COOKIE_REUSED", now);
          viewer.trail.step("session.end", { what: { type: "Session", id: sessionId }, reason: "COOKIE_REUSED" }, null);
          await tellOfAccount(tx, accountId);
          // a problem would undo it
          return { accountId, sessionId, cookie: "" };
        }
        if (verdict.changed) await store.updateSession(tx, row, datesOf(verdict.next));
        this.#known.keep(sessionId, { content, state: verdict.next }, now);
        const cookie =
          verdict.give === null
            ? null
            : await this.#seal({ ...content, generation: verdict.give }, new Date(verdict.next.expiresAt));
        return { accountId, sessionId, cookie };
      })
      .then((present) => (!isProblem(present) && present.cookie === "" ? problem("TOKEN_INVALID") : present));
  }

  #seal(content: Content, until: Date): Promise<string> {
    return seal(this.#keys, "session", content, until);
  }
}

function datesOf(state: SessionState) {
  return {
    ...state,
    rotatedAt: new Date(state.rotatedAt),
    confirmedAt: new Date(state.confirmedAt),
    lastSeenAt: new Date(state.lastSeenAt),
  };
}
