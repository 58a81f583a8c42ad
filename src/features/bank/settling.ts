import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import { achievementsOf, admit, movePositions, type Positions, positionText } from "../../domain/ledger/admit.ts";
import type { LedgerCommand } from "../../domain/ledger/command.ts";
import { movementsOf } from "../../domain/ledger/movement.ts";
import { standingAfter } from "../../domain/ledger/standing.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { leavesReasonOut } from "./deposit.ts";
import * as store from "./ledger-store.ts";
import { movementRows } from "./movement-rows.ts";

/** What became of a posting: `again` where the key had been posted before with the same content. */
export interface Posted {
  readonly kind: "posted" | "again";
  readonly transactionId: Id;
}

/** A posting on its way, with the hash of what it says, and for a deposit the achievement it brings. */
export interface Prepared extends Omit<store.TransactionRow, "kind"> {
  /** The whole command; null while the transaction it reverses or corrects has yet to be read. */
  readonly command: LedgerCommand | null;
  readonly kind: LedgerCommand["kind"];
  readonly achievement: store.AchievementRow | null;
  /** As transactions were hashed when that covered the reason; null for a deposit, whose never did. */
  readonly hashWithReason: string | null;
}

type Known = Pick<store.EarlierTransaction, "id" | "contentHash" | "institutionId" | "reason"> & {
  readonly reasonErased?: boolean;
};
const keyOf = (posting: { readonly learnerId: Id; readonly idempotencyKey: string }): string =>
  `${posting.learnerId}/${posting.idempotencyKey}`;

/** A posting whose command is whole. */
export type Ready = Prepared & { readonly command: LedgerCommand };

/** What a batch is held against: the keys that were used before, and whether a posting is admitted. */
interface Guard {
  readonly known: ReadonlyMap<string, Known>;
  readonly judge: (posting: Prepared) => Ready | Problem;
}
const UNGUARDED: Guard = { known: new Map(), judge: (posting) => posting as Ready };

/** What became of postings, and the courses several results of which are there now. */
export interface Settled {
  readonly answers: readonly (Posted | Problem)[];
  readonly rivalled: readonly store.Rivalled[];
}

/**
 * The whole of posting, for one transaction and for ten thousand: one answer per posting, in order, and what is a problem
 * is not written. `tx` is the writer's: of the application's roles it alone may, and it sees every learner's ledger whole.
 *
 * A deposit can break no rule of the ledger but that of its key, so nothing is read before it is written. Where a batch
 * holds anything else, all of it is admitted first, by the state of its learners' accounts, which are locked for that.
 */
export async function settleEach(tx: Tx, postings: readonly Prepared[]): Promise<Settled> {
  if (postings.length === 0) return { answers: [], rivalled: [] };
  const opened = postings.some(({ kind }) => kind !== "DEPOSIT");
  const { known, judge } = opened ? await guardOf(tx, postings) : UNGUARDED;
  const fresh = new Map<string, Ready>();
  const answers: (Posted | Problem | null)[] = postings.map((posting) => {
    const key = keyOf(posting);
    if (known.has(key) || fresh.has(key)) return null;
    const judged = judge(posting);
    if (isProblem(judged)) return judged;
    fresh.set(key, judged);
    return { kind: "posted", transactionId: judged.transactionId };
  });
  const { late, rivalled } = await write(tx, [...fresh.values()], opened);
  const told = answers.map((answer, place) => {
    const posting = postings[place] as Prepared;
    const key = keyOf(posting);
    const before = late.get(key) ?? known.get(key);
    if (before !== undefined) return repeated(posting, before);
    const twin = fresh.get(key) as Ready;
    return answer ?? repeated(posting, { ...twin, id: twin.transactionId });
  });
  return { answers: told, rivalled };
}

/** Of an erased reason nobody can tell whether it was this one. */
function saysTheSame(posting: Prepared, before: Known): boolean {
  if (before.contentHash === posting.hashWithReason) return true;
  if (before.contentHash !== posting.contentHash) return false;
  return !leavesReasonOut(before.contentHash) || before.reasonErased === true || before.reason === posting.reason;
}

/** The answer to a key that was used before. */
function repeated(posting: Prepared, before: Known): Posted | Problem {
  if (saysTheSame(posting, before)) return { kind: "again", transactionId: before.id };
  // what another school deposited stays hidden from this one; that it is there does not
  if (before.institutionId !== posting.institutionId) return problem("DEPOSITED_ELSEWHERE");
  return problem("IDEMPOTENCY_MISMATCH", { key: posting.idempotencyKey });
}

/** Locks the accounts of a batch's learners and reads, under the locks, what it is admitted by. */
async function guardOf(tx: Tx, postings: readonly Prepared[]): Promise<Guard> {
  const learnerIds = [...new Set(postings.map(({ learnerId }) => learnerId))].sort();
  const reversing = postings.flatMap(({ learnerId, reversesId }) =>
    reversesId === null ? [] : [{ learnerId, id: reversesId }],
  );
  const [, earlier, reversed] = await Promise.all([
    store.lockAccounts(tx, learnerIds),
    store.earlierTransactions(tx, postings),
    store.postedTransactions(tx, reversing),
  ]);
  const known = new Map(earlier.map((found) => [keyOf(found), found]));
  const found = new Map(reversed.map((row) => [`${row.learnerId}/${row.id}`, row]));
  const whole = new Map(postings.map((posting) => [posting, completed(posting, found)]));
  const ready = [...whole.values()].filter((each) => !isProblem(each));
  const achievements = ready.flatMap(({ learnerId, command }) =>
    achievementsOf(command).map((id) => ({ learnerId, id })),
  );
  const [, rows] = await Promise.all([
    store.openAccounts(tx, movementRows(ready).accounts),
    store.positionsOf(tx, achievements),
  ]);
  const book = new Book(rows);
  return {
    known,
    judge(posting) {
      const judged = whole.get(posting) as Ready | Problem;
      return isProblem(judged) ? judged : (book.admit(judged) ?? judged);
    },
  };
}

/** A posting with the transaction it reverses in its command. */
function completed(posting: Prepared, found: ReadonlyMap<string, store.FoundTransaction>): Ready | Problem {
  const { command, learnerId, reversesId, achievement } = posting;
  if (command !== null) return { ...posting, command };
  const reverses = found.get(`${learnerId}/${reversesId}`);
  if (reverses === undefined) return problem("NOT_FOUND");
  if (reverses.reversedBy !== null) return problem("ALREADY_REVERSED");
  if (achievement === null) return { ...posting, command: { kind: "REVERSE", reverses } };
  return { ...posting, command: { kind: "CORRECT", reverses, deposit: achievement.deposit } };
}

/** Where the achievements of a batch lie, learner by learner, while its postings are admitted one after the other. */
class Book {
  readonly #positions = new Map<Id, Positions>();
  readonly #reversed = new Set<Id>();

  constructor(rows: readonly store.PositionRow[]) {
    const byLearner = new Map<Id, Map<string, number>>();
    for (const row of rows) {
      const own = byLearner.get(row.learnerId) ?? new Map<string, number>();
      byLearner.set(row.learnerId, own.set(positionText(row.achievementId, row), row.credits));
    }
    this.#positions = byLearner;
  }

  /** Admits a posting, and takes it into account for those after it; or says why not. */
  admit({ learnerId, command, reversesId }: Ready): Problem | null {
    if (reversesId !== null && this.#reversed.has(reversesId)) return problem("ALREADY_REVERSED");
    const positions = this.#positions.get(learnerId) ?? new Map<string, number>();
    const refused = admit(command, positions);
    if (refused !== null) return refused;
    if (reversesId !== null) this.#reversed.add(reversesId);
    this.#positions.set(learnerId, movePositions(positions, movementsOf(command)));
    return null;
  }
}

/** What was written: `late` are those that were not new, by key. */
interface Written {
  readonly late: ReadonlyMap<string, Known>;
  readonly rivalled: readonly store.Rivalled[];
}

/**
 * Writes what is new. What was not had its key posted by somebody between our looking and our writing, or, for deposits, at
 * any time before.
 */
async function write(tx: Tx, postings: readonly Ready[], opened: boolean): Promise<Written> {
  if (postings.length === 0) return { late: new Map(), rivalled: [] };
  const inserted = await store.insertTransactions(tx, postings);
  const isNew = ({ transactionId }: Ready): boolean => inserted.has(transactionId);
  const fresh = inserted.size === postings.length ? postings : postings.filter(isNew);
  const late = inserted.size === postings.length ? [] : postings.filter((posting) => !isNew(posting));
  const { accounts, movements } = movementRows(fresh);
  const [earlier, , , , rivalled] = await Promise.all([
    store.earlierTransactions(tx, late),
    store.moveAccounts(tx, accounts, movements, opened),
    store.insertAchievements(
      tx,
      fresh.flatMap(({ achievement }) => achievement ?? []),
    ),
    store.markAchievements(
      tx,
      fresh.flatMap(({ learnerId, command }) => standingAfter(command).map((mark) => ({ learnerId, ...mark }))),
    ),
    // by now the learners' accounts are locked: whoever posts for the same course waits, and sees this
    store.rivalledCourses(tx, fresh.flatMap(touchedResults)),
  ]);
  if (earlier.length !== late.length) throw new Error("a transaction with this id was posted under another key");
  return { late: new Map(earlier.map((found) => [keyOf(found), found])), rivalled };
}

/** The results that a posting brings, takes away or gives back; what it does to which may let another one count. */
function touchedResults({ learnerId, command, achievement }: Ready): readonly store.LearnerKey[] {
  // what is superseded has been weighed against the others already, and what expires is no course
  if (command.kind === "SUPERSEDE" || command.kind === "EXPIRE") return [];
  const brought = achievement?.deposit;
  const isResult = brought !== undefined && brought.kind.endsWith("COURSE") && brought.credits > 0;
  const ids = [
    ...(isResult ? [brought.achievementId] : []),
    ...standingAfter(command).map((mark) => mark.achievementId),
  ];
  return ids.map((id) => ({ learnerId, id }));
}
