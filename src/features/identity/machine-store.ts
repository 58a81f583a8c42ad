import type { AssignedRole } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";

export interface MachineRow {
  readonly accountId: Id;
  readonly login: string;
  readonly displayName: string;
  readonly role: AssignedRole;
  readonly institutionKey: string | null;
  readonly issuer: string;
  /** What the issuer calls it: the client it is. */
  readonly subject: string;
}

export async function schoolByKey(tx: Tx, key: string): Promise<Id | null> {
  const rows = await tx.run(
    (sql) => sql<{ readonly id: Id }[]>`/* identity.schoolByKey */ select id from institution where key = ${key}`,
  );
  return rows[0]?.id ?? null;
}

/** @returns false where the login is taken */
export async function insertMachine(
  tx: Tx,
  row: {
    readonly accountId: Id;
    readonly login: string;
    readonly name: string;
    readonly capacityId: Id;
    readonly role: AssignedRole;
    readonly institutionId: Id | null;
    readonly from: IsoDate;
  },
): Promise<boolean> {
  const made = await tx.run(
    (sql) => sql`/* identity.insertMachine */
      insert into account (id, login, display_name, kind) values (${row.accountId}, ${row.login}, ${row.name}, 'SERVICE')
      on conflict (login) do nothing`,
  );
  if (made.count === 0) return false;
  await tx.run(
    (sql) => sql`/* identity.insertMachineCapacity */
      insert into capacity (account_id, id, role, institution_id, valid_from)
      values (${row.accountId}, ${row.capacityId}, ${row.role}, ${row.institutionId}, ${row.from})`,
  );
  return true;
}

/** Machines that may come in on a day, by login; with `login` that one alone. */
export function machines(tx: Tx, on: IsoDate, login: string | null = null) {
  return tx.run(
    (sql) => sql<MachineRow[]>`/* identity.machines */
      select a.id as account_id, a.login, a.display_name, c.role, i.key as institution_key, s.issuer, s.subject
      from account a
      join capacity c on c.account_id = a.id and c.valid_from <= ${on}::date
        and (c.valid_until is null or c.valid_until >= ${on}::date)
      join account_subject s on s.account_id = a.id and s.ended_at is null
      left join institution i on i.id = c.institution_id
      where a.kind = 'SERVICE' and (${login}::text is null or a.login = ${login}::text)
      order by a.login, c.role`,
  );
}

/** Ends what a machine acts as, so that today is a day without it. */
export function endCapacities(tx: Tx, accountId: Id, today: IsoDate) {
  return tx.run(
    (sql) => sql`/* identity.endCapacities */
      update capacity set valid_until = ${today}::date - 1
      where account_id = ${accountId} and (valid_until is null or valid_until >= ${today}::date)`,
  );
}
