import type { Tx } from "../../db/transaction.ts";
import { windowStanding } from "../../domain/calendar/window.ts";
import type { OpenLine } from "../publicnotice/service.ts";
import { windowAt } from "../calendar/service.ts";
import type * as store from "./store.ts";

/** An application that its learner may act on, and until when; null where nothing ends it. */
export interface Pending extends store.ActionableRow {
  readonly until: string | null;
}

/** Applications that came back, as long as their school takes others: none was submitted since. */
export async function returnedOf(
  tx: Tx,
  applications: readonly store.ActionableRow[],
  now: Date,
): Promise<readonly Pending[]> {
  const rows = applications.filter(({ status }) => status === "RETURNED");
  const schools = [...new Set(rows.map(({ institutionId }) => institutionId))];
  const windows = new Map(
    await Promise.all(
      schools.map(async (id) => [id, await windowAt(tx, id, "APPLICATION", now.toISOString())] as const),
    ),
  );
  return rows
    .map((row) => ({ ...row, window: windows.get(row.institutionId) ?? null }))
    .filter(({ window }) => windowStanding(window, now) !== "OVER")
    .map(({ window, ...row }) => ({ ...row, until: window?.closesAt ?? null }));
}

/** Decisions that can be appealed: a line of theirs is open in a public notice, and nobody has. */
export function appealableOf(
  applications: readonly store.ActionableRow[],
  lines: readonly OpenLine[],
): readonly Pending[] {
  return applications
    .filter(({ status }) => status === "DECIDED")
    .flatMap((row) => {
      const line = lines.find(({ aboutId }) => aboutId === row.id);
      return line === undefined ? [] : [{ ...row, since: line.openedAt, until: line.closesAt }];
    });
}
