import { type Job, queueFigures } from "../db/jobs.ts";
import type { KeyRing } from "../auth/keyring.ts";
import { sweepLimits } from "../db/shares.ts";
import type { Database } from "../db/transaction.ts";
import { dayInChina } from "../domain/date.ts";
import type { JobKind, JobPayload } from "../domain/job.ts";
import type { Channels } from "../features/notice/channels/channel.ts";
import { remindOfApplications } from "../features/application/service.ts";
import { expireDue, remindOfExpiry } from "../features/bank/service.ts";
import { remindOfConsents } from "../features/consent/service.ts";
import * as notices from "../features/notice/service.ts";
import { remindOfObjections } from "../features/publicnotice/service.ts";
import { minorsAmong } from "../features/registry/service.ts";
import { endDueRecords } from "../features/retention/service.ts";
import { followStatusChange } from "../features/status/following.ts";
import type { Log } from "../log.ts";

/** What the tasks work with. */
export interface TaskParts {
  /** As guantong_job. */
  readonly db: Database;
  /** As guantong_writer: what posts, settles seats and fills the outbox. */
  readonly writer: Database;
  /** The clock, unless it is the machine's. */
  readonly now?: () => Date;
  readonly log: Log;
  /** What birth dates are read with. */
  readonly keys: KeyRing;
  /** The ways out of the house that are configured. */
  readonly channels: Channels;
}

/** One line into a service for each kind of job. */
export type Tasks = { readonly [Kind in JobKind]: (payload: JobPayload<Kind>, job: Job) => Promise<unknown> };

export function tasksOf({ db, writer, log, keys, channels, now = () => new Date() }: TaskParts): Tasks {
  /** What a task that looks for what is due works with. */
  const due = () => {
    const moment = now();
    return { jobs: db, writer, now: moment, today: dayInChina(moment) };
  };
  return {
    "job.report": async () => {
      const { dead } = await queueFigures(db);
      if (dead > 0) log.error({ dead }, "jobs have failed for good");
    },
    "notice.spread": (_, job) => notices.spread(job, (tx, learnerIds, on) => minorsAmong(tx, keys, learnerIds, on)),
    "notice.raise": (payload) => notices.raiseLater(writer, payload),
    "notice.deliver": (to, job) => notices.deliver(job, channels, to),
    "notice.digest": (_, job) => notices.startDigests(job),
    "notice.sendDigest": (to, job) => notices.deliver(job, channels, { ...to, eventId: null, learnerId: null }),
    "status.changed": (payload) => followStatusChange(writer, payload),
    "notice.sweep": (_, job) => notices.sweep(job, now()),
    // none of these is `once`: each may run again at any moment, and then finds nothing left to do
    "bank.expire": (_, { leaving }) => expireDue({ ...due(), leaving }),
    "bank.remind": () => remindOfExpiry(due()),
    "notice.remind": () => notices.remindOfUnread(due()),
    "consent.remind": () => remindOfConsents({ ...due(), keys }),
    "application.remind": () => remindOfApplications(due()),
    "publicnotice.remind": () => remindOfObjections(due()),
    "retention.apply": (_, { leaving }) => endDueRecords(db, { leaving }),
    "limits.sweep": () => sweepLimits(db),
  };
}

/** A kind of job that is done again and again. */
interface Scheduled {
  readonly kind: JobKind;
  /** Minute, hour, day, month, weekday in UTC; China's clocks are eight hours ahead. */
  readonly at: string;
}

/** When periodic jobs come. One that was missed while no worker ran comes once, late, within a day. */
export const SCHEDULE: readonly Scheduled[] = [
  { kind: "job.report", at: "5 * * * *" },
  { kind: "notice.sweep", at: "*/10 * * * *" },
  { kind: "limits.sweep", at: "*/10 * * * *" },
  // past midnight in China: what ended yesterday
  { kind: "bank.expire", at: "10 16 * * *" },
  // at seven in the morning in China, before the digests
  { kind: "bank.remind", at: "0 23 * * *" },
  { kind: "notice.remind", at: "10 23 * * *" },
  { kind: "consent.remind", at: "15 23 * * *" },
  { kind: "application.remind", at: "20 23 * * *" },
  { kind: "publicnotice.remind", at: "5 23 * * *" },
  // a quarter past three at night in China
  { kind: "retention.apply", at: "15 19 * * *" },
  // half past seven in the morning in China
  { kind: "notice.digest", at: "30 23 * * *" },
];
