import fc from "fast-check";
import { expect, test } from "vitest";
import { type AccountKey, accountText, OWN } from "../../../src/domain/ledger/account.ts";
import { achievementsOf, admit, movePositions, type Positions } from "../../../src/domain/ledger/admit.ts";
import { type Accounts, applyMovements, sidesOf } from "../../../src/domain/ledger/apply.ts";
import type { LedgerCommand } from "../../../src/domain/ledger/command.ts";
import { movementsOf } from "../../../src/domain/ledger/movement.ts";
import { proveLedger, type StoredLedger, type StoredTransaction } from "../../../src/domain/ledger/proof.ts";
import { standingAfter } from "../../../src/domain/ledger/standing.ts";
import { isProblem } from "../../../src/domain/problem.ts";

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const SCHOOL = id(900);

/** A bank in memory that takes whatever the rules admit, and stores it as the tables do. */
class Bank {
  readonly transactions: StoredTransaction[] = [];
  readonly achievements = new Map<string, StoredLedger["achievements"][number]>();
  #accounts: Accounts = new Map();
  readonly #keys = new Map<string, AccountKey>();
  #positions: Positions = new Map();

  take(command: LedgerCommand): void {
    const moved = movementsOf(command);
    if (admit(command, this.#positions) !== null) return;
    const applied = applyMovements(this.#accounts, moved);
    if (isProblem(applied)) return;
    const reversesId = command.kind === "REVERSE" || command.kind === "CORRECT" ? command.reverses.id : null;
    if (reversesId !== null && this.transactions.some((each) => each.reversesId === reversesId)) return;
    for (const side of moved.flatMap(sidesOf)) this.#keys.set(accountText(side), side);
    this.#accounts = applied.accounts;
    this.#positions = movePositions(this.#positions, moved);
    const deposit = command.kind === "DEPOSIT" ? command : command.kind === "CORRECT" ? command.deposit : null;
    const name = deposit?.achievementId ?? id(100 + this.transactions.length);
    this.transactions.push({
      id: name,
      kind: command.kind,
      institutionId: SCHOOL,
      reversesId,
      movements: applied.movements.map((movement, place) => ({ ...movement, line: place + 1 })),
    });
    if (deposit !== null) {
      const { unit, credits } = deposit;
      this.achievements.set(name, {
        id: name,
        institutionId: SCHOOL,
        unit,
        credits,
        status: "DEPOSITED",
        asPosted: true,
      });
    }
    for (const { achievementId, status } of standingAfter(command)) {
      const marked = this.achievements.get(achievementId);
      if (marked !== undefined) this.achievements.set(achievementId, { ...marked, status });
    }
  }

  stored(): StoredLedger {
    const accounts = [...this.#keys].map(([text, key]) => {
      const state = this.#accounts.get(text) ?? { version: 0, balance: 0 };
      return { ...key, ...state };
    });
    return { transactions: this.transactions, accounts, achievements: [...this.achievements.values()] };
  }
}

interface Step {
  readonly kind: LedgerCommand["kind"];
  readonly of: number;
  readonly towards: number;
  readonly credits: number;
}
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<LedgerCommand["kind"][]>(
      "DEPOSIT",
      "DEPOSIT",
      "HOLD",
      "HOLD",
      "RELEASE",
      "RECOGNISE",
      "EXPIRE",
      "REVOKE",
      "SUPERSEDE",
      "REVERSE",
      "CORRECT",
    ),
    of: fc.nat({ max: 6 }),
    towards: fc.nat({ max: 1 }),
    credits: fc.integer({ min: 1, max: 4 }).map((n) => n * 50),
  }),
  { minLength: 3, maxLength: 25 },
);

function commandOf(bank: Bank, { kind, of, towards, credits }: Step): LedgerCommand | null {
  const fresh = {
    achievementId: id(bank.achievements.size + 1),
    unit: "SECONDARY" as const,
    credits,
    institutionId: SCHOOL,
  };
  if (kind === "DEPOSIT") return { kind, ...fresh };
  const reverses = bank.transactions[of];
  if (kind === "REVERSE") return reverses === undefined ? null : { kind, reverses };
  if (kind === "CORRECT") return reverses === undefined ? null : { kind, reverses, deposit: fresh };
  const about = [...bank.achievements.values()][of];
  if (about === undefined) return null;
  const source = { achievementId: about.id, unit: about.unit, credits: about.credits };
  if (kind === "EXPIRE" || kind === "REVOKE") return { kind, ...source };
  if (kind === "SUPERSEDE") return { kind, ...source, institutionId: SCHOOL };
  const application = { applicationId: id(800 + towards), registrationId: id(700 + towards), sources: [source] };
  if (kind !== "RECOGNISE") return { kind, ...application };
  return { kind, ...application, decisionId: id(600), lines: [{ line: 1, unit: "ASSOCIATE", credits }] };
}

function bankAfter(taken: readonly Step[]): StoredLedger {
  const bank = new Bank();
  bank.take({ kind: "DEPOSIT", achievementId: id(1), unit: "SECONDARY", credits: 200, institutionId: SCHOOL });
  for (const step of taken) {
    const command = commandOf(bank, step);
    if (command !== null) bank.take(command);
  }
  return bank.stored();
}

test("whatever the rules admit is proved", () => {
  fc.assert(
    fc.property(steps, (taken) => {
      expect(proveLedger(bankAfter(taken))).toBeNull();
    }),
    { numRuns: 400 },
  );
});

/** Every single thing that could be stored otherwise: a figure, an account, a name, a whole row. */
function tamperings(stored: StoredLedger): StoredLedger[] {
  const { transactions, accounts, achievements } = stored;
  const without = <T>(rows: readonly T[]): T[][] =>
    rows.map((_, place) => rows.filter((_row, other) => other !== place));
  const changed = <T>(rows: readonly T[], changes: (row: T) => readonly T[]): T[][] =>
    rows.flatMap((row, place) => changes(row).map((other) => rows.with(place, other)));
  const movements = (transaction: StoredTransaction): StoredTransaction[] =>
    [
      ...without(transaction.movements),
      ...changed(transaction.movements, (movement) => [
        { ...movement, amount: movement.amount + 1 },
        { ...movement, unit: "BACHELOR" as const },
        { ...movement, debit: { ...movement.debit, ref: id(555) } },
        { ...movement, credit: { ...movement.credit, ref: id(555) } },
        { ...movement, debit: movement.credit, credit: movement.debit },
        { ...movement, debitState: { ...movement.debitState, balance: movement.debitState.balance + 1 } },
        { ...movement, creditState: { ...movement.creditState, version: movement.creditState.version + 1 } },
      ]),
    ].map((altered) => ({ ...transaction, movements: altered }));
  return [
    ...changed(transactions, movements).map((altered) => ({ ...stored, transactions: altered })),
    ...without(transactions.filter(({ movements: lines }) => lines.length > 0)).map((left) => ({
      ...stored,
      transactions: left,
    })),
    ...[
      ...without(accounts),
      ...changed(accounts, (account) => [
        { ...account, balance: account.balance + 1 },
        { ...account, version: account.version + 1 },
        { ...account, ref: account.ref === OWN ? id(555) : OWN },
      ]),
    ].map((altered) => ({ ...stored, accounts: altered })),
    ...[
      ...without(achievements),
      ...changed(achievements, (each) => [
        { ...each, credits: each.credits + 1 },
        { ...each, unit: "BACHELOR" as const },
        { ...each, asPosted: false },
        { ...each, institutionId: id(555) },
        { ...each, status: each.status === "DEPOSITED" ? ("REVOKED" as const) : ("DEPOSITED" as const) },
      ]),
      [...achievements, { ...(achievements[0] as (typeof achievements)[number]), id: id(556) }],
    ].map((altered) => ({ ...stored, achievements: altered })),
  ];
}

test("nothing in it can be stored otherwise without a fault", () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const unnoticed = tamperings(bankAfter(taken)).filter((stored) => proveLedger(stored) === null);
      expect(unnoticed).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test("what a command moves is what the proof expects of its kind", () => {
  const command: LedgerCommand = {
    kind: "DEPOSIT",
    achievementId: id(1),
    unit: "SECONDARY",
    credits: 0,
    institutionId: SCHOOL,
  };
  expect(achievementsOf(command)).toEqual([]);
  const bank = new Bank();
  bank.take(command);
  expect(proveLedger(bank.stored())).toBeNull();
});
