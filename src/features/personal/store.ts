import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";

/** The rows of a table that are somebody's, as JSON, without some columns. */
export async function rowsOf(
  tx: Tx,
  from: { readonly table: string; readonly by: string; readonly withheld: readonly string[] },
  id: Id,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const rows = await tx.run(
    (sql) => sql<{ readonly row: string }[]>`/* personal.rowsOf */
      select (to_jsonb(t) - ${from.withheld as string[]}::text[])::text as row
      from ${sql(from.table)} t where t.${sql(from.by)} = ${id} order by 1`,
  );
  return rows.map(({ row }) => JSON.parse(row) as Record<string, unknown>);
}
