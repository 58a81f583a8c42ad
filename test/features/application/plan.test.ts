import { afterAll, beforeAll, expect, test } from "vitest";
import { ANONYMOUS, type Viewer } from "../../../src/auth/viewer.ts";
import type { Sql, Tx } from "../../../src/db/transaction.ts";
import { applications } from "../../../src/features/application/store.ts";
import { idOf } from "../../../src/seed/id.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
  // 30,000 applications at ten schools of three departments each, three in four of them over
  await fresh.sql`
    insert into application (learner_id, id, version, registration_id, programme_id, institution_id, department_id,
      home_institution_id, learner_name, status, submitted_by, submitted_at, waiting_since, engine_version, input, outcome,
      amounts, closed_at)
    select md5('l' || n)::uuid, md5('a' || n)::uuid, 1, md5('r' || n)::uuid, ${idOf("programme", "p")},
      md5('s' || n % 10)::uuid, md5('d' || n % 30)::uuid, md5('s' || (n + 3) % 10)::uuid, '演示',
      case when n % 4 = 0 then 'SUBMITTED' else 'RECORDED' end, md5('l' || n)::uuid, now(),
      '2026-01-01'::timestamptz + n * interval '1 minute', '3', '{}', '{}', '[]', case when n % 4 > 0 then now() end
    from generate_series(1, 30000) n`;
  await fresh.sql`analyze application`;
});
afterAll(() => fresh.drop());

const named = async (text: string): Promise<string> =>
  (await fresh.sql<{ id: string }[]>`select md5(${text})::uuid as id`)[0]?.id ?? "";

/** How many rows a list touches, whatever it skips: those of every node of its plan. */
async function touched(viewer: Viewer, page: Parameters<typeof applications>[1]): Promise<number> {
  interface Node {
    readonly "Actual Rows": number;
    readonly "Rows Removed by Filter"?: number;
    readonly Plans?: readonly Node[];
  }
  const sum = (node: Node): number =>
    node["Actual Rows"] +
    (node["Rows Removed by Filter"] ?? 0) +
    (node.Plans ?? []).reduce((all, each) => all + sum(each), 0);
  return fresh.db.write(viewer, async (tx) => {
    let found = 0;
    const explaining: Tx = {
      ...tx,
      run: async (statement) => {
        const rows = await tx.run(
          (sql: Sql) => sql<{ readonly "QUERY PLAN": readonly { readonly Plan: Node }[] }[]>`
            explain (analyze, format json) ${statement(sql) as never}`,
        );
        found = sum(rows[0]?.["QUERY PLAN"][0]?.Plan ?? expect.fail("there is a plan"));
        return [] as never;
      },
    };
    await applications(explaining, page);
    return found;
  });
}

const PAGE = { status: null, first: 20, after: null };

test("a page of applications touches a page of rows, however many a school or department ever had", async () => {
  const [school, department] = [await named("s3"), await named("d3")];
  const account = { ...ANONYMOUS, accountId: idOf("account", "a") };
  const registrar: Viewer = { ...account, role: "REGISTRAR", institutionId: school };
  const reviewer: Viewer = { ...account, role: "DEPARTMENT_REVIEWER", institutionId: school, departmentId: department };
  expect(await touched(registrar, { ...PAGE, of: { institutionId: school } })).toBeLessThan(300);
  expect(await touched(reviewer, { ...PAGE, of: { departmentId: department } })).toBeLessThan(300);
});
