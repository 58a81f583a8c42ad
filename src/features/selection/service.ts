import type { KeyRing } from "../../auth/keyring.ts";
import { authorise, authoriseList, scopeOf } from "../../auth/policy.ts";
import type { Language, Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { windowRefusal } from "../../domain/calendar/window.ts";
import { clockInChina } from "../../domain/date.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { isOffCampus } from "../../domain/selection/campus.ts";
import { eligibilityOf } from "../../domain/selection/eligibility.ts";
import { consentMissing } from "../consent/service.ts";
import type { SeatAnswer, SeatDesk, TakeSeat } from "./seat-desk.ts";
import type { ClashRow } from "./seat-store.ts";
import * as store from "./store.ts";

export { releaseSeats } from "./seat-desk.ts";

/** The longest idempotency key that is kept. */
const KEY_LENGTH_MAX = 100;

/**
 * Where a seat is asked for: facts are read as the viewer, the seat is settled at the desk. `release` gives the reading
 * connection back first, or those who wait at a busy desk would take all of them.
 */
export interface AtTheDesk {
  readonly tx: Tx;
  readonly release: () => void;
  readonly desk: SeatDesk;
  /** What birth dates are read with. */
  readonly keys: KeyRing;
  readonly viewer: Viewer;
  readonly now: Date;
  readonly today: IsoDate;
}

/**
 * Takes a seat for the viewer. The same key answers the same seat, whatever happened since.
 * @param wish `seatId` is the id the seat will have
 * @returns FORBIDDEN, INVALID_INPUT, NOT_FOUND, WINDOW_NOT_YET, WINDOW_OVER, NO_REGISTRATION, GUARDIAN_CONSENT_REQUIRED, COURSE_ALREADY_PASSED,
 * PREREQUISITE_MISSING, SECTION_NOT_OPEN, SECTION_FULL, SECTION_RESERVED, ALREADY_SEATED, TIMETABLE_CLASH, QUEUE_FULL
 */
export async function takeSeat(
  at: AtTheDesk,
  wish: { readonly sectionId: Id; readonly idempotencyKey: string; readonly seatId: Id },
): Promise<store.SeatRow | Problem> {
  const asked = await authorisedTake(at, wish);
  if (isProblem(asked) || !("kind" in asked)) return asked;
  return settle(at, asked);
}

/**
 * Gives the viewer's seat up: it is free for the next, and so are its hours.
 * @returns FORBIDDEN, NOT_FOUND, NO_REGISTRATION, NOT_SEATED, WINDOW_NOT_YET, WINDOW_OVER, SECTION_NOT_OPEN, QUEUE_FULL
 */
export async function dropSeat(at: AtTheDesk, sectionId: Id): Promise<store.SeatRow | Problem> {
  const { tx, viewer, now } = at;
  const refused = authorise(viewer, "seat.drop", { learnerId: viewer.learnerId });
  if (refused !== null) return refused;
  if (viewer.learnerId === null || viewer.accountId === null) return problem("FORBIDDEN", { action: "seat.drop" });
  const [[section], [held], window] = await Promise.all([
    store.sectionsByIds(tx, [sectionId]),
    store.heldSeats(tx, viewer.learnerId, [sectionId]),
    store.windowOf(tx, sectionId),
  ]);
  if (section === undefined) return problem("NOT_FOUND");
  if (held === undefined) return problem("NOT_SEATED");
  const outside = windowRefusal(window, now);
  if (outside !== null) return outside;
  const { learnerId, homeInstitutionId } = held;
  return settle(at, {
    kind: "DROP",
    sectionId,
    learnerId,
    homeInstitutionId,
    actorId: viewer.accountId,
    at: now.toISOString(),
  });
}

async function settle(at: AtTheDesk, request: Parameters<SeatDesk["submit"]>[0]): Promise<store.SeatRow | Problem> {
  const { viewer, desk } = at;
  const audit = viewer.trail?.takeActs(viewer, new Set([request.learnerId])) ?? [];
  at.release();
  const answer = await desk.submit({ ...request, audit });
  if (answer.kind !== "SEAT")
    viewer.trail?.returnActs(audit, answer.kind === "CLASH" ? "TIMETABLE_CLASH" : answer.code);
  return outcomeOf(answer, viewer.language);
}

/** Reads what decides whether the viewer may sit there, and writes the request for the desk; or the seat there is. */
async function authorisedTake(
  { tx, keys, viewer, now, today }: AtTheDesk,
  wish: { readonly sectionId: Id; readonly idempotencyKey: string; readonly seatId: Id },
): Promise<TakeSeat | store.SeatRow | Problem> {
  const refused = authorise(viewer, "seat.take", { learnerId: viewer.learnerId });
  if (refused !== null) return refused;
  const { learnerId, accountId } = viewer;
  if (learnerId === null || accountId === null) return problem("FORBIDDEN", { action: "seat.take" });
  if (wish.idempotencyKey === "" || wish.idempotencyKey.length > KEY_LENGTH_MAX) {
    return problem("INVALID_INPUT", { detail: "idempotencyKey" }, ["idempotencyKey"]);
  }
  const [[section], again, [home], passedCourseIds, window] = await Promise.all([
    store.sectionsByIds(tx, [wish.sectionId]),
    store.seatOfKey(tx, learnerId, wish.sectionId, wish.idempotencyKey),
    store.activeRegistrations(tx, [learnerId], null),
    store.passedCourses(tx, learnerId),
    store.windowOf(tx, wish.sectionId),
  ]);
  if (section === undefined) return problem("NOT_FOUND");
  if (again !== null) return again;
  const outside = windowRefusal(window, now);
  if (outside !== null) return outside;
  if (home === undefined) return problem("NO_REGISTRATION");
  const away = isOffCampus({ institutionId: section.hostInstitutionId, campusId: section.campusId }, home);
  const lacking = away ? await consentMissing(tx, keys, learnerId, "SELECTION_OFF_CAMPUS", today) : null;
  if (lacking !== null) return lacking;
  const unfit = await unfitness(tx, section.courseId, passedCourseIds, viewer.language);
  if (unfit !== null) return unfit;
  return {
    ...wish,
    kind: "TAKE",
    learnerId,
    homeInstitutionId: home.institutionId,
    actorId: accountId,
    at: now.toISOString(),
    learnerName: home.name,
    studentNo: home.studentNo,
  };
}

async function unfitness(
  tx: Tx,
  courseId: Id,
  passedCourseIds: ReadonlySet<Id>,
  language: Language,
): Promise<Problem | null> {
  const prerequisites = (await store.prerequisitesOf(tx, courseId)).map((row) => ({
    courseId: row.courseId,
    title: { zh: row.titleZh, en: row.titleEn },
  }));
  const found = eligibilityOf({ courseId, prerequisites, passedCourseIds });
  switch (found.kind) {
    case "ELIGIBLE":
      return null;
    case "COURSE_ALREADY_PASSED":
      return problem("COURSE_ALREADY_PASSED");
    case "PREREQUISITE_MISSING":
      return problem("PREREQUISITE_MISSING", { course: found.title[language] });
  }
}

function outcomeOf(answer: SeatAnswer, language: Language): store.SeatRow | Problem {
  if (isProblem(answer)) return answer;
  if (answer.kind === "SEAT") return answer.seat;
  return problem("TIMETABLE_CLASH", { other: clashText(answer.with, language) });
}

/** Names what is in the way: 电工基础 (02) 2026-09-15 10:10-11:50, by the clocks of China. */
function clashText(clash: ClashRow, language: Language): string {
  const title = language === "zh" ? clash.titleZh : clash.titleEn;
  const [from, to] = [clash.startsAt, clash.endsAt].map((instant) => clockInChina(new Date(instant)));
  return `${title} (${clash.number}) ${from}-${to?.slice(11)}`;
}

/** Sections open to a school, or published by it; for nobody's school those with an open part. */
export function sections(
  tx: Tx,
  filter: { readonly termCode: string | null; readonly first: number; readonly after: readonly string[] | null },
  institutionId: Id | null,
): Promise<readonly { readonly id: Id }[]> {
  return store.sectionsFor(tx, institutionId, filter);
}

/** The school a viewer takes seats for or publishes at: that of the capacity, for a student that of the registration. */
export async function schoolOf(tx: Tx, viewer: Viewer): Promise<Id | null> {
  if (viewer.learnerId === null) return viewer.institutionId;
  const [home] = await store.activeRegistrations(tx, [viewer.learnerId], null);
  return home?.institutionId ?? viewer.institutionId;
}

/** The viewer's own seats, newest first. UNAUTHENTICATED or FORBIDDEN for who is no student. */
export async function mySeats(tx: Tx, viewer: Viewer): Promise<readonly store.SeatRow[] | Problem> {
  const refused = authorise(viewer, "seat.read", { learnerId: viewer.learnerId });
  if (refused !== null) return refused;
  return ownSeats(tx, viewer);
}

/** The seats of the learner a viewer is; none for everyone else. */
export async function ownSeats(tx: Tx, viewer: Viewer): Promise<readonly store.SeatRow[]> {
  return viewer.learnerId === null ? [] : store.seatsOfLearner(tx, viewer.learnerId);
}

/** Who sits in sections: for their host all, for their teacher too, for a home school its own learners; else nobody. */
export async function rosters(tx: Tx, viewer: Viewer, sectionIds: readonly Id[]): Promise<readonly store.SeatRow[]> {
  const { institutionId, accountId } = viewer;
  const scope = scopeOf(viewer, "seat.read");
  if (institutionId === null || (scope !== "institution" && scope !== "section")) return [];
  authoriseList(viewer, "seat.read");
  return store.rosters(tx, institutionId, scope === "section" ? accountId : null, sectionIds);
}
