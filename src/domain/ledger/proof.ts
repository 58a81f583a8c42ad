import type { Credits, CreditUnit } from "../credit.ts";
import type { Id } from "../id.ts";
import {
  type AccountKey,
  type AccountKind,
  type AccountState,
  accountText,
  HOLDING_KINDS,
  isSource,
} from "./account.ts";
import { movePositions, type Positions } from "./admit.ts";
import { type PostedMovement, sidesOf } from "./apply.ts";
import type { LedgerCommand, PostedTransaction } from "./command.ts";
import { type Movement, movementsOf } from "./movement.ts";
import type { Standing } from "./standing.ts";

/** A movement as it is stored: `line` counts from 1 within its transaction. */
export interface StoredMovement extends PostedMovement {
  readonly line: number;
}
export interface StoredTransaction {
  readonly id: Id;
  readonly kind: LedgerCommand["kind"];
  readonly institutionId: Id;
  readonly reversesId: Id | null;
  /** In the order of their lines. */
  readonly movements: readonly StoredMovement[];
}
export interface StoredAccount extends AccountKey, AccountState {}
export interface StoredAchievement {
  readonly id: Id;
  readonly institutionId: Id;
  readonly unit: CreditUnit;
  readonly credits: Credits;
  readonly status: Standing["status"];
  /** Whether it says what its transaction posted; null where that cannot be told any more, for the reason was erased. */
  readonly asPosted: boolean | null;
}

/** All that is stored of one learner's credits. */
export interface StoredLedger {
  readonly transactions: readonly StoredTransaction[];
  readonly accounts: readonly StoredAccount[];
  readonly achievements: readonly StoredAchievement[];
}

export const LEDGER_FAULTS = [
  /** A movement whose transaction is not there. */
  "TRANSACTION_GONE",
  /** A line of a transaction is missing or there twice. */
  "LINE_GONE",
  /** What a transaction reverses is not there. */
  "REVERSED_GONE",
  /** A transaction is reversed twice. */
  "REVERSED_TWICE",
  /** A transaction moves something else than its kind does. */
  "MOVEMENT_ALTERED",
  /** An account's versions have a gap, or one is there twice. */
  "VERSION_BROKEN",
  /** The balance beside a movement is not what the movements up to it add up to. */
  "BALANCE_ALTERED",
  /** An account does not stand where its last movement left it. */
  "ACCOUNT_ALTERED",
  /** More left an account, or a hold, than lay in it. */
  "OVERDRAWN",
  /** A deposit's achievement is not there. */
  "ACHIEVEMENT_GONE",
  /** An achievement that nobody deposited. */
  "ACHIEVEMENT_INSERTED",
  /** An achievement says something else than was deposited. */
  "ACHIEVEMENT_ALTERED",
  /** An achievement counts otherwise than the ledger says. */
  "STANDING_ALTERED",
] as const;
export type LedgerFaultCode = (typeof LEDGER_FAULTS)[number];

/** The first thing that does not fit, and the row it stands in. */
export interface LedgerFault {
  readonly code: LedgerFaultCode;
  /** Null where it is about an account or an achievement as a whole. */
  readonly transactionId: Id | null;
  readonly line: number | null;
  /** `accountText` of the account; null where it is about none. */
  readonly account: string | null;
  readonly achievementId: Id | null;
}

function fault(code: LedgerFaultCode, where: Partial<Omit<LedgerFault, "code">> = {}): LedgerFault {
  return { code, transactionId: null, line: null, account: null, achievementId: null, ...where };
}

/**
 * Whether what is stored of a learner is what the rules of the ledger make of their transactions: every line is there and
 * moves what its kind moves, every account's versions and balances follow from its movements, no achievement was taken
 * from where it did not lie, and achievements say and count what was posted. It believes nothing that it can work out.
 */
export function proveLedger(stored: StoredLedger): LedgerFault | null {
  return (
    transactionFault(stored.transactions) ??
    accountFault(stored) ??
    positionFault(stored.transactions) ??
    achievementFault(stored)
  );
}

function transactionFault(transactions: readonly StoredTransaction[]): LedgerFault | null {
  const byId = new Map(transactions.map((each) => [each.id, each]));
  const reversed = new Set<Id>();
  for (const transaction of transactions) {
    const { id: transactionId, reversesId, movements } = transaction;
    const gap = movements.findIndex(({ line }, place) => line !== place + 1);
    if (gap >= 0) return fault("LINE_GONE", { transactionId, line: gap + 1 });
    if (reversesId !== null) {
      if (!byId.has(reversesId)) return fault("REVERSED_GONE", { transactionId });
      if (reversed.has(reversesId)) return fault("REVERSED_TWICE", { transactionId });
      reversed.add(reversesId);
    }
    const line = alteredLine(transaction, byId);
    if (line !== null) return fault("MOVEMENT_ALTERED", { transactionId, line });
  }
  return null;
}

/** The first line that is not what the transaction's kind moves. */
function alteredLine(transaction: StoredTransaction, byId: ReadonlyMap<Id, StoredTransaction>): number | null {
  const undone = undoneBy(transaction, byId);
  const { movements } = transaction;
  const wrong = movements.findIndex((movement, place) => {
    const expected = undone[place];
    return expected === undefined ? !isOwn(transaction, movement) : !same(expected, movement);
  });
  if (wrong >= 0) return wrong + 1;
  return movements.length < undone.length ? movements.length + 1 : null;
}

/** What a reversal or the first half of a correction has to move; nothing for any other kind. */
function undoneBy({ reversesId }: StoredTransaction, byId: ReadonlyMap<Id, StoredTransaction>): readonly Movement[] {
  const reverses = reversesId === null ? undefined : byId.get(reversesId);
  return reverses === undefined ? [] : movementsOf({ kind: "REVERSE", reverses: reverses satisfies PostedTransaction });
}

const same = (a: Movement, b: Movement): boolean => shapeOf(a) === shapeOf(b) && a.amount === b.amount;
const shapeOf = (movement: Movement): string =>
  [...sidesOf(movement).map(accountText), movement.achievementId, movement.decisionId, movement.decisionLine].join(" ");

/** From which kind of account to which each kind of transaction moves credits of its own. */
const PATHS: { readonly [Kind in LedgerCommand["kind"]]: readonly (readonly [AccountKind, AccountKind])[] } = {
  DEPOSIT: [["ISSUED", "BANKED"]],
  CORRECT: [["ISSUED", "BANKED"]],
  HOLD: [["CLAIM", "HELD"]],
  RELEASE: [["HELD", "CLAIM"]],
  RECOGNISE: [
    ["HELD", "USED"],
    ["CONVERTED", "RECOGNISED"],
  ],
  EXPIRE: [["BANKED", "EXPIRED"]],
  REVOKE: [["BANKED", "REVOKED"]],
  SUPERSEDE: [["BANKED", "ISSUED"]],
  REVERSE: [],
};

/** Whether a movement is one of those that its transaction's kind makes. */
function isOwn({ id, kind, institutionId }: StoredTransaction, movement: Movement): boolean {
  const { debit, credit, amount, achievementId, decisionId } = movement;
  if (amount <= 0 || !PATHS[kind].some(([from, to]) => debit.kind === from && credit.kind === to)) return false;
  if (debit.kind === "ISSUED") return achievementId === id && debit.ref === institutionId;
  if (credit.kind === "ISSUED" && credit.ref !== institutionId) return false;
  return debit.kind === "CONVERTED" ? decisionId !== null : achievementId !== null;
}

/** One account as one movement left it. */
interface Step extends AccountState {
  readonly change: Credits;
  readonly transactionId: Id;
  readonly line: number;
}

function accountFault({ transactions, accounts }: StoredLedger): LedgerFault | null {
  const steps = stepsOf(transactions);
  const stored = new Map(accounts.map((account) => [accountText(account), account]));
  for (const [account, taken] of steps) {
    const end = brokenStep(account, taken);
    if ("code" in end) return end;
    const state = stored.get(account);
    if (state?.version !== end.version || state.balance !== end.balance) return fault("ACCOUNT_ALTERED", { account });
    if (state.balance < 0 && !isSource(state.kind)) return fault("OVERDRAWN", { account });
  }
  const moved = accounts.find((each) => !steps.has(accountText(each)) && (each.version !== 0 || each.balance !== 0));
  return moved === undefined ? null : fault("ACCOUNT_ALTERED", { account: accountText(moved) });
}

function stepsOf(transactions: readonly StoredTransaction[]): ReadonlyMap<string, readonly Step[]> {
  const steps = new Map<string, Step[]>();
  const add = (account: AccountKey, step: Step): void => {
    const own = steps.get(accountText(account));
    if (own === undefined) steps.set(accountText(account), [step]);
    else own.push(step);
  };
  for (const { id: transactionId, movements } of transactions) {
    for (const movement of movements) {
      const { line, amount, debitState, creditState } = movement;
      const [debit, credit] = sidesOf(movement);
      add(debit, { ...debitState, change: -amount, transactionId, line });
      add(credit, { ...creditState, change: amount, transactionId, line });
    }
  }
  return steps;
}

/** The state an account ends in, or the first step that does not follow from those before. */
function brokenStep(account: string, steps: readonly Step[]): AccountState | LedgerFault {
  let state: AccountState = { version: 0, balance: 0 };
  for (const { transactionId, line, change, ...after } of steps.toSorted((a, b) => a.version - b.version)) {
    const where = { transactionId, line, account };
    state = { version: state.version + 1, balance: state.balance + change };
    if (after.version !== state.version) return fault("VERSION_BROKEN", where);
    if (after.balance !== state.balance) return fault("BALANCE_ALTERED", where);
  }
  return state;
}

/** No achievement left an account that it did not lie in, and what is used towards a registration was held towards it. */
function positionFault(transactions: readonly StoredTransaction[]): LedgerFault | null {
  const positions = movePositions(
    new Map(),
    transactions.flatMap(({ movements }) => movements),
  );
  for (const [text, credits] of positions) {
    const [achievementId = "", account = ""] = text.split(" ");
    const [kind = "", ref = "", unit = ""] = account.split("/");
    const where = { achievementId, account };
    if ((HOLDING_KINDS as readonly string[]).includes(kind) && credits < 0) return fault("OVERDRAWN", where);
    if (kind === "USED" && credits > claimed(positions, achievementId, `${ref}/${unit}`))
      return fault("OVERDRAWN", where);
    if (kind === "CLAIM" && credits > 0) return fault("OVERDRAWN", where);
  }
  return null;
}

/** HELD + USED towards a registration is what its CLAIM is overdrawn by. */
function claimed(positions: Positions, achievementId: Id, registration: string): Credits {
  return -(positions.get(`${achievementId} CLAIM/${registration}`) ?? 0);
}

function achievementFault({ transactions, achievements }: StoredLedger): LedgerFault | null {
  const deposits = new Map(
    transactions.filter(({ kind }) => kind === "DEPOSIT" || kind === "CORRECT").map((t) => [t.id, t]),
  );
  const stored = new Set(achievements.map(({ id }) => id));
  const missing = [...deposits.keys()].find((id) => !stored.has(id));
  if (missing !== undefined) return fault("ACHIEVEMENT_GONE", { transactionId: missing, achievementId: missing });
  const standing = standingsOf(transactions);
  for (const achievement of achievements) {
    const { id: achievementId, status } = achievement;
    const deposit = deposits.get(achievementId);
    if (deposit === undefined) return fault("ACHIEVEMENT_INSERTED", { achievementId });
    if (!says(achievement, deposit))
      return fault("ACHIEVEMENT_ALTERED", { transactionId: achievementId, achievementId });
    // what carries no credits leaves no trace in the ledger when it ends
    const told = standing(achievementId);
    if (status !== told && (achievement.credits > 0 || told === "REVERSED" || status === "REVERSED")) {
      return fault("STANDING_ALTERED", { achievementId });
    }
  }
  return null;
}

/** Whether an achievement is the one that its transaction deposited. */
function says(achievement: StoredAchievement, { institutionId, movements }: StoredTransaction): boolean {
  const { id, unit, credits, asPosted } = achievement;
  if (asPosted === false || achievement.institutionId !== institutionId) return false;
  const own = movements.filter(({ achievementId, debit }) => achievementId === id && debit.kind === "ISSUED");
  if (credits === 0) return own.length === 0;
  return own.length === 1 && own[0]?.unit === unit && own[0].amount === credits;
}

/** What each achievement counts as, by its ledger. */
function standingsOf(transactions: readonly StoredTransaction[]): (achievementId: Id) => Standing["status"] {
  const reversed = new Set(transactions.map(({ reversesId }) => reversesId));
  const superseded = new Set(
    transactions.flatMap(({ id, kind, movements }) =>
      kind === "SUPERSEDE" && !reversed.has(id) ? movements.map(({ achievementId }) => achievementId) : [],
    ),
  );
  const ended = new Map<string, Credits>();
  for (const { credit, debit, achievementId, amount } of transactions.flatMap(({ movements }) => movements)) {
    for (const [kind, change] of [
      [credit.kind, amount],
      [debit.kind, -amount],
    ] as const) {
      const name = `${kind} ${achievementId}`;
      ended.set(name, (ended.get(name) ?? 0) + change);
    }
  }
  return (id) => {
    if (reversed.has(id)) return "REVERSED";
    if (superseded.has(id)) return "SUPERSEDED";
    if ((ended.get(`EXPIRED ${id}`) ?? 0) > 0) return "EXPIRED";
    return (ended.get(`REVOKED ${id}`) ?? 0) > 0 ? "REVOKED" : "DEPOSITED";
  };
}
