import { type CellStyle, type CellValue, type ColumnDef, type DataValidation, writeXlsx } from "hucre";
import { inert } from "../../domain/sheet/cell.ts";

/** One sheet of a workbook. */
export interface WorkbookSheet {
  readonly name: string;
  readonly rows: readonly (readonly CellValue[])[];
  readonly columns: readonly ColumnDef[];
  readonly dataValidations?: readonly DataValidation[];
  /** Cells that are to catch the eye, by row and column from 0. */
  readonly marked?: readonly (readonly [row: number, column: number])[];
  /** How many rows at the top stay in sight; the first where nothing is said. */
  readonly frozenRows?: number;
}

/** What a marked cell is filled with: a light red. */
const MARK: CellStyle = { fill: { type: "pattern", pattern: "solid", fgColor: { rgb: "FFC7CE" } } };

/** Sheets as an .xlsx that may leave the house: their first row stays in sight, and no cell is a formula. The only place that writes one. */
export async function workbookOf(sheets: readonly WorkbookSheet[]): Promise<Buffer> {
  const written = await writeXlsx({
    sheets: sheets.map(({ rows, columns, dataValidations, name, marked = [], frozenRows = 1 }) => ({
      name,
      rows: rows.map((row) => row.map((value) => (typeof value === "string" ? inert(value) : value))),
      columns: [...columns],
      freezePane: { rows: frozenRows },
      ...(marked.length === 0
        ? {}
        : { cells: new Map(marked.map(([row, column]) => [`${row},${column}`, { style: MARK }])) }),
      ...(dataValidations === undefined ? {} : { dataValidations: [...dataValidations] }),
    })),
  });
  return Buffer.from(written);
}
