import type { KeyRing } from "../../auth/keyring.ts";
import { pseudonyms } from "../../auth/pseudonym.ts";
import { isPassword } from "../../auth/password.ts";
import { isCode, lettersOf, selectorOf } from "../../auth/secret.ts";
import { ANONYMOUS, SYSTEM, type Viewer } from "../../auth/viewer.ts";
import type { Database, Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import * as store from "./credential-store.ts";
import { asSelf } from "./oneself.ts";
import { accountByLogin } from "./store.ts";

/** A code that was tried this often is none any more. */
const CODE_TRIES_MAX = 5;
/**
 * Wrong passwords in a row that cost no waiting, of one login from one place; then each wait is twice the one before. And how many
 * within an hour, from wherever, make every place wait the longest after each. No place waits for what another tried.
 */
const PASSWORD_TRIES = { free: 5, many: 100, longest: "15 minutes" } as const;
/** A browser its owner has signed in with before is not held up by what others try. */
const NEVER_MANY = 2 ** 31 - 1;

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

/** A one-time code that somebody holds in their hand, not used up yet. */
export interface CodeInHand {
  readonly accountId: Id;
  readonly id: Id;
  readonly selector: string;
  readonly hash: string;
}

/**
 * Tries a one-time code. Every try counts, wherever it is made.
 * @returns null for every code that does not open anything, whatever the reason, with the account it was tried on
 */
export async function codeInHand(
  db: Database,
  keys: KeyRing,
  typed: string,
  now: Date,
): Promise<{ readonly accountId: Id | null; readonly code: CodeInHand | null }> {
  const letters = lettersOf(typed);
  if (letters === null) return { accountId: null, code: null };
  const selector = selectorOf(letters);
  const accountId = await reading(db, ANONYMOUS, (tx) => store.accountOfCode(tx, selector));
  if (accountId === null) return { accountId: null, code: null };
  // committed before the answer is known: a try that is broken off counts too
  const kept = await db.write(asSelf(accountId), (tx) =>
    store.tryCode(tx, accountId, selector, { max: CODE_TRIES_MAX, now }),
  );
  if (kept === null || !isCode(keys, kept, letters)) return { accountId, code: null };
  return { accountId, code: { accountId, id: kept.id, selector, hash: kept.hash } };
}

/**
 * The account of a one-time code, which is used up by it.
 * @returns refused with CODE_INVALID for every code that does not open anything, whatever the reason: it tells nothing of codes there are
 */
export async function accountByCode(db: Database, keys: KeyRing, typed: string, now: Date): Promise<Attempt> {
  const { accountId, code } = await codeInHand(db, keys, typed, now);
  if (code === null) return refuse(accountId, "CODE_INVALID");
  const used = await db.write(asSelf(code.accountId), (tx) => store.useCode(tx, code.accountId, code.id, now));
  return used ? { accountId, refused: null } : refuse(accountId, "CODE_INVALID");
}

/** A password somebody typed: of which account, and what they are counted as. */
export interface PasswordTry {
  readonly account: Id | null;
  readonly typed: string;
  /** The login as it was typed, or the account where it is known who is there. */
  readonly login: string;
  readonly place: Place;
  readonly now: Date;
}

/** From where a password is tried: what tells the place from others, and whether the account's owner is known there. */
export interface Place {
  readonly name: string;
  readonly known: boolean;
}

/**
 * The account of a login and its password.
 * @returns refused with PASSWORD_WRONG, also for a login that does not exist or has none; TOO_MANY_REQUESTS where this place has to
 * wait, whether or not there is such a login; always after the same work
 */
export async function accountByPassword(
  db: Database,
  keys: KeyRing,
  {
    login,
    typed,
    placeOf,
    now,
  }: Pick<PasswordTry, "login" | "typed" | "now"> & { readonly placeOf: (account: Id | null) => Place },
): Promise<Attempt> {
  const account = await reading(db, SYSTEM, (tx) => accountByLogin(tx, login));
  const accountId = account?.id ?? null;
  const right = await isPasswordOf(db, keys, { account: accountId, typed, login, place: placeOf(accountId), now });
  if (isProblem(right)) return { accountId, refused: right };
  return accountId === null || !right ? refuse(accountId, "PASSWORD_WRONG") : { accountId, refused: null };
}

/**
 * Whether a password is an account's. Every try counts, and is committed before it is made.
 * @returns TOO_MANY_REQUESTS where this place has to wait
 */
export async function isPasswordOf(
  db: Database,
  keys: KeyRing,
  { account, typed, login, place, now }: PasswordTry,
): Promise<boolean | Problem> {
  const viewer = account === null ? ANONYMOUS : asSelf(account);
  const pseudonym = pseudonyms(keys);
  // how a login is written makes no new one of it
  const name = login.normalize("NFKC").trim().toLowerCase();
  const [pair, whole] = [pseudonym("password", name, place.name), pseudonym("password", name)];
  const kept = await reading(db, viewer, (tx) => store.passwordOf(tx, account ?? NOBODY));
  const rule = place.known ? { ...PASSWORD_TRIES, many: NEVER_MANY } : PASSWORD_TRIES;
  const waitMs = await db.write(viewer, (tx) => store.countPasswordTry(tx, { pair, whole, now, ...rule }));
  if (waitMs > 0) return problem("TOO_MANY_REQUESTS", { seconds: Math.ceil(waitMs / 1000) });
  const hash = kept?.hash ?? null;
  const right = await isPassword(hash, typed);
  if (hash === null || !right) return false;
  await db.write(viewer, (tx) => store.forgivePasswordTries(tx, pair));
  return true;
}

const NOBODY: Id = "00000000-0000-0000-0000-000000000000";
