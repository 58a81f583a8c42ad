import { authorise, authoriseList } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import type { AchievementRow, AfterAchievement } from "./achievement-store.ts";
import * as store from "./sharing-store.ts";

/** The viewer's own consents; a school's: those in force for it. */
export async function sharingConsents(
  tx: Tx,
  viewer: Viewer,
  today: IsoDate,
): Promise<readonly store.SharingConsentRow[] | Problem> {
  const scope = authoriseList(viewer, "sharing.read");
  if (isProblem(scope)) return scope;
  const { learnerId, institutionId } = viewer;
  if (scope === "own") return learnerId === null ? [] : store.consentsOfLearner(tx, learnerId);
  return institutionId === null ? [] : store.consentsInForce(tx, institutionId, null, today);
}

/**
 * Lets a school read a learner's achievements; what it had before is replaced. A guardian's account ends when the learner
 * comes of age, and with it what a guardian may give.
 */
export async function giveConsent(
  tx: Tx,
  viewer: Viewer,
  wish: { readonly institutionId: Id; readonly until: IsoDate | null },
  at: { readonly id: Id; readonly now: Date; readonly today: IsoDate },
): Promise<store.SharingConsentRow | Problem> {
  const { learnerId, accountId } = viewer;
  const refused = authorise(viewer, "sharing.give", {
    learnerId,
    what: { type: "institution", id: wish.institutionId },
  });
  if (refused !== null) return refused;
  if (learnerId === null || accountId === null) return problem("FORBIDDEN", { action: "sharing.give" });
  const { institutionId, until } = wish;
  if (until !== null && until < at.today) return problem("INVALID_INPUT", { detail: "until" }, ["until"]);
  const givenAt = at.now.toISOString();
  await store.revokeConsents(tx, { learnerId, id: null, institutionId }, { accountId, at: givenAt });
  const row = { learnerId, id: at.id, institutionId, givenAt, until };
  await store.insertConsent(tx, row, accountId);
  return { ...row, revokedAt: null };
}

/** Ends a consent at once. @returns NOT_FOUND where there is none in force */
export async function revokeConsent(
  tx: Tx,
  viewer: Viewer,
  consent: { readonly learnerId: Id; readonly id: Id },
  now: Date,
): Promise<store.SharingConsentRow | Problem> {
  const { learnerId, id } = consent;
  const refused = authorise(viewer, "sharing.revoke", { learnerId, what: { type: "sharing_consent", id } });
  if (refused !== null) return refused;
  const by = { accountId: viewer.accountId ?? "", at: now.toISOString() };
  const [row] = await store.revokeConsents(tx, { learnerId, id, institutionId: null }, by);
  return row ?? problem("NOT_FOUND", {}, ["id"]);
}

/** What a learner lets the viewer's school read; null without a consent in force. */
export async function sharedRecord(
  tx: Tx,
  viewer: Viewer,
  learnerId: Id,
  page: { readonly first: number; readonly after: AfterAchievement | null; readonly today: IsoDate },
): Promise<{ readonly learnerName: string; readonly rows: readonly AchievementRow[] } | null> {
  const { institutionId } = viewer;
  const [consent] = institutionId === null ? [] : await store.consentsInForce(tx, institutionId, learnerId, page.today);
  const whose = { learnerId, institutionIds: [consent?.institutionId ?? null] };
  if (authorise(viewer, "sharedRecord.read", whose) !== null) return null;
  const [learnerName, rows] = await Promise.all([
    store.sharedLearnerName(tx, learnerId),
    store.sharedAchievements(tx, learnerId, page.first, page.after),
  ]);
  return learnerName === null ? null : { learnerName, rows };
}
