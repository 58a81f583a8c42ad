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

test("the bureau is told no figure of a group below five, and of no other that would give one away", async () => {
  const { data, errors } = await api.ask<{ figures: Figure[] }>(FIGURES, {}, { as: "bureau.baotou" });
  expect(errors).toEqual([]);
  const told = data?.figures.filter(({ measure }) => measure === "REGISTRATIONS") ?? [];
  const groups = await fresh.sql<{ key: string; learners: number }[]>`
    select i.key, count(distinct r.learner_id)::int as learners from registration r
    join institution i on i.id = r.institution_id where r.status in ('ACTIVE', 'ON_LEAVE')
    group by i.key, r.programme_id, r.phase`;
  const expected = groups.map(({ key, learners }) => `${key} ${isTold(groups, key, learners) ? learners : "-"}`);
  expect(told.map(({ institution, value }) => `${institution.key} ${value ?? "-"}`).sort()).toEqual(expected.sort());
  expect(groups.some(({ learners }) => learners < 5)).toBe(true);
  const deposits = data?.figures.filter(({ measure }) => measure === "CREDITS_DEPOSITED") ?? [];
  expect(deposits.some(({ value }) => (value ?? 0) > 0)).toBe(true);
});

/** Whether a school's group is told of, with no two of its groups of one size. */
function isTold(
  groups: readonly { readonly key: string; readonly learners: number }[],
  key: string,
  learners: number,
): boolean {
  const sizes = groups.filter((each) => each.key === key).map((each) => each.learners);
  const small = sizes.filter((size) => size < 5);
  const givesAway = small.length === 1 || small.reduce((sum, size) => sum + size, 0) < 5;
  const least = Math.min(...sizes.filter((size) => size >= 5));
  return learners >= 5 && !(small.length > 0 && givesAway && learners === least);
}

/** Everything the bureau is told, and what is in the database, after everyone was put into programmes at random. */
async function shuffled(seed: number) {
  await fresh.sql`update registration r set (institution_id, programme_id, phase) = (
    select p.institution_id, p.id, 1 + abs(hashtext(r.id::text || ${`phase${seed}`})) % 2 from programme p
    where p.key in (select key from programme order by md5(key || ${`${seed}`}) limit ${6 + (seed % 9)})
    order by md5(p.id::text || r.id::text || ${`${seed}`}) limit 1)
    where r.status = 'ACTIVE'`;
  const cells = await fresh.sql<{ cell: string; line: string; programmeId: string; learners: number }[]>`
    select concat_ws('/', institution_id, programme_id, phase) as cell, institution_id as line, programme_id,
      count(distinct learner_id)::int as learners
    from registration where status = 'ACTIVE' group by institution_id, programme_id, phase order by 1`;
  const tx = fresh.db.read({ ...ANONYMOUS, role: "BUREAU" });
  const told = await tx.run(
    (sql) => sql<{ cell: string; value: number | null }[]>`
      select concat_ws('/', institution_id, programme_id, phase) as cell, value::int as value
      from bureau_figures() where measure = 'REGISTRATIONS'`,
  );
  const alliances = await tx.run(
    (sql) => sql<{ allianceId: string; value: number | null }[]>`
      select alliance_id, value::int as value from alliance_figures() where measure = 'REGISTRATIONS'`,
  );
  tx.end();
  return { cells, told: new Map(told.map(({ cell, value }) => [cell, value])), alliances };
}

/** The rows of a matrix brought to echelon form, in fractions that stay whole: what whoever adds and subtracts can know. */
function reduced(rows: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const left = rows.map((row) => [...row]);
  const done: number[][] = [];
  const width = left[0]?.length ?? 0;
  for (let column = 0; column < width; column += 1) {
    const at = left.findIndex((row) => Math.abs(row[column] ?? 0) > 1e-9);
    if (at < 0) continue;
    const [pivot = []] = left.splice(at, 1);
    const unit = pivot.map((value) => value / (pivot[column] ?? 1));
    const without = (row: number[]) => row.map((value, index) => value - (row[column] ?? 0) * (unit[index] ?? 0));
    left.splice(0, left.length, ...left.map(without));
    done.splice(0, done.length, ...done.map(without), unit);
  }
  return done;
}

test("no group that is left out can be worked out from sums and what is told, whoever is in which programme", async () => {
  const held = await fresh.sql`select id, institution_id, programme_id, phase, status from registration`;
  await fresh.sql`update registration set status = 'GRADUATED' where (learner_id, id) not in (
    select distinct on (learner_id) learner_id, id from registration where status = 'ACTIVE' order by learner_id, id)`;
  const offered = await fresh.sql<{ allianceId: string; programmeId: string }[]>`
    select distinct a.alliance_id, s.programme_id from agreement a join pathway p on p.agreement_id = a.id
    join stage s on s.pathway_id = p.id where a.status not in ('DRAFT', 'PROPOSED')`;
  let [gaps, sums] = [0, 0];
  for (let seed = 1; seed <= 12; seed += 1) {
    const { cells, told, alliances } = await shuffled(seed);
    const hidden = cells.filter(({ cell }) => told.get(cell) === null);
    for (const { cell, learners } of cells) {
      if (told.get(cell) === null) gaps += 1;
      else expect([seed, cell, told.get(cell), learners >= 5]).toEqual([seed, cell, learners, true]);
    }
    const ofAlliances = alliances
      .filter(({ value }) => value !== null)
      .map(({ allianceId }) =>
        hidden.map(({ programmeId }) =>
          Number(offered.some((each) => each.allianceId === allianceId && each.programmeId === programmeId)),
        ),
      );
    sums += ofAlliances.length;
    // no sum of a school is told; suppose that it is known from elsewhere, where there is anything to take from it
    const ofSchools = [...new Set(cells.filter(({ cell }) => told.get(cell) !== null).map(({ line }) => line))].map(
      (line) => hidden.map((each) => Number(each.line === line)),
    );
    for (const known of [ofAlliances, ofSchools]) {
      const alone = reduced(known).filter((row) => row.filter((value) => Math.abs(value) > 1e-9).length === 1);
      expect([seed, alone]).toEqual([seed, []]);
      const together = known.map((row) => hidden.reduce((sum, { learners }, at) => sum + learners * (row[at] ?? 0), 0));
      expect([seed, together.filter((learners) => learners > 0 && learners < 5)]).toEqual([seed, []]);
    }
  }
  expect(gaps).toBeGreaterThan(20);
  expect(sums).toBeGreaterThan(5);
  for (const { id, ...row } of held) await fresh.sql`update registration set ${fresh.sql(row)} where id = ${id}`;
});

test("the sum of an alliance is that of its programmes; below the limit that is set nothing is told, and without one nothing at all", async () => {
  const ask = async () => {
    const { data, errors } = await api.ask<{
      allianceFigures: { measure: string; alliance: { key: string }; value: number | null }[];
      figureLimit: { learners: number; isSetting: boolean; citation: { document: string } } | null;
      figures: { value: number | null }[];
    }>(
      "{ allianceFigures { measure alliance { key } value } figureLimit { learners isSetting citation { document } } figures { value } }",
      {},
      { as: "bureau.baotou" },
    );
    expect(errors).toEqual([]);
    return data ?? expect.fail("the bureau is told figures");
  };
  expect((await ask()).figureLimit).toMatchObject({ learners: 5, isSetting: true });
  await fresh.sql`update disclosure_limit set learners = 2`;
  const sums = await fresh.sql<{ key: string; value: number }[]>`
    select a.key, count(*)::int as value from registration r join alliance a on exists (
      select 1 from agreement g join pathway p on p.agreement_id = g.id join stage s on s.pathway_id = p.id
      where g.alliance_id = a.id and g.status not in ('DRAFT', 'PROPOSED') and s.programme_id = r.programme_id)
    where r.status in ('ACTIVE', 'ON_LEAVE') group by a.key`;
  const told = (await ask()).allianceFigures.filter(
    ({ measure, value }) => measure === "REGISTRATIONS" && value !== null,
  );
  expect(told.length).toBeGreaterThan(0);
  for (const { alliance, value } of told) expect(sums).toContainEqual({ key: alliance.key, value });
  await fresh.sql`update disclosure_limit set learners = 10000`;
  const none = await ask();
  expect([...none.figures, ...none.allianceFigures].filter(({ value }) => value !== null)).toEqual([]);
  const [limit = {}] = await fresh.sql`delete from disclosure_limit returning *`;
  const unset = await ask();
  expect(unset.figureLimit).toBeNull();
  expect([...unset.figures, ...unset.allianceFigures].filter(({ value }) => value !== null)).toEqual([]);
  await fresh.sql`insert into disclosure_limit ${fresh.sql({ ...limit, learners: 5 })}`;
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
  expect(await tx.run((sql) => sql`select 1 from alliance_figures()`)).toHaveLength(0);
  tx.end();
});
