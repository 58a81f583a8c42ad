import { authorise } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import { maskName } from "../../domain/name.ts";
import { type Problem, problem } from "../../domain/problem.ts";
import * as store from "./store.ts";

/** The longest document and clause that are kept, in characters; a bound of the service. */
const TEXT_LENGTH_MAX = 200;

/** A name as a public list shows it: masked, unless the school that answers for it says otherwise. */
export function publicName(name: string, policy: Pick<store.PublicNamePolicyRow, "masked"> | undefined): string {
  return policy?.masked === false ? name : maskName(name);
}

/**
 * Says whether the names of the viewer's school are masked in public lists, and by what word of the school.
 * @returns FORBIDDEN, INVALID_INPUT
 */
export async function setPublicNames(
  tx: Tx,
  viewer: Viewer,
  wish: Pick<store.PublicNamePolicyRow, "masked" | "citation">,
  now: Date,
): Promise<Id | Problem> {
  const { institutionId, accountId } = viewer;
  const refused = authorise(viewer, "publicNames.set", { institutionIds: [institutionId] });
  if (refused !== null) return refused;
  if (institutionId === null || accountId === null) return problem("FORBIDDEN", { action: "publicNames.set" });
  const { masked, citation } = wish;
  const fits = [citation.document, citation.clause].every(
    (text) => text.trim() !== "" && text.length <= TEXT_LENGTH_MAX,
  );
  if (!fits) return problem("INVALID_INPUT", { detail: "citation" }, ["input", "citation"]);
  await store.putPublicNamePolicy(tx, { institutionId, masked, citation, setBy: accountId, setAt: now.toISOString() });
  return institutionId;
}
