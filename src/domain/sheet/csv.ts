import { inert } from "./cell.ts";

/** So that spreadsheet programs read the file as UTF-8. */
const BYTE_ORDER_MARK = "\ufeff";

const quoted = (text: string): string => `"${inert(text).replaceAll('"', '""')}"`;

/** Rows of texts as a .csv that may leave the house: every cell quoted, and none a formula. The only place that writes one. */
export function csvText(rows: readonly (readonly string[])[]): string {
  return BYTE_ORDER_MARK + rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}
