import { csvText } from "../../domain/sheet/csv.ts";
import { save } from "../evidence/files.ts";

/** Lets the browser save rows as a sheet under a name: `figures` for `figures.csv`. */
export function saveSheet(name: string, rows: readonly (readonly string[])[]): void {
  save(new Blob([csvText(rows)], { type: "text/csv;charset=utf-8" }), `${name}.csv`);
}

/** Lets the browser save a workbook that the service wrote, given as base64. */
export function saveWorkbook(name: string, base64: string): void {
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  save(
    new Blob([bytes], { type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" }),
    `${name}.xlsx`,
  );
}
