import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { SYSTEM } from "../../../src/auth/viewer.ts";
import { openDatabase } from "../../../src/db/client.ts";
import { enqueue } from "../../../src/db/jobs.ts";
import type { Database } from "../../../src/db/transaction.ts";
import { writeDocuments } from "../../../src/features/registry/service.ts";
import { type Tasks, tasksOf } from "../../../src/jobs/tasks.ts";
import { openLog } from "../../../src/log.ts";
import { idOf } from "../../../src/seed/id.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { workOff } from "../../support/jobs.ts";

const WANG = idOf("learner", "wang-siyuan");

let fresh: FreshDatabase;
let jobs: Database;
let api: TestApi;
let tasks: Tasks;
let now = new Date("2026-11-24T02:00:00Z");

beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  jobs = openDatabase(fresh.url, { role: "guantong_job", max: 3 });
  api = await openApi(fresh.db, { writer: fresh.writer, now: () => now });
  const document = { kind: "PASSPORT", number: "E7654321", birthOn: "2009-06-01" } as const;
  await fresh.db.write(SYSTEM, (tx) =>
    writeDocuments(tx, api.keys, idOf("institution", "jdsf"), new Map([[WANG, document]]), "2026-11-24"),
  );
  const log = openLog({ logLevel: "silent" });
  tasks = tasksOf({ db: jobs, writer: fresh.writer, log, keys: api.keys, channels: {}, now: () => now });
});
afterAll(async () => {
  await jobs.end();
  await api.close();
  await fresh.drop();
});

const ASK = `mutation ($id: ID!, $act: ConsentAct!, $by: Date) { askConsent(learnerId: $id, act: $act, neededBy: $by) {
  __typename ... on Problem { code message } } }`;
const GIVE = `mutation ($id: ID!, $act: ConsentAct!) { giveConsent(learnerId: $id, act: $act) { __typename } }`;
const REVOKE = `mutation ($id: ID!, $act: ConsentAct!) { revokeConsent(learnerId: $id, act: $act) { __typename } }`;
const STATES = `query ($id: ID!) { consents(learnerId: $id) { act asked { askedAt neededBy } } }`;

const variables = (act: string, by: string | null = null) => ({ id: encodeId("Learner", WANG), act, by });
async function ask(as: string, act: string, by: string | null = null) {
  const { data, errors } = await api.ask<{ askConsent: { code?: string } }>(ASK, variables(act, by), { as });
  expect(errors).toEqual([]);
  return data?.askConsent;
}
const answer = (document: string, act: string) => api.ask(document, variables(act), { as: "guardian.wang" });
async function asked(act: string) {
  const { data } = await api.ask<{ consents: { act: string; asked: object | null }[] }>(STATES, variables(act), {
    as: "guardian.wang",
  });
  return data?.consents.find((each) => each.act === act)?.asked;
}

/** Who was told of what, the jobs done. */
async function told(kind: string): Promise<readonly string[]> {
  await workOff(fresh.sql, jobs, tasks);
  const rows = await fresh.sql<{ regard: string; act: string; by: string }[]>`
    select regard, params -> 'act' ->> 'en' as act, params -> 'by' ->> 'en' as by from notice where kind = ${kind}
    order by happened_at, event_id, regard`;
  return rows.map(({ regard, act, by }) => `${regard} ${act}${by}`);
}
async function remind(at: string): Promise<readonly string[]> {
  now = new Date(at);
  api.signInAnew();
  await fresh.db.write(SYSTEM, (tx) => enqueue(tx, "consent.remind", {}));
  return told("CONSENT_WAITING");
}

describe("a guardian's consent that is asked for", () => {
  test("is told to learner and guardian once, however often and by whomever it is asked", async () => {
    expect(await ask("student.wang", "LEAVE", "2026-12-20")).toEqual({ __typename: "ConsentSuccess" });
    expect(await ask("classteacher.jdsf", "LEAVE")).toEqual({ __typename: "ConsentSuccess" });
    expect(await told("CONSENT_ASKED")).toEqual(["GUARDIAN leave (by 2026-12-20)", "SELF leave (by 2026-12-20)"]);
    expect(await asked("LEAVE")).toEqual({ askedAt: "2026-11-24T02:00:00.000Z", neededBy: "2026-12-20" });
  });

  test("is brought to mind after three days (a setting), once in each three, until it is answered", async () => {
    expect(await remind("2026-11-27T01:59:59Z")).toEqual([]);
    expect(await remind("2026-11-27T02:00:01Z")).toHaveLength(2);
    expect(await remind("2026-11-29T02:00:00Z")).toHaveLength(2);
    expect(await remind("2026-11-30T02:00:00Z")).toHaveLength(4);
    await answer(GIVE, "LEAVE");
    expect(await asked("LEAVE")).toBeNull();
    expect(await remind("2026-12-03T02:00:00Z")).toHaveLength(4);
  });

  test("is answered by a refusal as well, and may be asked for again afterwards", async () => {
    expect(await ask("registrar.jdsf", "WITHDRAWAL")).toEqual({ __typename: "ConsentSuccess" });
    await answer(REVOKE, "WITHDRAWAL");
    expect(await asked("WITHDRAWAL")).toBeNull();
    now = new Date("2026-12-04T02:00:00Z");
    api.signInAnew();
    expect(await ask("registrar.jdsf", "WITHDRAWAL")).toEqual({ __typename: "ConsentSuccess" });
    expect(await asked("WITHDRAWAL")).toMatchObject({ neededBy: null });
    await answer(GIVE, "WITHDRAWAL");
  });

  test("is not asked for where it is there already, nor for a day gone by, nor by whom it is no matter", async () => {
    expect(await ask("student.wang", "LEAVE")).toMatchObject({ code: "CONSENT_NOT_NEEDED" });
    expect(await ask("student.wang", "INTERNSHIP", "2026-11-01")).toMatchObject({ code: "INVALID_INPUT" });
    expect(await ask("guardian.wang", "INTERNSHIP")).toMatchObject({ code: "FORBIDDEN" });
    expect(await ask("student.bai", "INTERNSHIP")).toMatchObject({ code: "FORBIDDEN" });
    expect(await ask("registrar.pgzz", "INTERNSHIP")).toMatchObject({ code: "FORBIDDEN" });
  });

  test("is brought to mind no more when the day it was needed by is past, or the learner has come of age", async () => {
    const before = (await remind("2026-12-04T03:00:00Z")).length;
    await ask("student.wang", "INTERNSHIP", "2026-12-06");
    expect(await remind("2026-12-08T03:00:00Z")).toHaveLength(before);
    // when that day has passed unanswered, it may be asked for again
    await ask("student.wang", "INTERNSHIP", "2026-12-08");
    expect(await asked("INTERNSHIP")).toMatchObject({ neededBy: "2026-12-08" });
    expect(await told("CONSENT_ASKED")).toContain("GUARDIAN internship (by 2026-12-08)");
    await ask("student.wang", "SELECTION_OFF_CAMPUS");
    expect(await remind("2026-12-12T03:00:00Z")).toHaveLength(before + 2);
    expect(await remind("2040-01-01T03:00:00Z")).toHaveLength(before + 2);
  });
});
