import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { openDatabase } from "../../../src/db/client.ts";
import type { Database } from "../../../src/db/transaction.ts";
import { type Tasks, tasksOf } from "../../../src/jobs/tasks.ts";
import { openLog } from "../../../src/log.ts";
import { idOf } from "../../../src/seed/id.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { workOff } from "../../support/jobs.ts";

let fresh: FreshDatabase;
let jobs: Database;
let api: TestApi;
let tasks: Tasks;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  jobs = openDatabase(fresh.url, { role: "guantong_job", max: 3 });
  api = await openApi(fresh.db, { writer: fresh.writer });
  const log = openLog({ logLevel: "silent" });
  tasks = tasksOf({ db: jobs, writer: fresh.writer, log, keys: api.keys, channels: {} });
});
afterAll(async () => {
  await jobs.end();
  await api.close();
  await fresh.drop();
});

/** What somebody does, and who is told of it in which regard, however often the job runs. */
async function told(kind: string, document: string, variables: object): Promise<readonly string[]> {
  const { data, errors } = await api.ask(document, variables, { as: "registrar.jdsf" });
  expect([errors, JSON.stringify(data)]).toEqual([[], expect.not.stringContaining("Problem")]);
  const [raised] = await fresh.sql<{ payload: unknown }[]>`
    select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
    where t.identifier = 'notice.raise'`;
  expect(raised).toBeDefined();
  await tasks["notice.raise"](raised?.payload as never, undefined as never);
  await workOff(fresh.sql, jobs, tasks);
  const rows = await fresh.sql<{ login: string; regard: string }[]>`
    select a.login, n.regard from notice n join account a on a.id = n.account_id where n.kind = ${kind} order by 1`;
  return rows.map(({ login, regard }) => `${login} ${regard}`);
}

test("whoever is declined an erasure hears of it, and a minor's guardian with them", async () => {
  const learnerId = idOf("learner", "wang-siyuan");
  const asked = {
    requestedBy: idOf("account", "student.wang"),
    requestedAt: "2026-11-20T00:00:00Z",
    reason: "不再使用",
  };
  const of = { learnerId, id: learnerId, institutionId: idOf("institution", "jdsf") };
  await fresh.sql`insert into erasure_request ${fresh.sql({ ...of, ...asked })}`;
  const id = encodeId("ErasureRequest", learnerId, learnerId);
  const decline = `mutation ($id: ID!) { declineErasure(id: $id, reason: "学籍尚未注销",
    citation: { document: "学籍管理办法", clause: "第三条" }) { __typename ... on Problem { code } } }`;
  expect(await told("ERASURE_DECLINED", decline, { id })).toEqual(["guardian.wang GUARDIAN", "student.wang SELF"]);
});

test("an account that was given a new way in hears of it", async () => {
  const restore = `mutation ($id: ID!) { restoreAccess(accountId: $id, reason: "身份证") { __typename ... on Problem { code } } }`;
  const id = encodeId("LearnerAccount", idOf("account", "student.wang"));
  expect(await told("ACCESS_RESTORED", restore, { id })).toEqual(["student.wang SELF"]);
});

test("an ended guardianship is told to the learner, and to who was their guardian", async () => {
  const [row] = await fresh.sql<{ id: string }[]>`
    select id from capacity where role = 'GUARDIAN' and account_id = ${idOf("account", "guardian.wang")}`;
  const end = `mutation ($id: ID!) { endGuardianship(capacityId: $id, reason: "关系有误") { __typename ... on Problem { code } } }`;
  const id = encodeId("Guardianship", row?.id ?? "");
  expect(await told("GUARDIAN_ENDED", end, { id })).toEqual(["guardian.wang GUARDIAN", "student.wang SELF"]);
});
