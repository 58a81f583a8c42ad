import { createHash } from "node:crypto";
import { v7 } from "uuid";
import { authorise } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { formatCredits } from "../../domain/credit.ts";
import { formatGrade } from "../../domain/grade-text.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { type CellProblem, narrowed, type SheetRow } from "../../domain/sheet/cell.ts";
import { type CheckedRow, cellProblem } from "../../domain/sheet/check.ts";
import { ACHIEVEMENTS, type AchievementColumns } from "../../domain/sheet/kinds/achievements.ts";
import * as batches from "./batch-store.ts";
import { type Deposit, depositHash } from "./deposit.ts";
import { lookup } from "./lookup.ts";
import { depositOfRow, type Notes, type RecordingFacts } from "./recording-rows.ts";
import * as store from "./recording-store.ts";
import { PROGRESS_ROWS, type Progress } from "./progress.ts";
import { type CheckedSheet, checkFile, checkRows, type SheetRefused } from "./sheet-check.ts";

/** A sheet of achievements to be recorded. */
export interface RecordingInput {
  readonly bytes: Buffer;
  readonly fileName: string;
  /** Go on without the bad rows, and keep them as a named remainder. */
  readonly setBadRowsAside: boolean;
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
  const checked = await checkFile(ACHIEVEMENTS, input.bytes, input.fileName);
  return isProblem(checked) || checked.kind === "refused" ? checked : recordChecked(tx, viewer, checked, input);
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
  const rows: SheetRow[] = [
    { rowNo: 1, cells: Object.keys(cells) },
    { rowNo: 2, cells: Object.values(cells) },
  ];
  const checked = checkRows(ACHIEVEMENTS, { sheet: "", rows });
  if (isProblem(checked) || checked.kind === "refused") return checked;
  const bytes = Buffer.from(JSON.stringify(cells));
  const label = [cells.studentNo, cells.code, cells.term].join(" ");
  return recordChecked(tx, viewer, checked, { ...when, bytes, fileName: label, setBadRowsAside: false });
}

type Line = batches.BatchLine & { readonly status: "READY" | "SET_ASIDE" };

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
  const known = await knownOf(tx, institutionId, lines);
  const { fresh, already } = withoutKnown(lines, checked, known);
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
  const numbers = [...new Set(checked.rows.flatMap(({ values }) => values.studentNo ?? []))];
  const [learners, courses, certificates, competitions, scale] = await Promise.all([
    store.learnersByNumber(tx, institutionId, numbers),
    store.coursesOfSchool(tx, institutionId),
    store.allCertificates(tx),
    store.allCompetitions(tx),
    store.gradingScale(tx, institutionId, today),
  ]);
  const namesOf = (row: store.NamedCertificate) => [row.key, narrowed(row.titleZh), narrowed(row.titleEn)];
  return {
    institutionId,
    scale,
    learners: lookup(learners, (row) => [row.studentNo]),
    courses: lookup(courses, (row) => [row.code]),
    certificates: lookup(certificates, namesOf),
    competitions: lookup(competitions, namesOf),
  };
}

function lineOf(
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
  const rest = { rowNo: row.rowNo, sheet, cells: filled(row.cells), problems, warnings };
  if (deposit === null || problems.length > 0) return { ...rest, status: "SET_ASIDE", learnerId: null, deposit: null };
  const signed = { ...deposit, contentHash: depositHash(deposit) };
  return { ...rest, status: "READY", learnerId: deposit.learnerId, deposit: signed };
}

/** The cells that hold something. */
function filled(cells: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(cells).filter(([, text]) => text !== ""));
}

const keyOf = (known: { readonly learnerId: Id; readonly idempotencyKey: string }): string =>
  `${known.learnerId}/${known.idempotencyKey}`;

async function knownOf(tx: Tx, institutionId: Id, lines: readonly Line[]): Promise<Map<string, store.KnownDeposit>> {
  const learnerIds = [...new Set(lines.flatMap((line) => line.learnerId ?? []))];
  const [deposited, waiting] = await Promise.all([
    store.depositedOf(tx, learnerIds),
    store.waitingOf(tx, institutionId),
  ]);
  return new Map([...waiting, ...deposited].map((found) => [keyOf(found), found]));
}

/** Leaves out what was recorded before; a row that says something else of the same achievement is bad. */
function withoutKnown(
  lines: readonly Line[],
  checked: CheckedSheet<AchievementColumns>,
  known: ReadonlyMap<string, store.KnownDeposit>,
): { readonly fresh: readonly Line[]; readonly already: number } {
  const seen = new Map<string, number>();
  const fresh: Line[] = [];
  for (const line of lines) {
    const { deposit } = line;
    if (deposit === null) {
      fresh.push(line);
      continue;
    }
    const key = keyOf(deposit);
    const before = known.get(key);
    const twin = seen.get(key);
    if (before !== undefined && before.contentHash === deposit.contentHash) continue;
    const bad = (column: string, code: "ROW_DIFFERS" | "ROW_DUPLICATE", params: CellProblem["params"]): Line => {
      const found = cellProblem(checked.sheet, checked.header, line.rowNo, column, code, params);
      return { ...line, status: "SET_ASIDE", learnerId: null, deposit: null, problems: [...line.problems, found] };
    };
    if (before !== undefined) fresh.push(bad("grade", "ROW_DIFFERS", difference(before, deposit)));
    else if (twin !== undefined) fresh.push(bad("studentNo", "ROW_DUPLICATE", { row: twin }));
    else fresh.push(line);
    if (twin === undefined) seen.set(key, line.rowNo);
  }
  return { fresh, already: lines.length - fresh.length };
}

/** What a row changes, as a reader sees it: 85 → 90. */
function difference(before: store.KnownDeposit, deposit: Deposit): CellProblem["params"] {
  const text = (language: "zh" | "en"): string => {
    const [old, fresh] = [before, deposit].map(({ grade, credits, completedOn }) => [
      grade === null ? "—" : formatGrade(grade, language),
      formatCredits(credits),
      completedOn,
    ]);
    const changes = (old ?? []).map((part, place) => [part, fresh?.[place]]).filter(([was, is]) => was !== is);
    return changes.map((change) => change.join(" → ")).join(", ");
  };
  return { what: text("zh"), "what.en": text("en") };
}

async function writeBatch(
  tx: Tx,
  { institutionId, accountId }: { readonly institutionId: Id; readonly accountId: Id },
  lines: readonly Line[],
  input: RecordingInput,
): Promise<batches.BatchRow | null> {
  const id = v7();
  const batch = {
    institutionId,
    id,
    number: batchNumber(id),
    sourceName: input.fileName,
    sourceHash: createHash("sha256").update(input.bytes).digest("hex"),
    rowCount: lines.length,
    badRowCount: lines.filter((line) => line.status === "SET_ASIDE").length,
    recordedBy: accountId,
    recordedByName: await batches.nameOfAccount(tx, accountId),
    recordedAt: input.now.toISOString(),
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
