import type { JobKind, JobPayload } from "../domain/job.ts";
import { isProblem } from "../domain/problem.ts";
import { SYSTEM } from "../auth/viewer.ts";
import type { Database, Tx } from "./transaction.ts";

export interface EnqueueOptions {
  /** At most one job of a key waits: another one takes its place, at its own time. One that runs already is followed by it. */
  readonly key?: string;
  /** Not before; at once without it. */
  readonly runAt?: Date;
}

/**
 * Puts a job in the queue, in the transaction of the act that causes it: rolled back, it never was. Every role of the
 * service may; none of them can read the queue but guantong_job.
 */
export async function enqueue<Kind extends JobKind>(
  tx: Tx,
  kind: Kind,
  payload: JobPayload<Kind>,
  options: EnqueueOptions = {},
): Promise<void> {
  const { key = null, runAt = null } = options;
  await tx.run(
    (sql) => sql`/* jobs.enqueue */
      select enqueue_job(${kind}, ${JSON.stringify(payload)}::text::json, ${key}, ${runAt?.toISOString() ?? null}::timestamptz)`,
  );
}

/** A job at work. */
export interface Job {
  readonly id: string;
  /** 1 for the first time. */
  readonly attempt: number;
  /** Aborted when the service leaves: whatever takes long should stop then. It is tried again later. */
  readonly leaving: AbortSignal;
  /**
   * Runs `act` as guantong_job in one transaction that also takes the job off the queue: whatever it writes is written
   * once, even where the process dies at any moment or another one took the job for abandoned. A problem that `act` returns
   * rolls back and counts as a failure.
   * @returns null where the job was done already
   */
  once<T>(act: (tx: Tx) => Promise<T>): Promise<T | null>;
}

/** What became of a job is told by a code: messages of errors quote what they stumbled on, which may be somebody's. */
export class JobFailure extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.name = "JobFailure";
    this.code = code;
  }
}

/** `once` of one job, on a pool of guantong_job. */
export async function onceOnly<T>(db: Database, id: string, act: (tx: Tx) => Promise<T>): Promise<T | null> {
  return db.write(SYSTEM, async (tx) => {
    // whoever deletes the row first holds it: a second runner waits here, and finds nothing
    const taken = await tx.run(
      (sql) => sql`/* jobs.onceOnly */ delete from graphile_worker._private_jobs where id = ${id}::bigint returning id`,
    );
    if (taken.length === 0) return null;
    const result = await act(tx);
    if (isProblem(result)) throw new JobFailure(result.code);
    return result;
  });
}

/** How the queue stands. */
export interface QueueFigures {
  /** Due and not begun. */
  readonly waiting: number;
  /** Due later, for the first time. */
  readonly scheduled: number;
  /** Due later, after a failure. */
  readonly retrying: number;
  readonly running: number;
  /** Failed for good. */
  readonly dead: number;
  /** How long the one that waits longest has been due. Seconds. */
  readonly lagSeconds: number;
}

/** Counts the queue; as guantong_job. */
export async function queueFigures(db: Database): Promise<QueueFigures> {
  const tx = db.read(SYSTEM);
  try {
    const [row] = await tx.run(
      (sql) => sql<QueueFigures[]>`/* jobs.queueFigures */
        select count(*) filter (where is_available and run_at <= now())::int as waiting,
          count(*) filter (where is_available and run_at > now() and attempts = 0)::int as scheduled,
          count(*) filter (where is_available and run_at > now() and attempts > 0)::int as retrying,
          count(*) filter (where locked_at is not null)::int as running,
          count(*) filter (where locked_at is null and not is_available)::int as dead,
          coalesce(extract(epoch from now() - min(run_at) filter (where is_available and run_at <= now())), 0)::float8
            as lag_seconds
        from graphile_worker._private_jobs`,
    );
    if (row === undefined) throw new Error("a count without a row");
    return row;
  } finally {
    tx.end();
  }
}
