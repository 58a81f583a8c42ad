import type { Language } from "../../auth/viewer.ts";
import type { Title } from "../../domain/id.ts";
import { problem } from "../../domain/problem.ts";
import type { CellProblem } from "../../domain/sheet/cell.ts";
import type { SheetKind } from "../../domain/sheet/column.ts";
import { sentenceOf } from "../../messages/index.ts";

/** A word about a cell as a reader gets it. */
export interface PresentedCell {
  readonly sheet: string;
  readonly cell: string;
  readonly rowNo: number;
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
}

/**
 * Puts a word about a cell into a language: the column by its title, the choices by their words. A parameter that reads
 * differently in English has a twin: `mode` and `mode.en`.
 */
export function presentCell(found: CellProblem, kind: SheetKind, language: Language): PresentedCell {
  const column = found.column === null ? undefined : kind.columns[found.column];
  const params: Record<string, string | number> = { ...found.params };
  if (column !== undefined) {
    params["column"] = column.title[language];
    params["allowed"] = listed(column.parser.choices ?? [], language);
  }
  for (const [name, value] of Object.entries(found.params)) {
    if (language === "en" && name.endsWith(".en")) params[name.slice(0, -".en".length)] = value;
  }
  return {
    sheet: found.sheet,
    cell: found.cell,
    rowNo: found.rowNo,
    column: column?.title[language] ?? null,
    code: found.code,
    message: sentenceOf(problem(found.code, params), language),
  };
}

function listed(choices: readonly Title[], language: Language): string {
  return choices.map((title) => title[language]).join(language === "zh" ? "、" : ", ");
}
