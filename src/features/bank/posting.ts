import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import { isProblem, type Problem } from "../../domain/problem.ts";
import { settle } from "./counting.ts";
import type { Deposit } from "./deposit.ts";
import { type DepositActors, type Posting, prepare, prepareCorrection, prepareDeposit } from "./preparing.ts";
import type { Posted, Prepared } from "./settling.ts";

/**
 * Posts one ledger transaction.
 * @returns IDEMPOTENCY_MISMATCH, ALREADY_REVERSED, NOT_FOUND or what `admit` refuses, and then nothing is written.
 */
export async function post(tx: Tx, posting: Posting): Promise<Posted | Problem> {
  return (await settle(tx, [prepare(posting)]))[0] as Posted | Problem;
}

/**
 * Posts transactions, any number of them, of any number of learners, in a fixed number of statements.
 * @returns one answer per posting, in order; or what is refused with the posting's place, and then nothing may be kept:
 *   IDEMPOTENCY_MISMATCH where a key was used for another content, DEPOSITED_ELSEWHERE where another school used it
 */
export async function postAll(tx: Tx, postings: readonly Prepared[]): Promise<readonly Posted[] | Problem> {
  const answers = await settle(tx, postings);
  for (const [place, answer] of answers.entries()) {
    if (isProblem(answer)) return { ...answer, path: ["postings", String(place)] };
  }
  return answers as readonly Posted[];
}

/** The same of deposits. */
export function postDeposits(tx: Tx, deposits: readonly Deposit[], actors: DepositActors) {
  return postAll(
    tx,
    deposits.map((deposit) => prepareDeposit(deposit, actors)),
  );
}

/**
 * Puts a deposit in the place of an earlier one, as one transaction with the reason for it.
 * @returns ALREADY_REVERSED, NOT_FOUND, IDEMPOTENCY_MISMATCH or what `admit` refuses, and then nothing is written.
 */
export async function correctDeposit(
  tx: Tx,
  reverses: Id,
  deposit: Deposit,
  actors: DepositActors & { readonly reason: string },
): Promise<Posted | Problem> {
  return (await settle(tx, [prepareCorrection(reverses, deposit, actors)]))[0] as Posted | Problem;
}
