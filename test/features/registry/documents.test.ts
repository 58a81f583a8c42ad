import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KeyRing } from "../../../src/auth/keyring.ts";
import { SYSTEM, type Viewer } from "../../../src/auth/viewer.ts";
import type { IdentityDocument } from "../../../src/domain/id-number.ts";
import { isProblem } from "../../../src/domain/problem.ts";
import { IMPORTS } from "../../../src/features/bank/importers/index.ts";
import { recordAchievements } from "../../../src/features/bank/recording.ts";
import { findLearner } from "../../../src/features/registry/documents.ts";
import { documentsOf, missingKeys, reencryptBatch } from "../../../src/features/registry/service.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { testRings } from "../../support/keys.ts";
import {
  idOf,
  learnerId,
  LI,
  NOW,
  openAccounts,
  openSchool,
  OTHER_SCHOOL,
  SCHOOL,
  student,
  studentNo,
  WANG,
  ZHAO,
} from "../bank/school.ts";
import { csv, HEADER as RESULTS, result } from "../bank/sheets.ts";

const [FIRST, SECOND] = ["150203209912310010", "15020320991231007X"] as const;
const TODAY = "2115-09-01";

let fresh: FreshDatabase;
let keys: KeyRing;
let rotated: KeyRing;
beforeAll(async () => {
  fresh = await freshDatabase({ max: 4 });
  await openSchool(fresh.sql, 6);
  await openAccounts(fresh.sql);
  const [before, after] = await testRings(1);
  if (before === undefined || after === undefined) throw new Error("two rings");
  [keys, rotated] = [before, after];
});
afterAll(() => fresh.drop());

const HEADER = ["学号", "姓名", "专业", "年级", "入学日期", "证件类型", "身份证号", "出生日期"];
type Cell = string | number | null;

async function run(rows: readonly (readonly Cell[])[], as: Viewer = WANG, ring: KeyRing = keys) {
  const input = { bytes: csv([HEADER, ...rows]), fileName: "a.csv", setBadRowsAside: false, today: TODAY, keys: ring };
  return fresh.db.write(as, (tx) => IMPORTS.learners(tx, as, input));
}
const row = (number: string, name: string, kind: Cell, paper: Cell, birthOn: Cell = null): Cell[] => [
  number,
  name,
  "机电技术应用",
  2100,
  "2115-09-01",
  kind,
  paper,
  birthOn,
];
async function cellsOf(rows: readonly (readonly Cell[])[], as: Viewer = WANG): Promise<string[]> {
  const answer = await run(rows, as);
  if (isProblem(answer) || answer.kind !== "refused") throw new Error(JSON.stringify(answer));
  return answer.problems.map(({ cell, code }) => `${cell} ${code}`);
}

/** Who a student of a number is on paper, as a viewer may see it. */
async function documentOf(number: string, as: Viewer = WANG, ring: KeyRing = keys): Promise<IdentityDocument | null> {
  const [found] = await fresh.sql<
    { id: string }[]
  >`select learner_id as id from registration where student_no = ${number}`;
  const tx = fresh.db.read(as);
  const documents = await documentsOf(tx, ring, [found?.id ?? ""]).finally(() => tx.end());
  return documents.get(found?.id ?? "") ?? null;
}

/** Every text the database holds, of every table. */
async function everything(): Promise<string> {
  const tables = await fresh.sql<{ name: string }[]>`select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r'`;
  const texts = await Promise.all(
    tables.map(async ({ name }) => {
      const rows = await fresh.sql<{ text: string }[]>`select t::text as text from ${fresh.sql(name)} t`;
      return rows.map(({ text }) => text).join("\n");
    }),
  );
  return texts.join("\n");
}

describe("a number and a birth date in a sheet of learners", () => {
  test("are mended, kept encrypted, and nowhere in clear; again they change nothing", async () => {
    const rows = [
      row("2115000001", "张三", null, "１５０２０３２０９９１２３１００１０"),
      row("2115000002", "李四", "居民身份证", SECOND.toLowerCase()),
      row("2115000003", "Ivan", "护照", "e7654321", "2099-03-04"),
      row("2115000004", "王五", null, null, "2099/5/6"),
    ];
    expect(await run(rows)).toMatchObject({ kind: "imported", inserted: 4 });
    expect(await run(rows)).toMatchObject({ inserted: 0, updated: 0, unchanged: 4 });
    expect(await documentOf("2115000001")).toEqual({ kind: "RESIDENT_ID", number: FIRST, birthOn: "2099-12-31" });
    expect(await documentOf("2115000002")).toMatchObject({ number: SECOND });
    expect(await documentOf("2115000003")).toEqual({ kind: "PASSPORT", number: "E7654321", birthOn: "2099-03-04" });
    expect(await documentOf("2115000004")).toMatchObject({ number: null, birthOn: "2099-05-06" });
    const stored = await everything();
    for (const secret of [FIRST, SECOND, "E7654321", "2099-12-31", "20991231", "2099-03-04", "2099-05-06"]) {
      expect(stored).not.toContain(secret);
    }
    expect(stored).toContain("**************0010");
  });

  test("are refused where they cannot be right, and never echoed", async () => {
    const rows = [
      row("2115000011", "甲", null, "1.50203E+17"),
      row("2115000012", "乙", null, "150203209912310011"),
      row("2115000013", "丙", null, null, "2115-09-02"),
      row("2115000014", "丁", null, SECOND, "2099-01-01"),
    ];
    const answer = await run(rows);
    expect(answer).toMatchObject({ kind: "refused" });
    expect(await cellsOf(rows)).toEqual([
      "G2 CELL_DAMAGED",
      "G3 ID_NUMBER_CHECK_DIGIT",
      "H4 ID_NUMBER_BIRTH_DATE",
      "G5 BIRTH_DATE_DIFFERS",
    ]);
    for (const secret of ["1.50203E+17", "150203209912310011", SECOND, "2115-09-02", "2099-01-01"]) {
      expect(JSON.stringify(answer)).not.toContain(secret);
    }
  });

  test("name one person: in one sheet no two rows, and a record beside another is looked at", async () => {
    const alike = { inserted: 1, warnings: [{ cell: "G2", code: "RECORD_ALIKE" }] };
    expect(await run([row("2115000021", "赵六", null, FIRST)])).toMatchObject(alike);
    expect(await documentOf("2115000021")).toBeNull();
    const twice = [row("2115000022", "钱七", "护照", "TWICE123"), row("2115000023", "孙八", "护照", "TWICE123")];
    expect(await cellsOf(twice)).toEqual(["G3 ID_NUMBER_HELD"]);
    // in other words of the same letters, but of another kind: another document
    expect(await run([row("2115000025", "吴十", "其他证件", "E7654321")])).toMatchObject({ inserted: 1 });
  });

  test("stand against a birth date that says otherwise, and are not replaced by one that agrees", async () => {
    expect(await cellsOf([row("2115000001", "张三", null, null, "2099-12-30")])).toEqual(["H2 BIRTH_DATE_DIFFERS"]);
    expect(await run([row("2115000001", "张三", null, null, "2099-12-31")])).toMatchObject({ unchanged: 1 });
    expect(await documentOf("2115000001")).toMatchObject({ number: FIRST });
  });

  test("do not slip into a batch of achievements by a column it does not know", async () => {
    const sheet = csv([
      [...RESULTS, "身份证号"],
      [...result(studentNo(1), 88), SECOND],
    ]);
    const input = { bytes: sheet, fileName: "b.csv", setBadRowsAside: true, now: NOW, today: "2026-07-10" };
    const answer = await fresh.db.write(WANG, (tx) => recordAchievements(tx, WANG, input));
    expect(answer).toMatchObject({ kind: "recorded", readyRows: 1 });
    expect(await everything()).not.toContain(SECOND);
  });
});

describe("a document", () => {
  test.each<readonly [string, Viewer, boolean]>([
    ["the home school's registrar", LI, true],
    ["another school's registrar", ZHAO, false],
    ["another student", student(2), false],
    ["a planner of the home school", { ...LI, role: "PLANNER" }, false],
    ["a host teacher of the home school", { ...LI, role: "HOST_TEACHER" }, false],
    ["a department reviewer of the home school", { ...LI, role: "DEPARTMENT_REVIEWER" }, false],
  ])("is seen by %s or not", async (_, viewer, seen) => {
    expect((await documentOf("2115000001", viewer)) !== null).toBe(seen);
  });

  test("is found by its whole number at its own school, and at no other", async () => {
    const document: IdentityDocument = { kind: "RESIDENT_ID", number: FIRST, birthOn: null };
    const find = async (viewer: Viewer, kind: IdentityDocument["kind"] = "RESIDENT_ID") => {
      const tx = fresh.db.read(viewer);
      return findLearner(tx, keys, viewer, { ...document, kind }, TODAY).finally(() => tx.end());
    };
    expect(await find(WANG)).toEqual({ learnerId: expect.any(String) });
    expect(await find(WANG, "OTHER")).toEqual({ learnerId: null });
    expect(await find(ZHAO)).toEqual({ learnerId: null });
    expect(await find(student(1))).toMatchObject({ code: "FORBIDDEN" });
  });

  test("moved to another learner's row opens no more", async () => {
    const [source] =
      await fresh.sql`select d.* from identity_document d join registration r using (learner_id) where r.student_no = '2115000001'`;
    await fresh.sql`insert into identity_document ${fresh.sql([{ ...source, learnerId: learnerId(5), homeInstitutionId: SCHOOL }])}`;
    const tx = fresh.db.read(WANG);
    await expect(documentsOf(tx, keys, [learnerId(5)])).rejects.toThrow();
    tx.end();
    await fresh.sql`delete from identity_document where learner_id = ${learnerId(5)}`;
  });
});

describe("rotation", () => {
  test("leaves every document readable and findable at every moment, and ends with the newest key alone", async () => {
    // one row is written with the new key before the others are touched
    expect(
      await run(
        [row("2115000002", "李四", "居民身份证", SECOND), row("2115000031", "郑", "护照", "NEW12345")],
        WANG,
        rotated,
      ),
    ).toMatchObject({ inserted: 1 });
    const readable = async () => {
      expect(await documentOf("2115000001", WANG, rotated)).toMatchObject({ number: FIRST });
      expect(await documentOf("2115000031", WANG, rotated)).toMatchObject({ number: "NEW12345" });
      const tx = fresh.db.read(WANG);
      const found = await findLearner(tx, rotated, WANG, { kind: "RESIDENT_ID", number: FIRST, birthOn: null }, TODAY);
      tx.end();
      expect(found).toEqual({ learnerId: expect.any(String) });
      // the same number is not taken for a new one because an old key hashed it
      const held = await run([row("2115000032", "冯", null, FIRST)], WANG, rotated);
      expect(held).toMatchObject({ problems: [], warnings: [{ code: "RECORD_ALIKE" }] });
    };
    await readable();
    const stopped = fresh.db.write(SYSTEM, async (tx) => {
      await reencryptBatch(tx, rotated);
      throw new Error("stopped");
    });
    await expect(stopped).rejects.toThrow("stopped");
    await readable();
    const before = await fresh.sql`select 1 from identity_document where key_id = ${keys.newest("id-number").id}`;
    expect(await fresh.db.write(SYSTEM, (tx) => reencryptBatch(tx, rotated))).toBe(before.length);
    expect(await fresh.db.write(SYSTEM, (tx) => reencryptBatch(tx, rotated))).toBe(0);
    await readable();
    const left = await fresh.sql<{ keyId: string }[]>`select distinct key_id from identity_document
      union select distinct lookup_key_id from identity_document where lookup_key_id is not null`;
    expect(left.map(({ keyId }) => keyId)).toEqual([rotated.newest("id-number").id]);
  });

  test("is noticed by a process that still has the old file", async () => {
    const tx = fresh.db.read(SYSTEM);
    expect(await missingKeys(tx, keys)).toEqual([rotated.newest("id-number").id]);
    expect(await missingKeys(tx, rotated)).toEqual([]);
    tx.end();
  });
});

test("a learner who moves to another school takes the document along", async () => {
  const header = [...HEADER, "学籍号"];
  const at = async (viewer: Viewer, rows: readonly (readonly Cell[])[]) => {
    const input = {
      bytes: csv([header, ...rows]),
      fileName: "a.csv",
      setBadRowsAside: false,
      today: TODAY,
      keys: rotated,
    };
    return fresh.db.write(viewer, (tx) => IMPORTS.learners(tx, viewer, input));
  };
  const titles = { titleZh: "焊接技术应用", titleEn: "Welding" };
  const programme = { id: learnerId(90), key: "second-660104", institutionId: OTHER_SCHOOL, majorId: idOf("major") };
  const phases = fresh.sql.json([{ level: "SECONDARY", years: 3 }]);
  await fresh.sql`insert into programme ${fresh.sql([{ ...programme, ...titles, level: "SECONDARY", kind: "PLAIN", years: 3, phases }])}`;
  expect(await at(WANG, [[...row("2115000041", "迁", "护照", "MOVE1234", "2099-07-08"), "L1"]])).toMatchObject({
    inserted: 1,
  });
  await fresh.sql`update registration set status = 'TRANSFERRED', left_on = '2026-07-01' where student_no = '2115000041'`;
  const there = [...row("X2115000041", "迁", "护照", null, "2099-07-08"), "L1"].with(2, titles.titleZh);
  expect(await at(ZHAO, [there])).toMatchObject({ kind: "imported", inserted: 1 });
  expect(await documentOf("X2115000041", ZHAO, rotated)).toMatchObject({ number: "MOVE1234" });
  expect(await documentOf("X2115000041", WANG, rotated)).toBeNull();
});
