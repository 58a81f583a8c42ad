import { afterAll, beforeAll, expect, test } from "vitest";
import { SYSTEM } from "../../src/auth/viewer.ts";
import { openDatabase } from "../../src/db/client.ts";
import { proveLedgers } from "../../src/features/bank/proving.ts";
import { demoPlans } from "../../src/seed/curriculum.ts";
import { seedDemo } from "../../src/seed/index.ts";
import { readTable } from "../../src/seed/table.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database?.drop());

const TABLES = [
  "catalogue_edition",
  "major_class",
  "major",
  "major_family",
  "programme_norm",
  "institution",
  "institution_event",
  "campus",
  "department",
  "enterprise",
  "programme",
  "course",
  "course_prerequisite",
  "plan",
  "plan_course",
  "alliance",
  "alliance_member",
  "alignment",
  "agreement",
  "agreement_party",
  "pathway",
  "stage",
];

async function counts(): Promise<Record<string, number>> {
  const { sql } = database;
  const rows = await Promise.all(
    TABLES.map((table) => sql<{ n: number }[]>`select count(*)::int as n from ${sql(table)}`),
  );
  return Object.fromEntries(TABLES.map((table, i) => [table, rows[i]?.[0]?.n ?? 0]));
}

test("the seed loads every row of its tables, and a second run adds nothing", async () => {
  await seedDemo(database.sql);
  const first = await counts();
  expect(first).toMatchObject({ major: 1330 + 24 + 1, major_class: 97, institution: 19, pathway: 12, alliance: 4 });
  expect(first["course"]).toBe((await readTable("courses")).length);
  const plans = await demoPlans();
  expect(first["plan"]).toBe(plans.length);
  expect(first["plan_course"]).toBe(plans.reduce((sum, plan) => sum + plan.places.length, 0));
  expect(Object.entries(first).filter(([, n]) => n === 0)).toEqual([]);
  await seedDemo(database.sql);
  expect(await counts()).toEqual(first);
});

test("every registration of the demonstration stands under a plan of its own cohort", async () => {
  const orphans = await database.sql`select r.id from registration r
    left join plan p on p.programme_id = r.programme_id and p.cohort = r.cohort where p.id is null`;
  expect(orphans).toEqual([]);
});

test("every registration in a pathway is in one of its stages", async () => {
  const strays = await database.sql`select r.id from registration r
    left join stage s on s.pathway_id = r.pathway_id and s.programme_id = r.programme_id
    where r.pathway_id is not null and s.pathway_id is null`;
  expect(strays).toEqual([]);
});

test("the bank of the demonstration is proved from the first movement to the last balance", async () => {
  const job = openDatabase(database.url, { role: "guantong_job", max: 1 });
  const tx = job.read(SYSTEM);
  const { learners, fault } = await proveLedgers(tx);
  tx.end();
  await job.end();
  expect(fault).toBeNull();
  expect(learners).toBeGreaterThan(30);
});
