import type { Tx } from "../../db/transaction.ts";
import type { RetentionPeriod } from "../../domain/retention.ts";

/** A kind of record and how many of them are past their time. */
export interface DueRow extends RetentionPeriod {
  readonly due: number;
}

export function due(tx: Tx) {
  return tx.run(
    (sql) => sql<DueRow[]>`/* retention.due */
      select p.kind, p.months, p.document, p.clause, p.certainty, d.due::int as due
      from retention_period p join (select kind, due from retention_due() union all select kind, due from staff_accounts_due()) d
        using (kind) order by p.kind`,
  );
}

/** Ends what is past its time, no more than `most` of each kind. */
export function end(tx: Tx, most: number) {
  return tx.run(
    (sql) => sql<{ readonly kind: RetentionPeriod["kind"]; readonly ended: number }[]>`/* retention.end */
      select kind, ended::int as ended from apply_retention(${most}::int)
      union all select kind, ended::int from end_staff_accounts(${most}::int)`,
  );
}
