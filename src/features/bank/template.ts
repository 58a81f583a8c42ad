import type { ColumnDef, DataValidation } from "hucre";
import type { Language } from "../../auth/viewer.ts";
import { columnLetters } from "../../domain/sheet/cell.ts";
import type { Column, SheetKind } from "../../domain/sheet/column.ts";
import { csvText } from "../../domain/sheet/csv.ts";
import { sheetTexts } from "../../messages/sheets.ts";
import { workbookOf } from "./workbook.ts";

/** What a template is written as. */
export type SheetFormat = "xlsx" | "csv";

/** Down to which row a template offers its lists of choices. */
const CHOICE_ROWS = 5000;
/** A list of choices longer than this does not fit a cell's validation. */
const CHOICES_LENGTH_MAX = 250;

/** An empty sheet of a kind: the header, and in .xlsx text cells for codes, lists of choices, and a page of notes. */
export async function templateOf(kind: SheetKind, language: Language, format: SheetFormat): Promise<Buffer> {
  const columns = Object.values(kind.columns);
  const header = columns.map((column) => headerOf(column, language));
  if (format === "csv") return Buffer.from(csvText([header]));
  const sheet = {
    name: kind.title[language],
    rows: [header],
    columns: columns.map(formatOf),
    dataValidations: columns.flatMap((column, place) => choicesOf(column, place, language)),
  };
  const texts = sheetTexts(language);
  const notes = {
    name: texts.notes,
    rows: [
      [texts.column, texts.required, texts.note, texts.choices, texts.example],
      ...columns.map((column) => noteOf(column, language)),
    ],
    columns: [16, 8, 50, 60, 24].map((width) => ({ width })),
  };
  return workbookOf([sheet, notes]);
}

/** A star marks what may not be empty; reading passes over it. */
function headerOf(column: Column<unknown>, language: Language): string {
  return column.title[language] + (column.required ? "*" : "");
}

function formatOf(column: Column<unknown>): ColumnDef {
  return { width: 16, ...(column.parser.asText ? { numFmt: "@" } : {}) };
}

function choicesOf(column: Column<unknown>, place: number, language: Language): DataValidation[] {
  const values = (column.parser.choices ?? []).map((title) => title[language]);
  if (values.length === 0 || values.join(",").length > CHOICES_LENGTH_MAX) return [];
  const letters = columnLetters(place);
  return [{ type: "list", values, allowBlank: !column.required, range: `${letters}2:${letters}${CHOICE_ROWS}` }];
}

function noteOf(column: Column<unknown>, language: Language): string[] {
  const choices = (column.parser.choices ?? []).map((title) => title[language]);
  const texts = sheetTexts(language);
  return [
    column.title[language],
    column.required ? texts.yes : "",
    column.note[language],
    choices.join(language === "zh" ? "、" : ", "),
    column.example,
  ];
}
