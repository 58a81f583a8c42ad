import { createHash } from "node:crypto";
import { authorise, authoriseList, type Scope } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { awaiting, constrained, merged, verdictsOf, type Word } from "../../domain/application/verdict.ts";
import { canonicalJson } from "../../domain/canonical.ts";
import { formatCredits, unitOfLevel } from "../../domain/credit.ts";
import type { EducationLevel } from "../../domain/major.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { ENGINE_VERSION, type RecognitionInput, readInput, writeInput } from "../../domain/recognition/input.ts";
import { recognise } from "../../domain/recognition/recognise.ts";
import { fill, messages } from "../../messages/index.ts";
import { programmesByIds } from "../catalogue/service.ts";
import { composePublicNotice, openPublicNotice, publicNoticeStanding } from "../publicnotice/service.ts";
import { earlierLines, insertDecision } from "../recognition/service.ts";
import { openFor, readReason, type Scene, take } from "./acting.ts";
import { amountsFor, type Holder, postFor } from "./holding.ts";
import { stepNotice, waitingNotice } from "./telling.ts";
import * as store from "./store.ts";

export { appealableOf, type Pending, returnedOf } from "./pending.ts";
export { actionable } from "./store.ts";
export { dueOnOf, setStepPeriod, stepPeriodsAt } from "./periods.ts";
export { remindOfApplications } from "./reminding.ts";
export { submit } from "./submitting.ts";

type Answer = Promise<store.ApplicationRow | Problem>;

/** The home school's registrar confirms that what was submitted is so. */
export async function confirmFacts(scene: Scene, viewer: Viewer, key: store.ApplicationKey): Answer {
  const open = await openFor(scene, viewer, key, "application.confirm", "home");
  if (isProblem(open)) return open;
  return take(scene, open, "CONFIRM", {
    tell: [waitingNotice({ ...open.row, version: open.row.version + 1 }, "receiving")],
  });
}

/** The home school's registrar sends an application back: something in it is not so. What it held is released. */
export async function giveBack(scene: Scene, viewer: Viewer, key: store.ApplicationKey, written: string): Answer {
  const reason = readReason(written);
  const open = await openFor(scene, viewer, key, "application.confirm", "home");
  if (isProblem(open)) return open;
  if (isProblem(reason)) return reason;
  return take(scene, open, "RETURN", {
    reason,
    tell: [stepNotice("APPLICATION_RETURNED", open.row, scene.now.toISOString())],
  });
}

/**
 * The receiving department goes through the lines of the answer. What is refused or substituted constrains it, and it is
 * computed again by the rules it was submitted under: what comes in the place of a refused line waits for a word of its
 * own, and until nothing waits the application stays where it is.
 * @returns besides, REVIEWER_AGAIN for whoever reviewed it before an appeal
 */
export async function review(scene: Scene, viewer: Viewer, key: store.ApplicationKey, words: readonly Word[]): Answer {
  const open = await openFor(scene, viewer, key, "application.review", "receiving");
  if (isProblem(open)) return open;
  const { row, actor } = open;
  if (row.appealedFrom?.includes(actor.accountId) === true) return problem("REVIEWER_AGAIN");
  const input = await refreshed(scene.read, row);
  const said = verdictsOf(row.outcome, words, { version: row.version + 1, input, accepting: true });
  if (isProblem(said)) return said;
  const verdicts = merged(row.verdicts, said);
  const outcome = recognise(constrained(input, verdicts));
  const reviewedBy = [...new Set([...row.reviewedBy, actor.accountId])];
  const stays = awaiting(outcome, verdicts).length > 0;
  return take(scene, open, "REVIEW", { to: { input: writeInput(input), verdicts, outcome, reviewedBy }, stays });
}

/** The input as submitted, with whatever was decided for the registration since: that stays as it is. */
async function refreshed(tx: Tx, row: store.ApplicationRow): Promise<RecognitionInput> {
  const input = readInput(row.input);
  const earlier = await earlierLines(tx, row, input);
  return { ...input, earlier };
}

/**
 * The registrar sends an application back to its department: before a decision, or where the public notice of one was
 * withdrawn, an objection to it upheld, or another decision came between.
 * @returns besides, PUBLIC_NOTICE_OPEN
 */
export async function reopen(scene: Scene, viewer: Viewer, key: store.ApplicationKey, written: string): Answer {
  const reason = readReason(written);
  const open = await openFor(scene, viewer, key, "application.decide", "receiving");
  if (isProblem(open)) return open;
  if (isProblem(reason)) return reason;
  const { row } = open;
  const standing = await publicNoticeStanding(scene.read, aboutOf(row), scene.now);
  const over = standing === "UPHELD" || standing === "WITHDRAWN" || (await isOutdated(scene.read, row));
  if (row.status === "DECIDED" && !over) return problem("PUBLIC_NOTICE_OPEN");
  const verdicts = row.verdicts.filter(({ kind }) => kind === "DECLINED");
  return take(scene, open, "REOPEN", { to: { verdicts, reviewedBy: [], decidedBy: null, noticeId: null }, reason });
}

const aboutOf = ({ institutionId, id: aboutId }: store.ApplicationRow) => ({ institutionId, aboutId });

/** A learner who would rather attend says which lines they do not want; the answer is computed again without them. */
export async function decline(
  scene: Scene,
  viewer: Viewer,
  key: store.ApplicationKey,
  lines: readonly number[],
): Answer {
  const open = await openFor(scene, viewer, key, "application.submit", "learner");
  if (isProblem(open)) return open;
  const { row } = open;
  if (row.status !== "SUBMITTED" && row.status !== "CONFIRMED")
    return problem("APPLICATION_ELSEWHERE", { status: row.status });
  const input = readInput(row.input);
  const words = lines.map((line) => ({ line, kind: "DECLINED" as const, reason: null, courseIds: [] }));
  const said = verdictsOf(row.outcome, words, { version: row.version + 1, input, accepting: false });
  if (isProblem(said)) return said;
  const verdicts = merged(row.verdicts, said);
  return take(scene, open, "DECLINE", { to: { verdicts, outcome: recognise(constrained(input, verdicts)) } });
}

/** Takes an application back before it is recorded. What it held is released. */
export async function withdraw(scene: Scene, viewer: Viewer, key: store.ApplicationKey): Answer {
  const open = await openFor(scene, viewer, key, "application.submit", "learner");
  return isProblem(open) ? open : take(scene, open, "WITHDRAW", {});
}

/** What the public notice of a decision says besides its lines. */
export interface NoticeWords {
  readonly title: string;
  readonly contactName: string;
  readonly contactHow: string;
}

/**
 * The receiving school's registrar decides, who is not the reviewer, and the decision is given public notice of.
 * @returns besides, REVIEWER_DECIDES, APPLICATION_OUTDATED where another decision came between, and what a notice refuses
 */
export async function decide(scene: Scene, viewer: Viewer, key: store.ApplicationKey, words: NoticeWords): Answer {
  const open = await openFor(scene, viewer, key, "application.decide", "receiving");
  if (isProblem(open)) return open;
  const { row, actor } = open;
  if (row.reviewedBy.includes(actor.accountId)) return problem("REVIEWER_DECIDES");
  if (await isOutdated(scene.read, row)) return problem("APPLICATION_OUTDATED");
  const noticeId = scene.newId();
  const composed = await composePublicNotice(
    scene.read,
    {
      institutionId: row.institutionId,
      openedBy: actor.accountId,
      kind: "DECISION",
      title: words.title,
      words: null,
      contactName: words.contactName,
      contactHow: words.contactHow,
      lines: [
        {
          learnerId: row.learnerId,
          aboutId: row.id,
          name: row.learnerName,
          schoolId: row.institutionId,
          departmentId: row.departmentId,
          className: null,
          item: itemOf(row),
        },
      ],
    },
    { id: noticeId, now: scene.now, today: scene.today },
  );
  if (isProblem(composed)) return composed;
  return take(scene, open, "DECIDE", {
    to: { decidedBy: actor.accountId, noticeId },
    tell: [stepNotice("APPLICATION_DECIDED", row, scene.now.toISOString())],
    async write(tx) {
      await openPublicNotice(tx, composed);
      return null;
    },
  });
}

/** What a public notice says of an application, in the language of all public notices. */
function itemOf({ outcome }: store.ApplicationRow): string {
  const courses = new Set(outcome.lines.flatMap(({ targets }) => targets.map(({ courseId }) => courseId))).size;
  const credits = formatCredits(outcome.lines.reduce((sum, line) => sum + line.credits, 0));
  return fill(messages("zh").application.item, { courses, credits });
}

/**
 * Whether the registration has a decision that the application does not know of: it would be packed beside it. Or whether
 * the engine was replaced since and answers otherwise.
 */
async function isOutdated(tx: Tx, row: store.ApplicationRow): Promise<boolean> {
  if (row.engineVersion !== ENGINE_VERSION && !isStill(row)) return true;
  const known = new Set(readInput(row.input).earlier.map(({ decisionId }) => decisionId));
  return [...(await store.decisionsOf(tx, row.learnerId, row.registrationId))].some((id) => !known.has(id));
}

const isStill = ({ input, verdicts, outcome }: store.ApplicationRow): boolean =>
  canonicalJson(recognise(constrained(readInput(input), verdicts)).lines) === canonicalJson(outcome.lines);

/**
 * A learner appeals against what was decided, once, while the public notice is open: another reviewer looks again.
 * @returns besides, APPEAL_OVER, APPEAL_ONCE
 */
export async function appeal(scene: Scene, viewer: Viewer, key: store.ApplicationKey, written: string): Answer {
  const reason = readReason(written);
  const open = await openFor(scene, viewer, key, "application.submit", "learner");
  if (isProblem(open)) return open;
  if (isProblem(reason)) return reason;
  const { row } = open;
  if (row.appealedFrom !== null) return problem("APPEAL_ONCE");
  const standing = await publicNoticeStanding(scene.read, aboutOf(row), scene.now);
  if (row.status === "DECIDED" && standing !== "OPEN" && standing !== "OBJECTED") return problem("APPEAL_OVER");
  const verdicts = row.verdicts.filter(({ kind }) => kind === "DECLINED");
  return take(scene, open, "APPEAL", {
    to: { appealedFrom: row.reviewedBy, reviewedBy: [], verdicts, decidedBy: null, noticeId: null },
    reason,
    tell: [waitingNotice({ ...row, version: row.version + 1 }, "receiving")],
  });
}

/**
 * Records what was decided, once the public notice is over and nothing stands against it: what it drew on is used, its
 * lines are recognised, and the decision is kept with its whole input.
 * @returns besides, PUBLIC_NOTICE_OPEN, APPLICATION_OUTDATED
 */
export async function record(scene: Scene, viewer: Viewer, key: store.ApplicationKey): Answer {
  const open = await openFor(scene, viewer, key, "application.record", "receiving");
  if (isProblem(open)) return open;
  const { row } = open;
  if (row.status === "DECIDED") {
    const standing = await publicNoticeStanding(scene.read, aboutOf(row), scene.now);
    if (standing !== "CLEAR") return problem("PUBLIC_NOTICE_OPEN");
    if (await isOutdated(scene.read, row)) return problem("APPLICATION_OUTDATED");
  }
  const [programme] = await programmesByIds(scene.read, [row.programmeId]);
  if (programme === undefined) return problem("NOT_FOUND");
  const decisionId = scene.newId();
  return take(scene, open, "RECORD", {
    to: { decisionId },
    tell: [stepNotice("APPLICATION_RECORDED", row, scene.now.toISOString())],
    write: (tx, holder) => writeDecision(tx, holder, row, { decisionId, level: programme.level }),
  });
}

async function writeDecision(
  tx: Tx,
  holder: Holder,
  row: store.ApplicationRow,
  { decisionId, level }: { readonly decisionId: string; readonly level: EducationLevel },
): Promise<Problem | null> {
  const { outcome } = row;
  const input = writeInput(constrained(readInput(row.input), row.verdicts));
  await insertDecision(tx, {
    id: decisionId,
    learnerId: row.learnerId,
    registrationId: row.registrationId,
    programmeId: row.programmeId,
    institutionId: row.institutionId,
    departmentId: row.departmentId,
    decidedOn: holder.on,
    decidedBy: row.decidedBy ?? holder.actorId,
    decidedAt: holder.at,
    engineVersion: ENGINE_VERSION,
    input,
    inputHash: createHash("sha256").update(input).digest("hex"),
    outcome,
  });
  const unit = unitOfLevel(level);
  return postFor(tx, holder, {
    kind: "RECOGNISE",
    applicationId: row.id,
    registrationId: row.registrationId,
    decisionId,
    sources: amountsFor(holder, outcome),
    lines: outcome.lines.map(({ credits }, place) => ({ line: place + 1, unit, credits })),
  });
}

/** One application; null where the viewer may see none. */
export async function application(
  tx: Tx,
  viewer: Viewer,
  key: store.ApplicationKey,
): Promise<store.ApplicationRow | null> {
  const row = await store.applicationByKey(tx, key);
  const refused = authorise(viewer, "application.read", {
    learnerId: key.learnerId,
    institutionIds: [row?.institutionId ?? null, row?.homeInstitutionId ?? null],
    departmentIds: [row?.departmentId ?? null],
    what: { type: "Application", id: key.id },
  });
  return refused === null ? row : null;
}

/** Applications within the viewer's reach, those that wait longest first. */
export async function applications(
  tx: Tx,
  viewer: Viewer,
  page: Omit<store.ApplicationPage, "of">,
): Promise<readonly store.ApplicationRow[] | Problem> {
  const scope = authoriseList(viewer, "application.read");
  return isProblem(scope) ? scope : store.applications(tx, { ...page, of: reachOf(viewer, scope) });
}

function reachOf({ learnerId, departmentId, institutionId }: Viewer, scope: Scope): store.ApplicationPage["of"] {
  if (scope === "own") return { learnerId };
  return scope === "department" ? { departmentId } : { institutionId };
}
