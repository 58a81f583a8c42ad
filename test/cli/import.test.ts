import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKeys } from "../../src/auth/keyring.ts";
import { isProblem } from "../../src/domain/problem.ts";
import { readSheet } from "../../src/features/bank/sheet-file.ts";
import { learnerId, openAccounts, openSchool, studentNo } from "../features/bank/school.ts";
import { csv, HEADER, result, xlsx } from "../features/bank/sheets.ts";
import { startNode } from "../support/child.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

/** Rows of a sheet that is recorded in chunks, long enough to be cut off in the middle. */
const LARGE = 20_000;

let fresh: FreshDatabase;
let folder: string;
beforeAll(async () => {
  fresh = await freshDatabase();
  await openSchool(fresh.sql, LARGE + 10);
  await openAccounts(fresh.sql);
  folder = await mkdtemp(join(tmpdir(), "guantong-cli-"));
  await createKeys(join(folder, "keys.json"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await fresh.drop();
});

function environment(): Record<string, string> {
  return { DATABASE_URL: fresh.url, DATABASE_OWNER_URL: fresh.ownerUrl, GUANTONG_DATA_DIR: folder };
}

/** Runs the command line on the test's database; what it says on both outputs, and its exit code. */
async function guantong(...args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = startNode(["src/main.ts", ...args], { env: environment() });
  const code = await child.exit;
  return { code, said: child.output() };
}
async function file(name: string, content: Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}
const deposited = async (n: number): Promise<number> => {
  const rows = await fresh.sql`select 1 from achievement where learner_id = ${learnerId(n)}`;
  return rows.length;
};

// Each command is a process of its own.
describe("guantong import and confirm", { timeout: 120_000 }, () => {
  test("take a sheet through two people into the bank, once", async () => {
    const sheet = await file("results.xlsx", await xlsx([HEADER, result(studentNo(1), 88), result(studentNo(2), 59)]));
    const recorded = await guantong("import", "achievements", sheet, "--as", "wang", "--json");
    expect(recorded.code).toBe(0);
    const answer = JSON.parse(recorded.said) as { batch: string; readyRows: number };
    expect(answer).toMatchObject({ kind: "recorded", readyRows: 2, setAsideRows: 0, problems: [] });
    expect(await deposited(1)).toBe(0);

    const own = await guantong("confirm", answer.batch, "--as", "wang", "--lang", "en");
    expect(own).toMatchObject({ code: 1 });
    expect(own.said).toContain("CONFIRMER_RECORDED");
    expect(await deposited(1)).toBe(0);

    const other = await guantong("confirm", answer.batch.toLowerCase(), "--as", "li", "--json");
    expect([other.code, JSON.parse(other.said)]).toEqual([0, { number: answer.batch, posted: 2, already: 0 }]);
    expect(await deposited(1)).toBe(1);

    const again = await guantong("import", "achievements", sheet, "--as", "wang", "--lang", "en");
    expect(again).toEqual({ code: 0, said: "Nothing is new: 2 rows were recorded before.\n" });
  });

  test("end with 1 and name every bad cell in the language asked for, and write nothing", async () => {
    const sheet = await file("bad.csv", csv([HEADER, result(studentNo(3), 88), result("nobody", 101)]));
    const zh = await guantong("import", "achievements", sheet, "--as", "wang", "--lang", "zh");
    expect(zh.code).toBe(1);
    expect(zh.said).toContain("bad.csv!A3  UNKNOWN_LEARNER  没有学号为“nobody”的学生。");
    expect(zh.said).toContain("bad.csv!E3  GRADE_OUTSIDE_MODE");
    const en = await guantong("import", "achievements", sheet, "--as", "wang", "--lang", "en", "--json");
    expect(en.code).toBe(1);
    expect(JSON.parse(en.said)).toMatchObject({
      kind: "refused",
      problems: [{ cell: "A3", column: "Student number" }, { cell: "E3" }],
    });
    expect(await fresh.sql`select 1 from batch_row where learner_id = ${learnerId(3)}`).toEqual([]);

    const marked = join(folder, "marked.xlsx");
    const args = ["import", "achievements", sheet, "--as", "wang", "--dry-run", "--lang", "en"];
    expect(await guantong(...args, "--annotated", marked)).toMatchObject({ code: 1 });
    const copy = await readSheet(await readFile(marked), "marked.xlsx");
    expect(isProblem(copy) ? [] : copy.rows.map(({ cells }) => cells[6] ?? "")).toEqual([
      "Problems",
      "",
      expect.stringMatching(/^A3: .*\nE3: /) as unknown,
    ]);

    const aside = await guantong("import", "achievements", sheet, "--as", "wang", "--set-aside", "--json");
    expect([aside.code, JSON.parse(aside.said)]).toMatchObject([0, { readyRows: 1, setAsideRows: 1 }]);
  });

  test("go on where kill -9 cut them off, and double nothing", async () => {
    const rows = Array.from({ length: LARGE }, (_, n) => result(studentNo(n + 11), 70));
    const sheet = await file("term.csv", csv([HEADER, ...rows]));
    const args = ["import", "achievements", sheet, "--as", "wang", "--json"];
    const child = startNode(["src/main.ts", ...args], { env: environment() });
    const written = () => fresh.sql<{ rowsRead: number; rowCount: number; status: string }[]>`
      select rows_read, row_count, status from deposit_batch where source_name = 'term.csv'`;
    for (let [batch] = await written(); batch === undefined || batch.rowsRead === 0; [batch] = await written());
    child.process.kill("SIGKILL");
    await child.exit;
    const [cut] = await written();
    expect(cut).toMatchObject({ status: "RECORDING" });
    const again = await guantong(...args);
    expect(JSON.parse(again.said)).toMatchObject({ readyRows: LARGE, alreadyRecordedRows: 0 });
    expect(await written()).toMatchObject([{ status: "OPEN", rowCount: LARGE }]);
    expect(
      await fresh.sql`select 1 from batch_row r join deposit_batch b on b.id = r.batch_id
      where b.source_name = 'term.csv'`,
    ).toHaveLength(LARGE);
  });

  test("write courses directly, and say what they did", async () => {
    const header = ["课程代码", "课程名称", "学分", "理论学时", "实践学时", "课程类别", "修习要求", "成绩记录方式"];
    const row = ["N001", "钳工", 3, 10, 38, "专业核心课", "必修", "百分制"];
    const sheet = await file("courses.xlsx", await xlsx([header, row]));
    const dry = await guantong("import", "courses", sheet, "--as", "wang", "--dry-run", "--lang", "en");
    expect(dry.said).toContain("1 rows would be inserted");
    const real = await guantong("import", "courses", sheet, "--as", "wang", "--lang", "en");
    expect(real).toEqual({ code: 0, said: "1 rows inserted, 0 updated, 0 unchanged, 0 set aside.\n" });
  });

  test("refuse strangers, missing files and what is no sheet, each with its code", async () => {
    const sheet = await file("broken.xlsx", Buffer.from("PK\u0003\u0004 no workbook"));
    const cases = [
      [["import", "achievements", sheet, "--as", "wang"], 1, "SHEET_UNREADABLE"],
      [["import", "achievements", join(folder, "absent.xlsx"), "--as", "wang"], 1, "INVALID_INPUT"],
      [["import", "achievements", sheet, "--as", "nobody"], 1, "NOT_FOUND"],
      [["import", "achievements", sheet, "--as", "student/1"], 1, "FORBIDDEN"],
      [["import", "staff", sheet, "--as", "wang"], 1, "FORBIDDEN"],
      [["import", "learners", sheet, "--as", "wang", "--annotated", "x.xlsx"], 1, "INVALID_INPUT"],
      [["confirm", "0000-0000", "--as", "li"], 1, "NOT_FOUND"],
      [["import", "something", sheet, "--as", "wang"], 2, "Allowed choices"],
      [["import", "achievements", sheet], 2, "--as"],
    ] as const;
    const answers = await Promise.all(cases.map(([args]) => guantong(...args)));
    expect(answers.map(({ code, said }, n) => [code, said.includes(cases[n]?.[2] ?? "?") || said])).toEqual(
      cases.map(([, code]) => [code, true]),
    );
  });
});

test("guantong export template writes a sheet that can be opened", async () => {
  const out = join(folder, "template.xlsx");
  expect(await guantong("export", "template", "learners", "--out", out, "--lang", "zh")).toEqual({
    code: 0,
    said: `已写入 ${out}。\n`,
  });
  expect((await readFile(out)).subarray(0, 2).toString()).toBe("PK");
  const text = join(folder, "template.csv");
  await guantong("export", "template", "--out", text, "--lang", "en");
  expect(await readFile(text, "utf8")).toMatch(/^\ufeff"Student number\*","Name","Kind",/);
});

test("beside a database of one's own, nothing that may need keys starts without them, and nobody makes them by chance", {
  timeout: 120_000,
}, async () => {
  const elsewhere = join(folder, "elsewhere");
  const child = startNode(["src/main.ts", "verify", "rules"], {
    env: { ...environment(), GUANTONG_DATA_DIR: elsewhere },
  });
  expect(await child.exit).toBe(3);
  expect(child.output()).toMatch(/KEYS_FILE_MISSING.*\n.*KEYS_FILE_MISSING/);
  await expect(stat(elsewhere)).rejects.toMatchObject({ code: "ENOENT" });
});
