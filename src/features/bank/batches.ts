import { authorise, may } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import { type Problem, problem } from "../../domain/problem.ts";
import * as store from "./batch-store.ts";

interface Page {
  readonly first: number;
  readonly after: readonly string[] | null;
}

function ownSchool(viewer: Viewer): Id | Problem {
  const { institutionId } = viewer;
  const refused = authorise(viewer, "batch.read", { institutionIds: [institutionId] });
  return refused ?? institutionId ?? problem("FORBIDDEN");
}

/** Batches of the viewer's school, newest first; for registrars only. */
export async function batchesOf(
  tx: Tx,
  viewer: Viewer,
  filter: Page & { readonly status: string | null },
): Promise<readonly store.BatchRow[] | Problem> {
  const school = ownSchool(viewer);
  return typeof school === "string" ? store.batchesOfSchool(tx, school, filter) : school;
}

/** One batch of the viewer's school; null where there is none. */
export async function batchOf(tx: Tx, viewer: Viewer, id: Id): Promise<store.BatchRow | null | Problem> {
  const school = ownSchool(viewer);
  return typeof school === "string" ? store.batchById(tx, school, id) : school;
}

/** The same by what people call it: K7QX-3M9F, in any case. */
export async function batchNumbered(tx: Tx, viewer: Viewer, number: string): Promise<store.BatchRow | Problem> {
  const school = ownSchool(viewer);
  if (typeof school !== "string") return school;
  return (await store.batchByNumber(tx, school, number.toUpperCase())) ?? problem("NOT_FOUND");
}

/** Whether the viewer may confirm a batch: a registrar of its school who did not record it. */
export function isConfirmable(viewer: Viewer, batch: store.BatchRow): boolean {
  const mayConfirm = may(viewer, "batch.confirm", { institutionIds: [batch.institutionId] });
  return mayConfirm && batch.status === "OPEN" && batch.recordedBy !== viewer.accountId;
}
