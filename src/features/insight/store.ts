import type { Tx } from "../../db/transaction.ts";
import type { CreditUnit } from "../../domain/credit.ts";
import type { Id } from "../../domain/id.ts";

export interface FigureRow {
  readonly measure: "REGISTRATIONS" | "CREDITS_DEPOSITED" | "CREDITS_RECOGNISED" | "DECISIONS" | "SEATS_OFF_CAMPUS";
  readonly institutionId: Id;
  readonly programmeId: Id | null;
  readonly phase: number | null;
  readonly unit: CreditUnit | null;
  /** null: the group is too small to be told of. */
  readonly value: number | null;
}

export function figures(tx: Tx) {
  return tx.run(
    (sql) => sql<FigureRow[]>`/* insight.figures */
      select measure, institution_id, programme_id, phase, unit, value::float8 as value from bureau_figures()`,
  );
}
