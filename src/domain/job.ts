import { z } from "zod";
import { CHANNELS } from "./notice.ts";
import { STATUS_CHANGE_KINDS } from "./registry/registration.ts";

const id = z.uuid();
const channel = z.enum(CHANNELS);

/**
 * The kinds of work done outside requests, each with what it needs to know: ids, dates, codes and numbers, never a name,
 * an address or a text, for whoever sees the queue sees them. A payload is a hint where to look; the rows
 * it points at are the truth, for the queue is not backed up and a job may run again.
 */
export const JOBS = {
  /** Counts the jobs that have failed for good, so that they do not pass unnoticed. */
  "job.report": z.object({}),
  /** Tells people what has happened: writes the notices of whatever lies in the outbox. */
  "notice.spread": z.object({}),
  /** Sends one notice out of the house. */
  "notice.deliver": z.object({ accountId: id, eventId: id, learnerId: id, channel }),
  /** Tells of an act that a transaction of its own role did, which fills no outbox. */
  "notice.raise": z.union([
    z.object({ kind: z.literal("ACCESS_RESTORED"), key: id, happenedAt: z.iso.datetime(), accountId: id }),
    z.object({
      kind: z.literal("GUARDIAN_ENDED"),
      key: id,
      happenedAt: z.iso.datetime(),
      accountId: id,
      learnerId: id,
    }),
    z.object({ kind: z.literal("ERASURE_DECLINED"), key: id, happenedAt: z.iso.datetime(), learnerId: id }),
  ]),
  /** Finds whose digest has something in it. */
  "notice.digest": z.object({}),
  /** Sends one account's digest. */
  "notice.sendDigest": z.object({ accountId: id, channel }),
  /** Takes up again what lies in the outbox and whose job was lost. */
  "notice.sweep": z.object({}),
  /** What follows a change of a registration that was confirmed: seats given up, people told. */
  "status.changed": z.object({
    learnerId: id,
    changeId: id,
    institutionId: id,
    kind: z.enum(STATUS_CHANGE_KINDS),
    effectiveOn: z.iso.date(),
    seats: z.boolean(),
    happenedAt: z.iso.datetime(),
  }),
  /** Moves what is past its validity to EXPIRED; tells of what soon will be. */
  "bank.expire": z.object({}),
  "bank.remind": z.object({}),
  /** Reminds learners of what has lain unread for days. */
  "notice.remind": z.object({}),
  /** Reminds of consents that were asked for and not answered. */
  "consent.remind": z.object({}),
  /** Reminds whoever applications wait for of those that are due. */
  "application.remind": z.object({}),
  /** Reminds schools of objections that are due. */
  "publicnotice.remind": z.object({}),
  /** Ends what is past the time it is kept. */
  "retention.apply": z.object({}),
  /** Takes away counts of callers that count no longer. */
  "limits.sweep": z.object({}),
} as const satisfies Readonly<Record<string, z.ZodType<Readonly<Record<string, string | number | boolean>>>>>;

export type JobKind = keyof typeof JOBS;
export type JobPayload<Kind extends JobKind> = z.infer<(typeof JOBS)[Kind]>;

export const isJobKind = (name: string): name is JobKind => Object.hasOwn(JOBS, name);
