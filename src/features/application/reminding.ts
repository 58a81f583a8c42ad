import { SYSTEM } from "../../auth/viewer.ts";
import type { Database, Tx } from "../../db/transaction.ts";
import { ownerOf } from "../../domain/application/due.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { NoticeEvent } from "../../domain/notice.ts";
import { raise } from "../notice/service.ts";
import { waiting, type WaitingRow } from "./period-store.ts";
import { dueOnOf } from "./periods.ts";

/** Applications read at a time. */
const CHUNK = 500;

/** What is due at one owner: the school's registrars, or a department's reviewers. */
interface Due {
  readonly institutionId: Id;
  readonly departmentId: Id | null;
  readonly count: number;
  readonly until: IsoDate;
}

/**
 * Reminds whoever applications wait for, once a day, of those whose last day (by the period of their school) is today or
 * past. Repeated, it tells nobody again.
 * @returns how many owners were told
 */
export async function remindOfApplications(at: {
  readonly jobs: Database;
  readonly writer: Database;
  readonly now: Date;
  readonly today: IsoDate;
}): Promise<number> {
  const { today, now } = at;
  const tx = at.jobs.read(SYSTEM);
  const due = await dueBy(tx, today).finally(() => tx.end());
  const events = [...due].map(
    ([owner, facts]): NoticeEvent => ({
      kind: "APPLICATIONS_DUE",
      key: `${owner}/${today}`,
      happenedAt: now.toISOString(),
      facts,
    }),
  );
  return at.writer.write(SYSTEM, (write) => raise(write, events));
}

async function dueBy(tx: Tx, today: IsoDate): Promise<ReadonlyMap<string, Due>> {
  const due = new Map<string, Due>();
  let after: WaitingRow | null = null;
  for (;;) {
    const rows: readonly WaitingRow[] = await waiting(tx, { after, limit: CHUNK });
    const last = rows.at(-1);
    if (last === undefined) return due;
    for (const row of rows) note(due, row, today, await dueOnOf(tx, row));
    after = last;
  }
}

function note(due: Map<string, Due>, row: WaitingRow, today: IsoDate, until: IsoDate | null): void {
  const turn = ownerOf(row);
  if (turn === null || until === null || until > today) return;
  const { institutionId } = turn;
  // what waits for no department is the registrars' to review
  const departmentId = turn.owner === "DEPARTMENT" ? row.departmentId : null;
  const key = departmentId ?? institutionId;
  const { count = 0, until: first = until } = due.get(key) ?? {};
  due.set(key, { institutionId, departmentId, count: count + 1, until: until < first ? until : first });
}
