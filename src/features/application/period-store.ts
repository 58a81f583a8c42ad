import type { Tx } from "../../db/transaction.ts";
import type { StepPeriod, Waiting } from "../../domain/application/due.ts";
import type { Id } from "../../domain/id.ts";

/** Periods of schools and the general ones. */
export function stepPeriods(tx: Tx, institutionIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<StepPeriod[]>`/* application.stepPeriods */
      select institution_id, owner, working_days, citation, certainty from application_step_period
      where institution_id = any(${institutionIds as Id[]}::uuid[])`,
  );
}

export async function putStepPeriod(
  tx: Tx,
  row: StepPeriod & { readonly setBy: Id; readonly setAt: string },
): Promise<void> {
  await tx.run(
    (sql) => sql`/* application.putStepPeriod */
      insert into application_step_period (institution_id, owner, working_days, citation, certainty, set_by, set_at)
      values (${row.institutionId}, ${row.owner}, ${row.workingDays}, ${JSON.stringify(row.citation)}::text::jsonb,
        ${row.certainty}, ${row.setBy}, ${row.setAt})
      on conflict (institution_id, owner) do update set working_days = excluded.working_days, citation = excluded.citation,
        certainty = excluded.certainty, set_by = excluded.set_by, set_at = excluded.set_at`,
  );
}

/** An application that waits, as the job that reminds sees it. */
export interface WaitingRow extends Waiting {
  readonly id: Id;
  readonly departmentId: Id | null;
}

/** A page of applications on which somebody has to act, those that wait longest first. As guantong_job. */
export function waiting(tx: Tx, page: { readonly after: WaitingRow | null; readonly limit: number }) {
  const { after, limit } = page;
  return tx.run(
    (sql) => sql<WaitingRow[]>`/* application.waiting */
      select id, status, institution_id, department_id, home_institution_id, waiting_since from application
      where closed_at is null and status in ('SUBMITTED', 'CONFIRMED', 'REVIEWED') and (${after === null}
        or (waiting_since, id) > (${after?.waitingSince ?? null}::timestamptz, ${after?.id ?? null}::uuid))
      order by waiting_since, id limit ${limit}`,
  );
}
