import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import type { AuditEntry } from "../../../src/domain/audit.ts";
import { AuditWriter } from "../../../src/db/audit.ts";
import { openDatabase } from "../../../src/db/client.ts";
import { openMetrics } from "../../../src/http/metrics.ts";
import { idOf } from "../../../src/seed/id.ts";
import { Browser } from "../../support/browser.ts";
import { newcomers } from "../../support/newcomers.ts";
import { openTestServer, type TestServer } from "../../support/server.ts";

type Logged = Pick<AuditEntry, "action" | "outcome" | "problem" | "role" | "learnerIds" | "detail" | "requestId"> & {
  readonly login: string | null;
  /** The account that it was done to. */
  readonly target: string | null;
  readonly resourceType: string | null;
};

const PASSWORD = "ferret-Umbrella 71 canal";
const SET = `mutation ($current: String, $password: String!) { setPassword(current: $current, password: $password) { __typename } }`;
const CODES = "{ __typename ... on CodesSuccess { codes { code login } } ... on Problem { code } }";

let server: TestServer;
let klass = "";

beforeAll(async () => {
  server = await openTestServer({ demo: true });
  const name = await newcomers(server.fresh.sql, 4);
  const [row] = await server.fresh.sql<{ institutionId: string; id: string }[]>`
    select institution_id, id from class_group where name = ${name}`;
  klass = encodeId("SchoolClass", row?.id ?? "");
});
afterAll(() => server.drop());
beforeEach(async () => {
  await logged();
});

/** What the log says since it was asked last: looks are left out. */
async function logged(): Promise<readonly Logged[]> {
  await server.audit();
  const rows = await server.fresh.sql<Logged[]>`
    select e.action, e.outcome, e.problem, e.role, e.learner_ids, e.detail, e.request_id, e.resource_type, a.login,
      t.login as target
    from audit_entry e left join account a on a.id = e.account_id
      left join account t on e.resource_type = 'Account' and t.id = e.resource_id
    where e.action not like '%.read' order by e.id`;
  await server.fresh.sql`truncate audit_entry`;
  return rows;
}

async function signedIn(login: string): Promise<Browser> {
  const browser = new Browser();
  expect((await browser.post(`${server.url}/auth/demo`, { login })).status).toBe(200);
  return browser;
}
const enter = (code: string, browser = new Browser()) => browser.post(`${server.url}/auth/code`, { code });
const byPassword = (login: string, password: string) =>
  new Browser().post(`${server.url}/auth/password`, { login, password });

interface Issued {
  readonly done: {
    readonly codes?: readonly { readonly code: string; readonly login: string }[];
    readonly code?: string;
  };
}
/** A learner's first code, and their login. */
async function freshCode() {
  const registrar = await signedIn("registrar.jdsf");
  const open = `mutation ($id: ID!) { done: openAccounts(classId: $id, renew: true) ${CODES} }`;
  const { data } = await registrar.ask<Issued>(server.url, open, { id: klass });
  const [first] = data?.done.codes ?? [];
  if (first === undefined) throw new Error("nobody without an account is left");
  return first;
}

describe("the log of who came in", () => {
  test("has whoever signs in and out, how, and from where", async () => {
    const browser = await signedIn("registrar.jdsf");
    await browser.post(`${server.url}/auth/logout`, {});
    expect(await logged()).toMatchObject([
      {
        action: "session.begin",
        outcome: "DONE",
        login: "registrar.jdsf",
        resourceType: "Session",
        detail: { reason: "DEMO", address: expect.stringMatching(/(\/24|\/48|^::)$/) },
      },
      { action: "session.end", outcome: "DONE", login: "registrar.jdsf", detail: { reason: "SIGNED_OUT" } },
    ]);
  });

  test("has a code that was used, whose it was, and never the code", async () => {
    const { code, login } = await freshCode();
    await logged();
    await enter(`${code.slice(0, -1)}${code.endsWith("Z") ? "Y" : "Z"}`);
    await enter(code);
    await enter(code);
    await enter("0000-0000-0000-0000");
    const entries = await logged();
    // refusals of one moment are one entry, which says how often
    const lines = entries.map(({ outcome, problem, login: who, target, detail }) =>
      [outcome, problem, who, target, detail?.reason].join(" "),
    );
    expect(new Set(lines)).toEqual(
      new Set([`REFUSED CODE_INVALID  ${login} CODE`, `DONE  ${login}  CODE`, "REFUSED CODE_INVALID   CODE"]),
    );
    const told = JSON.stringify(entries);
    for (const part of code.split("-")) expect(told).not.toContain(`${part}-`);
    expect(told).not.toContain(code.replaceAll("-", ""));
  });

  test("has a password that was set, tried and wrong, and never the password", async () => {
    const { code, login } = await freshCode();
    const owner = new Browser();
    await enter(code, owner);
    await logged();
    await owner.ask(server.url, SET, { password: PASSWORD });
    await owner.ask(server.url, SET, { password: "password1234" });
    await byPassword(login, PASSWORD);
    await byPassword(login, `${PASSWORD} wrong`);
    await byPassword(PASSWORD, "typed in the wrong field");
    const entries = await logged();
    expect(
      entries
        .map(({ action, outcome, problem, login: who, target }) => [action, outcome, problem, who ?? target])
        .sort(),
    ).toEqual(
      [
        ["password.set", "DONE", null, login],
        ["password.set", "REFUSED", "PASSWORD_GUESSABLE", login],
        ["session.begin", "DONE", null, login],
        ["session.begin", "REFUSED", "PASSWORD_WRONG", login],
        ["session.begin", "REFUSED", "PASSWORD_WRONG", null],
      ].sort(),
    );
    expect(JSON.stringify(entries)).not.toMatch(/ferret|password1234|wrong field/);
  });

  test("has whoever comes with a passkey that is none, and adds one that is none", async () => {
    const browser = await signedIn("student.wang");
    await browser.post(`${server.url}/auth/passkeys`, { response: {} });
    await new Browser().post(`${server.url}/auth/passkey`, { response: { id: "x" } });
    expect((await logged()).slice(1)).toMatchObject([
      { action: "passkey.add", outcome: "REFUSED", login: "student.wang", problem: "PASSKEY_REFUSED" },
      {
        action: "session.begin",
        outcome: "REFUSED",
        login: null,
        problem: "PASSKEY_REFUSED",
        detail: { reason: "PASSKEY" },
      },
    ]);
  });

  test("has a cookie that came back worn out: somebody else may have it", async () => {
    const browser = await signedIn("student.wang");
    const account = idOf("account", "student.wang");
    await server.fresh.sql`update session set generation = 3, confirmed = 3 where account_id = ${account}`;
    await server.fresh.sql`select pg_notify('guantong_account', ${account})`;
    await logged();
    await expect
      .poll(async () => (await browser.ask(server.url, "{ viewer { login } }")).code, { interval: 20 })
      .toBe("TOKEN_INVALID");
    expect(await logged()).toMatchObject([
      { action: "session.end", login: "student.wang", detail: { reason: "COOKIE_REUSED" } },
    ]);
  });

  test("is found by an auditor with the account that was tried", async () => {
    await byPassword("registrar.jdsf", "wrong");
    await server.audit();
    const auditor = await signedIn("auditor");
    const { data } = await auditor.ask<{ auditEntries: { edges: unknown[] } }>(
      server.url,
      `{ auditEntries(filter: { action: "session.begin", outcome: REFUSED }) {
        edges { node { account { login } target { login } problem reason actionText } } } }`,
    );
    expect(data?.auditEntries.edges).toEqual([
      {
        node: {
          account: null,
          target: { login: "registrar.jdsf" },
          problem: "PASSWORD_WRONG",
          reason: "PASSWORD",
          actionText: "登录",
        },
      },
    ]);
  });
});

describe("the log of who was let in by others, and kept out", () => {
  test("has access restored: whose, by whom, why; its owner reads it too", async () => {
    const { login } = await freshCode();
    const [row] = await server.fresh.sql<{ id: string; learnerId: string }[]>`
      select a.id, c.learner_id from account a join capacity c on c.account_id = a.id where a.login = ${login}`;
    const registrar = await signedIn("registrar.jdsf");
    await logged();
    const restore = `mutation ($id: ID!, $reason: String!) { done: restoreAccess(accountId: $id, reason: $reason) ${CODES} }`;
    const id = encodeId("LearnerAccount", row?.id ?? "");
    const { data } = await registrar.ask<Issued>(server.url, restore, { id, reason: "已核对身份证" });
    expect(data?.done.codes).toHaveLength(1);
    const other = await signedIn("registrar.btvtc");
    await other.ask(server.url, restore, { id, reason: "身份证" });
    const entries = (await logged()).filter(({ action }) => action === "account.restore");
    expect(entries).toMatchObject([
      {
        outcome: "DONE",
        login: "registrar.jdsf",
        target: login,
        learnerIds: [row?.learnerId],
        detail: { reason: "已核对身份证" },
      },
      { outcome: "FAILED", login: "registrar.btvtc", target: login, problem: "ACCOUNT_NOT_YOURS" },
    ]);
    expect(JSON.stringify(entries)).not.toContain(data?.done.codes?.[0]?.code);
  });

  test("has access revoked, done and refused", async () => {
    const revoke = 'mutation { revokeAccess(login: "student.zhao") { __typename } }';
    await (await signedIn("admin")).ask(server.url, revoke);
    await (await signedIn("registrar.jdsf")).ask(server.url, revoke);
    expect((await logged()).filter(({ action }) => action === "account.revoke")).toMatchObject([
      { outcome: "DONE", login: "admin", target: "student.zhao" },
      { outcome: "REFUSED", login: "registrar.jdsf", problem: "FORBIDDEN" },
    ]);
  });

  test("has a role handed on, why, and ended by its giver", async () => {
    const giver = await signedIn("confirmer.jdsf");
    const { data } = await giver.ask<{ delegateCapacity: { delegation: { id: string } } }>(
      server.url,
      `mutation ($input: DelegateCapacityInput!) { delegateCapacity(input: $input) {
        ... on DelegationSuccess { delegation { id } } } }`,
      { input: { toLogin: "classteacher.jdsf", until: "2027-12-31", reason: "出差" } },
    );
    await giver.ask(server.url, "mutation ($id: ID!) { endDelegation(id: $id) { __typename } }", {
      id: data?.delegateCapacity.delegation.id,
    });
    expect((await logged()).slice(1)).toMatchObject([
      { action: "capacity.delegate", outcome: "DONE", login: "confirmer.jdsf", detail: { reason: "出差" } },
      { action: "delegation.end", outcome: "DONE", login: "confirmer.jdsf", resourceType: "Capacity" },
    ]);
  });
});

test("a log that cannot be written is told of, counted, and written when it can be again", async () => {
  let away = true;
  const db = {
    ...server.fresh.writer,
    write: (...args: Parameters<typeof server.fresh.writer.write>) =>
      away ? Promise.reject(new Error("the database is away")) : server.fresh.writer.write(...args),
  } as typeof server.fresh.writer;
  const writer = new AuditWriter({ db, everyMs: 5 });
  const told = new Promise<unknown>((resolve) => {
    writer.onFailure(resolve);
  });
  const jobs = openDatabase(server.fresh.url, { role: "guantong_job", max: 1 });
  const figures = async () => (await openMetrics(server.fresh.db, jobs, writer).text()).match(/^guantong_audit_.*$/gm);
  writer.add([
    {
      at: new Date().toISOString(),
      accountId: null,
      role: "ANONYMOUS",
      institutionId: null,
      action: "session.begin",
      outcome: "REFUSED",
      problem: "CODE_INVALID",
      learnerIds: [],
      learnerCount: 0,
      resourceType: null,
      resourceId: null,
      requestId: "",
      times: 1,
      detail: null,
    },
  ]);
  expect(await told).toMatchObject({ message: "the database is away" });
  expect(await figures()).toEqual([
    "guantong_audit_waiting 1",
    expect.stringMatching(/^guantong_audit_failures_total [1-9]/),
  ]);
  away = false;
  await writer.end();
  expect(await figures()).toContain("guantong_audit_waiting 0");
  expect(await logged()).toMatchObject([{ action: "session.begin", problem: "CODE_INVALID" }]);
  await jobs.end();
});
