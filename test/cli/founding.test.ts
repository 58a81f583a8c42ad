import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKeys, openKeyRing } from "../../src/auth/keyring.ts";
import { ANONYMOUS } from "../../src/auth/viewer.ts";
import { accountByCode } from "../../src/features/identity/entering.ts";
import { type Cell, csv, xlsx } from "../features/bank/sheets.ts";
import { openApi } from "../support/api.ts";
import { startNode } from "../support/child.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

interface Answer {
  readonly code: number | null;
  readonly said: string;
}
interface Code {
  readonly login: string;
  readonly code: string;
  readonly expiresAt: string;
}

let fresh: FreshDatabase;
let folder: string;
beforeAll(async () => {
  fresh = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), "guantong-founding-"));
  await createKeys(join(folder, "keys.json"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await fresh.drop();
});

/** Runs the command line on the test's database; what it says on both outputs, and its exit code. */
async function guantong(...args: readonly string[]): Promise<Answer> {
  const env = { DATABASE_URL: fresh.url, DATABASE_OWNER_URL: fresh.ownerUrl, GUANTONG_DATA_DIR: folder };
  const child = startNode(["src/main.ts", ...args], { env });
  const code = await child.exit;
  return { code, said: child.output() };
}
let sheets = 0;
/** Imports a sheet as chief, both answers in English. */
async function imported(kind: string, rows: readonly (readonly Cell[])[], as = "chief"): Promise<Answer> {
  sheets += 1;
  const name = sheets % 2 === 0 ? `${kind}${sheets}.csv` : `${kind}${sheets}.xlsx`;
  const path = join(folder, name);
  await writeFile(path, name.endsWith(".csv") ? csv(rows) : await xlsx(rows, kind));
  return guantong("import", kind, path, "--as", as, "--lang", "en");
}
/** Where the bad cells lie, and what is wrong with each. */
const cells = ({ said }: Answer): string[] =>
  [...said.matchAll(/!([A-Z]+\d+)\s+([A-Z_]+)\s{2}\S/g)].map(([, cell, code]) => `${cell} ${code}`);
const inserted = (rows: number): Answer => ({
  code: 0,
  said: `${rows} rows inserted, 0 updated, 0 unchanged, 0 set aside.\n`,
});
const unchanged = (rows: number): Answer => ({
  code: 0,
  said: `0 rows inserted, 0 updated, ${rows} unchanged, 0 set aside.\n`,
});
const count = async (
  table: "institution" | "campus" | "department" | "programme" | "major" | "capacity",
): Promise<number> => {
  const [row] = await fresh.sql<{ n: number }[]>`select count(*)::int as n from ${fresh.sql(table)}`;
  return row?.n ?? -1;
};
const opens = async (code: string) =>
  accountByCode(
    fresh.db,
    await openKeyRing({ keysFile: join(folder, "keys.json"), databaseUrl: null }),
    code,
    new Date(),
  );

const INSTITUTIONS = ["代号", "学校名称", "英文名称", "学校类型", "主管部门"];
const CAMPUSES = ["校区名称", "英文名称", "学校"];
const DEPARTMENTS = ["系部名称", "英文名称", "学校"];
const PROGRAMMES = ["专业代号", "学校", "专业代码", "层次", "学制", "培养方式", "专业名称", "英文名称", "系部"];
const STAFF = ["登录名", "姓名", "角色", "学校", "系部、班级或联盟"];

// Each command is a process of its own, and each test goes on from where the one before left the server.
describe("a server of one's own, from the command line", { timeout: 120_000 }, () => {
  test("is given what belongs to the field and to no school, once", async () => {
    expect(await guantong("seed", "--reference")).toMatchObject({ code: 0 });
    const majors = await count("major");
    expect(majors).toBeGreaterThan(1000);
    expect(await count("institution")).toBe(0);
    expect(await fresh.sql`select 1 from account`).toEqual([]);
    expect(await guantong("seed", "--reference")).toMatchObject({ code: 0 });
    expect(await count("major")).toBe(majors);
  });

  test("appoints its first administrator, whose printed code opens until another is issued", async () => {
    const first = await guantong("admin", "--login", "chief", "--name", "张三", "--json");
    expect(first.code).toBe(0);
    const made = JSON.parse(first.said) as Code;
    expect(made).toMatchObject({ login: "chief" });
    const again = await guantong("admin", "--login", "chief", "--json");
    const renewed = JSON.parse(again.said) as Code;
    expect((await opens(made.code)).refused).toMatchObject({ code: "CODE_INVALID" });
    expect((await opens(renewed.code)).refused).toBeNull();
    expect((await opens(renewed.code)).refused).toMatchObject({ code: "CODE_INVALID" });
    expect(await fresh.sql`select role, institution_id from capacity`).toEqual([
      { role: "ADMINISTRATOR", institutionId: null },
    ]);
    expect(await fresh.sql`select action from audit_entry where action = 'administrator.appoint'`).toHaveLength(2);
    const bad = await guantong("admin", "--login", "not a login");
    expect([bad.code, bad.said]).toEqual([1, expect.stringContaining("INVALID_INPUT")]);
  });

  test("takes in institutions, or not one of them, naming each bad cell", async () => {
    const good = ["jdsf", "包头机械工业职业学校", "Baotou Machinery School", "中等职业学校", "教育部门"];
    const bad = await imported("institutions", [
      INSTITUTIONS,
      good,
      ["two words", "", "No Name", "幼儿园", "教育部门"],
      ["jdsf", "又一所", "Another", "大学", "教育部门"],
    ]);
    expect(bad.code).toBe(1);
    expect(cells(bad)).toEqual(["B3 CELL_REQUIRED", "D3 CELL_NOT_A_CODE", "A4 ROW_DUPLICATE"]);
    expect(await count("institution")).toBe(0);
    const college = ["btvtc", "包头职业技术学院", "Baotou Vocational College", "高职院校", "教育部门"];
    expect(await imported("institutions", [INSTITUTIONS, good, college])).toEqual(inserted(2));
    expect(await imported("institutions", [INSTITUTIONS, good, college])).toEqual(unchanged(2));
  });

  test("takes in campuses and departments of any school, or none of them, and renames them in English", async () => {
    const bad = await imported("campuses", [
      CAMPUSES,
      ["东校区", "East", "jdsf"],
      ["", "Nameless", "jdsf"],
      ["西校区", null, "nowhere"],
      ["南校区", null, null],
      ["东校区", "Again", "包头机械工业职业学校"],
    ]);
    expect(cells(bad)).toEqual(["A3 CELL_REQUIRED", "C4 UNKNOWN_INSTITUTION", "C5 CELL_REQUIRED", "A6 ROW_DUPLICATE"]);
    expect([bad.code, await count("campus")]).toEqual([1, 0]);
    const rows = [CAMPUSES, ["东校区", "East", "jdsf"], ["西校区", null, "jdsf"], ["东校区", null, "btvtc"]];
    expect(await imported("campuses", rows)).toEqual(inserted(3));
    const renamed = await imported("campuses", [CAMPUSES, ["西校区", "West", "jdsf"], ["东校区", null, "jdsf"]]);
    expect(renamed.said).toBe("0 rows inserted, 1 updated, 1 unchanged, 0 set aside.\n");
    expect(
      await fresh.sql`select i.key, c.name_zh, c.name_en from campus c join institution i on i.id = c.institution_id
        order by i.key, c.name_en`,
    ).toEqual([
      { key: "btvtc", nameZh: "东校区", nameEn: "东校区" },
      { key: "jdsf", nameZh: "东校区", nameEn: "East" },
      { key: "jdsf", nameZh: "西校区", nameEn: "West" },
    ]);
    const department = ["机电工程系", "Mechatronics", "jdsf"];
    expect(await imported("departments", [DEPARTMENTS, department])).toEqual(inserted(1));
  });

  test("takes in programmes of the catalogue's majors, or none of them", async () => {
    const good = [
      "jdsf-660301-3y",
      "jdsf",
      "660301",
      "中职",
      3,
      "普通",
      "机电技术应用",
      "Mechatronics Application",
      "机电工程系",
    ];
    const bad = await imported("programmes", [
      PROGRAMMES,
      good,
      ["b", "nowhere", "660301", "中职", 3, "普通", "某专业", "Some"],
      ["c", "jdsf", "999999", "中职", "三", "普通", "某专业", "Some"],
      ["d", "jdsf", "660301", "小学", 3, "普通", "某专业", "Some"],
      ["e", "jdsf", "999999", "中职", 3, "普通", "某专业", "Some"],
      ["f", "btvtc", "660301", "中职", 3, "普通", "某专业", "Some", "机电工程系"],
    ]);
    expect(bad.code).toBe(1);
    expect(cells(bad)).toEqual([
      "B3 UNKNOWN_INSTITUTION",
      "E4 CELL_NOT_A_NUMBER",
      "D5 CELL_NOT_A_CODE",
      "C6 UNKNOWN_MAJOR",
      "I7 UNKNOWN_SCOPE",
    ]);
    expect(await count("programme")).toBe(0);
    expect(await imported("programmes", [PROGRAMMES, good])).toEqual(inserted(1));
    // a sheet without the column leaves it in its department
    const short = [PROGRAMMES.slice(0, -1), good.slice(0, -1)];
    expect(await imported("programmes", short)).toEqual(unchanged(1));
    expect(
      await fresh.sql`select p.key, d.name_en from programme p join department d on d.id = p.department_id`,
    ).toEqual([{ key: "jdsf-660301-3y", nameEn: "Mechatronics" }]);
  });

  test("takes in staff with what each is for, or nobody, and makes nobody an administrator", async () => {
    const before = await count("capacity");
    const bad = await imported("staff", [
      STAFF,
      ["wang", "王芳", "教务", "jdsf", null],
      ["li", "李明", "系部审核", "jdsf", "没有的系"],
      ["zhao", "赵一", "管理员", "jdsf", null],
      ["qian", "钱二", "教务", "nowhere", null],
      ["chief", "别人", "教务", "jdsf", null],
    ]);
    expect(bad.code).toBe(1);
    expect(cells(bad)).toEqual(["E3 UNKNOWN_SCOPE", "C4 CELL_NOT_A_CODE", "D5 UNKNOWN_INSTITUTION", "B6 ROW_DIFFERS"]);
    expect(await count("capacity")).toBe(before);
    const rows = [
      STAFF,
      ["wang", "王芳", "教务", "jdsf", null],
      ["li", "李明", "系部审核", "jdsf", "机电工程系"],
      ["sun", "孙亮", "教务", "btvtc", null],
    ];
    expect(await imported("staff", rows)).toEqual(inserted(3));
    expect(await imported("staff", rows)).toEqual(unchanged(3));
  });

  test("appoints an auditor, who reads the log until a sheet ends it", async () => {
    const header = [...STAFF.slice(0, 4), "失效日期"];
    expect(await imported("staff", [header, ["shen", "沈计", "审计", null, null]])).toEqual(inserted(1));
    const [shen] = await fresh.sql<{ id: string }[]>`select id from account where login = 'shen'`;
    /** Asked of a process of its own each time, as none of these hears what the command line tells. */
    const log = async () => {
      const api = await openApi(fresh.db, { now: () => new Date() });
      const issued = await api.tokens.issue(shen?.id ?? "", null);
      if (!("token" in issued)) throw new Error(issued.code);
      const answer = await api.ask<{ auditEntries: { edges: unknown[] } }>(
        '{ auditEntries(filter: { action: "administrator.appoint" }) { edges { node { action } } } }',
        {},
        { token: issued.token },
      );
      await api.close();
      return [answer.status, answer.data?.auditEntries.edges.length];
    };
    expect(await log()).toEqual([200, 2]);
    const ended = await imported("staff", [header, ["shen", "沈计", "审计", null, "2026-01-01"]]);
    expect(ended.said).toBe("0 rows inserted, 1 updated, 0 unchanged, 0 set aside.\n");
    expect(await log()).toEqual([403, undefined]);
  });

  test("appoints an administrator of one school, who takes in what is its own and nothing else", async () => {
    const made = await guantong("admin", "--login", "school.chief", "--name", "李四", "--school", "jdsf", "--json");
    expect((await opens((JSON.parse(made.said) as Code).code)).refused).toBeNull();
    for (const [args, code] of [
      [["--login", "x.chief", "--school", "nowhere"], "UNKNOWN_INSTITUTION"],
      [["--login", "school.chief", "--school", "btvtc"], "CONFLICT"],
      [["--login", "wang"], "CONFLICT"],
    ] as const) {
      expect(await guantong("admin", ...args)).toEqual({ code: 1, said: expect.stringContaining(code) as unknown });
    }
    const own = await imported("campuses", [CAMPUSES.slice(0, 2), ["北校区", "North"]], "school.chief");
    expect(own).toEqual(inserted(1));
    const other = await imported("campuses", [CAMPUSES, ["北校区", "North", "btvtc"]], "school.chief");
    expect(cells(other)).toEqual(["C2 FORBIDDEN"]);
    expect((await imported("campuses", [CAMPUSES, ["南校区", null, "jdsf"]], "wang")).said).toContain("FORBIDDEN");
    expect(await count("campus")).toBe(4);
    // past the service, in the database alone
    const [row] = await fresh.sql<{ id: string; other: string; account: string }[]>`
      select (select id from institution where key = 'jdsf') as id, (select id from institution where key = 'btvtc') as other,
        (select id from account where login = 'school.chief') as account`;
    if (row === undefined) throw new Error("nobody");
    const viewer = { ...ANONYMOUS, role: "ADMINISTRATOR", accountId: row.account, institutionId: row.id } as const;
    const put = (institutionId: string) =>
      fresh.db.write(viewer, (tx) =>
        tx.run(
          (sql) => sql`insert into campus (id, institution_id, name_zh, name_en)
          values (gen_random_uuid(), ${institutionId}, '试校区', 'Try')`,
        ),
      );
    await expect(put(row.other)).rejects.toThrow("row-level security");
  });

  test("lets the school's registrar put classes on its campuses", async () => {
    const header = ["班级", "专业", "年级", "校区"];
    const bad = await imported("classes", [header, ["24机电1班", "机电技术应用", 2024, "南校区"]], "wang");
    expect(cells(bad)).toEqual(["D2 UNKNOWN_CAMPUS"]);
    expect(await imported("classes", [header, ["24机电1班", "机电技术应用", 2024, "西校区"]], "wang")).toEqual(
      inserted(1),
    );
    expect(await fresh.sql`select g.name, c.name_en from class_group g join campus c on c.id = g.campus_id`).toEqual([
      { name: "24机电1班", nameEn: "West" },
    ]);
  });
});
