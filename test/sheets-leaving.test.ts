import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { readXlsx, streamCsvRows } from "hucre";
import { describe, expect, test } from "vitest";
import { csvText } from "../src/domain/sheet/csv.ts";
import { SHEET_KINDS, type SheetKindKey } from "../src/domain/sheet/kinds/index.ts";
import { isProblem } from "../src/domain/problem.ts";
import { isText } from "../src/domain/text.ts";
import { readSheet } from "../src/features/bank/sheet-file.ts";
import { templateOf } from "../src/features/bank/template.ts";
import { workbookOf } from "../src/features/bank/workbook.ts";

/** Whatever writes a sheet does it through these, and they write no formula. */
const WRITERS = {
  csv: "domain/sheet/csv.ts",
  xlsx: "features/bank/workbook.ts",
  browser: "web/components/save-sheet.ts",
};

const SRC = join(import.meta.dirname, "../src");
const sources = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => /\.tsx?$/.test(path) && !path.includes("generated/"))
  .map((path) => ({ path, text: readFileSync(join(SRC, path), "utf8") }));

/** The files of src/ in which something stands. */
const filesWith = (what: RegExp): string[] =>
  sources
    .filter(({ text }) => what.test(text))
    .map(({ path }) => path)
    .sort();

describe("a sheet that leaves the house", () => {
  test("is written in one place for each form, by construction", () => {
    expect(filesWith(/\bwriteXlsx\b|\bwriteOds\b|\bXlsxWriter\b|\bstreamWrite/)).toEqual([WRITERS.xlsx]);
    expect(filesWith(/\bwriteCsv\w*\b|CsvStreamWriter/)).toEqual([]);
    expect(filesWith(/text\/csv/)).toEqual([WRITERS.browser]);
    // rows put together by hand
    expect(filesWith(/join\(["'`],["'`]\)[^;]*\\r\\n|\\r\\n[^;]*join\(["'`],["'`]\)/)).toEqual([WRITERS.csv]);
    // what a browser saves goes through one function
    expect(filesWith(/createObjectURL/)).toEqual(["web/evidence/files.ts"]);
  });

  test("is saved by the browser from these pages, and no other", () => {
    expect(filesWith(/\bsaveSheet\(/)).toEqual([
      "web/bureau/FiguresPage.tsx",
      "web/components/save-sheet.ts",
      "web/registrar/CodeSheet.tsx",
      "web/registrar/SheetColumns.tsx",
    ]);
  });
});

const ACTIVE = /^[\s\u3000]*[=+\-@\uff1d\uff0b\uff0d\uff20|]|^[\t\r\n]/;
const NUMBER = /^[+-]?\d+([.,]\d+)?%?$/;
const isInert = (cell: string): boolean => NUMBER.test(cell) || !ACTIVE.test(cell);

const HOSTILE = [
  "=1+1",
  "+1+1",
  "-1+1",
  "@SUM(A1)",
  "\t=1",
  "\r=1",
  "\n=1",
  "=cmd|'/c calc'!A0",
  '=HYPERLINK("http://example.invalid","x")',
  "＝1",
  " =1",
  "'=1",
  '","=1',
  '"\r\n=1,2',
];
const texts = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.tuple(fc.constantFrom("=", "+", "-", "@", "\t", "\r", "'"), fc.string()).map(([sign, rest]) => sign + rest),
);

/** What a file holds, as whoever opens it sees it: before our own reading takes the mark away. */
async function rawCells(bytes: Buffer, format: "csv" | "xlsx"): Promise<string[]> {
  if (format === "csv")
    return [...streamCsvRows(bytes.toString("utf8").slice(1), { delimiter: "," })].flat().map(String);
  const { sheets } = await readXlsx(bytes);
  return sheets.flatMap(({ rows }) => rows.flat().flatMap((value) => (typeof value === "string" ? [value] : [])));
}

async function readBack(bytes: Buffer, name: string): Promise<readonly string[][]> {
  const file = await readSheet(bytes, name);
  if (isProblem(file)) throw new Error(file.code);
  return file.rows.map(({ cells }) => [...cells]);
}

describe("a cell that begins like a formula", () => {
  test("is inert in a .csv, and comes back unchanged", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 6 }), async (cells) => {
        const bytes = Buffer.from(csvText([["first", ...cells]]));
        expect((await rawCells(bytes, "csv")).filter((cell) => !isInert(cell))).toEqual([]);
        if (cells.every(isText)) expect(await readBack(bytes, "a.csv")).toEqual([["first", ...cells]]);
      }),
      { numRuns: 300 },
    );
  });

  test("is inert in an .xlsx, and comes back unchanged", async () => {
    const bytes = await workbookOf([{ name: "a", rows: [["first", ...HOSTILE]], columns: [] }]);
    const cells = await rawCells(bytes, "xlsx");
    expect(cells).toHaveLength(HOSTILE.length + 1);
    expect(cells.filter((cell) => !isInert(cell))).toEqual([]);
    const { sheets } = await readXlsx(bytes);
    expect(JSON.stringify(sheets)).not.toContain('"formula"');
    // XML makes one kind of line end of all
    const back = (await readBack(bytes, "a.xlsx"))[0]?.map((cell) => cell.replace(/\r\n?/g, "\n"));
    expect(back).toEqual(["first", ...HOSTILE].map((cell) => cell.replace(/\r\n?/g, "\n")));
  });

  test("stands in no template, of whatever kind, language and form", async () => {
    for (const kind of Object.keys(SHEET_KINDS) as SheetKindKey[]) {
      for (const language of ["zh", "en"] as const) {
        for (const format of ["csv", "xlsx"] as const) {
          const cells = await rawCells(await templateOf(SHEET_KINDS[kind], language, format), format);
          expect(cells.length).toBeGreaterThan(0);
          expect(cells.filter((cell) => !isInert(cell))).toEqual([]);
        }
      }
    }
  });
});
