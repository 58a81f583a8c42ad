import type postgres from "postgres";

/** Every text the database holds, of every table. What is bytes is shown as text too, as far as it is one. */
export async function everythingIn(sql: postgres.Sql): Promise<string> {
  const tables = await sql<{ schema: string; name: string }[]>`
    select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`;
  const texts: string[] = [];
  for (const { schema, name } of tables) {
    const rows = await sql<{ text: string }[]>`select t::text as text from ${sql(schema)}.${sql(name)} t`;
    for (const { text } of rows) texts.push(text, ...bytesIn(text));
  }
  return texts.join("\n");
}

/** Bytes stand in a row's text as \x and their digits. */
function bytesIn(text: string): string[] {
  return [...text.matchAll(/\\x([0-9a-f]{2,})/g)].map(([, digits = ""]) => Buffer.from(digits, "hex").toString("utf8"));
}
