import { type Coalescer, coalescer } from "../../db/coalescer.ts";
import type { Database } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import type { Problem } from "../../domain/problem.ts";
import { settle } from "./counting.ts";
import type { Posted, Prepared } from "./settling.ts";

/** Where single transactions are posted, together with whatever others post at the same moment. */
export interface LedgerDesk {
  /**
   * Posts what `prepare`, `prepareDeposit` or `prepareCorrection` made ready; its actor is authorised already. The answer
   * comes once it is committed. The same key again is the same answer, so a caller that heard none asks again.
   * @returns QUEUE_FULL at once where too many wait, else what `settle` returns
   */
  submit(posting: Prepared): Promise<Posted | Problem>;
  /** Settles what is waiting and takes nothing new. */
  end(): Promise<void>;
}

/**
 * Opens the desk on pools of the writer's, one transaction under way in each: while one waits for its commit, the next is
 * being settled. A learner always goes to the same one, so that their postings keep the order they came in.
 */
export function openLedgerDesk(
  writers: readonly [Database, ...Database[]],
  bounds: { readonly queueMax?: number; readonly batchMax?: number } = {},
): LedgerDesk {
  const desks: Coalescer<Prepared, Posted | Problem>[] = writers.map((db) =>
    coalescer<Prepared, Posted | Problem>({ ...bounds, db, settle, ownerOf: (posting) => posting.learnerId }),
  );
  const deskOf = (learnerId: Id) => desks[Number.parseInt(learnerId.slice(-8), 16) % desks.length];
  return {
    submit: (posting) => (deskOf(posting.learnerId) as Coalescer<Prepared, Posted | Problem>).submit(posting),
    async end() {
      await Promise.all(desks.map((desk) => desk.end()));
    },
  };
}
