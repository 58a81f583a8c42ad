import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { idOf } from "../../../src/seed/id.ts";
import { Browser, codeIn } from "../../support/browser.ts";
import { openTestServer, type TestServer } from "../../support/server.ts";

const GOOD = "ferret-Umbrella 71 canal";
const WHO = "{ viewer { login capacity { role } } }";
const STAFF = `query ($text: String, $first: Int, $after: String) { staffAccounts(text: $text, first: $first, after: $after) {
  edges { node { id login displayName signedIn roles { role institution { key } } } } pageInfo { hasNextPage endCursor } } }`;
const RESTORE = `mutation ($id: ID!, $reason: String!) { done: restoreAccess(accountId: $id, reason: $reason) {
  __typename ... on CodesSuccess { codes { code login } } ... on Problem { code } } }`;
const REVOKE =
  "mutation ($login: String!) { done: revokeAccess(login: $login) { __typename ... on Problem { code } } }";
const SET =
  "mutation ($password: String!) { done: setPassword(password: $password) { __typename ... on Problem { code } } }";

interface Staff {
  readonly staffAccounts: {
    readonly edges: readonly {
      readonly node: {
        readonly id: string;
        readonly login: string;
        readonly signedIn: boolean;
        readonly roles: readonly { readonly role: string; readonly institution: { readonly key: string } | null }[];
      };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}
interface Done {
  readonly __typename: string;
  readonly code?: string;
  readonly codes?: readonly { readonly code: string; readonly login: string }[];
}

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ demo: true });
});
afterAll(() => server.drop());

async function signedIn(login: string): Promise<Browser> {
  const browser = new Browser();
  expect((await browser.post(`${server.url}/auth/demo`, { login })).status).toBe(200);
  return browser;
}
async function done(browser: Browser, query: string, variables: object): Promise<Done> {
  const { data, code = "" } = await browser.ask<{ done: Done }>(server.url, query, variables);
  return data?.done ?? { __typename: "refused", code };
}
async function staff(browser: Browser, variables: object = {}): Promise<Staff["staffAccounts"]> {
  const { data, code } = await browser.ask<Staff>(server.url, STAFF, variables);
  if (data === null) throw new Error(code);
  return data.staffAccounts;
}
const logins = ({ edges }: Staff["staffAccounts"]): string[] => edges.map(({ node }) => node.login);
const staffId = (login: string): string => encodeId("StaffAccount", idOf("account", login));

describe("the staff of a school", () => {
  test("is found by its administrator, by a part of a login or name, and nobody else's is", async () => {
    const admin = await signedIn("admin.jdsf");
    const all = await staff(admin, { first: 200 });
    expect(logins(all)).toEqual(expect.arrayContaining(["admin.jdsf", "registrar.jdsf"]));
    const schools = new Set(all.edges.flatMap(({ node }) => node.roles.map(({ institution }) => institution?.key)));
    expect(schools).toEqual(new Set(["jdsf"]));
    expect(logins(await staff(admin, { text: "REGISTRAR.JD" }))).toEqual(["registrar.jdsf"]);
    expect(logins(await staff(admin, { text: "学校管理员" }))).toEqual(["admin.jdsf"]);
    for (const text of ["btvtc", "%", "_", "student", "' or true --"])
      expect(logins(await staff(admin, { text }))).toEqual([]);
  });

  test("is read page by page, each once and in one order", async () => {
    const admin = await signedIn("admin");
    const all = logins(await staff(admin, { first: 200 }));
    expect(all.length).toBeGreaterThan(20);
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; page === 0 || after !== null; page += 1) {
      const found: Staff["staffAccounts"] = await staff(admin, { first: 7, after });
      seen.push(...logins(found));
      after = found.pageInfo.hasNextPage ? found.pageInfo.endCursor : null;
    }
    expect(seen).toEqual(all);
  });

  test("holds nobody who has a learner's records, not for an administrator of the whole service either", async () => {
    const all = await staff(await signedIn("admin"), { first: 200 });
    const roles = new Set(all.edges.flatMap(({ node }) => node.roles.map(({ role }) => role)));
    expect([...roles].filter((role) => role === "STUDENT" || role === "GUARDIAN")).toEqual([]);
    expect(roles).toContain("REGISTRAR");
    // whoever is a parent besides is not theirs to let in
    await server.fresh.sql`insert into capacity (account_id, id, role, institution_id, learner_id, valid_from)
      values (${idOf("account", "teacher.btvtc")}, gen_random_uuid(), 'GUARDIAN', ${idOf("institution", "jdsf")},
        ${idOf("learner", "wang-siyuan")}, '2020-01-01')`;
    const admin = await signedIn("admin");
    expect(logins(await staff(admin, { text: "teacher.btvtc" }))).toEqual([]);
    expect(await done(admin, RESTORE, { id: staffId("teacher.btvtc"), reason: "工作证" })).toMatchObject({
      code: "ACCOUNT_NOT_YOURS",
    });
  });

  test("is nobody else's to look at", async () => {
    for (const login of ["registrar.jdsf", "student.wang", "auditor", "planner.alliance1"]) {
      expect((await (await signedIn(login)).ask(server.url, STAFF)).code, login).toBe("FORBIDDEN");
    }
    expect((await new Browser().ask(server.url, STAFF)).code).toBe("UNAUTHENTICATED");
  });
});

describe("an administrator who has seen the ID", () => {
  test("restores the access of somebody on the staff: every old way in ends, and a printed code opens", async () => {
    const admin = await signedIn("admin.jdsf");
    const owner = await signedIn("registrar.jdsf");
    const first = await done(admin, RESTORE, { id: staffId("registrar.jdsf"), reason: "已核对工作证" });
    expect(first).toMatchObject({ __typename: "CodesSuccess", codes: [{ login: "registrar.jdsf" }] });
    await vi.waitFor(async () => expect((await owner.ask(server.url, WHO)).code).toBe("TOKEN_INVALID"));

    const back = new Browser();
    expect((await back.post(`${server.url}/auth/code`, { code: first.codes?.[0]?.code })).status).toBe(200);
    expect((await back.ask(server.url, WHO)).data).toEqual({
      viewer: { login: "registrar.jdsf", capacity: { role: "REGISTRAR" } },
    });
    expect(await done(back, SET, { password: GOOD })).toEqual({ __typename: "AccessSuccess" });
    const again = await done(admin, RESTORE, { id: staffId("registrar.jdsf"), reason: "手机丢失" });
    const withPassword = await new Browser().post(`${server.url}/auth/password`, {
      login: "registrar.jdsf",
      password: GOOD,
    });
    expect(withPassword.status).toBe(401);
    expect(again.codes?.[0]?.code).not.toBe(first.codes?.[0]?.code);
    await server.audit();
    const noted = await server.fresh.sql`select outcome, detail ->> 'reason' as reason from audit_entry
      where action = 'account.restore' and resource_id = ${idOf("account", "registrar.jdsf")} order by id`;
    expect(noted).toMatchObject([
      { outcome: "DONE", reason: "已核对工作证" },
      { outcome: "DONE", reason: "手机丢失" },
    ]);
  });

  test("of one school restores nobody of another, no learner and no machine, and says why", async () => {
    const [school, whole] = [await signedIn("admin.jdsf"), await signedIn("admin")];
    const refused = { __typename: "ForbiddenProblem", code: "ACCOUNT_NOT_YOURS" };
    for (const login of ["registrar.btvtc", "admin", "student.wang", "guardian.wang"]) {
      expect(await done(school, RESTORE, { id: staffId(login), reason: "工作证" }), login).toEqual(refused);
    }
    expect(await done(whole, RESTORE, { id: staffId("student.wang"), reason: "工作证" })).toEqual(refused);
    expect(await done(school, RESTORE, { id: staffId("registrar.jdsf"), reason: " " })).toMatchObject({
      code: "INVALID_INPUT",
    });
    expect(
      await done(await signedIn("registrar.btvtc"), RESTORE, { id: staffId("admin.jdsf"), reason: "工作证" }),
    ).toEqual(refused);
    const machine = idOf("account", "machine.jdsf");
    await server.fresh
      .sql`insert into account (id, login, display_name, kind, demo) values (${machine}, 'machine.jdsf', '教务系统', 'SERVICE', 'yes')`;
    await server.fresh.sql`insert into capacity (account_id, id, role, institution_id, valid_from)
      values (${machine}, ${machine}, 'REGISTRAR', ${idOf("institution", "jdsf")}, '2020-01-01')`;
    expect(logins(await staff(school, { text: "machine" }))).toEqual([]);
    expect(await done(school, RESTORE, { id: staffId("machine.jdsf"), reason: "工作证" })).toEqual(refused);
    expect(await server.fresh.sql`select 1 from one_time_code where account_id = ${machine}`).toEqual([]);
  });

  test("of one school ends the sessions of its staff and of nobody else", async () => {
    const admin = await signedIn("admin.jdsf");
    const [own, other] = [await signedIn("registrar.jdsf"), await signedIn("registrar.btvtc")];
    expect(await done(admin, REVOKE, { login: "registrar.jdsf" })).toEqual({ __typename: "AccessEndedSuccess" });
    await vi.waitFor(async () => expect((await own.ask(server.url, WHO)).code).toBe("TOKEN_INVALID"));
    for (const login of ["registrar.btvtc", "student.wang", "nobody.at.all"]) {
      expect(await done(admin, REVOKE, { login }), login).toMatchObject({ code: "NOT_FOUND" });
    }
    expect((await other.ask<{ viewer: { login: string } }>(server.url, WHO)).data?.viewer.login).toBe(
      "registrar.btvtc",
    );
    expect(codeIn(await other.post(`${server.url}/auth/code`, { code: "0000-0000-0000-0000" }))).toBe("CODE_INVALID");
  });
});
