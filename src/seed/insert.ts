import type postgres from "postgres";

/** PostgreSQL takes at most 65,534 parameters in one statement. */
const PARAMETERS = 65_000;

/** Inserts rows into a table, as few statements as there can be. What is there already stays as it is. */
export async function insertAll(
  sql: postgres.Sql,
  table: string,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  const width = Object.keys(rows[0] ?? {}).length;
  if (width === 0) return;
  const size = Math.floor(PARAMETERS / width);
  for (let from = 0; from < rows.length; from += size) {
    const chunk = rows.slice(from, from + size) as never[];
    await sql`insert into ${sql(table)} ${sql(chunk)} on conflict do nothing`;
  }
}
