import type { KeyRing } from "../../auth/keyring.ts";
import { isPassword } from "../../auth/password.ts";
import { isCode, lettersOf, selectorOf } from "../../auth/secret.ts";
import { ANONYMOUS, SYSTEM, type Viewer } from "../../auth/viewer.ts";
import type { Database, Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import { type Problem, problem } from "../../domain/problem.ts";
import * as store from "./credential-store.ts";
import { asSelf } from "./oneself.ts";
import { accountByLogin } from "./store.ts";

/** A code that was tried this often is none any more. */
const CODE_TRIES_MAX = 5;
/** After this many wrong passwords in a row the account takes none for a while. */
const PASSWORD_TRIES_MAX = 10;
const LOCKED_MS = 5 * 60 * 1000;

/** Somebody's try to enter, by what they typed. */
export interface Attempt {
  /** The account that was tried; null where what was typed names none. */
  readonly accountId: Id | null;
  readonly refused: Problem | null;
}
const refuse = (accountId: Id | null, code: "CODE_INVALID" | "PASSWORD_WRONG"): Attempt => ({
  accountId,
  refused: problem(code),
});

async function reading<T>(db: Database, viewer: Viewer, act: (tx: Tx) => Promise<T>): Promise<T> {
  const tx = db.read(viewer);
  try {
    return await act(tx);
  } finally {
    tx.end();
  }
}

/**
 * The account of a one-time code, which is used up by it.
 * @returns refused with CODE_INVALID for every code that does not open anything, whatever the reason: it tells nothing of codes there are
 */
export async function accountByCode(db: Database, keys: KeyRing, typed: string, now: Date): Promise<Attempt> {
  const letters = lettersOf(typed);
  if (letters === null) return refuse(null, "CODE_INVALID");
  const selector = selectorOf(letters);
  const accountId = await reading(db, ANONYMOUS, (tx) => store.accountOfCode(tx, selector));
  if (accountId === null) return refuse(null, "CODE_INVALID");
  // committed before the answer is known: a try that is broken off counts too
  const code = await db.write(asSelf(accountId), (tx) =>
    store.tryCode(tx, accountId, selector, { max: CODE_TRIES_MAX, now }),
  );
  if (code === null || !isCode(keys, code, letters)) return refuse(accountId, "CODE_INVALID");
  const used = await db.write(asSelf(accountId), (tx) => store.useCode(tx, accountId, code.id, now));
  return used ? { accountId, refused: null } : refuse(accountId, "CODE_INVALID");
}

/**
 * The account of a login and its password.
 * @returns refused with PASSWORD_WRONG, also for a login that does not exist or has none, and while the account takes none, always after
 * the same work
 */
export async function accountByPassword(db: Database, login: string, typed: string, now: Date): Promise<Attempt> {
  const account = await reading(db, SYSTEM, (tx) => accountByLogin(tx, login));
  const right = await isPasswordOf(db, account?.id ?? null, typed, now);
  if (account === null || !right) return refuse(account?.id ?? null, "PASSWORD_WRONG");
  return { accountId: account.id, refused: null };
}

/** Whether a password is an account's. Every try counts, and is committed before it is made: see accountByPassword. */
export async function isPasswordOf(db: Database, account: Id | null, typed: string, now: Date): Promise<boolean> {
  const viewer = account === null ? ANONYMOUS : asSelf(account);
  const accountId = account ?? NOBODY;
  const kept = await reading(db, viewer, (tx) => store.passwordOf(tx, accountId));
  const lockedUntil = new Date(now.getTime() + LOCKED_MS);
  const open = await db.write(viewer, (tx) =>
    store.countPasswordTry(tx, accountId, { max: PASSWORD_TRIES_MAX, lockedUntil, now }),
  );
  const hash = open ? (kept?.hash ?? null) : null;
  const right = await isPassword(hash, typed);
  if (hash === null || !right) return false;
  await db.write(viewer, (tx) => store.forgivePassword(tx, accountId));
  return true;
}

const NOBODY: Id = "00000000-0000-0000-0000-000000000000";
