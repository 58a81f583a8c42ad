import { GraphQLError } from "graphql";
import type { Language } from "../auth/viewer.ts";
import type { Problem, ProblemCode } from "../domain/problem.ts";
import { sentenceOf } from "../messages/index.ts";

/** The member of a result union that a problem becomes, as far as it is not `ConflictProblem`. */
const TYPE_OF_CODE: Partial<Readonly<Record<ProblemCode, ProblemTypename>>> = {
  UNAUTHENTICATED: "ForbiddenProblem",
  FORBIDDEN: "ForbiddenProblem",
  TOKEN_ISSUER_CONFIGURED: "ForbiddenProblem",
  DEMO_CLOSED: "ForbiddenProblem",
  CONFIRMER_RECORDED: "ForbiddenProblem",
  ERASURE_ASKER_CARRIES_OUT: "ForbiddenProblem",
  STATUS_CHANGE_RECORDER_CONFIRMS: "ForbiddenProblem",
  SHEET_UNREADABLE: "InvalidInputProblem",
  SHEET_ENCRYPTED: "InvalidInputProblem",
  SHEET_TOO_LARGE: "InvalidInputProblem",
  SHEET_TOO_MANY_ROWS: "InvalidInputProblem",
  SHEET_EMPTY: "InvalidInputProblem",
  TRANSFER_LIST_MAKER_PUBLISHES: "ForbiddenProblem",
  PATHWAY_UNFIT: "InvalidInputProblem",
  TRANSFER_STAGE_MISSING: "InvalidInputProblem",
  UNKNOWN_CLASS: "InvalidInputProblem",
  ROLE_NOT_HANDED_ON: "ForbiddenProblem",
  UNKNOWN_COLLEAGUE: "InvalidInputProblem",
  TOKEN_INVALID: "ForbiddenProblem",
  ACCOUNT_NOT_YOURS: "ForbiddenProblem",
  PASSWORD_WRONG: "ForbiddenProblem",
  CODE_INVALID: "InvalidInputProblem",
  CODE_NO_INVITATION: "InvalidInputProblem",
  BIRTH_DATE_DIFFERS: "InvalidInputProblem",
  PASSWORD_TOO_SHORT: "InvalidInputProblem",
  PASSWORD_TOO_LONG: "InvalidInputProblem",
  PASSWORD_GUESSABLE: "InvalidInputProblem",
  NOT_FOUND: "NotFoundProblem",
  INVALID_INPUT: "InvalidInputProblem",
  MALFORMED_ID: "InvalidInputProblem",
  UNKNOWN_INSTITUTION: "InvalidInputProblem",
  UNKNOWN_MAJOR: "InvalidInputProblem",
  UNKNOWN_PROGRAMME: "InvalidInputProblem",
  UNKNOWN_COURSE: "InvalidInputProblem",
  UNKNOWN_CERTIFICATE: "InvalidInputProblem",
  UNKNOWN_COMPETITION: "InvalidInputProblem",
  UNKNOWN_LEARNER: "InvalidInputProblem",
  UNKNOWN_TERM: "InvalidInputProblem",
  UNKNOWN_BANK_NUMBER: "InvalidInputProblem",
  BANK_NUMBER_MALFORMED: "InvalidInputProblem",
  UNKNOWN_MENTOR: "InvalidInputProblem",
  CALENDAR_YEAR_UNKNOWN: "InvalidInputProblem",
  PUBLIC_NOTICE_ID_NUMBER: "InvalidInputProblem",
  PUBLIC_NOTICE_PHONE: "InvalidInputProblem",
  PUBLIC_NOTICE_BIRTH_DATE: "InvalidInputProblem",
  PUBLIC_NOTICE_EMPTY: "InvalidInputProblem",
  ID_NUMBER_MALFORMED: "InvalidInputProblem",
  ID_NUMBER_CHECK_DIGIT: "InvalidInputProblem",
  ID_NUMBER_BIRTH_DATE: "InvalidInputProblem",
  UNKNOWN_SCOPE: "InvalidInputProblem",
  ROLE_OF_NO_SCHOOL: "InvalidInputProblem",
  GRADE_OUTSIDE_MODE: "InvalidInputProblem",
  MEETINGS_OVERLAP: "InvalidInputProblem",
  WEEK_OUTSIDE_TERM: "InvalidInputProblem",
  PERIOD_WITHOUT_BELL: "InvalidInputProblem",
  TIMETABLE_UNREADABLE: "InvalidInputProblem",
  GRADE_RETURNER_CONFIRMS: "ForbiddenProblem",
  GUARDIAN_CONSENT_REQUIRED: "SeatRefusedProblem",
  EXAM_WEEK: "InvalidInputProblem",
  NOT_A_MONDAY: "InvalidInputProblem",
  TERMS_OVERLAP: "InvalidInputProblem",
  BELL_OUT_OF_ORDER: "InvalidInputProblem",
  WINDOW_NOT_YET: "SeatRefusedProblem",
  WINDOW_OVER: "SeatRefusedProblem",
  SECTION_NOT_OPEN: "SeatRefusedProblem",
  SECTION_FULL: "SeatRefusedProblem",
  SECTION_RESERVED: "SeatRefusedProblem",
  ALREADY_SEATED: "SeatRefusedProblem",
  NOT_SEATED: "SeatRefusedProblem",
  COURSE_ALREADY_PASSED: "SeatRefusedProblem",
  PREREQUISITE_MISSING: "SeatRefusedProblem",
  TIMETABLE_CLASH: "SeatRefusedProblem",
  QUEUE_FULL: "SeatRefusedProblem",
};

export type ProblemTypename =
  | "ForbiddenProblem"
  | "NotFoundProblem"
  | "InvalidInputProblem"
  | "ConflictProblem"
  | "SeatRefusedProblem";

/** A problem as a member of a result union. */
export interface ProblemPayload<Typename extends ProblemTypename> {
  readonly __typename: Typename;
  readonly code: ProblemCode;
  readonly message: string;
  readonly path: readonly string[] | null;
}

/**
 * A problem as the member of the union that the field declares; `members` are the problem types of that union.
 * One that fits none becomes the last of them, so that the caller always reads its code.
 */
export function toPayload<Typename extends ProblemTypename>(
  problem: Problem,
  language: Language,
  members: readonly [Typename, ...Typename[]],
): ProblemPayload<Typename> {
  const wanted = TYPE_OF_CODE[problem.code] ?? "ConflictProblem";
  const typename = members.find((member) => member === wanted) ?? members.at(-1) ?? members[0];
  return {
    __typename: typename,
    code: problem.code,
    message: sentenceOf(problem, language),
    path: problem.path ?? null,
  };
}

/** A problem where the contract has no union for it: a top-level error with its code. It is put into words on the way out. */
export class ProblemError extends GraphQLError {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.code, { extensions: { code: problem.code, problem } });
    this.problem = problem;
  }
}

/** Stops a field with a top-level error. */
export function refuse(problem: Problem): never {
  throw new ProblemError(problem);
}
