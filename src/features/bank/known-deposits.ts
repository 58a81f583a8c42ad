import type { Tx } from "../../db/transaction.ts";
import { formatCredits } from "../../domain/credit.ts";
import { formatGrade } from "../../domain/grade-text.ts";
import type { Id } from "../../domain/id.ts";
import type { CellProblem } from "../../domain/sheet/cell.ts";
import { achievementKeyOf, type Deposit, depositHash, keyAfter } from "./deposit.ts";
import * as store from "./recording-store.ts";

/** What has been recorded under the key of an achievement. */
export interface Known {
  /** What stands there: deposited, or waiting to be; null where all of it was taken back. */
  readonly standing: (store.KnownDeposit & { readonly posted: store.PostedDeposit | null }) | null;
  /** What was deposited there last, standing or not: whatever comes next comes after it. */
  readonly last: Id | null;
}

/** Everything recorded of some learners, by learner and achievement, and what waits to be taken back. */
export interface KnownDeposits {
  of(deposit: Pick<Deposit, "learnerId" | "idempotencyKey">): Known;
  /** Whether an open batch is about to take an achievement back or to replace it. */
  isBeingCorrected(achievementId: Id): boolean;
}

const NOTHING: Known = { standing: null, last: null };
const nameOf = ({ learnerId, idempotencyKey }: Pick<Deposit, "learnerId" | "idempotencyKey">): string =>
  `${learnerId}/${achievementKeyOf(idempotencyKey)}`;

/** Reads what is known of learners at a school that records them, but for what a batch of theirs says that is being recorded. */
export async function knownDeposits(
  tx: Tx,
  institutionId: Id,
  learnerIds: readonly Id[],
  recording: Id | null = null,
): Promise<KnownDeposits> {
  const [deposited, waiting, corrected] = await Promise.all([
    store.depositedOf(tx, learnerIds),
    store.waitingOf(tx, institutionId, learnerIds, recording),
    store.correctionsWaiting(tx, institutionId, learnerIds, recording),
  ]);
  const known = new Map<string, Known>();
  for (const row of deposited) {
    const contentHash = row.said === null ? row.contentHash : depositHash(row.said);
    const standing = row.status === "REVERSED" ? null : { ...row, contentHash, posted: row };
    known.set(nameOf(row), { standing: standing ?? known.get(nameOf(row))?.standing ?? null, last: row.id });
  }
  for (const row of waiting) {
    const { standing, last } = known.get(nameOf(row)) ?? NOTHING;
    // what waits to come after the last deposit is what will stand; what waits beside it is the same deposit again
    const follows = row.idempotencyKey === keyAfter(achievementKeyOf(row.idempotencyKey), last);
    if (standing === null || (last !== null && follows))
      known.set(nameOf(row), { standing: { ...row, posted: null }, last });
  }
  return {
    of: (deposit) => known.get(nameOf(deposit)) ?? NOTHING,
    isBeingCorrected: (achievementId) => corrected.has(achievementId),
  };
}

/** What a row changes, as a reader sees it: 85 → 90. */
export function difference(before: store.KnownDeposit, deposit: Deposit): CellProblem["params"] {
  const text = (language: "zh" | "en"): string => {
    const [old, fresh] = [before, deposit].map(({ grade, credits, completedOn }) => [
      grade === null ? "—" : formatGrade(grade, language),
      formatCredits(credits),
      completedOn,
    ]);
    const changes = (old ?? []).map((part, place) => [part, fresh?.[place]]).filter(([was, is]) => was !== is);
    return changes.map((change) => change.join(" → ")).join(", ");
  };
  return { what: text("zh"), "what.en": text("en") };
}
