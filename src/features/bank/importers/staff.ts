import { v7 } from "uuid";
import type { Id } from "../../../domain/id.ts";
import type { RowOf } from "../../../domain/sheet/column.ts";
import { STAFF } from "../../../domain/sheet/kinds/people.ts";
import * as store from "../import-store.ts";
import type { Importer } from "../importing.ts";

type StaffItem = RowOf<typeof STAFF.columns>;
interface StaffFacts {
  readonly accounts: ReadonlyMap<string, store.AccountName>;
  readonly capacities: ReadonlySet<string>;
}

export const staffImporter: Importer<typeof STAFF.columns, StaffFacts, StaffItem> = {
  kind: STAFF,
  action: "staff.import",
  keyColumn: "login",
  keyOf: (item) => `${item.login}/${item.role}`,
  async load(tx, { institutionId }) {
    const [accounts, capacities] = await Promise.all([store.accounts(tx), store.capacities(tx, institutionId)]);
    return {
      accounts: new Map(accounts.map((row) => [row.login, row])),
      capacities: new Set(capacities.map(({ login, role }) => `${login}/${role}`)),
    };
  },
  resolve(row, { accounts }, refuse) {
    const before = accounts.get(row.login);
    // An account belongs to a person: a login that is someone else's is never taken over.
    if (before === undefined || before.displayName === row.name) return row;
    return refuse("name", "ROW_DIFFERS", { what: `${before.displayName} → ${row.name}` });
  },
  async write(tx, { institutionId, today }, items, { accounts, capacities }, dryRun) {
    const fresh = items.filter((item) => !capacities.has(`${item.login}/${item.role}`));
    const ids = new Map<string, Id>([...accounts].map(([login, { id }]) => [login, id]));
    const newcomers = new Map(fresh.filter(({ login }) => !ids.has(login)).map(({ login, name }) => [login, name]));
    for (const login of newcomers.keys()) ids.set(login, v7());
    if (!dryRun) {
      const accountRows = [...newcomers].map(([login, displayName]) => ({
        id: ids.get(login) ?? "",
        login,
        displayName,
      }));
      await store.insertAccounts(tx, accountRows);
      await store.insertCapacities(
        tx,
        fresh.map(({ login, role, validFrom, validUntil }) => ({
          accountId: ids.get(login) ?? "",
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
