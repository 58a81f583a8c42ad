import type { Credits, CreditUnit } from "../credit.ts";
import type { Id } from "../id.ts";
import type { Movement } from "./movement.ts";

/** An achievement as the ledger knows it: held and used whole. */
export interface Amount {
  readonly achievementId: Id;
  readonly unit: CreditUnit;
  readonly credits: Credits;
}

/** One line of a recognition decision: the credits it grants in the receiving programme's unit. */
export interface RecognisedLine {
  readonly line: number;
  readonly unit: CreditUnit;
  readonly credits: Credits;
}

/** An institution vouches for an achievement: its credits are owned from now on. */
export interface DepositCommand extends Amount {
  readonly kind: "DEPOSIT";
  readonly institutionId: Id;
}
/** An application towards a registration lays its hand on achievements, or lets them go. */
export interface HoldCommand {
  readonly kind: "HOLD" | "RELEASE";
  readonly applicationId: Id;
  readonly registrationId: Id;
  readonly sources: readonly Amount[];
}
/** A decision uses what its application held, and recognises credits in the programme. A shared source appears once. */
export interface RecogniseCommand {
  readonly kind: "RECOGNISE";
  readonly applicationId: Id;
  readonly registrationId: Id;
  readonly decisionId: Id;
  readonly sources: readonly Amount[];
  readonly lines: readonly RecognisedLine[];
}
/** What was owned is owned no longer: its time is over, or it should never have been. */
export interface WithdrawCommand extends Amount {
  readonly kind: "EXPIRE" | "REVOKE";
}
/** A better result of the same course counts: what its institution had issued for this one goes back to it. */
export interface SupersedeCommand extends Amount {
  readonly kind: "SUPERSEDE";
  readonly institutionId: Id;
}
/** An earlier transaction as it was posted. */
export interface PostedTransaction {
  readonly id: Id;
  readonly kind: LedgerCommand["kind"];
  readonly movements: readonly Movement[];
}
/** Undoes one earlier transaction. */
export interface ReverseCommand {
  readonly kind: "REVERSE";
  readonly reverses: PostedTransaction;
}
/** Undoes a deposit and makes another in its place, as one transaction. */
export interface CorrectCommand {
  readonly kind: "CORRECT";
  readonly reverses: PostedTransaction;
  readonly deposit: Omit<DepositCommand, "kind">;
}

/** Everything that can happen in a learner's ledger. */
export type LedgerCommand =
  | DepositCommand
  | HoldCommand
  | RecogniseCommand
  | WithdrawCommand
  | SupersedeCommand
  | ReverseCommand
  | CorrectCommand;
