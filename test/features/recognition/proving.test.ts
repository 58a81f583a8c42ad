import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { SYSTEM } from "../../../src/auth/viewer.ts";
import { openDatabase } from "../../../src/db/client.ts";
import type { Database } from "../../../src/db/transaction.ts";
import { ENGINE_VERSION, readInput, writeInput } from "../../../src/domain/recognition/input.ts";
import { type DecisionProof, proveDecisions } from "../../../src/features/recognition/proving.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

// the demonstration has one decision on record, of 黄诗涵, with its lines and its ledger
let fresh: FreshDatabase;
let job: Database;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  job = openDatabase(fresh.url, { role: "guantong_job", max: 1 });
  await fresh.sql`create table kept as select * from decision`;
  await fresh.sql`create table kept_line as select * from decision_line`;
  await fresh.sql`create table kept_rule as select * from rule`;
});
afterAll(async () => {
  await job.end();
  await fresh.drop();
});
afterEach(async () => {
  await fresh.sql`delete from decision`;
  await fresh.sql`insert into decision select * from kept`;
  await fresh.sql`delete from decision_line`;
  await fresh.sql`insert into decision_line select * from kept_line`;
  await fresh.sql`update rule r set document = k.document from kept_rule k where k.rule_set_id = r.rule_set_id and k.id = r.id`;
});

async function proof(): Promise<DecisionProof> {
  const tx = job.read(SYSTEM);
  try {
    return await proveDecisions(tx);
  } finally {
    tx.end();
  }
}
async function found() {
  const { fault } = await proof();
  const [decision] = await fresh.sql<{ learnerId: string; id: string }[]>`select learner_id, id from kept`;
  expect(fault).toMatchObject({ learnerId: decision?.learnerId, decisionId: decision?.id });
  return fault;
}

test("every decision on record comes out again", async () => {
  const [kept] = await fresh.sql<{ lines: number }[]>`select count(*)::int as lines from kept_line`;
  expect(kept?.lines).toBeGreaterThan(0);
  expect(await proof()).toEqual({ decisions: 1, lines: kept?.lines, fault: null });
});

test("one whose input was changed is named, its hash changed along or not", async () => {
  await fresh.sql`update decision set input = replace(input, '"cohort":2025', '"cohort":2024')`;
  expect(await found()).toMatchObject({ code: "INPUT_ALTERED" });
  await fresh.sql`update decision set input_hash = encode(sha256(convert_to(input, 'UTF8')), 'hex')`;
  expect((await found())?.code).not.toBe("INPUT_ALTERED");
});

test("one whose rule was rewritten since is named, with the rule", async () => {
  const [line] = await fresh.sql<{ ruleId: string; key: string }[]>`
    select r.id as rule_id, r.key from kept_line l join rule r on r.id = l.rule_id limit 1`;
  await fresh.sql`update rule set document = jsonb_set(document, '{priority}', '99') where id = ${line?.ruleId ?? ""}`;
  const fault = await found();
  expect(fault?.code).toBe("RULE_ALTERED");
  expect(fault?.detail).toContain(line?.key);
});

test("a line that was changed, taken away, or put in beside is named", async () => {
  await fresh.sql`update decision_line set credits = credits + 100 where line = 1`;
  expect(await found()).toMatchObject({ code: "LINE_ALTERED", line: 1 });
  await fresh.sql`delete from decision_line where line = 1`;
  expect(await found()).toMatchObject({ code: "LINE_ALTERED", line: 1 });
});

test("credits raised everywhere but in the ledger are named, and so is a decision that is gone", async () => {
  await fresh.sql`delete from decision`;
  expect(await found()).toMatchObject({ code: "DECISION_GONE" });
  await fresh.sql`delete from decision_line`;
  expect(await found()).toMatchObject({ code: "DECISION_GONE" });
});

test("a decision that an older engine took stands while it is feasible and no better is found", async () => {
  const [row] = await fresh.sql<{ input: string }[]>`select input from decision`;
  const older = writeInput(readInput(row?.input ?? "")).replace(`"engine":"${ENGINE_VERSION}"`, '"engine":"1"');
  await fresh.sql`update decision set input = ${older}, engine_version = '1',
    input_hash = encode(sha256(convert_to(${older}, 'UTF8')), 'hex')`;
  expect((await proof()).fault).toBeNull();
});
