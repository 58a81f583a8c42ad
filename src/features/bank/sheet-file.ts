import { type CellValue, EncryptedFileError, readXlsx, streamCsvRows, streamXlsxRows } from "hucre";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { type SheetRow, unmarked } from "../../domain/sheet/cell.ts";
import { isText } from "../../domain/text.ts";
import { unpacksWithin } from "./zip-bound.ts";

/** Bounds of the service, not of the field. */
export const SHEET_BYTES_MAX = 30_000_000;
const UNPACKED_BYTES_MAX = 400_000_000;
/** Sheets pack to a fifth or a tenth; a small file that unpacks to hundreds of times its size was made to. */
const UNPACKED_FREE_BYTES = 20_000_000;
const RATIO_MAX = 40;
export const SHEET_ROWS_MAX = 100_000;
const SHEET_COLUMNS_MAX = 200;

/** A sheet as a file gave it: every cell as text. */
export interface SheetFile {
  readonly sheet: string;
  readonly rows: readonly SheetRow[];
}

/**
 * Reads the first visible sheet of an .xlsx, or a .csv. What a file is, its content says, not its name.
 * @returns SHEET_UNREADABLE, SHEET_ENCRYPTED, SHEET_TOO_LARGE or SHEET_TOO_MANY_ROWS
 */
export async function readSheet(bytes: Buffer, fileName: string): Promise<SheetFile | Problem> {
  if (bytes.length > SHEET_BYTES_MAX) return tooLarge(`${SHEET_BYTES_MAX / 1_000_000} MB`);
  const file = await sheetOf(bytes, fileName);
  if (isProblem(file)) return file;
  const isWhole = isText(file.sheet) && file.rows.every(({ cells }) => cells.every((cell) => isText(cell)));
  return isWhole ? file : problem("SHEET_UNREADABLE");
}

async function sheetOf(bytes: Buffer, fileName: string): Promise<SheetFile | Problem> {
  if (isZip(bytes)) return readWorkbook(bytes);
  if (isCompound(bytes)) return problem(isEncrypted(bytes) ? "SHEET_ENCRYPTED" : "SHEET_UNREADABLE");
  const text = decoded(bytes);
  return text === null ? problem("SHEET_UNREADABLE") : readCsv(text, fileName);
}

const tooLarge = (limit: string): Problem => problem("SHEET_TOO_LARGE", { limit });
const TOO_MANY_ROWS: Problem = problem("SHEET_TOO_MANY_ROWS", { limit: SHEET_ROWS_MAX });
const isZip = (bytes: Buffer): boolean => bytes.length > 4 && bytes.readUInt32BE(0) === 0x504b0304;
/** The container of old .xls files, and of encrypted .xlsx. */
const isCompound = (bytes: Buffer): boolean => bytes.length > 8 && bytes.readUInt32BE(0) === 0xd0cf11e0;
const isEncrypted = (bytes: Buffer): boolean => bytes.includes(Buffer.from("EncryptedPackage", "utf16le"));

async function readWorkbook(bytes: Buffer): Promise<SheetFile | Problem> {
  const limit = Math.min(UNPACKED_BYTES_MAX, UNPACKED_FREE_BYTES + RATIO_MAX * bytes.length);
  const bounded = await unpacksWithin(bytes, limit);
  if (bounded === null) return problem("SHEET_UNREADABLE");
  if (!bounded) return tooLarge(`${Math.floor(limit / 1_000_000)} MB`);
  try {
    const first = await firstVisible(bytes);
    if (first === null) return problem("SHEET_UNREADABLE");
    const rows: SheetRow[] = [];
    for await (const { index, values } of streamXlsxRows(bytes, { sheet: first.index })) {
      if (rows.length >= SHEET_ROWS_MAX) return TOO_MANY_ROWS;
      rows.push(rowOf(index + 1, values));
    }
    return { sheet: first.name, rows };
  } catch (error) {
    // Whatever the reader stumbles over, the file is at fault.
    return problem(error instanceof EncryptedFileError ? "SHEET_ENCRYPTED" : "SHEET_UNREADABLE");
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

function readCsv(text: string, fileName: string): SheetFile | Problem {
  const rows: SheetRow[] = [];
  let rowNo = 0;
  // what stands behind a quoted first cell parts the cells, whatever signs they hold; else it is guessed
  const delimiter = /^"(?:[^"]|"")*"([,;\t|])/.exec(text.slice(0, 1000))?.[1];
  for (const values of streamCsvRows(text, delimiter === undefined ? {} : { delimiter })) {
    rowNo += 1;
    if (rows.length >= SHEET_ROWS_MAX) return TOO_MANY_ROWS;
    rows.push(rowOf(rowNo, values));
  }
  return { sheet: fileName, rows };
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
