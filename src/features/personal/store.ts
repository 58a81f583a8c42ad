import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";

/** The rows of a table that are somebody's, as JSON, without some columns. */
export async function rowsOf(
  tx: Tx,
  from: { readonly table: string; readonly by: string; readonly withheld: readonly string[] },
  ids: readonly Id[],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  // what is withheld is not read: it may be large
  const given = await tx.run(
    (sql) => sql<{ readonly name: string }[]>`/* personal.columnsOf */
      select attname::text as name from pg_attribute where attrelid = ${from.table}::regclass and attnum > 0
        and not attisdropped and attname::text <> all(${from.withheld as string[]}::text[])`,
  );
  const columns = given.map(({ name }) => name);
  const rows = await tx.run(
    (sql) => sql<{ readonly row: string }[]>`/* personal.rowsOf */
      select to_jsonb(t)::text as row
      from (select ${sql(columns)} from ${sql(from.table)} where ${sql(from.by)} = any(${ids as Id[]}::uuid[])) t order by 1`,
  );
  return rows.map(({ row }) => JSON.parse(row) as Record<string, unknown>);
}
