import type postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { OWN_ACTIONS, SERVICE_ACTIONS } from "../../../src/domain/audit.ts";
import { POLICY } from "../../../src/auth/policy.ts";
import { ANONYMOUS, type Viewer } from "../../../src/auth/viewer.ts";
import * as store from "../../../src/features/audit/store.ts";
import { en } from "../../../src/messages/en.ts";
import { zh } from "../../../src/messages/zh.ts";
import { idOf } from "../../../src/seed/id.ts";
import { type TestApi, openApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

const [BASE, DAY_MS] = [Date.parse("2026-11-20T00:00:00Z"), 86_400_000];

let fresh: FreshDatabase;
let api: TestApi;
let wang = "";
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  api = await openApi(fresh.db, { writer: fresh.writer });
  const [account] = await fresh.sql<{ learnerId: string }[]>`
    select c.learner_id from capacity c join account a on a.id = c.account_id where a.login = 'student.wang'`;
  wang = account?.learnerId ?? expect.fail("the demonstration has 王思远");
});
afterAll(async () => {
  await api.close();
  await fresh.drop();
});

interface Page<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}
interface Entry {
  readonly action: string;
  readonly at: string;
  readonly outcome: string;
  readonly account: { readonly login: string } | null;
  readonly reason: string | null;
  readonly learnerIds: readonly string[];
}
interface Look {
  readonly action: string;
  readonly actionText: string;
  readonly role: string | null;
  readonly institution: { readonly key: string } | null;
  readonly times: number;
}

const SEARCH = `query ($filter: AuditFilter, $first: Int, $after: String) { auditEntries(filter: $filter, first: $first, after: $after) {
  edges { node { action at outcome reason learnerIds account { login } } } pageInfo { hasNextPage endCursor } } }`;
const LOG = `query ($first: Int, $after: String) { accessLog(first: $first, after: $after) {
  edges { node { action actionText role times institution { key } } } pageInfo { hasNextPage endCursor } } }`;
const RECORD = "query ($id: ID!) { learner(id: $id) { name achievements(first: 1) { edges { node { id } } } } }";

async function search(filter: object, page: object = {}): Promise<Page<Entry>> {
  await api.audit();
  const answer = await api.ask<{ auditEntries: Page<Entry> }>(SEARCH, { filter, ...page }, { as: "auditor" });
  expect(answer.errors).toEqual([]);
  return answer.data?.auditEntries ?? { edges: [], pageInfo: { hasNextPage: false, endCursor: null } };
}
async function log(as: string, language: "zh" | "en" = "zh", page: object = {}): Promise<Page<Look>> {
  await api.audit();
  const answer = await api.ask<{ accessLog: Page<Look> }>(LOG, page, { as, language });
  expect(answer.errors).toEqual([]);
  return answer.data?.accessLog ?? { edges: [], pageInfo: { hasNextPage: false, endCursor: null } };
}

/** Begins with an empty log: nothing waits to be written. */
async function forget(): Promise<void> {
  await api.audit();
  await fresh.sql`truncate audit_entry`;
}

/** Entries of the past: one a day. */
async function arrangeEntries(count: number, entry: object = {}): Promise<void> {
  const account = idOf("account", "registrar.jdsf");
  for (let day = 0; day < count; day += 1) {
    await fresh.sql`insert into audit_entry ${fresh.sql({
      id: crypto.randomUUID(),
      at: new Date(BASE - day * DAY_MS),
      accountId: account,
      role: "REGISTRAR",
      institutionId: idOf("institution", "jdsf"),
      action: "achievement.read",
      outcome: "DONE",
      learnerIds: [wang],
      learnerCount: 1,
      requestId: "test",
      times: 1,
      ...entry,
    })}`;
  }
}

test("an auditor finds entries by learner, by who acted, by what was done, by time and by what came of it", async () => {
  await forget();
  await arrangeEntries(3);
  await arrangeEntries(1, { action: "learner.read", outcome: "REFUSED", problem: "FORBIDDEN", learnerIds: [] });
  const actions = async (filter: object) => (await search(filter)).edges.map(({ node }) => node.action);
  expect(await actions({ learnerId: encodeId("Learner", wang), action: "achievement.read" })).toHaveLength(3);
  expect(await actions({ accountLogin: "registrar.jdsf" })).toHaveLength(4);
  expect(await actions({ accountLogin: "nobody.there" })).toEqual([]);
  expect(await actions({ outcome: "REFUSED" })).toEqual(["learner.read"]);
  expect(await actions({ from: "2026-11-19T00:00:00Z", until: "2026-11-20T00:00:00Z" })).toEqual(["achievement.read"]);
  const [{ node } = expect.fail("one was found")] = (
    await search({ accountLogin: "registrar.jdsf", action: "achievement.read" })
  ).edges;
  expect(node).toMatchObject({ account: { login: "registrar.jdsf" }, learnerIds: [encodeId("Learner", wang)] });
});

test("pages follow one another without gap or repetition, entries of one moment too", async () => {
  await forget();
  await arrangeEntries(4);
  await arrangeEntries(3);
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page: Page<Entry> = await search({ action: "achievement.read" }, { first: 2, after });
    seen.push(...page.edges.map(({ node }) => node.at));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  expect(seen).toHaveLength(7);
  expect(seen).toEqual([...seen].sort().reverse());
});

interface Plan {
  readonly Plan: Readonly<Record<"Actual Rows" | "Shared Hit Blocks" | "Shared Read Blocks", number>>;
}

/** How many blocks it takes to find a page of the log. */
function blocksRead(
  { role, learner }: { readonly role: string; readonly learner: string },
  found: (sql: postgres.TransactionSql) => postgres.PendingQuery<postgres.Row[]>,
): Promise<number> {
  return fresh.sql.begin(async (sql) => {
    await sql`select set_config('guantong.role', ${role}, true), set_config('guantong.learner', ${learner}, true),
      set_config('guantong.account', ${idOf("account", "auditor")}, true)`;
    const explain = () => sql<{ "QUERY PLAN": Plan[] }[]>`
      explain (analyze, buffers, format json) select * from ${found(sql)}`;
    // the first time reads what the planner must know
    await explain();
    const [row] = await explain();
    const { Plan: plan } = row?.["QUERY PLAN"][0] ?? expect.fail("there is a plan");
    expect(plan["Actual Rows"]).toBeGreaterThan(0);
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];
  });
}

test("a page costs a page, however long the log is and whatever is searched for", { timeout: 60_000 }, async () => {
  await forget();
  const rare = idOf("learner", "bai-yifan");
  await fresh.sql`
    insert into audit_entry (id, at, account_id, role, action, outcome, learner_ids, learner_count, request_id, times)
    select gen_random_uuid(), '2026-01-01'::timestamptz + n * interval '1 minute', ${idOf("account", "registrar.jdsf")},
      'REGISTRAR', 'achievement.read', case n % 10000 when 0 then 'REFUSED' else 'DONE' end,
      array[case when n % 5000 = 0 then ${rare}::uuid when n % 10 = 0 then ${wang}::uuid else gen_random_uuid() end], 1, 'test', 1
    from generate_series(1, 30000) n`;
  await fresh.sql`analyze audit_entry`;
  const registrar = idOf("account", "registrar.jdsf");
  // learner, account, action, from, until, outcome
  const searches = [
    [null, null, null, null, null, null],
    [wang, null, null, null, null, null],
    [rare, null, null, null, null, null],
    [null, registrar, "achievement.read", null, null, null],
    [null, null, null, null, "2026-01-02T00:00:00Z", null],
    [null, null, null, null, null, "REFUSED"],
  ];
  for (const [learner = null, account = null, action = null, from = null, until = null, outcome = null] of searches) {
    const read = await blocksRead(
      { role: "AUDITOR", learner: wang },
      (sql) => sql`
      audit_search(${learner}::uuid, ${account}::uuid, ${action}::text, ${from}::timestamptz, ${until}::timestamptz,
        ${outcome}::text, '2026-01-20T00:00:00Z', ${rare}::uuid, 21)`,
    );
    expect(read, `${learner} ${account} ${action} ${until} ${outcome}`).toBeLessThan(300);
  }
  for (const learner of [wang, rare]) {
    const read = await blocksRead(
      { role: "STUDENT", learner },
      (sql) => sql`
      access_log('2026-01-20T00:00:00Z', ${rare}::uuid, 21)`,
    );
    expect(read).toBeLessThan(300);
  }
  // the whole log, which a search that sorts it would read
  const [whole] = await fresh.sql<{ blocks: number }[]>`select (pg_relation_size('audit_entry') / 8192)::int as blocks`;
  expect(whole?.blocks).toBeGreaterThan(600);
});

test("a cursor or an id that is none is refused in words", async () => {
  const codes = async (variables: object) =>
    (await api.ask(SEARCH, variables, { as: "auditor" })).errors.map(({ extensions }) => extensions?.code);
  expect(await codes({ after: "x" })).toEqual(["INVALID_INPUT"]);
  expect(await codes({ filter: { learnerId: "x" } })).toEqual(["MALFORMED_ID"]);
  expect(await codes({ filter: { action: "x".repeat(101) } })).toEqual(["INVALID_INPUT"]);
});

test("whoever searches the log leaves an entry in it that says what for, though they found nothing", async () => {
  await forget();
  await search({ accountLogin: "nobody.there" });
  expect((await search({ action: "audit.read" })).edges).toMatchObject([
    { node: { action: "audit.read", account: { login: "auditor" }, reason: "accountLogin=nobody.there" } },
  ]);
  await search({ learnerId: encodeId("Learner", wang) });
  expect((await log("student.wang")).edges).toMatchObject([{ node: { action: "audit.read", role: "AUDITOR" } }]);
});

test("students see who looked at their record: when, as what, for which school, in their language", async () => {
  await forget();
  await api.ask(RECORD, { id: encodeId("Learner", wang) }, { as: "registrar.jdsf" });
  const [entry, ...rest] = (await log("student.wang")).edges;
  expect(rest).toEqual([]);
  expect(entry?.node).toMatchObject({ action: "achievement.read", actionText: "查看学习成果", role: "REGISTRAR" });
  expect(entry?.node.institution).toEqual({ key: "jdsf" });
  expect((await log("student.wang", "en")).edges[0]?.node.actionText).toBe("looked at achievements");
});

test("neither one's own looks are in it, nor refused ones, nor those at anybody else's", async () => {
  await forget();
  const id = encodeId("Learner", wang);
  await api.ask(RECORD, { id }, { as: "student.wang" });
  await api.ask(RECORD, { id }, { as: "registrar.qgsf" });
  await api.ask(RECORD, { id }, { as: "guardian.wang" });
  expect((await log("guardian.wang")).edges).toEqual([]);
  expect((await log("student.bai")).edges).toEqual([]);
  const roles = (await log("student.wang")).edges.map(({ node }) => node.role);
  expect(new Set(roles)).toEqual(new Set(["GUARDIAN"]));
});

test("the database alone shows the log to nobody else", async () => {
  await forget();
  await arrangeEntries(1);
  const page = { first: 20, after: null };
  const filter = { learnerId: null, accountId: null, action: null, from: null, until: null, outcome: null };
  const as = async (viewer: Viewer) => {
    const tx = fresh.db.read(viewer);
    const found = [
      (await store.looks(tx, page)).length,
      (await store.entries(tx, filter, page)).length,
      (await store.entries(tx, { ...filter, learnerId: wang }, page)).length,
      (await store.accountsByIds(tx, [idOf("account", "admin")])).length,
    ];
    tx.end();
    return found;
  };
  const base = { ...ANONYMOUS, accountId: idOf("account", "admin") };
  expect(await as({ ...base, role: "STUDENT", learnerId: wang })).toEqual([1, 0, 0, 0]);
  expect(await as({ ...base, role: "STUDENT", learnerId: idOf("learner", "bai-yifan") })).toEqual([0, 0, 0, 0]);
  expect(await as({ ...base, role: "REGISTRAR", learnerId: wang })).toEqual([0, 0, 0, 0]);
  expect(await as({ ...base, role: "ADMINISTRATOR" })).toEqual([0, 0, 0, 0]);
  expect(await as({ ...base, role: "AUDITOR" })).toEqual([0, 1, 1, 1]);
  expect(await as(ANONYMOUS)).toEqual([0, 0, 0, 0]);
});

test.each([zh, en])("every action has words", ({ action }) => {
  const actions = [...Object.keys(POLICY), ...OWN_ACTIONS, ...SERVICE_ACTIONS];
  expect(Object.keys(action).sort()).toEqual(actions.sort());
});
