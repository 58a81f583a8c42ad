import type postgres from "postgres";
import type { SealedRow } from "../../domain/chain.ts";
import type { Sql, Tx } from "../transaction.ts";

/** A piece of SQL. */
export type Fragment = postgres.Fragment;

/**
 * A table that is sealed: append-only, with the column `writtenBy` (src/db/tables/columns.ts) indexed, every row readable
 * for guantong_job.
 */
export interface SealedSource {
  /** The name of its chain. */
  readonly chain: string;
  /**
   * A select of `key` (text, what names a row), `xact` (that column), `at` (when it happened), `content` (jsonb of every
   * column that counts, nulls stripped so that a column added later changes no old row, and under `detail` the salted
   * digest of what may be erased), `detail` (jsonb, what may be erased, or null) and `salt` (text or null), of all rows.
   */
  rows(sql: Sql): Fragment;
  /** The same of the rows with some keys, found by index. */
  rowsByKey(sql: Sql, keys: readonly string[]): Fragment;
}

/** Some rows by their keys. */
export async function rowsByKey(
  tx: Tx,
  source: SealedSource,
  keys: readonly string[],
): Promise<ReadonlyMap<string, SealedRow>> {
  const rows = await tx.run(
    (sql) => sql<SealedRow[]>`/* seal.rowsByKey */
      select s.key, s.content, s.detail, s.salt from (${source.rowsByKey(sql, keys)}) s`,
  );
  return new Map(rows.map((row) => [row.key, row]));
}

/** What is not sealed yet, as of a moment of the database. */
export interface Tail {
  readonly rows: number;
  /** How long the oldest of it has waited; 0 where nothing waits. */
  readonly seconds: number;
}
