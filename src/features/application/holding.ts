import type { Tx } from "../../db/transaction.ts";
import { sourcesOf } from "../../domain/application/verdict.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { Amount } from "../../domain/ledger/command.ts";
import { isProblem, type Problem } from "../../domain/problem.ts";
import { readInput } from "../../domain/recognition/input.ts";
import type { RecognitionOutcome } from "../../domain/recognition/outcome.ts";
import { post, type PostingCommand } from "../bank/service.ts";
import type * as store from "./store.ts";

/** For which application the ledger is moved, by whom, and when. */
export interface Holder {
  readonly row: Pick<
    store.ApplicationRow,
    "learnerId" | "id" | "version" | "registrationId" | "institutionId" | "homeInstitutionId" | "input" | "amounts"
  >;
  readonly actorId: Id;
  /** ISO instant. */
  readonly at: string;
  readonly on: IsoDate;
  readonly newId: () => Id;
}

/** What the ledger calls the sources an answer draws on. */
export function amountsFor({ row }: Holder, outcome: RecognitionOutcome): readonly Amount[] {
  const drawn = new Set(sourcesOf(readInput(row.input), outcome));
  return row.amounts.filter(({ achievementId }) => drawn.has(achievementId));
}

/**
 * Moves what an application holds from one answer to the next: what it no longer draws on is released, what it draws on
 * newly is held. Null stands for holding nothing.
 */
export async function hold(
  tx: Tx,
  holder: Holder,
  from: RecognitionOutcome | null,
  to: RecognitionOutcome | null,
): Promise<Problem | null> {
  const before = from === null ? [] : amountsFor(holder, from);
  const after = to === null ? [] : amountsFor(holder, to);
  const not = (others: readonly Amount[]) => (amount: Amount) =>
    others.every(({ achievementId }) => achievementId !== amount.achievementId);
  const released = before.filter(not(after));
  const taken = after.filter(not(before));
  return (await move(tx, holder, "RELEASE", released)) ?? (await move(tx, holder, "HOLD", taken));
}

async function move(
  tx: Tx,
  holder: Holder,
  kind: "HOLD" | "RELEASE",
  sources: readonly Amount[],
): Promise<Problem | null> {
  if (sources.length === 0) return null;
  const { id: applicationId, registrationId } = holder.row;
  return postFor(tx, holder, { kind, applicationId, registrationId, sources });
}

/** Posts one transaction for an application; the same step again is the same transaction. */
export async function postFor(tx: Tx, holder: Holder, command: PostingCommand): Promise<Problem | null> {
  const { row, actorId, at, on, newId } = holder;
  const posted = await post(tx, {
    learnerId: row.learnerId,
    transactionId: newId(),
    idempotencyKey: `APPLICATION/${row.id}/${row.version}/${command.kind}`,
    command,
    institutionId: row.institutionId,
    homeInstitutionId: row.homeInstitutionId,
    actorId,
    reason: null,
    effectiveOn: on,
    postedAt: at,
  });
  return isProblem(posted) ? posted : null;
}
