import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";

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
