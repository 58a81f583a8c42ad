import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseCsvObjects } from "hucre/csv";

/** Where the demonstration's data lies. The same from src/ and from dist/. */
export const DEMO_FOLDER = join(import.meta.dirname, "../../scripts/demo");
/** Where the facts of the field lie, which the demonstration stands on. */
export const REFERENCE_FOLDER = join(import.meta.dirname, "../../scripts/reference");

/** One row of a table: every cell as text, empty where there is none. */
export type Row = Readonly<Record<string, string>>;

/** Reads a table of the demonstration by its name, `learners` for `learners.csv`. */
export function readTable(name: string): Promise<Row[]> {
  return readCsv(join(DEMO_FOLDER, `${name}.csv`));
}

/** Reads a table of the reference data by its name, `majors` for `majors.csv`. */
export function readReference(name: string): Promise<Row[]> {
  return readCsv(join(REFERENCE_FOLDER, `${name}.csv`));
}

async function readCsv(path: string): Promise<Row[]> {
  const text = await readFile(path, "utf8");
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
