import { parseCredits } from "../credit.ts";
import { isIsoDate } from "../date.ts";
import type { IsoDate, Title } from "../id.ts";
import { type Problem, problem } from "../problem.ts";
import { formatTerm, parseTerm, QUARTER_TERMS } from "../term.ts";

/** How a cell of a column is read. `read` gets a text that is not empty and answers with its value or what is wrong. */
export interface Parser<Value> {
  /** Whether full-width forms are made plain before reading: for codes, numbers and dates, not for names. */
  readonly narrow: boolean;
  /** Kept as text in a template, so that a spreadsheet leaves it alone. */
  readonly asText: boolean;
  readonly read: (text: string) => Value | Problem;
  /** Nobody but the row's own learner is to be told by it: no echo, no copy keeps what was read. */
  readonly secret?: boolean;
  /** What may be written, where that is a closed list. */
  readonly choices?: readonly Title[];
}

/** One column of a kind of sheet: the one place that template, checks and documentation come from. */
export interface Column<Value, Required extends boolean = boolean> {
  readonly title: Title;
  /** Other headers it is known by. */
  readonly aliases: readonly string[];
  readonly required: Required;
  readonly note: Title;
  readonly example: string;
  readonly parser: Parser<Value>;
}
export type Columns = Readonly<Record<string, Column<unknown>>>;

/** What a row of such columns says: a value where the column is required, else a value or null. */
export type RowOf<C extends Columns> = {
  readonly [Key in keyof C]: C[Key] extends Column<infer Value, infer Required>
    ? Required extends true
      ? Value
      : Value | null
    : never;
};

/** A kind of sheet that can be imported. */
export interface SheetKind<C extends Columns = Columns> {
  readonly key: string;
  readonly title: Title;
  readonly columns: C;
}

interface ColumnText {
  readonly zh: string;
  readonly en: string;
  readonly note: Title;
  readonly example: string;
  readonly aliases?: readonly string[];
}

/** A column whose cell may not be empty. */
export function required<Value>(parser: Parser<Value>, text: ColumnText): Column<Value, true> {
  return { ...columnOf(text), required: true, parser };
}

/** A column whose cell may be empty, and which may be left out. */
export function optional<Value>(parser: Parser<Value>, text: ColumnText): Column<Value, false> {
  return { ...columnOf(text), required: false, parser };
}

function columnOf({ zh, en, note, example, aliases = [] }: ColumnText) {
  return { title: { zh, en }, aliases, note, example };
}

/** Words in the person's own writing, at most `limit` characters. */
export function words(limit: number): Parser<string> {
  return {
    narrow: false,
    asText: true,
    read: (text) => (text.length > limit ? problem("CELL_TOO_LONG", { limit }) : text),
  };
}

/** A code or number that is a name and not an amount. */
export function code(limit: number): Parser<string> {
  return { ...words(limit), narrow: true };
}

/** The same, kept from every echo. */
export function secret<Value>(parser: Parser<Value>): Parser<Value> {
  return { ...parser, asText: true, secret: true };
}

/** A whole number within bounds. */
export function whole(least: number, most: number): Parser<number> {
  return {
    narrow: true,
    asText: false,
    read(text) {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      return value >= least && value <= most ? value : problem("CELL_NOT_A_NUMBER", { value: text });
    },
  };
}

/** An amount of credits, as hundredths. */
export const creditsCell: Parser<number> = {
  narrow: true,
  asText: false,
  read: (text) => parseCredits(text) ?? problem("CELL_NOT_A_NUMBER", { value: text }),
};

/** A date in any of the forms schools write: 2026-06-30, 2026/6/30, 2026.6.30, 2026年6月30日, 20260630. */
export const dateCell: Parser<IsoDate> = {
  narrow: true,
  asText: false,
  read: (text) => parseWrittenDate(text) ?? problem("CELL_NOT_A_DATE", { value: text }),
};

const DATE_FORMS = [
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/,
  /^(\d{4})年(\d{1,2})月(\d{1,2})日$/,
  /^(\d{4})(\d{2})(\d{2})$/,
];

/** What a spreadsheet adds to a date it writes out. */
const TIME_OF_DAY = /[ T]\d{1,2}:\d{2}(:\d{2})?$/;

function parseWrittenDate(text: string): IsoDate | null {
  const day = text.replace(TIME_OF_DAY, "");
  const match = DATE_FORMS.map((form) => form.exec(day)).find((found) => found !== null);
  if (match === undefined || match === null) return null;
  const [, year = "", month = "", date = ""] = match;
  const written = `${year}-${month.padStart(2, "0")}-${date.padStart(2, "0")}`;
  return isIsoDate(written) ? written : null;
}

/** A term, 2025-2026-1; the numbers 3, 12 and 16 of some registrar systems are read where they cannot mean a term 1 to 3. */
export const termCell: Parser<string> = {
  narrow: true,
  asText: true,
  read(text) {
    const term = parseTerm(text) ?? parseTerm(text, QUARTER_TERMS);
    return term === null ? problem("UNKNOWN_TERM", { code: text }) : formatTerm(term);
  },
};

/** One of a closed list, by its word in either language or its code. */
export function choice<Value extends string>(
  options: Readonly<Record<Value, Title & { readonly aliases?: readonly string[] }>>,
): Parser<Value> {
  const entries = Object.entries<Title & { readonly aliases?: readonly string[] }>(options);
  const values = new Map(
    entries.flatMap(([value, { zh, en, aliases = [] }]) =>
      [value, zh, en, ...aliases].map((word) => [word.toLowerCase(), value as Value] as const),
    ),
  );
  return {
    narrow: true,
    asText: true,
    choices: entries.map(([, { zh, en }]) => ({ zh, en })),
    read: (text) => values.get(text.toLowerCase()) ?? problem("CELL_NOT_A_CODE", { value: text }),
  };
}

/** 是 or 否. */
export const yesNo: Parser<"YES" | "NO"> = choice({
  YES: { zh: "是", en: "Yes", aliases: ["true", "1"] },
  NO: { zh: "否", en: "No", aliases: ["false", "0"] },
});
