import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Action, authorise, POLICY } from "../../../src/auth/policy.ts";
import { see, Trail } from "../../../src/auth/trail.ts";
import { ANONYMOUS, type Role, type Viewer } from "../../../src/auth/viewer.ts";
import { AuditWriter } from "../../../src/db/audit.ts";
import { DISTRIBUTION } from "../../../src/db/distribution.ts";
import type { AuditEntry } from "../../../src/domain/audit.ts";
import { problem } from "../../../src/domain/problem.ts";
import { type TestApi, openApi } from "../../support/api.ts";
import { ROOT } from "../../support/child.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

type Logged = Pick<AuditEntry, "action" | "outcome" | "problem" | "role" | "learnerIds" | "learnerCount" | "times"> & {
  readonly login: string | null;
  readonly detail: AuditEntry["detail"];
};

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

/** What the log says since it was asked last. */
async function logged(): Promise<readonly Logged[]> {
  await api.audit();
  const rows = await fresh.sql<Logged[]>`
    select e.action, e.outcome, e.problem, e.role, e.learner_ids, e.learner_count, e.times, e.detail, a.login
    from audit_entry e left join account a on a.id = e.account_id order by e.id`;
  await fresh.sql`truncate audit_entry`;
  return rows;
}

const LIST = "{ achievements(first: 20) { edges { node { title { text } } } } }";

test("a registrar's list is one entry that names everyone on it, with where it was asked from", async () => {
  await logged();
  await api.ask(LIST, {}, { as: "registrar.jdsf" });
  const [entry, ...rest] = await logged();
  expect(rest).toEqual([]);
  expect(entry).toMatchObject({
    login: "registrar.jdsf",
    role: "REGISTRAR",
    action: "achievement.read",
    outcome: "DONE",
    detail: { address: "192.0.2.0/24" },
  });
  expect(entry?.learnerIds.length).toBe(entry?.learnerCount);
  expect(entry?.learnerCount).toBeGreaterThan(0);
});

test("the same look within one moment is one entry that says how often", async () => {
  await Promise.all(Array.from({ length: 5 }, () => api.ask(LIST, {}, { as: "registrar.jdsf" })));
  const entries = await logged();
  // on a slow machine the moment may end between them
  expect(entries.reduce((sum, { times }) => sum + times, 0)).toBe(5);
  expect(new Set(entries.map(({ action }) => action))).toEqual(new Set(["achievement.read"]));
});

test("students leave nothing when they look at their own record", async () => {
  const own = `{ viewer { capacity { learner { name registrations { studentNo }
    achievements(first: 5) { edges { node { title { text } } } } statement { balances { banked } } } } } mySeats { id } }`;
  const answer = await api.ask(own, {}, { as: "student.wang" });
  expect(answer.errors).toEqual([]);
  expect(await logged()).toEqual([]);
});

test("a learner looked at by id leaves a trail though only row-level security was asked", async () => {
  const found = await api.ask<{ learners: { edges: { node: { id: string } }[] } }>(
    "{ learners(first: 1) { edges { node { id } } } }",
    {},
    { as: "registrar.jdsf" },
  );
  const id = found.data?.learners.edges[0]?.node.id;
  expect(await logged()).toMatchObject([{ action: "learner.read" }]);
  await api.ask("query ($id: ID!) { node(id: $id) { ... on Learner { name } } }", { id }, { as: "registrar.jdsf" });
  expect(await logged()).toMatchObject([{ action: "learner.read", outcome: "DONE", learnerCount: 1 }]);
});

test("a refusal is in the log with its code", async () => {
  await api.ask("{ depositBatches(first: 1) { edges { node { number } } } }", {}, { as: "student.wang" });
  expect(await logged()).toMatchObject([
    { login: "student.wang", action: "batch.read", outcome: "REFUSED", problem: "FORBIDDEN" },
  ]);
});

describe("an act", () => {
  const DISCARD = `mutation ($id: ID!) { discardBatch(batchId: $id) { __typename ... on Problem { code } } }`;
  const RECORD = `mutation ($input: RecordAchievementInput!) { recordAchievement(input: $input) { __typename
    ... on RecordAchievementsSuccess { batch { id } } ... on SheetProblem { rows { message } } ... on Problem { code } } }`;

  async function inputOf(grade: string) {
    const [row] = await fresh.sql<{ studentNo: string; courseCode: string }[]>`
      select r.student_no, c.code as course_code
      from registration r join institution i on i.id = r.institution_id and i.key = 'jdsf'
      join course c on c.institution_id = i.id and c.grading_mode = 'PERCENT'
      where r.status = 'ACTIVE'
        and not exists (select 1 from achievement a where a.learner_id = r.learner_id and a.course_id = c.id)
      order by c.code, r.student_no limit 1`;
    if (row === undefined) throw new Error("the demonstration has a course nobody took");
    return { ...row, termCode: "2025-2026-2", completedOn: "2026-06-30", grade };
  }

  test("is written in its own transaction, and names whom it touched", async () => {
    const input = await inputOf("88");
    const recorded = await api.ask<{ recordAchievement: { batch?: { id: string } } }>(
      RECORD,
      { input },
      { as: "registrar.jdsf" },
    );
    const id = recorded.data?.recordAchievement.batch?.id;
    expect(id, JSON.stringify(recorded)).toBeDefined();
    expect(await logged()).toMatchObject([
      { login: "registrar.jdsf", action: "achievement.record", outcome: "DONE", learnerCount: 1 },
    ]);
    await api.ask(DISCARD, { id }, { as: "registrar.jdsf" });
    expect(await logged()).toMatchObject([{ action: "batch.discard", outcome: "DONE" }]);
    await api.ask(DISCARD, { id }, { as: "registrar.jdsf" });
    expect(await logged()).toMatchObject([{ action: "batch.discard", outcome: "FAILED", problem: "BATCH_NOT_OPEN" }]);
  });

  test("does not happen where it cannot be written down", async () => {
    await fresh.sql`alter table audit_entry add constraint no_more check (false) not valid`;
    const input = await inputOf("77");
    const answer = await api.ask(RECORD, { input }, { as: "registrar.jdsf" });
    expect(answer.errors).toHaveLength(1);
    const open = await fresh.sql`select 1 from deposit_batch where status = 'OPEN'`;
    await fresh.sql`alter table audit_entry drop constraint no_more`;
    expect(open).toEqual([]);
    expect(await logged()).toMatchObject([{ action: "achievement.record", outcome: "FAILED", problem: "INTERNAL" }]);
  });
});

const SCHOOL = "11111111-1111-4111-8111-111111111111";
const LEARNER = "33333333-3333-4333-8333-333333333333";

test.each(Object.keys(POLICY) as Action[])("nobody does %s without a trace", (action) => {
  const grant: Partial<Record<string, string>> = POLICY[action];
  for (const role of Object.keys(grant) as Role[]) {
    const trail = new Trail({ now: new Date(), address: null });
    const who: Viewer = { ...ANONYMOUS, role, accountId: SCHOOL, institutionId: SCHOOL, learnerId: LEARNER, trail };
    const refused = authorise(who, action, { learnerId: LEARNER, institutionIds: [SCHOOL] });
    if (refused === null) see(trail.seen, [{ learnerId: SCHOOL }]);
    const entries = [...trail.takeActs(who, new Set()), ...trail.takeRest(who)];
    expect(entries.map((entry) => entry.action)).toContain(action);
  }
});

/**
 * Statements that ask of one learner whom their caller has named to the policy, count, or tell yes or no: no row of them
 * needs to say whose it is.
 */
const ANONYMOUS_STATEMENTS = new Set([
  "application.waiting",
  "bank.lockAccounts",
  "bank.balancesAsOf",
  "bank.issuedAsOf",
  "bank.gradedResults",
  "bank.totalsOfBatches",
  "file.keysOfFiles",
  "notice.learnersOf",
  "recognition.factsOfLearner",
  "recognition.earlierLinesOfLearner",
  "recognition.entryByPathway",
  "registry.keysOfDocuments",
  "registry.stageProgrammesOfLearner",
  "selection.sectionsFor",
  "selection.passedCourses",
  "seed.decisionThere",
]);

test("every statement that reads a person's rows says whose they are", () => {
  const persons = Object.entries(DISTRIBUTION).flatMap(([table, how]) =>
    table === "learner" || table === "seat" || table === "batch_row" || (how !== "reference" && how.by === "learner_id")
      ? [table]
      : [],
  );
  const reads = new RegExp(`\\b(?:from|join)\\s+(?:${persons.join("|")})\\b`, "i");
  const files = execFileSync("git", ["ls-files", "src/**/*.ts"], { cwd: ROOT, encoding: "utf8" }).trim().split("\n");
  const silent = files.flatMap((file) => {
    const text = readFileSync(join(ROOT, file), "utf8");
    return [...text.matchAll(/\/\* (\w+\.\w+) \*\/((?:[^`]|`(?=\$))*)`/g)].flatMap(([, name = "", sql = ""]) => {
      const lists = [...sql.matchAll(/select([\s\S]*?)\bfrom\b/gi)].map(([, list = ""]) => list);
      const changes = /^\s*(?:insert|update|delete)/i.test(sql) && !/returning/i.test(sql);
      return changes || !reads.test(sql) || lists.some((list) => /learner_id|\*/.test(list)) ? [] : [name];
    });
  });
  expect(silent.filter((name) => !ANONYMOUS_STATEMENTS.has(name))).toEqual([]);
  expect([...ANONYMOUS_STATEMENTS].filter((name) => !silent.includes(name))).toEqual([]);
});

describe("the writer of looks", () => {
  const entry = (n: number): AuditEntry => ({
    id: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`,
    at: "2026-11-24T02:00:00.000Z",
    accountId: SCHOOL,
    role: "REGISTRAR",
    institutionId: SCHOOL,
    action: "learner.read",
    outcome: "DONE",
    problem: null,
    learnerIds: [`00000000-0000-4000-8000-${String(n).padStart(12, "0")}`],
    learnerCount: 1,
    resourceType: null,
    resourceId: null,
    requestId: "",
    times: 1,
    detail: null,
  });

  test("writes everything that waits when the service leaves in order", async () => {
    const writer = new AuditWriter({ db: fresh.writer, everyMs: 3_600_000 });
    writer.add(Array.from({ length: 2500 }, (_, n) => entry(n)));
    await writer.end();
    expect(writer.size).toBe(0);
    expect(await logged()).toHaveLength(2500);
  });

  test("holds no more than its bound: whoever looks at more waits until there is room", async () => {
    let fail = true;
    const db = {
      ...fresh.writer,
      write: (...args: Parameters<typeof fresh.writer.write>) =>
        fail ? Promise.reject(new Error("the database is away")) : fresh.writer.write(...args),
    } as typeof fresh.writer;
    const writer = new AuditWriter({ db, everyMs: 10, waitingMax: 3 });
    writer.add([entry(1), entry(2), entry(3)]);
    expect(writer.full).toBe(true);
    let admitted = false;
    const waiting = writer.room().then(() => {
      admitted = true;
    });
    await expect(writer.end()).rejects.toThrow("away");
    expect(admitted).toBe(false);
    fail = false;
    writer.add([]);
    await waiting;
    expect(await logged()).toHaveLength(3);
  });
});

test("a problem inside an act is told by its code, not by the words it carries", () => {
  const trail = new Trail({ now: new Date(), address: null });
  const who: Viewer = { ...ANONYMOUS, role: "REGISTRAR", accountId: SCHOOL, institutionId: SCHOOL, trail };
  authorise(who, "batch.confirm", { institutionIds: [SCHOOL] });
  trail.failActs(problem("IDEMPOTENCY_MISMATCH", { key: "王思远" }).code);
  expect(JSON.stringify(trail.takeRest(who))).not.toContain("王思远");
});
