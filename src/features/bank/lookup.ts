import { withoutLeadingZeros } from "../../domain/sheet/cell.ts";

/** A thing found by what a row calls it; `mended` where only the zeros in front of it were lost. */
export interface Lookup<Row> {
  find(name: string): { readonly row: Row; readonly mended: string | null } | null;
}

/** Finds by exact name, else by the only name that differs by zeros in front. */
export function lookup<Row>(rows: readonly Row[], namesOf: (row: Row) => readonly string[]): Lookup<Row> {
  const exact = new Map<string, Row>();
  const stripped = new Map<string, { readonly row: Row; readonly name: string } | "several">();
  for (const row of rows) {
    for (const name of namesOf(row)) {
      exact.set(name, row);
      const short = withoutLeadingZeros(name);
      if (short !== name) stripped.set(short, stripped.has(short) ? "several" : { row, name });
    }
  }
  return {
    find(name) {
      const row = exact.get(name);
      if (row !== undefined) return { row, mended: null };
      const near = stripped.get(name);
      return near === undefined || near === "several" ? null : { row: near.row, mended: near.name };
    },
  };
}
