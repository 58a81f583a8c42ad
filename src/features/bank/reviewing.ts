import { v7 } from "uuid";
import { authorise, authoriseList } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { NoticeEvent } from "../../domain/notice.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { fittingText } from "../../domain/text.ts";
import { nameOfAccount } from "../identity/service.ts";
import type { ReadyLine } from "./batch-store.ts";
import { reasonOf } from "./correction.ts";
import * as store from "./review-store.ts";

/**
 * Opens a case for every registration towards which something rests on what was just taken back, and says whom to tell.
 * Nothing recognised is changed: the school that recognised it decides. `tx` is the writer's.
 */
export async function openReviewCases(
  tx: Tx,
  lines: readonly ReadyLine[],
  openedAt: string,
): Promise<readonly NoticeEvent[]> {
  const taken = new Map(
    lines.flatMap(({ learnerId, corrects }) =>
      corrects === null ? [] : [[corrects.achievementId, { learnerId, id: corrects.achievementId, corrects }] as const],
    ),
  );
  if (taken.size === 0) return [];
  const cases = (await store.restingOn(tx, [...taken.values()])).flatMap((resting) => {
    const corrects = taken.get(resting.achievementId)?.corrects;
    return corrects === undefined
      ? []
      : [{ ...resting, id: v7(), kind: corrects.kind, reason: reasonOf(corrects), openedAt }];
  });
  const opened = new Set(cases.length === 0 ? [] : await store.insertCases(tx, cases));
  return cases
    .filter(({ id }) => opened.has(id))
    .map(({ id, institutionId }) => ({
      kind: "REVIEW_OPENED",
      key: id,
      happenedAt: openedAt,
      facts: { institutionId, caseId: id },
    }));
}

/** Cases that the viewer's school decides; a learner's or their guardian's: those about them. The newest first. */
export async function reviewCasesOf(
  tx: Tx,
  viewer: Viewer,
  page: store.CasePage,
): Promise<readonly store.ReviewCaseRow[] | Problem> {
  const scope = authoriseList(viewer, "review.read");
  if (isProblem(scope)) return scope;
  const { institutionId, learnerId } = viewer;
  return store.cases(tx, scope === "own" ? { learnerId } : { institutionId }, page);
}

const FINDING_LENGTH = { min: 5, max: 500 } as const;

/**
 * Closes a case with what the school found.
 * @returns FORBIDDEN, NOT_FOUND, INVALID_INPUT for the finding, REVIEW_CLOSED where somebody closed it before
 */
export async function closeReviewCase(
  tx: Tx,
  viewer: Viewer,
  asked: { readonly key: store.CaseKey; readonly finding: string; readonly now: Date },
): Promise<store.ReviewCaseRow | Problem> {
  const { institutionId, accountId } = viewer;
  const { learnerId, id } = asked.key;
  const refused = authorise(viewer, "review.close", {
    institutionIds: [institutionId],
    learnerId,
    what: { type: "ReviewCase", id },
  });
  if (refused !== null) return refused;
  if (institutionId === null || accountId === null) return problem("FORBIDDEN");
  const finding = fittingText(asked.finding, FINDING_LENGTH);
  if (finding === null) return problem("INVALID_INPUT", { detail: "finding" }, ["input", "finding"]);
  const [name, at] = [await nameOfAccount(tx, accountId), asked.now.toISOString()];
  const closed = await store.closeCase(tx, institutionId, asked.key, { accountId, name, finding, at });
  const found = await store.caseOfSchool(tx, institutionId, asked.key);
  if (found === null) return problem("NOT_FOUND");
  return closed ? found : problem("REVIEW_CLOSED");
}
