import type postgres from "postgres";

/**
 * What `run` finds when all of it falls into one minute of the database's clock, as limits count them; it runs again, as
 * another caller, where a minute ended meanwhile.
 */
export async function withinAMinute<T>(sql: postgres.Sql, run: (time: number) => Promise<T>): Promise<T> {
  const minute = async (): Promise<string> => {
    const [row] = await sql<{ minute: string }[]>`select date_trunc('minute', clock_timestamp())::text as minute`;
    return row?.minute ?? "";
  };
  for (let time = 0; time < 5; time += 1) {
    const before = await minute();
    const found = await run(time);
    if ((await minute()) === before) return found;
  }
  throw new Error("no run was done within a minute");
}
