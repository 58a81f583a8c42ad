import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import { hex } from "./document-store.ts";

export type MergeState = "OPEN" | "AGREED" | "MERGED" | "TWO_PEOPLE" | "PARTED";

/** Two records that bear one number. */
export interface MergeCaseRow {
  readonly learnerId: Id;
  readonly id: Id;
  readonly otherId: Id;
  readonly institutionId: Id;
  readonly otherInstitutionId: Id | null;
  readonly foundBy: "REGISTRY_NUMBER" | "DOCUMENT";
  readonly state: MergeState;
  readonly openedAt: string;
  readonly agreedInstitutionId: Id | null;
  readonly decidedAt: string | null;
  readonly reason: string | null;
}

/** One record of a case. */
export interface MergeRecordRow {
  readonly learnerId: Id;
  readonly institutionId: Id | null;
}

/** Another record, found by the hash of a number that it bears. */
export interface Alike {
  readonly learnerId: Id;
  readonly lookup: Uint8Array;
}

/** Opens a case for each pair that has not been looked at before. */
export async function openMergeCases(
  tx: Tx,
  pairs: readonly { readonly learnerId: Id; readonly id: Id; readonly alike: Alike }[],
): Promise<void> {
  if (pairs.length === 0) return;
  const ids = pairs.map(({ id }) => id);
  const learnerIds = pairs.map(({ learnerId }) => learnerId);
  const others = pairs.map(({ alike }) => alike.learnerId);
  const lookups = pairs.map(({ alike }) => hex(alike.lookup));
  await tx.run(
    (sql) => sql`/* registry.openMergeCases */
      select open_merge_cases(${ids}::uuid[], ${learnerIds}::uuid[], ${others}::uuid[],
        ${lookups as string[]}::text[]::bytea[])`,
  );
}

/** The cases of some schools, the newest first; those that wait, where only they are asked for. */
export function mergeCases(
  tx: Tx,
  institutionIds: readonly Id[],
  page: { readonly first: number; readonly after: readonly string[] | null; readonly waiting: boolean },
) {
  const [at = null, id = null] = page.after ?? [];
  return tx.run(
    (sql) => sql<MergeCaseRow[]>`/* registry.mergeCases */
      select learner_id, id, other_id, institution_id, other_institution_id, found_by, state, opened_at, agreed_institution_id,
        decided_at, reason
      from merge_case
      where (institution_id = any(${institutionIds as Id[]}::uuid[]) or other_institution_id = any(${institutionIds as Id[]}::uuid[]))
        and (not ${page.waiting} or state in ('OPEN', 'AGREED'))
        and (${at}::timestamptz is null or (opened_at, id) < (${at}::timestamptz, ${id}::uuid))
      order by opened_at desc, id desc limit ${page.first + 1}`,
  );
}

export async function mergeCaseById(tx: Tx, learnerId: Id, id: Id): Promise<MergeCaseRow | null> {
  const rows = await tx.run(
    (sql) => sql<MergeCaseRow[]>`/* registry.mergeCaseById */
      select learner_id, id, other_id, institution_id, other_institution_id, found_by, state, opened_at, agreed_institution_id,
        decided_at, reason
      from merge_case where learner_id = ${learnerId} and id = ${id}`,
  );
  return rows[0] ?? null;
}

/** What became of a case, or why it was not settled. */
export type Settled =
  | "MERGED"
  | "AGREED"
  | "TWO_PEOPLE"
  | "PARTED"
  | "SETTLED"
  | "AGREED_BEFORE"
  | "CHAIN"
  | "TWO_PLACES";

export async function settleMergeCase(
  tx: Tx,
  { learnerId, id }: Pick<MergeCaseRow, "learnerId" | "id">,
  by: { readonly act: "MERGE" | "APART" | "PART"; readonly why: string; readonly at: string },
): Promise<Settled> {
  const [row] = await tx.run(
    (sql) => sql<{ readonly settled: Settled }[]>`/* registry.settleMergeCase */
      select settle_merge_case(${learnerId}, ${id}, ${by.act}, ${by.why}, ${by.at}::timestamptz) as settled`,
  );
  if (row === undefined) throw new Error("a function without an answer");
  return row.settled;
}
