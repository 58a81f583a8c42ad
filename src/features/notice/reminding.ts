import { SYSTEM } from "../../auth/viewer.ts";
import type { Database } from "../../db/transaction.ts";
import { daysBetween } from "../../domain/date.ts";
import type { IsoDate } from "../../domain/id.ts";
import type { NoticeEvent } from "../../domain/notice.ts";
import { raise } from "./service.ts";
import * as store from "./store.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** From where spans of days are counted, so that every run of a span makes the same key. */
const FIRST_DAY = "2020-01-06";

/**
 * Reminds learners of what has lain unread for some days (a setting), once in each span of so many days, until they have
 * read it. Repeated, it tells nobody again.
 * @returns how many learners were reminded
 */
export async function remindOfUnread(at: {
  readonly jobs: Database;
  readonly writer: Database;
  readonly now: Date;
  readonly today: IsoDate;
}): Promise<number> {
  const { now, today } = at;
  const tx = at.jobs.read(SYSTEM);
  const days = await store.unreadDays(tx);
  const before = new Date(now.getTime() - (days ?? 0) * DAY_MS).toISOString();
  const rows = days === null ? [] : await store.unreadBefore(tx, before);
  tx.end();
  const span = Math.floor(daysBetween(FIRST_DAY, today) / (days ?? 1));
  const events = rows.map(
    (facts): NoticeEvent => ({
      kind: "STILL_UNREAD",
      key: `${facts.learnerId}/${days}/${span}`,
      happenedAt: now.toISOString(),
      facts,
    }),
  );
  return at.writer.write(SYSTEM, (write) => raise(write, events));
}
