import { v7 } from "uuid";
import type { Id } from "../../../domain/id.ts";
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
  /** The administrator's own school; NO_SCHOOL for one of the whole service. */
  readonly own: Id;
  readonly schools: Lookup<store.School>;
  readonly parts: readonly store.ScopePart[];
  readonly accounts: ReadonlyMap<string, store.AccountName>;
  /** Keys of what is held already. */
  readonly capacities: ReadonlySet<string>;
}

/** What each role is held for beside its school. */
const PART_OF_ROLE: Readonly<Record<StaffRow["role"], store.ScopePart["kind"] | null>> = {
  REGISTRAR: null,
  REGISTRAR_CONFIRMER: null,
  HOST_TEACHER: null,
  DEPARTMENT_REVIEWER: "DEPARTMENT",
  CLASS_TEACHER: "CLASS",
  PLANNER: "ALLIANCE",
  SIGNATORY: "ALLIANCE",
};

const capacityKey = (who: string, held: Omit<store.CapacityScope, "accountId">): string =>
  [who, held.role, held.institutionId, held.departmentId, held.classId, held.allianceId].join("/");

export const staffImporter: Importer<typeof STAFF.columns, StaffFacts, StaffItem> = {
  kind: STAFF,
  action: "staff.import",
  anySchool: true,
  keyColumn: "login",
  keyOf: (item) => capacityKey(item.login, item),
  async load(tx, { institutionId }, rows) {
    const [schools, parts, accounts] = await Promise.all([
      store.schools(tx),
      store.scopeParts(tx, [...new Set(rows.flatMap((row) => row.within ?? []))]),
      store.accountsByLogin(tx, [...new Set(rows.flatMap((row) => row.login ?? []))]),
    ]);
    const logins = new Map(accounts.map((row) => [row.id, row.login]));
    const held = await store.capacitiesOf(tx, [...logins.keys()]);
    return {
      own: institutionId,
      schools: lookup(schools, (row) => [row.key, narrowed(row.nameZh)]),
      parts,
      accounts: new Map(accounts.map((row) => [row.login, row])),
      capacities: new Set(held.map((row) => capacityKey(logins.get(row.accountId) ?? "", row))),
    };
  },
  resolve(row, facts, refuse) {
    const { own, schools, accounts } = facts;
    const institutionId = row.school === null ? own : (schools.find(row.school)?.row.id ?? null);
    const before = accounts.get(row.login);
    if (institutionId === null) refuse("school", "UNKNOWN_INSTITUTION", { key: row.school ?? "" });
    else if (institutionId === NO_SCHOOL) refuse("school", "CELL_REQUIRED", {});
    else if (own !== NO_SCHOOL && institutionId !== own) refuse("school", "FORBIDDEN", {});
    // An account belongs to a person: a login that is someone else's is never taken over, nor their name told.
    if (before !== undefined && before.displayName !== row.name) {
      refuse("name", "ROW_DIFFERS", { what: `${hinted(before.displayName)} → ${row.name}` });
    }
    const part = partOf(row, institutionId, facts, refuse);
    return institutionId === null || part === null ? null : { ...row, institutionId, ...part };
  },
  async write(tx, { today }, items, { accounts, capacities }, dryRun) {
    const fresh = items.filter((item) => !capacities.has(capacityKey(item.login, item)));
    const ids = new Map<string, Id>([...accounts].map(([login, { id }]) => [login, id]));
    const newcomers = new Map(fresh.filter(({ login }) => !ids.has(login)).map(({ login, name }) => [login, name]));
    for (const login of newcomers.keys()) ids.set(login, v7());
    const idOf = (login: string): Id => ids.get(login) ?? "";
    if (!dryRun) {
      await store.insertAccounts(
        tx,
        [...newcomers].map(([login, displayName]) => ({ id: idOf(login), login, displayName })),
      );
      await store.insertCapacities(
        tx,
        fresh.map(({ login, role, institutionId, departmentId, classId, allianceId, validFrom, validUntil }) => ({
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
    return { inserted: fresh.length, updated: 0, unchanged: items.length - fresh.length };
  },
};

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
