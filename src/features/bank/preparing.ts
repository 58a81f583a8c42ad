import type { Id, IsoDate } from "../../domain/id.ts";
import type { LedgerCommand } from "../../domain/ledger/command.ts";
import { correctionHash, correctionHashWithReason, type Deposit, depositHash, hashOf, postingHash } from "./deposit.ts";
import type { Prepared } from "./settling.ts";

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
