import type { Credits, CreditUnit } from "../credit.ts";
import type { Id, IsoDate, Title } from "../id.ts";
import { isProblem, type Problem, problem } from "../problem.ts";
import { compareTerms, type Term } from "../term.ts";
import { goesOn, type RegistrationStatus, type StatusChangeKind, statusAfter, yearsBetween } from "./registration.ts";

/** A registration as a change finds it. */
export interface RegistrationBefore {
  readonly status: RegistrationStatus;
  readonly programmeId: Id;
  readonly pathwayId: Id | null;
  readonly classId: Id | null;
  readonly cohort: number;
  readonly enteredOn: IsoDate;
}

/** What a registrar writes down of a change that bears on how the registration stands afterwards. */
export interface WishedChange {
  readonly kind: StatusChangeKind;
  readonly effectiveOn: IsoDate;
  /** Where to, of a change of major or of a transfer within the service. */
  readonly programmeId: Id | null;
  /** The plan to follow; null: the one that follows from the dates. */
  readonly cohort: number | null;
  readonly classId: Id | null;
}

/** How the registration stands afterwards; with `programmeId` another than before, the one that is opened. */
export interface RegistrationAfter {
  /** Of the registration that the change is made of. */
  readonly status: RegistrationStatus;
  readonly programmeId: Id;
  readonly cohort: number;
  readonly classId: Id | null;
}

/** Further off than this a cohort is a slip of the pen. A bound of the service, in years. */
const COHORT_YEARS_MAX = 10;

const unfit = (field: string): Problem => problem("INVALID_INPUT", { detail: field }, ["input", field]);

/**
 * What a change makes of a registration. Whoever was away comes back into the plan of as many cohorts later as school
 * years have begun since; whoever repeats a year, of one later. The registrar may name another one that is not earlier.
 * @param awaySince the first day of leave or service, of whoever returns; null where it is not on record
 * @returns STATUS_CHANGE_IMPOSSIBLE, INVALID_INPUT
 */
export function registrationAfter(
  before: RegistrationBefore,
  wish: WishedChange,
  awaySince: IsoDate | null,
): RegistrationAfter | Problem {
  const status = statusAfter(before.status, wish.kind);
  if (isProblem(status)) return status;
  if (wish.effectiveOn < before.enteredOn) return unfit("effectiveOn");
  const moves = wish.kind === "CHANGE_OF_MAJOR" || wish.kind === "TRANSFER" || wish.kind === "STAGE_TRANSFER";
  if (wish.programmeId !== null && !moves) return unfit("programmeId");
  if (wish.kind === "CHANGE_OF_MAJOR" && (wish.programmeId ?? before.programmeId) === before.programmeId)
    return unfit("programmeId");
  const placed = moves || wish.kind === "RETURN" || wish.kind === "REPEAT_YEAR";
  if (!placed && wish.classId !== null) return unfit("classId");
  const cohort = cohortAfter(before, wish, awaySince, placed);
  if (isProblem(cohort)) return cohort;
  const programmeId = wish.programmeId ?? before.programmeId;
  const stays = programmeId === before.programmeId && cohort === before.cohort;
  return { status, programmeId, cohort, classId: wish.classId ?? (stays ? before.classId : null) };
}

function cohortAfter(
  { cohort, enteredOn }: RegistrationBefore,
  wish: WishedChange,
  awaySince: IsoDate | null,
  placed: boolean,
): number | Problem {
  if (wish.cohort === null) {
    if (wish.kind === "REPEAT_YEAR") return cohort + 1;
    return wish.kind === "RETURN" && awaySince !== null
      ? cohort + yearsBetween(enteredOn, awaySince, wish.effectiveOn)
      : cohort;
  }
  const earliest = wish.kind === "REPEAT_YEAR" ? cohort + 1 : cohort;
  const fits = placed && wish.cohort >= earliest && wish.cohort <= cohort + COHORT_YEARS_MAX;
  return fits ? wish.cohort : unfit("cohort");
}

/** Which admission cohorts the agreement of a pathway holds for, and how long the stages before this one take. */
export interface PathwayTerms {
  readonly cohortFrom: number;
  readonly cohortUntil: number | null;
  readonly earlierYears: number;
}

/** What becomes of the place in a pathway. */
export type PathwayPlace = "NONE" | "KEPT" | "KEPT_FOR_RETURN" | "REGAINED" | "LOST";

/**
 * The place in a pathway after a change. School and major do not change within one, so who changes them leaves it; who
 * falls into a later cohort stays only where the agreement holds for that one too.
 */
export function pathwayPlace(kind: StatusChangeKind, cohort: number, pathway: PathwayTerms | null): PathwayPlace {
  if (pathway === null) return "NONE";
  switch (kind) {
    case "LEAVE":
    case "MILITARY_SERVICE":
      return "KEPT_FOR_RETURN";
    case "WITHDRAWAL":
    case "TRANSFER":
    case "CHANGE_OF_MAJOR":
      return "LOST";
    case "RETURN":
      return pathwayCovers(pathway, cohort) ? "REGAINED" : "LOST";
    case "REPEAT_YEAR":
      return pathwayCovers(pathway, cohort) ? "KEPT" : "LOST";
    case "GRADUATION":
    case "COMPLETION":
    case "STAGE_TRANSFER":
      return "KEPT";
  }
}

/** Whether the agreement of a pathway holds for a cohort of one of its stages. */
export function pathwayCovers({ cohortFrom, cohortUntil, earlierYears }: PathwayTerms, cohort: number): boolean {
  const admitted = cohort - earlierYears;
  return cohortFrom <= admitted && admitted <= (cohortUntil ?? admitted);
}

/** A course as it is named to people. */
export interface NamedCourse {
  readonly courseId: Id;
  readonly code: string;
  readonly title: Title;
  readonly credits: Credits;
}
/** A course of the plan that is followed afterwards, and what the learner has to show for it. */
export interface PlannedCourse extends NamedCourse {
  /** Term of the plan, counted from 1 through all its years. */
  readonly term: number;
  readonly required: boolean;
  readonly coverage: "PASSED" | "RECOGNISABLE" | "NONE";
}

/** What the engine would recognise in the new plan, one line of it. */
export interface ProposedLine {
  readonly title: Title;
  readonly achievementIds: readonly Id[];
  readonly courseIds: readonly Id[];
  readonly credits: Credits;
}

/** How the courses of the plan that is followed afterwards stand. */
export interface PlanTransition {
  /** Courses that carry over by themselves. */
  readonly carriedOver: readonly NamedCourse[];
  /** What is to be applied for, together. */
  readonly proposal: readonly ProposedLine[];
  /** 补修名单: required courses of terms that are past, which neither carry over nor are proposed. */
  readonly makeUp: readonly NamedCourse[];
}

/** Terms of a plan are two a year; a short summer term belongs to the second. */
const TERMS_A_YEAR = 2;

/** How many terms of a cohort's plan are past when a term runs: none for the first; never fewer than none. */
export function termsPast(cohort: number, running: Term): number {
  return Math.max(0, (running.year - cohort) * TERMS_A_YEAR + Math.min(running.part, TERMS_A_YEAR) - 1);
}

/** The term that runs on a day, of those a school has: the last that has begun. */
export function termRunning(
  terms: readonly { readonly term: Term; readonly firstMonday: IsoDate }[],
  on: IsoDate,
): Term | null {
  const begun = terms.filter(({ firstMonday }) => firstMonday <= on).map(({ term }) => term);
  return begun.sort(compareTerms).at(-1) ?? null;
}

/** Divides the courses of a plan that a learner comes into: same courses carry over, some are proposed, the rest is made up. */
export function transitionInto(
  courses: readonly PlannedCourse[],
  proposal: readonly ProposedLine[],
  past: number,
): PlanTransition {
  const named = ({ courseId, code, title, credits }: PlannedCourse): NamedCourse => ({
    courseId,
    code,
    title,
    credits,
  });
  const missed = (course: PlannedCourse) => course.coverage === "NONE" && course.required && course.term <= past;
  return {
    carriedOver: courses.filter(({ coverage }) => coverage === "PASSED").map(named),
    proposal,
    makeUp: courses.filter(missed).map(named),
  };
}

/** A seat that is given up. */
export interface SeatGivenUp {
  readonly sectionId: Id;
  readonly number: string;
  readonly title: Title;
  readonly host: Title;
}

/** What a change does beside the registration itself; what comes to depend on registrations later is added here. */
export interface StatusChangeEffects {
  readonly pathway: PathwayPlace;
  /** Credits held for applications; a hold outlasts the change, and whoever decides the application sees it. */
  readonly holds: readonly { readonly unit: CreditUnit; readonly credits: Credits }[];
  /** Applications for recognition that are not closed: they go on, and whoever decides them sees the change. */
  readonly openApplications: number;
  readonly seats: readonly SeatGivenUp[];
  /** Whether another plan is followed afterwards, and whether the school has it. */
  readonly plan: "SAME" | "OTHER" | "MISSING" | "NONE";
  readonly transition: PlanTransition | null;
}

/** Whether a change gives up the seats that are held: whoever is away or gone sits in no class. */
export function givesUpSeats(kind: StatusChangeKind, status: RegistrationStatus): boolean {
  return status === "ON_LEAVE" || kind === "WITHDRAWAL" || kind === "TRANSFER" || kind === "STAGE_TRANSFER";
}

/** Which plan is followed afterwards: the one before, another one, or none of this service's. */
export function planAfter(
  before: RegistrationBefore,
  after: RegistrationAfter,
  kind: StatusChangeKind,
): "SAME" | "OTHER" | "NONE" {
  if (after.programmeId !== before.programmeId) return "OTHER";
  if (!goesOn(after.status)) return kind === "TRANSFER" ? "NONE" : "SAME";
  return after.cohort === before.cohort ? "SAME" : "OTHER";
}
