import { setTimeout as pause } from "node:timers/promises";
import { Logger, parseCronItems, run, type Task } from "graphile-worker";
import { onceOnly, type Job, JobFailure } from "../db/jobs.ts";
import type { Database } from "../db/transaction.ts";
import { isJobKind, JOBS } from "../domain/job.ts";
import type { Log } from "../log.ts";
import { openLife } from "./life.ts";
import { SCHEDULE, type Tasks } from "./tasks.ts";

export interface WorkerParts {
  /** The login of the service; the worker acts as guantong_job. */
  readonly url: string;
  /** As guantong_job. */
  readonly db: Database;
  readonly log: Log;
  /** A worker takes only jobs of the kinds it has a task for. */
  readonly tasks: Partial<Tasks>;
  /** How long one job may take; what is said below unless given. */
  readonly jobMs?: number;
}

/** A worker at work. */
export interface JobWorker {
  /** Takes no more jobs, lets those at work end for a while, and puts back what did not. */
  stop(): Promise<void>;
}

/** How many jobs at once, and how often to look for those that have become due. */
const CONCURRENCY = 4;
const POLL_MS = 2000;
/** When those at work are told to hurry, and when they are put back; the server waits ten seconds for its requests. */
const HURRY_MS = 4000;
const LEAVE_MS = 8000;
/**
 * How long one job may take: it is told to stop then, and counts as failed where it does not. Should it go on all the same, what it
 * writes is still written once.
 */
const JOB_MS = 15 * 60 * 1000;
/** Of the queue's own statements. */
const QUEUE_STATEMENT_MS = 60_000;
/** How far back a periodic job that was missed is still done. */
const MISSED_MS = 24 * 60 * 60 * 1000;

/** The address as guantong_job's. */
function asJobRole(url: string): string {
  const address = new URL(url);
  address.searchParams.set("options", `-c role=guantong_job -c statement_timeout=${QUEUE_STATEMENT_MS}`);
  return address.href;
}

/** The queue's own words, without the data of jobs. What it says of single jobs is said better in `taskOf`. */
function loggerOf(log: Log): Logger {
  return new Logger((scope) => (level: string, message) => {
    const line = { task: scope.taskIdentifier, job: scope.jobId };
    if (level === "error" && scope.jobId === undefined) log.error(line, message);
    else if (level === "warning") log.warn(line, message);
    else log.debug(line, message);
  });
}

/** A code for whatever was thrown, and where; never its message, which quotes data. */
function failureOf(error: unknown): { readonly failure: string; readonly at: string | undefined } {
  if (!(error instanceof Error)) return { failure: "UNKNOWN", at: undefined };
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  const told = [code, responseCode].filter((part) => typeof part === "string" || typeof part === "number").join(" ");
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return { failure: told === "" ? error.name : told, at: frames.slice(0, 5).join("\n") };
}

/** What a job answers, or that its time is over. */
function orLate(work: Promise<unknown>, late: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const over = (): void => reject(new JobFailure("JOB_TIMEOUT"));
    late.addEventListener("abort", over, { once: true });
    work.then(resolve, reject).finally(() => late.removeEventListener("abort", over));
  });
}

/** A task as the queue calls it: its payload checked, its failure a code. */
function taskOf(name: string, { db, log, tasks, jobMs = JOB_MS }: WorkerParts): Task {
  return async (payload, { job, abortSignal }) => {
    const late = AbortSignal.timeout(jobMs);
    try {
      const task = isJobKind(name) ? tasks[name] : undefined;
      if (task === undefined || !isJobKind(name)) throw new JobFailure("UNKNOWN_KIND");
      const read = JOBS[name].safeParse(payload);
      if (!read.success) throw new JobFailure("PAYLOAD_INVALID");
      const work: Job = {
        id: job.id,
        attempt: job.attempts,
        leaving: AbortSignal.any([abortSignal ?? new AbortController().signal, late]),
        once: (act) => onceOnly(db, job.id, act),
      };
      await orLate((task as (payload: unknown, job: Job) => Promise<unknown>)(read.data, work), late);
    } catch (error) {
      const { failure, at } = failureOf(error);
      log.warn({ job: job.id, kind: name, attempt: job.attempts, of: job.max_attempts, failure, at }, "job failed");
      throw new JobFailure(failure);
    }
  };
}

/** Begins to work the queue. Several processes may; each job is one's. */
export async function startWorker(parts: WorkerParts): Promise<JobWorker> {
  const { url, db, log, tasks } = parts;
  const life = openLife(url, db, log);
  const runner = await run({
    connectionString: asJobRole(url),
    // two beside the jobs: one listens, one schedules
    maxPoolSize: CONCURRENCY + 2,
    concurrency: CONCURRENCY,
    pollInterval: POLL_MS,
    gracefulShutdownAbortTimeout: HURRY_MS,
    noHandleSignals: true,
    logger: loggerOf(log),
    taskList: Object.fromEntries(Object.keys(tasks).map((name) => [name, taskOf(name, parts)])),
    parsedCronItems: parseCronItems(
      SCHEDULE.map(({ kind, at }) => ({ task: kind, match: at, options: { backfillPeriod: MISSED_MS, jobKey: kind } })),
    ),
    preset: { plugins: [life.plugin] },
  }).catch(async (error: unknown) => {
    await life.end();
    throw error;
  });
  let leaving = false;
  runner.promise.catch((error: unknown) => {
    if (!leaving) log.error({ ...failureOf(error) }, "the worker has ended");
  });
  return {
    async stop() {
      leaving = true;
      const stopped = runner.stop().catch(() => undefined);
      const late = await Promise.race([stopped, pause(LEAVE_MS, "late", { ref: false })]);
      if (late === "late") await runner.kill().catch(() => undefined);
      await life.end();
    },
  };
}
