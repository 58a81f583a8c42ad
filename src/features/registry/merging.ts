import { type Action, authorise, authoriseList } from "../../auth/policy.ts";
import { institutionsOf, type Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { readReason } from "./documents.ts";
import * as store from "./merge-store.ts";

type MergeAct = "MERGE" | "APART" | "PART";

/**
 * Merging is an alias: one record is read together with another, and no row moves. The ledger is append-only, and every
 * key begins with its learner, so moving would mean to reverse and post again; an alias leaves all that was posted, decided
 * and registered where it was, and parting restores it to the letter.
 */
const ACTIONS: Readonly<Record<MergeAct, Action>> = {
  MERGE: "learner.merge",
  APART: "learner.keepApart",
  PART: "learner.part",
};

/** Records alike of the viewer's school, the newest first; one more than the page holds. FORBIDDEN */
export async function mergeCases(
  tx: Tx,
  viewer: Viewer,
  page: { readonly first: number; readonly after: readonly string[] | null; readonly waiting: boolean },
): Promise<readonly store.MergeCaseRow[] | Problem> {
  const scope = authoriseList(viewer, "mergeCase.read");
  return isProblem(scope) ? scope : store.mergeCases(tx, institutionsOf(viewer), page);
}

/**
 * Settles a case, with why: its records are one person's, or two people's; or what was merged is parted. Where they are of
 * two schools both agree before it is done.
 * @returns FORBIDDEN, NOT_FOUND, INVALID_INPUT, MERGE_CASE_SETTLED, MERGE_CASE_AGREED, MERGE_CHAIN, MERGE_TWO_PLACES
 */
export async function settleMergeCase(
  tx: Tx,
  viewer: Viewer,
  of: { readonly learnerId: Id; readonly id: Id },
  asked: { readonly act: MergeAct; readonly reason: string; readonly now: Date },
): Promise<store.MergeCaseRow | Problem> {
  const row = await store.mergeCaseById(tx, of.learnerId, of.id);
  const why = readReason(asked.reason);
  const refused = authorise(viewer, ACTIONS[asked.act], {
    learnerId: of.learnerId,
    institutionIds: [row?.institutionId ?? null, row?.otherInstitutionId ?? null],
    what: { type: "MergeCase", id: of.id },
    ...(isProblem(why) ? {} : { reason: why }),
  });
  if (refused !== null) return refused;
  if (row === null) return problem("NOT_FOUND");
  if (isProblem(why)) return why;
  const settled = await store.settleMergeCase(tx, row, { act: asked.act, why, at: asked.now.toISOString() });
  switch (settled) {
    case "SETTLED":
      return problem("MERGE_CASE_SETTLED");
    case "AGREED_BEFORE":
      return problem("MERGE_CASE_AGREED");
    case "CHAIN":
      return problem("MERGE_CHAIN");
    case "TWO_PLACES":
      return problem("MERGE_TWO_PLACES");
    default:
      return (await store.mergeCaseById(tx, of.learnerId, of.id)) ?? problem("NOT_FOUND");
  }
}
