import { authoriseList, type Scope } from "../../auth/policy.ts";
import { institutionsOf, learnersOf, type Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import { isProblem, type Problem } from "../../domain/problem.ts";
import * as store from "./store.ts";

/** What later features may ask of the registry. */
export {
  type LearnerRow,
  learnersByIds,
  type RegistrationRow,
  registrationsOfLearners,
} from "./store.ts";
export { agesOf, bornOn, majorityOn, minorsAmong } from "./ages.ts";
export { homeOf, readReason } from "./documents.ts";
export {
  documentsOf,
  holdersOf,
  unregisteredHolders,
  missingKeys,
  reencryptBatch,
  writeDocuments,
} from "./documents.ts";
export {
  holdNumbers,
  type NumbersInHand,
  numbersInHand,
  reencryptNumbers,
  registryNumberOf,
  sealClearNumbers,
  writeRegistryNumbers,
} from "./registry-numbers.ts";
export { placeSought } from "./place.ts";
export { type Alike, openMergeCases } from "./merge-store.ts";
export { adoptLearners, type RegistryHolder } from "./registry-number-store.ts";

/** The learners within the viewer's reach: of the school, the department, the class. FORBIDDEN for whoever has none. */
export async function learners(
  tx: Tx,
  viewer: Viewer,
  filter: store.LearnerFilter,
): Promise<readonly store.FoundLearnerRow[] | Problem> {
  const scope = authoriseList(viewer, "learner.read");
  if (isProblem(scope)) return scope;
  return store.learnersWithin(tx, reachOf(scope, viewer), filter);
}

function reachOf(scope: Scope, viewer: Viewer): store.LearnerReach {
  return {
    institutionIds: scope === "institution" ? institutionsOf(viewer) : null,
    departmentId: scope === "department" ? viewer.departmentId : null,
    learnerIds: scope === "own" || scope === "wards" ? learnersOf(viewer) : null,
  };
}

/**
 * Programmes a learner may ask about: those of their registrations and the stages of their pathways, each once, in the
 * order a learner meets them; of whoever has no registration every one that has a plan.
 */
export async function reachableProgrammes(
  tx: Tx,
  learnerId: Id,
  registrations: readonly store.RegistrationRow[],
): Promise<readonly Id[]> {
  if (registrations.length === 0) return store.programmesWithPlans(tx);
  const stages = await store.stageProgrammesOfLearner(tx, learnerId);
  return [...new Set([...registrations.map((row) => row.programmeId), ...stages.map((row) => row.programmeId)])];
}
