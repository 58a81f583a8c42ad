import { type Problem, isProblem, problem } from "../../domain/problem.ts";
import type { CellProblem } from "../../domain/sheet/cell.ts";
import { type CheckedRow, checkRow, findHeader, type Header, isEmptyRow } from "../../domain/sheet/check.ts";
import type { Columns, SheetKind } from "../../domain/sheet/column.ts";
import { readSheet, type SheetFile } from "./sheet-file.ts";

/** A sheet of which every cell has been read; nothing has been looked up yet. */
export interface CheckedSheet<C extends Columns> {
  readonly kind: "checked";
  readonly sheet: string;
  readonly header: Header;
  readonly rows: readonly CheckedRow<C>[];
}

/** The sheet as a whole is refused: every bad cell is listed, and nothing was written. */
export interface SheetRefused {
  readonly kind: "refused";
  readonly problems: readonly CellProblem[];
  readonly warnings: readonly CellProblem[];
}

/** Reads a file and every cell of it. A missing column refuses the sheet whatever else it holds. */
export async function checkFile<C extends Columns>(
  kind: SheetKind<C>,
  bytes: Buffer,
  fileName: string,
): Promise<CheckedSheet<C> | SheetRefused | Problem> {
  const file = await readSheet(bytes, fileName);
  return isProblem(file) ? file : checkRows(kind, file);
}

/** The same of rows that are read already. */
export function checkRows<C extends Columns>(
  kind: SheetKind<C>,
  { sheet, rows }: SheetFile,
): CheckedSheet<C> | SheetRefused | Problem {
  const filled = rows.filter((row) => !isEmptyRow(row));
  const header = findHeader(kind, sheet, filled);
  if (filled.length === 0) return problem("SHEET_EMPTY");
  if (header.problems.length > 0) return { kind: "refused", problems: header.problems, warnings: header.warnings };
  const data = filled.filter((row) => row.rowNo > header.rowNo);
  if (data.length === 0) return problem("SHEET_EMPTY");
  return { kind: "checked", sheet, header, rows: data.map((row) => checkRow(kind, sheet, header, row)) };
}

/** A sheet of one row, given column by column. */
export function sheetOfOne<C extends Columns>(
  kind: SheetKind<C>,
  cells: Readonly<Partial<Record<keyof C & string, string>>>,
): CheckedSheet<C> | SheetRefused | Problem {
  const rows = [
    { rowNo: 1, cells: Object.keys(cells) },
    { rowNo: 2, cells: Object.values<string>(cells as Record<string, string>) },
  ];
  return checkRows(kind, { sheet: "", rows });
}
