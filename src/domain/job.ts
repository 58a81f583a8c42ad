import { z } from "zod";

/** What a job may carry: ids, dates, codes and numbers. Never a name, an address or a text: whoever sees the queue sees it. */

/**
 * The kinds of work done outside requests, each with what it needs to know. A payload is a hint where to look; the rows
 * it points at are the truth, for the queue is not backed up and a job may run again.
 */
export const JOBS = {
  /** Counts the jobs that have failed for good, so that they do not pass unnoticed. */
  "job.report": z.object({}),
} as const satisfies Readonly<Record<string, z.ZodType<Readonly<Record<string, string | number | boolean>>>>>;

export type JobKind = keyof typeof JOBS;
export type JobPayload<Kind extends JobKind> = z.infer<(typeof JOBS)[Kind]>;

export const isJobKind = (name: string): name is JobKind => Object.hasOwn(JOBS, name);
