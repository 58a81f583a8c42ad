import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isProblem } from "../../../src/domain/problem.ts";
import { confirmBatch, discardBatch } from "../../../src/features/bank/confirming.ts";
import type { Recorded, RecordingInput, Step } from "../../../src/features/bank/recording-lines.ts";
import { recordSheet } from "../../../src/features/bank/recording.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { sheetOf, workbook } from "../../support/zip.ts";
import { LI, NOW, openAccounts, openSchool, studentNo, WANG } from "./school.ts";
import { type Cell, csv, HEADER, result, xlsx } from "./sheets.ts";

/** More than two chunks. */
const ROWS = 4_500;

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase({ max: 6 });
  await openSchool(fresh.sql, ROWS);
  await openAccounts(fresh.sql);
});
afterAll(() => fresh.drop());
beforeEach(
  async () =>
    void (await fresh.sql`truncate deposit_batch, batch_row, achievement, ledger_transaction,
  ledger_movement, ledger_account`),
);

const rows = (grade: (n: number) => Cell = (n) => 60 + (n % 40)): Cell[][] =>
  Array.from({ length: ROWS }, (_, n) => result(studentNo(n + 1), grade(n + 1)));
const sheet = (of: readonly Cell[][] = rows()): Buffer => csv([HEADER, ...of]);

const inSteps: Step = (act) => fresh.db.write(WANG, act);
const record = (bytes: Buffer, options: Partial<RecordingInput> = {}, step: Step = inSteps) =>
  recordSheet(step, WANG, {
    bytes,
    fileName: "a.csv",
    setBadRowsAside: false,
    now: NOW,
    today: "2026-07-10",
    ...options,
  });

async function recorded(...args: Parameters<typeof record>): Promise<Recorded> {
  const answer = await record(...args);
  if (isProblem(answer) || answer.kind !== "recorded") throw new Error(JSON.stringify(answer).slice(0, 500));
  return answer;
}

/** Cuts the power before the step of a number: what the steps before wrote stays. */
function cutOff(before: number): Step {
  let taken = 0;
  return (act) => {
    taken += 1;
    return taken === before ? Promise.reject(new Error("cut off")) : inSteps(act);
  };
}
const batches = () =>
  fresh.sql`select status, row_count, bad_row_count, already_rows, recording is null as free from deposit_batch`;
const rowCount = async () => (await fresh.sql`select 1 from batch_row`).length;

describe("a sheet of several chunks", () => {
  test.each(["csv", "xlsx"])("becomes one batch, and another confirms all of it (%s)", async (format) => {
    const seen: number[][] = [];
    const bytes = format === "csv" ? sheet() : await xlsx([HEADER, ...rows()]);
    const { batch, readyRows } = await recorded(bytes, { progress: (...told) => seen.push(told) });
    expect({ status: batch?.status, readyRows }).toEqual({ status: "OPEN", readyRows: ROWS });
    expect(
      seen.every(([done = 0, all = 0], n) => done <= all && done >= (n % 3 === 0 ? 0 : (seen[n - 1]?.[0] ?? 0))),
    ).toBe(true);
    expect(seen.at(-1)?.[0]).toBe(ROWS);
    const confirmed = await fresh.writer.write(LI, (tx) => confirmBatch(tx, LI, batch?.id ?? "", NOW));
    expect(confirmed).toMatchObject({ postedRows: ROWS, alreadyPostedRows: 0 });
    expect(await recorded(bytes)).toMatchObject({ batch: null, alreadyRecordedRows: ROWS, readyRows: 0 });
    expect(await batches()).toHaveLength(1);
  });

  test("writes nothing where a row of its last chunk is bad, and counts all that are", async () => {
    const answer = await record(sheet(rows((n) => (n % 1000 === 0 || n === ROWS ? "101" : 70))));
    expect(answer).toMatchObject({ kind: "refused", inAll: { rows: 5, cells: 5 } });
    expect(isProblem(answer) ? [] : answer.problems.map(({ cell }) => cell)).toEqual(
      [1001, 2001, 3001, 4001, ROWS + 1].map((n) => `E${n}`),
    );
    expect([await batches(), await rowCount()]).toEqual([[], 0]);
  });

  test("goes on without its bad rows where they are set aside", async () => {
    const bytes = sheet(rows((n) => (n % 1000 === 0 ? "101" : 70)));
    const answer = await recorded(bytes, { setBadRowsAside: true });
    expect(answer).toMatchObject({ readyRows: ROWS - 4, setAsideRows: 4, batch: { status: "OPEN", badRowCount: 4 } });
    expect(answer.problems).toHaveLength(4);
  });

  test("is told of a row that repeats one of an earlier chunk", async () => {
    const all = rows();
    const answer = await record(sheet([...all.slice(0, -1), all[3] ?? []]));
    expect(answer).toMatchObject({
      kind: "refused",
      problems: [{ code: "ROW_DUPLICATE", rowNo: ROWS + 1, params: { row: 5 } }],
    });
  });

  test("is checked to the end and not written in a dry run", async () => {
    expect(await recorded(sheet(), { dryRun: true })).toMatchObject({ batch: null, readyRows: ROWS });
    expect(await batches()).toEqual([]);
  });

  test("of which the end is no text leaves nothing behind", async () => {
    const cell = (text: Cell): string => `<c t="inlineStr"><is><t>${String(text ?? "")}</t></is></c>`;
    const xml = [HEADER, ...rows(), ["1&#0;"]].map((row) => `<row>${row.map(cell).join("")}</row>`);
    const bytes = workbook(sheetOf(xml.join("")));
    expect(await record(bytes, { setBadRowsAside: true })).toMatchObject({ code: "SHEET_UNREADABLE" });
    expect(await batches()).toMatchObject([{ status: "DISCARDED", free: true }]);
  });
});

describe("a recording that was cut off", () => {
  // the one step that looks for an unfinished batch, three of the check, then the writing
  test.each([5, 6, 7, 8])(
    "goes on at the chunk it had reached, and doubles nothing (before step %i)",
    async (before) => {
      await expect(record(sheet(), {}, cutOff(before))).rejects.toThrow("cut off");
      const [cut] = await batches();
      const written = await rowCount();
      // the header is a row of the first chunk
      expect(written).toBe(before === 5 ? 0 : Math.min((before - 5) * 2000 - 1, ROWS));
      if (before > 5) expect(cut).toMatchObject({ status: "RECORDING", rowCount: written, free: false });
      let steps = 0;
      const again = await recorded(sheet(), {}, (act) => {
        steps += 1;
        return inSteps(act);
      });
      expect(again).toMatchObject({ readyRows: ROWS, setAsideRows: 0, batch: { status: "OPEN", rowCount: ROWS } });
      expect([await batches(), await rowCount()]).toMatchObject([[{ status: "OPEN", free: true }], ROWS]);
      const distinct = await fresh.sql`select distinct learner_id from batch_row`;
      expect(distinct).toHaveLength(ROWS);
      if (before > 5) expect(steps).toBeLessThan(8);
    },
  );

  test("is told of a row that repeats one written before the cut", async () => {
    const all = rows();
    const bytes = sheet([...all.slice(0, -1), all[3] ?? []]);
    await expect(record(bytes, { setBadRowsAside: true }, cutOff(3))).rejects.toThrow("cut off");
    const answer = await recorded(bytes, { setBadRowsAside: true });
    expect(answer).toMatchObject({ readyRows: ROWS - 1, setAsideRows: 1, problems: [{ code: "ROW_DUPLICATE" }] });
  });

  test("is neither confirmed nor gone on with once it is given up", async () => {
    await expect(record(sheet(), {}, cutOff(7))).rejects.toThrow("cut off");
    const [{ id } = { id: "" }] = await fresh.sql<{ id: string }[]>`select id from deposit_batch`;
    const early = await fresh.writer.write(LI, (tx) => confirmBatch(tx, LI, id, NOW));
    expect(early).toMatchObject({ code: "BATCH_NOT_OPEN" });
    expect(await inSteps((tx) => discardBatch(tx, WANG, id))).toMatchObject({ batch: { status: "DISCARDED" } });
    expect(await recorded(sheet())).toMatchObject({ readyRows: ROWS });
    expect((await batches()).map(({ status }) => String(status)).sort()).toEqual(["DISCARDED", "OPEN"]);
  });

  test("is not written twice by two that go on with it at once", async () => {
    await expect(record(sheet(), {}, cutOff(6))).rejects.toThrow("cut off");
    const answers = await Promise.all([record(sheet()), record(sheet())]);
    const done = answers.filter((answer) => !isProblem(answer));
    const told = answers.flatMap((answer) => (isProblem(answer) ? answer.code : []));
    expect([done.length >= 1, told.every((code) => code === "BATCH_RECORDED_ELSEWHERE")]).toEqual([true, true]);
    expect([await batches(), await rowCount()]).toMatchObject([[{ status: "OPEN", rowCount: ROWS }], ROWS]);
  });
});
