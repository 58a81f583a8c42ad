import { SYSTEM } from "../../auth/viewer.ts";
import type { Database } from "../../db/transaction.ts";
import type { JobPayload } from "../../domain/job.ts";
import { raise } from "../notice/service.ts";
import { releaseSeats } from "../selection/service.ts";

/**
 * What follows a change of status once it stands: seats of the terms to come are given up, and people are told. As the
 * writer, in one transaction; done again, it finds nothing to do.
 */
export function followStatusChange(writer: Database, payload: JobPayload<"status.changed">): Promise<void> {
  const { learnerId, changeId, institutionId, kind: change, effectiveOn, seats, happenedAt } = payload;
  return writer.write(SYSTEM, async (tx) => {
    if (seats) await releaseSeats(tx, learnerId, { on: effectiveOn, at: happenedAt });
    const facts = { learnerId, institutionId, change, effectiveOn };
    await raise(tx, [{ kind: "STATUS_CHANGED", key: changeId, happenedAt, facts }]);
  });
}
