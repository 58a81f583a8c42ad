import { v5 } from "uuid";
import type { KeyRing } from "../../auth/keyring.ts";
import { SYSTEM, type Viewer } from "../../auth/viewer.ts";
import type { Database, Tx } from "../../db/transaction.ts";
import type { ConsentAct } from "../../domain/consent.ts";
import { dayInChina, daysBetween, isIsoDate } from "../../domain/date.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { NoticeEvent } from "../../domain/notice.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { raise } from "../notice/service.ts";
import { agesOf } from "../registry/service.ts";
import { factsOf, need, requirementsOn, stateOf, visibleLearner } from "./standing.ts";
import * as store from "./store.ts";

/** A namespace of our own: a request has an id made of what it asks. */
const NAMESPACE = "0d6f3a52-2c1e-5a7b-8f43-6b8f0c5f7d21";
const DAY_MS = 24 * 60 * 60 * 1000;
/** Requests of one transaction. */
const CHUNK = 500;

/** Where a request is read as its viewer and written as the writer, and when. */
export interface Asking {
  readonly read: Tx;
  readonly post: <T>(act: (tx: Tx) => Promise<T>) => Promise<T>;
  readonly keys: KeyRing;
  readonly now: Date;
  readonly today: IsoDate;
}

/**
 * Asks the guardians of a learner for a consent that is needed and not there, and has them told. Asked again before anybody
 * answers, it is the same question; when the day it was needed by has passed, it is another.
 * @returns FORBIDDEN, NOT_FOUND, INVALID_INPUT, CONSENT_NOT_NEEDED
 */
export async function askConsent(
  { read, post, keys, now, today }: Asking,
  viewer: Viewer,
  wish: { readonly learnerId: Id; readonly act: ConsentAct; readonly neededBy: IsoDate | null },
): Promise<Problem | null> {
  const { learnerId, act, neededBy } = wish;
  const learner = await visibleLearner(read, viewer, "consent.ask", learnerId);
  if (isProblem(learner)) return learner;
  if (viewer.accountId === null) return problem("FORBIDDEN", { action: "consent.ask" });
  if (neededBy !== null && (!isIsoDate(neededBy) || neededBy < today))
    return problem("INVALID_INPUT", { detail: "neededBy" }, ["neededBy"]);
  const facts = await factsOf(read, keys, learner, today);
  const state = stateOf(act, facts);
  if (!state.required || state.consent !== null) return problem("CONSENT_NOT_NEEDED");
  const answered = facts.events.findLast((event) => event.act === act)?.id ?? "";
  const before = (await store.openRequests(read, [learnerId])).findLast((request) => request.act === act);
  const lapsed = before !== undefined && (before.neededBy ?? today) < today ? `/${before.id}` : "";
  const row: store.RequestRow = {
    ...wish,
    id: v5(`${learnerId}/${act}/${answered}${lapsed}`, NAMESPACE),
    institutionId: learner.institutionId,
    askedBy: viewer.accountId,
    askedAt: now.toISOString(),
  };
  await post(async (tx) => {
    if (await store.insertRequest(tx, row)) await raise(tx, [told("CONSENT_ASKED", row, row.id, row.askedAt)]);
  });
  return null;
}

function told(
  kind: "CONSENT_ASKED" | "CONSENT_WAITING",
  { learnerId, act, neededBy }: store.RequestRow,
  key: string,
  happenedAt: string,
): NoticeEvent {
  return { kind, key, happenedAt, facts: { learnerId, act, neededBy } };
}

/** What the run of a day works with: where it reads as guantong_job, and where it writes as the writer. */
export interface Reminding {
  readonly jobs: Database;
  readonly writer: Database;
  readonly keys: KeyRing;
  readonly now: Date;
  readonly today: IsoDate;
}

/**
 * Reminds learner and guardians of what was asked some days ago (a setting) and not answered, once in each span of so many
 * days, until somebody answers, the day is past that it was needed by, or nobody's consent is needed any more. Repeated, it
 * tells nobody again.
 * @returns how many requests were brought to mind
 */
export async function remindOfConsents(at: Reminding): Promise<number> {
  let [told, after]: [number, store.RequestRow | null] = [0, null];
  for (;;) {
    const { rows, events } = await dueAfter(at, after);
    const last = rows.at(-1);
    if (last === undefined) return told;
    told += await at.writer.write(SYSTEM, (tx) => raise(tx, events));
    after = last;
  }
}

/** What was asked for learners that still wants an answer: the consent is needed, and the day it is needed by not past. */
export async function awaitedConsents(
  tx: Tx,
  keys: KeyRing,
  learnerIds: readonly Id[],
  today: IsoDate,
): Promise<readonly store.RequestRow[]> {
  const rows = await store.openRequests(tx, learnerIds);
  return stillWanted(tx, keys, rows, today);
}

async function stillWanted<Row extends store.RequestRow & Pick<store.LearnerAtSchool, "institutionKey">>(
  tx: Tx,
  keys: KeyRing,
  rows: readonly Row[],
  today: IsoDate,
): Promise<readonly Row[]> {
  const [ageOf, requirements] = await Promise.all([
    agesOf(tx, keys, [...new Set(rows.map(({ learnerId }) => learnerId))]),
    requirementsOn(tx, today),
  ]);
  return rows.filter(
    (row) =>
      (row.neededBy ?? today) >= today &&
      need(row.act, { ...row, age: ageOf(row.learnerId), requirements, on: today }).required,
  );
}

/** The next requests that wait, and what is to be told of those whose span has begun. */
async function dueAfter({ jobs, keys, now, today }: Reminding, after: store.RequestRow | null) {
  const tx = jobs.read(SYSTEM);
  try {
    const days = await store.requestDays(tx);
    if (days === null) return { rows: [], events: [] };
    const before = new Date(now.getTime() - days * DAY_MS).toISOString();
    const rows = await store.unansweredBefore(tx, { before, after, limit: CHUNK });
    const due = await stillWanted(tx, keys, rows, today);
    return {
      rows,
      events: due.map((row) => told("CONSENT_WAITING", row, spanOf(row, days, today), now.toISOString())),
    };
  } finally {
    tx.end();
  }
}

/** Names the span of so many days since it was asked that a day lies in. */
function spanOf({ id, askedAt }: store.RequestRow, days: number, today: IsoDate): string {
  return `${id}/${days}/${Math.floor(daysBetween(dayInChina(new Date(askedAt)), today) / days)}`;
}
