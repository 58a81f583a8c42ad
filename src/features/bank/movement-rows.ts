import type { CreditUnit } from "../../domain/credit.ts";
import { movementsOf } from "../../domain/ledger/movement.ts";
import type { Side } from "../../domain/ledger/movement.ts";
import type { MovementRow, MovedAccount, Step } from "./ledger-store.ts";
import type { Ready } from "./settling.ts";

/**
 * The movements of postings with whose they are, and what they make of their accounts, sorted as they are locked.
 * Ten thousand at a time pass here, so nothing is copied.
 */
export function movementRows(postings: readonly Ready[]): {
  readonly accounts: readonly MovedAccount[];
  readonly movements: readonly MovementRow[];
} {
  const byText = new Map<string, MovedAccount>();
  const movements: MovementRow[] = [];
  for (const posting of postings) {
    for (const [index, movement] of movementsOf(posting.command).entries()) {
      const { debit, credit, unit, amount } = movement;
      movements.push({
        posting,
        movement,
        line: index + 1,
        debit: step(byText, posting, debit, unit, -amount),
        credit: step(byText, posting, credit, unit, amount),
      });
    }
  }
  const accounts = [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, account]) => account);
  for (const [index, account] of accounts.entries()) account.place = index + 1;
  return { accounts, movements };
}

function step(
  byText: Map<string, MovedAccount>,
  { learnerId, homeInstitutionId }: Ready,
  { kind, ref }: Side,
  unit: CreditUnit,
  change: number,
): Step {
  const text = `${learnerId}/${kind}/${ref}/${unit}`;
  let account = byText.get(text);
  if (account === undefined) {
    account = { learnerId, homeInstitutionId, kind, ref, unit, place: 0, movements: 0, sum: 0 };
    byText.set(text, account);
  }
  account.movements += 1;
  account.sum += change;
  return { account, movements: account.movements, sum: account.sum };
}
