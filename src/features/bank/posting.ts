import type { Id, IsoDate } from "../../domain/id.ts";
import { type AccountKey, type AccountState, accountText, OWN } from "../../domain/ledger/account.ts";
import { applyMovements, type PostedMovement, sidesOf } from "../../domain/ledger/apply.ts";
import type { LedgerCommand } from "../../domain/ledger/command.ts";
import { type Movement, movementsOf } from "../../domain/ledger/movement.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import type { Tx } from "../../db/transaction.ts";
import { type Deposit, depositHash, hashOf } from "./deposit.ts";
import * as store from "./ledger-store.ts";

/** What `post` takes. A deposit brings its achievement along: `postDeposits`, `correctDeposit`. */
export type PostingCommand = Exclude<LedgerCommand, { kind: "DEPOSIT" | "CORRECT" }>;

/** One transaction to post. The caller has authorised it. */
export interface Posting<Command extends LedgerCommand = PostingCommand> {
  readonly learnerId: Id;
  readonly transactionId: Id;
  /** Scoped by learner: the same key with the same content is the same transaction. */
  readonly idempotencyKey: string;
  readonly command: Command;
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

/** A posting with the hash of what it says, and for a deposit the achievement it brings. */
interface Prepared extends Posting<LedgerCommand> {
  readonly contentHash: string;
  readonly movements: readonly Movement[];
  readonly deposit: Deposit | null;
}

/** What became of a posting: `again` where the key had been posted before with the same content. */
export interface Posted {
  readonly kind: "posted" | "again";
  readonly transactionId: Id;
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

/**
 * Posts one ledger transaction.
 * @returns IDEMPOTENCY_MISMATCH, BALANCE_TOO_LOW or ALREADY_REVERSED, and then nothing is written.
 */
export async function post(tx: Tx, posting: Posting): Promise<Posted | Problem> {
  const contentHash = hashOf(contentOf(posting));
  return single(
    postAll(tx, [{ ...posting, contentHash, movements: movementsOf(posting.command), deposit: null }], null),
  );
}

function contentOf({ command, institutionId, effectiveOn, reason }: Posting): object {
  return { command: command, institutionId, effectiveOn, reason };
}

/** One posting in, one answer out. */
async function single(answers: Promise<readonly Posted[] | Problem>): Promise<Posted | Problem> {
  const posted = await answers;
  return isProblem(posted) ? posted : (posted[0] as Posted);
}

/**
 * Deposits achievements, any number of them, of any number of learners, in a fixed number of statements.
 * @returns one answer per deposit, in order; IDEMPOTENCY_MISMATCH with the deposit's place where a key was used for
 *   another content, DEPOSITED_ELSEWHERE where another school used it, and then nothing is written.
 */
export function postDeposits(
  tx: Tx,
  deposits: readonly Deposit[],
  actors: DepositActors,
): Promise<readonly Posted[] | Problem> {
  const prepared = deposits.map((deposit) => {
    const { achievementId, institutionId, unit, credits } = deposit;
    return prepare(deposit, actors, { kind: "DEPOSIT", achievementId, institutionId, unit, credits });
  });
  return postAll(tx, prepared, actors);
}

/**
 * Puts a deposit in the place of an earlier one, as one transaction with the reason for it.
 * @returns ALREADY_REVERSED, NOT_FOUND, BALANCE_TOO_LOW or IDEMPOTENCY_MISMATCH, and then nothing is written.
 */
export async function correctDeposit(
  tx: Tx,
  reverses: Id,
  deposit: Deposit,
  actors: DepositActors & { readonly reason: string },
): Promise<Posted | Problem> {
  const movements = await store.postedMovements(tx, deposit.learnerId, reverses);
  if (movements === null) return problem("NOT_FOUND");
  return single(postAll(tx, [prepare(deposit, actors, { kind: "CORRECT", reverses, movements, deposit })], actors));
}

function prepare(deposit: Deposit, actors: DepositActors, command: LedgerCommand): Prepared {
  return {
    learnerId: deposit.learnerId,
    transactionId: deposit.achievementId,
    idempotencyKey: deposit.idempotencyKey,
    command,
    institutionId: deposit.institutionId,
    homeInstitutionId: deposit.homeInstitutionId,
    actorId: actors.confirmedBy,
    reason: actors.reason ?? null,
    effectiveOn: deposit.completedOn,
    postedAt: actors.postedAt,
    contentHash: depositHash(deposit),
    movements: movementsOf(command),
    deposit,
  };
}

/**
 * The whole of posting: lock, look for what is there, decide, write. `tx` is the writer's: of the application's roles it
 * alone may, and it sees every learner's ledger whole.
 */
async function postAll(
  tx: Tx,
  postings: readonly Prepared[],
  actors: DepositActors | null,
): Promise<readonly Posted[] | Problem> {
  if (postings.length === 0) return [];
  // Only after the locks are held can nobody post the same key behind our back.
  const [, accounts, earlier] = await Promise.all([
    store.openAccounts(tx, accountsOf(postings)),
    store.lockAccounts(tx, accountsOf(postings)),
    store.earlierTransactions(tx, postings),
  ]);
  const sorted = sortOut(postings, earlier);
  if (isProblem(sorted)) return sorted;
  const reversed = await alreadyReversed(tx, sorted.fresh);
  if (reversed !== null) return reversed;
  const ledger = applyAll(sorted.fresh, accounts);
  if (isProblem(ledger)) return ledger;
  await Promise.all([
    store.insertTransactions(tx, sorted.fresh),
    store.insertMovements(tx, ledger.movements),
    store.updateAccounts(tx, ledger.accounts),
    actors === null ? null : store.insertAchievements(tx, sorted.fresh, actors),
    store.markAchievements(tx, sorted.fresh),
  ]);
  return sorted.answers;
}

/** Every account the postings touch, once. */
function accountsOf(postings: readonly Prepared[]): store.LearnerAccount[] {
  const found = new Map<string, store.LearnerAccount>();
  for (const { learnerId, homeInstitutionId, movements, deposit } of postings) {
    // A deposit that moves nothing is locked as well, or two of one key could pass each other.
    const own = deposit === null ? [] : [{ kind: "BANKED", ref: OWN, unit: deposit.unit } as const];
    for (const key of [...movements.flatMap(sidesOf), ...own]) {
      found.set(`${learnerId}/${accountText(key)}`, { learnerId, homeInstitutionId, ...key });
    }
  }
  return [...found.values()];
}

interface SortedOut {
  readonly fresh: readonly Prepared[];
  readonly answers: readonly Posted[];
}

/** Tells what is new from what was posted before, in an earlier transaction or further up in this one. */
function sortOut(postings: readonly Prepared[], earlier: readonly store.EarlierTransaction[]): SortedOut | Problem {
  const keyOf = (posting: { learnerId: Id; idempotencyKey: string }) =>
    `${posting.learnerId}/${posting.idempotencyKey}`;
  const known = new Map(earlier.map((found) => [keyOf(found), found]));
  const fresh: Prepared[] = [];
  const answers: Posted[] = [];
  for (const [place, posting] of postings.entries()) {
    const before = known.get(keyOf(posting));
    if (before === undefined) {
      fresh.push(posting);
      answers.push({ kind: "posted", transactionId: posting.transactionId });
      known.set(keyOf(posting), { ...posting, id: posting.transactionId });
    } else if (before.contentHash === posting.contentHash) {
      answers.push({ kind: "again", transactionId: before.id });
    } else {
      const path = ["postings", String(place)];
      // what another school deposited stays hidden from this one; that it is there does not
      if (before.institutionId !== posting.institutionId) return problem("DEPOSITED_ELSEWHERE", {}, path);
      return problem("IDEMPOTENCY_MISMATCH", { key: posting.idempotencyKey }, path);
    }
  }
  return { fresh, answers };
}

/** A transaction is reversed once. The index behind it is the net; here it is told. */
async function alreadyReversed(tx: Tx, postings: readonly Prepared[]): Promise<Problem | null> {
  for (const { learnerId, command } of postings) {
    if (command.kind !== "REVERSE" && command.kind !== "CORRECT") continue;
    if (await store.isReversed(tx, learnerId, command.reverses)) return problem("ALREADY_REVERSED");
  }
  return null;
}

interface Applied {
  readonly movements: readonly (PostedMovement & store.Owned)[];
  readonly accounts: readonly (store.LearnerAccount & AccountState)[];
}

/** Applies all postings, learner by learner, in their order. */
function applyAll(
  postings: readonly Prepared[],
  locked: readonly (store.LearnerAccount & AccountState)[],
): Applied | Problem {
  const keys = new Map<string, store.LearnerAccount>();
  const states = new Map<Id, Map<string, AccountState>>();
  for (const { version, balance, ...account } of locked) {
    const key: AccountKey = account;
    keys.set(`${account.learnerId}/${accountText(key)}`, account);
    const own = states.get(account.learnerId) ?? new Map<string, AccountState>();
    states.set(account.learnerId, own.set(accountText(key), { version, balance }));
  }
  const movements: (PostedMovement & store.Owned)[] = [];
  const changed = new Map<string, store.LearnerAccount & AccountState>();
  for (const posting of postings) {
    const own = states.get(posting.learnerId) ?? new Map<string, AccountState>();
    const applied = applyMovements(own, posting.movements);
    if (isProblem(applied)) return applied;
    for (const [line, movement] of applied.movements.entries()) {
      movements.push({ ...movement, line: line + 1, ...ownerOf(posting) });
      for (const text of sidesOf(movement).map(accountText)) {
        const state = applied.accounts.get(text);
        const account = keys.get(`${posting.learnerId}/${text}`);
        if (state === undefined || account === undefined) throw new Error(`account ${text} was not locked`);
        own.set(text, state);
        changed.set(`${posting.learnerId}/${text}`, { ...account, ...state });
      }
    }
  }
  return { movements, accounts: [...changed.values()] };
}

function ownerOf({ learnerId, transactionId, institutionId, homeInstitutionId }: Prepared): Omit<store.Owned, "line"> {
  return { learnerId, transactionId, institutionId, homeInstitutionId };
}
