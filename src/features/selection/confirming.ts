import { authorise } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { canonicalJson } from "../../domain/canonical.ts";
import type { GradeScale } from "../../domain/grade.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import type { RecognitionLine } from "../../domain/recognition/outcome.ts";
import { recognise } from "../../domain/recognition/recognise.ts";
import { postDeposits } from "../bank/service.ts";
import { type CourseRow, coursesByIds } from "../catalogue/service.ts";
import * as recognition from "../recognition/service.ts";
import { type Decided, writeDecision } from "./deciding.ts";
import { depositOf, factOf, isOwnCourse, type ReturnedCourse } from "./returned-course.ts";
import * as store from "./store.ts";

/** When it is confirmed, and where new ids come from. */
export interface Confirming {
  readonly now: Date;
  readonly today: IsoDate;
  readonly newId: () => Id;
}

/** What became of a grade sheet at home. Grades that no rule recognised stay deposited. */
export interface ConfirmedGrades {
  readonly deposited: number;
  readonly recognised: number;
  readonly seatIds: readonly Id[];
}

/** One returned grade on its way home. */
interface Homecoming {
  readonly seat: store.SeatRow;
  /** Null for a learner who has left the school meanwhile. */
  readonly home: store.LearnerAtHome | null;
  readonly returned: ReturnedCourse;
  readonly check: recognition.Check | null;
  readonly line: RecognitionLine | null;
}

/** What a grade sheet comes to at home: decided, and not yet written. */
export interface DecidedGrades {
  readonly kind: "decided";
  readonly section: store.SectionRow;
  readonly homecomings: readonly Homecoming[];
  readonly accountId: Id;
  readonly institutionId: Id;
  readonly scale: GradeScale;
  readonly at: Confirming;
}

/**
 * The home registrar confirms what came back for the learners of their school. Here it is decided, from what the viewer
 * may read: each grade will be deposited, and recognised where a rule accepts it. Whoever returned a grade cannot
 * confirm it.
 * @returns FORBIDDEN, NOT_FOUND, GRADES_NOT_RETURNED, GRADE_RETURNER_CONFIRMS, LEVEL_UNKNOWN
 */
export async function decideReturnedGrades(
  tx: Tx,
  viewer: Viewer,
  sectionId: Id,
  at: Confirming,
): Promise<DecidedGrades | Problem> {
  const refused = authorise(viewer, "grades.confirm", {
    institutionIds: [viewer.institutionId],
    what: { type: "Section", id: sectionId },
  });
  if (refused !== null) return refused;
  const { accountId, institutionId } = viewer;
  if (accountId === null || institutionId === null) return problem("FORBIDDEN", { action: "grades.confirm" });
  const [[section], roster] = await Promise.all([
    store.sectionsByIds(tx, [sectionId]),
    store.rosters(tx, institutionId, null, [sectionId]),
  ]);
  if (section === undefined) return problem("NOT_FOUND");
  const seats = returnedTo(roster, institutionId);
  if (seats.length === 0) return problem("GRADES_NOT_RETURNED");
  if (seats.some((seat) => seat.gradedBy === accountId)) return problem("GRADE_RETURNER_CONFIRMS");
  const homecomings = await homecomingsOf(tx, viewer, section, seats, at);
  if (isProblem(homecomings)) return homecomings;
  const scale = await recognition.gradingScale(tx, institutionId, at.today);
  if (scale === null) throw new Error("there is no grading scale, not even the general one");
  return { kind: "decided", section, homecomings, accountId, institutionId, scale, at };
}

/** The seats whose grades wait for a school to confirm them, in the order in which their learners' accounts are locked. */
function returnedTo(roster: readonly store.SeatRow[], institutionId: Id): readonly store.SeatRow[] {
  return roster
    .filter((seat) => seat.homeInstitutionId === institutionId)
    .filter((seat) => seat.homeState === "GRADE_RETURNED" && seat.gradeConfirmedBy === null)
    .toSorted((a, b) => (a.learnerId < b.learnerId ? -1 : 1));
}

/**
 * Writes what was decided, in one transaction of the writer's: deposits, decisions, movements and the seats themselves,
 * together or not at all.
 * @returns GRADES_CHANGED where the sheet is no longer the one that was decided on, and the problems of the ledger
 */
export async function confirmReturnedGrades(tx: Tx, decided: DecidedGrades): Promise<ConfirmedGrades | Problem> {
  const { section, homecomings, accountId, institutionId, at } = decided;
  const waiting = returnedTo(await store.lockRoster(tx, section.id), institutionId);
  if (!sameGrades(waiting, homecomings)) return problem("GRADES_CHANGED");
  const deposited = await deposit(tx, decided);
  if (isProblem(deposited)) return deposited;
  const recognised = await decide(tx, homecomings, { accountId, institutionId, at });
  if (isProblem(recognised)) return recognised;
  const seatIds = homecomings.map(({ seat }) => seat.id);
  await store.confirmGrades(tx, section.id, { seatIds, recognised, by: accountId });
  return { deposited: seatIds.length, recognised: recognised.length, seatIds };
}

/** Whether the same grades wait as were decided on, given by the same people. */
function sameGrades(waiting: readonly store.SeatRow[], homecomings: readonly Homecoming[]): boolean {
  const said = ({ id, grade, gradedBy, gradedOn }: store.SeatRow) => canonicalJson({ id, grade, gradedBy, gradedOn });
  const decided = new Set(homecomings.map(({ seat }) => said(seat)));
  return waiting.length === decided.size && waiting.every((seat) => decided.has(said(seat)));
}

async function homecomingsOf(
  tx: Tx,
  viewer: Viewer,
  section: store.SectionRow,
  seats: readonly store.SeatRow[],
  at: Confirming,
): Promise<readonly Homecoming[] | Problem> {
  const learnerIds = seats.map(({ learnerId }) => learnerId);
  const [[course], levels, registrations, retakers] = await Promise.all([
    coursesByIds(tx, [section.courseId]),
    store.levelsOfCourse(tx, section.courseId),
    store.activeRegistrations(tx, learnerIds, viewer.institutionId),
    store.attemptedBefore(tx, learnerIds, section.courseId),
  ]);
  if (course === undefined) return problem("NOT_FOUND");
  const homes = new Map(registrations.map((row) => [row.learnerId, row]));
  const homecomings: Homecoming[] = [];
  for (const seat of seats) {
    const home = homes.get(seat.learnerId) ?? null;
    const level = (levels.length === 1 ? levels[0] : undefined) ?? home?.level;
    // the level decides the unit of the credit: where nothing says it, nobody guesses
    if (level === undefined) return problem("LEVEL_UNKNOWN", { code: course.code, studentNo: seat.studentNo });
    homecomings.push(await homecomingOf(tx, viewer, { seat, home, course, level, retakers }, at));
  }
  return homecomings;
}

/** Asks the rules about one grade. A learner who has left, or whose cohort has no plan, only gets the deposit. */
async function homecomingOf(
  tx: Tx,
  viewer: Viewer,
  from: {
    readonly seat: store.SeatRow;
    readonly home: store.LearnerAtHome | null;
    readonly course: CourseRow;
    readonly level: store.LearnerAtHome["level"];
    readonly retakers: ReadonlySet<Id>;
  },
  at: Confirming,
): Promise<Homecoming> {
  const { seat, home, course, level, retakers } = from;
  const returned: ReturnedCourse = {
    achievementId: at.newId(),
    course,
    hostInstitutionId: seat.hostInstitutionId,
    homeInstitutionId: seat.homeInstitutionId,
    homeDepartmentId: home?.departmentId ?? null,
    level,
    grade: seat.grade ?? { mode: "SPECIAL", result: "ABSENT" },
    completedOn: seat.gradedOn ?? at.today,
    attempt: retakers.has(seat.learnerId) ? "RETAKE" : "FIRST",
  };
  const unruled: Homecoming = { seat, home, returned, check: null, line: null };
  if (home === null) return unruled;
  const { learnerId, programmeId, cohort } = home;
  const world = await recognition.load(tx, viewer, { learnerId, programmeId, cohort, asOf: at.today });
  if (isProblem(world) || isOwnCourse(returned, world.input.plan)) return unruled;
  // the grade sheet applies for this course alone; whatever else the learner has stays for applications of its own
  const input = { ...world.input, facts: [factOf(returned)] };
  const check: recognition.Check = { ...world, input, outcome: recognise(input) };
  return { ...unruled, check, line: check.outcome.lines[0] ?? null };
}

/** Deposits all grades: recorded by whoever returned them, confirmed by whoever decided. */
async function deposit(tx: Tx, decided: DecidedGrades): Promise<Problem | null> {
  const { section, homecomings, accountId, scale, at } = decided;
  const recorders = new Set(homecomings.map(({ seat }) => seat.gradedBy ?? accountId));
  for (const recordedBy of recorders) {
    const deposits = homecomings
      .filter(({ seat }) => (seat.gradedBy ?? accountId) === recordedBy)
      .map(({ seat, returned, check, line }) => {
        const plan = check?.input.plan ?? null;
        return depositOf(returned, { section, seat, scale, line, plan });
      });
    const actors = { recordedBy, confirmedBy: accountId, batchId: null, postedAt: at.now.toISOString() };
    const posted = await postDeposits(tx, deposits, actors);
    if (isProblem(posted)) return posted;
  }
  return null;
}

/** Writes a decision for every grade that a rule accepts; the seats it was written for. */
async function decide(
  tx: Tx,
  homecomings: readonly Homecoming[],
  by: { readonly accountId: Id; readonly institutionId: Id; readonly at: Confirming },
): Promise<readonly Id[] | Problem> {
  const recognised: Id[] = [];
  for (const { seat, home, returned, check, line } of homecomings) {
    if (check === null || line === null || home === null) continue;
    const decided: Decided = { check, registration: home, returned, homeInstitutionId: seat.homeInstitutionId };
    const written = await writeDecision(tx, decided, by);
    if (isProblem(written)) return written;
    recognised.push(seat.id);
  }
  return recognised;
}
