import { createHash } from "node:crypto";
import type { Tx } from "../../db/transaction.ts";
import { canonicalJson } from "../../domain/canonical.ts";
import type { Id } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import type { CellProblem } from "../../domain/sheet/cell.ts";
import { ACHIEVEMENTS, type AchievementColumns } from "../../domain/sheet/kinds/achievements.ts";
import * as batches from "./batch-store.ts";
import type { CorrectionGrounds } from "./correction.ts";
import {
  batchOf,
  type Holding,
  type Line,
  linesOf,
  type Recorded,
  type RecordingInput,
  seenAs,
  type Step,
} from "./recording-lines.ts";
import { type CheckedSheet, checkedChunks, type SheetRefused } from "./sheet-check.ts";
import type { OpenSheet } from "./sheet-file.ts";

/** How many rows are checked and written at once. */
export const CHUNK_ROWS = 2000;

/** How many rows of an unfinished batch are looked at in one go. */
const KEYS_READ = 20_000;

/** How many words about cells an answer carries; more are counted. */
const WORDS_KEPT = 5000;

/** A sheet of more than one chunk, whose rights and grounds are examined. */
export interface LargeSheet extends RecordingInput {
  readonly corrections: CorrectionGrounds | null;
  readonly file: OpenSheet;
  readonly institutionId: Id;
  readonly accountId: Id;
}

/** What has been found so far. */
interface Tally {
  ready: number;
  already: number;
  aside: number;
  cells: number;
  readonly problems: CellProblem[];
  readonly warnings: CellProblem[];
}

type Chunk = CheckedSheet<AchievementColumns>;

/**
 * Records a large sheet: first the whole of it is checked, unless bad rows are set aside anyway, then it is written. A
 * batch that stands unfinished is gone on with from the row it had reached.
 */
export async function recordLarge(step: Step, sheet: LargeSheet): Promise<Recorded | SheetRefused | Problem> {
  const key = keyOf(sheet);
  const begun = await step((tx) => batches.batchRecording(tx, sheet.institutionId, sheet.accountId, key));
  const checksOnly = sheet.dryRun === true;
  if (checksOnly || (begun === null && !sheet.setBadRowsAside)) {
    const checked = await check(step, sheet);
    if (checksOnly || isProblem(checked) || checked.kind === "refused") return checked;
  }
  return write(step, sheet, begun ?? { key, batch: null });
}

/** The same sheet, recorded the same way, has the same key. */
function keyOf({ bytes, setBadRowsAside, corrections }: LargeSheet): string {
  const hash = createHash("sha256").update(bytes);
  return hash.update(canonicalJson({ setBadRowsAside, corrections })).digest("hex");
}

async function check(step: Step, sheet: LargeSheet): Promise<Recorded | SheetRefused | Problem> {
  const tally = emptyTally();
  const holding = holdingOf(sheet, null, new Map());
  let done = 0;
  for await (const chunk of checkedChunks(ACHIEVEMENTS, sheet.file, CHUNK_ROWS)) {
    if (isProblem(chunk) || chunk.kind === "refused") return chunk;
    const found = await step((tx) => linesOf(tx, chunk, holding));
    count(tally, chunk, found);
    done += chunk.rows.length;
    tell(sheet, done);
  }
  return tally.aside > 0 && !sheet.setBadRowsAside ? refusal(tally) : recorded(tally, null);
}

async function write(
  step: Step,
  sheet: LargeSheet,
  { key, batch: begun }: { readonly key: string; readonly batch: batches.RecordingBatch | null },
): Promise<Recorded | SheetRefused | Problem> {
  const tally = emptyTally();
  let batch = begun;
  const seen = begun === null ? new Map<string, number>() : await step((tx) => seenIn(tx, begun));
  let done = 0;
  for await (const whole of checkedChunks(ACHIEVEMENTS, sheet.file, CHUNK_ROWS)) {
    if (isProblem(whole) || whole.kind === "refused") return givenUp(step, batch, whole);
    const reached = begun?.rowsRead ?? 0;
    const chunk = { ...whole, rows: whole.rows.filter(({ rowNo }) => rowNo > reached) };
    const holding = holdingOf(sheet, batch?.id ?? null, seen);
    const written = await step((tx) => writeChunk(tx, sheet, key, batch, chunk, holding));
    if (isProblem(written)) return written;
    count(tally, chunk, written);
    // between the check and this somebody changed what the row is held against
    if (written.refused) return givenUp(step, batch, refusal(tally));
    batch = written.batch;
    done += whole.rows.length;
    tell(sheet, done);
  }
  const closing = batch;
  const finished = closing === null ? null : await step((tx) => batches.finishRecording(tx, closing));
  return recorded(tally, finished);
}

/** The achievements that a batch holds already, each with the row it stands in. */
async function seenIn(tx: Tx, batch: batches.RecordingBatch): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  for await (const rows of batches.keysInBatch(tx, batch, KEYS_READ)) {
    for (const { rowNo, ...deposit } of rows) seen.set(seenAs(deposit), rowNo);
  }
  return seen;
}

interface ChunkWritten {
  readonly fresh: readonly Line[];
  readonly already: number;
  readonly refused: boolean;
  readonly batch: batches.RecordingBatch | null;
}

/** Writes one chunk, and with the first of them the batch: the row it has reached is said in the same transaction. */
async function writeChunk(
  tx: Tx,
  sheet: LargeSheet,
  key: string,
  begun: batches.RecordingBatch | null,
  chunk: Chunk,
  holding: Holding,
): Promise<ChunkWritten | Problem> {
  const { fresh, already } = await linesOf(tx, chunk, holding);
  const bad = fresh.filter(({ status }) => status === "SET_ASIDE").length;
  const refused = bad > 0 && !sheet.setBadRowsAside;
  // what was recorded before leaves nothing to go on from
  if (refused || (begun === null && fresh.length === 0)) return { fresh, already, refused, batch: begun };
  const batch = begun ?? (await beginBatch(tx, sheet, key));
  if (batch === null) return problem("BATCH_RECORDED_ELSEWHERE");
  const rowsRead = chunk.rows.at(-1)?.rowNo ?? batch.rowsRead;
  const reached = await batches.advanceRecording(tx, batch, { rowsRead, rows: fresh.length, bad, already });
  if (!reached) return problem("BATCH_RECORDED_ELSEWHERE");
  if (fresh.length > 0) await batches.insertLines(tx, batch.institutionId, batch.id, fresh);
  return { fresh, already, refused, batch: { ...batch, rowsRead } };
}

async function beginBatch(tx: Tx, sheet: LargeSheet, recording: string): Promise<batches.RecordingBatch | null> {
  const batch = await batchOf(tx, sheet, sheet);
  const begun = await batches.insertBatch(tx, {
    ...batch,
    recording,
    status: "RECORDING",
    rowCount: 0,
    badRowCount: 0,
  });
  return begun ? { institutionId: batch.institutionId, id: batch.id, rowsRead: 0 } : null;
}

/** A batch that comes to nothing is discarded, with what was written of it. */
async function givenUp<Answer>(step: Step, batch: batches.RecordingBatch | null, answer: Answer): Promise<Answer> {
  if (batch !== null) await step((tx) => batches.discardBatch(tx, batch));
  return answer;
}

const holdingOf = (sheet: LargeSheet, batchId: Id | null, seen: Map<string, number>): Holding => ({
  institutionId: sheet.institutionId,
  today: sheet.today,
  corrections: sheet.corrections,
  seen,
  batchId,
});

const emptyTally = (): Tally => ({ ready: 0, already: 0, aside: 0, cells: 0, problems: [], warnings: [] });

function count(
  tally: Tally,
  { header }: Chunk,
  { fresh, already }: { readonly fresh: readonly Line[]; readonly already: number },
): void {
  const aside = fresh.filter(({ status }) => status === "SET_ASIDE");
  const keep = (where: CellProblem[], words: readonly CellProblem[]) =>
    void where.push(...words.slice(0, WORDS_KEPT - where.length));
  if (tally.ready + tally.aside + tally.already === 0) keep(tally.warnings, header.warnings);
  tally.ready += fresh.length - aside.length;
  tally.aside += aside.length;
  tally.already += already;
  for (const { problems, warnings } of fresh) {
    tally.cells += problems.length;
    keep(tally.problems, problems);
    keep(tally.warnings, warnings);
  }
}

function tell({ progress, file }: LargeSheet, done: number): void {
  progress?.(done, Math.max(done, file.rowsAbout ?? 0));
}

const refusal = ({ problems, warnings, aside: rows, cells }: Tally): SheetRefused => ({
  kind: "refused",
  problems,
  warnings,
  inAll: { rows, cells },
});

/** What is in the batch now, whoever wrote it: an earlier run's chunks are counted with it. */
function recorded({ ready, already, aside, problems, warnings }: Tally, batch: batches.BatchRow | null): Recorded {
  const counts =
    batch === null
      ? { readyRows: ready, alreadyRecordedRows: already, setAsideRows: aside }
      : {
          readyRows: batch.rowCount - batch.badRowCount,
          alreadyRecordedRows: batch.alreadyRows,
          setAsideRows: batch.badRowCount,
        };
  return { kind: "recorded", batch, ...counts, problems, warnings };
}
