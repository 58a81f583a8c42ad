import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";

/** Whom an issuer knows an account's owner as. */
export interface SubjectRow {
  readonly id: Id;
  readonly issuer: string;
  readonly subject: string;
  readonly linkedAt: string;
}

/** The subjects linked to an account, oldest first. */
export function subjectsOf(tx: Tx, accountId: Id) {
  return tx.run(
    (sql) => sql<SubjectRow[]>`/* identity.subjectsOf */
      select id, issuer, subject, linked_at from account_subject
      where account_id = ${accountId} and ended_at is null order by linked_at, id`,
  );
}

/** Ends a link. @returns false where the account has no such link */
export async function endSubject(tx: Tx, accountId: Id, id: Id, at: Date): Promise<boolean> {
  const ended = await tx.run(
    (sql) => sql`/* identity.endSubject */
      update account_subject set ended_at = ${at} where account_id = ${accountId} and id = ${id} and ended_at is null`,
  );
  return ended.count === 1;
}

/** Whose account a subject leads to. Read as SYSTEM: whoever signs in is still nobody. */
export async function accountOfSubject(tx: Tx, issuer: string, subject: string): Promise<Id | null> {
  const rows = await tx.run(
    (sql) => sql<{ readonly accountId: Id }[]>`/* identity.accountOfSubject */
      select account_id from account_subject where issuer = ${issuer} and subject = ${subject} and ended_at is null`,
  );
  return rows[0]?.accountId ?? null;
}

/** Links a subject to an account. @returns false where it leads to an account already */
export async function linkSubject(
  tx: Tx,
  row: {
    readonly accountId: Id;
    readonly id: Id;
    readonly issuer: string;
    readonly subject: string;
    readonly at: Date;
  },
): Promise<boolean> {
  const made = await tx.run(
    (sql) => sql`/* identity.linkSubject */
      insert into account_subject (account_id, id, issuer, subject, linked_at)
      values (${row.accountId}, ${row.id}, ${row.issuer}, ${row.subject}, ${row.at})
      on conflict (issuer, subject) where ended_at is null do nothing`,
  );
  return made.count === 1;
}

/** Tells every process to forget what it remembers of an account, once this transaction is committed. */
export function tellOfAccount(tx: Tx, accountId: Id) {
  return tx.run((sql) => sql`/* identity.tellOfAccount */ select pg_notify('guantong_account', ${accountId})`);
}
