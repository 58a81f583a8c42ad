import { v5 } from "uuid";
import { enqueue, type Job } from "../../db/jobs.ts";
import type { Id } from "../../domain/id.ts";
import type { Channel } from "../../domain/notice.ts";
import type { Channels } from "./channels/channel.ts";
import * as store from "./store.ts";
import { messageOf } from "./words.ts";

/** A namespace of our own for the ids of messages. */
const NAMESPACE = "5b0e5c38-6c1b-5f0c-9b4e-1f5d2f0a7c11";
/** A delivery without a job for this long has lost it. Milliseconds. */
const STRANDED_MS = 24 * 60 * 60 * 1000;
const SWEEP_MAX = 500;

/**
 * Sends what waits on one way out: one notice, or the digest of a day. It is sent inside the transaction that notes it as
 * sent, so that nobody else sends it meanwhile; a process that dies between the two sends it again, under the same id.
 */
export function deliver(
  job: Job,
  channels: Channels,
  to: { readonly accountId: Id; readonly channel: Channel; readonly eventId: Id | null; readonly learnerId: Id | null },
): Promise<unknown> {
  return job.once(async (tx) => {
    const rows = await store.waiting(tx, to);
    const [first] = rows;
    if (first === undefined) return;
    const way = channels[to.channel];
    if (way === undefined || first.address === null) return store.settle(tx, to.channel, rows, "DROPPED");
    const id = v5(
      [to.channel, ...rows.map((row) => `${row.accountId}/${row.eventId}/${row.learnerId}`)].join(),
      NAMESPACE,
    );
    await way.send({ id, to: first.address, ...messageOf(rows, first.language) }, job.leaving);
    await store.settle(tx, to.channel, rows, "SENT");
  });
}

/** Has every account's digest sent that has something in it. */
export function startDigests(job: Job): Promise<unknown> {
  return job.once(async (tx) => {
    for (const { accountId, channel } of await store.digests(tx)) {
      await enqueue(tx, "notice.sendDigest", { accountId, channel }, { key: `digest/${accountId}/${channel}` });
    }
  });
}

/** Takes up again what lies in the outbox and whose job was lost: the queue is not backed up, the outbox is. */
export function sweep(job: Job, now: Date): Promise<unknown> {
  return job.once(async (tx) => {
    await enqueue(tx, "notice.spread", {});
    const before = new Date(now.getTime() - STRANDED_MS).toISOString();
    for (const { accountId, eventId, learnerId, channel } of await store.stranded(tx, before, SWEEP_MAX)) {
      const key = `deliver/${accountId}/${eventId}/${learnerId}/${channel}`;
      await enqueue(tx, "notice.deliver", { accountId, eventId, learnerId, channel }, { key });
    }
  });
}
