import { csvText } from "../../domain/sheet/csv.ts";
import { save } from "../evidence/files.ts";

/** Lets the browser save rows as a sheet under a name: `figures` for `figures.csv`. */
export function saveSheet(name: string, rows: readonly (readonly string[])[]): void {
  save(new Blob([csvText(rows)], { type: "text/csv;charset=utf-8" }), `${name}.csv`);
}
