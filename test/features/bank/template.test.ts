import { readXlsx } from "hucre";
import { describe, expect, test } from "vitest";
import { isProblem } from "../../../src/domain/problem.ts";
import type { Columns } from "../../../src/domain/sheet/column.ts";
import { SHEET_KINDS, type SheetKindKey } from "../../../src/domain/sheet/kinds/index.ts";
import { checkRows } from "../../../src/features/bank/sheet-check.ts";
import { readSheet } from "../../../src/features/bank/sheet-file.ts";
import { templateOf } from "../../../src/features/bank/template.ts";

const KINDS = Object.keys(SHEET_KINDS) as SheetKindKey[];
const FORMS = KINDS.flatMap((kind) =>
  (["zh", "en"] as const).flatMap((language) =>
    (["xlsx", "csv"] as const).map((format) => ({ kind, language, format })),
  ),
);

describe("a template", () => {
  test.each(FORMS)(
    "of $kind in $language as .$format is understood when it comes back filled with its own examples",
    async ({ kind, language, format }) => {
      const sheet = await readSheet(await templateOf(SHEET_KINDS[kind], language, format), `a.${format}`);
      if (isProblem(sheet)) throw new Error(sheet.code);
      const examples = Object.values(SHEET_KINDS[kind].columns).map(({ example }) => example);
      const rows = [...sheet.rows, { rowNo: 2, cells: examples }];
      const checked = checkRows<Columns>(SHEET_KINDS[kind], { ...sheet, rows });
      if (isProblem(checked) || checked.kind === "refused") throw new Error(JSON.stringify(checked));
      expect(checked.header.warnings).toEqual([]);
      expect(checked.rows.map(({ problems, warnings }) => ({ problems, warnings }))).toEqual([
        { problems: [], warnings: [] },
      ]);
    },
  );

  test("with nothing filled in is an empty sheet", async () => {
    const sheet = await readSheet(await templateOf(SHEET_KINDS.achievements, "zh", "xlsx"), "a.xlsx");
    expect(isProblem(sheet) ? sheet : checkRows(SHEET_KINDS.achievements, sheet)).toMatchObject({
      code: "SHEET_EMPTY",
    });
  });

  test("explains every column on a page of its own, and keeps codes as text", async () => {
    const bytes = await templateOf(SHEET_KINDS.achievements, "zh", "xlsx");
    const { sheets } = await readXlsx(bytes, { readStyles: true });
    expect(sheets.map(({ name }) => name)).toEqual(["学习成果", "填写说明"]);
    const titles = Object.values(SHEET_KINDS.achievements.columns).map(({ title }) => title.zh);
    expect(sheets[1]?.rows.slice(1).map((row) => row[0])).toEqual(titles);
  });
});
