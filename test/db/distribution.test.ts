import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DISTRIBUTION } from "../../src/db/distribution.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

interface Key {
  readonly tableName: string;
  readonly name: string;
  readonly kind: "p" | "u" | "f" | "x";
  readonly columns: readonly string[];
  readonly target: string | null;
}

describe("the schema would lie on a distributed engine as it is", () => {
  let fresh: FreshDatabase;
  let tables: readonly string[];
  let keys: readonly Key[];

  beforeAll(async () => {
    fresh = await freshDatabase();
    tables = (
      await fresh.sql<{ name: string }[]>`select tablename as name from pg_tables where schemaname = 'public'`
    ).map((row) => row.name);
    const constraints = await fresh.sql<Key[]>`
      select c.conrelid::regclass::text as table_name, c.conname as name, c.contype as kind,
        (select array_agg(a.attname::text) from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any(c.conkey)) as columns,
        nullif(c.confrelid, 0)::regclass::text as target
      from pg_constraint c where c.connamespace = 'public'::regnamespace and c.contype in ('p', 'u', 'f', 'x')`;
    const indexes = await fresh.sql<Key[]>`
      select i.indrelid::regclass::text as table_name, i.indexrelid::regclass::text as name, 'u' as kind,
        (select array_agg(a.attname::text) from pg_attribute a where a.attrelid = i.indrelid and a.attnum = any(i.indkey)) as columns,
        null as target
      from pg_index i join pg_class t on t.oid = i.indrelid
      where i.indisunique and not i.indisprimary and t.relnamespace = 'public'::regnamespace`;
    keys = [...constraints, ...indexes];
  });
  afterAll(() => fresh.drop());

  test("every table says how it lies", () => {
    expect([...tables].sort()).toEqual(Object.keys(DISTRIBUTION).sort());
  });

  test("every key of a distributed table carries its column", () => {
    const lacking = keys.filter((key) => {
      const how = DISTRIBUTION[key.tableName];
      return how !== undefined && how !== "reference" && key.kind !== "f" && !key.columns.includes(how.by);
    });
    expect(lacking).toEqual([]);
  });

  test("no foreign key leads to a table that is distributed otherwise", () => {
    const crossing = keys.filter((key) => {
      if (key.kind !== "f" || key.target === null) return false;
      const [from, to] = [DISTRIBUTION[key.tableName], DISTRIBUTION[key.target]];
      if (to === "reference") return false;
      // a reference table would lead into shards, and shards of two columns do not lie together
      return from === undefined || from === "reference" || to === undefined || !key.columns.includes(from.by);
    });
    expect(crossing).toEqual([]);
  });

  test("no distributed table has a trigger of its own", async () => {
    const triggers = await fresh.sql<{ name: string; tableName: string }[]>`
      select tgname as name, tgrelid::regclass::text as table_name from pg_trigger where not tgisinternal`;
    expect(triggers.filter((trigger) => DISTRIBUTION[trigger.tableName] !== "reference")).toEqual([]);
  });
});
