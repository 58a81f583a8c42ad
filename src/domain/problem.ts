/**
 * A problem is something a user can cause or must hear of. It is a value, never an exception.
 * Its sentence lives in `src/messages`, one per language, and is filled from `params`.
 */
export interface Problem {
  readonly kind: "problem";
  readonly code: ProblemCode;
  readonly params: Readonly<Record<string, string | number>>;
  /** Where in the input, outermost first: ["input", "rows", "3", "grade"]. */
  readonly path?: readonly string[];
}

/** Every code the service can answer with. Codes are stable: they are never renamed, only added. */
export const PROBLEM_CODES = [
  // whoever asks
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "TOKEN_INVALID",
  "TOKEN_ISSUER_CONFIGURED",
  "CROSS_SITE_REQUEST",
  "ROLE_NOT_HANDED_ON",
  "OWN_ROLE_ENDS",
  "UNKNOWN_COLLEAGUE",
  "COLLEAGUE_HOLDS_ROLE",
  "ISSUER_UNREACHABLE",
  "SUBJECT_UNKNOWN",
  "SUBJECT_LINKED",
  "SIGN_IN_REFUSED",
  "CODE_INVALID",
  "CODE_NO_INVITATION",
  "PASSWORD_WRONG",
  "PASSKEY_REFUSED",
  "PASSWORD_TOO_SHORT",
  "PASSWORD_TOO_LONG",
  "PASSWORD_GUESSABLE",
  "ACCOUNT_NOT_YOURS",
  "GUARDIAN_OF_ADULT",
  // erasure
  "ERASURE_DONE",
  "ERASURE_ACTIVE_REGISTRATION",
  "ERASURE_OPEN_APPLICATION",
  "ERASURE_RECORD_KEPT",
  "ERASURE_OTHER_ROLE",
  "ERASURE_ASKED",
  "ERASURE_ASKER_CARRIES_OUT",
  "ERASURE_NO_SCHOOL",
  // what was sent
  "INVALID_INPUT",
  "MALFORMED_ID",
  "NOT_FOUND",
  "CONFLICT",
  "PAYLOAD_TOO_LARGE",
  "TOO_MANY_REQUESTS",
  "QUERY_TOO_LARGE",
  "QUERY_TOO_COSTLY",
  "OPERATION_TIMEOUT",
  "REQUEST_TIMEOUT",
  "TOO_MANY_STREAMS",
  // catalogue
  "UNKNOWN_INSTITUTION",
  "UNKNOWN_MAJOR",
  "UNKNOWN_PROGRAMME",
  "UNKNOWN_COURSE",
  "UNKNOWN_CERTIFICATE",
  "UNKNOWN_COMPETITION",
  "UNKNOWN_LEARNER",
  "UNKNOWN_TERM",
  "UNKNOWN_PLAN",
  "UNKNOWN_CLASS",
  "UNKNOWN_CAMPUS",
  "UNKNOWN_SCOPE",
  // spreadsheets
  "SHEET_UNREADABLE",
  "SHEET_ENCRYPTED",
  "SHEET_TOO_LARGE",
  "SHEET_TOO_MANY_ROWS",
  "SHEET_EMPTY",
  "SHEET_HAS_BAD_ROWS",
  "COLUMN_MISSING",
  "COLUMN_UNKNOWN",
  "HEADER_MENDED",
  "CELL_REQUIRED",
  "CELL_NOT_A_NUMBER",
  "CELL_NOT_A_DATE",
  "CELL_NOT_A_CODE",
  "CELL_DAMAGED",
  "CELL_TOO_LONG",
  "CELL_MENDED",
  "CELL_FOR_OTHER_KIND",
  "GRADE_OUTSIDE_MODE",
  "CREDITS_ABOVE_COURSE",
  "ROW_DUPLICATE",
  "ROW_ALREADY_RECORDED",
  "ROW_DIFFERS",
  "NAME_DIFFERS",
  "ID_NUMBER_MALFORMED",
  "ID_NUMBER_CHECK_DIGIT",
  "ID_NUMBER_BIRTH_DATE",
  "ID_NUMBER_HELD",
  "BIRTH_DATE_DIFFERS",
  // bank
  "BATCH_NOT_OPEN",
  "BATCH_HAS_BAD_ROWS",
  "CONFIRMER_RECORDED",
  "IDEMPOTENCY_MISMATCH",
  "DEPOSITED_ELSEWHERE",
  "BALANCE_TOO_LOW",
  "HELD_ABOVE_BANKED",
  "ACHIEVEMENT_HELD",
  "NOT_REVERSIBLE",
  "ALREADY_REVERSED",
  "ACHIEVEMENT_NOT_STANDING",
  "CORRECTION_WAITING",
  "CORRECTION_CHANGES_NOTHING",
  "REVIEW_CLOSED",
  // recognition
  "NO_PLAN_FOR_COHORT",
  "NO_REGISTRATION",
  "RULE_INVALID",
  "RULE_REFERENCE_DEAD",
  // the registry
  "REGISTRATION_GOES_ON",
  "LEAVING_DATE_UNFIT",
  "STATUS_CHANGE_IMPOSSIBLE",
  "STATUS_CHANGE_OPEN",
  "STATUS_CHANGE_SETTLED",
  "STATUS_CHANGE_STALE",
  "STATUS_CHANGE_NOT_DUE",
  "STATUS_CHANGE_RECORDER_CONFIRMS",
  "STATUS_CHANGE_NOT_CONFIRMED",
  // placements
  "UNKNOWN_MENTOR",
  "PLACEMENT_OVERLAPS",
  "PLACEMENT_NOT_BEGUN",
  "PLACEMENT_REPORTED",
  // public notices
  "PUBLIC_NOTICE_LENGTH_UNSET",
  "PUBLIC_NOTICE_ID_NUMBER",
  "PUBLIC_NOTICE_PHONE",
  "PUBLIC_NOTICE_BIRTH_DATE",
  "PUBLIC_NOTICE_EMPTY",
  "PUBLIC_NOTICE_CLOSED",
  "OBJECTION_STATE",
  "OBJECTIONS_TOO_MANY",
  // files
  "FILE_TYPE_REFUSED",
  "FILE_TYPE_DIFFERS",
  "FILE_DAMAGED",
  "FILE_FOLLOWED",
  "FILE_PICTURE_TOO_LARGE",
  "FILE_ENCRYPTED",
  "FILE_ACTIVE",
  "FILE_UNSEARCHABLE",
  "FILES_TOO_MANY",
  // consent
  "GUARDIAN_CONSENT_REQUIRED",
  // selection
  "SECTION_NOT_OPEN",
  "SECTION_FULL",
  "SECTION_RESERVED",
  "ALREADY_SEATED",
  "NOT_SEATED",
  "COURSE_ALREADY_PASSED",
  "PREREQUISITE_MISSING",
  "TIMETABLE_CLASH",
  "QUEUE_FULL",
  "GRADES_NOT_COMPLETE",
  "LEVEL_UNKNOWN",
  "GRADES_ALREADY_CONFIRMED",
  "GRADES_NOT_RETURNED",
  "GRADES_CHANGED",
  "GRADE_RETURNER_CONFIRMS",
  "SECTION_STILL_OPEN",
  "SECTION_NUMBER_TAKEN",
  "MEETINGS_OVERLAP",
  "WEEK_OUTSIDE_TERM",
  "PERIOD_WITHOUT_BELL",
  "TIMETABLE_UNREADABLE",
  // calendar
  "CALENDAR_YEAR_UNKNOWN",
  "DAY_TAUGHT_TWICE",
  // the machine
  "PORT_TAKEN",
  "DATA_DIRECTORY_IN_USE",
  "DATA_DIRECTORY_UNUSABLE",
  "PLATFORM_UNSUPPORTED",
  "DATABASE_UNREACHABLE",
  "DATABASE_NOT_EMPTY",
  "BACKUP_UNREADABLE",
  "CONFIGURATION_INVALID",
  "KEYS_FILE_MISSING",
  "KEYS_FILE_UNUSABLE",
  "KEYS_FILE_LACKS",
  "STARTING",
  "SHUTTING_DOWN",
  "INTERNAL",
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** Makes a problem. */
export function problem(
  code: ProblemCode,
  params: Readonly<Record<string, string | number>> = {},
  path?: readonly string[],
): Problem {
  return path === undefined ? { kind: "problem", code, params } : { kind: "problem", code, params, path };
}

/** Whether a value is a problem. */
export function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "problem";
}
