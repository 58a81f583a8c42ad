import type { Language } from "../../auth/viewer.ts";
import { enqueue, type Job, JobFailure } from "../../db/jobs.ts";
import type { Tx } from "../../db/transaction.ts";
import { dayInChina } from "../../domain/date.ts";
import type { Id, IsoDate, Title } from "../../domain/id.ts";
import { type NoticeFacts, type NoticeKind, NOTICES, type Regard } from "../../domain/notice.ts";
import { fill, messages } from "../../messages/index.ts";
import * as store from "./store.ts";

/** In a key, for what is about no learner. */
export const NO_LEARNER: Id = "00000000-0000-0000-0000-000000000000";

/** How many events are spread at a time. */
const EVENTS_AT_ONCE = 200;

/** Whom or what a notice is about, and what its sentence is filled with. */
interface Target {
  readonly event: store.EventRow;
  readonly learnerId: Id | null;
  /** Who alone is told, whomever it is about. */
  readonly accountId: Id | null;
  readonly institutionId: Id | null;
  /** Whose reviewers are told instead of the school's registrars. */
  readonly departmentId: Id | null;
  readonly count: number | null;
  readonly sectionId: Id | null;
  /** The public notice it is about. */
  readonly noticeId: Id | null;
  /** A day it names. */
  readonly until: IsoDate | null;
  /** Texts in both languages that the facts alone fill. */
  readonly words?: store.Params;
}

/** What names things, and who is to be told. */
interface World {
  readonly learners: ReadonlyMap<Id, { readonly name: string }>;
  readonly minors: ReadonlySet<Id>;
  readonly sections: ReadonlyMap<Id, { readonly number: string; readonly course: Title; readonly host: Title }>;
  readonly schools: ReadonlyMap<Id, Title>;
  readonly publicNotices: ReadonlyMap<Id, { readonly title: string; readonly closesOn: IsoDate }>;
  /** Who is told of a learner, and for a school. */
  readonly ofLearner: ReadonlyMap<Id, readonly store.RecipientRow[]>;
  readonly ofSchool: ReadonlyMap<Id, readonly store.RecipientRow[]>;
  readonly ofDepartment: ReadonlyMap<Id, readonly store.RecipientRow[]>;
  readonly copied: (kind: NoticeKind, audience: Regard, minor: boolean) => boolean;
}

/** Those of some learners who are not of age on a day. */
export type MinorsAmong = (tx: Tx, learnerIds: readonly Id[], on: IsoDate) => Promise<ReadonlySet<Id>>;

/** Writes the notices of whatever lies in the outbox, each once, and has those sent that are to leave the house. */
export function spread(job: Job, minorsAmong: MinorsAmong): Promise<unknown> {
  return job.once(async (tx) => {
    for (;;) {
      const events = await store.lockEvents(tx, EVENTS_AT_ONCE);
      if (events.length > 0) await spreadEvents(tx, events, minorsAmong);
      if (events.length < EVENTS_AT_ONCE) return events.length;
    }
  });
}

async function spreadEvents(tx: Tx, events: readonly store.EventRow[], minorsAmong: MinorsAmong): Promise<void> {
  const targets = events.flatMap(targetsOf);
  const world = await load(tx, targets, dayOf(events), minorsAmong);
  const rows = targets.flatMap((target) => noticesOf(target, world));
  const out = rows.length === 0 ? [] : await store.putNotices(tx, rows);
  for (const { accountId, eventId, learnerId, channel } of out) {
    await enqueue(tx, "notice.deliver", { accountId, eventId, learnerId, channel });
  }
  await store.markSpread(
    tx,
    events.map(({ id }) => id),
  );
}

/** The day in China of the newest of some events: capacities are held from day to day. */
function dayOf(events: readonly store.EventRow[]): IsoDate {
  const newest = Math.max(...events.map(({ happenedAt }) => Date.parse(happenedAt)));
  return dayInChina(new Date(newest));
}

/** The facts of an event, as its kind has them. */
function factsOf<Kind extends NoticeKind>(kind: Kind, event: store.EventRow): NoticeFacts<Kind> {
  const read = NOTICES[kind].safeParse(event.facts);
  if (!read.success) throw new JobFailure("NOTICE_FACTS_INVALID");
  return read.data as NoticeFacts<Kind>;
}

function targetsOf(event: store.EventRow): readonly Target[] {
  const about = {
    event,
    learnerId: null,
    accountId: null,
    institutionId: null,
    departmentId: null,
    count: null,
    sectionId: null,
    noticeId: null,
    until: null,
  };
  switch (event.kind) {
    case "CREDITS_DEPOSITED":
    case "CREDITS_CORRECTED": {
      const { institutionId, learners } = factsOf(event.kind, event);
      return learners.map(({ learnerId, count }) => ({ ...about, learnerId, institutionId, count }));
    }
    case "GRADES_RETURNED": {
      const { sectionId, homeInstitutionId: institutionId, count } = factsOf(event.kind, event);
      return [{ ...about, sectionId, institutionId, count }];
    }
    case "PUBLIC_NOTICE_OPENED": {
      const { learners, ...where } = factsOf(event.kind, event);
      return learners.map(({ learnerId, count }) => ({ ...about, ...where, learnerId, count }));
    }
    case "APPLICATION_WAITING": {
      const { institutionId, departmentId = null } = factsOf(event.kind, event);
      return [{ ...about, institutionId, departmentId }];
    }
    case "TRANSFER_LIST_WAITING":
    case "REVIEW_OPENED":
      return [{ ...about, institutionId: factsOf(event.kind, event).institutionId }];
    case "APPLICATION_RETURNED":
    case "APPLICATION_DECIDED":
    case "APPLICATION_RECORDED": {
      const { learnerId, institutionId } = factsOf(event.kind, event);
      return [{ ...about, learnerId, institutionId }];
    }
    case "APPLICATIONS_DUE":
    case "SEAT_TAKEN":
    case "SEAT_DROPPED":
    case "REMINDED":
    case "ACTS_OPEN":
    case "STILL_UNREAD":
    case "OBJECTION_RECEIVED":
    case "OBJECTION_UPHELD":
    case "OBJECTION_DISMISSED":
    case "OBJECTIONS_DUE":
    case "ACHIEVEMENTS_EXPIRING":
    case "ACHIEVEMENTS_EXPIRED":
    case "TRANSFER_NOT_LISTED":
    case "ACCESS_RESTORED":
    case "ERASURE_DECLINED":
      return [{ ...about, ...factsOf(event.kind, event) }];
    case "GUARDIAN_ENDED": {
      const { learnerId, accountId } = factsOf(event.kind, event);
      return [
        { ...about, learnerId },
        { ...about, learnerId, accountId },
      ];
    }
    case "CONSENT_ASKED":
    case "CONSENT_WAITING": {
      const { learnerId, act, neededBy } = factsOf(event.kind, event);
      const by = (language: Language) =>
        neededBy === null ? "" : fill(messages(language).consentAsked.by, { day: neededBy });
      const named = { zh: messages("zh").consentAct[act], en: messages("en").consentAct[act] };
      return [{ ...about, learnerId, words: { act: named, by: { zh: by("zh"), en: by("en") } } }];
    }
    case "STATUS_CHANGED": {
      const { learnerId, institutionId, change, effectiveOn } = factsOf(event.kind, event);
      const named = { zh: messages("zh").statusChange[change], en: messages("en").statusChange[change] };
      return [{ ...about, learnerId, institutionId, words: { change: named, day: effectiveOn } }];
    }
  }
}

const distinct = (ids: readonly (Id | null)[]): Id[] => [...new Set(ids)].filter((id) => id !== null);

async function load(tx: Tx, targets: readonly Target[], on: IsoDate, minorsAmong: MinorsAmong): Promise<World> {
  const learnerIds = distinct(targets.map(({ learnerId }) => learnerId));
  const departmentIds = distinct(targets.map(({ departmentId }) => departmentId));
  const institutionIds = distinct(targets.map(({ institutionId }) => institutionId));
  const [learners, sections, schools, publicNotices, recipients, copies] = await Promise.all([
    store.learnersOf(tx, learnerIds),
    store.sectionsOf(tx, distinct(targets.map(({ sectionId }) => sectionId))),
    store.schoolsOf(tx, institutionIds),
    store.publicNoticesOf(tx, distinct(targets.map(({ noticeId }) => noticeId))),
    store.recipients(tx, { learnerIds, institutionIds, departmentIds }, on),
    store.copies(tx),
  ]);
  const minors = copies.some((copy) => copy.of === "MINORS") ? await minorsAmong(tx, learnerIds, on) : new Set<Id>();
  return {
    learners: new Map(learners.map((row) => [row.id, row])),
    minors,
    sections: new Map(sections.map((row) => [row.id, row])),
    schools: new Map(schools.map((row) => [row.id, row.name])),
    publicNotices: new Map(publicNotices.map((row) => [row.id, row])),
    ofLearner: grouped(recipients, ({ learnerId }) => learnerId),
    ofSchool: grouped(recipients, ({ institutionId }) => institutionId),
    ofDepartment: grouped(recipients, ({ departmentId }) => departmentId),
    copied: (kind, audience, minor) =>
      copies.some((copy) => copy.kind === kind && copy.audience === audience && (minor || copy.of === "ALL")),
  };
}

function paramsOf(
  { learnerId, institutionId, sectionId, noticeId, count, until, words }: Target,
  world: World,
): store.Params {
  const learner = learnerId === null ? undefined : world.learners.get(learnerId);
  const school = institutionId === null ? undefined : world.schools.get(institutionId);
  const section = sectionId === null ? undefined : world.sections.get(sectionId);
  const list = noticeId === null ? undefined : world.publicNotices.get(noticeId);
  const day = until ?? list?.closesOn;
  return {
    ...(list === undefined ? {} : { list: list.title }),
    ...(day === undefined ? {} : { until: day }),
    ...(learner === undefined ? {} : { learner: learner.name }),
    ...(school === undefined ? {} : { school }),
    ...(section === undefined ? {} : { section: section.number, course: section.course, host: section.host }),
    ...(count === null ? {} : { count }),
    ...words,
  };
}

/** Who is told, each in which regard. */
function toldOf(
  { event, accountId, learnerId, institutionId, departmentId }: Target,
  world: World,
): readonly Pick<store.RecipientRow, "accountId" | "regard">[] {
  if (accountId !== null) return [{ accountId, regard: learnerId === null ? "SELF" : "GUARDIAN" }];
  if (learnerId === null)
    return world.ofDepartment.get(departmentId ?? "") ?? world.ofSchool.get(institutionId ?? "") ?? [];
  return (world.ofLearner.get(learnerId) ?? []).filter(
    ({ regard }) => regard === "SELF" || world.copied(event.kind, regard, world.minors.has(learnerId)),
  );
}

/** The notices of one target: to the learner and whoever is told beside them, or to the registrars of a school or, where it has any, the reviewers of a department. */
function noticesOf(target: Target, world: World): readonly Omit<store.NoticeRow, "readAt">[] {
  const { event, learnerId } = target;
  const params = paramsOf(target, world);
  const told = toldOf(target, world);
  return told.map(({ accountId, regard }) => ({
    accountId,
    eventId: event.id,
    learnerId: learnerId ?? NO_LEARNER,
    kind: event.kind,
    regard,
    params,
    happenedAt: event.happenedAt,
  }));
}

/** Rows by one of their ids. */
function grouped(
  rows: readonly store.RecipientRow[],
  idOf: (row: store.RecipientRow) => Id | null,
): ReadonlyMap<Id, readonly store.RecipientRow[]> {
  const groups = new Map<Id, store.RecipientRow[]>();
  for (const row of rows) {
    const id = idOf(row);
    if (id === null) continue;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [row]);
    else group.push(row);
  }
  return groups;
}
