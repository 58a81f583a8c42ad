import type { KeyRing } from "../../auth/keyring.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { CONSENT_ACTS, type ConsentAct, consentInForce } from "../../domain/consent.ts";
import { isIsoDate } from "../../domain/date.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { fileWithin } from "../file/service.ts";
import { nameOfAccount } from "../identity/service.ts";
import { type ConsentState, factsOf, stateOf, visibleLearner } from "./standing.ts";
import * as store from "./store.ts";

export { askConsent, awaitedConsents, type Asking, remindOfConsents } from "./requesting.ts";
export type { ConsentState } from "./standing.ts";

/** The longest name and place of a paper that are kept, in characters. */
const TEXT_LENGTH_MAX = 100;

/** Every act of a learner. NOT_FOUND for one out of the viewer's sight, FORBIDDEN for whom their consents are no matter. */
export async function consentStates(
  tx: Tx,
  keys: KeyRing,
  viewer: Viewer,
  learnerId: Id,
  today: IsoDate,
): Promise<readonly ConsentState[] | Problem> {
  const learner = await visibleLearner(tx, viewer, "consent.read", learnerId);
  if (isProblem(learner)) return learner;
  const [facts, requests] = await Promise.all([factsOf(tx, keys, learner, today), store.openRequests(tx, [learnerId])]);
  return CONSENT_ACTS.map((act) => stateOf(act, facts, requests));
}

/**
 * What keeps a learner from an act for want of a guardian's consent; null where none is needed or it is there. The one
 * gate for every feature whose act it is, read as whoever acts; CONSENT_GATES names them.
 * @returns GUARDIAN_CONSENT_REQUIRED naming the clause
 */
export async function consentMissing(
  tx: Tx,
  keys: KeyRing,
  learnerId: Id,
  act: ConsentAct,
  on: IsoDate,
): Promise<Problem | null> {
  const learner = await store.learnerAtSchool(tx, learnerId);
  if (learner === null) return problem("NOT_FOUND");
  const { requirement, required, consent } = stateOf(act, await factsOf(tx, keys, learner, on));
  if (requirement === null || !required || consent !== null) return null;
  const { document, clause } = requirement.citation;
  return problem("GUARDIAN_CONSENT_REQUIRED", { age: requirement.belowAge, document, clause });
}

/** The consent in force that an act of a learner rests on; null where there is none, needed or not. */
export async function consentInForceOf(tx: Tx, learnerId: Id, act: ConsentAct, on: IsoDate): Promise<Id | null> {
  const learner = await store.learnerAtSchool(tx, learnerId);
  const events = await store.consentsOfLearner(tx, learnerId);
  return consentInForce(events, act, { institutionId: learner?.institutionId ?? null, on })?.id ?? null;
}

/** A paper that a guardian signed, and where the school keeps it. */
export interface Paper {
  readonly guardianName: string;
  readonly reference: string;
  readonly scanId: Id | null;
}

/** What is given or revoked. */
export interface Consenting {
  readonly learnerId: Id;
  readonly act: ConsentAct;
  readonly event: "GIVEN" | "REVOKED";
  readonly validUntil: IsoDate | null;
  readonly paper: Paper | null;
}

/**
 * Writes down that a guardian gives or revokes a consent: themself, or on a paper that a registrar or class teacher holds.
 * @returns FORBIDDEN, NOT_FOUND, INVALID_INPUT
 */
export async function recordConsent(
  tx: Tx,
  viewer: Viewer,
  wish: Consenting,
  at: { readonly today: IsoDate; readonly now: Date; readonly id: Id },
): Promise<Id | Problem> {
  const themself = viewer.role === "GUARDIAN";
  const learner = await visibleLearner(tx, viewer, themself ? "consent.give" : "consent.record", wish.learnerId);
  if (isProblem(learner)) return learner;
  if (viewer.accountId === null) return problem("FORBIDDEN", { action: "consent.give" });
  if (wish.validUntil !== null && (!isIsoDate(wish.validUntil) || wish.validUntil < at.today))
    return invalid("validUntil");
  const paper = themself ? null : paperOf(wish.paper);
  if (themself ? wish.paper !== null : paper === null) return invalid("paper");
  if (!(await isScanOf(tx, viewer, wish))) return invalid("scanId");
  await store.insertConsent(tx, {
    learnerId: wish.learnerId,
    id: at.id,
    act: wish.act,
    event: wish.event,
    form: themself ? "ACCOUNT" : "PAPER",
    institutionId: learner.institutionId,
    guardianName: paper?.guardianName ?? (await nameOfAccount(tx, viewer.accountId)),
    paperReference: paper?.reference ?? null,
    scanId: paper?.scanId ?? null,
    onDay: at.today,
    validUntil: wish.validUntil,
    recordedBy: viewer.accountId,
    recordedAt: at.now.toISOString(),
  });
  return at.id;
}

function paperOf(paper: Paper | null): Paper | null {
  const [guardianName, reference] = [paper?.guardianName.trim() ?? "", paper?.reference.trim() ?? ""];
  const fits = [guardianName, reference].every((text) => text !== "" && text.length <= TEXT_LENGTH_MAX);
  return fits ? { guardianName, reference, scanId: paper?.scanId ?? null } : null;
}

/** A scan is one of this learner, for this end, that whoever records it may read themself. */
async function isScanOf(tx: Tx, viewer: Viewer, { learnerId, paper }: Consenting): Promise<boolean> {
  if (paper === null || paper.scanId === null) return true;
  const file = await fileWithin(tx, viewer, learnerId, paper.scanId);
  return file !== null && file.kept && file.kind === "PAPER_CONSENT";
}

/** The scan of a paper, for whoever may read it. */
export async function scanOf(tx: Tx, viewer: Viewer, { learnerId, scanId }: store.ConsentRow) {
  return scanId === null ? null : fileWithin(tx, viewer, learnerId, scanId);
}

const invalid = (field: string): Problem => problem("INVALID_INPUT", { detail: field }, ["input", field]);
