import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columnLetters, isPowerOfTen, narrowed, type SheetRow, trimmed } from "../../../src/domain/sheet/cell.ts";
import { checkRow, findHeader } from "../../../src/domain/sheet/check.ts";
import { choice, creditsCell, dateCell, termCell, whole, words } from "../../../src/domain/sheet/column.ts";
import { SHEET_KINDS } from "../../../src/domain/sheet/kinds/index.ts";

describe("the cells of a sheet", () => {
  test("are named as the spreadsheet names them", () => {
    expect([0, 1, 25, 26, 51, 52, 701, 702].map(columnLetters)).toEqual(["A", "B", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
  });

  test("lose what surrounds them unseen, and codes their full width", () => {
    expect(trimmed("\u3000\u00a0 张三\u200b\ufeff")).toBe("张三");
    expect(narrowed("ＪＤ－０１０１（甲）")).toBe("JD-0101(甲)");
    expect(narrowed("机械制图Ⅰ·①")).toBe("机械制图Ⅰ·①");
  });

  test("that a spreadsheet turned into a power of ten are known for it", () => {
    expect(["1.5E+17", "1.50203E+17", "2e10", "-1.5e+3"].every(isPowerOfTen)).toBe(true);
    expect(["15", "1.5", "E17", "A1E5", "12E5", "20240101"].some(isPowerOfTen)).toBe(false);
  });
});

describe("a parser", () => {
  test("reads dates in the forms that schools write, and none that does not exist", () => {
    for (const text of [
      "2026-06-30",
      "2026/6/30",
      "2026.6.30",
      "2026年6月30日",
      "20260630",
      "2026/6/30 0:00",
      "2026-06-30 08:00:00",
    ]) {
      expect(dateCell.read(text)).toBe("2026-06-30");
    }
    for (const text of ["2026-02-30", "30/6/2026", "2026-13-01", "六月三十日", "45838"]) {
      expect(dateCell.read(text)).toMatchObject({ code: "CELL_NOT_A_DATE" });
    }
  });

  test("reads terms in the standard form and in that of systems that count 3, 12, 16", () => {
    expect(termCell.read("2025-2026-1")).toBe("2025-2026-1");
    expect(termCell.read("2025-2026-12")).toBe("2025-2026-2");
    expect(termCell.read("2025-2026-16")).toBe("2025-2026-3");
    expect(termCell.read("2025-2027-1")).toMatchObject({ code: "UNKNOWN_TERM" });
  });

  test("reads exact amounts and nothing near them", () => {
    expect(creditsCell.read("3.5")).toBe(350);
    expect(creditsCell.read("3.555")).toMatchObject({ code: "CELL_NOT_A_NUMBER" });
    expect(creditsCell.read("-1")).toMatchObject({ code: "CELL_NOT_A_NUMBER" });
    expect(whole(1, 10).read("10")).toBe(10);
    expect(whole(1, 10).read("11")).toMatchObject({ code: "CELL_NOT_A_NUMBER" });
    expect(words(3).read("一二三四")).toMatchObject({ code: "CELL_TOO_LONG", params: { limit: 3 } });
  });

  test("knows a choice by its word in either language, its code or an alias", () => {
    const parser = choice({ MAKEUP: { zh: "补考", en: "Make-up", aliases: ["补"] } });
    for (const text of ["补考", "make-up", "MAKEUP", "补"]) expect(parser.read(text)).toBe("MAKEUP");
    expect(parser.read("重修")).toMatchObject({ code: "CELL_NOT_A_CODE" });
  });
});

const row = (rowNo: number, cells: readonly string[]): SheetRow => ({ rowNo, cells });
const kind = SHEET_KINDS.classes;

describe("a header", () => {
  test("is found in either language, with stars, spaces and remarks, in any order", () => {
    for (const cells of [
      ["班级*", "专业", "年级"],
      ["Cohort", "Programme *", "Class"],
      ["专 业", "行政班（全称）", "入学年份"],
    ]) {
      const header = findHeader(kind, "s", [row(1, cells)]);
      expect(header.problems).toEqual([]);
      expect([...header.places.keys()].toSorted()).toEqual(["entryYear", "name", "programme"]);
    }
  });

  test("is found below titles, with a word about it", () => {
    const header = findHeader(kind, "s", [
      row(1, ["某校班级名单"]),
      row(2, ["2026 年"]),
      row(4, ["班级", "专业", "年级"]),
    ]);
    expect(header).toMatchObject({ rowNo: 4, problems: [], warnings: [{ code: "HEADER_MENDED", rowNo: 4 }] });
  });

  test("that lacks required columns names each of them, and an unknown one is passed over with a word", () => {
    const header = findHeader(kind, "s", [row(1, ["班级", "备注"])]);
    expect(header.problems.map(({ column, code }) => `${column} ${code}`)).toEqual([
      "programme COLUMN_MISSING",
      "entryYear COLUMN_MISSING",
    ]);
    expect(header.warnings).toMatchObject([{ cell: "B1", code: "COLUMN_UNKNOWN", params: { column: "备注" } }]);
  });

  test("of a sheet about something else is missing altogether", () => {
    expect(findHeader(kind, "s", [row(1, ["x", "y"])]).problems).toHaveLength(3);
    expect(findHeader(kind, "s", []).problems).toHaveLength(3);
  });
});

test("whatever a row holds, each required cell gives a value or a problem, and every problem names its cell", () => {
  const texts = fc.oneof(fc.string(), fc.constantFrom("", " ", "１２", "1.5E+17", "2026", "=1+1", "优秀"));
  for (const each of Object.values(SHEET_KINDS)) {
    const titles = Object.values(each.columns).map(({ title }) => title.zh);
    const header = findHeader(each, "s", [row(1, titles)]);
    expect(header.problems).toEqual([]);
    fc.assert(
      fc.property(fc.array(texts, { minLength: titles.length, maxLength: titles.length }), (cells) => {
        const checked = checkRow<typeof each.columns>(each, "s", header, row(2, cells));
        for (const [place, [key, column]] of Object.entries(each.columns).entries()) {
          const problem = checked.problems.find((found) => found.column === key);
          const value = (checked.values as Record<string, unknown>)[key];
          const told = problem === undefined ? value !== undefined && (!column.required || value !== null) : true;
          expect([key, told]).toEqual([key, true]);
          expect(problem?.cell ?? `${columnLetters(place)}2`).toBe(`${columnLetters(place)}2`);
        }
      }),
    );
  }
});
