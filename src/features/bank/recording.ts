import { authorise } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { ACHIEVEMENTS, type AchievementColumns } from "../../domain/sheet/kinds/achievements.ts";
import { readGrounds } from "./correction.ts";
import { CHUNK_ROWS, recordLarge } from "./recording-large.ts";
import { linesOf, type Recorded, type RecordingInput, type Step, writeBatch } from "./recording-lines.ts";
import { type CheckedSheet, checkedChunks, type SheetRefused, sheetOfOne } from "./sheet-check.ts";
import { type OpenSheet, openSheet } from "./sheet-file.ts";

/**
 * Records a sheet of achievements of the viewer's school as a batch that another has to confirm. Everything is checked
 * first; with one bad row nothing is written, unless bad rows are to be set aside. What was recorded before is left out.
 * A small sheet is one step. Of a large one no more than a chunk is held at a time, and each chunk is a step: should the
 * process die, whoever sends the same sheet again goes on at the chunk it had reached.
 * @returns FORBIDDEN, SHEET_UNREADABLE, SHEET_ENCRYPTED, SHEET_TOO_LARGE, SHEET_TOO_MANY_ROWS, SHEET_EMPTY,
 *   BATCH_RECORDED_ELSEWHERE, or the bad cells
 */
export async function recordSheet(
  step: Step,
  viewer: Viewer,
  input: RecordingInput,
): Promise<Recorded | SheetRefused | Problem> {
  const refused = authorise(viewer, "achievement.record", { institutionIds: [viewer.institutionId] });
  if (refused !== null) return refused;
  const { institutionId, accountId } = viewer;
  if (institutionId === null || accountId === null) return problem("FORBIDDEN");
  const { corrections = null } = input;
  const grounds = corrections === null ? null : readGrounds(corrections);
  if (grounds !== null && isProblem(grounds)) return grounds;
  const file = await openSheet(input.bytes, input.fileName);
  if (isProblem(file)) return file;
  const sheet = { ...input, corrections: grounds, file, institutionId, accountId };
  const only = await onlyChunk(file);
  if (only === null) return recordLarge(step, sheet);
  if (isProblem(only) || only.kind === "refused") return only;
  return step((tx) => recordChecked(tx, viewer, only, sheet));
}

/** The same in one transaction, whatever the size of the sheet. */
export function recordAchievements(
  tx: Tx,
  viewer: Viewer,
  input: RecordingInput,
): Promise<Recorded | SheetRefused | Problem> {
  return recordSheet((act) => act(tx), viewer, input);
}

/** A sheet of one chunk; null where there are more. */
async function onlyChunk(file: OpenSheet): Promise<CheckedSheet<AchievementColumns> | SheetRefused | Problem | null> {
  let first: CheckedSheet<AchievementColumns> | null = null;
  for await (const chunk of checkedChunks(ACHIEVEMENTS, file, CHUNK_ROWS)) {
    if (first !== null) return null;
    if (isProblem(chunk) || chunk.kind === "refused") return chunk;
    first = chunk;
  }
  return first;
}

/** One course result, as if it were a sheet of one row. */
export async function recordAchievement(
  tx: Tx,
  viewer: Viewer,
  cells: Readonly<Partial<Record<keyof AchievementColumns, string>>>,
  when: { readonly now: Date; readonly today: IsoDate },
): Promise<Recorded | SheetRefused | Problem> {
  const refused = authorise(viewer, "achievement.record", { institutionIds: [viewer.institutionId] });
  if (refused !== null) return refused;
  const checked = sheetOfOne(ACHIEVEMENTS, cells);
  if (isProblem(checked) || checked.kind === "refused") return checked;
  const bytes = Buffer.from(JSON.stringify(cells));
  const label = [cells.studentNo, cells.code ?? cells.title ?? "", cells.term ?? ""].join(" ").trimEnd();
  return recordChecked(tx, viewer, checked, { ...when, bytes, fileName: label, setBadRowsAside: false });
}

async function recordChecked(
  tx: Tx,
  viewer: Viewer,
  checked: CheckedSheet<AchievementColumns>,
  input: RecordingInput,
): Promise<Recorded | SheetRefused | Problem> {
  const { institutionId, accountId } = viewer;
  if (institutionId === null || accountId === null) return problem("FORBIDDEN");
  const { fresh, already } = await linesOf(tx, checked, {
    institutionId,
    today: input.today,
    corrections: input.corrections ?? null,
    seen: new Map(),
    batchId: null,
  });
  input.progress?.(checked.rows.length, checked.rows.length);
  const problems = fresh.flatMap((line) => line.problems);
  const warnings = [...checked.header.warnings, ...fresh.flatMap((line) => line.warnings)];
  if (problems.length > 0 && !input.setBadRowsAside) return { kind: "refused", problems, warnings };
  const setAsideRows = fresh.filter((line) => line.status === "SET_ASIDE").length;
  const counts = { readyRows: fresh.length - setAsideRows, alreadyRecordedRows: already, setAsideRows };
  const write = fresh.length > 0 && input.dryRun !== true;
  const batch = write ? await writeBatch(tx, { institutionId, accountId }, fresh, input) : null;
  return { kind: "recorded", batch, ...counts, problems, warnings };
}
