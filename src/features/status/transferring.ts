import type { KeyRing } from "../../auth/keyring.ts";
import { authorise, authoriseList, may } from "../../auth/policy.ts";
import { institutionsOf, type Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { addMonths } from "../../domain/date.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import type { CompetitionTier } from "../../domain/recognition/facts.ts";
import { registrationAfter, pathwayCovers } from "../../domain/registry/status-change.ts";
import { findingsOf, type GateCondition, gateConditions, qualifies } from "../../domain/registry/stage-transfer.ts";
import { fittingText } from "../../domain/text.ts";
import { fill, messages } from "../../messages/index.ts";
import { institutionsByIds, type ProgrammeRow, programmesByIds } from "../catalogue/service.ts";
import { consentMissing } from "../consent/service.ts";
import { raise } from "../notice/service.ts";
import { type ComposedNotice, composePublicNotice, openPublicNotice } from "../publicnotice/service.ts";
import { weigh } from "../recognition/service.ts";
import { effectsOf, plannedCourses } from "./effects.ts";
import { confirmStatusChange, inTransferWindow, type Opened, type StatusChangeId } from "./service.ts";
import * as changes from "./store.ts";
import * as store from "./transfer-store.ts";

/** Bounds of the service: learners on a list, characters of its texts, months it may lie ahead. */
const LEARNERS_MAX = 200;
const DECISION_NO = { min: 1, max: 60 };
const REASON = { min: 1, max: 300 };
const MONTHS_AHEAD_MAX = 12;
/** Tenths of a point: no assessment is of more than a thousand points. */
const SCORE_TENTHS_MAX = 10_000;

const invalid = (field: string): Problem => problem("INVALID_INPUT", { detail: field }, ["input", field]);
const what = (id: Id) => ({ type: "TransferList", id });

/** The lists that the viewer's school made or that were published to it, the newest first. FORBIDDEN */
export async function transferLists(
  tx: Tx,
  viewer: Viewer,
  page: { readonly first: number; readonly after: readonly string[] | null },
): Promise<readonly store.TransferListRow[] | Problem> {
  const scope = authoriseList(viewer, "transferList.read");
  if (isProblem(scope)) return scope;
  return store.transferLists(tx, scope === "any" ? null : institutionsOf(viewer), page);
}

/** One of them; null where the viewer may see none. */
export async function transferList(
  tx: Tx,
  viewer: Viewer,
  key: store.TransferListKey,
): Promise<store.TransferListRow | null> {
  const row = await store.transferListByKey(tx, key);
  const institutionIds = [row?.institutionId ?? null, row?.state === "PUBLISHED" ? row.toInstitutionId : null];
  return authorise(viewer, "transferList.read", { institutionIds, what: what(key.id) }) === null ? row : null;
}

/** A list as a registrar makes it. */
export interface TransferWish {
  readonly pathwayId: Id;
  readonly programmeId: Id;
  readonly cohort: number;
  readonly className: string | null;
  readonly effectiveOn: IsoDate;
  readonly decidedOn: IsoDate;
  readonly decisionNo: string;
  readonly results: readonly { readonly studentNo: string; readonly scoreTenths: number }[];
  /** Student numbers of those who do not go on. */
  readonly declined: readonly string[];
  readonly lateReason: string | null;
}

/** When an act happens, and how its rows get their ids. */
export interface Making {
  readonly newId: () => Id;
  readonly now: Date;
  readonly today: IsoDate;
}

/**
 * Makes a transfer list of a class or cohort: everyone is held against the conditions of the pathway; who qualifies is
 * written down as a change that waits, with what it will do, whoever does not with why. Nothing is done yet.
 * @returns FORBIDDEN, INVALID_INPUT, TRANSFER_STAGE_MISSING, TRANSFER_LIST_EMPTY, UNKNOWN_LEARNER, GUARDIAN_CONSENT_REQUIRED,
 * STATUS_CHANGE_OPEN, WINDOW_NOT_YET, WINDOW_OVER
 */
export async function makeTransferList(
  tx: Tx,
  keys: KeyRing,
  viewer: Viewer,
  wish: TransferWish,
  at: Making,
): Promise<store.TransferListRow | Problem> {
  const [programme] = await programmesByIds(tx, [wish.programmeId]);
  const id = at.newId();
  const institutionId = programme?.institutionId ?? null;
  const refused = authorise(viewer, "transferList.make", { institutionIds: [institutionId], what: what(id) });
  if (refused !== null) return refused;
  if (programme === undefined || viewer.accountId === null) return problem("NOT_FOUND");
  const decisionNo = readTexts(wish, at.today);
  if (isProblem(decisionNo)) return decisionNo;
  const taken = await inTransferWindow(
    tx,
    viewer,
    { institutionId: programme.institutionId, kind: "STAGE_TRANSFER", lateReason: wish.lateReason },
    at.now,
  );
  if (isProblem(taken)) return taken;
  const leads = await leadOf(tx, programme, wish);
  if (isProblem(leads)) return leads;
  const found = await candidatesOf(tx, keys, programme, wish, at.today);
  if (isProblem(found)) return found;
  const { pathwayId, cohort: cohortBefore, className, effectiveOn, decidedOn } = wish;
  const list: store.NewTransferList = {
    institutionId: programme.institutionId,
    id,
    toInstitutionId: leads.institutionId,
    pathwayId,
    programmeBefore: programme.id,
    programmeAfter: leads.programmeId,
    cohortBefore,
    className: className?.trim() || null,
    effectiveOn,
    decidedOn,
    decisionNo,
    conditions: leads.conditions,
    ...taken,
    recordedBy: viewer.accountId,
    recordedAt: at.now.toISOString(),
  };
  await store.insertTransferList(tx, list);
  // the newest is read first: so they stand in the order of their numbers
  for (const candidate of [...found].reverse()) {
    const written = await writeCandidate(tx, list, candidate, leads, at.newId());
    if (written !== null) return written;
  }
  return (await store.transferListByKey(tx, list)) ?? problem("NOT_FOUND");
}

/** What the texts and days of a wish lack; else the document number as it is kept. */
function readTexts(wish: TransferWish, today: IsoDate): string | Problem {
  const decisionNo = fittingText(wish.decisionNo, DECISION_NO);
  if (decisionNo === null) return invalid("decisionNo");
  if (wish.decidedOn > today) return invalid("decidedOn");
  if (wish.effectiveOn > addMonths(today, MONTHS_AHEAD_MAX)) return invalid("effectiveOn");
  if (wish.results.length > LEARNERS_MAX || wish.declined.length > LEARNERS_MAX) return invalid("results");
  const fits = ({ scoreTenths }: TransferWish["results"][number]) =>
    scoreTenths >= 0 && scoreTenths <= SCORE_TENTHS_MAX;
  return wish.results.every(fits) ? decisionNo : invalid("results");
}

/** Where a stage leads: into the programme of the next one, or into the next phase of the same. */
interface Lead {
  readonly programmeId: Id;
  readonly institutionId: Id;
  readonly conditions: readonly GateCondition[];
  /** Whether the next phase is one of the same programme, whose cohort stays. */
  readonly within: boolean;
  readonly cohort: number;
}

/** TRANSFER_STAGE_MISSING */
async function leadOf(tx: Tx, programme: ProgrammeRow, wish: TransferWish): Promise<Lead | Problem> {
  const { pathwayId, cohort } = wish;
  const [stage, terms] = await Promise.all([
    store.stageAndNext(tx, pathwayId, programme.id),
    changes.pathwayTerms(tx, pathwayId, programme.id),
  ]);
  const missing = problem("TRANSFER_STAGE_MISSING", {}, ["input", "programmeId"]);
  if (stage === null || terms === null || !pathwayCovers(terms, cohort)) return missing;
  const conditions = gateConditions(stage.gate);
  if (stage.nextProgrammeId !== null && stage.nextInstitutionId !== null) {
    const next = { programmeId: stage.nextProgrammeId, institutionId: stage.nextInstitutionId };
    return { ...next, conditions, within: false, cohort: cohort + stage.years };
  }
  if (programme.phases.length < 2) return missing;
  return { programmeId: programme.id, institutionId: programme.institutionId, conditions, within: true, cohort };
}

/** A registration with what the registrar says of it. */
interface Looked {
  readonly row: store.CandidateRow;
  readonly scoreTenths: number | null;
  readonly declines: boolean;
}

/** TRANSFER_LIST_EMPTY, UNKNOWN_LEARNER, INVALID_INPUT, GUARDIAN_CONSENT_REQUIRED */
async function candidatesOf(
  tx: Tx,
  keys: KeyRing,
  programme: ProgrammeRow,
  wish: TransferWish,
  today: IsoDate,
): Promise<readonly Looked[] | Problem> {
  const { pathwayId, cohort, results, declined } = wish;
  const of = { institutionId: programme.institutionId, programmeId: programme.id, pathwayId, cohort };
  const named = wish.className?.trim() || null;
  const all = await store.candidates(tx, { ...of, className: named }, LEARNERS_MAX + 1);
  // of a programme in phases, whoever has reached the last goes nowhere from it
  const rows = all.filter(({ phase }) => programme.phases.length < 2 || phase < programme.phases.length);
  if (rows.length === 0) return problem("TRANSFER_LIST_EMPTY", {}, ["input"]);
  if (all.length > LEARNERS_MAX) return invalid("className");
  const byNumber = new Map(rows.map((row) => [row.studentNo, row]));
  const strange = [...results.map(({ studentNo }) => studentNo), ...declined].find((no) => !byNumber.has(no));
  if (strange !== undefined)
    return problem("UNKNOWN_LEARNER", { studentNo: strange.slice(0, 20) }, ["input", "results"]);
  for (const no of declined) {
    const learnerId = byNumber.get(no)?.learnerId;
    const lacking =
      learnerId === undefined ? null : await consentMissing(tx, keys, learnerId, "DECLINE_PATHWAY", today);
    if (lacking !== null) return { ...lacking, path: ["input", "declined"] };
  }
  const scores = new Map(results.map(({ studentNo, scoreTenths }) => [studentNo, scoreTenths]));
  const decliners = new Set(declined);
  return rows.map((row) => ({
    row,
    scoreTenths: scores.get(row.studentNo) ?? null,
    declines: decliners.has(row.studentNo),
  }));
}

/** Holds one against the conditions and writes down what was found. STATUS_CHANGE_OPEN, INVALID_INPUT */
async function writeCandidate(
  tx: Tx,
  list: store.NewTransferList,
  { row, scoreTenths, declines }: Looked,
  leads: Lead,
  id: Id,
): Promise<Problem | null> {
  const { learnerId, status, cohort } = row;
  const { effectiveOn, programmeBefore, programmeAfter, pathwayId } = list;
  const passed = await passedOf(tx, { learnerId, programmeId: programmeBefore, cohort, asOf: list.decidedOn });
  const { changeWaits } = row;
  const findings = findingsOf(list.conditions, { status, changeWaits, declines, scoreTenths, ...passed });
  const goes = qualifies(findings);
  const before = {
    status,
    programmeId: programmeBefore,
    pathwayId,
    classId: row.classId,
    cohort,
    enteredOn: row.enteredOn,
  };
  const wished = {
    kind: "STAGE_TRANSFER",
    effectiveOn,
    programmeId: programmeAfter,
    cohort: leads.cohort,
    classId: null,
  } as const;
  const led = goes ? registrationAfter(before, wished, null) : null;
  if (isProblem(led)) return led;
  const after = { status: led?.status ?? status, programmeId: programmeAfter, cohort: leads.cohort, classId: null };
  const change = {
    learnerId,
    kind: "STAGE_TRANSFER",
    effectiveOn,
    before,
    after,
    institutionId: leads.institutionId,
  } as const;
  const nothing = {
    pathway: "NONE",
    holds: [],
    openApplications: 0,
    seats: [],
    plan: "NONE",
    transition: null,
  } as const;
  const isAlone = await changes.insertChange(
    tx,
    {
      learnerId,
      id,
      registrationId: row.id,
      institutionId: list.institutionId,
      // the other school's to take in once the list is published
      toInstitutionId: null,
      learnerName: row.name,
      kind: "STAGE_TRANSFER",
      effectiveOn,
      decidedOn: list.decidedOn,
      decisionNo: list.decisionNo,
      reason: messages("zh").statusChange.STAGE_TRANSFER,
      consentId: null,
      statusBefore: status,
      statusAfter: after.status,
      cohortBefore: cohort,
      cohortAfter: leads.cohort,
      programmeBefore,
      programmeAfter,
      classAfter: null,
      toSchoolName: null,
      effects: goes ? await effectsOf(tx, change) : nothing,
      recordedBy: list.recordedBy,
      recordedAt: list.recordedAt,
      lateReason: list.lateReason,
      listId: list.id,
      findings,
      phaseAfter: leads.within ? row.phase + 1 : 1,
    },
    goes,
  );
  return isAlone ? null : problem("STATUS_CHANGE_OPEN");
}

/** What the plan of the stage counts for a learner; nothing where the school has none for the cohort. */
async function passedOf(tx: Tx, of: Parameters<typeof weigh>[1]) {
  const found = await weigh(tx, of);
  if (isProblem(found)) return { courses: [], credits: 0, awards: [] };
  const { progress } = found.outcome;
  return {
    courses: plannedCourses(found),
    credits: progress.passedCredits + progress.recognisedCredits,
    awards: found.input.facts.flatMap(({ detail }): CompetitionTier[] =>
      detail.kind === "COMPETITION" ? [detail.tier] : [],
    ),
  };
}

/** Whether the viewer is one who may confirm and publish a list. */
export function mayPublish(viewer: Viewer, row: store.TransferListRow): boolean {
  const whose = { institutionIds: [row.institutionId] };
  return row.state === "RECORDED" && row.recordedBy !== viewer.accountId && may(viewer, "transferList.publish", whose);
}

export function mayWithdraw(viewer: Viewer, row: store.TransferListRow): boolean {
  return row.state === "RECORDED" && may(viewer, "transferList.withdraw", { institutionIds: [row.institutionId] });
}

/** Whether the viewer is of the school that takes in, and those of a list are there to be taken in. */
export function mayAccept(viewer: Viewer, row: store.TransferListRow): boolean {
  return row.state === "PUBLISHED" && may(viewer, "statusChange.confirm", { institutionIds: [row.toInstitutionId] });
}

/** A list with its public notice, which only has to be written. */
export interface PreparedList {
  readonly kind: "prepared";
  readonly list: store.TransferListRow;
  readonly composed: ComposedNotice;
  readonly left: readonly Id[];
}

/**
 * Prepares the confirmation of a list by another than who made it: its public notice names whoever qualifies.
 * @returns FORBIDDEN, NOT_FOUND, TRANSFER_LIST_SETTLED, TRANSFER_LIST_MAKER_PUBLISHES, and what a public notice refuses
 */
export async function prepareTransferList(
  tx: Tx,
  viewer: Viewer,
  key: store.TransferListKey,
  words: { readonly title: string; readonly contactName: string; readonly contactHow: string },
  at: Making,
): Promise<PreparedList | Problem> {
  const list = await store.transferListByKey(tx, key);
  const whose = { institutionIds: [list === null ? null : list.institutionId] };
  // who may is noted where it is written
  if (!may(viewer, "transferList.publish", whose))
    return authorise(viewer, "transferList.publish", { ...whose, what: what(key.id) }) ?? problem("FORBIDDEN");
  if (list === null) return problem("NOT_FOUND");
  if (list.state !== "RECORDED") return problem("TRANSFER_LIST_SETTLED");
  if (list.recordedBy === viewer.accountId || viewer.accountId === null)
    return problem("TRANSFER_LIST_MAKER_PUBLISHES");
  const [rows, [programme], [school]] = await Promise.all([
    store.listed(tx, list),
    programmesByIds(tx, [list.programmeAfter]),
    institutionsByIds(tx, [list.toInstitutionId]),
  ]);
  const item = fill(messages("zh").transfer.item, {
    school: school?.nameZh ?? "",
    programme: programme?.titleZh ?? "",
  });
  const composed = await composePublicNotice(
    tx,
    {
      ...words,
      institutionId: list.institutionId,
      openedBy: viewer.accountId,
      kind: "TRANSFER_LIST",
      words: null,
      lines: rows
        .filter(({ waits }) => waits)
        .map(({ learnerId, id, name, departmentId, className }) => ({
          learnerId,
          aboutId: id,
          name,
          schoolId: list.institutionId,
          departmentId,
          className,
          item,
        })),
    },
    { id: at.newId(), now: at.now, today: at.today },
  );
  if (isProblem(composed)) return composed;
  const left = rows.filter(({ waits }) => !waits).map(({ learnerId }) => learnerId);
  return { kind: "prepared", list, composed, left };
}

/**
 * Publishes a prepared list, in the writer's transaction; whoever does not stand in it is told, and the school that takes in.
 * @returns FORBIDDEN, TRANSFER_LIST_SETTLED
 */
export async function publishTransferList(
  tx: Tx,
  viewer: Viewer,
  { list, composed, left }: PreparedList,
): Promise<Problem | null> {
  const { institutionId, id, toInstitutionId } = list;
  const refused = authorise(viewer, "transferList.publish", { institutionIds: [institutionId], what: what(id) });
  if (refused !== null) return refused;
  const happenedAt = composed.notice.openedAt;
  const published = await store.publishTransferList(tx, list, { noticeId: composed.notice.id, at: happenedAt });
  if (!published) return problem("TRANSFER_LIST_SETTLED");
  await openPublicNotice(tx, composed);
  await raise(tx, [
    ...left.map((learnerId) => ({
      kind: "TRANSFER_NOT_LISTED" as const,
      key: `${id}/${learnerId}`,
      happenedAt,
      facts: { learnerId, institutionId },
    })),
    { kind: "TRANSFER_LIST_WAITING", key: id, happenedAt, facts: { institutionId: toInstitutionId } },
  ]);
  return null;
}

/**
 * Takes back a list that was not published: nothing comes of it.
 * @returns FORBIDDEN, NOT_FOUND, INVALID_INPUT, TRANSFER_LIST_SETTLED
 */
export async function withdrawTransferList(
  tx: Tx,
  viewer: Viewer,
  key: store.TransferListKey,
  reason: string,
  now: Date,
): Promise<store.TransferListRow | Problem> {
  const list = await store.transferListByKey(tx, key);
  const refused = authorise(viewer, "transferList.withdraw", {
    institutionIds: [list === null ? null : list.institutionId],
    what: what(key.id),
  });
  if (refused !== null) return refused;
  if (list === null) return problem("NOT_FOUND");
  const why = fittingText(reason, REASON);
  if (why === null) return problem("INVALID_INPUT", { detail: "reason" }, ["reason"]);
  if (!(await store.withdrawTransferList(tx, list, { at: now.toISOString(), why })))
    return problem("TRANSFER_LIST_SETTLED");
  return (await store.transferListByKey(tx, list)) ?? problem("NOT_FOUND");
}

/** One of a list, about to be taken in. */
export interface Acceptance {
  readonly of: StatusChangeId;
  readonly opened: Opened;
}

/**
 * Takes learners in at the school of the next stage, all or none: each as a change that is confirmed.
 * @returns INVALID_INPUT, and the problems of `confirmStatusChange` with the row they are about
 */
export async function acceptTransfers(
  tx: Tx,
  keys: KeyRing,
  viewer: Viewer,
  rows: readonly Acceptance[],
  at: { readonly now: Date; readonly today: IsoDate },
): Promise<readonly changes.StatusChangeRow[] | Problem> {
  if (rows.length === 0 || rows.length > LEARNERS_MAX) return invalid("rows");
  const done: changes.StatusChangeRow[] = [];
  for (const [index, { of, opened }] of rows.entries()) {
    const change = await confirmStatusChange(tx, keys, viewer, of, opened, at);
    if (isProblem(change)) return { ...change, path: change.path ?? ["input", "rows", String(index)] };
    // by this way one goes to the next stage and nowhere else
    if (change.listId === null) return problem("NOT_FOUND", {}, ["input", "rows", String(index)]);
    done.push(change);
  }
  return done;
}
