import { authorise } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { type Problem, problem } from "../../domain/problem.ts";
import * as store from "./store.ts";

/** Numbers of the queue. */
export const isJobNumber = (text: string): boolean => /^\d{1,18}$/.test(text);

/** Jobs that have failed for good, the newest first; one more than the page holds. */
export async function deadJobs(
  tx: Tx,
  viewer: Viewer,
  page: { readonly first: number; readonly after: readonly string[] | null },
): Promise<readonly store.DeadJobRow[] | Problem> {
  return authorise(viewer, "job.read", {}) ?? store.deadJobs(tx, page.after?.[0] ?? null, page.first + 1);
}

/** Lets a dead job begin anew. @returns NOT_FOUND where it is not dead */
export async function retryJob(tx: Tx, viewer: Viewer, id: string): Promise<{ readonly id: string } | Problem> {
  const refused = authorise(viewer, "job.retry", {});
  if (refused !== null) return refused;
  return isJobNumber(id) && (await store.retryJob(tx, id)) ? { id } : problem("NOT_FOUND", {}, ["jobId"]);
}
