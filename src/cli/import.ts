import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { Argument, Command, Option } from "commander";
import { dayInChina } from "../domain/date.ts";
import type { Language, Viewer } from "../auth/viewer.ts";
import { isProblem, type Problem, problem } from "../domain/problem.ts";
import type { CellProblem } from "../domain/sheet/cell.ts";
import type { Column, SheetKind } from "../domain/sheet/column.ts";
import { SHEET_KINDS, type SheetKindKey } from "../domain/sheet/kinds/index.ts";
import { annotatedCopy } from "../features/bank/annotating.ts";
import { IMPORTS } from "../features/bank/importers/index.ts";
import type { Imported } from "../features/bank/importing.ts";
import { badRowsOf, presentCell } from "../features/bank/presenting.ts";
import { recordSheet } from "../features/bank/recording.ts";
import type { Recorded } from "../features/bank/recording-lines.ts";
import type { SheetRefused } from "../features/bank/sheet-check.ts";
import { Identity } from "../features/identity/service.ts";
import { fill } from "../messages/index.ts";
import { sheetTexts } from "../messages/sheets.ts";
import type { Cli, CommandFactory } from "./command.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { progressBar } from "./progress.ts";
import type { Session } from "./session.ts";

interface Options {
  readonly as: string;
  readonly setAside?: boolean;
  readonly dryRun?: boolean;
  readonly annotated?: string;
  readonly json?: boolean;
  readonly lang: Language;
}
/** What belongs to no single school's registrar. */
const ADMINISTRATORS: ReadonlySet<SheetKindKey> = new Set([
  "institutions",
  "campuses",
  "departments",
  "programmes",
  "staff",
]);
type Answer = Recorded | Imported | SheetRefused;

/** `guantong import <kind> FILE --as LOGIN`: all or nothing, and again without doubling. */
export const importCommand: CommandFactory = (cli) => {
  const texts = sheetTexts(cli.language);
  const kinds = Object.keys(SHEET_KINDS);
  return new Command("import")
    .description(fill(texts.import, { kinds: kinds.join(", ") }))
    .addArgument(new Argument("<kind>").choices(kinds))
    .argument("<file>", ".xlsx, .csv")
    .requiredOption("--as <login>", texts.as)
    .option("--set-aside", texts.setAside)
    .option("--dry-run", texts.dryRun)
    .option("--annotated <file>", texts.annotated)
    .option("--json", "JSON")
    .addOption(new Option("--lang <language>", texts.lang).choices(["zh", "en"]).default(cli.language))
    .action((kind: SheetKindKey, file: string, options: Options) =>
      cli.withSession(async (session) => {
        const answer = await importFile(session, kind, file, options);
        if (isProblem(answer)) return answer;
        if (options.json === true) cli.say(JSON.stringify(report(answer, SHEET_KINDS[kind], options.lang)));
        else tell(cli, answer, SHEET_KINDS[kind], options);
        return exitOf(answer, options);
      }),
    );
};

async function importFile(
  session: Session,
  kind: SheetKindKey,
  file: string,
  options: Options,
): Promise<Answer | Problem> {
  const now = new Date();
  const today = dayInChina(now);
  const role = ADMINISTRATORS.has(kind) ? "ADMINISTRATOR" : "REGISTRAR";
  // what is nobody's to be told is in no copy either, and a copy without it could not be sent in again
  const hides = Object.values<Column<unknown>>(SHEET_KINDS[kind].columns).some(({ parser }) => parser.secret === true);
  if (options.annotated !== undefined && hides) return problem("INVALID_INPUT", { detail: `${kind} --annotated` });
  const viewer = await new Identity(session).viewerOfLogin(options.as, options.lang, today, role);
  if (isProblem(viewer)) return viewer;
  const bytes = await readFile(file).catch((error: unknown) =>
    problem("INVALID_INPUT", { detail: error instanceof Error ? error.message : String(error) }),
  );
  if (isProblem(bytes)) return bytes;
  const sheet = { bytes, fileName: basename(file), now, today };
  const answer = await write(session, session.trailed(viewer), kind, sheet, options);
  return isProblem(answer) ? answer : annotate(answer, kind, sheet, options);
}

/** Writes the copy that says what is wrong with each row, where one was asked for and something is. */
async function annotate(
  answer: Answer,
  kind: SheetKindKey,
  sheet: { readonly bytes: Buffer; readonly fileName: string },
  { annotated, lang }: Options,
): Promise<Answer | Problem> {
  if (annotated === undefined || answer.problems.length === 0) return answer;
  const copy = await annotatedCopy(sheet, SHEET_KINDS[kind], answer.problems, lang);
  if (isProblem(copy)) return copy;
  await writeFile(annotated, copy);
  return answer;
}

async function write(
  session: Session,
  viewer: Viewer,
  kind: SheetKindKey,
  sheet: { readonly bytes: Buffer; readonly fileName: string; readonly now: Date; readonly today: string },
  options: Options,
): Promise<Answer | Problem> {
  const flags = { setBadRowsAside: options.setAside === true, dryRun: options.dryRun === true };
  const bar = progressBar(sheetTexts(options.lang).checking);
  const input = {
    ...sheet,
    ...flags,
    keys: session.keys,
    progress: (done: number, all: number) => bar.update(done, all),
  };
  try {
    if (kind === "achievements") return await recordSheet((act) => session.db.write(viewer, act), viewer, input);
    return await session.db.write<Answer | Problem>(viewer, (tx) => IMPORTS[kind](tx, viewer, input));
  } finally {
    bar.stop();
  }
}

/** Bad rows end with 1, unless they were to be set aside. */
function exitOf(answer: Answer, options: Options): ExitCode {
  const bad = answer.kind === "refused" || (options.dryRun === true && answer.setAsideRows > 0);
  return bad ? EXIT.PROBLEM : EXIT.OK;
}

/** What a script wants: the counts, and every word about a cell. */
function report(answer: Answer, kind: SheetKind, language: Language): object {
  const { problems, warnings, ...rest } = answer;
  const present = (cells: readonly CellProblem[]) => cells.map((cell) => presentCell(cell, kind, language));
  const batch = "batch" in rest ? (rest.batch?.number ?? null) : undefined;
  return {
    ...rest,
    ...(batch === undefined ? {} : { batch }),
    problems: present(problems),
    warnings: present(warnings),
  };
}

function tell(cli: Cli, answer: Answer, kind: SheetKind, { lang, dryRun }: Options): void {
  const texts = sheetTexts(lang);
  const list = (title: string, cells: readonly CellProblem[]): void => {
    if (cells.length > 0) cli.note(fill(title, { count: cells.length }));
    for (const { sheet, cell, code, message } of cells.map((found) => presentCell(found, kind, lang))) {
      cli.note(`  ${sheet}!${cell}  ${code}  ${message}`);
    }
  };
  list(texts.warnings, answer.warnings);
  list(texts.problems, answer.problems);
  if (answer.kind === "refused") {
    cli.note(fill(texts.refused, { rows: badRowsOf(answer) }));
  } else if (answer.kind === "imported") {
    const { inserted, updated, unchanged, setAsideRows: setAside } = answer;
    cli.say(fill(dryRun === true ? texts.wouldImport : texts.imported, { inserted, updated, unchanged, setAside }));
  } else {
    const { readyRows: ready, setAsideRows: setAside, alreadyRecordedRows: already } = answer;
    const sentence = dryRun === true ? texts.checked : answer.batch === null ? texts.nothingNew : texts.recorded;
    cli.say(fill(sentence, { number: answer.batch?.number ?? "", ready, setAside, already }));
  }
}
