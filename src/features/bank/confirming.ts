import { v7 } from "uuid";
import { authorise } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { dayInChina } from "../../domain/date.ts";
import type { Id } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import type { NoticeEvent } from "../../domain/notice.ts";
import { raise } from "../notice/service.ts";
import { nameOfAccount } from "../identity/service.ts";
import * as store from "./batch-store.ts";
import { reasonOf } from "./correction.ts";
import { postAll } from "./posting.ts";
import { type DepositActors, prepare, prepareCorrection, prepareDeposit } from "./preparing.ts";
import type { Progress } from "./progress.ts";
import { openReviewCases } from "./reviewing.ts";
import type { Prepared } from "./settling.ts";

/** How many rows are posted at once, all in one transaction. */
const CHUNK_ROWS = 2000;

export interface Confirmed {
  readonly kind: "confirmed";
  readonly batch: store.BatchRow;
  readonly postedRows: number;
  readonly alreadyPostedRows: number;
}

/**
 * Deposits every ready row of a batch in one transaction of the writer's: the rows are marked and posted together or not
 * at all. The confirmer is another registrar of the same school; rows set aside stay a remainder.
 * @returns FORBIDDEN, NOT_FOUND, BATCH_NOT_OPEN, CONFIRMER_RECORDED, or IDEMPOTENCY_MISMATCH with the row where another
 *   content was deposited under its key meanwhile
 */
export async function confirmBatch(
  tx: Tx,
  viewer: Viewer,
  id: Id,
  now: Date,
  progress?: Progress,
): Promise<Confirmed | Problem> {
  const batch = await openBatch(tx, viewer, id, "batch.confirm");
  if (isProblem(batch)) return batch;
  const { accountId } = viewer;
  if (accountId === null) return problem("FORBIDDEN");
  if (batch.recordedBy === accountId) return problem("CONFIRMER_RECORDED");
  const lines = await store.readyLines(tx, batch.institutionId, batch.id);
  const at = now.toISOString();
  const { institutionId, recordedBy } = batch;
  const actors = { institutionId, recordedBy, confirmedBy: accountId, batchId: batch.id, postedAt: at };
  const already = await postLines(tx, lines, actors, progress);
  if (isProblem(already)) return already;
  await store.markLines(tx, batch.institutionId, batch.id, already);
  const name = await nameOfAccount(tx, accountId);
  await store.closeBatch(tx, batch, { by: accountId, name, at });
  const cases = await openReviewCases(tx, lines, at);
  await raise(tx, [...told(batch, lines, already, at), ...cases]);
  const closed = (await store.batchById(tx, batch.institutionId, batch.id)) ?? batch;
  return {
    kind: "confirmed",
    batch: closed,
    postedRows: lines.length - already.length,
    alreadyPostedRows: already.length,
  };
}

/** What learners are told of a confirmed batch: how much of it is theirs and new, and how much was corrected. */
function told(
  batch: store.BatchRow,
  lines: readonly store.ReadyLine[],
  already: readonly number[],
  happenedAt: string,
): readonly NoticeEvent[] {
  const old = new Set(already);
  const posted = lines.filter(({ rowNo }) => !old.has(rowNo));
  const event = (kind: "CREDITS_DEPOSITED" | "CREDITS_CORRECTED", key: string, of: readonly store.ReadyLine[]) => {
    const learners = [...counted(of)].map(([learnerId, count]) => ({ learnerId, count }));
    const facts = { institutionId: batch.institutionId, learners };
    return learners.length === 0 ? [] : [{ kind, key, happenedAt, facts }];
  };
  return [
    ...event(
      "CREDITS_DEPOSITED",
      batch.id,
      posted.filter(({ corrects }) => corrects === null),
    ),
    ...event(
      "CREDITS_CORRECTED",
      `${batch.id}/corrected`,
      posted.filter(({ corrects }) => corrects !== null),
    ),
  ];
}

/** How many lines are whose. */
function counted(lines: readonly store.ReadyLine[]): ReadonlyMap<Id, number> {
  const counts = new Map<Id, number>();
  for (const { learnerId } of lines) counts.set(learnerId, (counts.get(learnerId) ?? 0) + 1);
  return counts;
}

/** Posts lines chunk by chunk. @returns the numbers of those rows that had been posted before */
async function postLines(
  tx: Tx,
  lines: readonly store.ReadyLine[],
  actors: Confirming,
  progress: Progress | undefined,
): Promise<readonly number[] | Problem> {
  const already: number[] = [];
  for (let from = 0; from < lines.length; from += CHUNK_ROWS) {
    const chunk = lines.slice(from, from + CHUNK_ROWS);
    const posted = await postAll(
      tx,
      chunk.map((line) => prepareLine(line, actors)),
    );
    if (isProblem(posted)) return { ...posted, path: ["rows", String(chunk[Number(posted.path?.[1])]?.rowNo ?? "")] };
    already.push(...chunk.filter((_, place) => posted[place]?.kind === "again").map(({ rowNo }) => rowNo));
    progress?.(from + chunk.length, lines.length);
  }
  return already;
}

type Confirming = DepositActors & { readonly institutionId: Id };

/** A line as the ledger takes it. */
function prepareLine({ learnerId, deposit, corrects, taken }: store.ReadyLine, actors: Confirming): Prepared {
  if (corrects === null) {
    if (deposit === null) throw new Error("a ready row brings a deposit or takes one back");
    return prepareDeposit(deposit, actors);
  }
  const { achievementId, kind } = corrects;
  const reason = reasonOf(corrects);
  if (deposit !== null) return prepareCorrection(achievementId, deposit, { ...actors, reason });
  if (taken === null) throw new Error("what a row takes back is gone");
  const { institutionId, confirmedBy, postedAt } = actors;
  const { homeInstitutionId, unit, credits, completedOn } = taken;
  const rest = {
    learnerId,
    transactionId: v7(),
    institutionId,
    homeInstitutionId,
    actorId: confirmedBy,
    reason,
    postedAt,
  };
  return kind === "REVOKE"
    ? prepare({
        ...rest,
        idempotencyKey: `REVOKE/${achievementId}`,
        command: { kind, achievementId, unit, credits },
        effectiveOn: dayInChina(new Date(postedAt)),
      })
    : prepare({
        ...rest,
        idempotencyKey: `REVERSE/${achievementId}`,
        command: { kind: "REVERSE", reverses: achievementId },
        // as if it had never been: the balance of every day since then is mended
        effectiveOn: completedOn,
      });
}

/** Throws a batch away before it is confirmed; whoever recorded it may, and so may any registrar of the school. */
export async function discardBatch(tx: Tx, viewer: Viewer, id: Id): Promise<Confirmed | Problem> {
  const batch = await openBatch(tx, viewer, id, "batch.discard");
  if (isProblem(batch)) return batch;
  await store.discardBatch(tx, batch);
  const closed = (await store.batchById(tx, batch.institutionId, batch.id)) ?? batch;
  return { kind: "confirmed", batch: closed, postedRows: 0, alreadyPostedRows: 0 };
}

/** The batch of the viewer's own school, held and still open. */
async function openBatch(
  tx: Tx,
  viewer: Viewer,
  id: Id,
  action: "batch.confirm" | "batch.discard",
): Promise<store.BatchRow | Problem> {
  const { institutionId } = viewer;
  const refused = authorise(viewer, action, { institutionIds: [institutionId], what: { type: "DepositBatch", id } });
  if (refused !== null) return refused;
  const batch = institutionId === null ? null : await store.lockBatch(tx, institutionId, id);
  if (batch === null) return problem("NOT_FOUND");
  return batch.status === "OPEN" ? batch : problem("BATCH_NOT_OPEN", { number: batch.number });
}
