import { v5 } from "uuid";
import { authorise, may } from "../../auth/policy.ts";
import { SYSTEM, type Viewer } from "../../auth/viewer.ts";
import { enqueue } from "../../db/jobs.ts";
import type { Database, Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { JobPayload } from "../../domain/job.ts";
import type { Channel, Frequency, NoticeEvent } from "../../domain/notice.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import * as store from "./store.ts";

export { deliver, startDigests, sweep } from "./delivering.ts";
export { remindOfUnread } from "./reminding.ts";
export { spread } from "./spreading.ts";

/** A namespace of our own: an event's id is made of its key, so that repeating the act tells nobody twice. */
const NAMESPACE = "9f6b1f0e-52b7-5c83-8d0c-3a6f3a3f6a3e";
/** A bound of the service on one call. */
const READ_MAX = 200;
const ADDRESS_LENGTH_MAX = 254;

/**
 * Puts what has happened into the outbox, in the transaction of the act, as the writer. People are told by a job: the act
 * never waits for it, and a rolled back act tells nobody.
 * @returns how many are new: what was raised before under its key is not told again
 */
export async function raise(tx: Tx, events: readonly NoticeEvent[]): Promise<number> {
  if (events.length === 0) return 0;
  const rows = events.map(({ key, kind, facts, happenedAt }) => {
    return { id: v5(`${kind}/${key}`, NAMESPACE), kind, facts, happenedAt };
  });
  // one job for all, without a key: writers must not wait for one another over it
  const [fresh] = await Promise.all([store.putEvents(tx, rows), enqueue(tx, "notice.spread", {})]);
  return fresh;
}

/** Puts what a job was told of into the outbox; done again, it finds it there. As the writer. */
export function raiseLater(writer: Database, payload: JobPayload<"notice.raise">): Promise<number> {
  const { key, happenedAt } = payload;
  const event = ((): NoticeEvent => {
    switch (payload.kind) {
      case "ACCESS_RESTORED":
        return { kind: payload.kind, key, happenedAt, facts: { accountId: payload.accountId } };
      case "GUARDIAN_ENDED":
        return {
          kind: payload.kind,
          key,
          happenedAt,
          facts: { accountId: payload.accountId, learnerId: payload.learnerId },
        };
      case "ERASURE_DECLINED":
        return { kind: payload.kind, key, happenedAt, facts: { learnerId: payload.learnerId } };
    }
  })();
  return writer.write(SYSTEM, (tx) => raise(tx, [event]));
}

type Page = { readonly first: number; readonly after: readonly string[] | null };

/** The inbox belongs to the account, in whichever capacity it acts. */
function accountOf({ accountId }: Viewer): Id | Problem {
  return accountId ?? problem("UNAUTHENTICATED");
}

/** A page of the viewer's inbox, the newest first; one more than the page holds. */
export async function inbox(
  tx: Tx,
  viewer: Viewer,
  page: Page & { readonly unreadOnly: boolean },
): Promise<readonly store.NoticeRow[] | Problem> {
  const account = accountOf(viewer);
  return isProblem(account) ? account : store.inbox(tx, account, page);
}

/** How many notices the viewer has not read; none for nobody. */
export async function unreadCount(tx: Tx, viewer: Viewer): Promise<number> {
  return viewer.accountId === null ? 0 : store.unreadCount(tx, viewer.accountId);
}

/**
 * Notes that the viewer has read some notices, or all.
 * @returns how many are unread now; UNAUTHENTICATED, INVALID_INPUT where they are too many
 */
export async function markRead(
  tx: Tx,
  viewer: Viewer,
  keys: readonly store.NoticeKey[] | null,
  now: Date,
): Promise<{ readonly unread: number } | Problem> {
  const account = accountOf(viewer);
  if (isProblem(account)) return account;
  if (keys !== null && keys.length > READ_MAX)
    return problem("INVALID_INPUT", { detail: `ids: 0 … ${READ_MAX}` }, ["ids"]);
  await store.markRead(tx, account, keys, now.toISOString());
  return { unread: await store.unreadCount(tx, account) };
}

/** For a class teacher: which of their learners has not read what, the oldest first. */
export async function unreadOfWards(tx: Tx, viewer: Viewer, page: Page): Promise<readonly store.NoticeRow[] | Problem> {
  const [ward = null] = viewer.wardIds;
  const refused = authorise(viewer, "notice.watch", { learnerId: ward });
  // a class without learners is watched all the same
  if (refused !== null && !(viewer.role === "CLASS_TEACHER" && ward === null)) return refused;
  return store.unreadOf(tx, viewer.wardIds, page);
}

/**
 * Reminds whoever of a class teacher's learners has not read what they were told, each once a day.
 * @param read the viewer's own transaction
 * @param write one of the writer's, in which the reminders are raised
 * @returns how many are reminded by this; FORBIDDEN
 */
export async function remindWards(
  read: Tx,
  viewer: Viewer,
  at: { readonly now: Date; readonly today: IsoDate },
  write: <T>(act: (tx: Tx) => Promise<T>) => Promise<T>,
): Promise<number | Problem> {
  const [ward = null] = viewer.wardIds;
  if (!may(viewer, "notice.remind", { learnerId: ward })) {
    // a class without learners has nobody to remind
    if (viewer.role === "CLASS_TEACHER" && ward === null) return 0;
    return authorise(viewer, "notice.remind", { learnerId: ward }) ?? 0;
  }
  const unread = await store.unreadCounts(read, viewer.wardIds);
  const happenedAt = at.now.toISOString();
  return write(async (tx) => {
    for (const { learnerId } of unread) {
      const refused = authorise(viewer, "notice.remind", { learnerId });
      if (refused !== null) return refused;
    }
    return raise(
      tx,
      unread.map((facts) => ({ kind: "REMINDED", key: `${facts.learnerId}/${at.today}`, happenedAt, facts })),
    );
  });
}

/** Where else the viewer wants to be told. */
export async function addresses(tx: Tx, viewer: Viewer): Promise<readonly store.AddressRow[]> {
  return viewer.accountId === null ? [] : store.addressesOf(tx, viewer.accountId);
}

/** What an address looks like: of a mailbox, a mobile phone of the mainland, a member of WeCom. */
const FORMS: Readonly<Record<Channel, RegExp>> = {
  EMAIL: /^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$/,
  SMS: /^1\d{10}$/,
  WECOM: /^[\w.@-]{1,64}$/,
};

/** Sets where else the viewer is told, and how often; without an address, no longer there. */
export async function setAddress(
  tx: Tx,
  viewer: Viewer,
  wish: { readonly channel: Channel; readonly address: string | null; readonly frequency: Frequency },
): Promise<readonly store.AddressRow[] | Problem> {
  const account = accountOf(viewer);
  if (isProblem(account)) return account;
  const { channel, address } = wish;
  if (address !== null && (address.length > ADDRESS_LENGTH_MAX || !FORMS[channel].test(address))) {
    return problem("INVALID_INPUT", { detail: "address" }, ["input", "address"]);
  }
  await store.putAddress(tx, { accountId: account, ...wish });
  return store.addressesOf(tx, account);
}
