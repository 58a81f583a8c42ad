import type { Id } from "../../domain/id.ts";
import { type Problem, type ProblemCode, problem } from "../../domain/problem.ts";
import { fittingText } from "../../domain/text.ts";
import type { KnownDeposits } from "./known-deposits.ts";
import type { PostedDeposit } from "./recording-store.ts";

/** Why a deposit is taken back, or another put in its place. It crosses the border as JSON, with its batch row. */
export interface Correction {
  /** CORRECT brings another deposit; REVERSE undoes what should never have been recorded; REVOKE ends what was withdrawn. */
  readonly kind: "CORRECT" | "REVERSE" | "REVOKE";
  readonly achievementId: Id;
  readonly reason: string;
  /** The number of the school's correction form (成绩更正单). */
  readonly formNumber: string;
}

/** A correction and of whose achievement it is. */
export type LearnerCorrection = Correction & { readonly learnerId: Id };

/** Why a correction is made, and by which form; one says it for a whole sheet. */
export type CorrectionGrounds = Pick<Correction, "reason" | "formNumber">;

/** What the ledger is told of a correction's why. */
export const reasonOf = ({ reason, formNumber }: Correction): string => `${formNumber} ${reason}`;

/** Why a deposit cannot be corrected by a school now; null where it can. */
export function refusedCorrection(
  { id, institutionId, status }: Pick<PostedDeposit, "id" | "institutionId" | "status">,
  by: Id,
  known: KnownDeposits,
): ProblemCode | null {
  if (institutionId !== by) return "DEPOSITED_ELSEWHERE";
  if (status !== "DEPOSITED" && status !== "SUPERSEDED") return "ACHIEVEMENT_NOT_STANDING";
  return known.isBeingCorrected(id) ? "CORRECTION_WAITING" : null;
}

const REASON_LENGTH = { min: 5, max: 200 } as const;
const FORM_NUMBER_LENGTH = { min: 1, max: 60 } as const;

/** The reason and the form of a correction as they are kept, or what is wrong with them. */
export function readGrounds(asked: CorrectionGrounds): CorrectionGrounds | Problem {
  const reason = fittingText(asked.reason, REASON_LENGTH);
  const formNumber = fittingText(asked.formNumber, FORM_NUMBER_LENGTH);
  if (reason === null) return problem("INVALID_INPUT", { detail: "reason" }, ["input", "reason"]);
  if (formNumber === null) return problem("INVALID_INPUT", { detail: "formNumber" }, ["input", "formNumber"]);
  return { reason, formNumber };
}
