import type { Language } from "../../auth/viewer.ts";
import { isProblem, type Problem } from "../../domain/problem.ts";
import type { CellProblem, SheetRow } from "../../domain/sheet/cell.ts";
import { findHeader, HEADER_ROWS_MAX, isEmptyRow, PROBLEM_COLUMN } from "../../domain/sheet/check.ts";
import type { SheetKind } from "../../domain/sheet/column.ts";
import { presentCell } from "./presenting.ts";
import { openSheet } from "./sheet-file.ts";
import { workbookOf } from "./workbook.ts";

/** Of a longer sheet only the rows that are bad are copied, below its header; whatever it says of itself. */
const COPIED_ROWS_MAX = 20_000;

/** The bad cells of a row, each with what is wrong with it. */
type BadRows = ReadonlyMap<number, readonly { readonly place: number; readonly text: string }[]>;

/**
 * A copy of a sheet as .xlsx: its own rows where they stand, the bad cells marked, and beside each bad row what is wrong
 * with it. Corrected, it can be sent in again as it is.
 * @returns what makes the file no sheet
 */
export async function annotatedCopy(
  source: { readonly bytes: Buffer; readonly fileName: string },
  kind: SheetKind,
  problems: readonly CellProblem[],
  language: Language,
): Promise<Buffer | Problem> {
  const file = await openSheet(source.bytes, source.fileName);
  if (isProblem(file)) return file;
  const bad = badRows(problems, kind, language);
  let isLong = (file.rowsAbout ?? 0) > COPIED_ROWS_MAX;
  const top: SheetRow[] = [];
  const rows: SheetRow[] = [];
  for await (const row of file.rows()) {
    if (isProblem(row)) return row;
    // a sheet may be longer than it says, and number its rows as it likes
    isLong ||= row.rowNo > COPIED_ROWS_MAX;
    if (top.length <= HEADER_ROWS_MAX && !isEmptyRow(row)) top.push(row);
    const hasRoom = !isLong && rows.length < COPIED_ROWS_MAX;
    if (hasRoom || row.rowNo <= HEADER_ROWS_MAX || bad.has(row.rowNo)) rows.push(row);
  }
  const headerRow = findHeader(kind, file.sheet, top).rowNo;
  // a row may say that it is the four thousand millionth
  const inPlace = !isLong && rows.every(({ rowNo }) => rowNo <= COPIED_ROWS_MAX);
  return workbookOf([copyOf(rows, headerRow, bad, { inPlace, language })]);
}

function badRows(problems: readonly CellProblem[], kind: SheetKind, language: Language): BadRows {
  const rows = new Map<number, { place: number; text: string }[]>();
  for (const found of problems) {
    const text = `${found.cell}: ${presentCell(found, kind, language).message}`;
    const before = rows.get(found.rowNo) ?? [];
    rows.set(found.rowNo, [...before, { place: placeOf(found.cell), text }]);
  }
  return rows;
}

/** The column of a cell by its letters, counted from 0: B7 -> 1. */
function placeOf(cell: string): number {
  const letters = cell.replace(/\d+$/, "");
  return Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function copyOf(
  rows: readonly SheetRow[],
  headerRow: number,
  bad: BadRows,
  { inPlace, language }: { readonly inPlace: boolean; readonly language: Language },
) {
  const width = rows.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  const lines: string[][] = [];
  const marked: [number, number][] = [];
  for (const { rowNo, cells } of rows) {
    // a row keeps its number, unless rows before it are left out
    while (inPlace && lines.length < rowNo - 1) lines.push([]);
    const found = bad.get(rowNo) ?? [];
    const word = rowNo === headerRow ? PROBLEM_COLUMN[language] : found.map(({ text }) => text).join("\n");
    marked.push(...found.map(({ place }): [number, number] => [lines.length, place]));
    lines.push(word === "" ? [...cells] : [...cells, ...Array.from({ length: width - cells.length }, () => ""), word]);
  }
  const columns = Array.from({ length: width }, () => ({ width: 16, numFmt: "@" }));
  return {
    name: "1",
    rows: lines,
    columns: [...columns, { width: 60 }],
    marked,
    frozenRows: Math.min(headerRow, HEADER_ROWS_MAX),
  };
}
