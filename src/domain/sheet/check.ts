import type { Title } from "../id.ts";
import { isProblem } from "../problem.ts";
import { type CellProblem, columnLetters, isPowerOfTen, narrowed, type SheetRow, trimmed } from "./cell.ts";
import type { Column, Columns, RowOf, SheetKind } from "./column.ts";

/** Where the columns of a kind are found in a sheet. */
export interface Header {
  /** The number of the last row that belongs to the header. */
  readonly rowNo: number;
  /** The key of a column -> its place in a row. */
  readonly places: ReadonlyMap<string, number>;
  readonly problems: readonly CellProblem[];
  readonly warnings: readonly CellProblem[];
}

/** A row that has been read: its values where nothing is wrong with them. */
export interface CheckedRow<C extends Columns> {
  readonly rowNo: number;
  /** Every text as it stood in the file, by column key. */
  readonly cells: Readonly<Record<string, string>>;
  readonly values: Partial<RowOf<C>>;
  readonly problems: readonly CellProblem[];
  readonly warnings: readonly CellProblem[];
}

/** Stands for what was read of a secret column. */
const HIDDEN = "•••";

/** How many rows at the top may be titles before the header: sheets of schools begin with the school's name. */
export const HEADER_ROWS_MAX = 10;

/** The column that a copy of a refused sheet has besides its own: what is wrong with each row. Read again, it is passed over. */
export const PROBLEM_COLUMN: Title = { zh: "问题", en: "Problems" };
const PASSED_OVER: ReadonlySet<string> = new Set(Object.values(PROBLEM_COLUMN).map((text) => text.toLowerCase()));

/** A header as it is compared: without spaces, stars, remarks in brackets, case. */
function headerText(text: string): string {
  return narrowed(text)
    .replace(/\([^)]*\)/g, "")
    .replace(/[\s\u3000*:]/g, "")
    .toLowerCase();
}

/**
 * Finds the header among the first rows: the row that names most columns. Titles above it are passed over, and a
 * header that a merge spread over two rows is read as one.
 */
export function findHeader(kind: SheetKind, sheet: string, rows: readonly SheetRow[]): Header {
  const keys = keysByHeader(kind.columns);
  const named = rows
    .slice(0, HEADER_ROWS_MAX)
    .map((row) => row.cells.map((cell) => keys.get(headerText(cell)) ?? null));
  const counts = named.map((row) => row.filter((key) => key !== null).length);
  const at = counts.indexOf(Math.max(...counts, 0));
  const row = rows[at];
  if (row === undefined || (counts[at] ?? 0) === 0) return missingHeader(kind, sheet, rows[0]);
  const places = new Map<string, number>();
  place(places, named[at] ?? []);
  const below = rows[at + 1];
  const continues = (counts[at + 1] ?? 0) > 0 && below !== undefined && onlyHeaders(below, named[at + 1] ?? []);
  if (continues) place(places, named[at + 1] ?? []);
  const word = (code: CellProblem["code"], place: number, params: CellProblem["params"] = {}): CellProblem => ({
    sheet,
    cell: `${columnLetters(place)}${row.rowNo}`,
    rowNo: row.rowNo,
    column: null,
    code,
    params,
  });
  const unknown = row.cells.flatMap((cell, index) =>
    trimmed(cell) === "" || [...places.values()].includes(index) || PASSED_OVER.has(headerText(cell))
      ? []
      : [word("COLUMN_UNKNOWN", index, { column: cell })],
  );
  const above = at > 0 || continues ? [word("HEADER_MENDED", 0, { row: row.rowNo })] : [];
  return {
    rowNo: continues ? below.rowNo : row.rowNo,
    places,
    problems: missingColumns(kind, places).map((key) => ({ ...word("COLUMN_MISSING", 0), column: key })),
    warnings: [...above, ...unknown],
  };
}

function keysByHeader(columns: Columns): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(columns).flatMap(([key, { title, aliases }]) =>
      [key, title.zh, title.en, ...aliases].map((text) => [headerText(text), key] as const),
    ),
  );
}

/** The first place a column is named at is its place. */
function place(places: Map<string, number>, named: readonly (string | null)[]): void {
  for (const [index, key] of named.entries()) {
    if (key !== null && !places.has(key)) places.set(key, index);
  }
}

function onlyHeaders(row: SheetRow, named: readonly (string | null)[]): boolean {
  return row.cells.every((cell, index) => trimmed(cell) === "" || (named[index] ?? null) !== null);
}

function missingColumns(kind: SheetKind, places: ReadonlyMap<string, number>): string[] {
  return Object.entries(kind.columns).flatMap(([key, { required }]) => (required && !places.has(key) ? [key] : []));
}

function missingHeader(kind: SheetKind, sheet: string, first: SheetRow | undefined): Header {
  const rowNo = first?.rowNo ?? 1;
  const problems = missingColumns(kind, new Map()).map(
    (column): CellProblem => ({ sheet, cell: `A${rowNo}`, rowNo, column, code: "COLUMN_MISSING", params: {} }),
  );
  return { rowNo, places: new Map(), problems, warnings: [] };
}

/** Whether a row says nothing. */
export function isEmptyRow(row: SheetRow): boolean {
  return row.cells.every((cell) => trimmed(cell) === "");
}

/** Reads one row by the columns of its kind, mending what can be mended with a warning. Reports every bad cell. */
export function checkRow<C extends Columns>(
  kind: SheetKind<C>,
  sheet: string,
  header: Header,
  row: SheetRow,
): CheckedRow<C> {
  const cells: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const problems: CellProblem[] = [];
  const warnings: CellProblem[] = [];
  for (const [key, column] of Object.entries<Column<unknown>>(kind.columns)) {
    const place = header.places.get(key);
    const raw = place === undefined ? "" : (row.cells[place] ?? "");
    const word = (code: CellProblem["code"], params: CellProblem["params"]): CellProblem => ({
      sheet,
      cell: `${columnLetters(place ?? 0)}${row.rowNo}`,
      rowNo: row.rowNo,
      column: key,
      code,
      params,
    });
    const shown = (text: string): string => (column.parser.secret === true && text !== "" ? HIDDEN : text);
    cells[key] = shown(raw);
    const text = column.parser.narrow ? narrowed(trimmed(raw)) : trimmed(raw);
    if (text === "") {
      if (column.required) problems.push(word("CELL_REQUIRED", {}));
      else values[key] = null;
      continue;
    }
    if (text !== raw) warnings.push(word("CELL_MENDED", { value: shown(raw), mended: shown(text) }));
    if (isPowerOfTen(text)) {
      problems.push(word("CELL_DAMAGED", { value: shown(text) }));
      continue;
    }
    const value = column.parser.read(text);
    if (isProblem(value)) problems.push(word(value.code, { ...value.params, value: shown(text) }));
    else values[key] = value;
  }
  return { rowNo: row.rowNo, cells, values: values as Partial<RowOf<C>>, problems, warnings };
}

/** A problem of a row at one of its columns, found after reading: what it names does not exist, and the like. */
export function cellProblem(
  sheet: string,
  header: Header,
  rowNo: number,
  column: string,
  code: CellProblem["code"],
  params: CellProblem["params"],
): CellProblem {
  const place = header.places.get(column) ?? 0;
  return { sheet, cell: `${columnLetters(place)}${rowNo}`, rowNo, column, code, params };
}
