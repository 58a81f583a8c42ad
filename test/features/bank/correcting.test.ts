import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Viewer } from "../../../src/auth/viewer.ts";
import { isProblem } from "../../../src/domain/problem.ts";
import { confirmBatch } from "../../../src/features/bank/confirming.ts";
import { correctAchievement, type TakenBack, takeBackAchievement } from "../../../src/features/bank/correcting.ts";
import type { AchievementCells } from "../../../src/features/bank/correcting-cells.ts";
import { post } from "../../../src/features/bank/posting.ts";
import type { Posting } from "../../../src/features/bank/preparing.ts";
import type { Recorded } from "../../../src/features/bank/recording-lines.ts";
import { recordAchievements } from "../../../src/features/bank/recording.ts";
import { closeReviewCase, reviewCasesOf } from "../../../src/features/bank/reviewing.ts";
import type { SheetRefused } from "../../../src/features/bank/sheet-check.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { unbalanced, unsound } from "./ledger-proof.ts";
import {
  idOf,
  LI,
  learnerId,
  NOW,
  openAccounts,
  openSchool,
  SCHOOL,
  student,
  studentNo,
  WANG,
  ZHAO,
} from "./school.ts";
import { type Cell, HEADER, result, xlsx } from "./sheets.ts";

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase({ max: 6 });
  await openSchool(fresh.sql, 60);
  await openAccounts(fresh.sql);
});
afterAll(() => fresh.drop());

const TODAY = "2026-07-10";
const GROUNDS = { reason: "试卷第三题漏记分", formNumber: "更正单 2026-14" };
type Answer = Awaited<ReturnType<typeof recordAchievements>>;

const record = async (rows: readonly (readonly Cell[])[], corrections: typeof GROUNDS | null = null) =>
  fresh.db.write(WANG, async (tx) =>
    recordAchievements(tx, WANG, {
      bytes: await xlsx([HEADER, ...rows]),
      fileName: "成绩.xlsx",
      setBadRowsAside: false,
      corrections,
      now: NOW,
      today: TODAY,
    }),
  );
const asked = (n: number, id: string) => ({
  achievement: { learnerId: learnerId(n), id },
  ...GROUNDS,
  now: NOW,
  today: TODAY,
});
const correct = (n: number, id: string, changes: AchievementCells, as: Viewer = WANG, grounds = GROUNDS) =>
  fresh.db.write(as, (tx) => correctAchievement(tx, as, { ...asked(n, id), ...grounds, changes }));
const takeBack = (n: number, id: string, because: TakenBack = "MISTAKE", as: Viewer = WANG) =>
  fresh.db.write(as, (tx) => takeBackAchievement(tx, as, { ...asked(n, id), because }));

function batchOf(answer: Answer | Recorded | SheetRefused) {
  if (isProblem(answer) || answer.kind !== "recorded" || answer.batch === null) throw new Error(JSON.stringify(answer));
  return answer.batch;
}
const confirm = async (answer: Answer, as: Viewer = LI) => {
  const { id } = batchOf(answer);
  return fresh.writer.write(as, (tx) => confirmBatch(tx, as, id, NOW));
};

interface Held {
  readonly id: string;
  readonly credits: number;
  readonly status: string;
  readonly reason: string | null;
  readonly reversesId: string | null;
}
const achievementsOf = (n: number) =>
  fresh.sql<Held[]>`select a.id, a.credits, a.status, t.reason, t.reverses_id from achievement a
    join ledger_transaction t using (learner_id, id) where a.learner_id = ${learnerId(n)} order by t.posted_at, t.id`;
/** The one that stands. */
async function standing(n: number): Promise<Held> {
  const [found, ...others] = (await achievementsOf(n)).filter(({ status }) => status === "DEPOSITED");
  if (found === undefined || others.length > 0) throw new Error("one achievement stands");
  return found;
}
async function banked(n: number): Promise<number> {
  const [row] = await fresh.sql<{ balance: number }[]>`select coalesce(sum(balance), 0)::int as balance
    from ledger_account where learner_id = ${learnerId(n)} and kind = 'BANKED'`;
  return row?.balance ?? 0;
}
/** A learner with one result in mathematics. */
async function graded(n: number, grade: string | number): Promise<string> {
  await confirm(await record([result(studentNo(n), grade)]));
  return (await standing(n)).id;
}

describe("a correction of one achievement", () => {
  test("changes nothing until another confirms it, and then puts the right result in the wrong one's place", async () => {
    const id = await graded(1, 58);
    expect(await banked(1)).toBe(0);
    const answer = await correct(1, id, { grade: "85" });
    expect(answer).toMatchObject({ kind: "recorded", readyRows: 1, batch: { sourceName: "更正单 2026-14" } });
    expect(await banked(1)).toBe(0);
    expect(await confirm(answer, WANG)).toMatchObject({ code: "CONFIRMER_RECORDED" });
    expect(await confirm(answer)).toMatchObject({ postedRows: 1 });
    expect(await banked(1)).toBe(400);
    expect(await achievementsOf(1)).toMatchObject([
      { id, credits: 0, status: "REVERSED" },
      { credits: 400, status: "DEPOSITED", reversesId: id, reason: "更正单 2026-14 试卷第三题漏记分" },
    ]);
  });

  test("can itself be corrected, and the sheet of the last state is nothing new", async () => {
    const id = await graded(2, 58);
    await confirm(await correct(2, id, { grade: "85" }));
    await confirm(await correct(2, (await standing(2)).id, { grade: "88", completedOn: "2026-01-12" }));
    expect(await standing(2)).toMatchObject({ credits: 400 });
    expect(await record([result(studentNo(2), 88).with(5, "2026-01-12")])).toMatchObject({
      batch: null,
      alreadyRecordedRows: 1,
    });
    expect(await record([result(studentNo(2), 58)])).toMatchObject({ problems: [{ code: "ROW_DIFFERS" }] });
  });

  test("may move a result to another course or term, but not onto one that is on record", async () => {
    await confirm(await record([result(studentNo(3), 80), result(studentNo(3), "优秀", "WELD1")]));
    const [maths] = (await achievementsOf(3)).filter(({ credits }) => credits === 400);
    expect(await correct(3, maths?.id ?? "", { code: "WELD1", grade: "良好" })).toMatchObject({ code: "ROW_DIFFERS" });
    await confirm(await correct(3, maths?.id ?? "", { term: "2025-2026-2" }));
    expect(await record([result(studentNo(3), 80, "MATH1", "2025-2026-2")])).toMatchObject({ alreadyRecordedRows: 1 });
    // the first term is free again; of the two results of the course that are there now one counts
    await confirm(await record([result(studentNo(3), 71)]));
    expect(await banked(3)).toBe(400 + 250);
  });

  test("is held against the course like any row of a sheet", async () => {
    const id = await graded(4, 80);
    expect(await correct(4, id, { grade: "优秀" })).toMatchObject({ problems: [{ code: "GRADE_OUTSIDE_MODE" }] });
    expect(await correct(4, id, { credits: "9" })).toMatchObject({ problems: [{ code: "CREDITS_ABOVE_COURSE" }] });
    expect(await correct(4, id, { grade: "80" })).toMatchObject({ code: "CORRECTION_CHANGES_NOTHING" });
  });

  test("needs its reason and the number of the form", async () => {
    const id = await graded(5, 80);
    expect(await correct(5, id, { grade: "81" }, WANG, { reason: "错", formNumber: "1" })).toMatchObject({
      code: "INVALID_INPUT",
      path: ["input", "reason"],
    });
    expect(await correct(5, id, { grade: "81" }, WANG, { ...GROUNDS, formNumber: " " })).toMatchObject({
      path: ["input", "formNumber"],
    });
  });

  test("is the vouching school's alone, one at a time, of what stands", async () => {
    const id = await graded(6, 80);
    expect(await correct(6, id, { grade: "81" }, ZHAO)).toMatchObject({ code: "NOT_FOUND" });
    expect(await correct(6, id, { grade: "81" }, student(6))).toMatchObject({ code: "FORBIDDEN" });
    expect(await correct(6, idOf("nothing"), { grade: "81" })).toMatchObject({ code: "NOT_FOUND" });
    const answer = await correct(6, id, { grade: "81" });
    expect(await correct(6, id, { grade: "82" })).toMatchObject({ code: "CORRECTION_WAITING" });
    await confirm(answer);
    expect(await correct(6, id, { grade: "82" })).toMatchObject({ code: "ACHIEVEMENT_NOT_STANDING" });
  });

  test("of a learner who has left for another school is still possible", async () => {
    const id = await graded(7, 58);
    await fresh.sql`update learner set home_institution_id = ${ZHAO.institutionId} where id = ${learnerId(7)}`;
    await fresh.sql`update registration set status = 'TRANSFERRED', left_on = '2026-02-01'
      where learner_id = ${learnerId(7)}`;
    await confirm(await correct(7, id, { grade: "60" }));
    expect(await banked(7)).toBe(400);
  });
});

describe("an achievement taken back", () => {
  test("as a mistake is as if it had never been, and can be recorded again", async () => {
    const id = await graded(10, 80);
    const answer = await takeBack(10, id);
    expect(await banked(10)).toBe(400);
    await confirm(answer);
    expect(await banked(10)).toBe(0);
    expect(await achievementsOf(10)).toMatchObject([{ status: "REVERSED" }]);
    await confirm(await record([result(studentNo(10), 80)]));
    expect(await banked(10)).toBe(400);
  });

  test("as withdrawn stays on record as that, and the same sheet does not bring it back", async () => {
    const id = await graded(11, 80);
    await confirm(await takeBack(11, id, "WITHDRAWN"));
    expect(await banked(11)).toBe(0);
    expect(await achievementsOf(11)).toMatchObject([{ status: "REVOKED" }]);
    expect(await record([result(studentNo(11), 80)])).toMatchObject({ batch: null, alreadyRecordedRows: 1 });
  });

  test("when it carried no credits leaves the ledger's sums alone", async () => {
    const id = await graded(12, 40);
    await confirm(await takeBack(12, id));
    expect(await achievementsOf(12)).toMatchObject([{ status: "REVERSED" }]);
    expect(await banked(12)).toBe(0);
  });
});

describe("a sheet that corrects", () => {
  test("replaces what it says otherwise, leaves what is the same, and adds what is new", async () => {
    await confirm(await record([result(studentNo(20), 58), result(studentNo(21), 70)]));
    const rows = [result(studentNo(20), 85), result(studentNo(21), 70), result(studentNo(22), 90)];
    expect(await record(rows)).toMatchObject({ problems: [{ code: "ROW_DIFFERS" }] });
    const answer = await record(rows, GROUNDS);
    expect(answer).toMatchObject({ readyRows: 2, alreadyRecordedRows: 1 });
    await confirm(answer);
    expect([await banked(20), await banked(21), await banked(22)]).toEqual([400, 400, 400]);
    expect(await achievementsOf(20)).toMatchObject([{ status: "REVERSED" }, { status: "DEPOSITED" }]);
    const told = await fresh.sql`select kind, facts -> 'learners' -> 0 ->> 'learnerId' as learner from notice_event
      where facts -> 'learners' -> 0 ->> 'learnerId' in (${learnerId(20)}, ${learnerId(22)}) order by happened_at, id`;
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        { kind: "CREDITS_CORRECTED", learner: learnerId(20) },
        { kind: "CREDITS_DEPOSITED", learner: learnerId(22) },
      ]),
    );
  });

  test("does not correct what is being corrected", async () => {
    const id = await graded(23, 58);
    await correct(23, id, { grade: "60" });
    expect(await record([result(studentNo(23), 85)], GROUNDS)).toMatchObject({ problems: [{ code: "ROW_DIFFERS" }] });
  });

  test("with two corrections of one deposit in two batches posts one, and refuses the other whole", async () => {
    const id = await graded(24, 58);
    const both = await Promise.all([correct(24, id, { grade: "60" }), correct(24, id, { grade: "61" })]);
    const batches = both.filter((answer) => !isProblem(answer));
    const answers = [];
    for (const answer of batches) answers.push(await confirm(answer));
    expect(answers.filter((answer) => !isProblem(answer))).toHaveLength(1);
    for (const answer of answers.filter(isProblem)) {
      expect(["ALREADY_REVERSED", "IDEMPOTENCY_MISMATCH"]).toContain(answer.code);
    }
    expect(await banked(24)).toBe(400);
  });
});

describe("what rests on a corrected achievement", () => {
  const APPLICATION = idOf("application");
  const posting = (n: number, command: Posting["command"]): Posting => ({
    learnerId: learnerId(n),
    transactionId: idOf(`${command.kind}/${n}`),
    idempotencyKey: command.kind,
    command,
    institutionId: SCHOOL,
    homeInstitutionId: SCHOOL,
    actorId: LI.accountId ?? "",
    reason: null,
    effectiveOn: TODAY,
    postedAt: NOW.toISOString(),
  });
  const hold = (n: number, achievementId: string) => {
    const sources = [{ achievementId, unit: "SECONDARY", credits: 400 }] as const;
    const registrationId = idOf(`registration/${n}`);
    return fresh.writer.write(LI, (tx) =>
      post(tx, posting(n, { kind: "HOLD", applicationId: APPLICATION, registrationId, sources })),
    );
  };

  test("becomes one case of the school that decides, is told, and nothing else changes", async () => {
    const id = await graded(30, 80);
    expect(await hold(30, id)).toMatchObject({ kind: "posted" });
    await confirm(await correct(30, id, { grade: "50" }));
    const [held] = await fresh.sql`select balance from ledger_account
      where learner_id = ${learnerId(30)} and kind = 'HELD'`;
    expect(held).toEqual({ balance: 400 });
    const page = { open: true, first: 10, after: null };
    const cases = await fresh.db.write(LI, (tx) => reviewCasesOf(tx, LI, page));
    expect(cases).toMatchObject([
      { learnerId: learnerId(30), achievementId: id, credits: 400, kind: "CORRECT", titleZh: "数学", closedAt: null },
    ]);
    expect(await fresh.db.write(ZHAO, (tx) => reviewCasesOf(tx, ZHAO, page))).toEqual([]);
    expect(
      await fresh.sql`select facts ->> 'institutionId' as school from notice_event
      where kind = 'REVIEW_OPENED'`,
    ).toEqual([{ school: SCHOOL }]);
  });

  test("is closed once, with what was found, by a registrar of that school", async () => {
    const [row] = await fresh.sql<{ id: string }[]>`select id from review_case where learner_id = ${learnerId(30)}`;
    const key = { learnerId: learnerId(30), id: row?.id ?? "" };
    const close = (as: Viewer, finding = "认定维持，另行补修") =>
      fresh.db.write(as, (tx) => closeReviewCase(tx, as, { key, finding, now: NOW }));
    expect(await close(ZHAO)).toMatchObject({ code: "NOT_FOUND" });
    expect(await close(student(30))).toMatchObject({ code: "FORBIDDEN" });
    expect(await close(LI, "无")).toMatchObject({ code: "INVALID_INPUT" });
    expect(await close(LI)).toMatchObject({ finding: "认定维持，另行补修", closedByName: "li" });
    expect(await close(WANG)).toMatchObject({ code: "REVIEW_CLOSED" });
  });

  test("is nothing where it was released before", async () => {
    const id = await graded(31, 80);
    await hold(31, id);
    const sources = [{ achievementId: id, unit: "SECONDARY", credits: 400 }] as const;
    const registrationId = idOf("registration/31");
    await fresh.writer.write(LI, (tx) =>
      post(tx, posting(31, { kind: "RELEASE", applicationId: APPLICATION, registrationId, sources })),
    );
    await confirm(await takeBack(31, id));
    expect(await fresh.sql`select 1 from review_case where learner_id = ${learnerId(31)}`).toEqual([]);
  });
});

test("after all of it every account adds up, without a gap", async () => {
  expect(await unbalanced(fresh.sql)).toEqual([]);
  expect(await unsound(fresh.sql)).toEqual([]);
});
