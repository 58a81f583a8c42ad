import type { KeyRing } from "../../auth/keyring.ts";
import { type Action, authorise, authoriseList, may } from "../../auth/policy.ts";
import { institutionsOf, type Viewer } from "../../auth/viewer.ts";
import { enqueue } from "../../db/jobs.ts";
import type { Tx } from "../../db/transaction.ts";
import { admitted } from "../../domain/calendar/window.ts";
import { addMonths } from "../../domain/date.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import type { StatusChangeKind } from "../../domain/registry/registration.ts";
import type { NoticeStanding } from "../../domain/public-notice.ts";
import { givesUpSeats, registrationAfter, type StatusChangeEffects } from "../../domain/registry/status-change.ts";
import { windowAt } from "../calendar/service.ts";
import { programmesByIds } from "../catalogue/service.ts";
import { consentInForceOf, consentMissing } from "../consent/service.ts";
import { publicNoticeStanding } from "../publicnotice/service.ts";
import { learnersByIds, type RegistrationRow, registrationsOfLearners } from "../registry/service.ts";
import { effectsOf, planOf } from "./effects.ts";
import * as store from "./store.ts";

/** Bounds of the service: characters of its texts, months a decision may lie ahead of what it decides. */
const DOCUMENT_LENGTH_MAX = 60;
const TEXT_LENGTH_MAX = 300;
const SCHOOL_LENGTH_MAX = 60;
const STUDENT_NO_LENGTH_MAX = 20;
const MONTHS_AHEAD_MAX = 12;

const invalid = (field: string): Problem => problem("INVALID_INPUT", { detail: field }, ["input", field]);
const fits = (text: string, max: number): boolean => text !== "" && text.length <= max;

/**
 * The changes within the viewer's reach, the newest first; of one learner, where one is named.
 * @returns FORBIDDEN for whoever has to do with none
 */
export async function statusChanges(
  tx: Tx,
  viewer: Viewer,
  filter: {
    readonly learnerId: Id | null;
    readonly state: store.StatusChangeState | null;
    readonly listId?: Id;
    readonly first: number;
    readonly after: readonly string[] | null;
  },
): Promise<readonly store.StatusChangeRow[] | Problem> {
  const scope = authoriseList(viewer, "statusChange.read");
  if (isProblem(scope)) return scope;
  const own = scope === "own" ? [viewer.learnerId].filter((id) => id !== null) : null;
  const named = filter.learnerId === null ? null : [filter.learnerId];
  const learnerIds = named === null || own === null ? (named ?? own) : named.filter((id) => own.includes(id));
  const institutionIds = scope === "institution" ? institutionsOf(viewer) : null;
  // a list has a class in it: its changes are read with it
  const alone = scope === "institution" && named === null ? "NONE" : null;
  const list = filter.listId === undefined ? alone : { id: filter.listId };
  return store.changesWithin(tx, { learnerIds, institutionIds, state: filter.state, list }, filter);
}

/** A change as a registrar writes it down. */
export interface StatusChangeWish {
  readonly learnerId: Id;
  readonly registrationId: Id;
  readonly kind: StatusChangeKind;
  readonly effectiveOn: IsoDate;
  readonly decidedOn: IsoDate;
  readonly decisionNo: string;
  readonly reason: string;
  readonly programmeId: Id | null;
  readonly cohort: number | null;
  readonly className: string | null;
  readonly toSchoolName: string | null;
  readonly lateReason: string | null;
}

/** What a school takes within its window of transfers (转学、转专业、转段), and later only as an exception. */
const IN_WINDOW: readonly StatusChangeKind[] = ["TRANSFER", "CHANGE_OF_MAJOR", "STAGE_TRANSFER"];

/**
 * Whether a school takes a change of a kind now, and as an exception by which reason.
 * @returns WINDOW_NOT_YET, WINDOW_OVER, INVALID_INPUT, FORBIDDEN for who may not admit what is late
 */
export async function inTransferWindow(
  tx: Tx,
  viewer: Viewer,
  what: { readonly institutionId: Id; readonly kind: StatusChangeKind; readonly lateReason: string | null },
  now: Date,
): Promise<{ readonly lateReason: string | null } | Problem> {
  const { institutionId, kind, lateReason } = what;
  if (!IN_WINDOW.includes(kind)) return { lateReason: null };
  const found = admitted(await windowAt(tx, institutionId, "TRANSFER", now.toISOString()), now, lateReason);
  if (isProblem(found) || found.lateReason === null) return found;
  const refused = authorise(viewer, "window.except", { institutionIds: [institutionId], reason: found.lateReason });
  return refused ?? found;
}

/**
 * Writes a change down, with what it will do. It changes nothing yet: another person confirms it.
 * @returns FORBIDDEN, NOT_FOUND, INVALID_INPUT, STATUS_CHANGE_IMPOSSIBLE, STATUS_CHANGE_OPEN, GUARDIAN_CONSENT_REQUIRED,
 * UNKNOWN_PROGRAMME, UNKNOWN_CLASS, WINDOW_NOT_YET, WINDOW_OVER
 */
export async function recordStatusChange(
  tx: Tx,
  keys: KeyRing,
  viewer: Viewer,
  wish: StatusChangeWish,
  at: { readonly id: Id; readonly now: Date; readonly today: IsoDate },
): Promise<store.StatusChangeRow | Problem> {
  const { learnerId, kind, effectiveOn } = wish;
  const registration = await registrationOf(tx, viewer, wish, at.id);
  if (isProblem(registration)) return registration;
  const texts = readTexts(wish, at.today);
  if (isProblem(texts)) return texts;
  // to the next stage one goes by a list
  if (kind === "STAGE_TRANSFER") return problem("STATUS_CHANGE_IMPOSSIBLE", { status: registration.status, kind });
  const window = { institutionId: registration.institutionId, kind, lateReason: wish.lateReason };
  const taken = await inTransferWindow(tx, viewer, window, at.now);
  if (isProblem(taken)) return taken;
  const target = await targetOf(tx, registration, wish);
  if (isProblem(target)) return target;
  const since = await store.awaySince(tx, learnerId, registration.id);
  const after = registrationAfter(registration, { kind, effectiveOn, ...target, cohort: wish.cohort }, since);
  if (isProblem(after)) return after;
  const lacking = await lackingConsent(tx, keys, learnerId, kind, at.today);
  if (lacking !== null) return lacking;
  const [learner] = await learnersByIds(tx, [learnerId]);
  if (learner === undefined || viewer.accountId === null) return problem("NOT_FOUND");
  const institutionId = target.toInstitutionId ?? registration.institutionId;
  const effects = await effectsOf(tx, {
    learnerId,
    kind,
    effectiveOn,
    before: registration,
    after,
    institutionId,
  });
  const isOnly = await store.insertChange(tx, {
    ...texts,
    learnerId,
    id: at.id,
    registrationId: registration.id,
    institutionId: registration.institutionId,
    toInstitutionId: target.toInstitutionId,
    learnerName: learner.name,
    kind,
    effectiveOn,
    decidedOn: wish.decidedOn,
    consentId: await consentOf(tx, learnerId, kind, at.today),
    statusBefore: registration.status,
    statusAfter: after.status,
    cohortBefore: registration.cohort,
    cohortAfter: after.cohort,
    programmeBefore: registration.programmeId,
    programmeAfter: after.programmeId,
    classAfter: after.classId,
    effects,
    recordedBy: viewer.accountId,
    recordedAt: at.now.toISOString(),
    lateReason: taken.lateReason,
    listId: null,
    findings: null,
    phaseAfter: null,
  });
  if (!isOnly) return problem("STATUS_CHANGE_OPEN");
  return (await store.changeById(tx, learnerId, at.id)) ?? problem("NOT_FOUND");
}

/** The registration a change is made of, for whoever may write one down. */
async function registrationOf(
  tx: Tx,
  viewer: Viewer,
  { learnerId, registrationId }: StatusChangeWish,
  changeId: Id,
): Promise<(RegistrationRow & { readonly classId: Id | null }) | Problem> {
  const rows = await registrationsOfLearners(tx, [learnerId]);
  const row = rows.find(({ id }) => id === registrationId);
  const refused = authorise(viewer, "statusChange.record", {
    learnerId,
    institutionIds: [row?.institutionId ?? null],
    what: { type: "StatusChange", id: changeId },
  });
  return refused ?? row ?? problem("NOT_FOUND");
}

function readTexts(wish: StatusChangeWish, today: IsoDate) {
  const [decisionNo, reason] = [wish.decisionNo.trim(), wish.reason.trim()];
  if (!fits(decisionNo, DOCUMENT_LENGTH_MAX)) return invalid("decisionNo");
  if (!fits(reason, TEXT_LENGTH_MAX)) return invalid("reason");
  if (wish.decidedOn > today) return invalid("decidedOn");
  if (wish.effectiveOn > addMonths(today, MONTHS_AHEAD_MAX)) return invalid("effectiveOn");
  const toSchoolName = wish.toSchoolName?.trim() ?? "";
  if (toSchoolName === "") return { decisionNo, reason, toSchoolName: null };
  const leaves = wish.kind === "TRANSFER" && wish.programmeId === null && toSchoolName.length <= SCHOOL_LENGTH_MAX;
  return leaves ? { decisionNo, reason, toSchoolName } : invalid("toSchoolName");
}

/** Where a change leads: a programme of the school or of another one, a class of the school. */
async function targetOf(
  tx: Tx,
  { institutionId, programmeId: from }: RegistrationRow,
  { kind, programmeId, className, toSchoolName }: StatusChangeWish,
): Promise<
  { readonly programmeId: Id | null; readonly classId: Id | null; readonly toInstitutionId: Id | null } | Problem
> {
  const [programme] = programmeId === null ? [] : await programmesByIds(tx, [programmeId]);
  if (programmeId !== null && programme === undefined)
    return problem("UNKNOWN_PROGRAMME", { key: "" }, ["input", "programmeId"]);
  const toInstitutionId =
    programme === undefined || programme.institutionId === institutionId ? null : programme.institutionId;
  if (kind === "TRANSFER" ? toInstitutionId === null && (toSchoolName ?? "").trim() === "" : toInstitutionId !== null)
    return invalid("programmeId");
  const name = className?.trim() ?? "";
  if (name === "") return { programmeId, classId: null, toInstitutionId };
  // the school that takes in places its learners itself
  const found = toInstitutionId === null ? await store.classByName(tx, institutionId, name) : null;
  if (found === null || found.programmeId !== (programmeId ?? from))
    return problem("UNKNOWN_CLASS", { name }, ["input", "className"]);
  return { programmeId, classId: found.id, toInstitutionId };
}

/** The consent that a change waits for. GUARDIAN_CONSENT_REQUIRED */
async function lackingConsent(
  tx: Tx,
  keys: KeyRing,
  learnerId: Id,
  kind: StatusChangeKind,
  today: IsoDate,
): Promise<Problem | null> {
  if (kind === "LEAVE") return consentMissing(tx, keys, learnerId, "LEAVE", today);
  if (kind === "WITHDRAWAL") return consentMissing(tx, keys, learnerId, "WITHDRAWAL", today);
  return null;
}

async function consentOf(tx: Tx, learnerId: Id, kind: StatusChangeKind, today: IsoDate): Promise<Id | null> {
  return kind === "LEAVE" || kind === "WITHDRAWAL" ? consentInForceOf(tx, learnerId, kind, today) : null;
}

/** A change that somebody is about to act on. */
export interface StatusChangeId {
  readonly learnerId: Id;
  readonly id: Id;
}

const schoolsOf = (row: store.StatusChangeRow | null): readonly (Id | null)[] =>
  row === null ? [null] : [row.institutionId, row.toInstitutionId];

async function changeFor(
  tx: Tx,
  viewer: Viewer,
  action: Action,
  { learnerId, id }: StatusChangeId,
  institutionIds: (row: store.StatusChangeRow | null) => readonly (Id | null)[],
): Promise<store.StatusChangeRow | Problem> {
  const row = await store.changeById(tx, learnerId, id);
  const what = { type: "StatusChange", id };
  const refused = authorise(viewer, action, { learnerId, institutionIds: institutionIds(row), what });
  return refused ?? row ?? problem("NOT_FOUND");
}

/** The school whose people confirm: the one that takes a learner in, or else the registration's own. */
const confirmingSchool = (row: store.StatusChangeRow | null): readonly (Id | null)[] => [
  row?.toInstitutionId ?? row?.institutionId ?? null,
];

/** Whether the viewer is one who may confirm a change, were it due. */
export function mayConfirm(viewer: Viewer, row: store.StatusChangeRow): boolean {
  const whose = { learnerId: row.learnerId, institutionIds: confirmingSchool(row) };
  return row.state === "RECORDED" && row.recordedBy !== viewer.accountId && may(viewer, "statusChange.confirm", whose);
}

/** Whether the viewer is one who may reject a change. */
export function mayReject(viewer: Viewer, row: store.StatusChangeRow): boolean {
  const whose = { learnerId: row.learnerId, institutionIds: schoolsOf(row) };
  return row.state === "RECORDED" && may(viewer, "statusChange.reject", whose);
}

/**
 * Confirms a change, by another than who recorded it, and carries it out in one transaction: the registration, the place in
 * class and pathway, and what is to follow: seats given up, people told. No earlier than it takes effect.
 * @param opened the id of the registration that a change of major, school or stage opens, its number and class at the school
 *   that takes in, and why that school takes it outside its window
 * @returns FORBIDDEN, NOT_FOUND, INVALID_INPUT, STATUS_CHANGE_SETTLED, STATUS_CHANGE_RECORDER_CONFIRMS,
 * STATUS_CHANGE_NOT_DUE, STATUS_CHANGE_STALE, GUARDIAN_CONSENT_REQUIRED, REGISTRATION_GOES_ON, UNKNOWN_CLASS; of a stage
 * transfer TRANSFER_LIST_NOT_PUBLISHED, PUBLIC_NOTICE_OPEN, WINDOW_NOT_YET, WINDOW_OVER
 */
export async function confirmStatusChange(
  tx: Tx,
  keys: KeyRing,
  viewer: Viewer,
  of: StatusChangeId,
  opened: Opened,
  at: { readonly now: Date; readonly today: IsoDate },
): Promise<store.StatusChangeRow | Problem> {
  const row = await changeFor(tx, viewer, "statusChange.confirm", of, confirmingSchool);
  if (isProblem(row)) return row;
  const refused = await notConfirmable(tx, keys, viewer, row, at.today);
  if (refused !== null) return refused;
  const registrations = await registrationsOfLearners(tx, [row.learnerId]);
  const registration = registrations.find(({ id }) => id === row.registrationId);
  const studentNo = opened.studentNo?.trim() ?? (row.toInstitutionId === null ? registration?.studentNo : "") ?? "";
  const opens = row.programmeAfter !== row.programmeBefore || row.listId !== null;
  if (opens && !fits(studentNo, STUDENT_NO_LENGTH_MAX)) return invalid("studentNo");
  const placed = await placeIn(tx, row, opened.className);
  if (isProblem(placed)) return placed;
  const taken = await takenIn(tx, viewer, row, opened.lateReason, at.now);
  if (isProblem(taken)) return taken;
  const done = await store.confirmChange(tx, row, {
    at: at.now.toISOString(),
    effects: await effectsNow(tx, viewer, row),
    opened: opens ? { id: opened.id, studentNo } : null,
    placed,
    lateReason: taken.lateReason,
  });
  if (done === "SETTLED") return problem("STATUS_CHANGE_SETTLED");
  if (done === "UNPUBLISHED") return problem("TRANSFER_LIST_NOT_PUBLISHED");
  if (done === "STALE") return problem("STATUS_CHANGE_STALE");
  if (done === "PLACE_TAKEN") return problem("REGISTRATION_GOES_ON");
  const { learnerId, id, institutionId, kind, effectiveOn } = row;
  const seats = givesUpSeats(kind, row.statusAfter);
  const happenedAt = at.now.toISOString();
  await enqueue(tx, "status.changed", { learnerId, changeId: id, institutionId, kind, effectiveOn, seats, happenedAt });
  return (await store.changeById(tx, learnerId, id)) ?? problem("NOT_FOUND");
}

/** The registration that a change opens, as the school that takes in says. */
export interface Opened {
  readonly id: Id;
  readonly studentNo: string | null;
  readonly className: string | null;
  readonly lateReason: string | null;
}

/** The class that the school taking in names, for whoever comes from elsewhere; null where it names none. UNKNOWN_CLASS */
async function placeIn(tx: Tx, row: store.StatusChangeRow, className: string | null): Promise<Id | null | Problem> {
  const name = className?.trim() ?? "";
  if (name === "") return null;
  const takesIn = row.toInstitutionId !== null || row.listId !== null;
  const found = takesIn ? await store.classByName(tx, row.toInstitutionId ?? row.institutionId, name) : null;
  return found?.programmeId === row.programmeAfter
    ? found.id
    : problem("UNKNOWN_CLASS", { name }, ["input", "className"]);
}

/** How the public notice of a stage transfer stands; null of any other change, and until it was opened. */
export async function standingOf(
  tx: Tx,
  { listId, institutionId, id: aboutId }: store.StatusChangeRow,
  now: Date,
): Promise<Exclude<NoticeStanding, "NOT_OPENED"> | null> {
  const standing = listId === null ? "NOT_OPENED" : await publicNoticeStanding(tx, { institutionId, aboutId }, now);
  return standing === "NOT_OPENED" ? null : standing;
}

/** Whether a stage transfer may be taken in: given public notice of to its end, within the window of the school. */
async function takenIn(
  tx: Tx,
  viewer: Viewer,
  row: store.StatusChangeRow,
  lateReason: string | null,
  now: Date,
): Promise<{ readonly lateReason: string | null } | Problem> {
  const { institutionId, kind, listId } = row;
  if (listId === null) return { lateReason: null };
  if (!row.published) return problem("TRANSFER_LIST_NOT_PUBLISHED");
  if ((await standingOf(tx, row, now)) !== "CLEAR") return problem("PUBLIC_NOTICE_OPEN");
  return inTransferWindow(tx, viewer, { institutionId: row.toInstitutionId ?? institutionId, kind, lateReason }, now);
}

async function notConfirmable(
  tx: Tx,
  keys: KeyRing,
  viewer: Viewer,
  row: store.StatusChangeRow,
  today: IsoDate,
): Promise<Problem | null> {
  if (row.state !== "RECORDED") return problem("STATUS_CHANGE_SETTLED");
  if (row.recordedBy === viewer.accountId) return problem("STATUS_CHANGE_RECORDER_CONFIRMS");
  if (row.effectiveOn > today) return problem("STATUS_CHANGE_NOT_DUE", { day: row.effectiveOn });
  // it may have been revoked since
  return lackingConsent(tx, keys, row.learnerId, row.kind, today);
}

/**
 * What a change does, as things stand now. The school that takes in sees copies and not the record: of what the learner
 * holds at the other school it reads what was written down, of its own plan how the courses stand now.
 */
export async function effectsNow(tx: Tx, viewer: Viewer, row: store.StatusChangeRow): Promise<StatusChangeEffects> {
  if (row.state !== "RECORDED") return row.effects;
  const { learnerId, kind, effectiveOn } = row;
  const after = {
    status: row.statusAfter,
    programmeId: row.programmeAfter,
    cohort: row.cohortAfter,
    classId: row.classAfter,
  };
  const [programme] = await programmesByIds(tx, [row.programmeAfter]);
  const institutionId = programme?.institutionId ?? row.institutionId;
  const isRegistrarsOf = (school: Id | null) => may(viewer, "statusChange.confirm", { institutionIds: [school] });
  if (!isRegistrarsOf(row.institutionId)) {
    if (!isRegistrarsOf(row.toInstitutionId)) return row.effects;
    return { ...row.effects, ...(await planOf(tx, { learnerId, effectiveOn, after, institutionId }, "OTHER")) };
  }
  const registrations = await registrationsOfLearners(tx, [learnerId]);
  const before = registrations.find(({ id }) => id === row.registrationId);
  if (before === undefined) return row.effects;
  return effectsOf(tx, { learnerId, kind, effectiveOn, before, after, institutionId });
}

/**
 * Rejects a change, with why: nothing comes of it. Whoever recorded it takes it back the same way.
 * @returns FORBIDDEN, NOT_FOUND, INVALID_INPUT, STATUS_CHANGE_SETTLED
 */
export async function rejectStatusChange(
  tx: Tx,
  viewer: Viewer,
  of: StatusChangeId,
  reason: string,
  now: Date,
): Promise<store.StatusChangeRow | Problem> {
  const row = await changeFor(tx, viewer, "statusChange.reject", of, schoolsOf);
  if (isProblem(row)) return row;
  const why = reason.trim();
  if (!fits(why, TEXT_LENGTH_MAX)) return problem("INVALID_INPUT", { detail: "reason" }, ["reason"]);
  if (!(await store.rejectChange(tx, row, { at: now.toISOString(), why }))) return problem("STATUS_CHANGE_SETTLED");
  return (await store.changeById(tx, row.learnerId, row.id)) ?? problem("NOT_FOUND");
}

/**
 * Writes down how the filing (备案) of a confirmed change stands: filed, or returned with what is wanting.
 * @returns FORBIDDEN, NOT_FOUND, INVALID_INPUT, STATUS_CHANGE_NOT_CONFIRMED
 */
export async function fileStatusChange(
  tx: Tx,
  viewer: Viewer,
  of: StatusChangeId,
  filing: { readonly state: store.FilingState; readonly on: IsoDate; readonly note: string | null },
  today: IsoDate,
): Promise<store.StatusChangeRow | Problem> {
  const row = await changeFor(tx, viewer, "statusChange.file", of, (found) => [found?.institutionId ?? null]);
  if (isProblem(row)) return row;
  if (row.state !== "CONFIRMED") return problem("STATUS_CHANGE_NOT_CONFIRMED");
  const note = filing.note?.trim() ?? "";
  if (note.length > TEXT_LENGTH_MAX || (filing.state === "RETURNED" && note === "")) return invalid("note");
  if (filing.on > today || filing.on < row.decidedOn) return invalid("on");
  await store.setFiling(tx, row, { ...filing, note: note === "" ? null : note });
  return (await store.changeById(tx, row.learnerId, row.id)) ?? problem("NOT_FOUND");
}
