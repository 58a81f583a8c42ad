import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KeyRing } from "../../../src/auth/keyring.ts";
import type { Viewer } from "../../../src/auth/viewer.ts";
import { isProblem } from "../../../src/domain/problem.ts";
import { confirmBatch } from "../../../src/features/bank/confirming.ts";
import { correctAchievement, takeBackAchievement } from "../../../src/features/bank/correcting.ts";
import type { AchievementCells } from "../../../src/features/bank/correcting-cells.ts";
import type { Recorded } from "../../../src/features/bank/recording-lines.ts";
import { recordAchievements } from "../../../src/features/bank/recording.ts";
import type { SheetRefused } from "../../../src/features/bank/sheet-check.ts";
import { achievementsOf, statementOf } from "../../../src/features/bank/statement.ts";
import { openLearner } from "../../../src/features/registry/opening-learners.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { testKeys } from "../../support/keys.ts";
import { unbalanced, unsound } from "./ledger-proof.ts";
import { LI, NOW, OTHER_SCHOOL, openAccounts, openSchool, SCHOOL, student, studentNo, WANG, ZHAO } from "./school.ts";
import { type Cell, csv } from "./sheets.ts";

let fresh: FreshDatabase;
let keys: KeyRing;
/** Somebody whose record the first school keeps, who has no registration. */
let sun: { readonly id: string; readonly number: string };

beforeAll(async () => {
  fresh = await freshDatabase({ max: 6 });
  keys = await testKeys();
  await openSchool(fresh.sql, 1);
  await openAccounts(fresh.sql);
  sun = await opened("孙建国", "E1000001");
});
afterAll(() => fresh.drop());

const TODAY = "2026-07-10";
async function opened(name: string, number: string, as: Viewer = WANG) {
  const input = { name, kind: "PASSPORT", number, bornOn: "1986-05-12", ground: "WORKER", remark: null } as const;
  const answer = await fresh.db.write(as, (tx) => openLearner(tx, as, input, { keys, now: NOW, today: TODAY }));
  if (isProblem(answer)) throw new Error(answer.code);
  const [row] = await fresh.sql<{ number: string }[]>`
    select number from bank_number where learner_id = ${answer.learnerId}`;
  return { id: answer.learnerId, number: row?.number ?? "" };
}

const HEADER = ["学习账户号", "姓名", "成果类型", "名称", "代码", "学期", "成绩", "学分", "层次", "月数", "完成日期"];
const work = (number: string, name: Cell = null, title = "数控车工"): Cell[] => [
  number,
  name,
  "工作经历",
  title,
  null,
  null,
  null,
  null,
  null,
  36,
  "2026-01-10",
];
const online = (number: string, level: Cell, title = "质量管理"): Cell[] => [
  number,
  null,
  "在线课程",
  title,
  "MOOC-1",
  null,
  "85",
  "2",
  level,
  null,
  "2026-01-10",
];
const record = (rows: readonly (readonly Cell[])[], as: Viewer = WANG) =>
  fresh.db.write(as, (tx) =>
    recordAchievements(tx, as, {
      bytes: csv([HEADER, ...rows]),
      fileName: "成果.csv",
      setBadRowsAside: false,
      now: NOW,
      today: TODAY,
    }),
  );
type Answer = Awaited<ReturnType<typeof record>> | Recorded | SheetRefused;
const faults = (answer: Answer) => {
  if (isProblem(answer) || answer.kind !== "refused") throw new Error(JSON.stringify(answer));
  return answer.problems.map(({ cell, code }) => `${cell} ${code}`);
};
async function confirmed(answer: Answer, as: Viewer = LI): Promise<void> {
  if (isProblem(answer) || answer.kind !== "recorded" || answer.batch === null) throw new Error(JSON.stringify(answer));
  const { id } = answer.batch;
  expect(await fresh.writer.write(as, (tx) => confirmBatch(tx, as, id, NOW))).toMatchObject({ postedRows: 1 });
}
/** What the learner themself reads. */
async function bank(learnerId: string) {
  const as: Viewer = { ...student(1), learnerId };
  const tx = fresh.db.read(as);
  const owner = { id: learnerId, homeInstitutionId: SCHOOL, homeDepartmentId: null };
  const [statement, achievements] = await Promise.all([
    statementOf(tx, as, owner, "2030-01-01"),
    achievementsOf(tx, as, owner, { first: 50, after: null }),
  ]);
  tx.end();
  if (isProblem(statement) || isProblem(achievements)) throw new Error("not to be read");
  return { statement, achievements };
}

describe("a row with a bank number", () => {
  test("is deposited for whoever has it, however it is written, and read by them", async () => {
    await confirmed(await record([work(sun.number.toLowerCase().replace("xf", "xf "))]));
    const { achievements, statement } = await bank(sun.id);
    expect(achievements).toMatchObject([{ titleZh: "数控车工", unit: "ITEM", level: null }]);
    expect(statement.balances).toMatchObject([{ unit: "ITEM", banked: 100 }]);
    // again it is known
    expect(await record([work(sun.number)])).toMatchObject({ batch: null, alreadyRecordedRows: 1 });
  });

  test("says what level its credits are of, for no registration does", async () => {
    expect(faults(await record([online(sun.number, null)]))).toEqual(["I2 CELL_REQUIRED"]);
    await confirmed(await record([online(sun.number, "高职专科")]));
    const { statement } = await bank(sun.id);
    expect(statement.balances).toContainEqual(expect.objectContaining({ unit: "ASSOCIATE", banked: 200 }));
  });

  test("stands beside rows of students, whose registration says the level", async () => {
    expect(faults(await record([online(studentNo(1), "高职专科")]))).toEqual(["I2 LEVEL_DIFFERS"]);
    expect(await record([online(studentNo(1), "中职"), online(sun.number, "中职", "工业机器人")])).toMatchObject({
      readyRows: 2,
    });
  });

  test("is refused where the number is wrong, is nobody's, or the name is another's", async () => {
    const wrong = `${sun.number.slice(0, -1)}${(Number(sun.number.at(-1)) + 1) % 10}`;
    expect(faults(await record([work(wrong), work("XF0000000000"), work(sun.number, "孙建军")]))).toEqual([
      "A2 BANK_NUMBER_MALFORMED",
      "A3 UNKNOWN_BANK_NUMBER",
      "B4 NAME_DIFFERS",
    ]);
  });

  test("serves another school that names the learner as they are named, and tells it nothing otherwise", async () => {
    expect(faults(await record([work(sun.number), work(sun.number, "孙建军")], ZHAO))).toEqual([
      "A2 UNKNOWN_BANK_NUMBER",
      "A3 UNKNOWN_BANK_NUMBER",
    ]);
    await fresh.sql`insert into account (id, login, display_name)
      values ('00000000-0000-4000-8000-00000000aaaa', 'qian', 'qian')`;
    const answer = await record([work(sun.number, "孙建国", "钳工")], ZHAO);
    await confirmed(answer, { ...ZHAO, accountId: "00000000-0000-4000-8000-00000000aaaa" });
    expect((await bank(sun.id)).achievements).toContainEqual(
      expect.objectContaining({ titleZh: "钳工", institutionId: OTHER_SCHOOL }),
    );
  });
});

describe("what was deposited by bank number", () => {
  const find = async (title: string) => {
    const [row] = await fresh.sql<{ learnerId: string; id: string }[]>`
      select learner_id, id from achievement where title_zh = ${title} and status = 'DEPOSITED'`;
    return row ?? expect.fail(`no ${title}`);
  };
  const grounds = { reason: "材料写错了", formNumber: "更正 3", now: NOW, today: TODAY };
  const correct = async (title: string, changes: AchievementCells, as: Viewer = WANG) => {
    const achievement = await find(title);
    return fresh.db.write(as, (tx) => correctAchievement(tx, as, { achievement, ...grounds, changes }));
  };

  test("is corrected by two, the level of its credits too", async () => {
    await confirmed(await correct("数控车工", { months: "40" }));
    expect(
      await fresh.sql`select detail -> 'months' as months from achievement where id = ${(await find("数控车工")).id}`,
    ).toEqual([{ months: 40 }]);
    await confirmed(await correct("质量管理", { level: "VOCATIONAL_BACHELOR" }));
    expect((await bank(sun.id)).statement.balances).toContainEqual(
      expect.objectContaining({ unit: "BACHELOR", banked: 200 }),
    );
  });

  test("is corrected by the school that vouches for it, also where another one keeps the record", async () => {
    const answer = await correct("钳工", { months: "12" }, ZHAO);
    await confirmed(answer, { ...ZHAO, accountId: "00000000-0000-4000-8000-00000000aaaa" });
    const achievement = await find("钳工");
    const taken = await fresh.db.write(ZHAO, (tx) =>
      takeBackAchievement(tx, ZHAO, { achievement, ...grounds, because: "MISTAKE" }),
    );
    expect(taken).toMatchObject({ kind: "recorded" });
  });

  test("leaves a ledger that proves itself", async () => {
    expect(await unbalanced(fresh.sql)).toEqual([]);
    expect(await unsound(fresh.sql)).toEqual([]);
  });
});
