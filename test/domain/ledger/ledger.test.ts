import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AccountState, accountText, isSource, OWN } from "../../../src/domain/ledger/account.ts";
import { applyMovements, type PostedMovement, sidesOf } from "../../../src/domain/ledger/apply.ts";
import type { LedgerCommand } from "../../../src/domain/ledger/command.ts";
import { inverse, movementsOf } from "../../../src/domain/ledger/movement.ts";
import { isProblem } from "../../../src/domain/problem.ts";

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const SCHOOL = id(1);
const APPLICATION = id(2);
const REGISTRATION = id(3);
const DECISION = id(4);
const CREDITS = { achievementId: id(10), unit: "SECONDARY", credits: 350 } as const;
const DEPOSIT = { kind: "DEPOSIT", institutionId: SCHOOL, ...CREDITS } as const;

/** The movements of a command as a reader writes them. */
function written(command: LedgerCommand): string[] {
  const name = new Map([
    [SCHOOL, "school"],
    [APPLICATION, "application"],
    [REGISTRATION, "registration"],
    [OWN, ""],
  ]);
  return movementsOf(command).map(({ debit, credit, unit, amount }) => {
    const [from, to] = [debit, credit].map((side) => `${side.kind}[${name.get(side.ref)}]`);
    return `${from} -> ${to} ${amount} ${unit}`;
  });
}

describe("the table of movements", () => {
  test("a deposit issues credits to the learner", () => {
    expect(written(DEPOSIT)).toEqual(["ISSUED[school] -> BANKED[] 350 SECONDARY"]);
  });

  test("what carries no credits moves nothing", () => {
    expect(written({ ...DEPOSIT, credits: 0 })).toEqual([]);
  });

  test("a hold claims, a release gives back, and neither touches what is banked", () => {
    const hold = { applicationId: APPLICATION, registrationId: REGISTRATION, sources: [CREDITS] };
    expect(written({ kind: "HOLD", ...hold })).toEqual(["CLAIM[registration] -> HELD[application] 350 SECONDARY"]);
    expect(written({ kind: "RELEASE", ...hold })).toEqual(["HELD[application] -> CLAIM[registration] 350 SECONDARY"]);
  });

  test("a recognition uses what was held and recognises credits in another unit, line by line", () => {
    const command: LedgerCommand = {
      kind: "RECOGNISE",
      applicationId: APPLICATION,
      registrationId: REGISTRATION,
      decisionId: DECISION,
      sources: [CREDITS],
      lines: [{ line: 1, unit: "ASSOCIATE", credits: 300 }],
    };
    expect(written(command)).toEqual([
      "HELD[application] -> USED[registration] 350 SECONDARY",
      "CONVERTED[registration] -> RECOGNISED[registration] 300 ASSOCIATE",
    ]);
    expect(movementsOf(command)[1]).toMatchObject({ decisionId: DECISION, decisionLine: 1 });
  });

  test("expiry and revocation take from what is banked", () => {
    expect(written({ kind: "EXPIRE", ...CREDITS })).toEqual(["BANKED[] -> EXPIRED[] 350 SECONDARY"]);
    expect(written({ kind: "REVOKE", ...CREDITS })).toEqual(["BANKED[] -> REVOKED[] 350 SECONDARY"]);
  });

  test("what a better result supersedes goes back to who issued it", () => {
    expect(written({ kind: "SUPERSEDE", institutionId: SCHOOL, ...CREDITS })).toEqual([
      "BANKED[] -> ISSUED[school] 350 SECONDARY",
    ]);
  });

  test("a reversal is the negative of its transaction, and a correction adds the right deposit", () => {
    const reversed = { reverses: { id: id(10), kind: "DEPOSIT", movements: movementsOf(DEPOSIT) } } as const;
    expect(written({ kind: "REVERSE", ...reversed })).toEqual(["BANKED[] -> ISSUED[school] 350 SECONDARY"]);
    const deposit = { ...DEPOSIT, achievementId: id(11), credits: 400 };
    expect(written({ kind: "CORRECT", ...reversed, deposit })).toEqual([
      "BANKED[] -> ISSUED[school] 350 SECONDARY",
      "ISSUED[school] -> BANKED[] 400 SECONDARY",
    ]);
  });

  test("a correction of a correction takes back the last deposit only", () => {
    const first = { id: id(10), kind: "DEPOSIT" as const, movements: movementsOf(DEPOSIT) };
    const second = { ...DEPOSIT, achievementId: id(11), credits: 400 };
    const correction = movementsOf({ kind: "CORRECT", reverses: first, deposit: second });
    const corrected = { id: id(11), kind: "CORRECT" as const, movements: correction };
    const third = { ...DEPOSIT, achievementId: id(12), credits: 300 };
    expect(written({ kind: "CORRECT", reverses: corrected, deposit: third })).toEqual([
      "BANKED[] -> ISSUED[school] 400 SECONDARY",
      "ISSUED[school] -> BANKED[] 300 SECONDARY",
    ]);
    expect(written({ kind: "REVERSE", reverses: corrected })).toEqual(["BANKED[] -> ISSUED[school] 400 SECONDARY"]);
  });
});

/** One learner's ledger, kept by the code under test; the model beside it is the plain list of what was accepted. */
class Ledger {
  accounts: ReadonlyMap<string, AccountState> = new Map();
  readonly log: PostedMovement[] = [];
  readonly accepted: LedgerCommand[] = [];

  post(command: LedgerCommand): boolean {
    const applied = applyMovements(this.accounts, movementsOf(command));
    if (isProblem(applied)) return false;
    this.accounts = applied.accounts;
    this.log.push(...applied.movements);
    this.accepted.push(command);
    return true;
  }
}

const amounts = fc.record({
  achievementId: fc.integer({ min: 100, max: 105 }).map(id),
  unit: fc.constantFrom("SECONDARY", "ASSOCIATE", "ITEM"),
  credits: fc.integer({ min: 0, max: 800 }),
}) as fc.Arbitrary<{ achievementId: string; unit: "SECONDARY" | "ASSOCIATE" | "ITEM"; credits: number }>;
const towards = { applicationId: fc.integer({ min: 20, max: 21 }).map(id), registrationId: fc.constant(REGISTRATION) };

/** A command, or "reverse the n-th accepted one". */
const steps: fc.Arbitrary<LedgerCommand | number> = fc.oneof(
  fc
    .record({ kind: fc.constant("DEPOSIT" as const), institutionId: fc.constant(SCHOOL) })
    .chain((c) => amounts.map((amount) => ({ ...c, ...amount }))),
  amounts.chain((amount) => fc.constantFrom("EXPIRE" as const, "REVOKE" as const).map((kind) => ({ kind, ...amount }))),
  fc.record({
    kind: fc.constantFrom("HOLD" as const, "RELEASE" as const),
    ...towards,
    sources: fc.array(amounts, { maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant("RECOGNISE" as const),
    ...towards,
    decisionId: fc.constant(DECISION),
    sources: fc.array(amounts, { maxLength: 3 }),
    lines: amounts.map(({ unit, credits }) => [{ line: 1, unit, credits }]),
  }),
  fc.nat({ max: 30 }),
);

function run(script: readonly (LedgerCommand | number)[]): Ledger {
  const ledger = new Ledger();
  for (const step of script) {
    const earlier = typeof step === "number" ? ledger.accepted[step] : undefined;
    const reverses = { id: id(0), kind: earlier?.kind ?? "HOLD", movements: earlier ? movementsOf(earlier) : [] };
    const reversal = { kind: "REVERSE" as const, reverses };
    ledger.post(typeof step === "number" ? reversal : step);
  }
  return ledger;
}

describe("whatever is posted in whatever order", () => {
  const scripts = fc.array(steps, { maxLength: 40 });

  test("all accounts of a unit sum to zero", () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const sums = new Map<string, number>();
        for (const [text, { balance }] of run(script).accounts) {
          const unit = text.split("/").at(-1) ?? "";
          sums.set(unit, (sums.get(unit) ?? 0) + balance);
        }
        expect([...sums.values()].every((sum) => sum === 0)).toBe(true);
      }),
    );
  });

  test("only sources run negative", () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const negative = [...run(script).accounts].filter(([, { balance }]) => balance < 0);
        expect(negative.every(([text]) => isSource(text.split("/")[0] as "ISSUED"))).toBe(true);
      }),
    );
  });

  test("versions have no gaps, and each movement carries the balance that replaying gives", () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const replayed = new Map<string, AccountState>();
        for (const movement of run(script).log) {
          const [debit, credit] = sidesOf(movement).map(accountText) as [string, string];
          for (const [text, change, state] of [
            [debit, -movement.amount, movement.debitState],
            [credit, movement.amount, movement.creditState],
          ] as const) {
            const before = replayed.get(text) ?? { version: 0, balance: 0 };
            expect(state).toEqual({ version: before.version + 1, balance: before.balance + change });
            replayed.set(text, state);
          }
        }
      }),
    );
  });

  test("a refused command changes nothing", () => {
    fc.assert(
      fc.property(scripts, amounts, (script, amount) => {
        const ledger = run(script);
        const before = new Map(ledger.accounts);
        const banked = before.get(accountText({ kind: "BANKED", ref: OWN, unit: amount.unit }))?.balance ?? 0;
        expect(ledger.post({ kind: "EXPIRE", ...amount, credits: banked + 1 })).toBe(false);
        expect(ledger.accounts).toEqual(before);
      }),
    );
  });

  test("a reversal right after its transaction restores every balance", () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const ledger = run(script);
        const last = ledger.accepted.at(-1);
        if (last === undefined) return;
        const movements = movementsOf(last);
        const applied = applyMovements(ledger.accounts, movements.toReversed().map(inverse));
        const replayed = new Ledger();
        for (const command of ledger.accepted.slice(0, -1)) replayed.post(command);
        if (isProblem(applied)) throw new Error("a reversal of the last transaction was refused");
        for (const [text, { balance }] of applied.accounts) {
          expect(balance).toBe(replayed.accounts.get(text)?.balance ?? 0);
        }
      }),
    );
  });
});
