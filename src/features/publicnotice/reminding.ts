import { SYSTEM } from "../../auth/viewer.ts";
import type { Database } from "../../db/transaction.ts";
import { addDays } from "../../domain/date.ts";
import type { IsoDate } from "../../domain/id.ts";
import type { NoticeEvent } from "../../domain/notice.ts";
import { raise } from "../notice/service.ts";
import { dueObjections, objectionLead } from "./objection-store.ts";

/**
 * Reminds the registrars of each school, once a day, of objections whose answer is due within the lead of days (a
 * setting) or late. Repeated, it tells nobody again.
 * @returns how many schools were told
 */
export async function remindOfObjections(at: {
  readonly jobs: Database;
  readonly writer: Database;
  readonly now: Date;
  readonly today: IsoDate;
}): Promise<number> {
  const { today, now } = at;
  const tx = at.jobs.read(SYSTEM);
  const lead = await objectionLead(tx);
  const rows = lead === null ? [] : await dueObjections(tx, addDays(today, lead));
  tx.end();
  const events = rows.map(
    ({ institutionId, count, until }): NoticeEvent => ({
      kind: "OBJECTIONS_DUE",
      key: `${institutionId}/${today}`,
      happenedAt: now.toISOString(),
      facts: { institutionId, count, until },
    }),
  );
  return at.writer.write(SYSTEM, (write) => raise(write, events));
}
