import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ANONYMOUS, ROLES, type Role, type Viewer } from "../../src/auth/viewer.ts";
import { DATABASE_ROLES } from "../../src/db/client.ts";
import { arrange } from "./arranged.ts";
import { PUBLISHED } from "./published.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

/** PostgreSQL's word for a row or table that a role may not touch. */
const NOT_PERMITTED = "42501";

/** Someone of a role who has nothing to do with anything in the database. SYSTEM is the service itself. */
const STRANGERS: readonly Viewer[] = ROLES.filter((role) => role !== "SYSTEM").map((role) => ({
  ...ANONYMOUS,
  role,
  accountId: randomUUID(),
  institutionId: randomUUID(),
  departmentId: randomUUID(),
  classId: randomUUID(),
  allianceId: randomUUID(),
  learnerId: randomUUID(),
  wardIds: [randomUUID(), randomUUID()],
}));

/** What a role sees of tables that are not published, without being anyone to the rows: stated one by one. */
const SEEN_BY_ALL: Readonly<Record<string, readonly Role[]>> = {
  // a class holds nobody's name; administrators appoint class teachers
  class_group: ["ADMINISTRATOR"],
  // reading the log is what an auditor is for
  audit_entry: ["AUDITOR"],
  // signed heads and public keys are for anyone to check with; they name no row
  seal_head: ROLES,
  seal_key: ROLES,
};

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns that guantong_app may change. */
  readonly changeable: readonly string[];
  readonly mayInsert: boolean;
  readonly mayDelete: boolean;
  readonly mayRead: boolean;
}

let fresh: FreshDatabase;
let tables: readonly Table[];

beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  await arrange(fresh.sql);
  tables = await fresh.sql<Table[]>`
    select c.relname as name,
      array_agg(a.attname::text order by a.attnum) as columns,
      coalesce(array_agg(a.attname::text order by a.attnum)
        filter (where has_column_privilege('guantong_app', c.oid, a.attnum, 'UPDATE')), '{}') as changeable,
      has_table_privilege('guantong_app', c.oid, 'INSERT') as may_insert,
      has_table_privilege('guantong_app', c.oid, 'DELETE') as may_delete,
      has_any_column_privilege('guantong_app', c.oid, 'SELECT') as may_read
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') group by c.oid, c.relname order by 1`;
});
afterAll(() => fresh.drop());

/** How many rows a statement reached as a viewer, or that it was not permitted. */
async function reached(viewer: Viewer, statement: string): Promise<number | "NOT_PERMITTED"> {
  try {
    return await fresh.db.write(viewer, async (tx) => {
      const rows = await tx.run((sql) => sql.unsafe(statement));
      return rows.count;
    });
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (code === NOT_PERMITTED) return "NOT_PERMITTED";
    throw new Error(`${viewer.role}: ${statement.slice(0, 200)} was let through to ${String(code)}`, { cause: error });
  }
}

const nothing = (count: number | "NOT_PERMITTED"): boolean => count === 0 || count === "NOT_PERMITTED";

describe("every table", () => {
  test("has its rights stated, role by role and operation by operation", async () => {
    const rights = await fresh.sql<{ line: string }[]>`
      select format('%s %s %s', c.relname, role, string_agg(distinct right_name, ' ' order by right_name)) as line
      from pg_class c, unnest(${[...DATABASE_ROLES]}::text[]) as role,
        lateral (
          select lower(op) as right_name from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) op
            where has_table_privilege(role, c.oid, op)
          union all
          select format('%s(%s)', lower(op), string_agg(a.attname, ',' order by a.attnum))
            from unnest(array['SELECT', 'INSERT', 'UPDATE']) op join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
            where not has_table_privilege(role, c.oid, op) and has_column_privilege(role, c.oid, a.attnum, op)
            group by op) as held
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      group by c.relname, role order by c.relname, role`;
    // after a change that is meant: npx vitest run --config scripts/config/vitest.config.ts test/db/strangers -u
    await expect(rights.map(({ line }) => `${line}\n`).join("")).toMatchFileSnapshot(
      join(import.meta.dirname, "rights.txt"),
    );
  });

  test("that is not published holds a row, so that not seeing it means something", async () => {
    const empty: string[] = [];
    for (const { name } of tables.filter((table) => !PUBLISHED.has(table.name))) {
      const [row] = await fresh.sql`select 1 from ${fresh.sql(name)} limit 1`;
      if (row === undefined) empty.push(name);
    }
    expect(empty, "arrange a row of each in test/db/arranged.ts").toEqual([]);
  });
});

describe.each(STRANGERS.map((viewer) => [viewer.role, viewer] as const))("a stranger who is %s", (role, viewer) => {
  test("reads no row of any table that is not published", async () => {
    const seen: string[] = [];
    for (const { name, mayRead } of tables) {
      if (!mayRead || PUBLISHED.has(name) || (SEEN_BY_ALL[name] ?? []).includes(role)) continue;
      if (!nothing(await reached(viewer, `select 1 from "${name}" limit 1`))) seen.push(name);
    }
    expect(seen).toEqual([]);
  });

  test("changes and takes away no row of any table", async () => {
    const touched: string[] = [];
    for (const { name, changeable, mayDelete } of tables) {
      const [column] = changeable;
      const change = `update "${name}" set "${column}" = "${column}"`;
      if (column !== undefined && !nothing(await reached(viewer, change))) touched.push(`update ${name}`);
      if (mayDelete && !nothing(await reached(viewer, `delete from "${name}"`))) touched.push(`delete ${name}`);
    }
    expect(touched).toEqual([]);
  });

  test("adds no row to any table in the name of somebody else", async () => {
    for (const { name, mayInsert } of tables) {
      if (!mayInsert) continue;
      const [copy] = await fresh.sql<{ row: string }[]>`
        select row_to_json(t)::text as row from ${fresh.sql(name)} t limit 1`;
      if (copy === undefined) continue;
      const literal = copy.row.replaceAll("'", "''");
      const insert = `insert into "${name}" select * from json_populate_record(null::"${name}", '${literal}')`;
      expect(await reached(viewer, insert), name).toBe("NOT_PERMITTED");
    }
  });
});
