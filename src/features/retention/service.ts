import { SYSTEM } from "../../auth/viewer.ts";
import type { Database } from "../../db/transaction.ts";
import type { RetentionPeriod } from "../../domain/retention.ts";
import * as store from "./store.ts";

/** Of each kind in one transaction. */
const BATCH = 2000;

/** What is past its time, by kind; kinds of which nothing is due, too. As guantong_job. */
export async function dueRecords(db: Database): Promise<readonly store.DueRow[]> {
  const tx = db.read(SYSTEM);
  return store.due(tx).finally(() => tx.end());
}

/**
 * Ends whatever is past its time: deletes it, or takes the address and the reason out of an audit entry, which stays with
 * their digest. Batch after batch, each a transaction: stopped anywhere, the next run goes on; again, it changes nothing.
 * The database knows the periods: it ends nothing before its time, whoever asks. As guantong_job.
 * @param options.leaving stops between two batches
 * @returns how many were ended, by kind
 */
export async function endDueRecords(
  db: Database,
  options: { readonly leaving?: AbortSignal; readonly batch?: number } = {},
): Promise<ReadonlyMap<RetentionPeriod["kind"], number>> {
  const ended = new Map<RetentionPeriod["kind"], number>();
  let busy = true;
  while (busy && options.leaving?.aborted !== true) {
    const rows = await db.write(SYSTEM, (tx) => store.end(tx, options.batch ?? BATCH));
    for (const { kind, ended: count } of rows) ended.set(kind, (ended.get(kind) ?? 0) + count);
    busy = rows.some((row) => row.ended > 0);
  }
  return ended;
}
