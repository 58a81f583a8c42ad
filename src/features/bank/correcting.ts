import { authorise } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { ACHIEVEMENTS } from "../../domain/sheet/kinds/achievements.ts";
import type { AchievementKey } from "./achievement-store.ts";
import { type AchievementCells, cellsOf } from "./correcting-cells.ts";
import * as store from "./correcting-store.ts";
import { type Correction, type CorrectionGrounds, readGrounds, refusedCorrection } from "./correction.ts";
import { keyAfter } from "./deposit.ts";
import { difference, type KnownDeposits, knownDeposits } from "./known-deposits.ts";
import { type Line, lineOf, type Recorded, recordingFacts, writeBatch } from "./recording-lines.ts";
import { type SheetRefused, sheetOfOne } from "./sheet-check.ts";

/** A correction asked for: of which achievement, why, and by which form of the school. */
export interface CorrectionAsked {
  readonly achievement: AchievementKey;
  readonly reason: string;
  readonly formNumber: string;
  readonly now: Date;
  readonly today: IsoDate;
}

/**
 * Records what an achievement should have said, column by column; what is not named stays. It becomes a batch of one row,
 * which another confirms like any other: until then nothing changes.
 * @returns FORBIDDEN, NOT_FOUND, INVALID_INPUT for reason or form, ACHIEVEMENT_NOT_STANDING, CORRECTION_WAITING,
 *   CORRECTION_CHANGES_NOTHING, or what is wrong with the row
 */
export async function correctAchievement(
  tx: Tx,
  viewer: Viewer,
  asked: CorrectionAsked & { readonly changes: AchievementCells },
): Promise<Recorded | SheetRefused | Problem> {
  const open = await openCorrection(tx, viewer, asked);
  if (isProblem(open)) return open;
  const { stored, institutionId, grounds } = open;
  const [names, facts] = await Promise.all([
    store.namesOf(tx, stored.detail),
    recordingFacts(tx, institutionId, asked.today, Promise.resolve([store.learnerOf(stored)])),
  ]);
  const checked = sheetOfOne(ACHIEVEMENTS, { ...cellsOf(stored, names), ...asked.changes });
  if (isProblem(checked) || checked.kind === "refused") return checked;
  const [row] = checked.rows;
  if (row === undefined) return problem("SHEET_EMPTY");
  const line = lineOf(row, checked, facts);
  const { deposit } = line;
  if (deposit === null) return { kind: "refused", problems: line.problems, warnings: line.warnings };
  const { standing, last } = open.known.of(deposit);
  if (standing !== null && standing.posted?.id !== stored.id) {
    return problem("ROW_DIFFERS", difference(standing, deposit));
  }
  if (standing?.contentHash === deposit.contentHash) return problem("CORRECTION_CHANGES_NOTHING");
  const placed = { ...deposit, idempotencyKey: keyAfter(deposit.idempotencyKey, last) };
  const corrects = { kind: "CORRECT", achievementId: stored.id, ...grounds } as const;
  return recordLine(tx, viewer, { ...line, deposit: placed, corrects }, asked);
}

/** Why a deposit is taken back with nothing in its place: it was a mistake, or it was withdrawn afterwards. */
export type TakenBack = "MISTAKE" | "WITHDRAWN";

/**
 * Records that an achievement is to be taken back. Like a correction, another confirms it.
 * @returns FORBIDDEN, NOT_FOUND, INVALID_INPUT for reason or form, ACHIEVEMENT_NOT_STANDING, CORRECTION_WAITING
 */
export async function takeBackAchievement(
  tx: Tx,
  viewer: Viewer,
  asked: CorrectionAsked & { readonly because: TakenBack },
): Promise<Recorded | Problem> {
  const open = await openCorrection(tx, viewer, asked);
  if (isProblem(open)) return open;
  const { stored, grounds } = open;
  const cells = { ...cellsOf(stored, await store.namesOf(tx, stored.detail)), title: stored.title.zh };
  const corrects: Correction = {
    kind: asked.because === "MISTAKE" ? "REVERSE" : "REVOKE",
    achievementId: stored.id,
    ...grounds,
  };
  const place = { rowNo: 1, sheet: "", status: "READY", learnerId: stored.learnerId } as const;
  return recordLine(tx, viewer, { ...place, cells, deposit: null, corrects, problems: [], warnings: [] }, asked);
}

/** A correction that may begin. */
interface Opened {
  readonly stored: store.StoredAchievement;
  readonly institutionId: Id;
  readonly grounds: CorrectionGrounds;
  readonly known: KnownDeposits;
}

/** Whether the viewer may correct an achievement: a registrar of the school that vouches for it, while it stands. */
async function openCorrection(tx: Tx, viewer: Viewer, asked: CorrectionAsked): Promise<Opened | Problem> {
  const { institutionId } = viewer;
  const { learnerId, id } = asked.achievement;
  const refused = authorise(viewer, "achievement.correct", {
    institutionIds: [institutionId],
    learnerId,
    what: { type: "Achievement", id },
  });
  if (refused !== null) return refused;
  if (institutionId === null) return problem("FORBIDDEN");
  const grounds = readGrounds(asked);
  if (isProblem(grounds)) return grounds;
  const stored = await store.storedAchievement(tx, institutionId, asked.achievement);
  if (stored === null) return problem("NOT_FOUND");
  const known = await knownDeposits(tx, institutionId, [learnerId]);
  const code = refusedCorrection(stored, institutionId, known);
  return code === null ? { stored, institutionId, grounds, known } : problem(code);
}

async function recordLine(tx: Tx, viewer: Viewer, line: Line, asked: CorrectionAsked): Promise<Recorded | Problem> {
  const { institutionId, accountId } = viewer;
  if (institutionId === null || accountId === null) return problem("FORBIDDEN");
  const bytes = Buffer.from(JSON.stringify([line.cells, line.corrects]));
  const source = { now: asked.now, bytes, fileName: asked.formNumber.trim() };
  const batch = await writeBatch(tx, { institutionId, accountId }, [line], source);
  const counts = { readyRows: 1, alreadyRecordedRows: 0, setAsideRows: 0 };
  return { kind: "recorded", batch, ...counts, problems: [], warnings: line.warnings };
}
