import type { FreshDatabase } from "./database.ts";

/**
 * Runs `act` and kills its connection where it is about to change a row of `table`: what it sent before that was carried
 * out, and nothing of it committed.
 * @returns what `act` failed with
 */
export async function killBeforeChanging<T>(
  fresh: FreshDatabase,
  table: string,
  act: () => Promise<T>,
): Promise<unknown> {
  return fresh.sql.begin(async (sql) => {
    await sql`lock table ${sql(table)} in share mode`;
    const failed = act().then(
      () => null,
      (error: unknown) => error,
    );
    const waiting = () => sql<{ pid: number }[]>`
      select pid from pg_locks where relation = ${table}::regclass and mode = 'RowExclusiveLock' and not granted`;
    let [found] = await waiting();
    for (const until = Date.now() + 10_000; found === undefined && Date.now() < until; [found] = await waiting());
    if (found === undefined) throw new Error(`nobody came to change ${table}`);
    await sql`select pg_terminate_backend(${found.pid})`;
    return failed;
  });
}
