import { createHash } from "node:crypto";
import { v7 } from "uuid";
import { authorise } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem, type ProblemCode, problem } from "../../domain/problem.ts";
import { readBankNumber } from "../../domain/registry/bank-number.ts";
import { type CellProblem, narrowed } from "../../domain/sheet/cell.ts";
import { type CheckedRow, cellProblem } from "../../domain/sheet/check.ts";
import { ACHIEVEMENTS, type AchievementColumns } from "../../domain/sheet/kinds/achievements.ts";
import { nameOfAccount } from "../identity/service.ts";
import { attendingAt } from "./attending.ts";
import * as batches from "./batch-store.ts";
import { type CorrectionGrounds, readGrounds, refusedCorrection } from "./correction.ts";
import { type Deposit, depositHash, keyAfter } from "./deposit.ts";
import { difference, type KnownDeposits, knownDeposits } from "./known-deposits.ts";
import { lookup } from "./lookup.ts";
import { depositOfRow, type Notes, type RecordingFacts } from "./recording-rows.ts";
import * as store from "./recording-store.ts";
import { PROGRESS_ROWS, type Progress } from "./progress.ts";
import { type CheckedSheet, checkFile, type SheetRefused, sheetOfOne } from "./sheet-check.ts";

/** A sheet of achievements to be recorded. */
export interface RecordingInput {
  readonly bytes: Buffer;
  readonly fileName: string;
  /** Go on without the bad rows, and keep them as a named remainder. */
  readonly setBadRowsAside: boolean;
  /** Rows that say otherwise than what the school deposited take its place, on these grounds; without them they are bad. */
  readonly corrections?: CorrectionGrounds | null;
  /** Check everything, write nothing. */
  readonly dryRun?: boolean;
  /** Told how many rows are checked, now and then. */
  readonly progress?: Progress;
  readonly now: Date;
  readonly today: IsoDate;
}

/** What was recorded. `batch` is null where nothing was new, and in a dry run. */
export interface Recorded {
  readonly kind: "recorded";
  readonly batch: batches.BatchRow | null;
  readonly readyRows: number;
  readonly alreadyRecordedRows: number;
  readonly setAsideRows: number;
  /** Of the rows set aside. */
  readonly problems: readonly CellProblem[];
  readonly warnings: readonly CellProblem[];
}

/**
 * Records a sheet of achievements of the viewer's school as a batch that another has to confirm. Everything is checked
 * first; with one bad row nothing is written, unless bad rows are to be set aside. What was recorded before is left out.
 * @returns FORBIDDEN, SHEET_UNREADABLE, SHEET_ENCRYPTED, SHEET_TOO_LARGE, SHEET_EMPTY, or the bad cells
 */
export async function recordAchievements(
  tx: Tx,
  viewer: Viewer,
  input: RecordingInput,
): Promise<Recorded | SheetRefused | Problem> {
  const refused = authorise(viewer, "achievement.record", { institutionIds: [viewer.institutionId] });
  if (refused !== null) return refused;
  const { corrections = null } = input;
  const grounds = corrections === null ? null : readGrounds(corrections);
  if (grounds !== null && isProblem(grounds)) return grounds;
  const checked = await checkFile(ACHIEVEMENTS, input.bytes, input.fileName);
  return isProblem(checked) || checked.kind === "refused"
    ? checked
    : recordChecked(tx, viewer, checked, { ...input, corrections: grounds });
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
  const label = [cells.studentNo, cells.code, cells.term].join(" ");
  return recordChecked(tx, viewer, checked, { ...when, bytes, fileName: label, setBadRowsAside: false });
}

export type Line = batches.BatchLine & { readonly status: "READY" | "SET_ASIDE" };

async function recordChecked(
  tx: Tx,
  viewer: Viewer,
  checked: CheckedSheet<AchievementColumns>,
  input: RecordingInput,
): Promise<Recorded | SheetRefused | Problem> {
  const { institutionId, accountId } = viewer;
  if (institutionId === null || accountId === null) return problem("FORBIDDEN");
  const facts = await factsOf(tx, institutionId, checked, input.today);
  const lines = checked.rows.map((row, done) => {
    if (done % PROGRESS_ROWS === 0) input.progress?.(done, checked.rows.length);
    return lineOf(row, checked, facts);
  });
  input.progress?.(lines.length, lines.length);
  const learnerIds = [...new Set(lines.flatMap((line) => line.learnerId ?? []))];
  const known = await knownDeposits(tx, institutionId, learnerIds);
  const { fresh, already } = withoutKnown(lines, checked, known, input.corrections ?? null);
  const problems = fresh.flatMap((line) => line.problems);
  const warnings = [...checked.header.warnings, ...fresh.flatMap((line) => line.warnings)];
  if (problems.length > 0 && !input.setBadRowsAside) return { kind: "refused", problems, warnings };
  const setAsideRows = fresh.filter((line) => line.status === "SET_ASIDE").length;
  const counts = { readyRows: fresh.length - setAsideRows, alreadyRecordedRows: already, setAsideRows };
  const write = fresh.length > 0 && input.dryRun !== true;
  const batch = write ? await writeBatch(tx, { institutionId, accountId }, fresh, input) : null;
  return { kind: "recorded", batch, ...counts, problems, warnings };
}

async function factsOf(
  tx: Tx,
  institutionId: Id,
  checked: CheckedSheet<AchievementColumns>,
  today: IsoDate,
): Promise<RecordingFacts> {
  return recordingFacts(tx, institutionId, today, learnersOf(tx, institutionId, checked));
}

/** The learners whom rows name, by whichever number. */
async function learnersOf(
  tx: Tx,
  institutionId: Id,
  { rows }: CheckedSheet<AchievementColumns>,
): Promise<readonly store.NumberedLearner[]> {
  const numbers = [...new Set(rows.flatMap(({ values }) => values.studentNo ?? []))];
  const given = rows.flatMap(({ values: { studentNo, name = null } }) => {
    const number = readBankNumber(studentNo ?? "");
    return number === null ? [] : [{ number, name }];
  });
  const [students, others] = await Promise.all([
    store.learnersByNumber(tx, institutionId, numbers),
    given.length === 0 ? [] : store.learnersByBankNumber(tx, institutionId, given),
  ]);
  return [...students, ...others];
}

/** What rows about some learners are held against. */
export async function recordingFacts(
  tx: Tx,
  institutionId: Id,
  today: IsoDate,
  wanted: Promise<readonly store.NumberedLearner[]>,
): Promise<RecordingFacts> {
  const learners = await wanted;
  const learnerIds = [...new Set(learners.map(({ learnerId }) => learnerId))];
  const [attending, courses, certificates, competitions, scale] = await Promise.all([
    attendingAt(tx, institutionId, learnerIds),
    store.coursesOfSchool(tx, institutionId),
    store.allCertificates(tx),
    store.allCompetitions(tx),
    store.gradingScale(tx, institutionId, today),
  ]);
  const namesOf = (row: store.NamedCertificate) => [row.key, narrowed(row.titleZh), narrowed(row.titleEn)];
  return {
    institutionId,
    scale,
    attending,
    learners: lookup(learners, (row) => [row.studentNo]),
    courses: lookup(courses, (row) => [row.code]),
    certificates: lookup(certificates, namesOf),
    competitions: lookup(competitions, namesOf),
  };
}

/** A row as a line of a batch: a deposit, or set aside with what is wrong with it. */
export function lineOf(
  row: CheckedRow<AchievementColumns>,
  { sheet, header }: CheckedSheet<AchievementColumns>,
  facts: RecordingFacts,
): Line {
  const problems = [...row.problems];
  const warnings = [...row.warnings];
  const bad = new Set(problems.map(({ column }) => column));
  const notes: Notes = {
    isBad: (column) => bad.has(column),
    problem(column, code, params) {
      if (bad.has(column)) return;
      bad.add(column);
      problems.push(cellProblem(sheet, header, row.rowNo, column, code, params));
    },
    warning: (column, code, params) => void warnings.push(cellProblem(sheet, header, row.rowNo, column, code, params)),
  };
  const empty = Object.fromEntries(Object.keys(ACHIEVEMENTS.columns).map((key) => [key, null]));
  const values = { ...empty, ...row.values } as Parameters<typeof depositOfRow>[0];
  const deposit = depositOfRow(values, facts, v7(), notes);
  const rest = { rowNo: row.rowNo, sheet, cells: filled(row.cells), problems, warnings, corrects: null };
  if (deposit === null || problems.length > 0) return { ...rest, status: "SET_ASIDE", learnerId: null, deposit: null };
  const signed = { ...deposit, contentHash: depositHash(deposit) };
  return { ...rest, status: "READY", learnerId: deposit.learnerId, deposit: signed };
}

/** The cells that hold something. */
function filled(cells: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(cells).filter(([, text]) => text !== ""));
}

/**
 * Leaves out what was recorded before. A row that says something else of the same achievement is bad, unless the sheet
 * corrects: then it takes the place of what the school deposited.
 */
function withoutKnown(
  lines: readonly Line[],
  { sheet, header }: CheckedSheet<AchievementColumns>,
  known: KnownDeposits,
  grounds: CorrectionGrounds | null,
): { readonly fresh: readonly Line[]; readonly already: number } {
  const seen = new Map<string, number>();
  const fresh: Line[] = [];
  for (const line of lines) {
    const { deposit } = line;
    if (deposit === null) {
      fresh.push(line);
      continue;
    }
    const { standing } = known.of(deposit);
    if (standing?.contentHash === deposit.contentHash) continue;
    const key = `${deposit.learnerId}/${deposit.idempotencyKey}`;
    const twin = seen.get(key);
    if (twin === undefined) seen.set(key, line.rowNo);
    const placed = twin === undefined ? placedAfter(line, deposit, known, grounds) : duplicateOf(twin);
    fresh.push(isPlaced(placed) ? placed : setAside(line, placed, cellProblem.bind(null, sheet, header, line.rowNo)));
  }
  return { fresh, already: lines.length - fresh.length };
}

/** What is wrong with a row as a whole, and at which of its columns that is said. */
interface Objection {
  readonly column: keyof AchievementColumns;
  readonly code: ProblemCode;
  readonly params: CellProblem["params"];
}
const isPlaced = (placed: Line | Objection): placed is Line => "status" in placed;
const duplicateOf = (row: number): Objection => ({ column: "studentNo", code: "ROW_DUPLICATE", params: { row } });

/** A line with its place in the ledger: under a key nobody used, after what was taken back, or instead of what stands. */
function placedAfter(
  line: Line,
  deposit: Deposit & { readonly contentHash: string },
  known: KnownDeposits,
  grounds: CorrectionGrounds | null,
): Line | Objection {
  const { standing, last } = known.of(deposit);
  const placed = { ...line, deposit: { ...deposit, idempotencyKey: keyAfter(deposit.idempotencyKey, last) } };
  if (standing === null) return placed;
  const posted = standing.posted;
  if (grounds === null || posted === null) {
    return { column: "grade", code: "ROW_DIFFERS", params: difference(standing, deposit) };
  }
  const refused = refusedCorrection(posted, deposit.institutionId, known);
  if (refused !== null) return { column: "studentNo", code: refused, params: {} };
  return { ...placed, corrects: { kind: "CORRECT", achievementId: posted.id, ...grounds } };
}

function setAside(line: Line, { column, code, params }: Objection, at: CellAt): Line {
  const problems = [...line.problems, at(column, code, params)];
  return { ...line, status: "SET_ASIDE", learnerId: null, deposit: null, problems };
}
type CellAt = (column: string, code: ProblemCode, params: CellProblem["params"]) => CellProblem;

/** Writes lines as an open batch that another has to confirm. */
export async function writeBatch(
  tx: Tx,
  { institutionId, accountId }: { readonly institutionId: Id; readonly accountId: Id },
  lines: readonly Line[],
  { now, bytes, fileName }: Pick<RecordingInput, "now" | "bytes" | "fileName">,
): Promise<batches.BatchRow | null> {
  const id = v7();
  const batch = {
    institutionId,
    id,
    number: batchNumber(id),
    sourceName: fileName,
    sourceHash: createHash("sha256").update(bytes).digest("hex"),
    rowCount: lines.length,
    badRowCount: lines.filter((line) => line.status === "SET_ASIDE").length,
    recordedBy: accountId,
    recordedByName: await nameOfAccount(tx, accountId),
    recordedAt: now.toISOString(),
  };
  await batches.insertBatch(tx, batch);
  await batches.insertLines(tx, institutionId, id, lines);
  return batches.batchById(tx, institutionId, id);
}

/** Digits and letters that are not taken for one another when they are read out (Crockford's base 32). */
const SAYABLE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** What people call a batch: eight sayable signs, K7QX-3M9F, made of the random end of its id. */
function batchNumber(id: Id): string {
  let rest = Number.parseInt(id.slice(-10), 16);
  let signs = "";
  for (let n = 0; n < 8; n += 1) {
    signs += SAYABLE[rest % 32];
    rest = Math.floor(rest / 32);
  }
  return `${signs.slice(0, 4)}-${signs.slice(4)}`;
}
