import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isProblem } from "../../../src/domain/problem.ts";
import type { Deposit } from "../../../src/features/bank/deposit.ts";
import { correctDeposit, postDeposits } from "../../../src/features/bank/posting.ts";
import { type StatementView, statementOf } from "../../../src/features/bank/statement.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import {
  COURSE,
  courseDeposit,
  idOf,
  LI,
  learnerId,
  openAccounts,
  openSchool,
  SCHOOL,
  student,
  WANG,
} from "./school.ts";

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
  await openSchool(fresh.sql, 6);
  await openAccounts(fresh.sql);
});
afterAll(() => fresh.drop());

const actors = (postedAt: string) => ({
  recordedBy: WANG.accountId ?? "",
  confirmedBy: LI.accountId ?? "",
  batchId: null,
  postedAt,
});
const deposit = (postedAt: string, ...deposits: readonly Deposit[]) =>
  fresh.writer.write(LI, (tx) => postDeposits(tx, deposits, actors(postedAt)));

async function statement(n: number, asOf: string, postedBy: string | null = null): Promise<StatementView> {
  const tx = fresh.db.read(student(n));
  const owner = { id: learnerId(n), homeInstitutionId: SCHOOL, homeDepartmentId: null };
  const found = await statementOf(tx, student(n), owner, asOf, postedBy).finally(() => tx.end());
  if (isProblem(found)) throw new Error(found.code);
  return found;
}
const banked = (found: StatementView) => found.balances[0]?.banked ?? 0;

describe("a statement", () => {
  test("as of a posted date says what the ledger knew by the end of that day in China, whatever was effective earlier", async () => {
    const late = courseDeposit(1, { idempotencyKey: "late", credits: 200, completedOn: "2025-07-01" });
    await deposit("2026-01-20T02:00:00.000Z", courseDeposit(1));
    // half past eleven at night of 3 March in China, and half an hour later
    await deposit("2026-03-03T15:30:00.000Z", late);
    const onTheFourth = courseDeposit(1, { idempotencyKey: "later", credits: 100, completedOn: "2025-07-02" });
    await deposit("2026-03-03T16:00:00.000Z", onTheFourth);
    expect(banked(await statement(1, "2025-12-31"))).toBe(300);
    expect(banked(await statement(1, "2025-12-31", "2026-03-02"))).toBe(0);
    expect(banked(await statement(1, "2025-12-31", "2026-03-03"))).toBe(200);
    const known = await statement(1, "2026-06-01", "2026-03-03");
    expect([banked(known), known.entries.length, known.byInstitution[0]?.credits]).toEqual([600, 2, 600]);
    expect(banked(await statement(1, "2026-06-01"))).toBe(700);
  });

  test("as of a day before a correction was posted says what was wrong then", async () => {
    await deposit("2026-01-20T02:00:00.000Z", courseDeposit(2));
    const right = courseDeposit(2, { idempotencyKey: "right", credits: 300 });
    const reason = { ...actors("2026-04-01T02:00:00.000Z"), reason: "成绩更正" };
    await fresh.writer.write(LI, (tx) => correctDeposit(tx, courseDeposit(2).achievementId, right, reason));
    expect([banked(await statement(2, "2026-02-01", "2026-03-31")), banked(await statement(2, "2026-02-01"))]).toEqual([
      400, 300,
    ]);
  });

  test("bears the newest signed head of the ledger, and how much of it came after", async () => {
    await deposit("2026-01-20T02:00:00.000Z", courseDeposit(3));
    expect((await statement(3, "2026-06-01")).seal).toBeNull();
    const head = { chain: "ledger", number: 1, position: 9, hash: "ab", sealed_at: "2026-06-01T00:00:00.000Z" };
    const [row] = await fresh.sql<{ horizon: string }[]>`select pg_current_xact_id()::text as horizon`;
    const signed = { ...head, horizon: row?.horizon ?? "0", key_id: "key", signature: "x" };
    await fresh.sql`insert into seal_head ${fresh.sql([signed])}`;
    expect((await statement(3, "2026-06-01")).seal).toMatchObject({ number: 1, position: 9, hash: "ab", unsealed: 0 });
    await deposit("2026-06-02T02:00:00.000Z", courseDeposit(3, { idempotencyKey: "another", credits: 100 }));
    expect((await statement(3, "2026-06-02")).seal).toMatchObject({ number: 1, unsealed: 1 });
  });
});

describe("grade points", () => {
  const graded = (key: string, grade: Deposit["grade"], credits: number, completedOn = "2026-01-10"): Deposit => ({
    ...courseDeposit(4, { idempotencyKey: key, grade, credits, completedOn, courseId: COURSE }),
    achievementId: idOf(`graded/${key}`),
  });

  test("are none where the school has no formula", async () => {
    await deposit("2026-01-20T02:00:00.000Z", graded("first", { mode: "PERCENT", scoreTenths: 480 }, 0, "2025-01-10"));
    expect((await statement(4, "2026-06-01")).gradePoints).toEqual([]);
  });

  test("follow the school's own, a failed result weighing what its course is worth until a better one stands", async () => {
    const scale = {
      passTenths: 600,
      bands: { EXCELLENT: 900, GOOD: 800, MEDIUM: 700, PASS: 600, FAIL: 0 },
      reverse: { EXCELLENT: 950, GOOD: 850, MEDIUM: 750, PASS: 650, FAIL: 0 },
      gradePoints: {
        results: "BEST",
        bands: [{ leastTenths: 600, points: 100, perTenth: 1 }],
        zero: [],
      },
    };
    const citation = { document: "成绩管理办法", clause: "第三条", invented: true };
    await fresh.sql`insert into grading_scale (institution_key, effective_from, scale, citation)
      values ('first', '2020-01-01', ${fresh.sql.json(scale)}, ${fresh.sql.json(citation)})`;
    const failed = { points: 0, credits: 400, results: 1, institutionId: SCHOOL, citation };
    expect((await statement(4, "2025-06-01")).gradePoints).toEqual([failed]);
    await deposit("2026-01-20T02:00:00.000Z", graded("retake", { mode: "PERCENT", scoreTenths: 855 }, 400));
    expect((await statement(4, "2025-06-01")).gradePoints).toEqual([failed]);
    expect((await statement(4, "2026-06-01")).gradePoints).toMatchObject([{ points: 355, credits: 400, results: 1 }]);
  });

  test("are none of results that have no number", async () => {
    const passed = { ...courseDeposit(5), grade: { mode: "PASS_FAIL", passed: true } } as Deposit;
    await deposit("2026-01-20T02:00:00.000Z", passed);
    expect((await statement(5, "2026-06-01")).gradePoints).toEqual([]);
  });
});
