import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ANONYMOUS, type Viewer } from "../../src/auth/viewer.ts";
import { readInput, writeInput } from "../../src/domain/recognition/input.ts";
import type { RecognitionOutcome } from "../../src/domain/recognition/outcome.ts";
import { recognise } from "../../src/domain/recognition/recognise.ts";
import { findHeader } from "../../src/domain/sheet/check.ts";
import { ACHIEVEMENTS } from "../../src/domain/sheet/kinds/achievements.ts";
import { homeValueOf, homeWorldOf } from "../../src/features/selection/home-value.ts";
import { idOf } from "../../src/seed/id.ts";
import { seedDemo } from "../../src/seed/index.ts";
import { DEMO_FOLDER, readTable } from "../../src/seed/table.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
});
afterAll(() => fresh?.drop());

const TABLES = [
  "learner",
  "class_group",
  "registration",
  "account",
  "capacity",
  "achievement",
  "ledger_transaction",
  "ledger_movement",
  "ledger_account",
  "rule_set",
  "rule",
  "decision",
  "decision_line",
  "term",
  "bell",
  "section",
  "section_reservation",
  "section_meeting",
  "seat",
  "seat_meeting",
];

async function counts(): Promise<Record<string, number>> {
  const rows = await Promise.all(
    TABLES.map((table) => fresh.sql<{ n: number }[]>`select count(*)::int as n from ${fresh.sql(table)}`),
  );
  return Object.fromEntries(TABLES.map((table, i) => [table, rows[i]?.[0]?.n ?? 0]));
}

describe("the people, the bank and the seats of the demonstration", () => {
  it("fill the database, and filling it again adds nothing", async () => {
    const before = await counts();
    expect(Object.entries(before).filter(([, n]) => n === 0)).toEqual([]);
    await seedDemo(fresh.sql);
    expect(await counts()).toEqual(before);
  });

  it("write achievements under the headers of the import template", async () => {
    const [header = ""] = (await readFile(join(DEMO_FOLDER, "achievements.csv"), "utf8")).split("\n");
    const rows = [{ rowNo: 1, cells: header.split(",") }];
    expect(findHeader(ACHIEVEMENTS, "achievements", rows).problems).toEqual([]);
  });

  it("leave every balance the sum of its movements, and its version their number", async () => {
    const wrong = await fresh.sql`
      with side as (
        select learner_id, debit_kind as kind, debit_ref as ref, unit, -amount as amount from ledger_movement
        union all
        select learner_id, credit_kind, credit_ref, unit, amount from ledger_movement
      ), total as (select learner_id, kind, ref, unit, sum(amount) as balance, count(*) as version from side group by 1, 2, 3, 4)
      select a.* from ledger_account a full join total t using (learner_id, kind, ref, unit)
      where a.balance is distinct from t.balance or a.version is distinct from t.version`;
    expect(wrong).toEqual([]);
  });

  it("hold decisions that the engine comes to again from their stored input", async () => {
    const decisions = await fresh.sql<
      { input: string; outcome: RecognitionOutcome }[]
    >`select input, outcome from decision`;
    for (const { input, outcome } of decisions) {
      expect(writeInput(readInput(input))).toBe(input);
      expect(JSON.parse(JSON.stringify(recognise(readInput(input))))).toEqual(outcome);
    }
  });

  it("count the seats of every section as they are taken", async () => {
    const wrong = await fresh.sql`
      select s.number from section s
      where s.open_taken <> (select count(*) from seat where section_id = s.id and pool = 'OPEN')
        or s.reserved <> (select coalesce(sum(reserved), 0) from section_reservation where section_id = s.id)
      union all
      select r.section_id::text from section_reservation r
      where r.taken <> (select count(*) from seat
        where section_id = r.section_id and home_institution_id = r.institution_id and pool = 'RESERVED')`;
    expect(wrong).toEqual([]);
  });

  it("give every open school two registrars, and name each login once", async () => {
    const accounts = await readTable("accounts");
    const schools = (await readTable("institutions")).filter((row) => row["closed_on"] === "");
    for (const { key } of schools) {
      const registrars = accounts.filter((row) => row["role"] === "REGISTRAR" && row["institution"] === key);
      expect(registrars.map((row) => row["login"])).toEqual([`registrar.${key}`, `deputy.${key}`]);
    }
    expect(new Set(accounts.map((row) => row["login"])).size).toBe(accounts.length);
  });

  it("hold no number that could be somebody's identity", async () => {
    const names = (await readdir(DEMO_FOLDER)).filter((name) => name.endsWith(".csv"));
    const texts = await Promise.all(names.map((name) => readFile(join(DEMO_FOLDER, name), "utf8")));
    expect(names.filter((_, i) => /(?<!\d)\d{17}[\dXx](?!\d)/.test(texts[i] ?? ""))).toEqual([]);
  });

  it("let a student see what another school's section would count for at home", async () => {
    const viewer: Viewer = {
      ...ANONYMOUS,
      accountId: idOf("account", "student.wang"),
      role: "STUDENT",
      institutionId: idOf("institution", "jdsf"),
      learnerId: idOf("learner", "wang-siyuan"),
    };
    const [section] = await fresh.sql`select * from section where id = ${idOf("section", "pgzz-ai")}`;
    const tx = fresh.db.read(viewer);
    try {
      const world = await homeWorldOf(tx, viewer, "2026-11-24");
      if (world === null) throw new Error("student.wang has no programme");
      expect(await homeValueOf(tx, world, section as never, viewer)).toMatchObject({
        credits: 200,
        nodeKey: "free-elective",
        rule: { document: { key: "ai-basics" } },
      });
    } finally {
      tx.end();
    }
  });
});
