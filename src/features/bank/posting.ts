import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { LedgerCommand } from "../../domain/ledger/command.ts";
import { isProblem, type Problem } from "../../domain/problem.ts";
import { correctionHash, correctionHashWithReason, type Deposit, depositHash, hashOf, postingHash } from "./deposit.ts";
import { type Posted, type Prepared, settle } from "./settling.ts";

/** What `post` takes. A deposit brings its achievement along: `postDeposits`, `correctDeposit`. */
export type PostingCommand =
  | Exclude<LedgerCommand, { kind: "DEPOSIT" | "CORRECT" | "REVERSE" }>
  | { readonly kind: "REVERSE"; readonly reverses: Id };

/** One transaction to post. The caller has authorised it. */
export interface Posting {
  readonly learnerId: Id;
  readonly transactionId: Id;
  /** Scoped by learner: the same key with the same content is the same transaction. */
  readonly idempotencyKey: string;
  readonly command: PostingCommand;
  /** The institution that acts, and the learner's home school now. */
  readonly institutionId: Id;
  readonly homeInstitutionId: Id | null;
  readonly actorId: Id;
  /** Why, or the citation it rests on. */
  readonly reason: string | null;
  readonly effectiveOn: IsoDate;
  /** ISO instant. */
  readonly postedAt: string;
}

/** Two people, and when: every deposit is recorded by one and confirmed by another. */
export interface DepositActors {
  readonly recordedBy: Id;
  readonly confirmedBy: Id;
  readonly batchId: Id | null;
  /** ISO instant. */
  readonly postedAt: string;
  readonly reason?: string;
}

/** A posting ready for the ledger. */
export function prepare({ command, ...posting }: Posting): Prepared {
  const { institutionId, effectiveOn, reason } = posting;
  const rest = { ...posting, kind: command.kind, achievement: null };
  const said = { command, institutionId, effectiveOn };
  const hashes = { contentHash: postingHash(said), hashWithReason: hashOf({ ...said, reason }) };
  return command.kind === "REVERSE"
    ? { ...rest, ...hashes, command: null, reversesId: command.reverses }
    : { ...rest, ...hashes, command, reversesId: null };
}

/** A deposit ready for the ledger. */
export function prepareDeposit(deposit: Deposit, actors: DepositActors): Prepared {
  const { achievementId, institutionId, unit, credits } = deposit;
  return {
    ...bringing(deposit, actors),
    kind: "DEPOSIT",
    command: { kind: "DEPOSIT", achievementId, institutionId, unit, credits },
    reversesId: null,
    contentHash: depositHash(deposit),
    hashWithReason: null,
  };
}

/** A correction ready for the ledger: the deposit it puts in the place of an earlier one, and why. */
export function prepareCorrection(
  reverses: Id,
  deposit: Deposit,
  actors: DepositActors & { readonly reason: string },
): Prepared {
  return {
    ...bringing(deposit, actors),
    kind: "CORRECT",
    command: null,
    reversesId: reverses,
    contentHash: correctionHash(deposit, reverses),
    hashWithReason: correctionHashWithReason(deposit, reverses, actors.reason),
  };
}

function bringing(deposit: Deposit, actors: DepositActors) {
  const { reason = null, ...people } = actors;
  return {
    learnerId: deposit.learnerId,
    transactionId: deposit.achievementId,
    idempotencyKey: deposit.idempotencyKey,
    institutionId: deposit.institutionId,
    homeInstitutionId: deposit.homeInstitutionId,
    actorId: actors.confirmedBy,
    reason,
    effectiveOn: deposit.completedOn,
    postedAt: actors.postedAt,
    achievement: { deposit, ...people },
  };
}

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
