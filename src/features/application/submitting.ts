import { authorise } from "../../auth/policy.ts";
import { learnersOf, type Viewer } from "../../auth/viewer.ts";
import { constrained, verdictsOf } from "../../domain/application/verdict.ts";
import { windowRefusal } from "../../domain/calendar/window.ts";
import type { Id } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { ENGINE_VERSION, type RecognitionInput, writeInput } from "../../domain/recognition/input.ts";
import { recognise } from "../../domain/recognition/recognise.ts";
import { windowAt } from "../calendar/service.ts";
import { nameOfAccount } from "../identity/service.ts";
import { raise } from "../notice/service.ts";
import { load } from "../recognition/service.ts";
import { placeSought, type RegistrationRow, registrationsOfLearners } from "../registry/service.ts";
import { eventOf, type Scene } from "./acting.ts";
import { hold } from "./holding.ts";
import { waitingNotice } from "./telling.ts";
import * as store from "./store.ts";

/** The version an application begins with. */
const FIRST = 1;

/** What a learner applies for, and what of theirs they submit. */
export interface Wish {
  readonly learnerId: Id;
  readonly programmeId: Id;
  /** Null: everything. */
  readonly achievementIds: readonly Id[] | null;
  /** Lines of the answer that the learner does not want, by their numbers from 1. */
  readonly declined: readonly number[];
}

/**
 * Submits an application to the school where the learner is registered, or by whoever is registered nowhere to that of the
 * programme: the rules of this moment are kept with it, what it draws on is held, and nothing is recognised yet. One at a
 * time for a registration.
 * @returns FORBIDDEN, NOT_FOUND, NO_PLAN_FOR_COHORT, NO_REGISTRATION, WINDOW_NOT_YET, WINDOW_OVER, INVALID_INPUT,
 *   APPLICATION_EMPTY where nothing would be recognised, APPLICATION_OPEN, or what the ledger refuses
 */
export async function submit(scene: Scene, viewer: Viewer, wish: Wish): Promise<store.ApplicationRow | Problem> {
  const prepared = await prepare(scene, viewer, wish);
  if (isProblem(prepared)) return prepared;
  const { row, name } = prepared;
  return scene.post(async (tx): Promise<store.ApplicationRow | Problem> => {
    if (!(await store.insertApplication(tx, row))) return problem("APPLICATION_OPEN");
    const actor = { accountId: row.submittedBy, name };
    await store.insertEvent(tx, row, { ...eventOf(row, "SUBMIT", actor, row.submittedAt), reason: null });
    const holder = { row, actorId: row.submittedBy, at: row.submittedAt, on: scene.today, newId: scene.newId };
    const held = await hold(tx, holder, null, row.outcome);
    if (held !== null) return held;
    await raise(tx, [waitingNotice(row)]);
    return row;
  });
}

async function prepare(
  scene: Scene,
  viewer: Viewer,
  wish: Wish,
): Promise<{ readonly row: store.ApplicationRow; readonly name: string } | Problem> {
  const { read, now, today } = scene;
  const { accountId } = viewer;
  const refused = authorise(viewer, "application.submit", {
    learnerId: wish.learnerId,
    what: { type: "Programme", id: wish.programmeId },
  });
  if (refused !== null) return refused;
  if (accountId === null) return problem("FORBIDDEN");
  const asked = { learnerId: wish.learnerId, programmeId: wish.programmeId, asOf: today, cohort: null };
  const [world, registrations, name] = await Promise.all([
    load(read, viewer, asked),
    registrationsOfLearners(read, [wish.learnerId, ...learnersOf(viewer)]),
    nameOfAccount(read, accountId),
  ]);
  if (isProblem(world)) return world;
  const registration = placeOf(wish, world.programme, registrations);
  if (registration === null) return problem("NO_REGISTRATION");
  const window = await windowAt(read, registration.institutionId, "APPLICATION", now.toISOString());
  const closed = windowRefusal(window, now);
  if (closed !== null) return closed;
  const decided = decide(submitted(world.input, wish), wish.declined);
  if (isProblem(decided)) return decided;
  const at = now.toISOString();
  const row: store.ApplicationRow = {
    learnerId: wish.learnerId,
    id: scene.newId(),
    version: FIRST,
    registrationId: registration.id,
    programmeId: wish.programmeId,
    institutionId: registration.institutionId,
    departmentId: registration.departmentId,
    homeInstitutionId: world.learner.homeInstitutionId ?? registration.institutionId,
    learnerName: world.learner.name,
    status: "SUBMITTED",
    submittedBy: accountId,
    submittedAt: at,
    waitingSince: at,
    engineVersion: ENGINE_VERSION,
    ...decided,
    amounts: await amounts(scene, wish.learnerId, decided.facts),
    reviewedBy: [],
    decidedBy: null,
    appealedFrom: null,
    noticeId: null,
    decisionId: null,
    closedAt: null,
  };
  return { row, name };
}

type Place = Pick<RegistrationRow, "id" | "institutionId" | "departmentId">;

/** Where it is applied for: the registration in the programme; of whoever has none at all, the place they seek there. */
function placeOf(
  { learnerId, programmeId }: Wish,
  { institutionId, departmentId }: Place,
  registrations: readonly RegistrationRow[],
): Place | null {
  if (registrations.length === 0) return { id: placeSought(learnerId, programmeId), institutionId, departmentId };
  const own = registrations.filter((row) => row.learnerId === learnerId && row.programmeId === programmeId);
  return own.filter(({ status }) => status === "ACTIVE").at(-1) ?? null;
}

/** The input with what the learner submits of what they have achieved. */
function submitted(input: RecognitionInput, { achievementIds }: Wish): RecognitionInput {
  if (achievementIds === null) return input;
  const chosen = new Set(achievementIds);
  return { ...input, facts: input.facts.filter(({ id }) => chosen.has(id)) };
}

/** The answer that the application asks for: the most the rules allow without what the learner declines. */
function decide(input: RecognitionInput, declined: readonly number[]) {
  const words = declined.map((line) => ({ line, kind: "DECLINED" as const, reason: null, courseIds: [] }));
  const verdicts = verdictsOf(recognise(input), words, { version: FIRST, input, accepting: false });
  if (isProblem(verdicts)) return verdicts;
  const outcome = recognise(constrained(input, verdicts));
  if (outcome.lines.length === 0) return problem("APPLICATION_EMPTY");
  return { input: writeInput(input), facts: input.facts.map(({ id }) => id), outcome, verdicts };
}

async function amounts({ read }: Scene, learnerId: Id, ids: readonly Id[]) {
  const rows = await store.amountsOf(read, learnerId, ids);
  return rows.map(({ achievementId, unit, credits }) => ({ achievementId, unit, credits }));
}
