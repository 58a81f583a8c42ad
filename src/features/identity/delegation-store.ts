import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { CapacityRow } from "./store.ts";

/** A role handed on, with the names of both. */
export interface DelegationRow extends CapacityRow {
  readonly delegatedBy: Id;
  readonly delegationReason: string;
  readonly validFrom: IsoDate;
  readonly validUntil: IsoDate;
  readonly givenByName: string;
  readonly heldByName: string;
}

/** Whoever a role is to be handed on to. */
export interface ColleagueRow {
  readonly id: Id;
  readonly displayName: string;
  /** Whether they hold on that day what the viewer acts as. */
  readonly holdsRole: boolean;
}

/** Someone on the staff of the viewer's school, by login. Answers only in the transaction that hands a role on. */
export async function colleagueByLogin(tx: Tx, login: string, on: IsoDate): Promise<ColleagueRow | null> {
  const rows = await tx.run(
    (sql) => sql<ColleagueRow[]>`/* identity.colleagueByLogin */
      select id, display_name, holds_role from colleague_by_login(${login}, ${on}::date)`,
  );
  return rows[0] ?? null;
}

export function insertDelegation(
  tx: Tx,
  row: Omit<DelegationRow, "givenByName" | "heldByName" | "learnerId">,
): PromiseLike<unknown> {
  return tx.run(
    (sql) => sql`/* identity.insertDelegation */
      insert into capacity (account_id, id, role, institution_id, department_id, class_id, alliance_id, valid_from, valid_until,
        delegated_by, delegation_reason)
      values (${row.accountId}, ${row.id}, ${row.role}, ${row.institutionId}, ${row.departmentId}, ${row.classId},
        ${row.allianceId}, ${row.validFrom}, ${row.validUntil}, ${row.delegatedBy}, ${row.delegationReason})`,
  );
}

/** Roles handed on that have not ended on a day: by an account, to it, and within a school (all schools for null). */
export function delegationsFor(
  tx: Tx,
  who: { readonly accountId: Id; readonly administers: { readonly institutionId: Id | null } | null },
  on: IsoDate,
) {
  const { accountId, administers } = who;
  return tx.run(
    (sql) => sql<DelegationRow[]>`/* identity.delegationsFor */
      select c.account_id, c.id, c.role, c.institution_id, c.department_id, c.class_id, c.alliance_id, c.learner_id,
        c.valid_from, c.valid_until, c.delegated_by, c.delegation_reason,
        giver.display_name as given_by_name, holder.display_name as held_by_name
      from capacity c
      join delegation_people() giver on giver.id = c.delegated_by
      join delegation_people() holder on holder.id = c.account_id
      where c.delegated_by is not null and c.valid_until >= ${on}::date and giver_holds(c.account_id, c.id, ${on}::date)
        and (c.delegated_by = ${accountId} or c.account_id = ${accountId}
          or (${administers !== null} and (${administers?.institutionId ?? null}::uuid is null or c.institution_id = ${administers?.institutionId ?? null})))
      order by c.valid_until, c.id`,
  );
}

/** Ends what was handed on, the day before `today`. @returns false where the viewer may not see or end it */
export async function endDelegation(
  tx: Tx,
  { accountId, id }: { readonly accountId: Id; readonly id: Id },
  today: IsoDate,
): Promise<boolean> {
  const ended = await tx.run(
    (sql) => sql`/* identity.endDelegation */
      update capacity set valid_until = ${today}::date - 1
      where account_id = ${accountId} and id = ${id} and delegated_by is not null and valid_until >= ${today}::date`,
  );
  return ended.count === 1;
}

/** Who ends a role handed on by someone: its giver alone, unless they administer the school. */
export function mayEnd(viewer: Viewer, row: Pick<DelegationRow, "delegatedBy">): boolean {
  return row.delegatedBy === viewer.accountId || viewer.role === "ADMINISTRATOR";
}
