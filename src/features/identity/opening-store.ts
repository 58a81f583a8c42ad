import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { AgeOfMajority } from "../../domain/majority.ts";
import type { AssignedRole } from "../../auth/viewer.ts";

/** A learner of a class, as far as an account is opened for them. */
export interface ClassLearner {
  readonly learnerId: Id;
  readonly name: string;
  readonly studentNo: string;
  readonly className: string;
  readonly institutionKey: string;
}
export interface LearnerAccountRow {
  readonly learnerId: Id;
  readonly accountId: Id;
  readonly login: string;
  readonly displayName: string;
  readonly role: AssignedRole;
  readonly validUntil: string | null;
  readonly signedIn: boolean;
  readonly codeExpiresAt: string | null;
  readonly capacityId: Id;
  /** Of a guardian's: who they are to the learner and the document seen; null where it was not kept. */
  readonly relation: GuardianRelation | null;
  readonly evidence: string | null;
}
export type GuardianRelation = "FATHER" | "MOTHER" | "GRANDPARENT" | "OTHER";
export interface ClassAccountsRow {
  readonly id: Id;
  readonly name: string;
  readonly entryYear: number;
  readonly learners: number;
  readonly accounts: number;
}
export interface NewAccount {
  readonly accountId: Id;
  readonly login: string;
  readonly name: string;
  readonly learnerId: Id;
}
export interface StoredCode {
  readonly accountId: Id;
  readonly id: Id;
  readonly selector: string;
  readonly hash: string;
}

/** The learners of a class who are there now. Row-level security shows a registrar their own school's. */
export function learnersOfClass(tx: Tx, classId: Id) {
  return tx.run(
    (sql) => sql<ClassLearner[]>`/* identity.learnersOfClass */
      select l.id as learner_id, l.name, r.student_no, c.name as class_name, i.key as institution_key
      from registration r join learner l on l.id = r.learner_id join class_group c on c.id = r.class_id
        join institution i on i.id = r.institution_id
      where r.class_id = ${classId} and r.status in ('ACTIVE', 'ON_LEAVE') order by r.student_no`,
  );
}

/** Whose school a class is; null where the viewer may not know. */
export async function schoolOfClass(tx: Tx, classId: Id): Promise<Id | null> {
  const rows = await tx.run(
    (sql) => sql<{ readonly institutionId: Id }[]>`/* identity.schoolOfClass */
      select institution_id from class_group where id = ${classId}`,
  );
  return rows[0]?.institutionId ?? null;
}

/** A learner's name and home; null where the viewer may not know. */
export async function learnerFor(tx: Tx, learnerId: Id) {
  const rows = await tx.run(
    (sql) => sql<
      {
        readonly learnerId: Id;
        readonly name: string;
        readonly homeInstitutionId: Id | null;
        readonly institutionKey: string;
      }[]
    >`/* identity.learnerFor */
      select l.id as learner_id, l.name, l.home_institution_id, i.key as institution_key
      from learner l join institution i on i.id = l.home_institution_id where l.id = ${learnerId}`,
  );
  return rows[0] ?? null;
}

/** How many learners of each class of a school have an account. */
export function classesOfSchool(tx: Tx, institutionId: Id) {
  return tx.run(
    (sql) => sql<ClassAccountsRow[]>`/* identity.classesOfSchool */
      with member as (
        select r.class_id, r.learner_id from registration r
        where r.institution_id = ${institutionId} and r.class_id is not null and r.status in ('ACTIVE', 'ON_LEAVE')),
      held as (
        select distinct a.learner_id from accounts_of_learners((select coalesce(array_agg(learner_id), '{}') from member)) a
        where a.role = 'STUDENT')
      select c.id, c.name, c.entry_year, count(m.learner_id)::int as learners, count(h.learner_id)::int as accounts
      from class_group c left join member m on m.class_id = c.id left join held h on h.learner_id = m.learner_id
      where c.institution_id = ${institutionId}
      group by c.id, c.name, c.entry_year order by c.entry_year desc, c.name`,
  );
}

/** The accounts over learners of the registrar's own school. */
export function accountsOfLearners(tx: Tx, learnerIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<LearnerAccountRow[]>`/* identity.accountsOfLearners */
      select learner_id, account_id, login, display_name, role, valid_until, signed_in, code_expires_at, capacity_id,
        relation, evidence
      from accounts_of_learners(${learnerIds as Id[]}::uuid[])`,
  );
}

/** Opens accounts over learners of the registrar's school. @returns the accounts that were */
export async function openAccounts(
  tx: Tx,
  accounts: readonly NewAccount[],
  capacity: {
    readonly ids: readonly Id[];
    readonly role: "STUDENT" | "GUARDIAN";
    readonly from: IsoDate;
    readonly until: IsoDate | null;
    readonly relation: GuardianRelation | null;
    readonly evidence: string | null;
  },
): Promise<readonly Id[]> {
  const column = (key: keyof NewAccount): string[] => accounts.map((each) => each[key]);
  const rows = await tx.run(
    (sql) => sql<{ readonly id: Id }[]>`/* identity.openAccounts */
      select id from open_accounts(${column("accountId")}::uuid[], ${column("login")}::text[], ${column("name")}::text[],
        ${column("learnerId")}::uuid[], ${capacity.ids as Id[]}::uuid[], ${capacity.role}, ${capacity.from}::date,
        ${capacity.until}::date, ${capacity.relation}, ${capacity.evidence}) as id`,
  );
  return rows.map(({ id }) => id);
}

/** A school by its key; null where there is none. */
export async function institutionByKey(tx: Tx, key: string): Promise<Id | null> {
  const rows = await tx.run(
    (sql) => sql<{ readonly id: Id }[]>`/* identity.institutionByKey */ select id from institution where key = ${key}`,
  );
  return rows[0]?.id ?? null;
}

/** @returns false where the login is taken */
export async function insertAdministrator(
  tx: Tx,
  row: {
    readonly accountId: Id;
    readonly login: string;
    readonly name: string;
    /** Null for one of the whole service. */
    readonly institutionId: Id | null;
    readonly capacityId: Id;
    readonly from: IsoDate;
  },
): Promise<boolean> {
  const made = await tx.run(
    (sql) => sql`/* identity.insertAdministrator */
      insert into account (id, login, display_name) values (${row.accountId}, ${row.login}, ${row.name})
      on conflict (login) do nothing`,
  );
  if (made.count === 0) return false;
  await tx.run(
    (sql) => sql`/* identity.insertAdministratorCapacity */
      insert into capacity (account_id, id, role, institution_id, valid_from)
      values (${row.accountId}, ${row.capacityId}, 'ADMINISTRATOR', ${row.institutionId}, ${row.from})`,
  );
  return true;
}

/** Issues codes. @returns how many: fewer than asked where the viewer may not restore one of the accounts */
export async function issueCodes(
  tx: Tx,
  codes: readonly StoredCode[],
  what: {
    readonly keyId: string;
    readonly purpose: "OPENED" | "RESTORED" | "GUARDIAN" | "ADMINISTRATOR";
    readonly reason: string | null;
    readonly at: Date;
    readonly until: Date;
  },
): Promise<number> {
  const column = (key: keyof StoredCode): string[] => codes.map((each) => each[key]);
  const rows = await tx.run(
    (sql) => sql<{ readonly issued: number }[]>`/* identity.issueCodes */
      select issue_codes(${column("accountId")}::uuid[], ${column("id")}::uuid[], ${column("selector")}::text[],
        ${column("hash")}::text[], ${what.keyId}, ${what.purpose}, ${what.reason}, ${what.at}::timestamptz,
        ${what.until}::timestamptz) as issued`,
  );
  return rows[0]?.issued ?? 0;
}

/** Ends sessions and tokens, and with `everything` every way in. @returns false where the viewer may not */
export async function endAccess(
  tx: Tx,
  accountId: Id,
  everything: boolean,
  because: "ADMINISTRATOR" | "RESTORED",
): Promise<boolean> {
  const rows = await tx.run(
    (sql) => sql<{ readonly ended: boolean }[]>`/* identity.endAccess */
      select end_access(${accountId}, ${everything}, ${because}) as ended`,
  );
  return rows[0]?.ended ?? false;
}

/** Login and name of an account that the viewer may give a new way in, and whose records it opens; null for any other. */
export async function restorable(tx: Tx, accountId: Id) {
  const rows = await tx.run(
    (sql) => sql<
      { readonly login: string; readonly displayName: string; readonly learnerId: Id | null }[]
    >`/* identity.restorable */
      select login, display_name, learner_id from restorable_account(${accountId})`,
  );
  return rows[0] ?? null;
}

/** The age of majority in force on a day; null where the reference data lacks it. */
export async function ageOfMajority(tx: Tx, on: IsoDate): Promise<AgeOfMajority | null> {
  const rows = await tx.run(
    (sql) => sql<AgeOfMajority[]>`/* identity.ageOfMajority */
      select years, document, clause from age_of_majority where valid_from <= ${on}::date order by valid_from desc limit 1`,
  );
  return rows[0] ?? null;
}

/** Whose a guardianship in force is; null where the viewer may not end it. */
export async function guardianship(tx: Tx, capacityId: Id, today: IsoDate) {
  const rows = await tx.run(
    (sql) => sql<
      { readonly accountId: Id; readonly learnerId: Id; readonly institutionId: Id }[]
    >`/* identity.guardianship */
      select account_id, learner_id, institution_id from guardianship(${capacityId}, ${today}::date)`,
  );
  return rows[0] ?? null;
}

/** @returns false where it is not there, has ended or is not the viewer's to end */
export async function endGuardianship(tx: Tx, capacityId: Id, today: IsoDate): Promise<boolean> {
  const rows = await tx.run(
    (sql) => sql<{ readonly ended: boolean }[]>`/* identity.endGuardianship */
      select end_guardianship(${capacityId}, ${today}::date) as ended`,
  );
  return rows[0]?.ended ?? false;
}

/** Ends guardianships no later than the day given for each learner. */
export function shortenGuardianships(tx: Tx, untils: ReadonlyMap<Id, IsoDate>): PromiseLike<unknown> {
  return tx.run(
    (sql) => sql`/* identity.shortenGuardianships */
      select shorten_guardianships(${[...untils.keys()] as Id[]}::uuid[], ${[...untils.values()] as IsoDate[]}::date[])`,
  );
}
