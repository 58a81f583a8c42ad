import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKeys, type KeyRing } from "../../../src/auth/keyring.ts";
import { SYSTEM, type Viewer } from "../../../src/auth/viewer.ts";
import { openSession } from "../../../src/cli/session.ts";
import { readConfig } from "../../../src/config.ts";
import { isProblem } from "../../../src/domain/problem.ts";
import { IMPORTS } from "../../../src/features/bank/importers/index.ts";
import { findByRegistryNumber, revealRegistryNumber } from "../../../src/features/registry/registry-numbers.ts";
import {
  missingKeys,
  reencryptNumbers,
  registryNumberOf,
  sealClearNumbers,
} from "../../../src/features/registry/service.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { testRings } from "../../support/keys.ts";
import { everythingIn } from "../../support/everything.ts";
import { learnerId, LI, openAccounts, openSchool, SCHOOL, student, WANG, ZHAO } from "../bank/school.ts";
import { csv } from "../bank/sheets.ts";

const [FIRST, SECOND, OLD] = ["G150203209912310010", "G15020320991231007X", "G150203209912310099"] as const;

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

const CONFIRMER: Viewer = { ...LI, role: "REGISTRAR_CONFIRMER" };
const HEADER = ["学号", "姓名", "学籍号", "专业", "年级", "入学日期"];
type Row = readonly (string | number | null)[];
const row = (studentNo: string, name: string, number: string | null): Row => [
  studentNo,
  name,
  number,
  "机电技术应用",
  2100,
  "2115-09-01",
];

async function run(rows: readonly Row[], ring: KeyRing = keys) {
  const bytes = csv([HEADER, ...rows]);
  const input = { bytes, fileName: "a.csv", setBadRowsAside: false, today: "2115-09-01", keys: ring };
  return fresh.db.write(WANG, (tx) => IMPORTS.learners(tx, WANG, input));
}
async function cellsOf(rows: readonly Row[], ring: KeyRing = keys): Promise<string[]> {
  const answer = await run(rows, ring);
  if (isProblem(answer) || answer.kind !== "refused") throw new Error(JSON.stringify(answer));
  return answer.problems.map(({ cell, code }) => `${cell} ${code}`);
}

async function learnerOf(studentNo: string): Promise<string> {
  const [found] = await fresh.sql<{ id: string }[]>`
    select learner_id as id from registration where student_no = ${studentNo}`;
  return found?.id ?? "";
}
async function numberOf(id: string, as: Viewer = WANG, ring: KeyRing = keys): Promise<string | null> {
  const tx = fresh.db.read(as);
  return registryNumberOf(tx, ring, id).finally(() => tx.end());
}
async function find(number: string, as: Viewer = WANG, ring: KeyRing = keys) {
  const tx = fresh.db.read(as);
  return findByRegistryNumber(tx, ring, as, number).finally(() => tx.end());
}

describe("a registry number in a sheet of learners", () => {
  test("is kept encrypted, nowhere in clear; again it changes nothing", async () => {
    const rows = [row("2115000001", "张三", FIRST), row("2115000002", "李四", SECOND), row("2115000003", "王五", null)];
    expect(await run(rows)).toMatchObject({ kind: "imported", inserted: 3 });
    expect(await run(rows)).toMatchObject({ inserted: 0, updated: 0, unchanged: 3 });
    expect(await numberOf(await learnerOf("2115000001"))).toBe(FIRST);
    expect(await numberOf(await learnerOf("2115000003"))).toBeNull();
    const stored = await everythingIn(fresh.sql);
    expect(stored).toContain("***************0010");
    for (const number of [FIRST, SECOND]) expect(stored).not.toContain(number.slice(1, 15));
  });

  test("is added to a learner who has none, and not taken away by an empty cell", async () => {
    expect(await run([row("2115000003", "王五", "L1234567")])).toMatchObject({ updated: 1 });
    expect(await run([row("2115000003", "王五", null)])).toMatchObject({ unchanged: 1 });
    expect(await numberOf(await learnerOf("2115000003"))).toBe("L1234567");
  });

  test("is one person's, in one sheet and on record, and is told by its end when it is refused", async () => {
    const twice = [row("2115000011", "甲", "L7654321"), row("2115000012", "乙", "L7654321")];
    expect(await cellsOf(twice)).toEqual(["C3 ROW_DIFFERS"]);
    expect(await cellsOf([row("2115000003", "王五", FIRST)])).toEqual(["C2 ROW_DIFFERS"]);
    expect(JSON.stringify(await run([row("2115000002", "李四", FIRST)]))).not.toContain(FIRST);
  });
});

describe("a registry number", () => {
  test.each<readonly [string, () => Promise<Viewer>, boolean]>([
    ["the home school's registrar", async () => LI, true],
    ["another school's registrar", async () => ZHAO, false],
    ["the learner", async () => ({ ...student(1), learnerId: await learnerOf("2115000001") }), true],
    ["another student", async () => student(2), false],
    [
      "a class teacher",
      async () => ({ ...LI, role: "CLASS_TEACHER", wardIds: [await learnerOf("2115000001")] }),
      false,
    ],
    ["a department reviewer", async () => ({ ...LI, role: "DEPARTMENT_REVIEWER" }), false],
  ])("is seen by %s or not", async (_, viewer, seen) => {
    expect((await numberOf(await learnerOf("2115000001"), await viewer())) !== null).toBe(seen);
  });

  test("finds its learner, however the letter is written, at their own school", async () => {
    const id = await learnerOf("2115000002");
    expect(await find(SECOND)).toEqual({ learnerId: id });
    expect(await find(` ${SECOND.toLowerCase()} `)).toEqual({ learnerId: id });
    expect(await find(SECOND, ZHAO)).toEqual({ learnerId: null });
    expect(await find(SECOND, student(1))).toMatchObject({ code: "FORBIDDEN" });
    expect(await find(" ")).toMatchObject({ code: "INVALID_INPUT" });
  });

  test("is told in full to a registrar of the home school who says why", async () => {
    const asked = { learnerId: await learnerOf("2115000001"), reason: "核对学籍信息" };
    const reveal = (as: Viewer, reason = asked.reason) =>
      fresh.db.write(as, (tx) => revealRegistryNumber(tx, keys, as, { ...asked, reason }));
    expect(await reveal(WANG)).toBe(FIRST);
    expect(await reveal(WANG, "短")).toMatchObject({ code: "INVALID_INPUT", path: ["reason"] });
    for (const stranger of [ZHAO, CONFIRMER, student(1)])
      expect(await reveal(stranger)).toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("rotation of the keys", () => {
  test("leaves numbers of old keys readable and found, and rewrites them batch by batch", async () => {
    const id = await learnerOf("2115000001");
    expect(await run([row("2115000021", "丙", "L2222222")], rotated)).toMatchObject({ inserted: 1 });
    // the same number is not taken for a new one because an old key hashed it
    expect(await cellsOf([row("2115000022", "丁", FIRST)], rotated)).toEqual(["B2 NAME_DIFFERS"]);
    expect(await run([row("2115000001", "张三", FIRST)], rotated)).toMatchObject({ unchanged: 1 });
    expect(await find(FIRST, WANG, rotated)).toEqual({ learnerId: id });
    const tx = fresh.db.read(SYSTEM);
    expect(await missingKeys(tx, keys)).toEqual([rotated.newest("id-number").id]);
    tx.end();
    const before = await fresh.sql`select 1 from registry_number where key_id = ${keys.newest("id-number").id}`;
    const batch = () => fresh.db.write(SYSTEM, (again) => reencryptNumbers(again, rotated));
    expect([await batch(), await batch()]).toEqual([before.length, 0]);
    expect(await numberOf(id, WANG, rotated)).toBe(FIRST);
    expect(await find(FIRST, WANG, rotated)).toEqual({ learnerId: id });
  });
});

describe("a number that an older version wrote in clear", () => {
  const old = learnerId(3);
  /** As it was before the database refused it. */
  async function writeClear(): Promise<void> {
    await fresh.sql.begin(async (sql) => {
      await sql`delete from registry_number where learner_id = ${old}`;
      await sql`alter table learner drop constraint learner_registry_no_not_in_clear`;
      await sql`update learner set registry_no = ${OLD} where id = ${old}`;
      await sql`alter table learner add constraint learner_registry_no_not_in_clear check (registry_no is null) not valid`;
    });
  }

  test("is written by nobody any more", async () => {
    const write = fresh.sql`update learner set registry_no = ${OLD} where id = ${old}`;
    await expect(write).rejects.toThrow(/not_in_clear/);
  });

  test("is encrypted and emptied in one step, and stopped half-way stands as it was", async () => {
    await writeClear();
    const stopped = fresh.db.write(SYSTEM, async (tx) => {
      expect(await sealClearNumbers(tx, rotated)).toBe(1);
      throw new Error("stopped");
    });
    await expect(stopped).rejects.toThrow("stopped");
    expect(await fresh.sql`select registry_no from learner where id = ${old}`).toEqual([{ registryNo: OLD }]);
    expect(await fresh.db.write(SYSTEM, (tx) => sealClearNumbers(tx, rotated))).toBe(1);
    expect(await fresh.db.write(SYSTEM, (tx) => sealClearNumbers(tx, rotated))).toBe(0);
    expect(await numberOf(old, WANG, rotated)).toBe(OLD);
    expect(await fresh.sql`select home_institution_id from registry_number where learner_id = ${old}`).toEqual([
      { homeInstitutionId: SCHOOL },
    ]);
    expect(await everythingIn(fresh.sql)).not.toContain(OLD);
  });

  test("is encrypted when the service opens its data", async () => {
    await writeClear();
    const folder = await mkdtemp(join(tmpdir(), "guantong-clear-"));
    try {
      await createKeys(join(folder, "keys.json"));
      // keys of its own, so only what this session encrypts may be there
      await fresh.sql`delete from registry_number`;
      const config = readConfig({
        GUANTONG_DATA_DIR: folder,
        GUANTONG_KEYS_FILE: join(folder, "keys.json"),
        DATABASE_URL: fresh.url,
        DATABASE_OWNER_URL: fresh.ownerUrl,
      });
      const session = await openSession(config, false);
      try {
        const tx = session.db.read(SYSTEM);
        expect(await registryNumberOf(tx, session.keys, old).finally(() => tx.end())).toBe(OLD);
      } finally {
        await session.close();
      }
      expect(await everythingIn(fresh.sql)).not.toContain(OLD);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
