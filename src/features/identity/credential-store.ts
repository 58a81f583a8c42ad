import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";

export interface PasskeyRow {
  readonly accountId: Id;
  readonly id: Id;
  readonly credentialId: string;
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: string;
  readonly backedUp: boolean;
  readonly label: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}
export interface PasswordRow {
  readonly hash: string | null;
}
export interface CodeRow {
  readonly id: Id;
  readonly keyId: string;
  readonly hash: string;
  readonly attempts: number;
  readonly expiresAt: string;
  readonly usedAt: string | null;
  readonly endedAt: string | null;
}

/** An account's passkeys, oldest first. */
export function passkeysOf(tx: Tx, accountId: Id) {
  return tx.run(
    (sql) => sql<PasskeyRow[]>`/* identity.passkeysOf */
      select account_id, id, credential_id, public_key, counter, transports, backed_up, label, created_at, last_used_at
      from passkey where account_id = ${accountId} and ended_at is null order by created_at, id`,
  );
}

/** @returns false where the passkey is known already */
export async function insertPasskey(tx: Tx, row: Omit<PasskeyRow, "lastUsedAt" | "createdAt"> & { readonly at: Date }) {
  const made = await tx.run(
    (sql) => sql`/* identity.insertPasskey */
      insert into passkey (account_id, id, credential_id, public_key, counter, transports, backed_up, label, created_at)
      values (${row.accountId}, ${row.id}, ${row.credentialId}, ${row.publicKey}, ${row.counter}, ${row.transports},
        ${row.backedUp}, ${row.label}, ${row.at})
      on conflict (credential_id) where ended_at is null do nothing`,
  );
  return made.count === 1;
}

/** Notes a use. @returns false where it was used since it was asked, or has counted as far meanwhile, or is gone */
export async function usePasskey(
  tx: Tx,
  row: PasskeyRow,
  used: { readonly counter: number; readonly backedUp: boolean; readonly askedAt: Date; readonly at: Date },
): Promise<boolean> {
  const noted = await tx.run(
    (sql) => sql`/* identity.usePasskey */
      update passkey set counter = ${used.counter}, backed_up = ${used.backedUp}, last_used_at = ${used.at}
      where account_id = ${row.accountId} and id = ${row.id} and ended_at is null and counter = ${row.counter}
        and (last_used_at is null or last_used_at < ${used.askedAt})`,
  );
  return noted.count === 1;
}

export async function endPasskey(tx: Tx, accountId: Id, id: Id, at: Date): Promise<boolean> {
  const ended = await tx.run(
    (sql) => sql`/* identity.endPasskey */
      update passkey set ended_at = ${at} where account_id = ${accountId} and id = ${id} and ended_at is null`,
  );
  return ended.count === 1;
}

export async function passwordOf(tx: Tx, accountId: Id): Promise<PasswordRow | null> {
  const rows = await tx.run(
    (sql) => sql<PasswordRow[]>`/* identity.passwordOf */
      select hash from password where account_id = ${accountId}`,
  );
  return rows[0] ?? null;
}

export function setPassword(tx: Tx, accountId: Id, hash: string | null, at: Date) {
  return tx.run(
    (sql) => sql`/* identity.setPassword */
      insert into password (account_id, hash, set_at) values (${accountId}, ${hash}, ${at})
      on conflict (account_id) do update set hash = excluded.hash, set_at = excluded.set_at`,
  );
}

/** Counts a try before it is made, so that many at once are as many. @returns how long to wait before one may be made; 0: now */
export async function countPasswordTry(
  tx: Tx,
  tried: {
    readonly pair: string;
    readonly whole: string;
    readonly now: Date;
    readonly free: number;
    readonly many: number;
    readonly longest: string;
  },
): Promise<number> {
  const [row] = await tx.run(
    (sql) => sql<{ readonly waitMs: number }[]>`/* identity.countPasswordTry */
      select count_password_try(${tried.pair}, ${tried.whole}, ${tried.now}, ${tried.free}, ${tried.many},
        ${tried.longest}::interval) as wait_ms`,
  );
  if (row === undefined) throw new Error("a try that was not counted");
  return row.waitMs;
}

export function forgivePasswordTries(tx: Tx, pair: string) {
  return tx.run((sql) => sql`/* identity.forgivePasswordTries */ select forgive_password_tries(${pair})`);
}

/** Whose code it is: the account, and nothing of the code. */
export async function accountOfCode(tx: Tx, selector: string): Promise<Id | null> {
  const rows = await tx.run(
    (sql) => sql<{ readonly accountId: Id | null }[]>`/* identity.accountOfCode */
      select account_of_code(${selector}) as account_id`,
  );
  return rows[0]?.accountId ?? null;
}

/**
 * Moves whom an invitation is about from the account that was opened for it to the caller's.
 * @returns them; none where the code is no invitation for a guardian, or its account was entered
 */
export async function acceptInvitation(
  tx: Tx,
  { selector, hash }: { readonly selector: string; readonly hash: string },
  at: Date,
): Promise<readonly Id[]> {
  const rows = await tx.run(
    (sql) => sql<{ readonly learnerId: Id }[]>`/* identity.acceptInvitation */
      select learner_id from accept_invitation(${selector}, ${hash}, ${at}::timestamptz) as learner_id`,
  );
  return rows.map(({ learnerId }) => learnerId);
}

/** Counts a try before it is made. @returns null where the code is used, ended, expired, or was tried too often */
export async function tryCode(
  tx: Tx,
  accountId: Id,
  selector: string,
  rule: { readonly max: number; readonly now: Date },
): Promise<CodeRow | null> {
  const rows = await tx.run(
    (sql) => sql<CodeRow[]>`/* identity.tryCode */
      update one_time_code set attempts = attempts + 1
      where account_id = ${accountId} and selector = ${selector} and used_at is null and ended_at is null
        and expires_at > ${rule.now} and attempts < ${rule.max}
      returning id, key_id, hash, attempts, expires_at, used_at, ended_at`,
  );
  return rows[0] ?? null;
}

/** @returns false where somebody else used it meanwhile */
export async function useCode(tx: Tx, accountId: Id, id: Id, at: Date): Promise<boolean> {
  const used = await tx.run(
    (sql) => sql`/* identity.useCode */
      update one_time_code set used_at = ${at}
      where account_id = ${accountId} and id = ${id} and used_at is null and ended_at is null`,
  );
  return used.count === 1;
}
