import type { KeyRing } from "../../auth/keyring.ts";
import { authorise } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { type Problem, problem } from "../../domain/problem.ts";
import { goesOn } from "../../domain/registry/registration.ts";
import { pathwayCovers } from "../../domain/registry/status-change.ts";
import { consentMissing } from "../consent/service.ts";
import { type RegistrationRow, registrationsOfLearners } from "../registry/service.ts";
import * as store from "./store.ts";

/** A registration, and the pathway it is to stand in; null: in none. */
export interface Placing {
  readonly learnerId: Id;
  readonly registrationId: Id;
  readonly pathwayId: Id | null;
}

/**
 * Places a registration that goes on in a pathway that its programme is a stage of and whose agreement is in force for its
 * cohort; in another one, or in none. A minor's guardian has consented to that very act. To place it where it stands does nothing.
 * @returns FORBIDDEN, NOT_FOUND, PATHWAY_UNFIT, STATUS_CHANGE_IMPOSSIBLE, STATUS_CHANGE_OPEN, GUARDIAN_CONSENT_REQUIRED
 */
export async function placeInPathway(
  tx: Tx,
  keys: KeyRing,
  viewer: Viewer,
  { learnerId, registrationId, pathwayId }: Placing,
  today: IsoDate,
): Promise<RegistrationRow | Problem> {
  const find = async () => (await registrationsOfLearners(tx, [learnerId])).find(({ id }) => id === registrationId);
  const row = await find();
  const refused = authorise(viewer, "registration.placeInPathway", {
    learnerId,
    institutionIds: [row?.institutionId ?? null],
    what: { type: "Registration", id: registrationId },
  });
  if (refused !== null) return refused;
  if (row === undefined) return problem("NOT_FOUND");
  if (row.pathwayId === pathwayId) return row;
  if (!goesOn(row.status)) return problem("STATUS_CHANGE_IMPOSSIBLE", { status: row.status });
  // what waits was weighed with the place as it is
  if (await store.changeWaits(tx, learnerId, registrationId)) return problem("STATUS_CHANGE_OPEN");
  const unfit = pathwayId === null ? null : await misfit(tx, row, pathwayId);
  if (unfit !== null) return unfit;
  const lacking = await lackingConsent(tx, keys, row, pathwayId, today);
  if (lacking !== null) return lacking;
  await store.setPathway(tx, row, pathwayId);
  return (await find()) ?? problem("NOT_FOUND");
}

/** PATHWAY_UNFIT where the programme is no stage of the pathway, or its agreement does not hold for the cohort. */
async function misfit(tx: Tx, { programmeId, cohort }: RegistrationRow, pathwayId: Id): Promise<Problem | null> {
  const [isStage, terms] = await Promise.all([
    store.isStageInForce(tx, pathwayId, programmeId),
    store.pathwayTerms(tx, pathwayId, programmeId),
  ]);
  const fits = isStage && terms !== null && pathwayCovers(terms, cohort);
  return fits ? null : problem("PATHWAY_UNFIT", {}, ["input", "pathwayId"]);
}

/** Whoever stands in none joins; into another one they change track; into none they decline to go on. */
async function lackingConsent(
  tx: Tx,
  keys: KeyRing,
  { learnerId, pathwayId: before }: RegistrationRow,
  after: Id | null,
  today: IsoDate,
): Promise<Problem | null> {
  if (after === null) return consentMissing(tx, keys, learnerId, "DECLINE_PATHWAY", today);
  if (before === null) return consentMissing(tx, keys, learnerId, "JOIN_PATHWAY", today);
  return consentMissing(tx, keys, learnerId, "CHANGE_OF_TRACK", today);
}
