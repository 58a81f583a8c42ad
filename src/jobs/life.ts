import type postgres from "postgres";
import { SYSTEM } from "../auth/viewer.ts";
import { connect } from "../db/client.ts";
import type { Database } from "../db/transaction.ts";
import type { Log } from "../log.ts";

/** How often a worker looks for others that have died. */
const LOOK_MS = 10_000;

/**
 * The signs of life of a worker, and its eye on the others. A worker marks the jobs it takes with its name; killed, it
 * leaves the marks, and graphile-worker itself would let those jobs lie for four hours. So each worker holds a lock of its
 * own name for as long as its session with the database lives: a name whose lock can be had is a dead one's, and its
 * jobs go back to the queue. A worker that merely lost its connection may see its jobs begun by another: `Job.once`
 * keeps what they write from being written twice.
 */
export function openLife(
  url: string,
  db: Database,
  log: Log,
): { readonly plugin: GraphileConfig.Plugin; end(): Promise<void> } {
  let name: string | null = null;
  let held = false;
  let ended = false;
  let born: Promise<void> | null = null;
  const session = connect(url, {
    max: 1,
    max_lifetime: null,
    onclose: () => {
      held = false;
    },
  });

  async function live(own: string): Promise<void> {
    if (held) return;
    const [row] = await session<{ had: boolean }[]>`select pg_try_advisory_lock(hashtextextended(${own}, 0)) as had`;
    held = row?.had === true;
  }

  async function look(): Promise<void> {
    if (name === null) return;
    try {
      await live(name);
      const freed = await unlockDead(session, db, name);
      if (freed.length > 0) log.warn({ workers: freed.length }, "jobs of dead workers are back in the queue");
    } catch (error) {
      // the database is away: the next look comes soon
      if (!ended) log.warn({ failure: (error as { code?: string }).code ?? "UNKNOWN" }, "cannot look for dead workers");
    }
  }

  const timer = setInterval(() => void look(), LOOK_MS);
  timer.unref();

  return {
    plugin: {
      name: "guantong-life",
      version: "1",
      worker: {
        hooks: {
          // waited for before the first job is taken
          async startWorker(_, { worker }) {
            name ??= worker.workerPool.id;
            born ??= look();
            await born;
          },
        },
      },
    },
    async end() {
      ended = true;
      clearInterval(timer);
      await session.end({ timeout: 1 });
    },
  };
}

/** Puts the jobs of dead workers back. */
async function unlockDead(session: postgres.Sql, db: Database, own: string): Promise<readonly string[]> {
  const tx = db.read(SYSTEM);
  const marks = await tx
    .run(
      (sql) => sql<{ lockedBy: string }[]>`/* jobs.marks */
      select distinct locked_by from graphile_worker._private_jobs where locked_by is not null`,
    )
    .finally(() => tx.end());
  const dead: string[] = [];
  for (const { lockedBy } of marks) {
    if (lockedBy === own) continue;
    const [row] = await session<
      { free: boolean }[]
    >`select pg_try_advisory_lock(hashtextextended(${lockedBy}, 0)) as free`;
    if (row?.free !== true) continue;
    dead.push(lockedBy);
    await session`select pg_advisory_unlock(hashtextextended(${lockedBy}, 0))`;
  }
  if (dead.length > 0) {
    await db.write(SYSTEM, (write) =>
      write.run((sql) => sql`/* jobs.unlockDead */ select graphile_worker.force_unlock_workers(${dead})`),
    );
  }
  return dead;
}
