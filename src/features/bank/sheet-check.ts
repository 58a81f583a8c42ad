import { type Problem, isProblem, problem } from "../../domain/problem.ts";
import type { CellProblem, SheetRow } from "../../domain/sheet/cell.ts";
import {
  type CheckedRow,
  checkRow,
  findHeader,
  HEADER_ROWS_MAX,
  type Header,
  isEmptyRow,
} from "../../domain/sheet/check.ts";
import type { Columns, SheetKind } from "../../domain/sheet/column.ts";
import { type OpenSheet, readSheet, type SheetFile } from "./sheet-file.ts";

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
  /** How much is bad in all, where not every bad cell is listed. */
  readonly inAll?: { readonly rows: number; readonly cells: number };
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
  if (header.problems.length > 0) return refusedBy(header);
  const data = filled.filter((row) => row.rowNo > header.rowNo);
  if (data.length === 0) return problem("SHEET_EMPTY");
  return { kind: "checked", sheet, header, rows: data.map((row) => checkRow(kind, sheet, header, row)) };
}

/**
 * The same of a sheet that is read row by row: its checked rows in chunks of `size`, each with the header of the whole.
 * What refuses the sheet is the last thing it gives.
 */
export async function* checkedChunks<C extends Columns>(
  kind: SheetKind<C>,
  file: OpenSheet,
  size: number,
): AsyncGenerator<CheckedSheet<C> | SheetRefused | Problem> {
  const { sheet } = file;
  let rows: SheetRow[] = [];
  let header: Header | null = null;
  let given = 0;
  const take = (to: Header): CheckedSheet<C> => {
    const checked = rows.filter(({ rowNo }) => rowNo > to.rowNo).map((row) => checkRow(kind, sheet, to, row));
    given += checked.length;
    rows = [];
    return { kind: "checked", sheet, header: to, rows: checked };
  };
  for await (const row of file.rows()) {
    if (isProblem(row)) return yield row;
    if (isEmptyRow(row)) continue;
    rows.push(row);
    // the header may go on below the last of the rows it is looked for in
    if (header === null && rows.length > HEADER_ROWS_MAX) header = findHeader(kind, sheet, rows);
    if (header !== null && header.problems.length > 0) return yield refusedBy(header);
    if (header !== null && rows.length >= size) yield take(header);
  }
  header ??= findHeader(kind, sheet, rows);
  if (rows.length > 0 && header.problems.length > 0) return yield refusedBy(header);
  if (rows.length > 0) {
    const last = take(header);
    if (last.rows.length > 0) yield last;
  }
  if (given === 0) yield problem("SHEET_EMPTY");
}

const refusedBy = ({ problems, warnings }: Header): SheetRefused => ({ kind: "refused", problems, warnings });

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
