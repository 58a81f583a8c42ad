import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { keyedHash } from "../../../src/auth/cipher.ts";
import type { KeyRing } from "../../../src/auth/keyring.ts";
import { Trail } from "../../../src/auth/trail.ts";
import type { Viewer } from "../../../src/auth/viewer.ts";
import { isProblem } from "../../../src/domain/problem.ts";
import { type ImportKind, IMPORTS } from "../../../src/features/bank/importers/index.ts";
import type { Imported } from "../../../src/features/bank/importing.ts";
import { postDeposits } from "../../../src/features/bank/posting.ts";
import { statementOf } from "../../../src/features/bank/statement.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { testKeys } from "../../support/keys.ts";
import {
  ADMINISTRATOR,
  courseDeposit,
  idOf,
  LI,
  learnerId,
  NOW,
  OTHER_SCHOOL,
  openAccounts,
  openSchool,
  SCHOOL,
  student,
  WANG,
  ZHAO,
} from "./school.ts";
import { csv, xlsx } from "./sheets.ts";

let fresh: FreshDatabase;
let keys: KeyRing;
beforeAll(async () => {
  fresh = await freshDatabase({ max: 4 });
  keys = await testKeys();
  await openSchool(fresh.sql, 3);
  await openAccounts(fresh.sql);
  await fresh.sql`insert into programme_norm (key, effective_from, document) values ('secondary_3y', '2019-06-05', '{}')`;
});
afterAll(() => fresh.drop());

type Rows = Parameters<typeof csv>[0];

async function run(
  kind: ImportKind,
  rows: Rows,
  options: { as?: Viewer; setAside?: boolean; dryRun?: boolean; as_csv?: boolean; today?: string } = {},
) {
  const { as = WANG, setAside = false, dryRun = false } = options;
  const bytes = options.as_csv === true ? csv(rows) : await xlsx(rows);
  const input = {
    bytes,
    fileName: "a.xlsx",
    setBadRowsAside: setAside,
    dryRun,
    today: options.today ?? "2026-07-10",
    keys,
  };
  return fresh.db.write(as, (tx) => IMPORTS[kind](tx, as, input));
}
function counts(
  answer: Awaited<ReturnType<typeof run>>,
): Pick<Imported, "inserted" | "updated" | "unchanged" | "setAsideRows"> {
  if (isProblem(answer) || answer.kind === "refused") throw new Error(JSON.stringify(answer));
  const { inserted, updated, unchanged, setAsideRows } = answer;
  return { inserted, updated, unchanged, setAsideRows };
}
function cells(answer: Awaited<ReturnType<typeof run>>): string[] {
  if (isProblem(answer) || answer.kind !== "refused") throw new Error(JSON.stringify(answer));
  return answer.problems.map(({ cell, code }) => `${cell} ${code}`);
}

const COURSE_HEADER = ["课程代码", "课程名称", "学分", "理论学时", "实践学时", "课程类别", "修习要求", "成绩记录方式"];
const COURSE_ROWS: Rows = [
  COURSE_HEADER,
  ["0101", "机械制图（上）", 4, 40, 24, "专业基础课", "必修", "百分制"],
  ["0102", "电工基础", "3.5", 36, 20, "专业基础课", "必修", "百分制"],
  ["0103", "美术鉴赏", 1, 16, 0, "公共基础课", "限选", "五级制"],
];

describe("courses", () => {
  test("are inserted, then unchanged, then updated, from either form of file", async () => {
    expect(counts(await run("courses", COURSE_ROWS))).toMatchObject({ inserted: 3, updated: 0, unchanged: 0 });
    expect(counts(await run("courses", COURSE_ROWS, { as_csv: true }))).toMatchObject({ inserted: 0, unchanged: 3 });
    const changed = COURSE_ROWS.map((row) => (row[0] === "0102" ? row.with(2, 4) : row));
    expect(counts(await run("courses", changed))).toMatchObject({ inserted: 0, updated: 1, unchanged: 2 });
    const found = await fresh.sql`select title_zh, title_en, credits, subject from course
      where institution_id = ${SCHOOL} and code in ('0101', '0102') order by code`;
    expect(found).toMatchObject([
      { titleZh: "机械制图（上）", titleEn: "机械制图（上）", credits: 400, subject: "ORDINARY" },
      { credits: 400 },
    ]);
  });

  test("with bad cells are refused as a whole, and named", async () => {
    const rows: Rows = [
      COURSE_HEADER,
      ["0201", "新课程", 2, 32, 0, "专业基础课", "必修", "百分制"],
      ["0202", "", "两", 32, 0, "别的", "必修", "百分制"],
      ["0201", "又一门", 2, 32, 0, "专业基础课", "必修", "百分制"],
    ];
    expect(cells(await run("courses", rows))).toEqual([
      "B3 CELL_REQUIRED",
      "C3 CELL_NOT_A_NUMBER",
      "F3 CELL_NOT_A_CODE",
      "A4 ROW_DUPLICATE",
    ]);
    expect(await fresh.sql`select 1 from course where code = '0201'`).toEqual([]);
    const aside = await run("courses", rows, { setAside: true });
    expect(counts(aside)).toMatchObject({ inserted: 1, setAsideRows: 2 });
  });

  test("are only counted in a dry run", async () => {
    const rows: Rows = [COURSE_HEADER, ["0301", "未来", 2, 32, 0, "专业基础课", "必修", "百分制"]];
    expect(counts(await run("courses", rows, { dryRun: true }))).toMatchObject({ inserted: 1 });
    expect(await fresh.sql`select 1 from course where code = '0301'`).toEqual([]);
  });
});

describe("classes and learners", () => {
  const CLASSES: Rows = [
    ["班级", "专业", "年级"],
    ["26机电1班", "机电技术应用", 2026],
    ["26机电2班", "first-660301", 2026],
  ];
  const HEADER = ["学号", "姓名", "学籍号", "专业", "班级", "年级", "入学日期"];
  const LEARNERS: Rows = [
    HEADER,
    ["2026000001", "张三", "G150203200912310010", "机电技术应用", "26机电1班", 2026, "2026-09-01"],
    ["2026000002", "阿·斯仁", null, "机电技术应用", null, 2026, "2026/9/1"],
  ];

  test("are written with their registrations, and again without doubling", async () => {
    expect(counts(await run("classes", CLASSES))).toMatchObject({ inserted: 2 });
    expect(counts(await run("classes", CLASSES))).toMatchObject({ unchanged: 2 });
    const campusId = crypto.randomUUID();
    await fresh.sql`insert into campus ${fresh.sql({ id: campusId, institutionId: SCHOOL, nameZh: "东校区", nameEn: "East" })}`;
    const header = ["班级", "专业", "年级", "校区"];
    const placed = (campus: string): Rows => [header, ["26机电1班", "机电技术应用", 2026, campus]];
    expect(cells(await run("classes", placed("西校区")))).toEqual(["D2 UNKNOWN_CAMPUS"]);
    expect(counts(await run("classes", placed("东校区")))).toMatchObject({ updated: 1 });
    // a sheet that says nothing of campuses moves no class
    expect(counts(await run("classes", CLASSES))).toMatchObject({ unchanged: 2 });
    expect(await fresh.sql`select name from class_group where campus_id = ${campusId}`).toEqual([
      { name: "26机电1班" },
    ]);
    expect(counts(await run("learners", LEARNERS))).toMatchObject({ inserted: 2 });
    expect(counts(await run("learners", LEARNERS, { as_csv: true }))).toMatchObject({ inserted: 0, unchanged: 2 });
    const moved = LEARNERS.map((row) => (row[0] === "2026000002" ? row.with(4, "26机电2班") : row));
    expect(counts(await run("learners", moved))).toMatchObject({ updated: 1, unchanged: 1 });
    const found = await fresh.sql`select l.name, n.masked, l.home_institution_id, c.name as class_name, r.status
      from registration r join learner l on l.id = r.learner_id left join class_group c on c.id = r.class_id
      left join registry_number n on n.learner_id = l.id
      where r.student_no like '2026%' order by r.student_no`;
    expect(found).toEqual([
      {
        name: "张三",
        masked: "***************0010",
        homeInstitutionId: SCHOOL,
        className: "26机电1班",
        status: "ACTIVE",
      },
      { name: "阿·斯仁", masked: null, homeInstitutionId: SCHOOL, className: "26机电2班", status: "ACTIVE" },
    ]);
  });

  test("that name what the school does not have are refused", async () => {
    const rows: Rows = [
      HEADER,
      ["2026000003", "王五", null, "烹饪", "26机电9班", 2026, "2026-09-01"],
      ["2026000001", "张三", "G150203200912310011", "机电技术应用", null, 2026, "2026-09-01"],
    ];
    const answer = await run("learners", rows);
    expect(cells(answer)).toEqual(["D2 UNKNOWN_PROGRAMME", "E2 UNKNOWN_CLASS", "C3 ROW_DIFFERS"]);
    // of either number no more than its end
    expect(JSON.stringify(answer)).not.toContain("2009123100");
  });

  test("of a school are nobody else's to write", async () => {
    expect(cells(await run("learners", LEARNERS, { as: ZHAO }))).toContain("D2 UNKNOWN_PROGRAMME");
    expect(await run("learners", LEARNERS, { as: ADMINISTRATOR })).toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("a learner who goes on to a college", () => {
  const HEADER = ["学号", "姓名", "学籍号", "专业", "年级", "入学日期"];
  const NUMBER = "G150203200912310099";
  const SECONDARY: Rows = [HEADER, ["2023000001", "乌日娜", NUMBER, "机电技术应用", 2023, "2023-09-01"]];
  const FRESHMAN = ["26010001", "乌日娜", NUMBER, "机电一体化技术", 2026, "2026-09-01"];
  const COLLEGE: Rows = [HEADER, FRESHMAN];
  const LEFT: Rows = [
    [...HEADER, "学籍状态", "离校日期"],
    [...(SECONDARY[1] ?? []), "毕业", "2026-07-10"],
  ];

  const lookup = () =>
    `\\x${Buffer.from(keyedHash(keys.newest("id-lookup"), `registry_number ${NUMBER}`)).toString("hex")}`;
  const learners = () => fresh.sql<{ id: string; name: string; homeInstitutionId: string }[]>`
    select l.id, l.name, l.home_institution_id from learner l join registry_number n on n.learner_id = l.id
    where n.lookup = ${lookup()}::text::bytea and n.home_institution_id = l.home_institution_id`;

  beforeAll(async () => {
    const major = { id: idOf("college major"), code: "460301", edition: "2021", level: "ASSOCIATE" };
    const titles = { titleZh: "机电一体化技术", titleEn: "Mechatronics" };
    await fresh.sql`insert into major
      ${fresh.sql([{ ...major, nameZh: titles.titleZh, certainty: "VERIFIED", source: "test" }])}`;
    const programme = { id: idOf("college programme"), key: "second-460301", institutionId: OTHER_SCHOOL, ...titles };
    const phases = fresh.sql.json([{ level: "ASSOCIATE", years: 3 }]);
    await fresh.sql`insert into programme
      ${fresh.sql([{ ...programme, majorId: major.id, level: "ASSOCIATE", kind: "PLAIN", years: 3, phases }])}`;
    counts(await run("learners", SECONDARY));
  });

  test("is not taken for someone of another name, whose name is not given away", async () => {
    const answer = await run("learners", [HEADER, FRESHMAN.with(1, "张三")], { as: ZHAO });
    expect(cells(answer)).toEqual(["B2 NAME_DIFFERS"]);
    expect(answer).toMatchObject({ problems: [{ params: { studentNo: "26010001", name: "乌○○", value: "张三" } }] });
    expect(await learners()).toMatchObject([{ name: "乌日娜", homeInstitutionId: SCHOOL }]);
  });

  test("begins there only when the registration before has ended", async () => {
    expect(cells(await run("learners", COLLEGE, { as: ZHAO }))).toEqual(["D2 REGISTRATION_GOES_ON"]);
    const without = [LEFT[0] ?? [], (LEFT[1] ?? []).with(7, "")];
    expect(cells(await run("learners", without))).toEqual(["H2 CELL_REQUIRED"]);
    const early = [LEFT[0] ?? [], (LEFT[1] ?? []).with(7, "2023-08-31")];
    expect(cells(await run("learners", early))).toEqual(["H2 LEAVING_DATE_UNFIT"]);
    const withdrawn = [LEFT[0] ?? [], (LEFT[1] ?? []).with(6, "退学")];
    expect(cells(await run("learners", withdrawn))).toEqual(["G2 STATUS_CHANGE_IMPOSSIBLE"]);
    expect(counts(await run("learners", LEFT))).toMatchObject({ updated: 1 });
    expect(counts(await run("learners", LEFT))).toMatchObject({ unchanged: 1 });
  });

  test("stays one person with two registrations and keeps the bank", async () => {
    const [before] = await learners();
    const id = before?.id ?? "";
    const actors = { recordedBy: idOf("wang"), confirmedBy: idOf("li"), batchId: null, postedAt: NOW.toISOString() };
    await fresh.writer.write(LI, (tx) => postDeposits(tx, [courseDeposit(1, { learnerId: id })], actors));

    expect(counts(await run("learners", COLLEGE, { as: ZHAO, dryRun: true }))).toMatchObject({ inserted: 1 });
    expect(await learners()).toMatchObject([{ homeInstitutionId: SCHOOL }]);
    const trailed = () => ({ ...ZHAO, trail: new Trail({ now: NOW, address: null }) });
    expect(counts(await run("learners", COLLEGE, { as: trailed() }))).toMatchObject({ inserted: 1 });
    expect(counts(await run("learners", COLLEGE, { as: trailed() }))).toMatchObject({ inserted: 0, unchanged: 1 });
    // the log names whom the school took in, once, and nobody else of the roster
    const adopted = await fresh.sql`
      select account_id, institution_id, learner_ids from audit_entry where action = 'learner.adopt'`;
    expect(adopted).toEqual([{ accountId: ZHAO.accountId, institutionId: OTHER_SCHOOL, learnerIds: [id] }]);
    expect(await learners()).toEqual([{ id, name: "乌日娜", homeInstitutionId: OTHER_SCHOOL }]);
    const registrations = await fresh.sql`
      select institution_id, student_no from registration where learner_id = ${id} order by entered_on`;
    expect(registrations).toEqual([
      { institutionId: SCHOOL, studentNo: "2023000001" },
      { institutionId: OTHER_SCHOOL, studentNo: "26010001" },
    ]);

    const tx = fresh.db.read({ ...student(1), learnerId: id });
    const owner = { id, homeInstitutionId: OTHER_SCHOOL, homeDepartmentId: null };
    const statement = await statementOf(tx, { ...student(1), learnerId: id }, owner, "2026-09-02");
    tx.end();
    expect(statement).toMatchObject({ balances: [{ banked: 400 }], byInstitution: [{ institutionId: SCHOOL }] });
  });

  test("is not called back when the school they left imports its old sheet again", async () => {
    expect(counts(await run("learners", SECONDARY))).toMatchObject({ inserted: 0, updated: 0, unchanged: 1 });
    expect(await learners()).toMatchObject([{ homeInstitutionId: OTHER_SCHOOL }]);
  });

  test("cannot be doubled by a student of another number who is given theirs", async () => {
    const plain = FRESHMAN.with(0, "26010002").with(2, "");
    expect(counts(await run("learners", [HEADER, plain], { as: ZHAO }))).toMatchObject({ inserted: 1 });
    const answer = await run("learners", [HEADER, plain.with(2, NUMBER)], { as: ZHAO });
    expect(counts(answer)).toMatchObject({ inserted: 0, unchanged: 1 });
    expect(answer).toMatchObject({ warnings: [{ cell: "C2", code: "RECORD_ALIKE" }] });
    expect(await learners()).toHaveLength(1);
    expect(await fresh.sql`select found_by, state from merge_case`).toEqual([
      { foundBy: "REGISTRY_NUMBER", state: "OPEN" },
    ]);
  });

  test("is moved by no one but a registrar, and only with the name that is on record", async () => {
    const [learner] = await learners();
    const adopt = (as: Viewer, name: string) =>
      fresh.db.write(as, (tx) =>
        tx.run(
          (sql) =>
            sql`select adopt_learners(${[learner?.id ?? ""]}::uuid[], ${[lookup()]}::text[]::bytea[], ${[name]}::text[])`,
        ),
      );
    await adopt(ADMINISTRATOR, "乌日娜");
    await adopt(student(1), "乌日娜");
    await adopt(WANG, "张三");
    expect(await learners()).toMatchObject([{ homeInstitutionId: OTHER_SCHOOL }]);
    const seen = await fresh.db.write(student(1), (tx) =>
      tx.run((sql) => sql`select * from holders_of_registry_numbers(${[lookup()]}::text[]::bytea[])`),
    );
    expect(seen).toEqual([]);
  });
});

describe("a pupil who goes on at their school", () => {
  const HEADER = [
    "学号",
    "姓名",
    "学籍号",
    "专业",
    "年级",
    "入学日期",
    "学籍状态",
    "离校日期",
    "阶段",
    "证件类型",
    "证件号码",
  ];
  const NUMBER = "G150203200912310107";
  const ID_NUMBER = "E7654321";
  const PUPIL: Rows = [
    HEADER,
    ["2025000001", "其其格", NUMBER, "机电技术应用", 2025, "2025-09-01", null, null, null, "护照", ID_NUMBER],
  ];
  const MAJOR = "机电一体化技术";
  const past = (status: string, studentNo = "26020001"): Rows => [
    HEADER,
    [studentNo, "其其格", NUMBER, MAJOR, 2022, "2022-09-01", status, "2025-07-01", null, "护照", ID_NUMBER],
  ];
  const next = (studentNo = "26020009"): Rows => [
    HEADER,
    [studentNo, "其其格", NUMBER, MAJOR, 2026, "2026-09-01", null, null, 2, null, null],
  ];
  const lookup = () =>
    `\\x${Buffer.from(keyedHash(keys.newest("id-lookup"), `registry_number ${NUMBER}`)).toString("hex")}`;
  /** Where the learner, their document and their number are at home. */
  const homes = () => fresh.sql<{ id: string; learner: string; document: string; number: string }[]>`
    select l.id, l.home_institution_id as learner, d.home_institution_id as document, n.home_institution_id as number
    from learner l join registry_number n on n.learner_id = l.id left join identity_document d on d.learner_id = l.id
    where n.lookup = ${lookup()}::text::bytea`;
  const at = (school: string) => ({ learner: school, document: school, number: school });
  const registered = () => fresh.sql`select r.student_no, r.status, r.phase from registration r
    join registry_number n on n.learner_id = r.learner_id
    where n.lookup = ${lookup()}::text::bytea and r.institution_id = ${OTHER_SCHOOL} order by r.student_no, r.phase`;
  const adopt = async (as: Viewer) => {
    const [pupil] = await homes();
    return fresh.db.write(as, (tx) =>
      tx.run(
        (sql) =>
          sql`select adopt_learners(${[pupil?.id ?? ""]}::uuid[], ${[lookup()]}::text[]::bytea[], ${["其其格"]}::text[])`,
      ),
    );
  };

  beforeAll(async () => {
    counts(await run("learners", PUPIL));
  });

  test.each(["退学", "毕业", "结业", "转出"])("is not taken by a row of the past, 学籍状态 %s", async (status) => {
    const trailed = { ...ZHAO, trail: new Trail({ now: NOW, address: null }) };
    const adoptions = () => fresh.sql`select count(*) from audit_entry where action = 'learner.adopt'`;
    const before = await adoptions();
    const studentNo = `2602${status}`;
    expect(counts(await run("learners", past(status, studentNo), { as: trailed }))).toMatchObject({ inserted: 1 });
    expect(counts(await run("learners", past(status, studentNo), { as: trailed }))).toMatchObject({ unchanged: 1 });
    expect(await homes()).toMatchObject([at(SCHOOL)]);
    expect(await registered()).toEqual(expect.arrayContaining([expect.objectContaining({ studentNo, phase: 1 })]));
    expect(await adoptions()).toEqual(before);
    // whose they are sees them still; where they were, nobody does
    const [pupil] = await homes();
    const seenBy = (as: Viewer) =>
      fresh.db.write(as, (tx) =>
        tx.run(
          (sql) => sql`select l.id from learner l join identity_document d on d.learner_id = l.id
            join registry_number n on n.learner_id = l.id where l.id = ${pupil?.id ?? ""}`,
        ),
      );
    expect(await seenBy(WANG)).toHaveLength(1);
    expect(await seenBy(ZHAO)).toEqual([]);
  });

  test("is not taken by a row of another phase, with or without a number of the school", async () => {
    expect(cells(await run("learners", next(), { as: ZHAO }))).toEqual(["D2 GOES_ON_ELSEWHERE"]);
    // one who was there before, by the number they had then
    expect(cells(await run("learners", next("2602毕业"), { as: ZHAO }))).toEqual(["D2 GOES_ON_ELSEWHERE"]);
    // nor is it told of them to whoever has another name for them
    const other = [HEADER, (next()[1] ?? []).with(1, "别人")];
    expect(cells(await run("learners", other, { as: ZHAO }))).toEqual(["B2 NAME_DIFFERS"]);
    expect(await homes()).toMatchObject([at(SCHOOL)]);
  });

  test("is not taken by one row of the past and one that goes on in a sheet", async () => {
    const both: Rows = [HEADER, past("毕业", "26020003")[1] ?? [], next("26020003")[1] ?? []];
    expect(cells(await run("learners", both, { as: ZHAO }))).toEqual(["D3 GOES_ON_ELSEWHERE"]);
    expect(counts(await run("learners", both, { as: ZHAO, setAside: true }))).toMatchObject({
      inserted: 1,
      setAsideRows: 1,
    });
    expect(await homes()).toMatchObject([at(SCHOOL)]);
  });

  test("is not taken beneath the service, active, on leave, or under another record of theirs", async () => {
    const [pupil] = await homes();
    const id = pupil?.id ?? "";
    expect(await adopt(ZHAO)).toEqual([]);
    await fresh.sql`update registration set status = 'ON_LEAVE' where learner_id = ${id} and institution_id = ${SCHOOL}`;
    expect(await adopt(ZHAO)).toEqual([]);
    // of the pupil's own record nothing goes on; of the other one, a registration at the school does
    await fresh.sql`update registration set status = 'GRADUATED' where learner_id = ${id} and institution_id = ${SCHOOL}`;
    await fresh.sql`update learner set merged_into = ${id} where id = ${learnerId(1)}`;
    expect(await adopt(ZHAO)).toEqual([]);
    await fresh.sql`update learner set merged_into = null where id = ${learnerId(1)}`;
    await fresh.sql`update registration set status = 'ACTIVE' where learner_id = ${id} and institution_id = ${SCHOOL}`;
    expect(await homes()).toMatchObject([at(SCHOOL)]);
  });

  test("is taken in when their school has ended it, though a number of theirs is there from before", async () => {
    await fresh.sql`update registration set status = 'GRADUATED', left_on = '2026-07-01' where institution_id = ${SCHOOL}
      and student_no = '2025000001'`;
    expect(counts(await run("learners", next("2602毕业"), { as: ZHAO }))).toMatchObject({ inserted: 1 });
    expect(await homes()).toMatchObject([at(OTHER_SCHOOL)]);
    expect(counts(await run("learners", next("2602毕业"), { as: ZHAO }))).toMatchObject({ unchanged: 1 });
    expect(await adopt(WANG)).toEqual([]);
    expect(await homes()).toMatchObject([at(OTHER_SCHOOL)]);
  });
});

describe("programme plans", () => {
  const PLAN: Rows = [
    ["专业", "年级", "对应标准", "模块", "模块最低学分", "课程代码", "学期", "课程性质"],
    ["机电技术应用", 2026, "secondary_3y", "公共基础必修课", null, "MATH1", 1, null],
    ["机电技术应用", 2026, "secondary_3y", "专业基础课", null, "WELD1", 2, "必修"],
    ["机电技术应用", 2026, "secondary_3y", "任选课", 1, "LABOUR", 3, "任选"],
  ];

  test("become a requirement tree with placed courses, once", async () => {
    expect(counts(await run("plans", PLAN))).toMatchObject({ inserted: 3 });
    expect(counts(await run("plans", PLAN, { as_csv: true }))).toMatchObject({ inserted: 0, unchanged: 3 });
    const [plan] = await fresh.sql`select id, tree, invented from plan where cohort = 2026`;
    expect(plan).toMatchObject({
      invented: false,
      tree: {
        kind: "ALL_OF",
        key: "root",
        children: [
          {
            key: "general",
            children: [
              {
                key: "general-required",
                kind: "ALL_OF",
                children: [{ kind: "COURSE", courseId: idOf("course/MATH1") }],
              },
            ],
          },
          { key: "specialty-foundation", kind: "ALL_OF" },
          { key: "free-elective", kind: "AT_LEAST", credits: 100 },
        ],
      },
    });
    const placed =
      await fresh.sql`select node_key, term, requirement from plan_course where plan_id = ${plan?.["id"]} order by term`;
    expect(placed).toEqual([
      { nodeKey: "general-required", term: 1, requirement: "REQUIRED" },
      { nodeKey: "specialty-foundation", term: 2, requirement: "REQUIRED" },
      { nodeKey: "free-elective", term: 3, requirement: "FREE_ELECTIVE" },
    ]);
    const later = PLAN.map((row) => (row[5] === "WELD1" ? row.with(6, 4) : row));
    expect(counts(await run("plans", later))).toMatchObject({ updated: 3 });
  });

  test("that place unknown courses or answer to no norm are refused", async () => {
    const rows: Rows = [PLAN[0] ?? [], ["机电技术应用", 2027, "no_norm", "别的模块", null, "NOPE", 1, null]];
    expect(cells(await run("plans", rows))).toEqual(["D2 CELL_NOT_A_CODE"]);
    const other: Rows = [PLAN[0] ?? [], ["机电技术应用", 2027, "no_norm", "任选", null, "NOPE", 1, null]];
    expect(cells(await run("plans", other))).toEqual(["F2 UNKNOWN_COURSE", "C2 CELL_NOT_A_CODE"]);
  });
});

describe("staff", () => {
  const STAFF: Rows = [
    ["登录名", "姓名", "角色", "生效日期"],
    ["wang.fang", "王芳", "教务", "2026-09-01"],
    ["wang.fang", "王芳", "任课教师", null],
    ["wang", "wang", "教务", null],
  ];

  test("are entered by an administrator of their school, and again without doubling", async () => {
    const as = ADMINISTRATOR;
    expect(counts(await run("staff", STAFF, { as }))).toMatchObject({ inserted: 2, unchanged: 1 });
    expect(counts(await run("staff", STAFF, { as, as_csv: true }))).toMatchObject({ inserted: 0, unchanged: 3 });
    const found = await fresh.sql`select a.login, a.demo, c.role, c.institution_id, c.valid_from
      from account a join capacity c on c.account_id = a.id where a.login = 'wang.fang' order by c.role`;
    expect(found).toEqual([
      { login: "wang.fang", demo: "no", role: "HOST_TEACHER", institutionId: SCHOOL, validFrom: "2026-07-10" },
      { login: "wang.fang", demo: "no", role: "REGISTRAR", institutionId: SCHOOL, validFrom: "2026-09-01" },
    ]);
  });

  test("of every school are entered by an administrator of none, who names the school", async () => {
    const as = { ...ADMINISTRATOR, institutionId: null };
    const header = [...(STAFF[0] ?? []), "学校"];
    const rows: Rows = [header, ["sun", "孙", "教务", null, "second"], ["sun", "孙", "教务", null, "first"]];
    expect(counts(await run("staff", rows, { as }))).toMatchObject({ inserted: 2 });
    expect(counts(await run("staff", rows, { as }))).toMatchObject({ unchanged: 2 });
    const bad: Rows = [header, ["a", "甲", "教务", null, null], ["b", "乙", "教务", null, "no such school"]];
    expect(cells(await run("staff", bad, { as }))).toEqual(["E2 CELL_REQUIRED", "E3 UNKNOWN_INSTITUTION"]);
    const foreign: Rows = [header, ["c", "丙", "教务", null, "second"]];
    expect(cells(await run("staff", foreign, { as: ADMINISTRATOR }))).toEqual(["E2 FORBIDDEN"]);
  });

  describe("whose role ends", () => {
    const HEADER = ["登录名", "姓名", "角色", "生效日期", "失效日期"];
    const as = ADMINISTRATOR;
    const put = async (from: string | null, until: string | null, options: Parameters<typeof run>[2] = {}) =>
      counts(await run("staff", [HEADER, ["zhou", "周", "教务", from, until]], { as, ...options }));
    const held = () =>
      fresh.sql`select c.valid_from, c.valid_until from capacity c join account a on a.id = c.account_id
        where a.login = 'zhou' order by c.valid_from, c.valid_until`;

    test("lose it on the day the sheet says, and again without doubling", async () => {
      expect(await put(null, null)).toMatchObject({ inserted: 1 });
      expect(await put(null, "2026-12-31", { dryRun: true })).toMatchObject({ inserted: 0, updated: 1 });
      expect(await held()).toEqual([{ validFrom: "2026-07-10", validUntil: null }]);
      expect(await put(null, "2026-12-31")).toMatchObject({ inserted: 0, updated: 1, unchanged: 0 });
      expect(await put(null, "2026-12-31")).toMatchObject({ inserted: 0, updated: 0, unchanged: 1 });
      // a sheet that has no such column leaves it
      const short: Rows = [HEADER.slice(0, 3), ["zhou", "周", "教务"]];
      expect(counts(await run("staff", short, { as }))).toMatchObject({ unchanged: 1 });
      expect(await put(null, null)).toMatchObject({ updated: 1 });
      expect(await put(null, "2026-07-09")).toMatchObject({ updated: 1 });
      expect(await put(null, "2026-07-09")).toMatchObject({ inserted: 0, updated: 0, unchanged: 1 });
      expect(await held()).toEqual([{ validFrom: "2026-07-10", validUntil: "2026-07-09" }]);
    });

    test("are appointed anew, whatever ended before", async () => {
      const today = "2026-08-01";
      const first = { validFrom: "2026-07-10", validUntil: "2026-07-09" };
      expect(await put(today, "2026-12-31", { today })).toMatchObject({ inserted: 1 });
      expect(await put(today, "2026-12-31", { today })).toMatchObject({ unchanged: 1 });
      expect(await put("2027-02-01", null, { today })).toMatchObject({ inserted: 1 });
      // what is over speaks of itself, not of what came after
      expect(await put("2026-07-01", "2026-07-09", { today })).toMatchObject({ inserted: 1 });
      expect(await put("2026-07-01", "2026-07-09", { today })).toMatchObject({ unchanged: 1 });
      expect(await held()).toEqual([
        { validFrom: "2026-07-01", validUntil: "2026-07-09" },
        first,
        { validFrom: today, validUntil: "2026-12-31" },
        { validFrom: "2027-02-01", validUntil: null },
      ]);
    });

    test("are told to every process, once appointed and once ended", async () => {
      const told: string[] = [];
      const listening = await fresh.sql.listen("guantong_account", (account) => told.push(account));
      const [account] = await fresh.sql<{ id: string }[]>`select id from account where login = 'zhou'`;
      const today = "2026-08-01";
      await put(today, "2026-07-31", { today });
      await vi.waitFor(() => expect(new Set(told)).toEqual(new Set([account?.id])));
      told.length = 0;
      await run("staff", [HEADER, ["zhou", "周", "任课教师", null, null]], { as });
      await vi.waitFor(() => expect(told).toEqual([account?.id]));
      await listening.unlisten();
    });
  });

  test("at an enterprise are a school's to appoint, and found where a learner is placed", async () => {
    const rows: Rows = [STAFF[0] ?? [], ["mentor", "孟师傅", "企业导师", null]];
    expect(counts(await run("staff", rows, { as: ADMINISTRATOR }))).toMatchObject({ inserted: 1 });
    const found = await fresh.db.write(WANG, (tx) =>
      tx.run((sql) => sql`select mentor_by_login('mentor') is not null as mentor`),
    );
    expect(found).toEqual([{ mentor: true }]);
  });

  test("of the bureau and auditors belong to no school, and are the whole service's to appoint", async () => {
    const header = [...(STAFF[0] ?? []), "学校"];
    const rows: Rows = [header, ["auditor", "沈计", "审计", null, null], ["bureau", "鲁局", "主管部门", null, null]];
    expect(cells(await run("staff", rows, { as: ADMINISTRATOR }))).toEqual(["C2 FORBIDDEN", "C3 FORBIDDEN"]);
    const as = { ...ADMINISTRATOR, institutionId: null };
    const named: Rows = [header, ["auditor", "沈计", "审计", null, "first"]];
    expect(cells(await run("staff", named, { as }))).toEqual(["E2 ROLE_OF_NO_SCHOOL"]);
    expect(counts(await run("staff", rows, { as }))).toMatchObject({ inserted: 2 });
    expect(counts(await run("staff", rows, { as }))).toMatchObject({ unchanged: 2 });
    expect(
      await fresh.sql`select role, institution_id from capacity where role in ('AUDITOR', 'BUREAU') order by role`,
    ).toEqual([
      { role: "AUDITOR", institutionId: null },
      { role: "BUREAU", institutionId: null },
    ]);
  });

  describe("in the database alone", () => {
    const service = { ...ADMINISTRATOR, institutionId: null };
    const appoint = (as: Viewer, role: string, institutionId: string | null) =>
      fresh.db.write(as, (tx) =>
        tx.run(
          (sql) => sql`insert into capacity (account_id, id, role, institution_id, valid_from)
            values (${idOf("li")}, gen_random_uuid(), ${role}, ${institutionId}, '2020-01-01')`,
        ),
      );

    test.each<[string, Viewer, string, string | null]>([
      ["an auditor of theirs", ADMINISTRATOR, "AUDITOR", SCHOOL],
      ["an auditor of every school", ADMINISTRATOR, "AUDITOR", null],
      ["a bureau of theirs", ADMINISTRATOR, "BUREAU", SCHOOL],
      ["a bureau of every school", ADMINISTRATOR, "BUREAU", null],
      ["an administrator of the service", ADMINISTRATOR, "ADMINISTRATOR", null],
      ["an administrator of theirs", ADMINISTRATOR, "ADMINISTRATOR", SCHOOL],
      ["a registrar of another school", ADMINISTRATOR, "REGISTRAR", OTHER_SCHOOL],
      ["a mentor of no school", ADMINISTRATOR, "ENTERPRISE_MENTOR", null],
      ["an administrator, for the whole service", service, "ADMINISTRATOR", null],
      ["an auditor of one school, for the whole service", service, "AUDITOR", SCHOOL],
      ["a registrar, as a registrar", WANG, "REGISTRAR", SCHOOL],
    ])("administrators do not appoint %s", async (_, as, role, institutionId) => {
      await expect(appoint(as, role, institutionId)).rejects.toMatchObject({ code: "42501" });
    });

    test("administrators appoint what is theirs", async () => {
      await expect(appoint(ADMINISTRATOR, "ENTERPRISE_MENTOR", SCHOOL)).resolves.toBeDefined();
      await expect(appoint(service, "AUDITOR", null)).resolves.toBeDefined();
      await expect(appoint(service, "REGISTRAR", OTHER_SCHOOL)).resolves.toBeDefined();
    });
  });

  test("are no way for an administrator to give themself a role", async () => {
    const as = ADMINISTRATOR;
    const rows: Rows = [STAFF[0] ?? [], ["administrator", "administrator", "教务", null], ["wu", "吴", "教务", null]];
    const answer = await run("staff", rows, { as });
    expect(cells(answer)).toEqual(["A2 OWN_ROLE_GIVEN"]);
    expect(counts(await run("staff", rows, { as, setAside: true }))).toMatchObject({ inserted: 1, setAsideRows: 1 });
    const byHand = fresh.db.write(as, (tx) =>
      tx.run(
        (sql) => sql`insert into capacity (account_id, id, role, institution_id, valid_from)
        values (${idOf("administrator")}, ${idOf("own")}, 'REGISTRAR', ${SCHOOL}, '2026-01-01')`,
      ),
    );
    await expect(byHand).rejects.toMatchObject({ code: "42501" });
    // a role that another gave them stands in a sheet as it stands
    await fresh.sql`insert into capacity ${fresh.sql([
      {
        accountId: idOf("administrator"),
        id: idOf("own"),
        role: "REGISTRAR",
        institutionId: SCHOOL,
        validFrom: "2026-01-01",
      },
    ])}`;
    expect(counts(await run("staff", rows, { as }))).toMatchObject({ inserted: 0, unchanged: 2 });
    // nor is one that ends given back by its holder
    await fresh.sql`update capacity set valid_until = '2026-12-31' where id = ${idOf("own")}`;
    const longer: Rows = [
      ["登录名", "姓名", "角色", "失效日期"],
      ["administrator", "administrator", "教务", null],
    ];
    expect(cells(await run("staff", longer, { as }))).toEqual(["A2 OWN_ROLE_GIVEN"]);
    expect(cells(await run("staff", rows, { as, today: "2027-01-01" }))).toEqual(["A2 OWN_ROLE_GIVEN"]);
  });

  test("cannot take over a login or be made an administrator, nor come from a registrar", async () => {
    const rows: Rows = [STAFF[0] ?? [], ["li", "别人", "教务", null], ["x", "某人", "管理员", null]];
    expect(cells(await run("staff", rows, { as: ADMINISTRATOR }))).toEqual(["B2 ROW_DIFFERS", "C3 CELL_NOT_A_CODE"]);
    expect(await run("staff", STAFF)).toMatchObject({ code: "FORBIDDEN" });
    const byHand = fresh.db.write(ADMINISTRATOR, (tx) =>
      tx.run(
        (sql) => sql`insert into capacity (account_id, id, role, institution_id, valid_from)
        values (${idOf("li")}, ${idOf("capacity")}, 'ADMINISTRATOR', ${SCHOOL}, '2026-01-01')`,
      ),
    );
    await expect(byHand).rejects.toMatchObject({ code: "42501" });
  });
});
