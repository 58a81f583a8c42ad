import { readXlsx } from "hucre";
import { expect, test } from "vitest";
import { isProblem } from "../../../src/domain/problem.ts";
import type { CellProblem } from "../../../src/domain/sheet/cell.ts";
import { ACHIEVEMENTS } from "../../../src/domain/sheet/kinds/achievements.ts";
import { annotatedCopy } from "../../../src/features/bank/annotating.ts";
import { checkFile, type CheckedSheet } from "../../../src/features/bank/sheet-check.ts";
import type { AchievementColumns } from "../../../src/domain/sheet/kinds/achievements.ts";
import { sheetOf, workbook } from "../../support/zip.ts";
import { type Cell, csv, HEADER, result, xlsx } from "./sheets.ts";

async function checked(bytes: Buffer): Promise<CheckedSheet<AchievementColumns>> {
  const sheet = await checkFile(ACHIEVEMENTS, bytes, "成绩.xlsx");
  if (isProblem(sheet) || sheet.kind === "refused") throw new Error(JSON.stringify(sheet));
  return sheet;
}
const problemsOf = (sheet: CheckedSheet<AchievementColumns>): readonly CellProblem[] =>
  sheet.rows.flatMap(({ problems }) => problems);

async function copyOf(bytes: Buffer, language: "zh" | "en" = "zh"): Promise<Buffer> {
  const copy = await annotatedCopy(
    { bytes, fileName: "成绩.xlsx" },
    ACHIEVEMENTS,
    problemsOf(await checked(bytes)),
    language,
  );
  if (isProblem(copy)) throw new Error(copy.code);
  return copy;
}

/** A title above, an empty row between, a number that is no text any more and a date that is none. */
const SHEET: Cell[][] = [
  ["某某学校成绩表"],
  HEADER,
  result("0024000001", 70),
  [],
  ["1.50203E+17", "=1+1", "MATH1", "2025-2026-1", 60, "2026-02-30"],
];

test("every row stands where it stood, and beside a bad one is what is wrong with it", async () => {
  const { sheets } = await readXlsx(await copyOf(await xlsx(SHEET)), { readStyles: true });
  const [sheet] = sheets;
  expect(sheet?.rows.map((row) => row[0] ?? "")).toEqual(["某某学校成绩表", "学号", "0024000001", "", "1.50203E+17"]);
  expect(sheet?.rows.map((row) => row[6] ?? "")).toEqual([
    "",
    "问题",
    "",
    "",
    expect.stringMatching(/^A5: .+1\.50203E\+17.+\nF5: .+2026-02-30/s) as unknown,
  ]);
  // a text that a spreadsheet would run is none in the copy
  expect(sheet?.rows[4]?.[1]).toBe("'=1+1");
  const filled = [...(sheet?.cells ?? [])].flatMap(([key, { style }]) => (style?.fill === undefined ? [] : [key]));
  expect(filled.sort()).toEqual(["4,0", "4,5"]);
});

test("corrected, the copy is sent in as it is, and its own column is passed over", async () => {
  for (const language of ["zh", "en"] as const) {
    const { sheets } = await readXlsx(await copyOf(await xlsx(SHEET), language));
    const rows = (sheets[0]?.rows ?? []).map((row) => [...row]) as Cell[][];
    rows[4] = ["0024000002", "", ...(rows[4] ?? []).slice(2, 5), "2026-02-28", rows[4]?.[6] ?? ""];
    const again = await checked(await xlsx(rows));
    expect(problemsOf(again)).toEqual([]);
    expect(again.header.warnings.map(({ code }) => code)).toEqual(["HEADER_MENDED"]);
    expect(again.rows.map(({ values }) => values.studentNo)).toEqual(["0024000001", "0024000002"]);
  }
});

test("of a very long sheet the copy holds the header and the bad rows, each with the number it had", async () => {
  const rows = Array.from({ length: 20_500 }, (_, n) => result(String(n), 60));
  rows[20_000] = result("1", 60).with(5, "someday");
  const { sheets } = await readXlsx(await copyOf(csv([HEADER, ...rows]), "en"));
  expect(sheets[0]?.rows.map((row) => row[6])).toContainEqual(expect.stringMatching(/^F20002: /));
  expect(sheets[0]?.rows.length).toBeLessThan(20);
});

test("a row that is numbered far beyond the others makes no long copy, and one beyond any sheet no copy at all", async () => {
  const cell = (text: Cell): string => `<c t="inlineStr"><is><t>${String(text ?? "")}</t></is></c>`;
  const row = (cells: readonly Cell[], at: number): string => `<row r="${at}">${cells.map(cell).join("")}</row>`;
  const sheet = (at: number): Buffer => workbook(sheetOf(row(HEADER, 1) + row(result("1", 60).with(5, "someday"), at)));
  const { sheets } = await readXlsx(await copyOf(sheet(1_048_576), "en"));
  expect(sheets[0]?.rows.map((cells) => cells[6])).toEqual([
    "Problems",
    expect.stringMatching(/^F1048576: /) as unknown,
  ]);
  for (const at of [1_048_577, 4_294_967_295, 0, -1]) {
    const copy = await annotatedCopy({ bytes: sheet(at), fileName: "a.xlsx" }, ACHIEVEMENTS, [], "en");
    expect(copy).toMatchObject({ code: "SHEET_UNREADABLE" });
  }
});

test("what is no sheet has no copy", async () => {
  const copy = await annotatedCopy({ bytes: Buffer.from("\0"), fileName: "a.csv" }, ACHIEVEMENTS, [], "en");
  expect(copy).toMatchObject({ code: "SHEET_UNREADABLE" });
});
