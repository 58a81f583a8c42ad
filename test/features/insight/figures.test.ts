import { afterAll, beforeAll, expect, test } from "vitest";
import { ANONYMOUS } from "../../../src/auth/viewer.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

let fresh: FreshDatabase;
let api: TestApi;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  api = await openApi(fresh.db, { writer: fresh.writer });
});
afterAll(async () => {
  await api.close();
  await fresh.drop();
});

const FIGURES = "{ figures { measure institution { key } programme { key } phase unit value } }";
interface Figure {
  readonly measure: string;
  readonly institution: { readonly key: string };
  readonly value: number | null;
}

test("the bureau is told no figure of a group below five, and the right one of every other", async () => {
  const { data, errors } = await api.ask<{ figures: Figure[] }>(FIGURES, {}, { as: "bureau.baotou" });
  expect(errors).toEqual([]);
  const told = data?.figures.filter(({ measure }) => measure === "REGISTRATIONS") ?? [];
  const groups = await fresh.sql<{ key: string; learners: number }[]>`
    select i.key, count(distinct r.learner_id)::int as learners from registration r
    join institution i on i.id = r.institution_id where r.status in ('ACTIVE', 'ON_LEAVE')
    group by i.key, r.programme_id, r.phase`;
  const expected = groups.map(({ key, learners }) => `${key} ${learners < 5 ? "-" : learners}`);
  expect(told.map(({ institution, value }) => `${institution.key} ${value ?? "-"}`).sort()).toEqual(expected.sort());
  expect(groups.some(({ learners }) => learners < 5)).toBe(true);
  const deposits = data?.figures.filter(({ measure }) => measure === "CREDITS_DEPOSITED") ?? [];
  expect(deposits.some(({ value }) => (value ?? 0) > 0)).toBe(true);
});

test("credits recognised are those of the decisions in force, by programme, for groups of five and more", async () => {
  const [sample] =
    await fresh.sql`select d.*, r.institution_id as home from decision d join registration r on r.id = d.registration_id limit 1`;
  const learners = await fresh.sql<{ id: string }[]>`select id from learner order by id limit 5`;
  const lineOf = (learnerId: string, decisionId: string, status: string, credits: number) => fresh.sql`
    insert into decision_line (learner_id, decision_id, line, institution_id, registration_id, rule_id, rule_version,
      achievement_ids, target_course_ids, credits, status)
    values (${learnerId}, ${decisionId}, 9, ${sample?.["institutionId"]}, ${decisionId}, ${decisionId}, 1, '[]', '[]', ${credits}, ${status})`;
  await fresh.sql`delete from decision_line`;
  await fresh.sql`delete from decision`;
  const recognised = async () =>
    (await api.ask<{ figures: Figure[] }>(FIGURES, {}, { as: "bureau.baotou" })).data?.figures
      .filter(({ measure }) => measure === "CREDITS_RECOGNISED")
      .map(({ value }) => value);
  for (const [place, { id }] of learners.entries()) {
    expect(await recognised()).toEqual(place === 0 ? [] : [null]);
    await fresh.sql`insert into decision (learner_id, id, registration_id, programme_id, institution_id, decided_on, decided_by,
        decided_at, engine_version, input, input_hash, outcome)
      values (${id}, ${id}, ${id}, ${sample?.["programmeId"]}, ${sample?.["institutionId"]}, '2026-09-01', ${id}, now(), '2', '{}', '', '{}')`;
    await lineOf(id, id, "RECOGNISED", 250);
  }
  expect(await recognised()).toEqual([1250]);
  await fresh.sql`update decision_line set status = 'REVERSED' where learner_id = ${learners[0]?.id ?? ""}`;
  expect(await recognised()).toEqual([null]);
});

test("the bureau reads no row that the figures come from", async () => {
  const tx = fresh.db.read({ ...ANONYMOUS, role: "BUREAU" });
  try {
    for (const table of ["learner", "registration", "achievement", "decision", "decision_line", "seat", "placement"]) {
      const rows = await tx.run((sql) => sql`select 1 from ${sql(table)} limit 1`);
      expect([table, rows.length]).toEqual([table, 0]);
    }
  } finally {
    tx.end();
  }
});

test("nobody else is told any figure, by the service or by the database", async () => {
  const refused = await api.ask(FIGURES, {}, { as: "registrar.jdsf" });
  expect(refused.errors[0]?.extensions?.code).toBe("FORBIDDEN");
  const tx = fresh.db.read({ ...ANONYMOUS, role: "REGISTRAR" });
  expect(await tx.run((sql) => sql`select 1 from bureau_figures()`)).toHaveLength(0);
  tx.end();
});
