import type postgres from "postgres";
import { type Job, onceOnly } from "../../src/db/jobs.ts";
import type { Database } from "../../src/db/transaction.ts";
import type { Tasks } from "../../src/jobs/tasks.ts";

interface Queued {
  readonly id: string;
  readonly kind: string;
  readonly payload: unknown;
}

/** A job as a worker would hand it over. */
export function jobOf(db: Database, id: string): Job {
  return { id, attempt: 1, leaving: new AbortController().signal, once: (act) => onceOnly(db, id, act) };
}

/**
 * Does every job that is due, one after the other, without a worker: a test need not wait for one. What a task throws,
 * it throws.
 * @param sql the owner's, past row-level security
 * @param db as guantong_job
 */
export async function workOff(sql: postgres.Sql, db: Database, tasks: Tasks): Promise<void> {
  for (;;) {
    const [next] = await sql<Queued[]>`
      select j.id::text, t.identifier as kind, j.payload from graphile_worker._private_jobs j
      join graphile_worker._private_tasks t on t.id = j.task_id where j.run_at <= now() order by j.id limit 1`;
    if (next === undefined) return;
    const task = tasks[next.kind as keyof Tasks] as (payload: unknown, job: Job) => Promise<unknown>;
    await task(next.payload, jobOf(db, next.id));
    await sql`delete from graphile_worker._private_jobs where id = ${next.id}`;
  }
}
