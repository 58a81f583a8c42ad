import { hashPassword, weaknessOf } from "../../auth/password.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { What } from "../../auth/trail.ts";
import type { Tx } from "../../db/transaction.ts";
import type { OwnAction } from "../../domain/audit.ts";
import type { Id } from "../../domain/id.ts";
import { type Problem, problem } from "../../domain/problem.ts";
import * as credentials from "./credential-store.ts";
import { IDLE_MS } from "./session-life.ts";
import * as sessions from "./session-store.ts";
import { accountById, beginAnew } from "./store.ts";
import * as subjects from "./subject-store.ts";

export interface SessionView extends sessions.SessionRow {
  /** The session of this request. */
  readonly current: boolean;
}
/** How an account's owner signs in, and where they are signed in. */
export interface Access {
  readonly sessions: readonly SessionView[];
  readonly passkeys: readonly credentials.PasskeyRow[];
  readonly hasPassword: boolean;
  readonly identities: readonly subjects.SubjectRow[];
}

/** Whoever is signed in, and in which session; null for a token. */
export interface Self {
  readonly viewer: Viewer;
  readonly sessionId: Id | null;
  readonly now: Date;
}

/** The caller's own; null for nobody. */
export async function accessOf(tx: Tx, { viewer: { accountId }, sessionId, now }: Self): Promise<Access | null> {
  if (accountId === null) return null;
  const [open, passkeys, password, identities] = await Promise.all([
    sessions.openSessions(tx, accountId, new Date(now.getTime() - IDLE_MS), now),
    credentials.passkeysOf(tx, accountId),
    credentials.passwordOf(tx, accountId),
    subjects.subjectsOf(tx, accountId),
  ]);
  return {
    sessions: open.map((row) => ({ ...row, current: row.id === sessionId })),
    passkeys,
    hasPassword: password !== null && password.hash !== null,
    identities,
  };
}

type Act = (tx: Tx, accountId: Id, self: Self) => Promise<Problem | boolean>;

/** What is done to what is the caller's own, for the audit log. */
type Deed = readonly [action: OwnAction, what?: What | undefined, reason?: string];

/** Does something to what is the caller's own. @returns UNAUTHENTICATED, NOT_FOUND where it was not there, or what `act` does */
async function own(tx: Tx, self: Self, [action, what, reason]: Deed, act: Act): Promise<Access | Problem> {
  const { accountId } = self.viewer;
  if (accountId === null) return problem("UNAUTHENTICATED");
  const done = await act(tx, accountId, self);
  const refused = done === true ? null : done === false ? problem("NOT_FOUND") : done;
  const of = { ...(what === undefined ? {} : { what }), ...(reason === undefined ? {} : { reason }) };
  self.viewer.trail?.step(action, of, refused);
  if (refused !== null) return refused;
  await subjects.tellOfAccount(tx, accountId);
  return (await accessOf(tx, self)) ?? problem("UNAUTHENTICATED");
}

export const endSession = (tx: Tx, self: Self, id: Id): Promise<Access | Problem> =>
  own(
    tx,
    self,
    ["session.end", { type: "Session", id }, "OWNER"],
    async (_, accountId) => (await sessions.endSessions(tx, accountId, { id }, "OWNER", self.now)) > 0,
  );

export const endOtherSessions = (tx: Tx, self: Self): Promise<Access | Problem> =>
  own(tx, self, ["session.end", undefined, "OWNER"], async (_, accountId) => {
    await sessions.endSessions(tx, accountId, { except: self.sessionId }, "OWNER", self.now);
    await beginAnew(tx, accountId, self.now);
    return true;
  });

export const removePasskey = (tx: Tx, self: Self, id: Id): Promise<Access | Problem> =>
  own(tx, self, ["passkey.remove", { type: "Passkey", id }], (_, accountId) =>
    credentials.endPasskey(tx, accountId, id, self.now),
  );

export const unlinkIdentity = (tx: Tx, self: Self, id: Id): Promise<Access | Problem> =>
  own(tx, self, ["identity.unlink", { type: "LinkedIdentity", id }], (_, accountId) =>
    subjects.endSubject(tx, accountId, id, self.now),
  );

/**
 * Sets the caller's password.
 * @param proved whether the present one was given; that is asked before, for a wrong try counts whatever becomes of the act
 * @returns PASSWORD_WRONG where there is one and it was not given, except to who came with a code: to them access was just
 * given or restored; PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG, PASSWORD_GUESSABLE
 */
export const setPassword = (
  tx: Tx,
  self: Self,
  { proved, password }: { readonly proved: boolean; readonly password: string },
): Promise<Access | Problem> =>
  own(tx, self, ["password.set"], async (_, accountId) => {
    const [account, kept, open] = await Promise.all([
      accountById(tx, accountId),
      credentials.passwordOf(tx, accountId),
      sessions.openSessions(tx, accountId, new Date(self.now.getTime() - IDLE_MS), self.now),
    ]);
    if (account === null) return false;
    const byCode = open.some(({ id, method }) => id === self.sessionId && method === "CODE");
    if (kept !== null && kept.hash !== null && !byCode && !proved) {
      return problem("PASSWORD_WRONG", {}, ["current"]);
    }
    const weakness = weaknessOf(password, [account.login, ...account.login.split("."), account.displayName]);
    if (weakness !== null) return { ...weakness, path: ["password"] };
    await credentials.setPassword(tx, accountId, await hashPassword(password), self.now);
    return true;
  });
