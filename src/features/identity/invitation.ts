import type { KeyRing } from "../../auth/keyring.ts";
import { authoriseWithin, may } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Database } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import { type Problem, problem } from "../../domain/problem.ts";
import { acceptInvitation as moveInvitation } from "./credential-store.ts";
import { codeInHand } from "./entering.ts";
import { tellOfAccount } from "./subject-store.ts";

/**
 * Takes the invitation for another child into the account that a guardian has. Staff keep their guardian's account apart:
 * an account that is of several schools or posts is nobody's to restore.
 * @returns the caller's account; CODE_INVALID, CODE_NO_INVITATION for a code that opens something else, FORBIDDEN
 */
export async function acceptInvitation(
  { db, keys }: { readonly db: Database; readonly keys: KeyRing },
  viewer: Viewer,
  typed: string,
  now: Date,
): Promise<Id | Problem> {
  const { accountId } = viewer;
  const allowed = accountId !== null && may(viewer, "invitation.accept", {});
  // whoever may not accept one is not told, by its count either, whether a code is one
  const tried = allowed ? await codeInHand(db, keys, typed, now) : { accountId: null, code: null };
  const about = tried.accountId === null ? {} : { what: { type: "Account", id: tried.accountId } };
  return db.write<Id | Problem>(viewer, async (tx) => {
    const refused = authoriseWithin(viewer, "invitation.accept", about);
    if (refused !== null) return refused;
    if (accountId === null || tried.code === null) return problem("CODE_INVALID", {}, ["code"]);
    const learners = await moveInvitation(tx, tried.code, now);
    if (learners.length === 0) return problem("CODE_NO_INVITATION", {}, ["code"]);
    await tellOfAccount(tx, accountId);
    await tellOfAccount(tx, tried.code.accountId);
    return accountId;
  });
}
