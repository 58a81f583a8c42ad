import { createHash } from "node:crypto";
import { v7 } from "uuid";
import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { ProblemCode } from "../../domain/problem.ts";
import { readBankNumber } from "../../domain/registry/bank-number.ts";
import { type CellProblem, narrowed } from "../../domain/sheet/cell.ts";
import { type CheckedRow, cellProblem } from "../../domain/sheet/check.ts";
import { ACHIEVEMENTS, type AchievementColumns } from "../../domain/sheet/kinds/achievements.ts";
import { nameOfAccount } from "../identity/service.ts";
import { attendingAt } from "./attending.ts";
import * as batches from "./batch-store.ts";
import { type CorrectionGrounds, refusedCorrection } from "./correction.ts";
import { achievementKeyOf, type Deposit, depositHash, keyAfter } from "./deposit.ts";
import { difference, type KnownDeposits, knownDeposits } from "./known-deposits.ts";
import { lookup } from "./lookup.ts";
import type { Progress } from "./progress.ts";
import { depositOfRow, type Notes, type RecordingFacts } from "./recording-rows.ts";
import * as store from "./recording-store.ts";
import type { CheckedSheet } from "./sheet-check.ts";

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

/** Does one step of a work in a transaction of its own: what it wrote stays. */
export type Step = <T>(act: (tx: Tx) => Promise<T>) => Promise<T>;

export type Line = batches.BatchLine & { readonly status: "READY" | "SET_ASIDE" };

/** What the rows of a sheet, or of a chunk of it, are held against besides the facts. */
export interface Holding {
  readonly institutionId: Id;
  readonly today: IsoDate;
  readonly corrections: CorrectionGrounds | null;
  /** The achievements of the rows above, and where they stand. */
  readonly seen: Map<string, number>;
  /** The batch that the rows above are in already. */
  readonly batchId: Id | null;
}

/** The rows of a sheet as lines of a batch, without those that were recorded before. */
export async function linesOf(
  tx: Tx,
  checked: CheckedSheet<AchievementColumns>,
  holding: Holding,
): Promise<{ readonly fresh: readonly Line[]; readonly already: number }> {
  const { institutionId, today, batchId } = holding;
  await batches.planAnew(tx);
  const facts = await factsOf(tx, institutionId, checked, today);
  const lines = checked.rows.map((row) => lineOf(row, checked, facts));
  const learnerIds = [...new Set(lines.flatMap((line) => line.learnerId ?? []))];
  const known = await knownDeposits(tx, institutionId, learnerIds, batchId);
  return withoutKnown(lines, checked, known, holding);
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
  { corrections: grounds, seen }: Holding,
): { readonly fresh: readonly Line[]; readonly already: number } {
  const fresh: Line[] = [];
  for (const line of lines) {
    const { deposit } = line;
    if (deposit === null) {
      fresh.push(line);
      continue;
    }
    const { standing } = known.of(deposit);
    if (standing?.contentHash === deposit.contentHash) continue;
    const key = seenAs(deposit);
    const twin = seen.get(key);
    if (twin === undefined) seen.set(key, line.rowNo);
    const placed = twin === undefined ? placedAfter(line, deposit, known, grounds) : duplicateOf(twin);
    fresh.push(isPlaced(placed) ? placed : setAside(line, placed, cellProblem.bind(null, sheet, header, line.rowNo)));
  }
  return { fresh, already: lines.length - fresh.length };
}

/** How the achievement of a row is told from those of the rows above. */
export const seenAs = (deposit: Pick<Deposit, "learnerId" | "idempotencyKey">): string =>
  `${deposit.learnerId}/${achievementKeyOf(deposit.idempotencyKey)}`;

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
  const batch = await batchOf(tx, { institutionId, accountId }, { now, bytes, fileName });
  const badRowCount = lines.filter((line) => line.status === "SET_ASIDE").length;
  await batches.insertBatch(tx, { ...batch, status: "OPEN", rowCount: lines.length, badRowCount });
  await batches.insertLines(tx, institutionId, batch.id, lines);
  return batches.batchById(tx, institutionId, batch.id);
}

/** A new batch of a sheet, without what is in it. */
export async function batchOf(
  tx: Tx,
  { institutionId, accountId }: { readonly institutionId: Id; readonly accountId: Id },
  { now, bytes, fileName }: Pick<RecordingInput, "now" | "bytes" | "fileName">,
) {
  const id = v7();
  return {
    institutionId,
    id,
    number: batchNumber(id),
    sourceName: fileName,
    sourceHash: createHash("sha256").update(bytes).digest("hex"),
    recordedBy: accountId,
    recordedByName: await nameOfAccount(tx, accountId),
    recordedAt: now.toISOString(),
    recording: null,
  };
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
