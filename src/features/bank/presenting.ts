import type { Language } from "../../auth/viewer.ts";
import type { Id, Title } from "../../domain/id.ts";
import { problem } from "../../domain/problem.ts";
import type { CellProblem } from "../../domain/sheet/cell.ts";
import type { SheetKind } from "../../domain/sheet/column.ts";
import { ACHIEVEMENTS } from "../../domain/sheet/kinds/achievements.ts";
import { sentenceOf } from "../../messages/index.ts";
import type { Recorded } from "./recording-lines.ts";
import type { SheetRefused } from "./sheet-check.ts";

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

/** A learner who has left for another school is hidden from the one that vouched for them: only the id stays. */
export function hiddenLearner(id: Id) {
  return { id, learnerId: id, name: "—", homeInstitutionId: null, homeDepartmentId: null };
}

function listed(choices: readonly Title[], language: Language): string {
  return choices.map((title) => title[language]).join(language === "zh" ? "、" : ", ");
}

/** How many bad cells an answer lists: more than anyone corrects by hand, and few enough for any sheet. */
const CELLS_LISTED = 500;

/** How many rows of a sheet are bad. */
export const badRowsOf = ({ problems, inAll }: SheetRefused): number =>
  inAll?.rows ?? new Set(problems.map(({ rowNo }) => rowNo)).size;

/** What was recorded, or which cells stood in its way, as the contract tells it. */
export function recordedOutcome(
  answer: Recorded | SheetRefused,
  language: Language,
  annotatedCopy: string | null = null,
) {
  if (answer.kind === "recorded") {
    const { batch, readyRows, alreadyRecordedRows, setAsideRows } = answer;
    return { __typename: "RecordAchievementsSuccess", batch, readyRows, alreadyRecordedRows, setAsideRows } as const;
  }
  const rows = badRowsOf(answer);
  const told = problem("SHEET_HAS_BAD_ROWS", { rows });
  return {
    __typename: "SheetProblem",
    code: told.code,
    message: sentenceOf(told, language),
    path: ["input"],
    rows: answer.problems.slice(0, CELLS_LISTED).map((cell) => presentCell(cell, ACHIEVEMENTS, language)),
    cellCount: answer.inAll?.cells ?? answer.problems.length,
    annotatedCopy,
  } as const;
}
