import type { Tx } from "../../db/transaction.ts";
import { groupBy } from "../../domain/group-by.ts";
import type { Id } from "../../domain/id.ts";
import { OWN } from "../../domain/ledger/account.ts";
import {
  type LedgerFault,
  proveLedger,
  type StoredAchievement,
  type StoredLedger,
  type StoredMovement,
} from "../../domain/ledger/proof.ts";
import { correctionHash, correctionHashWithReason, depositHash, leavesReasonOut } from "./deposit.ts";
import * as store from "./proof-store.ts";

/** How many learners are read at a time: memory stays flat, whatever the bank holds. */
const LEARNERS_AT_A_TIME = 200;

export interface LedgerProof {
  readonly learners: number;
  readonly transactions: number;
  readonly movements: number;
  /** The first thing that does not fit, in the order of the learners' ids; null where all does. */
  readonly fault: (LedgerFault & { readonly learnerId: Id }) | null;
}

/**
 * Proves every learner's ledger from what is stored, and nothing else.
 * @param tx a reading transaction of guantong_job: one view of the whole bank
 * @param told how many learners have been proved so far
 */
export async function proveLedgers(tx: Tx, told: (learners: number) => void = () => undefined): Promise<LedgerProof> {
  const sum = { learners: 0, transactions: 0, movements: 0 };
  let after: Id = OWN;
  for (;;) {
    const span = await store.nextSpan(tx, after, LEARNERS_AT_A_TIME);
    if (span === null) return { ...sum, fault: null };
    for (const [learnerId, stored] of await ledgersOf(tx, span)) {
      const fault = stored.orphan ?? proveLedger(stored);
      if (fault !== null) return { ...sum, fault: { ...fault, learnerId } };
      sum.learners += 1;
      sum.transactions += stored.transactions.length;
      sum.movements += stored.transactions.reduce((all, { movements }) => all + movements.length, 0);
    }
    told(sum.learners);
    after = span.to;
  }
}

/** A movement whose transaction is gone is told of before all else. */
type ReadLedger = StoredLedger & { readonly orphan: LedgerFault | null };

async function ledgersOf(tx: Tx, span: store.Span): Promise<ReadonlyMap<Id, ReadLedger>> {
  const [transactions, movements, accounts, achievements] = await Promise.all([
    store.transactions(tx, span),
    store.movements(tx, span),
    store.accounts(tx, span),
    store.achievements(tx, span),
  ]);
  const rows = {
    transactions: groupBy(transactions, ({ learnerId }) => learnerId),
    movements: groupBy(movements, ({ learnerId }) => learnerId),
    accounts: groupBy(accounts, ({ learnerId }) => learnerId),
    achievements: groupBy(achievements, ({ learnerId }) => learnerId),
  };
  const learners = [...new Set(Object.values(rows).flatMap((byLearner) => [...byLearner.keys()]))].sort();
  return new Map(
    learners.map((id) => [
      id,
      ledgerOf(
        rows.transactions.get(id) ?? [],
        rows.movements.get(id) ?? [],
        rows.accounts.get(id) ?? [],
        rows.achievements.get(id) ?? [],
      ),
    ]),
  );
}

function ledgerOf(
  transactions: readonly store.TransactionRow[],
  movements: readonly store.MovementRow[],
  accounts: readonly store.AccountRow[],
  achievements: readonly store.AchievementRow[],
): ReadLedger {
  const byTransaction = groupBy(movements, ({ transactionId }) => transactionId);
  const byId = new Map(transactions.map((transaction) => [transaction.id, transaction]));
  const lost = movements.find(({ transactionId }) => !byId.has(transactionId));
  return {
    transactions: transactions.map((transaction) => ({
      ...transaction,
      movements: (byTransaction.get(transaction.id) ?? []).map(movementOf),
    })),
    accounts,
    achievements: achievements.map((row) => achievementOf(row, byId.get(row.id))),
    orphan: lost === undefined ? null : orphaned(lost),
  };
}

function orphaned({ transactionId, line }: store.MovementRow): LedgerFault {
  return { code: "TRANSACTION_GONE", transactionId, line, account: null, achievementId: null };
}

function movementOf(row: store.MovementRow): StoredMovement {
  return {
    line: row.line,
    unit: row.unit,
    amount: row.amount,
    debit: { kind: row.debitKind, ref: row.debitRef },
    credit: { kind: row.creditKind, ref: row.creditRef },
    debitState: { version: row.debitVersion, balance: row.debitBalance },
    creditState: { version: row.creditVersion, balance: row.creditBalance },
    achievementId: row.achievementId,
    decisionId: row.decisionId,
    decisionLine: row.decisionLine,
  };
}

function achievementOf(row: store.AchievementRow, transaction: store.TransactionRow | undefined): StoredAchievement {
  return { ...row, asPosted: transaction === undefined ? null : asPosted(row, transaction) };
}

/** Of an older correction whose reason was erased nobody can tell: its hash covers the reason. */
function asPosted(row: store.AchievementRow, transaction: store.TransactionRow): boolean | null {
  const { contentHash, reversesId, reason, reasonDigest } = transaction;
  if (reversesId === null) return depositHash(row) === contentHash;
  if (leavesReasonOut(contentHash)) return correctionHash(row, reversesId) === contentHash;
  if (reason === null && reasonDigest !== null) return null;
  return correctionHashWithReason(row, reversesId, reason ?? "") === contentHash;
}
