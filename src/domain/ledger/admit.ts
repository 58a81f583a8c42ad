import type { Credits } from "../credit.ts";
import type { Id } from "../id.ts";
import { type Problem, type ProblemCode, problem } from "../problem.ts";
import { type AccountKey, accountText, HOLDING_KINDS, OWN } from "./account.ts";
import { sidesOf } from "./apply.ts";
import type { Amount, HoldCommand, LedgerCommand, RecogniseCommand } from "./command.ts";
import { type Movement, movementsOf } from "./movement.ts";

/** Where the credits of a learner's achievements lie: what went into an account minus what left it, by `positionText`. */
export type Positions = ReadonlyMap<string, Credits>;

/** A text that names the part of an account that belongs to one achievement. */
export function positionText(achievementId: Id, account: AccountKey): string {
  return `${achievementId} ${accountText(account)}`;
}

/** Positions with the movements added. What belongs to no achievement changes none. */
export function movePositions(positions: Positions, movements: readonly Movement[]): Positions {
  const moved = new Map(positions);
  for (const movement of movements) {
    if (movement.achievementId === null) continue;
    const [debit, credit] = sidesOf(movement).map((account) => positionText(movement.achievementId ?? "", account));
    if (debit === undefined || credit === undefined) continue;
    moved.set(debit, (moved.get(debit) ?? 0) - movement.amount);
    moved.set(credit, (moved.get(credit) ?? 0) + movement.amount);
  }
  return moved;
}

/** The achievements a command moves: whose positions `admit` has to know. */
export function achievementsOf(command: LedgerCommand): readonly Id[] {
  return [...new Set(movementsOf(command).flatMap(({ achievementId }) => achievementId ?? []))];
}

/**
 * Whether the rules of the ledger admit a command; `positions` are those of its achievements before it.
 *
 * No achievement leaves an account that it does not lie in. At a hold, per achievement and registration, what is held and
 * used stays within what is banked, and what is used was held. What an application holds does not expire. A reversal is
 * final, a release is not reversed, and only a deposit is corrected. A correction or a revocation may well leave less banked than is held or used: the truth goes first, and
 * what rests on it is reviewed.
 * @returns BALANCE_TOO_LOW, HELD_ABOVE_BANKED, ACHIEVEMENT_HELD, NOT_REVERSIBLE, or null
 */
export function admit(command: LedgerCommand, positions: Positions): Problem | null {
  if (isFinal(command)) return problem("NOT_REVERSIBLE");
  if (command.kind === "EXPIRE" && isHeld(command.achievementId, positions)) return problem("ACHIEVEMENT_HELD");
  const moved = movePositions(positions, movementsOf(command));
  if (command.kind === "HOLD") return firstOf(command.sources, (source) => heldAbove(command, source, moved));
  if (command.kind === "RECOGNISE") {
    const unheld = firstOf(command.sources, (source) => usedUnheld(command, source, moved));
    if (unheld !== null) return unheld;
  }
  return leavesNothingMissing(positions, moved);
}

function isFinal(command: LedgerCommand): boolean {
  // whoever wants a release undone holds again, and is held to what is banked by then
  if (command.kind === "REVERSE") return command.reverses.kind === "REVERSE" || command.reverses.kind === "RELEASE";
  return command.kind === "CORRECT" && command.reverses.kind !== "DEPOSIT" && command.reverses.kind !== "CORRECT";
}

function isHeld(achievementId: Id, positions: Positions): boolean {
  return [...positions].some(([text, credits]) => text.startsWith(`${achievementId} HELD/`) && credits > 0);
}

/** HELD + USED towards a registration is what its CLAIM is overdrawn by: holding takes from there, releasing gives back. */
function heldAbove(
  { registrationId }: HoldCommand,
  { achievementId, unit }: Amount,
  moved: Positions,
): ProblemCode | null {
  const claim = positionText(achievementId, { kind: "CLAIM", ref: registrationId, unit });
  const banked = positionText(achievementId, { kind: "BANKED", ref: OWN, unit });
  return -(moved.get(claim) ?? 0) > (moved.get(banked) ?? 0) ? "HELD_ABOVE_BANKED" : null;
}

/** What is used towards a registration was held towards it, by whichever application. */
function usedUnheld(
  { registrationId }: RecogniseCommand,
  { achievementId, unit }: Amount,
  moved: Positions,
): ProblemCode | null {
  const claim = positionText(achievementId, { kind: "CLAIM", ref: registrationId, unit });
  const used = positionText(achievementId, { kind: "USED", ref: registrationId, unit });
  return (moved.get(used) ?? 0) > -(moved.get(claim) ?? 0) ? "BALANCE_TOO_LOW" : null;
}

function leavesNothingMissing(before: Positions, moved: Positions): Problem | null {
  const isHolding = (text: string) => (HOLDING_KINDS as readonly string[]).includes(accountOf(text));
  const short = [...moved].find(([text, credits]) => {
    const was = before.get(text) ?? 0;
    // no more comes back to a registration's claim than was taken from it
    if (accountOf(text) === "CLAIM") return credits > 0 && credits > was;
    return credits < 0 && credits < was && isHolding(text);
  });
  return short === undefined ? null : problem("BALANCE_TOO_LOW", { account: accountOf(short[0]) });
}

/** The kind of account in a position's text. */
function accountOf(text: string): string {
  return text.slice(text.indexOf(" ") + 1, text.indexOf("/"));
}

function firstOf<T>(items: readonly T[], found: (item: T) => ProblemCode | null): Problem | null {
  for (const item of items) {
    const code = found(item);
    if (code !== null) return problem(code);
  }
  return null;
}
