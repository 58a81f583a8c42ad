import { type Problem, problem } from "../problem.ts";
import { type AccountKey, type AccountState, accountText, isSource, NEW_ACCOUNT } from "./account.ts";
import type { Movement } from "./movement.ts";

/** The accounts of one learner that a posting touches, by `accountText`. */
export type Accounts = ReadonlyMap<string, AccountState>;

/** A movement with what both its accounts became by it, so that a reader can audit by eye. */
export interface PostedMovement extends Movement {
  readonly debitState: AccountState;
  readonly creditState: AccountState;
}

export interface Applied {
  readonly kind: "applied";
  readonly movements: readonly PostedMovement[];
  /** Every account as it stands afterwards, the untouched ones too. */
  readonly accounts: Accounts;
}

/** The two accounts of a movement. */
export function sidesOf(movement: Movement): readonly [AccountKey, AccountKey] {
  return [
    { ...movement.debit, unit: movement.unit },
    { ...movement.credit, unit: movement.unit },
  ];
}

/**
 * Applies movements in order. Each gives both its accounts their next version, without gaps.
 * @returns BALANCE_TOO_LOW, and nothing applied, where an account that is no source would end below zero.
 */
export function applyMovements(accounts: Accounts, movements: readonly Movement[]): Applied | Problem {
  const states = new Map(accounts);
  const touched = new Map<string, AccountKey>();
  const posted = movements.map((movement): PostedMovement => {
    const [debit, credit] = sidesOf(movement);
    touched.set(accountText(debit), debit).set(accountText(credit), credit);
    return {
      ...movement,
      debitState: next(states, accountText(debit), -movement.amount),
      creditState: next(states, accountText(credit), movement.amount),
    };
  });
  // Tested at the end: a correction may pass through zero on its way.
  for (const [text, key] of touched) {
    const balance = states.get(text)?.balance ?? 0;
    if (balance < 0 && !isSource(key.kind)) return problem("BALANCE_TOO_LOW", { account: key.kind });
  }
  return { kind: "applied", movements: posted, accounts: states };
}

function next(states: Map<string, AccountState>, text: string, amount: number): AccountState {
  const { version, balance } = states.get(text) ?? NEW_ACCOUNT;
  const state = { version: version + 1, balance: balance + amount };
  states.set(text, state);
  return state;
}
