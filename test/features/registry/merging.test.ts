import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KeyRing } from "../../../src/auth/keyring.ts";
import type { Viewer } from "../../../src/auth/viewer.ts";
import { isProblem } from "../../../src/domain/problem.ts";
import { IMPORTS } from "../../../src/features/bank/importers/index.ts";
import { postDeposits } from "../../../src/features/bank/posting.ts";
import { achievementsOf, statementOf } from "../../../src/features/bank/statement.ts";
import { mergeCases, settleMergeCase } from "../../../src/features/registry/merging.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { testKeys } from "../../support/keys.ts";
import {
  courseDeposit,
  idOf,
  LI,
  NOW,
  OTHER_SCHOOL,
  openAccounts,
  openSchool,
  SCHOOL,
  student,
  WANG,
  ZHAO,
} from "../bank/school.ts";
import { csv } from "../bank/sheets.ts";

let fresh: FreshDatabase;
let keys: KeyRing;
beforeAll(async () => {
  fresh = await freshDatabase({ max: 4 });
  keys = await testKeys();
  await openSchool(fresh.sql, 1);
  await openAccounts(fresh.sql);
  const phases = fresh.sql.json([1, 2, 3].map(() => ({ level: "SECONDARY", years: 3 })));
  const titles = { titleZh: "焊接技术", titleEn: "Welding" };
  await fresh.sql`insert into programme ${fresh.sql([
    {
      id: idOf("second"),
      key: "second-660104",
      institutionId: OTHER_SCHOOL,
      majorId: idOf("major"),
      ...titles,
      level: "SECONDARY",
      kind: "PLAIN",
      years: 3,
      phases,
    },
  ])}`;
  // a programme of three phases, so that one person can hold a place in each
  await fresh.sql`update programme set phases = ${phases}`;
});
afterAll(() => fresh.drop());

let people = 0;
const HEADER = ["学号", "姓名", "学籍号", "专业", "年级", "阶段", "入学日期", "证件类型", "证件号码"];
type Cells = readonly (string | number | null)[];

async function bring(rows: readonly Cells[], as: Viewer = WANG) {
  const input = { bytes: csv([HEADER, ...rows]), fileName: "a.csv", setBadRowsAside: false, today: "2026-07-10", keys };
  const answer = await fresh.db.write(as, (tx) => IMPORTS.learners(tx, as, input));
  if (isProblem(answer) || answer.kind === "refused") throw new Error(JSON.stringify(answer));
  return answer;
}
const learnerOf = async (studentNo: string): Promise<string> => {
  const [row] = await fresh.sql<
    { learnerId: string }[]
  >`select learner_id from registration where student_no = ${studentNo}`;
  return row?.learnerId ?? expect.fail(`no ${studentNo}`);
};
/** Two records of one school, or of two, that bear one passport; and the case they make. */
async function twins(as: Viewer = WANG, phases: readonly [number, number] = [1, 2]) {
  const n = (people += 1);
  const row = (no: string, title: string, phase: number, paper: boolean): Cells => [
    no,
    `重名${n}`,
    null,
    title,
    2024,
    phase,
    "2024-09-01",
    paper ? "护照" : null,
    paper ? `TWIN${1000 + n}` : null,
  ];
  const there = as === ZHAO ? "焊接技术" : "机电技术应用";
  await bring([row(`A${n}`, "机电技术应用", phases[0], true)]);
  const answer = await bring([row(`B${n}`, there, phases[1], true)], as);
  const [other, learnerId] = [await learnerOf(`A${n}`), await learnerOf(`B${n}`)];
  const [found] = await fresh.sql<{ id: string; otherId: string; state: string; foundBy: string }[]>`
    select id, other_id, state, found_by from merge_case where learner_id = ${learnerId}`;
  return {
    answer,
    learnerId,
    other,
    case: { learnerId, id: found?.id ?? "" },
    found,
    again: () => bring([row(`B${n}`, there, phases[1], true)], as),
  };
}
const settle = (
  of: { learnerId: string; id: string },
  act: "MERGE" | "APART" | "PART",
  as: Viewer = WANG,
  reason = "核对无误，系同一人",
) => fresh.db.write(as, (tx) => settleMergeCase(tx, as, of, { act, reason, now: NOW }));
async function bankOf(learnerId: string, aliases: readonly string[] = []) {
  const as: Viewer = { ...student(1), learnerId, wardIds: aliases };
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
const bankedIn = ({ statement }: Awaited<ReturnType<typeof bankOf>>) =>
  statement.balances.reduce((sum, { banked }) => sum + banked, 0);
let deposits = 0;
const deposit = (learnerId: string, credits: number) => {
  const actors = {
    recordedBy: WANG.accountId ?? "",
    confirmedBy: LI.accountId ?? "",
    batchId: null,
    postedAt: NOW.toISOString(),
  };
  const one = courseDeposit(1, { learnerId, credits, idempotencyKey: `COURSE/${(deposits += 1)}` });
  return fresh.writer.write(LI, (tx) => postDeposits(tx, [one], actors));
};

describe("a sheet that brings a number which another record bears", () => {
  test.each([
    [
      "a document",
      (n: number): Cells => [`R${n}`, "同时来", null, "机电技术应用", 2024, 1, "2024-09-01", "护照", "RACE0001"],
    ],
    [
      "a registry number",
      (n: number): Cells => [`Q${n}`, "同时到", "G-RACE-2", "机电技术应用", 2024, 1, "2024-09-01", null, null],
    ],
  ])("beside another sheet with the same person at the same instant finds the other record, by %s", async (_, row) => {
    const there = (cells: Cells): Cells => cells.map((cell) => (cell === "机电技术应用" ? "焊接技术" : cell));
    const sheet = (cells: Cells) => ({
      bytes: csv([HEADER, cells]),
      fileName: "a.csv",
      setBadRowsAside: false,
      today: "2026-07-10",
      keys,
    });
    let [commit, tell] = [(): void => undefined, (): void => undefined];
    const both = new Promise<void>((resolve) => (commit = resolve));
    const written = new Promise<void>((resolve) => (tell = resolve));
    const first = fresh.db.write(WANG, async (tx) => {
      const answer = await IMPORTS.learners(tx, WANG, sheet(row(1)));
      tell();
      await both;
      return answer;
    });
    await written;
    const second = fresh.db.write(ZHAO, (tx) => IMPORTS.learners(tx, ZHAO, sheet(there(row(2)))));
    // the second has looked everything up by now, and found nobody
    for (let waiting = 0; waiting === 0; ) {
      const [found] = await fresh.sql<{ n: number }[]>`
        select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted
          and database = (select oid from pg_database where datname = current_database())`;
      waiting = found?.n ?? 0;
    }
    commit();
    expect(await Promise.all([first, second])).toMatchObject([{ inserted: 1 }, { inserted: 1 }]);
    const [one, two] = [await learnerOf(String(row(1)[0])), await learnerOf(String(row(2)[0]))];
    expect(await fresh.sql`select other_id, state from merge_case where learner_id = ${two}`).toEqual([
      { otherId: one, state: "OPEN" },
    ]);
    const held = await fresh.sql`select learner_id from identity_document where learner_id in (${one}, ${two})
      union all select learner_id from registry_number where learner_id in (${one}, ${two})`;
    expect(held).toEqual([{ learnerId: one }]);
  });

  test("takes the row in without the number, and has the two looked at, once", async () => {
    const two = await twins();
    expect(two.answer).toMatchObject({ inserted: 1, warnings: [{ code: "RECORD_ALIKE" }] });
    expect(two.found).toMatchObject({ otherId: two.other, state: "OPEN", foundBy: "DOCUMENT" });
    expect(await fresh.sql`select 1 from identity_document where learner_id = ${two.learnerId}`).toEqual([]);
    expect(await two.again()).toMatchObject({ inserted: 0, updated: 0, unchanged: 1 });
    expect(await fresh.sql`select 1 from merge_case where learner_id = ${two.learnerId}`).toHaveLength(1);
    // nothing is merged by itself
    expect(await fresh.sql`select 1 from learner where merged_into is not null`).toEqual([]);
  });

  test("does so for a registry number of the same name as well", async () => {
    const number = "G150203200912310042";
    const row = (no: string, phase: number, registryNo: string | null): Cells => [
      no,
      "同名",
      registryNo,
      "机电技术应用",
      2024,
      phase,
      "2024-09-01",
      null,
      null,
    ];
    await bring([row("C1", 1, number)]);
    await bring([row("C2", 2, null)]);
    expect(await bring([row("C2", 2, number)])).toMatchObject({ warnings: [{ code: "RECORD_ALIKE" }] });
    const [found] =
      await fresh.sql`select found_by, other_id from merge_case where learner_id = ${await learnerOf("C2")}`;
    expect(found).toEqual({ foundBy: "REGISTRY_NUMBER", otherId: await learnerOf("C1") });
  });
});

describe("two records", () => {
  test("once merged are read as one person's, and parted are as they were", async () => {
    const two = await twins();
    await deposit(two.other, 400);
    await deposit(two.learnerId, 250);
    expect(await settle(two.case, "MERGE", WANG, "短")).toMatchObject({ code: "INVALID_INPUT" });
    for (const stranger of [
      ZHAO,
      LI.role === "REGISTRAR" ? { ...LI, role: "REGISTRAR_CONFIRMER" as const } : LI,
      student(1),
    ])
      expect(await settle(two.case, "MERGE", stranger)).toMatchObject({ code: "FORBIDDEN" });
    expect(await settle(two.case, "MERGE")).toMatchObject({ state: "MERGED" });
    for (const [own, alias] of [
      [two.other, two.learnerId],
      [two.learnerId, two.other],
    ] as const) {
      const bank = await bankOf(own, [alias]);
      expect(bankedIn(bank)).toBe(650);
      expect(bank.achievements).toHaveLength(2);
    }
    expect(await settle(two.case, "MERGE")).toMatchObject({ code: "MERGE_CASE_SETTLED" });
    expect(await settle(two.case, "PART")).toMatchObject({ state: "PARTED" });
    expect(bankedIn(await bankOf(two.other))).toBe(400);
    expect(bankedIn(await bankOf(two.learnerId))).toBe(250);
    expect(await settle(two.case, "PART")).toMatchObject({ code: "MERGE_CASE_SETTLED" });
  });

  test("of two people are not asked about again", async () => {
    const two = await twins();
    expect(await settle(two.case, "APART")).toMatchObject({ state: "TWO_PEOPLE" });
    expect(await settle(two.case, "MERGE")).toMatchObject({ code: "MERGE_CASE_SETTLED" });
    await two.again();
    const [row] = await fresh.sql`select state from merge_case where learner_id = ${two.learnerId}`;
    expect(row).toEqual({ state: "TWO_PEOPLE" });
  });

  test("that both have a place in one phase are not merged, and hold one place once they are", async () => {
    const clash = await twins(WANG, [1, 1]);
    expect(await settle(clash.case, "MERGE")).toMatchObject({ code: "MERGE_TWO_PLACES" });
    await fresh.sql`update registration set status = 'WITHDRAWN', left_on = '2026-07-01' where learner_id = ${clash.learnerId}`;
    expect(await settle(clash.case, "MERGE")).toMatchObject({ state: "MERGED" });
  });

  test("of two schools are merged when both agree, and either school sees no more of the other's than that it is there", async () => {
    const two = await twins(ZHAO);
    const seen = async (as: Viewer) => {
      const tx = fresh.db.read(as);
      const rows = await mergeCases(tx, as, { first: 50, after: null, waiting: true });
      const names = await tx.run((sql) => sql`select id from learner where id in (${two.learnerId}, ${two.other})`);
      tx.end();
      return {
        waits: !isProblem(rows) && rows.some(({ id }) => id === two.case.id),
        ids: names.map((row) => String(row["id"])),
      };
    };
    expect(await seen(ZHAO)).toEqual({ waits: true, ids: [two.learnerId] });
    expect(await seen(WANG)).toEqual({ waits: true, ids: [two.other] });
    expect(await settle(two.case, "MERGE", ZHAO)).toMatchObject({ state: "AGREED" });
    expect(await settle(two.case, "MERGE", ZHAO)).toMatchObject({ code: "MERGE_CASE_AGREED" });
    expect(await fresh.sql`select 1 from learner where id = ${two.learnerId} and merged_into is not null`).toEqual([]);
    expect(await settle(two.case, "MERGE", WANG)).toMatchObject({ state: "MERGED" });
  });

  test("are merged by the functions alone: no registrar writes the alias past them", async () => {
    const two = await twins();
    await expect(
      fresh.db.write(WANG, (tx) =>
        tx.run((sql) => sql`update learner set merged_into = ${two.other} where id = ${two.learnerId}`),
      ),
    ).rejects.toMatchObject({ code: "42501" });
    await expect(
      fresh.db.write({ ...LI, role: "REGISTRAR_CONFIRMER" }, (tx) =>
        tx.run((sql) => sql`select settle_merge_case(${two.learnerId}, ${two.case.id}, 'MERGE', 'x', now())`),
      ),
    ).rejects.toMatchObject({ code: "42501" });
  });

  test("lose and gain nothing, whatever is deposited before, between and after merging and parting", async () => {
    const two = await twins();
    const amounts = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 50, max: 600 })), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(amounts, amounts, async (before, between) => {
        const put = async (list: readonly (readonly [boolean, number])[]) => {
          for (const [first, credits] of list) await deposit(first ? two.other : two.learnerId, credits);
        };
        await put(before);
        const apart = [await bankOf(two.other), await bankOf(two.learnerId)];
        await fresh.sql`update merge_case set state = 'OPEN', decided_by = null, decided_at = null where id = ${two.case.id}`;
        expect(await settle(two.case, "MERGE")).toMatchObject({ state: "MERGED" });
        const together = await bankOf(two.other, [two.learnerId]);
        expect(bankedIn(together)).toBe(apart.reduce((sum, bank) => sum + bankedIn(bank), 0));
        expect(together.achievements.length).toBe(apart.reduce((sum, bank) => sum + bank.achievements.length, 0));
        expect(await settle(two.case, "PART")).toMatchObject({ state: "PARTED" });
        expect([await bankOf(two.other), await bankOf(two.learnerId)]).toEqual(apart);
        await put(between);
      }),
      { numRuns: 8 },
    );
  });
});
