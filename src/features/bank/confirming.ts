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
  const at = now.toISOString();
  const { institutionId, recordedBy } = batch;
  const actors = { institutionId, recordedBy, confirmedBy: accountId, batchId: batch.id, postedAt: at };
  await store.planAnew(tx);
  const posted = await postLines(tx, batch, actors, progress);
  if (isProblem(posted)) return posted;
  const { already } = posted;
  await store.markLines(tx, batch.institutionId, batch.id, already);
  const name = await nameOfAccount(tx, accountId);
  await store.closeBatch(tx, batch, { by: accountId, name, at });
  const cases = await openReviewCases(tx, posted.corrections, at);
  await raise(tx, [...told(batch, posted, at), ...cases]);
  const closed = (await store.batchById(tx, batch.institutionId, batch.id)) ?? batch;
  return { kind: "confirmed", batch: closed, postedRows: posted.rows, alreadyPostedRows: already.length };
}

/** What posting a batch came to; of its lines no more is kept than is told of. */
interface Posted {
  /** How many were posted now. */
  rows: number;
  /** The numbers of those rows that had been posted before. */
  readonly already: number[];
  /** The lines that take something back. */
  readonly corrections: store.ReadyLine[];
  /** How many lines, posted now, are whose. */
  readonly deposited: Map<Id, number>;
  readonly corrected: Map<Id, number>;
}

/** What learners are told of a confirmed batch: how much of it is theirs and new, and how much was corrected. */
function told(batch: store.BatchRow, { deposited, corrected }: Posted, happenedAt: string): readonly NoticeEvent[] {
  const event = (
    kind: "CREDITS_DEPOSITED" | "CREDITS_CORRECTED",
    key: string,
    counts: ReadonlyMap<Id, number>,
  ): readonly NoticeEvent[] => {
    const learners = [...counts].map(([learnerId, count]) => ({ learnerId, count }));
    const facts = { institutionId: batch.institutionId, learners };
    return learners.length === 0 ? [] : [{ kind, key, happenedAt, facts }];
  };
  return [
    ...event("CREDITS_DEPOSITED", batch.id, deposited),
    ...event("CREDITS_CORRECTED", `${batch.id}/corrected`, corrected),
  ];
}

/** Posts the ready lines of a batch chunk by chunk. */
async function postLines(
  tx: Tx,
  batch: store.BatchRow,
  actors: Confirming,
  progress: Progress | undefined,
): Promise<Posted | Problem> {
  const sum: Posted = { rows: 0, already: [], corrections: [], deposited: new Map(), corrected: new Map() };
  let done = 0;
  for await (const chunk of store.readyChunks(tx, batch.institutionId, batch.id, CHUNK_ROWS)) {
    const posted = await postAll(
      tx,
      chunk.map((line) => prepareLine(line, actors)),
    );
    if (isProblem(posted)) return { ...posted, path: ["rows", String(chunk[Number(posted.path?.[1])]?.rowNo ?? "")] };
    for (const [place, line] of chunk.entries()) count(sum, line, posted[place]?.kind === "again");
    done += chunk.length;
    progress?.(done, batch.rowCount - batch.badRowCount);
  }
  return sum;
}

function count(sum: Posted, line: store.ReadyLine, isAgain: boolean): void {
  if (line.corrects !== null) sum.corrections.push(line);
  if (isAgain) {
    sum.already.push(line.rowNo);
    return;
  }
  sum.rows += 1;
  const counts = line.corrects === null ? sum.deposited : sum.corrected;
  counts.set(line.learnerId, (counts.get(line.learnerId) ?? 0) + 1);
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
  // what was cut off while it was recorded may be given up
  const isOpen = batch.status === "OPEN" || (action === "batch.discard" && batch.status === "RECORDING");
  return isOpen ? batch : problem("BATCH_NOT_OPEN", { number: batch.number });
}
