import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SYSTEM } from "../../../src/auth/viewer.ts";
import { AuditWriter } from "../../../src/db/audit.ts";
import { openDatabase } from "../../../src/db/client.ts";
import { enqueue } from "../../../src/db/jobs.ts";
import { openMetrics } from "../../../src/http/metrics.ts";
import { idOf } from "../../../src/seed/id.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

const DEAD = `query ($first: Int, $after: String) {
  deadJobs(first: $first, after: $after) {
    edges { cursor node { id kind about { name value } failure attempts } } pageInfo { hasNextPage }
  }
}`;
const RETRY = `mutation ($id: ID!) {
  retryJob(jobId: $id) { __typename ... on RetryJobSuccess { jobId } ... on Problem { code } }
}`;

interface Dead {
  readonly deadJobs: {
    readonly edges: readonly {
      readonly cursor: string;
      readonly node: { readonly id: string; readonly kind: string };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean };
  };
}

const SCHOOLS = idOf("account", "admin.btvtc");

let fresh: FreshDatabase;
let api: TestApi;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  api = await openApi(fresh.db);
});
afterAll(async () => {
  await api.close();
  await fresh.drop();
});
beforeEach(async () => {
  await fresh.sql`delete from graphile_worker._private_jobs`;
  await fresh.db.write(SYSTEM, async (tx) => {
    for (let n = 0; n < 3; n += 1) await enqueue(tx, "job.report", {});
  });
});

const kill = (): Promise<unknown> =>
  fresh.sql`update graphile_worker._private_jobs set attempts = max_attempts, last_error = '57014', payload = '{"termId": "t-1"}'
    where id <> (select min(id) from graphile_worker._private_jobs)`;

describe("jobs that have failed for good", () => {
  test("are shown to an administrator, the newest first, with what they are about and why", async () => {
    await kill();
    const first = await api.ask<Dead>(DEAD, { first: 1 }, { as: "admin" });
    expect(first.errors).toEqual([]);
    const [edge] = first.data?.deadJobs.edges ?? [];
    expect(edge?.node).toMatchObject({
      kind: "job.report",
      about: [{ name: "termId", value: "t-1" }],
      failure: "57014",
      attempts: 12,
    });
    expect(first.data?.deadJobs.pageInfo.hasNextPage).toBe(true);
    const second = await api.ask<Dead>(DEAD, { first: 5, after: edge?.cursor }, { as: "admin" });
    expect(second.data?.deadJobs.edges).toHaveLength(1);
    expect(second.data?.deadJobs.edges[0]?.node.id).not.toBe(edge?.node.id);
  });

  test("begin anew when an administrator says so, and only those", async () => {
    await kill();
    const rows = await fresh.sql<{ id: number; attempts: number }[]>`
      select id, attempts from graphile_worker._private_jobs order by id`;
    const [live, dead] = rows;
    const ask = (id: unknown) => api.ask<{ retryJob: object }>(RETRY, { id: String(id) }, { as: "admin" });
    expect((await ask(dead?.id)).data?.retryJob).toMatchObject({
      __typename: "RetryJobSuccess",
      jobId: String(dead?.id),
    });
    for (const id of [dead?.id, live?.id, "99999999", "x"]) {
      expect((await ask(id)).data?.retryJob).toMatchObject({ code: "NOT_FOUND" });
    }
    const [again] = await fresh.sql`
      select attempts, is_available, run_at <= now() as due from graphile_worker._private_jobs where id = ${dead?.id ?? 0}`;
    expect(again).toEqual({ attempts: 0, isAvailable: true, due: true });
  });

  test.each(["student.wang", undefined])("are nobody else's to see or to retry: %s", async (as) => {
    await kill();
    const asked = as === undefined ? {} : { as };
    const code = as === undefined ? "UNAUTHENTICATED" : "FORBIDDEN";
    expect((await api.ask(DEAD, {}, asked)).errors[0]?.extensions?.code).toBe(code);
    expect((await api.ask(RETRY, { id: "1" }, asked)).data).toMatchObject({ retryJob: { code } });
  });

  test("are not those of an administrator of one school, who acts for it alone", async () => {
    await kill();
    await fresh.sql`insert into account (id, login, display_name, demo) values (${SCHOOLS}, 'admin.btvtc', '管理员', 'yes')`;
    await fresh.sql`insert into capacity (account_id, id, role, institution_id, valid_from)
      select ${SCHOOLS}, ${SCHOOLS}, 'ADMINISTRATOR', id, '2026-01-01' from institution where key = 'btvtc'`;
    const asked = { as: "admin.btvtc" };
    expect((await api.ask(DEAD, {}, asked)).errors[0]?.extensions?.code).toBe("FORBIDDEN");
    expect((await api.ask(RETRY, { id: "1" }, asked)).data).toMatchObject({ retryJob: { code: "FORBIDDEN" } });
  });

  test("stay hidden from another role even where the service's check is passed by", async () => {
    await kill();
    const rows = await fresh.db.write(SYSTEM, (tx) => tx.run((sql) => sql`select * from dead_jobs(null, 10)`));
    expect(rows).toEqual([]);
  });

  test("are counted in /metrics' own terms", async () => {
    await kill();
    const jobs = openDatabase(fresh.url, { role: "guantong_job", max: 1 });
    const text = await openMetrics(fresh.db, jobs, new AuditWriter({ db: fresh.writer })).text();
    await jobs.end();
    expect(text).toContain('guantong_jobs{state="dead"} 2');
    expect(text).toContain('guantong_jobs{state="waiting"} 1');
    expect(text).toMatch(/guantong_jobs_lag_seconds \d+\.\d/);
  });
});
