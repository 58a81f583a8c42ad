import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseCsvObjects } from "hucre/csv";

/** Where the demonstration's data lies. The same from src/ and from dist/. */
export const DEMO_FOLDER = join(import.meta.dirname, "../../scripts/demo");

/** One row of a table: every cell as text, empty where there is none. */
export type Row = Readonly<Record<string, string>>;

/** Reads a table of the demonstration by its name, `learners` for `learners.csv`. */
export async function readTable(name: string): Promise<Row[]> {
  const text = await readFile(join(DEMO_FOLDER, `${name}.csv`), "utf8");
  const { data } = parseCsvObjects(text, { delimiter: ",", header: true, skipEmptyRows: true });
  return data.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [key, value === null || value === undefined ? "" : String(value)]),
    ),
  );
}

/** A cell, or null where it is empty. */
export function orNull(cell: string | undefined): string | null {
  return cell === undefined || cell === "" ? null : cell;
}
