import { authorise } from "../../auth/policy.ts";
import { institutionsOf, type Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import type { Problem } from "../../domain/problem.ts";
import * as store from "./store.ts";

/** What later features may ask of the registry. */
export {
  type LearnerRow,
  learnersByIds,
  type RegistrationRow,
  registrationsOfLearners,
} from "./store.ts";

/** A registrar's own learners. FORBIDDEN for whoever has no school. */
export async function learners(
  tx: Tx,
  viewer: Viewer,
  filter: { readonly text: string | null; readonly first: number; readonly after: readonly string[] | null },
): Promise<readonly store.FoundLearnerRow[] | Problem> {
  const refused = authorise(viewer, "learner.read", { institutionIds: [viewer.institutionId] });
  if (refused !== null) return refused;
  return store.learnersOfInstitutions(tx, institutionsOf(viewer), filter);
}

/**
 * Programmes a learner may ask about: those of their registrations and the stages of their pathways, each once, in the
 * order a learner meets them.
 */
export async function reachableProgrammes(
  tx: Tx,
  learnerId: Id,
  registrations: readonly store.RegistrationRow[],
): Promise<readonly Id[]> {
  const stages = await store.stageProgrammesOfLearner(tx, learnerId);
  return [...new Set([...registrations.map((row) => row.programmeId), ...stages.map((row) => row.programmeId)])];
}
