import {
  type CellValue,
  detectDelimiter,
  EncryptedFileError,
  readXlsx,
  type StreamRow,
  streamCsvRows,
  streamXlsxRows,
} from "hucre";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { type SheetRow, unmarked } from "../../domain/sheet/cell.ts";
import { isText } from "../../domain/text.ts";
import { isStreamable, workbookRows } from "./workbook-rows.ts";
import { type Part, partsWithin } from "./zip-bound.ts";

/** Bounds of the service, not of the field. */
export const SHEET_BYTES_MAX = 30_000_000;
const UNPACKED_BYTES_MAX = 400_000_000;
/** Sheets pack to a fifth or a tenth; a small file that unpacks to hundreds of times its size was made to. */
const UNPACKED_FREE_BYTES = 20_000_000;
const RATIO_MAX = 40;
/** Of a sheet that is read as a whole, and of one that is read chunk by chunk. */
const SHEET_ROWS_MAX = 100_000;
const STREAMED_ROWS_MAX = 400_000;
const SHEET_COLUMNS_MAX = 200;
/** The last row that a spreadsheet can have (ECMA-376): a file that numbers one beyond it was made to. */
const ROW_NUMBER_MAX = 1_048_576;

/** A sheet as a file gave it: every cell as text. */
export interface SheetFile {
  readonly sheet: string;
  readonly rows: readonly SheetRow[];
}

/** A sheet that is read row by row: of a large one never more is held than was asked for. */
export interface OpenSheet {
  readonly sheet: string;
  /** How many rows it seems to have, for whoever waits; null where that cannot be told beforehand. */
  readonly rowsAbout: number | null;
  /** Its rows from the first on, each time anew; what is wrong with the file ends them. */
  rows(): AsyncGenerator<SheetRow | Problem>;
}

/**
 * Reads the first visible sheet of an .xlsx, or a .csv. What a file is, its content says, not its name.
 * @returns SHEET_UNREADABLE, SHEET_ENCRYPTED, SHEET_TOO_LARGE or SHEET_TOO_MANY_ROWS
 */
export async function readSheet(bytes: Buffer, fileName: string): Promise<SheetFile | Problem> {
  const file = await openSheet(bytes, fileName, SHEET_ROWS_MAX);
  if (isProblem(file)) return file;
  const rows: SheetRow[] = [];
  for await (const row of file.rows()) {
    if (isProblem(row)) return row;
    rows.push(row);
  }
  return { sheet: file.sheet, rows };
}

/**
 * The same, to be read row by row.
 * @returns SHEET_UNREADABLE, SHEET_ENCRYPTED or SHEET_TOO_LARGE
 */
export async function openSheet(
  bytes: Buffer,
  fileName: string,
  rowsMax = STREAMED_ROWS_MAX,
): Promise<OpenSheet | Problem> {
  if (bytes.length > SHEET_BYTES_MAX) return tooLarge(`${SHEET_BYTES_MAX / 1_000_000} MB`);
  const file = await sheetOf(bytes, fileName);
  if (isProblem(file)) return file;
  if (!isText(file.sheet)) return UNREADABLE;
  return { ...file, rows: () => bounded(file.rows(), rowsMax) };
}

/** Rows that are texts, and no more of them than are taken. */
async function* bounded(rows: ReturnType<OpenSheet["rows"]>, rowsMax: number): ReturnType<OpenSheet["rows"]> {
  let count = 0;
  for await (const row of rows) {
    if (isProblem(row)) return yield row;
    const isThere = Number.isInteger(row.rowNo) && row.rowNo >= 1 && row.rowNo <= ROW_NUMBER_MAX;
    if (!isThere || !row.cells.every((cell) => isText(cell))) return yield UNREADABLE;
    count += 1;
    if (count > rowsMax) return yield problem("SHEET_TOO_MANY_ROWS", { limit: rowsMax });
    yield row;
  }
}

async function sheetOf(bytes: Buffer, fileName: string): Promise<OpenSheet | Problem> {
  if (isZip(bytes)) return openWorkbook(bytes);
  if (isCompound(bytes)) return problem(isEncrypted(bytes) ? "SHEET_ENCRYPTED" : "SHEET_UNREADABLE");
  const text = decoded(bytes);
  return text === null ? UNREADABLE : { sheet: fileName, rowsAbout: linesOf(text), rows: () => csvRows(text) };
}

const UNREADABLE: Problem = problem("SHEET_UNREADABLE");
const tooLarge = (limit: string): Problem => problem("SHEET_TOO_LARGE", { limit });
const isZip = (bytes: Buffer): boolean => bytes.length > 4 && bytes.readUInt32BE(0) === 0x504b0304;
/** The container of old .xls files, and of encrypted .xlsx. */
const isCompound = (bytes: Buffer): boolean => bytes.length > 8 && bytes.readUInt32BE(0) === 0xd0cf11e0;
const isEncrypted = (bytes: Buffer): boolean => bytes.includes(Buffer.from("EncryptedPackage", "utf16le"));

async function openWorkbook(bytes: Buffer): Promise<OpenSheet | Problem> {
  const limit = Math.min(UNPACKED_BYTES_MAX, UNPACKED_FREE_BYTES + RATIO_MAX * bytes.length);
  const parts = await partsWithin(bytes, limit);
  if (parts === null) return UNREADABLE;
  if (parts === "TOO_LARGE") return tooLarge(`${Math.floor(limit / 1_000_000)} MB`);
  try {
    const first = await firstVisible(bytes);
    if (first === null) return UNREADABLE;
    const rowsAbout = await rowsSaid(parts);
    return { sheet: first.name, rowsAbout, rows: () => workbookTexts(bytes, parts, first.index) };
  } catch (error) {
    return atFault(error);
  }
}

/** Whatever the reader stumbles over, the file is at fault. */
const atFault = (error: unknown): Problem =>
  error instanceof EncryptedFileError ? problem("SHEET_ENCRYPTED") : UNREADABLE;

async function* workbookTexts(bytes: Buffer, parts: readonly Part[], sheet: number): ReturnType<OpenSheet["rows"]> {
  const whole = (): AsyncGenerator<StreamRow> => streamXlsxRows(bytes, { sheet });
  const ways = isStreamable(parts) ? [() => workbookRows(parts, sheet), whole] : [whole];
  for (const [tried, rows] of ways.entries()) {
    let begun = false;
    try {
      for await (const { index, values } of rows()) {
        begun = true;
        yield rowOf(index + 1, values);
      }
      return;
    } catch (error) {
      // a workbook that is put together in an unusual way may still be read as a whole
      if (begun || tried === ways.length - 1) return yield atFault(error);
    }
  }
}

async function firstVisible(bytes: Buffer): Promise<{ readonly name: string; readonly index: number } | null> {
  let first: { readonly name: string; readonly index: number } | null = null;
  await readXlsx(bytes, {
    sheets(info, index) {
      if (first === null && info.hidden !== true && info.veryHidden !== true) first = { name: info.name, index };
      return false;
    },
  });
  return first;
}

/** How many rows the largest sheet says it has: its dimension stands at its beginning. */
async function rowsSaid(parts: readonly Part[]): Promise<number | null> {
  const [largest] = parts
    .filter(({ name }) => name.startsWith("xl/worksheets/"))
    .toSorted((one, other) => other.size - one.size);
  for await (const piece of largest?.content() ?? []) {
    const found = /<dimension ref="[A-Z]+\d+:[A-Z]+(\d{1,7})"/.exec(piece.toString("latin1", 0, 4000));
    return found === null ? null : Number(found[1]);
  }
  return null;
}

function linesOf(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

/** How much of a .csv is looked at to tell what parts its cells. */
const GUESSED_FROM = 4000;

async function* csvRows(text: string): ReturnType<OpenSheet["rows"]> {
  // what stands behind a quoted first cell parts the cells, whatever signs they hold; else it is guessed
  const quoted = /^"(?:[^"]|"")*"([,;\t|])/.exec(text.slice(0, 1000))?.[1];
  const delimiter = quoted ?? detectDelimiter(text.slice(0, GUESSED_FROM));
  let rowNo = 0;
  for (const values of streamCsvRows(text, { delimiter })) {
    rowNo += 1;
    yield rowOf(rowNo, values);
  }
}

/**
 * A text in UTF-8, UTF-16 or, as a Chinese Excel saves .csv, GB 18030; null where it is no text at all.
 */
function decoded(bytes: Buffer): string | null {
  if (bytes.length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes.includes(0)) return null;
  for (const encoding of ["utf-8", "gb18030"]) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // Not in this one.
    }
  }
  return null;
}

function rowOf(rowNo: number, values: readonly CellValue[]): SheetRow {
  return { rowNo, cells: Array.from(values.slice(0, SHEET_COLUMNS_MAX), textOf) };
}

/** Excel keeps fifteen digits of a number; what is longer has lost its end, and is shown as it is: a power of ten. */
const EXACT_MAX = 1e15;

function textOf(value: CellValue | undefined): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value !== "number") return unmarked(String(value));
  return Math.abs(value) >= EXACT_MAX ? value.toExponential() : String(Number(value.toPrecision(15)));
}
