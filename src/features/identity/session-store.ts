import { createHash } from "node:crypto";
import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";

export type SignInMethod = "DEMO" | "ISSUER" | "CODE" | "PASSWORD" | "PASSKEY";
export type SessionEnd = "SIGNED_OUT" | "OWNER" | "ADMINISTRATOR" | "RESTORED" | "ISSUER" | "COOKIE_REUSED";

export interface SessionRow {
  readonly accountId: Id;
  readonly id: Id;
  readonly secretHash: string;
  readonly generation: number;
  readonly rotatedAt: string;
  readonly confirmed: number;
  readonly confirmedAt: string;
  readonly method: SignInMethod;
  readonly issuer: string | null;
  readonly client: string;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly expiresAt: string;
  readonly endedAt: string | null;
}

export interface NewSession {
  readonly accountId: Id;
  readonly id: Id;
  readonly secretHash: string;
  readonly method: SignInMethod;
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly issuerSession: string | null;
  readonly client: string;
  readonly at: Date;
  readonly expiresAt: Date;
}

export function insertSession(tx: Tx, row: NewSession) {
  return tx.run(
    (sql) => sql`/* identity.insertSession */
      insert into session (account_id, id, secret_hash, rotated_at, confirmed_at, method, issuer, subject, issuer_session,
        client, created_at, last_seen_at, expires_at)
      values (${row.accountId}, ${row.id}, ${row.secretHash}, ${row.at}, ${row.at}, ${row.method}, ${row.issuer},
        ${row.subject}, ${row.issuerSession}, ${row.client}, ${row.at}, ${row.at}, ${row.expiresAt})`,
  );
}

/** A session, locked: two processes that judge it at once do so one after the other. */
export async function lockSession(tx: Tx, accountId: Id, id: Id): Promise<SessionRow | null> {
  const rows = await tx.run(
    (sql) => sql<SessionRow[]>`/* identity.lockSession */
      select account_id, id, secret_hash, generation, rotated_at, confirmed, confirmed_at, method, issuer, client, created_at,
        last_seen_at, expires_at, ended_at
      from session where account_id = ${accountId} and id = ${id} for update`,
  );
  return rows[0] ?? null;
}

export function updateSession(
  tx: Tx,
  { accountId, id }: Pick<SessionRow, "accountId" | "id">,
  next: {
    readonly generation: number;
    readonly rotatedAt: Date;
    readonly confirmed: number;
    readonly confirmedAt: Date;
    readonly lastSeenAt: Date;
  },
) {
  return tx.run(
    (sql) => sql`/* identity.updateSession */
      update session set generation = ${next.generation}, rotated_at = ${next.rotatedAt}, confirmed = ${next.confirmed},
        confirmed_at = ${next.confirmedAt}, last_seen_at = ${next.lastSeenAt}
      where account_id = ${accountId} and id = ${id}`,
  );
}

/** The sessions of an account that go on, newest first. */
export function openSessions(tx: Tx, accountId: Id, idleSince: Date, now: Date) {
  return tx.run(
    (sql) => sql<SessionRow[]>`/* identity.openSessions */
      select account_id, id, secret_hash, generation, rotated_at, confirmed, confirmed_at, method, issuer, client, created_at,
        last_seen_at, expires_at, ended_at
      from session
      where account_id = ${accountId} and ended_at is null and expires_at > ${now} and last_seen_at > ${idleSince}
      order by last_seen_at desc, id`,
  );
}

/** Ends one session of an account, or all but one. @returns how many */
export async function endSessions(
  tx: Tx,
  accountId: Id,
  which: { readonly id: Id } | { readonly except: Id | null },
  because: SessionEnd,
  at: Date,
): Promise<number> {
  const one = "id" in which ? which.id : null;
  const except = "except" in which ? which.except : null;
  const ended = await tx.run(
    (sql) => sql`/* identity.endSessions */
      update session set ended_at = ${at}, ended_because = ${because}
      where account_id = ${accountId} and ended_at is null and (${one}::uuid is null or id = ${one}::uuid)
        and (${except}::uuid is null or id <> ${except}::uuid)`,
  );
  return ended.count;
}

/** Ends the sessions that an issuer vouched for: one of its own sessions, or all of a subject. */
export async function endIssuersSessions(
  tx: Tx,
  accountId: Id,
  vouched: { readonly issuer: string; readonly subject: string; readonly session: string | null },
  at: Date,
): Promise<void> {
  await tx.run(
    (sql) => sql`/* identity.endIssuersSessions */
      update session set ended_at = ${at}, ended_because = 'ISSUER'
      where account_id = ${accountId} and ended_at is null and issuer = ${vouched.issuer} and subject = ${vouched.subject}
        and (${vouched.session}::text is null or issuer_session = ${vouched.session}::text)`,
  );
}

/** Notes an issuer's logout token. @returns false where it was heard before */
export async function hearLogoutToken(
  tx: Tx,
  { issuer, token }: { readonly issuer: string; readonly token: { readonly id: string; readonly expiresAt: Date } },
): Promise<boolean> {
  const digest = createHash("sha256")
    .update(JSON.stringify([issuer, token.id]))
    .digest("base64url");
  const [row] = await tx.run(
    (sql) => sql<{ readonly heard: boolean }[]>`/* identity.hearLogoutToken */
      select hear_logout_token(${digest}, ${token.expiresAt}) as heard`,
  );
  return row?.heard === true;
}
