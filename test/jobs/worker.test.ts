import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SYSTEM } from "../../src/auth/viewer.ts";
import { openDatabase } from "../../src/db/client.ts";
import { enqueue, type Job, queueFigures } from "../../src/db/jobs.ts";
import type { Database } from "../../src/db/transaction.ts";
import { problem } from "../../src/domain/problem.ts";
import { type JobWorker, startWorker } from "../../src/jobs/worker.ts";
import { openLog } from "../../src/log.ts";
import { type Child, startNode } from "../support/child.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

let fresh: FreshDatabase;
let jobs: Database;
let logged = "";
const log = openLog({ logLevel: "debug" }, { write: (line) => void (logged += line) });
const workers: JobWorker[] = [];
const children: Child[] = [];

beforeAll(async () => {
  fresh = await freshDatabase();
  jobs = openDatabase(fresh.url, { role: "guantong_job", max: 6 });
  await fresh.sql`create table written (job bigint not null, finished boolean not null default false)`;
  await fresh.sql`grant select, insert, update on written to guantong_job`;
});
beforeEach(async () => {
  logged = "";
  await fresh.sql`delete from graphile_worker._private_jobs`;
  await fresh.sql`delete from written`;
});
afterEach(async () => {
  await Promise.all([
    ...workers.splice(0).map((worker) => worker.stop()),
    ...children.splice(0).map((each) => each.end()),
  ]);
});
afterAll(async () => {
  await jobs.end();
  await fresh.drop();
});

const put = (count: number): Promise<void> =>
  fresh.db.write(SYSTEM, async (tx) => {
    for (let n = 0; n < count; n += 1) await enqueue(tx, "job.report", {});
  });

async function work(report: (job: Job) => Promise<unknown>): Promise<JobWorker> {
  const tasks = { "job.report": (_: object, job: Job) => report(job) };
  const worker = await startWorker({ url: fresh.url, db: jobs, log, tasks });
  workers.push(worker);
  return worker;
}

function child(): Child {
  const started = startNode(["test/support/worker-child.ts", fresh.url]);
  children.push(started);
  return started;
}

/** Reads what a worker says until the queue is empty, or until `enough`. */
async function follow(of: Child, enough: (lines: readonly string[]) => boolean | Promise<boolean>): Promise<void> {
  const lines: string[] = [];
  while (!(await enough(lines))) {
    const line = await of.line();
    if (line === null) throw new Error(`the worker ended: ${of.output()}`);
    lines.push(line);
  }
}

/** Something to wait for. */
function gate(): { readonly promise: Promise<void>; resolve(): void } {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, resolve: () => open() };
}

const emptied = async (): Promise<boolean> => {
  const [row] = await fresh.sql<{ left: number }[]>`select count(*)::int as left from graphile_worker._private_jobs`;
  return row?.left === 0;
};

describe("a job", () => {
  test("is put in by the transaction of the act that causes it: rolled back, it never was", async () => {
    const refused = await fresh.db.write(SYSTEM, async (tx) => {
      await enqueue(tx, "job.report", {});
      return problem("CONFLICT", { detail: "" });
    });
    expect(refused).toMatchObject({ code: "CONFLICT" });
    const broken = fresh.db.write(SYSTEM, async (tx) => {
      await enqueue(tx, "job.report", {});
      await tx.run((sql) => sql`select 1 / 0`);
    });
    await expect(broken).rejects.toMatchObject({ code: "22012" });
    expect(await queueFigures(jobs)).toMatchObject({ waiting: 0, scheduled: 0 });
    await put(1);
    expect(await queueFigures(jobs)).toMatchObject({ waiting: 1 });
  });

  test("of one key waits once, at the time given last", async () => {
    const later = new Date("2999-01-01T00:00:00Z");
    await fresh.db.write(SYSTEM, async (tx) => {
      await enqueue(tx, "job.report", {}, { key: "one" });
      await enqueue(tx, "job.report", {}, { key: "one", runAt: later });
      await enqueue(tx, "job.report", {}, { key: "other", runAt: later });
    });
    expect(await queueFigures(jobs)).toMatchObject({ waiting: 0, scheduled: 2 });
  });

  test.each(["guantong_app", "guantong_writer"] as const)("is put in, but not read or changed, by %s", async (role) => {
    const db = openDatabase(fresh.url, { role, max: 1 });
    try {
      await db.write(SYSTEM, (tx) => enqueue(tx, "job.report", {}));
      for (const statement of [
        "select * from graphile_worker._private_jobs",
        "delete from graphile_worker._private_jobs",
        "select graphile_worker.add_job('job.report')",
      ]) {
        const tried = db.write(SYSTEM, (tx) => tx.run((sql) => sql.unsafe(statement)));
        await expect(tried).rejects.toMatchObject({ code: "42501" });
      }
    } finally {
      await db.end();
    }
  });

  test("that fails is tried again later, and tells a code instead of the data it stumbled on", async () => {
    await put(1);
    const failed = gate();
    await work(async (job) => {
      queueMicrotask(() => failed.resolve());
      throw new Error(`王思远 (150202200805121234) could not be read in attempt ${job.attempt}`);
    });
    await failed.promise;
    await workers.splice(0)[0]?.stop();
    const rows =
      await fresh.sql`select last_error, attempts, run_at > now() as later, locked_at from graphile_worker._private_jobs`;
    expect(rows).toEqual([{ lastError: "Error", attempts: 1, later: true, lockedAt: null }]);
    expect(logged).toContain('"kind":"job.report"');
    expect(logged).not.toMatch(/王思远|150202/);
  });

  test("that another has done meanwhile is not done again", async () => {
    await put(1);
    const tries: (string | null)[] = [];
    const done = gate();
    await work(async (job) => {
      // as two workers would that both hold the job
      tries.push(...(await Promise.all([job.once(async () => "done"), job.once(async () => "done")])));
      done.resolve();
    });
    await done.promise;
    expect(tries.sort()).toEqual(["done", null]);
  });
});

describe("a worker", () => {
  test("that is killed in the midst of jobs loses and doubles nothing: the next one does what it held", async () => {
    await put(120);
    const first = child();
    await follow(first, (lines) => lines.filter((line) => line.startsWith("done")).length >= 30);
    await first.end("SIGKILL");
    const [held] = await fresh.sql<{ held: number }[]>`
      select count(*)::int as held from graphile_worker._private_jobs where locked_by is not null`;
    expect(held?.held).toBeGreaterThan(0);

    await follow(child(), emptied);
    const [sum] = await fresh.sql`
      select count(*)::int as rows, count(distinct job)::int as jobs, bool_and(finished) as whole from written`;
    expect(sum).toEqual({ rows: 120, jobs: 120, whole: true });
  });

  test("and another share the queue, each job once", async () => {
    const COUNT = 60;
    await put(COUNT);
    const bothBegan = gate();
    const allDone = gate();
    const begun = new Set<number>();
    let done = 0;
    const share = (which: number) => async (job: Job) => {
      begun.add(which);
      if (begun.size === 2) bothBegan.resolve();
      await bothBegan.promise;
      await job.once((tx) => tx.run((sql) => sql`insert into written (job) values (${job.id}::bigint)`));
      done += 1;
      if (done >= COUNT) allDone.resolve();
    };
    await Promise.all([work(share(1)), work(share(2))]);
    await allDone.promise;
    const [sum] = await fresh.sql`select count(*)::int as rows, count(distinct job)::int as jobs from written`;
    expect(sum).toEqual({ rows: COUNT, jobs: COUNT });
  });

  test("that is told to leave lets its jobs end", async () => {
    await put(1);
    const began = gate();
    const mayEnd = gate();
    const worker = await work(async (job) => {
      began.resolve();
      await mayEnd.promise;
      await job.once((tx) => tx.run((sql) => sql`insert into written (job) values (${job.id}::bigint)`));
    });
    await began.promise;
    const stopped = worker.stop();
    mayEnd.resolve();
    await stopped;
    workers.splice(0);
    expect(await emptied()).toBe(true);
    expect(await fresh.sql`select 1 from written`).toHaveLength(1);
  });
});
