import type { Tx } from "../../db/transaction.ts";

/** A job that has failed for good. */
export interface DeadJobRow {
  /** A number of the queue, as text. */
  readonly id: string;
  readonly kind: string;
  readonly payload: Readonly<Record<string, string | number | boolean>>;
  readonly failure: string | null;
  readonly attempts: number;
  readonly enqueuedAt: string;
  readonly failedAt: string;
}

/** Up to `limit` of them, the newest first, from below a number on. None but for an administrator. */
export function deadJobs(tx: Tx, before: string | null, limit: number) {
  return tx.run(
    (sql) => sql<DeadJobRow[]>`/* job.deadJobs */
      select id::text, kind, payload, failure, attempts, enqueued_at, failed_at from dead_jobs(${before}::bigint, ${limit})`,
  );
}

/** Sets it back to its first attempt; false where no such job has failed for good. */
export async function retryJob(tx: Tx, id: string): Promise<boolean> {
  const [row] = await tx.run(
    (sql) => sql<{ id: number | null }[]>`/* job.retryJob */ select retry_job(${id}::bigint) as id`,
  );
  return row !== undefined && row.id !== null;
}
