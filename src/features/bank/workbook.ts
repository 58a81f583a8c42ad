import { type CellValue, type ColumnDef, type DataValidation, writeXlsx } from "hucre";
import { inert } from "../../domain/sheet/cell.ts";

/** One sheet of a workbook. */
export interface WorkbookSheet {
  readonly name: string;
  readonly rows: readonly (readonly CellValue[])[];
  readonly columns: readonly ColumnDef[];
  readonly dataValidations?: readonly DataValidation[];
}

/** Sheets as an .xlsx that may leave the house: their first row stays in sight, and no cell is a formula. The only place that writes one. */
export async function workbookOf(sheets: readonly WorkbookSheet[]): Promise<Buffer> {
  const written = await writeXlsx({
    sheets: sheets.map(({ rows, columns, dataValidations, name }) => ({
      name,
      rows: rows.map((row) => row.map((value) => (typeof value === "string" ? inert(value) : value))),
      columns: [...columns],
      freezePane: { rows: 1 },
      ...(dataValidations === undefined ? {} : { dataValidations: [...dataValidations] }),
    })),
  });
  return Buffer.from(written);
}
