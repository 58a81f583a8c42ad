import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SYSTEM } from "../../../src/auth/viewer.ts";
import { openDatabase } from "../../../src/db/client.ts";
import { enqueue } from "../../../src/db/jobs.ts";
import type { Database } from "../../../src/db/transaction.ts";
import { type Tasks, tasksOf } from "../../../src/jobs/tasks.ts";
import { openLog } from "../../../src/log.ts";
import { idOf } from "../../../src/seed/id.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { workOff } from "../../support/jobs.ts";

const BAI = idOf("learner", "bai-yifan");
const SCHOOL = idOf("institution", "jdsf");
const DEPARTMENT = idOf("department", "jdsf/机电工程系");

let fresh: FreshDatabase;
let jobs: Database;
let api: TestApi;
let tasks: Tasks;
let now = new Date("2026-11-24T02:00:00Z");

beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  jobs = openDatabase(fresh.url, { role: "guantong_job", max: 3 });
  api = await openApi(fresh.db, { writer: fresh.writer, now: () => now });
  const log = openLog({ logLevel: "silent" });
  tasks = tasksOf({ db: jobs, writer: fresh.writer, log, keys: api.keys, channels: {}, now: () => now });
  await fresh.sql`delete from school_day where institution_id = ${SCHOOL}`;
  const accountId = idOf("account", "admin.jdsf.due");
  await fresh.sql`insert into account (id, login, display_name, demo) values (${accountId}, 'admin.jdsf.due', '管理员', 'yes')`;
  const role = { role: "ADMINISTRATOR", institutionId: SCHOOL, validFrom: "2020-01-01" };
  await fresh.sql`insert into capacity ${fresh.sql({ accountId, id: accountId, ...role })}`;
  // three that wait since a Friday, each for somebody else
  for (const [place, status] of (["SUBMITTED", "CONFIRMED", "REVIEWED"] as const).entries()) {
    const id = `00000000-0000-4000-8000-00000000000${place + 1}`;
    const of = { learnerId: BAI, id, registrationId: id, programmeId: idOf("programme", "jdsf-660301-3y"), version: 1 };
    const where = { institutionId: SCHOOL, homeInstitutionId: SCHOOL, departmentId: DEPARTMENT, learnerName: "白一凡" };
    const when = { submittedAt: "2026-11-20T00:00:00Z", waitingSince: "2026-11-20T00:00:00Z", submittedBy: BAI };
    const input = { facts: [], context: { asOf: "2026-11-20" } };
    const said = {
      engineVersion: "1",
      input: JSON.stringify(input),
      outcome: fresh.sql.json({ lines: [] }),
      amounts: fresh.sql.json([]),
    };
    await fresh.sql`insert into application ${fresh.sql({ ...of, ...where, ...when, ...said, status })}`;
  }
});
afterAll(async () => {
  await jobs.end();
  await api.close();
  await fresh.drop();
});

async function at(moment: string): Promise<void> {
  now = new Date(moment);
  api.signInAnew();
}
async function remind(moment: string): Promise<readonly string[]> {
  await at(moment);
  await fresh.db.write(SYSTEM, (tx) => enqueue(tx, "application.remind", {}));
  await workOff(fresh.sql, jobs, tasks);
  const rows = await fresh.sql<{ login: string; count: string; until: string }[]>`
    select a.login, n.params ->> 'count' as count, n.params ->> 'until' as until from notice n
    join account a on a.id = n.account_id where n.kind = 'APPLICATIONS_DUE' and n.happened_at = ${moment} order by 1`;
  return rows.map(({ login, count, until }) => `${login} ${count} ${until}`);
}
const queue = async () => {
  const { data, errors } = await api.ask<{ applications: { edges: { node: object }[] } }>(
    "{ applications { edges { node { status waitsFor waitingSince dueOn overdue } } } }",
    {},
    { as: "registrar.jdsf" },
  );
  expect(errors).toEqual([]);
  return data?.applications.edges.map(({ node }) => node);
};
const SET = `mutation ($input: ApplicationStepPeriodInput!) { setApplicationStepPeriod(input: $input) { __typename
  ... on ApplicationStepPeriodSuccess { institution { applicationStepPeriods { owner workingDays isSetting citation { clause } } } }
  ... on Problem { code path } } }`;
const set = async (as: string, input: object) => {
  const citation = { document: "学分认定办法", clause: "第五条" };
  const { data } = await api.ask<{ setApplicationStepPeriod: object }>(
    SET,
    { input: { owner: "DEPARTMENT", workingDays: 2, citation, ...input } },
    { as },
  );
  return data?.setApplicationStepPeriod;
};

describe("an application that waits", () => {
  test("shows in the queue whose turn it is, since when, and until when", async () => {
    expect(await queue()).toEqual(
      ["HOME_SCHOOL", "DEPARTMENT", "REGISTRAR"].map((waitsFor, place) => ({
        status: ["SUBMITTED", "CONFIRMED", "REVIEWED"][place],
        waitsFor,
        waitingSince: "2026-11-20T00:00:00.000Z",
        dueOn: "2026-11-27",
        overdue: false,
      })),
    );
  });

  test("is brought to mind of whoever it waits for on its last day, and each day after, once a day", async () => {
    expect(await remind("2026-11-26T02:00:00Z")).toEqual([]);
    const told = await remind("2026-11-27T02:00:00Z");
    expect(told).toContain("registrar.jdsf 2 2026-11-27");
    expect(told).toContain("reviewer.jdsf 1 2026-11-27");
    expect(told.some((line) => /^(student|guardian|classteacher)/.test(line) || line.includes(".pgzz"))).toBe(false);
    expect(await remind("2026-11-27T05:00:00Z")).toEqual([]);
    expect(await remind("2026-11-28T02:00:00Z")).toHaveLength(told.length);
    expect(await queue()).toMatchObject([{ overdue: true }, { overdue: true }, { overdue: true }]);
  });

  test("is due by the period that its school has set", async () => {
    await at("2026-11-24T02:00:00Z");
    expect(await set("admin.jdsf.due", {})).toMatchObject({
      institution: {
        applicationStepPeriods: expect.arrayContaining([
          { owner: "DEPARTMENT", workingDays: 2, isSetting: false, citation: { clause: "第五条" } },
          expect.objectContaining({ owner: "REGISTRAR", workingDays: 5, isSetting: true }) as object,
        ]) as object,
      },
    });
    expect(await queue()).toMatchObject([{ dueOn: "2026-11-27" }, { dueOn: "2026-11-24" }, { dueOn: "2026-11-27" }]);
    expect((await remind("2026-11-24T03:00:00Z")).map((line) => line.split(" ")[0])).toEqual(["reviewer.jdsf"]);
  });

  test("is brought to mind no more once it is over", async () => {
    await fresh.sql`update application set status = 'WITHDRAWN', closed_at = now()`;
    expect(await remind("2026-12-08T02:00:00Z")).toEqual([]);
  });
});

test("the period of a step is its school's administrator's to set, within bounds, with the clause it rests on", async () => {
  await at("2026-11-24T02:00:00Z");
  expect(await set("registrar.jdsf", {})).toMatchObject({ code: "FORBIDDEN" });
  expect(await set("admin.jdsf.due", { workingDays: 0 })).toMatchObject({ code: "INVALID_INPUT" });
  expect(await set("admin.jdsf.due", { workingDays: 61 })).toMatchObject({ code: "INVALID_INPUT" });
  const empty = { citation: { document: " ", clause: "第五条" } };
  expect(await set("admin.jdsf.due", empty)).toMatchObject({ code: "INVALID_INPUT", path: ["input", "citation"] });
});
