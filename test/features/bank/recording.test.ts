import { writeXlsx } from "hucre";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Viewer } from "../../../src/auth/viewer.ts";
import { isProblem } from "../../../src/domain/problem.ts";
import { ACHIEVEMENTS } from "../../../src/domain/sheet/kinds/achievements.ts";
import type { BatchRow } from "../../../src/features/bank/batch-store.ts";
import { confirmBatch, discardBatch } from "../../../src/features/bank/confirming.ts";
import { presentCell } from "../../../src/features/bank/presenting.ts";
import type { Recorded } from "../../../src/features/bank/recording-lines.ts";
import { recordAchievement, recordAchievements } from "../../../src/features/bank/recording.ts";
import type { SheetRefused } from "../../../src/features/bank/sheet-check.ts";
import { killBeforeChanging } from "../../support/crash.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import {
  COURSE,
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
import { csv, HEADER, result, xlsx } from "./sheets.ts";

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase({ max: 6 });
  await openSchool(fresh.sql, 200);
  await openAccounts(fresh.sql);
  const names = { title_en: "Welding", issuer_zh: "某评价机构", issuer_en: "An assessor", supervised_by: "EDUCATION" };
  await fresh.sql`insert into certificate ${fresh.sql([
    {
      id: "0198a000-0000-7000-8000-000000000001",
      key: "x-welding",
      title_zh: "焊接机器人编程与维护",
      family: "X_CERTIFICATE",
      ...names,
      levels: fresh.sql.json(["INTERMEDIATE"]),
      fictitious: true,
    },
  ])}`;
});
afterAll(() => fresh.drop());

interface Options {
  readonly as?: Viewer;
  readonly name?: string;
  readonly setAside?: boolean;
  readonly dryRun?: boolean;
}

const record = (bytes: Buffer, { as = WANG, name = "成绩.xlsx", setAside = false, dryRun = false }: Options = {}) =>
  fresh.db.write(as, (tx) =>
    recordAchievements(tx, as, {
      bytes,
      fileName: name,
      setBadRowsAside: setAside,
      dryRun,
      now: NOW,
      today: "2026-07-10",
    }),
  );
const confirm = (batch: BatchRow, as: Viewer = LI) =>
  fresh.writer.write(as, (tx) => confirmBatch(tx, as, batch.id, NOW));

async function recorded(bytes: Buffer, options?: Options): Promise<Recorded & { readonly batch: BatchRow }> {
  const answer = await record(bytes, options);
  if (isProblem(answer) || answer.kind !== "recorded" || answer.batch === null) throw new Error(JSON.stringify(answer));
  return { ...answer, batch: answer.batch };
}
async function refused(bytes: Buffer, options?: Options): Promise<SheetRefused> {
  const answer = await record(bytes, options);
  if (isProblem(answer) || answer.kind !== "refused") throw new Error(JSON.stringify(answer));
  return answer;
}
async function everything(): Promise<unknown> {
  const [row] = await fresh.sql`select (select count(*) from deposit_batch) as batches,
    (select count(*) from batch_row) as rows, (select count(*) from ledger_transaction) as transactions,
    (select count(*) from achievement) as achievements`;
  return row;
}
const achievementsOf = (n: number) =>
  fresh.sql`select kind, unit, credits, grade, attempt, completed_on, term_code, recorded_by, confirmed_by
    from achievement where learner_id = ${learnerId(n)} order by completed_on, id`;

describe("two people for every deposit", () => {
  test("one records, nothing is banked, another confirms, and all of it is", async () => {
    const { batch, readyRows } = await recorded(
      await xlsx([HEADER, result(studentNo(1), 85.5), result(studentNo(2), 59)]),
    );
    expect(readyRows).toBe(2);
    expect(batch).toMatchObject({ status: "OPEN", rowCount: 2, badRowCount: 0, recordedByName: "wang" });
    expect(await achievementsOf(1)).toEqual([]);
    expect(await confirm(batch)).toMatchObject({
      postedRows: 2,
      alreadyPostedRows: 0,
      batch: { status: "CONFIRMED", confirmedByName: "li" },
    });
    expect(await achievementsOf(1)).toEqual([
      {
        kind: "COURSE",
        unit: "SECONDARY",
        credits: 400,
        grade: { mode: "PERCENT", scoreTenths: 855 },
        attempt: "FIRST",
        completedOn: "2026-01-10",
        termCode: "2025-2026-1",
        recordedBy: WANG.accountId,
        confirmedBy: LI.accountId,
      },
    ]);
    // A failed course is on record and brings nothing.
    expect(await achievementsOf(2)).toMatchObject([{ credits: 0 }]);
  });

  test("whoever recorded cannot confirm", async () => {
    const { batch } = await recorded(await xlsx([HEADER, result(studentNo(3), 70)]));
    expect(await confirm(batch, WANG)).toMatchObject({ code: "CONFIRMER_RECORDED" });
    expect(await achievementsOf(3)).toEqual([]);
    const byHand = fresh.sql`update deposit_batch set confirmed_by = recorded_by where id = ${batch.id}`;
    await expect(byHand).rejects.toMatchObject({ constraint_name: "two_people" });
  });

  test("another school's registrar and a student find no batch to confirm", async () => {
    const { batch } = await recorded(await xlsx([HEADER, result(studentNo(4), 70)]));
    expect(await confirm(batch, ZHAO)).toMatchObject({ code: "NOT_FOUND" });
    expect(await confirm(batch, student(4))).toMatchObject({ code: "FORBIDDEN" });
    expect(await achievementsOf(4)).toEqual([]);
  });

  test("a batch is confirmed or discarded once", async () => {
    const { batch } = await recorded(await xlsx([HEADER, result(studentNo(5), 70)]));
    expect(await confirm(batch)).toMatchObject({ postedRows: 1 });
    expect(await confirm(batch)).toMatchObject({ code: "BATCH_NOT_OPEN" });
    const other = await recorded(await xlsx([HEADER, result(studentNo(6), 70)]));
    const discard = () => fresh.db.write(WANG, (tx) => discardBatch(tx, WANG, other.batch.id));
    expect(await discard()).toMatchObject({ batch: { status: "DISCARDED" } });
    expect(await discard()).toMatchObject({ code: "BATCH_NOT_OPEN" });
    expect(await confirm(other.batch)).toMatchObject({ code: "BATCH_NOT_OPEN" });
    expect(await achievementsOf(6)).toEqual([]);
  });

  test.each(["batch_row", "deposit_batch"])(
    "a confirmation that dies between posting and marking its %s leaves nothing behind, and goes through again",
    async (table) => {
      const number = table === "batch_row" ? 150 : 151;
      const { batch } = await recorded(csv([HEADER, result(studentNo(number), 70)]));
      const failed = await killBeforeChanging(fresh, table, () => confirm(batch));
      expect(failed).toMatchObject({ code: expect.stringMatching(/^57P01$|CONNECTION_LOST|ECONNRESET/) });
      expect(await achievementsOf(number)).toEqual([]);
      const [found] = await fresh.sql`select b.status, r.status as row_status from deposit_batch b
        join batch_row r on r.batch_id = b.id where b.id = ${batch.id}`;
      expect(found).toEqual({ status: "OPEN", rowStatus: "READY" });
      expect(await confirm(batch)).toMatchObject({ postedRows: 1, alreadyPostedRows: 0 });
      expect(await achievementsOf(number)).toHaveLength(1);
    },
  );

  test("two confirmations at once post once", async () => {
    const { batch } = await recorded(await xlsx([HEADER, result(studentNo(7), 70)]));
    const answers = await Promise.all([confirm(batch), confirm(batch), confirm(batch)]);
    expect(answers.filter((answer) => !isProblem(answer))).toHaveLength(1);
    expect(await achievementsOf(7)).toHaveLength(1);
  });
});

describe("a sheet with bad rows", () => {
  const bad = [
    HEADER,
    result(studentNo(20), 88),
    result("999", "88分", "NOPE", "2025-2027-1"),
    result(studentNo(21), "优秀"),
    [studentNo(22), "李四", "WELD1", "2025-2026-1", "优秀", "2026-02-30"],
    result("1.5E+17", 60),
    result(studentNo(20), 88),
    [null, null, "MATH1", null, 70, "2026-01-10"],
  ];

  test("changes nothing and names every bad cell, in both languages", async () => {
    const before = await everything();
    const { problems } = await refused(await xlsx(bad));
    expect(problems.map(({ cell, code }) => `${cell} ${code}`)).toEqual([
      "D3 UNKNOWN_TERM",
      "A3 UNKNOWN_LEARNER",
      "C3 UNKNOWN_COURSE",
      "E4 GRADE_OUTSIDE_MODE",
      "F5 CELL_NOT_A_DATE",
      "B5 NAME_DIFFERS",
      "A6 CELL_DAMAGED",
      "A7 ROW_DUPLICATE",
      "A8 CELL_REQUIRED",
      "D8 CELL_REQUIRED",
    ]);
    expect(await everything()).toEqual(before);
    const grade = problems[3];
    if (grade === undefined) throw new Error("no problem");
    expect(presentCell(grade, ACHIEVEMENTS, "zh")).toEqual({
      sheet: "成绩",
      cell: "E4",
      rowNo: 4,
      column: "成绩",
      code: "GRADE_OUTSIDE_MODE",
      message: "成绩“优秀”不符合该课程的成绩记录方式（百分制）。",
    });
    expect(presentCell(grade, ACHIEVEMENTS, "en").message).toBe(
      "The grade “优秀” does not fit the grading mode of the course (0 to 100).",
    );
    for (const language of ["zh", "en"] as const) {
      for (const problem of problems) expect(presentCell(problem, ACHIEVEMENTS, language).message).not.toMatch(/[{}]/);
    }
  });

  test("is told the same of .csv as of .xlsx", async () => {
    const [one, other] = [await refused(await xlsx(bad)), await refused(csv(bad), { name: "成绩.csv" })];
    const told = ({ problems }: SheetRefused) => problems.map(({ sheet: _, ...rest }) => rest);
    expect(told(other)).toEqual(told(one));
  });

  test("goes on without them where it is told to set them aside", async () => {
    const { batch, ...counts } = await recorded(await xlsx(bad), { setAside: true });
    expect(counts).toMatchObject({ readyRows: 1, setAsideRows: 6, alreadyRecordedRows: 0 });
    expect(batch).toMatchObject({ rowCount: 7, badRowCount: 6 });
    expect(await confirm(batch)).toMatchObject({ postedRows: 1 });
    const kept = await fresh.sql`select status, cells from batch_row where batch_id = ${batch.id} and row_no = 4`;
    expect(kept).toMatchObject([{ status: "SET_ASIDE", cells: { studentNo: studentNo(21), grade: "优秀" } }]);
  });

  test("is only looked at in a dry run", async () => {
    const before = await everything();
    const answer = await record(await xlsx([HEADER, result(studentNo(23), 60)]), { dryRun: true });
    expect(answer).toMatchObject({ kind: "recorded", batch: null, readyRows: 1 });
    expect(await everything()).toEqual(before);
  });
});

describe("what may be right and is mostly a slip is recorded with a warning", () => {
  const [LEAVER, NEWCOMER, OTHER_PLAN] = [190, 191, 192];
  beforeAll(async () => {
    const plan = { id: idOf("plan/2023"), programme_id: idOf("programme"), institution_id: SCHOOL, cohort: 2023 };
    await fresh.sql`insert into plan ${fresh.sql([{ ...plan, norm: "x", tree: fresh.sql.json({}), invented: true }])}`;
    const placed = { plan_id: plan.id, institution_id: SCHOOL, course_id: COURSE, node_key: "n", term: 1 };
    await fresh.sql`insert into plan_course ${fresh.sql([{ ...placed, requirement: "REQUIRED" }])}`;
    const term = { id: idOf("term"), institution_id: SCHOOL, code: "2025-2026-1", first_monday: "2025-09-01" };
    await fresh.sql`insert into term ${fresh.sql([{ ...term, teaching_weeks: 18, exam_weeks: [19, 20] }])}`;
    await fresh.sql`update registration set cohort = 2023 where learner_id = ${learnerId(OTHER_PLAN)}`;
    // the last day of the examinations is the 18th
    await fresh.sql`update registration set entered_on = '2026-01-19' where learner_id = ${learnerId(NEWCOMER)}`;
    const change = {
      learner_id: learnerId(LEAVER),
      id: idOf("leave"),
      registration_id: idOf(`registration/${LEAVER}`),
      institution_id: SCHOOL,
      learner_name: "x",
      kind: "LEAVE",
      state: "CONFIRMED",
      effective_on: "2025-03-01",
      decided_on: "2025-03-01",
      decision_no: "1",
      reason: "x",
      status_before: "ACTIVE",
      status_after: "ON_LEAVE",
      cohort_before: 2024,
      cohort_after: 2024,
      programme_before: idOf("programme"),
      programme_after: idOf("programme"),
      effects: fresh.sql.json({}),
      recorded_by: WANG.accountId,
      recorded_at: NOW,
      settled_by: LI.accountId,
      settled_at: NOW,
      filing: "TO_FILE",
    };
    await fresh.sql`insert into status_change ${fresh.sql([change])}`;
  });
  const warned = async (...rows: ReturnType<typeof result>[]) => {
    const { warnings, batch } = await recorded(await xlsx([HEADER, ...rows]));
    const kept = await fresh.sql<{ warnings: unknown[] }[]>`
      select warnings from batch_row where batch_id = ${batch.id} order by row_no`;
    expect(kept.flatMap((row) => row.warnings)).toEqual(warnings);
    await fresh.db.write(WANG, (tx) => discardBatch(tx, WANG, batch.id));
    return warnings;
  };

  test("a course that no plan of the learner's places", async () => {
    expect(await warned(result(studentNo(OTHER_PLAN), 70))).toEqual([]);
    const warnings = await warned(result(studentNo(OTHER_PLAN), "良好", "WELD1"));
    expect(warnings).toMatchObject([{ cell: "C2", code: "COURSE_NOT_IN_PLAN", params: { code: "WELD1" } }]);
    // whose plan is not on record, of them nothing can be said
    expect(await warned(result(studentNo(193), "良好", "WELD1"))).toEqual([]);
  });

  test("a term that the learner did not attend, on leave or not entered yet", async () => {
    const warnings = await warned(
      result(studentNo(LEAVER), 70),
      result(studentNo(NEWCOMER), 71),
      result(studentNo(194), 72),
    );
    expect(warnings).toMatchObject([
      {
        cell: "D2",
        code: "NOT_ATTENDING",
        params: { term: "2025-2026-1", "why.en": "they were on leave or in service" },
      },
      { cell: "D3", code: "NOT_ATTENDING", params: { "why.en": "they had not entered yet" } },
    ]);
    const [first] = warnings;
    if (first === undefined) throw new Error("warned");
    expect(presentCell(first, ACHIEVEMENTS, "zh").message).toBe("该学生 2025-2026-1 不在读（休学或服役中），请核对。");
  });

  test("a term that the calendar lacks is told by the day of the result", async () => {
    expect(await warned(result(studentNo(LEAVER), 70, "MATH1", "2024-2025-1").with(5, "2025-01-10"))).toEqual([]);
    expect(await warned(result(studentNo(LEAVER), 70, "MATH1", "2024-2025-2").with(5, "2025-07-10"))).toMatchObject([
      { code: "NOT_ATTENDING" },
    ]);
  });
});

describe("the same sheet again", () => {
  test("doubles nothing, before it is confirmed, after, and in another form", async () => {
    const rows = [HEADER, result(studentNo(30), 88), result(studentNo(31), "缺考")];
    const { batch } = await recorded(await xlsx(rows));
    const nothingNew = { kind: "recorded", batch: null, readyRows: 0, alreadyRecordedRows: 2, setAsideRows: 0 };
    expect(await record(await xlsx(rows))).toMatchObject(nothingNew);
    await confirm(batch);
    expect(await record(await xlsx(rows))).toMatchObject(nothingNew);
    expect(await record(csv(rows.toReversed().toSorted((a) => (a === HEADER ? -1 : 1))))).toMatchObject(nothingNew);
    expect(await achievementsOf(30)).toHaveLength(1);
  });

  test("twice in two open batches is posted once", async () => {
    const bytes = await xlsx([HEADER, result(studentNo(32), 88)]);
    const both = await Promise.all([record(bytes), record(bytes, { as: LI })]);
    const found = both.flatMap((answer) =>
      !isProblem(answer) && answer.kind === "recorded" ? (answer.batch ?? []) : [],
    );
    for (const batch of found) {
      await confirm(batch, batch.recordedBy === LI.accountId ? WANG : LI);
    }
    expect(await achievementsOf(32)).toHaveLength(1);
  });

  test("with another grade is no second deposit but a bad row", async () => {
    const { batch } = await recorded(await xlsx([HEADER, result(studentNo(33), 58)]));
    await confirm(batch);
    const { problems } = await refused(await xlsx([HEADER, result(studentNo(33), 85)]));
    expect(problems).toMatchObject([{ cell: "E2", code: "ROW_DIFFERS", params: { what: "58 → 85, 0 → 4" } }]);
    const later = [HEADER, result(studentNo(33), 58).with(5, "2026-01-12")];
    expect((await refused(await xlsx(later))).problems).toMatchObject([
      { params: { what: "2026-01-10 → 2026-01-12" } },
    ]);
  });

  test("a make-up exam and a retake are achievements of their own", async () => {
    const header = [...HEADER, "考试性质"];
    const rows = [header, [...result(studentNo(34), 45), "正常"], [...result(studentNo(34), 65), "补考"]];
    const { batch } = await recorded(await xlsx(rows));
    await confirm(batch);
    const found = (await achievementsOf(34)).map(({ attempt, credits }) => `${attempt} ${credits}`).toSorted();
    expect(found).toEqual(["FIRST 0", "MAKEUP 400"]);
  });
});

describe("what spreadsheet programs do to sheets", () => {
  test("full-width digits, spaces, lost zeros and written dates are mended with a warning", async () => {
    await fresh.sql`update registration set student_no = '0024000040' where learner_id = ${learnerId(40)}`;
    const rows = [
      ["学 号*", "课程代码", "学年学期", "成绩（百分制）", "考试日期"],
      [24000040, "ＭＡＴＨ１", "2025-2026-3", "８５．５", "2026年1月10日"],
      [` ${studentNo(41)}\u3000`, "MATH1", "2025-2026-1", "90", new Date(Date.UTC(2026, 0, 10))],
    ];
    const { batch, warnings } = await recorded(await xlsx(rows));
    expect(warnings.map(({ cell, code }) => `${cell} ${code}`)).toEqual([
      "B2 CELL_MENDED",
      "D2 CELL_MENDED",
      "A2 CELL_MENDED",
      "A3 CELL_MENDED",
    ]);
    await confirm(batch);
    expect(await achievementsOf(40)).toMatchObject([{ grade: { scoreTenths: 855 }, completedOn: "2026-01-10" }]);
    expect(await achievementsOf(41)).toMatchObject([{ completedOn: "2026-01-10" }]);
  });

  test("a long number that lost its end is refused", async () => {
    const { problems } = await refused(await xlsx([HEADER, [150203209912310016, ...result("", 70).slice(1)]]));
    expect(problems).toMatchObject([{ cell: "A2", code: "CELL_DAMAGED" }]);
  });

  test("titles above the header and a header merged over two rows are understood", async () => {
    const rows = [
      ["某某学校2025—2026学年第一学期成绩登记表"],
      ["学号", "姓名", "课程代码", "学期", "考核", null],
      [null, null, null, null, "成绩", "考试日期"],
      result(studentNo(42), 77),
    ];
    const { batch, warnings } = await recorded(await xlsx(rows));
    expect(warnings.map(({ code }) => code)).toContain("HEADER_MENDED");
    await confirm(batch);
    expect(await achievementsOf(42)).toMatchObject([{ grade: { scoreTenths: 770 } }]);
  });

  test("English headers, English words and a Chinese Excel's .csv are understood", async () => {
    const english = "Student number,Course code,Term,Grade,Completed on\n";
    const rows = `${studentNo(43)},WELD1,2025-2026-1,Excellent,2026/1/10\n${studentNo(44)},LABOUR,2025-2026-1,Passed,2026.1.10\n`;
    await confirm((await recorded(Buffer.from(english + rows), { name: "a.csv" })).batch);
    expect(await achievementsOf(43)).toMatchObject([
      { grade: { mode: "FIVE_LEVEL", level: "EXCELLENT" }, credits: 250 },
    ]);
    // 学号,课程代码,学期,成绩,完成日期 in GB 18030, as TextEncoder cannot write it
    const header = Buffer.from("d1a7bac52cbfceb3ccb4fac2eb2cd1a7c6da2cb3c9bca82ccdeab3c9c8d5c6da0a", "hex");
    const row = Buffer.from(`${studentNo(45)},MATH1,2025-2026-1,66,2026-01-10\n`);
    await confirm((await recorded(Buffer.concat([header, row]), { name: "b.csv" })).batch);
    expect(await achievementsOf(45)).toMatchObject([{ grade: { scoreTenths: 660 } }]);
  });

  test("a missing column refuses the sheet, also where bad rows are set aside", async () => {
    const { problems } = await refused(
      await xlsx([
        ["学号", "课程代码"],
        [studentNo(46), "MATH1"],
      ]),
      { setAside: true },
    );
    expect(problems).toMatchObject([{ code: "COLUMN_MISSING", column: "completedOn" }]);
  });
});

describe("what is no sheet", () => {
  const good = [HEADER, result(studentNo(50), 70)];
  const code = async (bytes: Buffer, name = "a.xlsx") => {
    const answer = await record(bytes, { name });
    return isProblem(answer) ? answer.code : answer.kind;
  };

  test("broken, empty, old, encrypted and disguised files each get their code", async () => {
    const whole = await xlsx(good);
    expect(await code(whole.subarray(0, whole.length / 2))).toBe("SHEET_UNREADABLE");
    const broken = Buffer.from(whole);
    broken.fill(7, 60, 400);
    expect(await code(broken)).toBe("SHEET_UNREADABLE");
    expect(await code(Buffer.from("%PDF-1.7\n\0\0\0"))).toBe("SHEET_UNREADABLE");
    expect(await code(Buffer.from("d0cf11e0a1b11ae100000000", "hex"), "old.xls")).toBe("SHEET_UNREADABLE");
    expect(await code(Buffer.alloc(0))).toBe("SHEET_EMPTY");
    expect(await code(await xlsx([HEADER]))).toBe("SHEET_EMPTY");
    const sheets = [{ name: "a", rows: good.map((row) => [...row]) }];
    const locked = await writeXlsx({ sheets, encryption: { password: "p", spinCount: 1000 } });
    expect(await code(Buffer.from(locked))).toBe("SHEET_ENCRYPTED");
  });

  test("a file that is too large, packed or unpacked, is refused before it is read", async () => {
    expect(await code(Buffer.alloc(30_000_001, "1,"), "a.csv")).toBe("SHEET_TOO_LARGE");
    const rows = Buffer.concat([csv(good), Buffer.alloc(400_000, "\n")]);
    expect(await code(rows, "a.csv")).toBe("SHEET_TOO_MANY_ROWS");
    const { deflateRawSync } = await import("node:zlib");
    expect(await code(zipOf("xl/worksheets/sheet1.xml", deflateRawSync(Buffer.alloc(60_000_000))))).toBe(
      "SHEET_TOO_LARGE",
    );
  });

  test("the content decides what a file is, not its name", async () => {
    expect(await code(csv(good), "成绩.xlsx")).toBe("recorded");
    const other = [HEADER, result(studentNo(51), 70)];
    expect(await code(await xlsx(other), "成绩.csv")).toBe("recorded");
  });
});

/** A zip archive of one packed entry that lies about how little it unpacks to. */
function zipOf(name: string, packed: Buffer): Buffer {
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(100, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, Buffer.from(name), packed]);
  const entry = Buffer.concat([
    Buffer.from("PK\x01\x02\x14\x00", "latin1"),
    common,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, entry, end]);
}

describe("what a row says of its evidence", () => {
  const header = [
    "学号",
    "成果类型",
    "代码",
    "名称",
    "学分",
    "完成日期",
    "证书等级",
    "证书编号",
    "有效期至",
    "月数",
    "提供单位",
    "证明编号",
  ];

  test("is kept with the achievement, and passed over with a word where its kind takes none", async () => {
    const course = [
      studentNo(180),
      "校外课程",
      "E1",
      "高等数学",
      "3",
      "2026-01-10",
      null,
      null,
      null,
      null,
      "某学院",
      "0071",
    ];
    const service = [studentNo(180), "服兵役", null, null, null, "2026-01-10", null, null, null, "24", "某部", "D-1"];
    const { batch, warnings } = await recorded(csv([header, course, service]), { name: "成果.csv" });
    expect(warnings).toMatchObject([{ rowNo: 3, code: "CELL_FOR_OTHER_KIND", column: "provider" }]);
    await confirm(batch);
    const rows = await fresh.sql`
      select kind, detail ->> 'provider' as provider, detail ->> 'documentNo' as number from achievement
      where learner_id = ${learnerId(180)} order by kind`;
    expect(rows).toEqual([
      { kind: "EXTERNAL_COURSE", provider: "某学院", number: "0071" },
      { kind: "SERVICE", provider: null, number: "D-1" },
    ]);
  });

  test("is refused where a certificate is not issued at the level, or ends before it was obtained", async () => {
    const certificate = (level: string, until: string | null) => [
      studentNo(181),
      "证书",
      "x-welding",
      null,
      null,
      "2026-01-10",
      level,
      "0012",
      until,
      null,
      null,
      null,
    ];
    const { problems } = await refused(csv([header, certificate("高级", null), certificate("中级", "2026-01-09")]), {
      name: "证书.csv",
    });
    expect(problems).toMatchObject([
      { rowNo: 2, code: "CERTIFICATE_LEVEL_NOT_ISSUED", params: { levels: "中级" } },
      { rowNo: 3, code: "VALID_BEFORE_ISSUED" },
    ]);
  });
});

describe("every kind of achievement", () => {
  test("is read from its own columns and banked as credits or as one item", async () => {
    const header = [
      "学号",
      "成果类型",
      "代码",
      "名称",
      "学期",
      "成绩",
      "学分",
      "完成日期",
      "证书等级",
      "证书编号",
      "月数",
    ];
    const row = (kind: string, cells: Record<string, string | number>) =>
      header.map((name) => ({ 学号: studentNo(60), 成果类型: kind, 完成日期: "2026-05-01", ...cells })[name] ?? null);
    const { batch } = await recorded(
      await xlsx([
        header,
        row("证书", { 代码: "焊接机器人编程与维护", 证书等级: "中级", 证书编号: "00123" }),
        row("在线课程", { 名称: "人工智能导论", 学分: 2, 成绩: "合格" }),
        row("工作经历", { 名称: "焊工", 月数: 12 }),
        row("服兵役", { 月数: 24 }),
        row("先前学习", { 名称: "蒙古族刺绣", 学分: 1.5 }),
      ]),
    );
    await confirm(batch);
    expect(
      (await achievementsOf(60)).map(({ kind, unit, credits }) => `${kind} ${credits} ${unit}`).toSorted(),
    ).toEqual([
      "CERTIFICATE 100 ITEM",
      "ONLINE_COURSE 200 SECONDARY",
      "PRIOR_LEARNING 150 SECONDARY",
      "SERVICE 100 ITEM",
      "WORK 100 ITEM",
    ]);
  });

  test("names the columns it lacks and the certificates nobody knows", async () => {
    const header = ["学号", "成果类型", "代码", "完成日期", "证书等级"];
    const { problems } = await refused(
      await xlsx([
        header,
        [studentNo(61), "证书", "no such thing", "2026-05-01", "中级"],
        [studentNo(61), "奖状", "x", "2026-05-01", null],
      ]),
    );
    expect(problems.map(({ cell, column, code }) => `${cell} ${column} ${code}`)).toEqual([
      "A2 number CELL_REQUIRED",
      "C2 code UNKNOWN_CERTIFICATE",
      "B3 kind CELL_NOT_A_CODE",
    ]);
  });
});

test("one result is recorded as a batch of one row, and another confirms it", async () => {
  const cells = {
    studentNo: studentNo(70),
    code: "MATH1",
    term: "2025-2026-2",
    grade: "91",
    completedOn: "2026-06-30",
  };
  const answer = await fresh.db.write(WANG, (tx) =>
    recordAchievement(tx, WANG, cells, { now: NOW, today: "2026-07-10" }),
  );
  expect(answer).toMatchObject({ kind: "recorded", readyRows: 1, batch: { rowCount: 1 } });
  const wrong = await fresh.db.write(WANG, (tx) =>
    recordAchievement(tx, WANG, { ...cells, grade: "great" }, { now: NOW, today: "2026-07-10" }),
  );
  expect(wrong).toMatchObject({ kind: "refused", problems: [{ column: "grade", code: "GRADE_OUTSIDE_MODE" }] });
});

test("only a registrar records, and only their own school's learners", async () => {
  expect(await record(await xlsx([HEADER, result(studentNo(80), 70)]), { as: student(80) })).toMatchObject({
    code: "FORBIDDEN",
  });
  const { problems } = await refused(await xlsx([HEADER, result(studentNo(80), 70)]), { as: ZHAO });
  expect(problems.map(({ code }) => code)).toEqual(["UNKNOWN_LEARNER", "UNKNOWN_COURSE"]);
});
