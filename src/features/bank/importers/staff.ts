import { v7 } from "uuid";
import type { Tx } from "../../../db/transaction.ts";
import { groupBy } from "../../../domain/group-by.ts";
import type { Id, IsoDate } from "../../../domain/id.ts";
import { narrowed } from "../../../domain/sheet/cell.ts";
import type { RowOf } from "../../../domain/sheet/column.ts";
import { STAFF } from "../../../domain/sheet/kinds/people.ts";
import * as store from "../import-store.ts";
import { type Importer, NO_SCHOOL, type Refuse } from "../importing.ts";
import { type Lookup, lookup } from "../lookup.ts";
import { hinted } from "./hint.ts";

type StaffRow = RowOf<typeof STAFF.columns>;
type StaffItem = StaffRow & Omit<store.CapacityScope, "accountId">;
interface StaffFacts {
  /** The account of whoever imports. */
  readonly importer: Id | null;
  readonly today: IsoDate;
  /** Whether the sheet says when roles end. */
  readonly saysEnd: boolean;
  /** The administrator's own school; NO_SCHOOL for one of the whole service. */
  readonly own: Id;
  readonly schools: Lookup<store.School>;
  readonly parts: readonly store.ScopePart[];
  readonly accounts: ReadonlyMap<string, store.AccountName>;
  /** What was given to each already, by `capacityKey`, the longest ended first. */
  readonly capacities: ReadonlyMap<string, readonly store.HeldCapacity[]>;
}

/** What each role is held for beside its school. */
const PART_OF_ROLE: Readonly<Record<StaffRow["role"], store.ScopePart["kind"] | null>> = {
  REGISTRAR: null,
  REGISTRAR_CONFIRMER: null,
  HOST_TEACHER: null,
  ENTERPRISE_MENTOR: null,
  BUREAU: null,
  AUDITOR: null,
  DEPARTMENT_REVIEWER: "DEPARTMENT",
  CLASS_TEACHER: "CLASS",
  PLANNER: "ALLIANCE",
  SIGNATORY: "ALLIANCE",
};

/** Roles that reach over every school: of none, and given by an administrator of the whole service alone. */
const OF_NO_SCHOOL: ReadonlySet<StaffRow["role"]> = new Set(["BUREAU", "AUDITOR"]);

const capacityKey = (who: string, held: Omit<store.CapacityScope, "accountId">): string =>
  [who, held.role, held.institutionId, held.departmentId, held.classId, held.allianceId].join("/");

export const staffImporter: Importer<typeof STAFF.columns, StaffFacts, StaffItem> = {
  kind: STAFF,
  action: "staff.import",
  anySchool: true,
  keyColumn: "login",
  keyOf: (item) => capacityKey(item.login, item),
  async load(tx, { accountId, institutionId, today, columns }, rows) {
    const [schools, parts, accounts] = await Promise.all([
      store.schools(tx),
      store.scopeParts(tx, [...new Set(rows.flatMap((row) => row.within ?? []))]),
      store.accountsByLogin(tx, [...new Set(rows.flatMap((row) => row.login ?? []))]),
    ]);
    const logins = new Map(accounts.map((row) => [row.id, row.login]));
    const held = await store.capacitiesOf(tx, [...logins.keys()]);
    return {
      importer: accountId,
      today,
      saysEnd: columns.has("validUntil"),
      own: institutionId,
      schools: lookup(schools, (row) => [row.key, narrowed(row.nameZh)]),
      parts,
      accounts: new Map(accounts.map((row) => [row.login, row])),
      capacities: groupBy(held, (row) => capacityKey(logins.get(row.accountId) ?? "", row)),
    };
  },
  resolve(row, facts, refuse) {
    const institutionId = schoolOf(row, facts, refuse);
    const before = facts.accounts.get(row.login);
    // An account belongs to a person: a login that is someone else's is never taken over, nor their name told.
    if (before !== undefined && before.displayName !== row.name) {
      refuse("name", "ROW_DIFFERS", { what: `${hinted(before.displayName)} → ${row.name}` });
    }
    const part = partOf(row, institutionId, facts, refuse);
    if (part === null) return null;
    const item = { ...row, institutionId, ...part };
    const isSelf = before !== undefined && before.id === facts.importer && before.displayName === row.name;
    return isSelf && gives(item, facts) ? refuse("login", "OWN_ROLE_GIVEN", {}) : item;
  },
  async write(tx, { today, columns }, items, { accounts, capacities }, dryRun) {
    const meant = items.map((item) => ({
      item,
      held: heldOf(item, capacities.get(capacityKey(item.login, item)) ?? [], today),
    }));
    const fresh = meant.filter(({ held }) => held.length === 0).map(({ item }) => item);
    // a sheet without the column says nothing of when anything ends
    const ends = columns.has("validUntil")
      ? meant.map(({ item: { validUntil }, held }) =>
          held.filter((row) => row.validUntil !== validUntil).map((row) => ({ ...row, validUntil })),
        )
      : [];
    if (!dryRun) {
      await appoint(tx, fresh, accounts, today);
      await store.setCapacityEnds(tx, ends.flat());
    }
    const updated = ends.filter((rows) => rows.length > 0).length;
    return { inserted: fresh.length, updated, unchanged: items.length - fresh.length - updated };
  },
};

/**
 * What a row speaks of, among what was given to the same person for the same: whatever has not ended (with a first day,
 * whatever has a day in common), so that a row after the end appoints anew. A row that is over itself speaks, where nothing
 * else is left, of the last that ended: read again, it changes nothing.
 */
function heldOf(
  { validFrom, validUntil }: StaffItem,
  given: readonly store.HeldCapacity[],
  today: IsoDate,
): readonly store.HeldCapacity[] {
  const shared = given.filter(
    (row) =>
      validFrom === null ||
      (endsNotBefore(row, validFrom) &&
        (validUntil === null || row.validFrom <= validFrom || row.validFrom <= validUntil)),
  );
  const live = shared.filter((row) => endsNotBefore(row, today));
  if (live.length > 0) return live;
  return validUntil !== null && validUntil < today ? shared.slice(-1) : [];
}

/** Whether a row gives what is not held, or for longer than it is held: nobody does so for themself. */
function gives(item: StaffItem, { capacities, today, saysEnd }: StaffFacts): boolean {
  const held = heldOf(item, capacities.get(capacityKey(item.login, item)) ?? [], today);
  const lengthens = ({ validUntil }: store.HeldCapacity) =>
    validUntil !== null && (item.validUntil === null || item.validUntil > validUntil);
  return held.length === 0 || (saysEnd && held.some(lengthens));
}

const endsNotBefore = ({ validUntil }: store.HeldCapacity, day: IsoDate): boolean =>
  validUntil === null || validUntil >= day;

/** Gives roles, and accounts to whom has none yet. */
async function appoint(
  tx: Tx,
  items: readonly StaffItem[],
  accounts: ReadonlyMap<string, store.AccountName>,
  today: IsoDate,
): Promise<void> {
  const ids = new Map<string, Id>([...accounts].map(([login, { id }]) => [login, id]));
  const newcomers = new Map(items.filter(({ login }) => !ids.has(login)).map(({ login, name }) => [login, name]));
  for (const login of newcomers.keys()) ids.set(login, v7());
  const idOf = (login: string): Id => ids.get(login) ?? "";
  await store.insertAccounts(
    tx,
    [...newcomers].map(([login, displayName]) => ({ id: idOf(login), login, displayName })),
  );
  await store.insertCapacities(
    tx,
    items.map(({ login, role, institutionId, departmentId, classId, allianceId, validFrom, validUntil }) => ({
      accountId: idOf(login),
      id: v7(),
      role,
      institutionId,
      departmentId,
      classId,
      allianceId,
      validFrom: validFrom ?? today,
      validUntil,
    })),
  );
}

/** The school a row's role is held at; null for a role of none, and after `refuse`. */
function schoolOf(row: StaffRow, { own, schools }: StaffFacts, refuse: Refuse<typeof STAFF.columns>): Id | null {
  if (OF_NO_SCHOOL.has(row.role)) {
    if (own !== NO_SCHOOL) refuse("role", "FORBIDDEN", {});
    else if (row.school !== null) refuse("school", "ROLE_OF_NO_SCHOOL", {});
    return null;
  }
  const institutionId = row.school === null ? own : (schools.find(row.school)?.row.id ?? null);
  if (institutionId === null) refuse("school", "UNKNOWN_INSTITUTION", { key: row.school ?? "" });
  else if (institutionId === NO_SCHOOL) refuse("school", "CELL_REQUIRED", {});
  else if (own !== NO_SCHOOL && institutionId !== own) refuse("school", "FORBIDDEN", {});
  return institutionId;
}

type Part = Pick<store.CapacityScope, "departmentId" | "classId" | "allianceId">;

/** The department, class or alliance a row's role is held for; null after `refuse`. */
function partOf(
  row: StaffRow,
  institutionId: Id | null,
  { parts }: StaffFacts,
  refuse: Refuse<typeof STAFF.columns>,
): Part | null {
  const kind = PART_OF_ROLE[row.role];
  if (kind === null) return { departmentId: null, classId: null, allianceId: null };
  if (row.within === null) return refuse("within", "CELL_REQUIRED", {});
  const found = parts.find(
    (part) =>
      part.kind === kind && part.name === row.within && (kind === "ALLIANCE" || part.institutionId === institutionId),
  );
  if (found === undefined) return refuse("within", "UNKNOWN_SCOPE", { name: row.within });
  return {
    departmentId: kind === "DEPARTMENT" ? found.id : null,
    classId: kind === "CLASS" ? found.id : null,
    allianceId: kind === "ALLIANCE" ? found.id : null,
  };
}
