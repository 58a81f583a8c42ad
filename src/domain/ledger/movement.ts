import type { Credits, CreditUnit } from "../credit.ts";
import type { Id } from "../id.ts";
import { type AccountKind, OWN } from "./account.ts";
import type {
  Amount,
  DepositCommand,
  HoldCommand,
  LedgerCommand,
  PostedTransaction,
  RecogniseCommand,
} from "./command.ts";

/** One end of a movement; the unit is the movement's. */
export interface Side {
  readonly kind: AccountKind;
  readonly ref: Id;
}

/** Credits that leave one account for another: it balances by construction. `amount` is above zero. */
export interface Movement {
  readonly debit: Side;
  readonly credit: Side;
  readonly unit: CreditUnit;
  readonly amount: Credits;
  readonly achievementId: Id | null;
  readonly decisionId: Id | null;
  readonly decisionLine: number | null;
}

/** What a command moves, in order: the table of DESIGN section 3. What carries no credits moves nothing. */
export function movementsOf(command: LedgerCommand): readonly Movement[] {
  return table(command).filter((movement) => movement.amount > 0);
}

function table(command: LedgerCommand): Movement[] {
  switch (command.kind) {
    case "DEPOSIT":
      return [deposit(command)];
    case "HOLD":
      return hold(command);
    case "RELEASE":
      return hold(command).map(inverse);
    case "RECOGNISE":
      return recognise(command);
    case "EXPIRE":
      return [move({ kind: "BANKED", ref: OWN }, { kind: "EXPIRED", ref: OWN }, command)];
    case "REVOKE":
      return [move({ kind: "BANKED", ref: OWN }, { kind: "REVOKED", ref: OWN }, command)];
    case "SUPERSEDE":
      return [inverse(deposit(command))];
    case "REVERSE":
      return undo(command.reverses);
    case "CORRECT":
      return [...undo(command.reverses), deposit(command.deposit)];
  }
}

/** The same credits the other way. */
export function inverse(movement: Movement): Movement {
  return { ...movement, debit: movement.credit, credit: movement.debit };
}

/**
 * The negative of a transaction. Of a correction only its own deposit is taken back: what it had undone before stays
 * undone, or the credits of the first deposit would come back beside those of the next.
 */
function undo({ id, kind, movements }: PostedTransaction): Movement[] {
  const own = kind === "CORRECT" ? movements.filter(({ achievementId }) => achievementId === id) : movements;
  return own.toReversed().map(inverse);
}

function deposit(command: Omit<DepositCommand, "kind">): Movement {
  return move({ kind: "ISSUED", ref: command.institutionId }, { kind: "BANKED", ref: OWN }, command);
}

function hold(command: HoldCommand): Movement[] {
  const claim: Side = { kind: "CLAIM", ref: command.registrationId };
  const held: Side = { kind: "HELD", ref: command.applicationId };
  return command.sources.map((source) => move(claim, held, source));
}

function recognise(command: RecogniseCommand): Movement[] {
  const held: Side = { kind: "HELD", ref: command.applicationId };
  const used: Side = { kind: "USED", ref: command.registrationId };
  const converted: Side = { kind: "CONVERTED", ref: command.registrationId };
  const recognised: Side = { kind: "RECOGNISED", ref: command.registrationId };
  return [
    ...command.sources.map((source) => move(held, used, source)),
    ...command.lines.map(({ line, unit, credits }) => ({
      debit: converted,
      credit: recognised,
      unit,
      amount: credits,
      achievementId: null,
      decisionId: command.decisionId,
      decisionLine: line,
    })),
  ];
}

function move(debit: Side, credit: Side, { achievementId, unit, credits }: Amount): Movement {
  return { debit, credit, unit, amount: credits, achievementId, decisionId: null, decisionLine: null };
}
