import { v7 } from "uuid";
import type { Id } from "../../../domain/id.ts";
import { narrowed } from "../../../domain/sheet/cell.ts";
import type { RowOf } from "../../../domain/sheet/column.ts";
import { STAFF } from "../../../domain/sheet/kinds/people.ts";
import * as store from "../import-store.ts";
import { type Importer, NO_SCHOOL } from "../importing.ts";
import { type Lookup, lookup } from "../lookup.ts";

type StaffItem = RowOf<typeof STAFF.columns> & { readonly institutionId: Id };
interface StaffFacts {
  /** The administrator's own school; NO_SCHOOL for one of the whole service. */
  readonly own: Id;
  readonly schools: Lookup<store.School>;
  readonly accounts: ReadonlyMap<string, store.AccountName>;
  readonly capacities: ReadonlySet<string>;
}

const capacityKey = (held: { readonly login: string; readonly role: string; readonly institutionId: Id }): string =>
  `${held.login}/${held.role}/${held.institutionId}`;

export const staffImporter: Importer<typeof STAFF.columns, StaffFacts, StaffItem> = {
  kind: STAFF,
  action: "staff.import",
  anySchool: true,
  keyColumn: "login",
  keyOf: capacityKey,
  async load(tx, { institutionId }) {
    const [schools, accounts, capacities] = await Promise.all([
      store.schools(tx),
      store.accounts(tx),
      store.capacities(tx),
    ]);
    return {
      own: institutionId,
      schools: lookup(schools, (row) => [row.key, narrowed(row.nameZh)]),
      accounts: new Map(accounts.map((row) => [row.login, row])),
      capacities: new Set(capacities.map(capacityKey)),
    };
  },
  resolve(row, { own, schools, accounts }, refuse) {
    const institutionId = row.school === null ? own : (schools.find(row.school)?.row.id ?? null);
    const before = accounts.get(row.login);
    if (institutionId === null) refuse("school", "UNKNOWN_INSTITUTION", { key: row.school ?? "" });
    else if (institutionId === NO_SCHOOL) refuse("school", "CELL_REQUIRED", {});
    else if (own !== NO_SCHOOL && institutionId !== own) refuse("school", "FORBIDDEN", {});
    // An account belongs to a person: a login that is someone else's is never taken over.
    if (before !== undefined && before.displayName !== row.name) {
      refuse("name", "ROW_DIFFERS", { what: `${before.displayName} → ${row.name}` });
    }
    return institutionId === null ? null : { ...row, institutionId };
  },
  async write(tx, { today }, items, { accounts, capacities }, dryRun) {
    const fresh = items.filter((item) => !capacities.has(capacityKey(item)));
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
        fresh.map(({ login, role, institutionId, validFrom, validUntil }) => ({
          accountId: idOf(login),
          id: v7(),
          role,
          institutionId,
          validFrom: validFrom ?? today,
          validUntil,
        })),
      );
    }
    return { inserted: fresh.length, updated: 0, unchanged: items.length - fresh.length };
  },
};
