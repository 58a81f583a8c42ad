import { authorise, authoriseList, may } from "../../auth/policy.ts";
import { institutionsOf, type Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { addWorkingDays } from "../../domain/calendar/working-day.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import {
  endOfDay,
  EVERY_SCHOOL,
  type NoticePeriod,
  type NoticeStanding,
  periodFor,
  PUBLIC_NOTICE_KINDS,
  type PublicNoticeKind,
  standingOf,
} from "../../domain/public-notice.ts";
import { messages } from "../../messages/index.ts";
import { schoolDaysOf } from "../calendar/service.ts";
import { publicName, publicNamePolicies } from "../catalogue/service.ts";
import { raise } from "../notice/service.ts";
import * as store from "./store.ts";
import { faultIn, ITEMS_MAX, REASON_LENGTH_MAX } from "./texts.ts";

export {
  answerObjection,
  fileObjection,
  missingObjectionKeys,
  objectionAnswer,
  reencryptObjections,
} from "./objections.ts";
export { remindOfObjections } from "./reminding.ts";
export type { OpenLine } from "./store.ts";
export { openObjection, takeUpObjection, type Objection } from "./objections.ts";

/** A line that is to be given notice of. */
export interface Line {
  readonly learnerId: Id;
  /** The decision, change of status or achievement it is about; whoever waits for it asks `publicNoticeStanding`. */
  readonly aboutId: Id | null;
  /** In full: it is masked where its school has names masked. */
  readonly name: string;
  readonly schoolId: Id | null;
  readonly departmentId: Id | null;
  readonly className: string | null;
  readonly item: string;
}

/** A public notice as it is to be. */
export interface Draft {
  readonly institutionId: Id;
  readonly openedBy: Id;
  readonly kind: PublicNoticeKind;
  readonly title: string;
  readonly words: string | null;
  readonly contactName: string;
  readonly contactHow: string;
  readonly lines: readonly Line[];
}

/** When it is opened, and the id it will have. */
export interface Opening {
  readonly id: Id;
  readonly now: Date;
  readonly today: IsoDate;
}

/** A public notice that only has to be written. */
export interface ComposedNotice {
  readonly kind: "composed";
  readonly notice: store.NewNotice;
  readonly items: readonly store.NewItem[];
}

/**
 * Composes a public notice: its last day by the school's calendar and setting, names masked by each school's word. For
 * services that have authorised their own act; `openPublicNotice` writes it.
 * @returns INVALID_INPUT, PUBLIC_NOTICE_EMPTY, PUBLIC_NOTICE_ID_NUMBER, PUBLIC_NOTICE_PHONE, PUBLIC_NOTICE_BIRTH_DATE,
 *   PUBLIC_NOTICE_LENGTH_UNSET, CALENDAR_YEAR_UNKNOWN
 */
export async function composePublicNotice(tx: Tx, draft: Draft, at: Opening): Promise<ComposedNotice | Problem> {
  const { institutionId, kind, lines } = draft;
  if (lines.length === 0) return problem("PUBLIC_NOTICE_EMPTY", {}, ["input", "rows"]);
  if (lines.length > ITEMS_MAX)
    return problem("INVALID_INPUT", { detail: `rows: 1 … ${ITEMS_MAX}` }, ["input", "rows"]);
  const fault = faultIn(draft);
  if (fault !== null) return fault;
  const [period, days] = await Promise.all([periodOf(tx, kind, institutionId), schoolDaysOf(tx, institutionId)]);
  if (period === null) return problem("PUBLIC_NOTICE_LENGTH_UNSET");
  const closesOn = addWorkingDays(days, at.today, period.workingDays);
  if (isProblem(closesOn)) return closesOn;
  const schoolIds = [...new Set(lines.flatMap(({ schoolId }) => schoolId ?? []))];
  const policies = new Map((await publicNamePolicies(tx, schoolIds)).map((row) => [row.institutionId, row]));
  const { workingDays, answerWorkingDays, citation, certainty } = period;
  return {
    kind: "composed",
    notice: {
      institutionId,
      id: at.id,
      kind,
      title: draft.title.trim(),
      words: draft.words?.trim() || null,
      contactName: draft.contactName.trim(),
      contactHow: draft.contactHow.trim(),
      openedBy: draft.openedBy,
      openedAt: at.now.toISOString(),
      closesOn,
      closesAt: endOfDay(closesOn),
      workingDays,
      answerWorkingDays,
      citation,
      certainty,
    },
    items: lines.map((line) => ({
      ...line,
      name: publicName(line.name, policies.get(line.schoolId ?? "")),
      item: line.item.trim(),
    })),
  };
}

/** Writes a composed notice, in the writer's transaction of the act it tells of; whoever it names is told. */
export async function openPublicNotice(tx: Tx, { notice, items }: ComposedNotice): Promise<void> {
  await store.insertNotice(tx, notice, items);
  const counts = new Map<Id, number>();
  for (const { learnerId } of items) counts.set(learnerId, (counts.get(learnerId) ?? 0) + 1);
  const learners = [...counts].map(([learnerId, count]) => ({ learnerId, count }));
  const facts = { noticeId: notice.id, institutionId: notice.institutionId, learners };
  await raise(tx, [{ kind: "PUBLIC_NOTICE_OPENED", key: notice.id, happenedAt: notice.openedAt, facts }]);
}

/**
 * How something that was given notice of stands, whoever asks: only CLEAR lets it take effect where it has to wait.
 * @param aboutId what the line was about
 */
export async function publicNoticeStanding(
  tx: Tx,
  { institutionId, aboutId }: { readonly institutionId: Id; readonly aboutId: Id },
  now: Date,
): Promise<NoticeStanding> {
  const found = await store.standingOfAbout(tx, institutionId, aboutId);
  return standingOf(found, found?.objections ?? [], now);
}

/** What a registrar gives notice of: rows of their own, and the certificates and awards of a confirmed batch. */
export interface RegistrarDraft extends Pick<Draft, "kind" | "title" | "words" | "contactName" | "contactHow"> {
  readonly rows: readonly { readonly learnerId: Id; readonly item: string }[];
  readonly batchId: Id | null;
}

/**
 * Composes a registrar's notice of learners of their school.
 * @returns FORBIDDEN, NOT_FOUND for a learner who is none of theirs, and the problems of `composePublicNotice`
 */
export async function composeForRegistrar(
  tx: Tx,
  viewer: Viewer,
  wish: RegistrarDraft,
  at: Opening,
): Promise<ComposedNotice | Problem> {
  const { institutionId, accountId } = viewer;
  // who may not is told so, and noted, before anything is read; who may is noted where it is written
  if (!may(viewer, "publicNotice.open", { institutionIds: [institutionId] })) {
    return authorise(viewer, "publicNotice.open", { institutionIds: [institutionId] }) ?? problem("FORBIDDEN");
  }
  if (institutionId === null || accountId === null) return problem("FORBIDDEN", { action: "publicNotice.open" });
  const rows = wish.rows.map((row) => ({ ...row, aboutId: null as Id | null }));
  if (rows.length > ITEMS_MAX) return problem("INVALID_INPUT", { detail: `rows: 1 … ${ITEMS_MAX}` }, ["input", "rows"]);
  if (wish.batchId !== null) rows.push(...(await awardRows(tx, institutionId, wish.batchId)));
  const learners = new Map(
    (await store.listed(tx, [...new Set(rows.map(({ learnerId }) => learnerId))])).map((row) => [row.learnerId, row]),
  );
  const stranger = rows.findIndex(({ learnerId }) => learners.get(learnerId)?.schoolId !== institutionId);
  if (stranger !== -1) return problem("NOT_FOUND", {}, ["input", "rows", String(stranger), "learnerId"]);
  const lines = rows.flatMap((row) => {
    const learner = learners.get(row.learnerId);
    return learner === undefined ? [] : [{ ...learner, ...row }];
  });
  return composePublicNotice(tx, { ...wish, institutionId, openedBy: accountId, lines }, at);
}

/** Writes what a registrar composed, in the writer's transaction. FORBIDDEN */
export async function openForRegistrar(
  tx: Tx,
  viewer: Viewer,
  composed: ComposedNotice,
): Promise<{ readonly institutionId: Id; readonly noticeId: Id } | Problem> {
  const { institutionId, id: noticeId } = composed.notice;
  const what = { type: "PublicNotice", id: noticeId };
  const refused = authorise(viewer, "publicNotice.open", { institutionIds: [institutionId], what });
  if (refused !== null) return refused;
  await openPublicNotice(tx, composed);
  return { institutionId, noticeId };
}

/** The certificates and awards of a confirmed batch, in words: never a certificate's number. */
async function awardRows(tx: Tx, institutionId: Id, batchId: Id) {
  const { code } = messages("zh");
  return (await store.awardsOf(tx, institutionId, batchId)).map(({ learnerId, achievementId, title, detail }) => {
    const parts =
      detail.kind === "COMPETITION"
        ? [code[detail.tier], code[detail.prize]]
        : detail.kind === "CERTIFICATE"
          ? [code[detail.level]]
          : [];
    return { learnerId, aboutId: achievementId, item: [title.zh, ...parts].join(" ") };
  });
}

type Page = { readonly first: number; readonly after: readonly string[] | null };

/** The public notices that are open now, of a school or of all. For anyone. */
export async function openNotices(tx: Tx, now: Date, institutionKey: string | null, page: Page) {
  await store.readAt(tx, now);
  return store.openNotices(tx, now, institutionKey, page);
}

/** One that is open now; null for any other, to its own school too: this is what the public sees. */
export async function openNotice(tx: Tx, now: Date, institutionId: Id, id: Id): Promise<store.PublicNoticeRow | null> {
  await store.readAt(tx, now);
  const notice = await store.noticeById(tx, institutionId, id);
  return notice !== null && isShown(notice, now) ? notice : null;
}

/** The lines about learners that are open to objection now. */
export async function openLinesOf(tx: Tx, now: Date, learnerIds: readonly Id[]): Promise<readonly store.OpenLine[]> {
  await store.readAt(tx, now);
  return store.openLines(tx, now, learnerIds);
}

function isShown({ openedAt, closesAt }: store.PublicNoticeRow, now: Date): boolean {
  return Date.parse(openedAt) <= now.getTime() && now.getTime() < Date.parse(closesAt);
}

/** All public notices of the viewer's school, and of those it succeeds. FORBIDDEN for who is no registrar. */
export async function schoolNotices(
  tx: Tx,
  viewer: Viewer,
  page: Page,
): Promise<readonly store.PublicNoticeRow[] | Problem> {
  const scope = authoriseList(viewer, "publicNotice.read");
  return isProblem(scope) ? scope : store.noticesOf(tx, institutionsOf(viewer), page);
}

/**
 * Takes a notice of the viewer's school off before its time.
 * @returns FORBIDDEN, NOT_FOUND, INVALID_INPUT, PUBLIC_NOTICE_CLOSED
 */
export async function withdrawNotice(
  tx: Tx,
  viewer: Viewer,
  of: { readonly institutionId: Id; readonly id: Id },
  reason: string,
  now: Date,
): Promise<store.PublicNoticeRow | Problem> {
  const { institutionId, accountId } = viewer;
  const why = reason.trim();
  const refused = authorise(viewer, "publicNotice.withdraw", {
    institutionIds: [institutionId],
    what: { type: "PublicNotice", id: of.id },
    reason: why,
  });
  if (refused !== null) return refused;
  if (accountId === null) return problem("FORBIDDEN", { action: "publicNotice.withdraw" });
  if (why === "" || why.length > REASON_LENGTH_MAX) return problem("INVALID_INPUT", { detail: "reason" }, ["reason"]);
  const notice = of.institutionId === institutionId ? await store.noticeById(tx, of.institutionId, of.id) : null;
  if (notice === null) return problem("NOT_FOUND");
  const at = now.toISOString();
  if (!(await store.withdraw(tx, notice, { accountId, at, reason: why }))) return problem("PUBLIC_NOTICE_CLOSED");
  return (await store.noticeById(tx, notice.institutionId, notice.id)) ?? problem("NOT_FOUND");
}

async function periodOf(tx: Tx, kind: PublicNoticeKind, institutionId: Id): Promise<NoticePeriod | null> {
  return periodFor(await store.periods(tx, [institutionId, EVERY_SCHOOL]), kind, institutionId);
}

/** What holds at a school for each kind. */
export async function periodsAt(tx: Tx, institutionId: Id): Promise<readonly NoticePeriod[]> {
  const rows = await store.periods(tx, [institutionId, EVERY_SCHOOL]);
  return PUBLIC_NOTICE_KINDS.flatMap((kind) => periodFor(rows, kind, institutionId) ?? []);
}

/** Bounds of the service: no notice stays open for a term, and a clause is a line. */
const DAYS_MAX = 60;
const CLAUSE_LENGTH_MAX = 200;

/** Says how long notices of a kind stay open at the viewer's school. @returns FORBIDDEN, INVALID_INPUT */
export async function setPeriod(
  tx: Tx,
  viewer: Viewer,
  wish: Omit<NoticePeriod, "institutionId" | "certainty">,
  now: Date,
): Promise<Id | Problem> {
  const { institutionId, accountId } = viewer;
  const refused = authorise(viewer, "publicNotice.setPeriod", { institutionIds: [institutionId] });
  if (refused !== null) return refused;
  if (institutionId === null || accountId === null) return problem("FORBIDDEN", { action: "publicNotice.setPeriod" });
  const days = [wish.workingDays, wish.answerWorkingDays];
  if (days.some((count) => count < 1 || count > DAYS_MAX)) {
    return problem("INVALID_INPUT", { detail: `workingDays, answerWorkingDays: 1 … ${DAYS_MAX}` }, ["input"]);
  }
  const clause = [wish.citation.document, wish.citation.clause];
  if (clause.some((text) => text.trim() === "" || text.length > CLAUSE_LENGTH_MAX)) {
    return problem("INVALID_INPUT", { detail: "citation" }, ["input", "citation"]);
  }
  // the school itself says so: there is nothing left to verify
  const row = { ...wish, institutionId, certainty: "VERIFIED" as const };
  await store.putPeriod(tx, { ...row, setBy: accountId, setAt: now.toISOString() });
  return institutionId;
}
