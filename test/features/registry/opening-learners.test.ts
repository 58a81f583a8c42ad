import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KeyRing } from "../../../src/auth/keyring.ts";
import type { Viewer } from "../../../src/auth/viewer.ts";
import { isProblem } from "../../../src/domain/problem.ts";
import { readBankNumber } from "../../../src/domain/registry/bank-number.ts";
import { type OpenLearnerInput, openLearner } from "../../../src/features/registry/opening-learners.ts";
import { learners } from "../../../src/features/registry/service.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { testKeys } from "../../support/keys.ts";
import { ANONYMOUS } from "../../../src/auth/viewer.ts";
import { IMPORTS } from "../../../src/features/bank/importers/index.ts";
import { csv } from "../bank/sheets.ts";
import {
  idOf,
  learnerId,
  LI,
  NOW,
  OTHER_SCHOOL,
  openAccounts,
  openSchool,
  SCHOOL,
  student,
  studentNo,
  WANG,
  ZHAO,
} from "../bank/school.ts";

let fresh: FreshDatabase;
let keys: KeyRing;
beforeAll(async () => {
  fresh = await freshDatabase({ max: 6 });
  keys = await testKeys();
  await openSchool(fresh.sql, 2);
  await openAccounts(fresh.sql);
});
afterAll(() => fresh.drop());

const SUN: OpenLearnerInput = {
  name: "孙建国",
  kind: "PASSPORT",
  number: "E1000001",
  bornOn: "1986-05-12",
  ground: "WORKER",
  remark: null,
};
let people = 0;
/** Somebody nobody knows. */
const somebody = (over: Partial<OpenLearnerInput> = {}): OpenLearnerInput => {
  people += 1;
  return { ...SUN, name: `职工${people}`, number: `E2${String(people).padStart(6, "0")}`, ...over };
};
const open = (input: OpenLearnerInput, as: Viewer = WANG) =>
  fresh.db.write(as, (tx) => openLearner(tx, as, input, { keys, now: NOW, today: "2026-07-10" }));
async function opened(input: OpenLearnerInput, as: Viewer = WANG) {
  const answer = await open(input, as);
  return isProblem(answer) ? expect.fail(JSON.stringify(answer)) : answer;
}
const numberOf = async (id: string) => {
  const [row] = await fresh.sql<{ number: string }[]>`select number from bank_number where learner_id = ${id}`;
  return row?.number;
};

describe("somebody without a registration", () => {
  test("has a record that the school keeps, a bank number, and a code for the portal", async () => {
    const { learnerId: id, known, alike, codes } = await opened(SUN);
    expect({ known, alike }).toEqual({ known: false, alike: false });
    const number = (await numberOf(id)) ?? "";
    expect(readBankNumber(number)).toBe(number);
    expect(codes).toMatchObject([{ login: number.toLowerCase(), name: SUN.name, studentNo: null, className: null }]);
    const [row] = await fresh.sql`
      select l.name, l.home_institution_id, b.institution_id, b.ground, b.opened_by, d.kind, d.masked
      from learner l join bank_number b on b.learner_id = l.id join identity_document d on d.learner_id = l.id
      where l.id = ${id}`;
    expect(row).toEqual({
      name: SUN.name,
      homeInstitutionId: SCHOOL,
      institutionId: SCHOOL,
      ground: "WORKER",
      openedBy: WANG.accountId,
      kind: "PASSPORT",
      masked: "******01",
    });
    expect(await fresh.sql`select role from capacity where learner_id = ${id}`).toEqual([{ role: "STUDENT" }]);
    expect(await fresh.sql`select 1 from registration where learner_id = ${id}`).toHaveLength(0);
  });

  test("is not opened twice by one school: the record is found, and no other way in is given", async () => {
    const who = somebody();
    const first = await opened(who);
    const again = await opened({ ...who, name: "写错了", ground: "OTHER", remark: "社区推荐" }, LI);
    expect(again).toEqual({ learnerId: first.learnerId, known: true, alike: false, codes: [] });
    expect(await fresh.sql`select ground from bank_number where learner_id = ${first.learnerId}`).toEqual([
      { ground: "WORKER" },
    ]);
  });

  test("who has an account by another school is opened here, and the two schools settle whether they are one", async () => {
    const who = somebody();
    const first = await opened(who);
    const second = await opened(who, ZHAO);
    expect(second).toMatchObject({ known: false, alike: true, codes: [{ name: who.name }] });
    expect(second.learnerId).not.toBe(first.learnerId);
    expect(
      await fresh.sql`select other_id, institution_id, other_institution_id, found_by, state from merge_case
        where learner_id = ${second.learnerId}`,
    ).toEqual([
      {
        otherId: first.learnerId,
        institutionId: OTHER_SCHOOL,
        otherInstitutionId: SCHOOL,
        foundBy: "DOCUMENT",
        state: "OPEN",
      },
    ]);
    // the document stays with the first, until the two are settled
    expect(await fresh.sql`select 1 from identity_document where learner_id = ${second.learnerId}`).toHaveLength(0);
  });

  test("who was the school's student gets a number for the record they have", async () => {
    const who = somebody();
    const { learnerId: id } = await opened(who);
    await fresh.sql`delete from bank_number where learner_id = ${id}`;
    await fresh.sql`update registration set learner_id = ${id}, status = 'GRADUATED', left_on = '2025-07-01' where learner_id = ${learnerId(2)}`;
    expect(await opened(who)).toMatchObject({ learnerId: id, known: true });
    expect(await numberOf(id)).toMatch(/^XF/);
    await fresh.sql`update registration set status = 'ACTIVE', left_on = null where learner_id = ${id}`;
    expect(await open(who)).toMatchObject({ code: "LEARNER_REGISTERED" });
  });

  test.each([
    ["no name", { name: "  " }, "INVALID_INPUT", ["input", "name"]],
    ["a name too long", { name: "张".repeat(37) }, "INVALID_INPUT", ["input", "name"]],
    ["no number", { number: "" }, "ID_NUMBER_MALFORMED", ["input", "documentNumber"]],
    [
      "a wrong check digit",
      { kind: "RESIDENT_ID", number: "150203209912310011" },
      "ID_NUMBER_CHECK_DIGIT",
      ["input", "documentNumber"],
    ],
    ["a birth date that nothing tells", { bornOn: null }, "INVALID_INPUT", ["input", "bornOn"]],
    ["another ground without a word", { ground: "OTHER" }, "INVALID_INPUT", ["input", "remark"]],
    ["a remark of one character", { remark: "。" }, "INVALID_INPUT", ["input", "remark"]],
    ["a remark too long", { remark: "无".repeat(101) }, "INVALID_INPUT", ["input", "remark"]],
  ] as const)("is refused for %s, and nothing is written", async (_, over, code, path) => {
    const before = await fresh.sql`select count(*)::int as n from learner`;
    expect(await open(somebody(over))).toMatchObject({ code, path });
    expect(await fresh.sql`select count(*)::int as n from learner`).toEqual(before);
  });

  test("is opened by registrars of a school alone", async () => {
    for (const as of [
      student(1),
      ANONYMOUS,
      { ...WANG, institutionId: null },
      { ...WANG, role: "REGISTRAR_CONFIRMER" as const },
    ]) {
      expect(await open(somebody(), as)).toMatchObject({ code: expect.stringMatching(/FORBIDDEN|UNAUTHENTICATED/) });
    }
  });

  test("is one, and the others wait to be looked at, where schools open them at the same instant", async () => {
    const who = somebody();
    const answers = await Promise.all([WANG, ZHAO].map((as) => opened(who, as)));
    expect(answers.filter(({ alike }) => alike)).toHaveLength(1);
    expect(
      await fresh.sql`select count(*)::int as n from identity_document
        where learner_id = any(${answers.map((answer) => answer.learnerId)})`,
    ).toEqual([{ n: 1 }]);
    const twice = somebody();
    const same = await Promise.all([WANG, LI].map((as) => opened(twice, as)));
    expect(new Set(same.map((answer) => answer.learnerId)).size).toBe(1);
  });
});

describe("whom a school registers later", () => {
  const HEADER = ["学号", "姓名", "学籍号", "专业", "年级", "入学日期", "证件类型", "证件号码"];
  type Cell = string | number | null;
  const row = (
    no: string,
    who: OpenLearnerInput,
    over: { name?: string; registryNo?: string; title?: string } = {},
  ): Cell[] => [
    no,
    over.name ?? who.name,
    over.registryNo ?? null,
    over.title ?? "机电技术应用",
    2026,
    "2026-09-01",
    "护照",
    who.number,
  ];
  async function bring(rows: readonly (readonly Cell[])[], as: Viewer = WANG) {
    const input = {
      bytes: csv([HEADER, ...rows]),
      fileName: "a.csv",
      setBadRowsAside: false,
      today: "2026-09-02",
      keys,
    };
    const answer = await fresh.db.write(as, (tx) => IMPORTS.learners(tx, as, input));
    return isProblem(answer) || answer.kind === "refused" ? expect.fail(JSON.stringify(answer)) : answer;
  }
  const learnersOf = async (no: string) =>
    (await fresh.sql<{ learnerId: string }[]>`select learner_id from registration where student_no = ${no}`).map(
      (each) => each.learnerId,
    );
  const home = async (id: string) =>
    (
      await fresh.sql`select l.home_institution_id as learner, d.home_institution_id as document, b.home_institution_id as number
      from learner l join identity_document d on d.learner_id = l.id join bank_number b on b.learner_id = l.id where l.id = ${id}`
    )[0];

  beforeAll(async () => {
    const titles = { titleZh: "焊接技术", titleEn: "Welding", level: "SECONDARY", kind: "PLAIN", years: 3 };
    const phases = fresh.sql.json([{ level: "SECONDARY", years: 3 }]);
    await fresh.sql`insert into programme ${fresh.sql([{ id: idOf("second"), key: "second-660104", institutionId: OTHER_SCHOOL, majorId: idOf("major"), ...titles, phases }])}`;
  });

  test("keeps record, bank number and account, and there is no second one", async () => {
    const who = somebody();
    const { learnerId: id } = await opened(who);
    const number = await numberOf(id);
    expect(await bring([row("N1", who, { registryNo: "G-N1" })])).toMatchObject({ inserted: 1, warnings: [] });
    expect(await learnersOf("N1")).toEqual([id]);
    expect(await numberOf(id)).toBe(number);
    expect(await fresh.sql`select 1 from registry_number where learner_id = ${id}`).toHaveLength(1);
    expect(await fresh.sql`select 1 from merge_case where learner_id = ${id} or other_id = ${id}`).toHaveLength(0);
    // again it changes nothing
    expect(await bring([row("N1", who, { registryNo: "G-N1" })])).toMatchObject({ inserted: 0, updated: 0 });
  });

  test("goes to that school with all that says who they are, where another one had opened the account", async () => {
    const who = somebody();
    const { learnerId: id } = await opened(who);
    expect(await bring([row("N2", who, { title: "焊接技术" })], ZHAO)).toMatchObject({ inserted: 1, warnings: [] });
    expect(await learnersOf("N2")).toEqual([id]);
    expect(await home(id)).toEqual({ learner: OTHER_SCHOOL, document: OTHER_SCHOOL, number: OTHER_SCHOOL });
  });

  test("stays with the school that keeps the record where the name is another: the two are looked at", async () => {
    const who = somebody();
    const { learnerId: id } = await opened(who);
    const answer = await bring([row("N3", who, { name: "另一人", title: "焊接技术" })], ZHAO);
    expect(answer).toMatchObject({ inserted: 1, warnings: [{ code: "RECORD_ALIKE" }] });
    expect(await learnersOf("N3")).not.toContain(id);
    expect(await home(id)).toEqual({ learner: SCHOOL, document: SCHOOL, number: SCHOOL });
    expect(await fresh.sql`select state from merge_case where other_id = ${id}`).toEqual([{ state: "OPEN" }]);
  });

  test("is not taken from a school that registered them before", async () => {
    const who = somebody();
    const { learnerId: id } = await opened(who);
    await bring([row("N4", who)]);
    expect(await bring([row("N5", who, { title: "焊接技术" })], ZHAO)).toMatchObject({
      warnings: [{ code: "RECORD_ALIKE" }],
    });
    expect(await home(id)).toEqual({ learner: SCHOOL, document: SCHOOL, number: SCHOOL });
  });
});

describe("the list of learners", () => {
  const list = async (as: Viewer, over: Partial<Parameters<typeof learners>[2]> = {}) => {
    const tx = fresh.db.read(as);
    const filter = { text: null, bankNumbers: false, first: 100, after: null, ...over };
    const rows = await learners(tx, as, filter);
    tx.end();
    return isProblem(rows) ? expect.fail(rows.code) : rows;
  };

  test("holds those with a bank number beside the school's students, each by their number, page by page", async () => {
    const all = await list(WANG);
    const numbers = all.map((row) => row.studentNo);
    expect(numbers).toContain(studentNo(1));
    expect(numbers.filter((number) => number.startsWith("XF")).length).toBeGreaterThan(2);
    expect(numbers).toEqual([...numbers].toSorted());
    const paged: string[] = [];
    for (let after: readonly string[] | null = null; ; ) {
      const page = await list(WANG, { first: 2, after });
      paged.push(...page.slice(0, 2).map((row) => row.studentNo));
      const last = page[1];
      if (page.length < 3 || last === undefined) break;
      after = [last.studentNo, last.id];
    }
    expect(paged).toEqual(numbers);
  });

  test("finds one by bank number or name, and of another school's nobody", async () => {
    const who = somebody();
    const { learnerId: id } = await opened(who);
    const number = (await numberOf(id)) ?? "";
    expect(await list(WANG, { text: number })).toMatchObject([{ id, studentNo: number }]);
    expect(await list(WANG, { text: who.name, bankNumbers: true })).toMatchObject([{ id }]);
    expect(await list(ZHAO, { text: number })).toEqual([]);
    expect(await list(WANG, { text: studentNo(1), bankNumbers: true })).toEqual([]);
  });
});
