import { v5 } from "uuid";
import { SYSTEM } from "../../auth/viewer.ts";
import type { Database } from "../../db/transaction.ts";
import { addDays } from "../../domain/date.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { leadOf } from "../../domain/lead.ts";
import { OWN } from "../../domain/ledger/account.ts";
import type { NoticeEvent } from "../../domain/notice.ts";
import { raise } from "../notice/service.ts";
import * as store from "./expiring-store.ts";
import { settle } from "./counting.ts";
import { prepare } from "./preparing.ts";
import type { Prepared } from "./settling.ts";

/** A namespace of our own: the transaction that ends an achievement has an id made of it. */
const NAMESPACE = "5b0d1c52-6f6e-5d0a-9a55-0c7a1c6f2e11";
/** Achievements of one transaction. */
const CHUNK = 500;

/** What a run works with: where it reads as guantong_job, and where it posts as the writer. */
export interface Expiring {
  readonly jobs: Database;
  readonly writer: Database;
  readonly now: Date;
  readonly today: IsoDate;
  /** Stops between two chunks; whatever is left is done by the next run. */
  readonly leaving?: AbortSignal;
  readonly chunk?: number;
  /** Hears of each chunk that was committed. */
  readonly progress?: (expired: number) => void;
}

/**
 * Moves what is past its validity from BANKED to EXPIRED, chunk after chunk, each with its notices in one transaction. The
 * key of each posting is made of its achievement: a run that was killed is followed by one that posts what is left, and a
 * repeated one posts nothing. What an application holds waits, and is met again the next day.
 * @returns how many expired, and how many are held
 */
export async function expireDue(at: Expiring): Promise<{ readonly expired: number; readonly held: number }> {
  const { today, chunk = CHUNK } = at;
  let [expired, held] = [0, 0];
  let after: store.AchievementKey | null = null;
  for (;;) {
    if (at.leaving?.aborted === true) return { expired, held };
    const rows: readonly store.ExpiringRow[] = await reading(at.jobs, (tx) => store.past(tx, today, after, chunk));
    const last = rows.at(-1);
    if (last === undefined) return { expired, held };
    const done = await expireChunk(at, rows);
    expired += done;
    held += rows.length - done;
    at.progress?.(expired);
    after = last;
  }
}

async function expireChunk({ writer, now, today }: Expiring, rows: readonly store.ExpiringRow[]): Promise<number> {
  return writer.write(SYSTEM, async (tx) => {
    const answers = await settle(
      tx,
      rows.map((row) => postingOf(row, now)),
    );
    const done = rows.filter((_, place) => answers[place]?.kind === "posted");
    await raise(tx, expiredNotices(done, now, today));
    return rows.filter((_, place) => answers[place]?.kind !== "problem").length;
  });
}

function postingOf(row: store.ExpiringRow, now: Date): Prepared {
  const { learnerId, id: achievementId, unit, credits, institutionId, homeInstitutionId, validUntil } = row;
  return prepare({
    learnerId,
    transactionId: v5(achievementId, NAMESPACE),
    idempotencyKey: `expire/${achievementId}`,
    command: { kind: "EXPIRE", achievementId, unit, credits },
    institutionId,
    homeInstitutionId,
    // the service itself, which no account stands for
    actorId: OWN,
    reason: null,
    // the first day it is valid no longer
    effectiveOn: addDays(validUntil, 1),
    postedAt: now.toISOString(),
  });
}

function expiredNotices(rows: readonly store.ExpiringRow[], now: Date, today: IsoDate): readonly NoticeEvent[] {
  return [...byLearner(rows)].map(([learnerId, own]) => ({
    kind: "ACHIEVEMENTS_EXPIRED",
    key: `${today}/${own.map(({ id }) => id).join()}`,
    happenedAt: now.toISOString(),
    facts: { learnerId, count: own.length },
  }));
}

/**
 * Tells learners of what runs out soon: once as each lead of days before its end begins (settings), also where a day was
 * missed. Repeated, it tells nobody again.
 * @returns how many were told
 */
export async function remindOfExpiry(at: Pick<Expiring, "jobs" | "writer" | "now" | "today">): Promise<number> {
  const { today, now } = at;
  const leads = await reading(at.jobs, store.expiryLeads);
  const furthest = Math.max(0, ...leads);
  if (furthest === 0) return 0;
  const rows = await reading(at.jobs, (tx) => store.between(tx, today, addDays(today, furthest)));
  const events = [...byLearner(rows)].flatMap(([learnerId, own]) =>
    [...new Set(own.map(({ validUntil }) => validUntil))].map((until): NoticeEvent => {
      const count = own.filter((row) => row.validUntil === until).length;
      const key = `${learnerId}/${until}/${leadOf(leads, today, until)}`;
      return { kind: "ACHIEVEMENTS_EXPIRING", key, happenedAt: now.toISOString(), facts: { learnerId, count, until } };
    }),
  );
  return at.writer.write(SYSTEM, (tx) => raise(tx, events));
}

function byLearner(rows: readonly store.ExpiringRow[]): ReadonlyMap<Id, readonly store.ExpiringRow[]> {
  const groups = new Map<Id, store.ExpiringRow[]>();
  for (const row of rows) groups.set(row.learnerId, [...(groups.get(row.learnerId) ?? []), row]);
  return groups;
}

async function reading<T>(db: Database, read: (tx: ReturnType<Database["read"]>) => Promise<T>): Promise<T> {
  const tx = db.read(SYSTEM);
  return read(tx).finally(() => tx.end());
}
