import type { AssignedRole } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";

export interface AccountRow {
  readonly id: Id;
  readonly login: string;
  readonly displayName: string;
  readonly language: "zh" | "en";
  /** Bearer tokens issued before this are refused. */
  readonly accessNotBefore: string | null;
  /** Whether anybody may sign in to it while there is a demonstration; nobody acts in it when there is none. */
  readonly demo: "yes" | "no";
}
export interface CapacityRow {
  readonly accountId: Id;
  readonly id: Id;
  readonly role: AssignedRole;
  readonly institutionId: Id | null;
  readonly departmentId: Id | null;
  readonly classId: Id | null;
  readonly allianceId: Id | null;
  readonly learnerId: Id | null;
  readonly validUntil: IsoDate | null;
  readonly delegatedBy: Id | null;
}
export interface DemoLoginRow {
  readonly accountId: Id;
  readonly login: string;
  readonly displayName: string;
  readonly role: AssignedRole;
  readonly institutionId: Id | null;
}

export async function accountById(tx: Tx, id: Id): Promise<AccountRow | null> {
  const rows = await tx.run(
    (sql) => sql<AccountRow[]>`/* identity.accountById */
      select id, login, display_name, language, access_not_before, demo from account where id = ${id}`,
  );
  return rows[0] ?? null;
}

/** The name of whom a guardian's own capacity stands for, also one that is not the request's; null for any other. */
export async function wardNameOf(tx: Tx, capacityId: Id): Promise<string | null> {
  const rows = await tx.run(
    (sql) => sql<{ readonly name: string | null }[]>`/* identity.wardNameOf */
      select ward_name(${capacityId}) as name`,
  );
  return rows[0]?.name ?? null;
}

/** Lets no bearer token of an account count that was issued before now. */
export function beginAnew(tx: Tx, id: Id, now: Date) {
  return tx.run((sql) => sql`/* identity.beginAnew */ update account set access_not_before = ${now} where id = ${id}`);
}

/** The capacities an account holds on a day, what was handed on as long as its giver holds it, in the order of their roles, the longest held first; its own before those handed on to it. */
export function capacitiesOfAccount(tx: Tx, accountId: Id, on: IsoDate) {
  return tx.run(
    (sql) => sql<CapacityRow[]>`/* identity.capacitiesOfAccount */
      select account_id, id, role, institution_id, department_id, class_id, alliance_id, learner_id, valid_until, delegated_by
      from capacity
      where account_id = ${accountId} and valid_from <= ${on}::date and (valid_until is null or valid_until >= ${on}::date)
        and (delegated_by is null or giver_holds(account_id, id, ${on}::date))
      order by delegated_by is not null, role, valid_from, id`,
  );
}

/**
 * Whom an account looks after on a day: the learners of its classes, and those placed with it as mentor. Read as SYSTEM,
 * for what the answer decides is whose rows the account may see.
 */
export function wardsOf(tx: Tx, accountId: Id, classIds: readonly Id[], on: IsoDate) {
  return tx.run(
    (sql) => sql<{ readonly classId: Id | null; readonly learnerId: Id }[]>`/* identity.wardsOf */
      select class_id, learner_id from registration
        where class_id = any(${classIds as Id[]}::uuid[]) and status in ('ACTIVE', 'ON_LEAVE')
      union select null, learner_id from placement
        where mentor_account_id = ${accountId} and starts_on <= ${on}::date
          and (ends_on >= ${on}::date or reported_on is null)
      order by 1, 2`,
  );
}

/** Other records of the same people as some learners: read together with theirs. */
export function aliasesOf(tx: Tx, learnerIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<{ readonly ofId: Id; readonly learnerId: Id }[]>`/* identity.aliasesOf */
      select l.id as of_id, a.id as learner_id from unnest(${learnerIds as Id[]}::uuid[]) as l (id), unnest(same_person(l.id)) as a (id)
      where a.id <> l.id order by 1, 2`,
  );
}

/** The schools that some schools succeed, however long ago; read without a viewer, for institutions are published. */
export function predecessorsOf(tx: Tx, institutionIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<{ readonly id: Id; readonly heirId: Id }[]>`/* identity.predecessorsOf */
      with recursive line (id, heir_id) as (
        select id, successor_id from institution where successor_id = any(${institutionIds as Id[]}::uuid[])
        union select i.id, line.heir_id from institution i join line on i.successor_id = line.id)
      select id, heir_id from line order by id`,
  );
}

/** Demo accounts, each with its first capacity. Read as SYSTEM: whoever signs in is still nobody. */
export function demoLogins(tx: Tx) {
  return tx.run(
    (sql) => sql<DemoLoginRow[]>`/* identity.demoLogins */
      select distinct on (a.login) a.id as account_id, a.login, a.display_name, c.role, c.institution_id
      from account a join capacity c on c.account_id = a.id where a.demo = 'yes' and c.delegated_by is null order by a.login, c.role`,
  );
}

/**
 * Whether anyone has been made staff who is no demo user. Learners and guardians do not count: a demo registrar opens
 * accounts for a class, and nobody could run a service of theirs alone. Read as SYSTEM.
 */
export async function hasRealStaff(tx: Tx): Promise<boolean> {
  const rows = await tx.run(
    (sql) => sql<{ readonly real: boolean }[]>`/* identity.hasRealStaff */
      select exists (select from account a join capacity c on c.account_id = a.id
        where a.demo = 'no' and c.role not in ('STUDENT', 'GUARDIAN')) as real`,
  );
  return rows[0]?.real === true;
}

export async function accountByLogin(tx: Tx, login: string): Promise<AccountRow | null> {
  const rows = await tx.run(
    (sql) => sql<AccountRow[]>`/* identity.accountByLogin */
      select id, login, display_name, language, access_not_before, demo from account where login = ${login}`,
  );
  return rows[0] ?? null;
}

/** The name an account goes by, for whoever may read it: everyone their own. */
export async function nameOfAccount(tx: Tx, accountId: Id): Promise<string> {
  const rows = await tx.run(
    (sql) => sql<{ readonly displayName: string }[]>`/* identity.nameOfAccount */
      select display_name from account where id = ${accountId}`,
  );
  return rows[0]?.displayName ?? "";
}
