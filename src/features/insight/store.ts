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

export interface AllianceFigureRow extends Pick<FigureRow, "measure" | "unit" | "value"> {
  readonly allianceId: Id;
}

export function allianceFigures(tx: Tx) {
  return tx.run(
    (sql) => sql<AllianceFigureRow[]>`/* insight.allianceFigures */
      select measure, alliance_id, unit, value::float8 as value from alliance_figures()`,
  );
}

export interface FigureLimitRow {
  readonly learners: number;
  readonly document: string;
  readonly clause: string;
  readonly certainty: "VERIFIED" | "UNVERIFIED" | "SETTING";
}

/** The fewest learners whom a figure is told of; null where nothing is set. */
export async function figureLimit(tx: Tx): Promise<FigureLimitRow | null> {
  const [row] = await tx.run(
    (sql) => sql<FigureLimitRow[]>`/* insight.figureLimit */
      select learners, document, clause, certainty from disclosure_limit where kind = 'BUREAU_FIGURES'`,
  );
  return row ?? null;
}
