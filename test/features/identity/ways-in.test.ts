import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { SYSTEM, type Viewer } from "../../../src/auth/viewer.ts";
import { encodeId } from "../../../src/api/node-id.ts";
import { writeDocuments } from "../../../src/features/registry/service.ts";
import { idOf } from "../../../src/seed/id.ts";
import { Browser, codeIn } from "../../support/browser.ts";
import { newcomers } from "../../support/newcomers.ts";
import { openTestServer, type TestServer } from "../../support/server.ts";

interface Codes {
  readonly __typename: string;
  readonly code?: string;
  readonly codes?: readonly {
    readonly code: string;
    readonly login: string;
    readonly name: string;
    readonly studentNo: string | null;
  }[];
}
const CODES = "{ __typename ... on CodesSuccess { codes { code login name studentNo } } ... on Problem { code } }";
const WHO = "{ viewer { login capacity { role } } }";
const OPEN = `mutation ($id: ID!, $renew: Boolean) { done: openAccounts(classId: $id, renew: $renew) ${CODES} }`;
const RESTORE = `mutation ($id: ID!, $reason: String!) { done: restoreAccess(accountId: $id, reason: $reason) ${CODES} }`;
const INVITE = `mutation ($input: InviteGuardianInput!) { done: inviteGuardian(input: $input) ${CODES} }`;
const ACCOUNTS = "query ($id: ID!) { learnerAccounts(learnerId: $id) { id login role signedIn validUntil } }";
const SET =
  "mutation ($current: String, $password: String!) { done: setPassword(current: $current, password: $password) { __typename ... on Problem { code } } }";
const GOOD = "ferret-Umbrella 71 canal";

let server: TestServer;
let registrar: Browser;
/** A class of the registrar's school with learners who have no account. */
let klass: { readonly id: string; readonly name: string };

async function signedIn(login: string): Promise<Browser> {
  const browser = new Browser();
  expect((await browser.post(`${server.url}/auth/demo`, { login })).status).toBe(200);
  return browser;
}
async function done(browser: Browser, query: string, variables: object): Promise<Codes> {
  const { data, code = "" } = await browser.ask<{ done: Codes }>(server.url, query, variables);
  return data === null ? { __typename: "refused", code } : data.done;
}
const enter = (browser: Browser, code: string) => browser.post(`${server.url}/auth/code`, { code });
const byPassword = (login: string, password: string, from = "203.0.113.1") =>
  new Browser().go(`${server.url}/auth/password`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-guantong-csrf": "1", "x-forwarded-for": from },
    body: JSON.stringify({ login, password }),
  });
const who = async (browser: Browser) =>
  (await browser.ask<{ viewer: { login: string } | null }>(server.url, WHO)).data?.viewer?.login;

/** Lets the wait after five wrong passwords last: a busy machine takes longer over one than the first wait is. */
async function hold(): Promise<void> {
  const held = await server.fresh
    .sql`update password_try set open_at = now() + interval '1 minute' where failures >= 5`;
  expect(held.count).toBeGreaterThan(0);
}

/** A fresh code of a learner who never had one. */
async function freshCode(): Promise<{
  readonly code: string;
  readonly login: string;
  readonly studentNo: string | null;
}> {
  const { codes = [] } = await done(registrar, OPEN, { id: klass.id, renew: true });
  const [first] = codes;
  if (first === undefined) throw new Error("no learner without an account is left");
  return first;
}

beforeAll(async () => {
  server = await openTestServer({ demo: true, config: { trustProxy: ["loopback"] } });
  const name = await newcomers(server.fresh.sql, 12);
  registrar = await signedIn("registrar.jdsf");
  const { data } = await registrar.ask<{
    classAccounts: { id: string; name: string; learners: number; accounts: number }[];
  }>(server.url, "{ classAccounts { id name learners accounts } }");
  const found = data?.classAccounts.find((each) => each.name === name);
  if (found === undefined) throw new Error(JSON.stringify(data));
  klass = found;
});
afterAll(() => server.drop());

describe("accounts of a class", () => {
  test("are opened once, each with a code, for learners who have none", async () => {
    const first = await done(registrar, OPEN, { id: klass.id });
    expect(first.codes?.length).toBeGreaterThanOrEqual(6);
    expect(new Set(first.codes?.map(({ code }) => code)).size).toBe(first.codes?.length);
    for (const { code, login, studentNo } of first.codes ?? []) {
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
      expect(login).toBe(`jdsf.${studentNo}`);
    }
    expect(await done(registrar, OPEN, { id: klass.id })).toEqual({ __typename: "CodesSuccess", codes: [] });
  });

  test("leave no code behind where a copy of the database would show it", async () => {
    const { code } = await freshCode();
    const letters = code.replaceAll("-", "");
    const rows = await server.fresh.sql`select one_time_code::text as row from one_time_code`;
    for (const { row } of rows as unknown as { row: string }[]) expect(row).not.toContain(letters.slice(6));
  });

  test("are opened by no other school, no teacher and no student", async () => {
    for (const login of ["registrar.btvtc", "student.wang", "admin"]) {
      const refused = await done(await signedIn(login), OPEN, { id: klass.id });
      expect(refused.__typename, login).toMatch(/ForbiddenProblem|NotFoundProblem/);
    }
  });

  test("cannot be opened past the service by a registrar of another school", async () => {
    const other = { ...(await viewerOf("registrar.btvtc")) };
    const learner = idOf("learner", "wang-siyuan");
    const rows = await server.fresh.db.write(other, (tx) =>
      tx.run(
        (sql) => sql`select open_accounts(array[${learner}]::uuid[], array['x'], array['x'], array[${learner}]::uuid[],
          array[${learner}]::uuid[], 'GUARDIAN', current_date, null)`,
      ),
    );
    expect(rows).toHaveLength(0);
    const [allowed] = await server.fresh.db.write(other, (tx) =>
      tx.run((sql) => sql`select may_restore(${idOf("account", "student.wang")}) as may`),
    );
    expect(allowed).toEqual({ may: false });
  });
});

async function viewerOf(login: string) {
  const { Identity } = await import("../../../src/features/identity/service.ts");
  const { openTokens } = await import("../../../src/auth/token.ts");
  const { openKeyRing } = await import("../../../src/auth/keyring.ts");
  const { mkdtemp } = await import("node:fs/promises");
  const dataDir = await mkdtemp("/tmp/guantong-viewer-");
  const tokens = await openTokens({ issuers: [], audience: "guantong", dataDir });
  const keys = await openKeyRing({ keysFile: `${dataDir}/keys.json`, databaseUrl: null });
  const viewer = await new Identity({ db: server.fresh.db, tokens, keys }).viewerOfLogin(login, "zh", "2026-11-24");
  if ("code" in viewer) throw new Error(viewer.code);
  return viewer;
}

describe("a one-time code", () => {
  test("signs in its owner, once, however it is typed", async () => {
    const { code, login } = await freshCode();
    const browser = new Browser();
    const entered = await enter(
      browser,
      ` ${code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l")} `,
    );
    expect([entered.status, JSON.parse(entered.text)]).toEqual([200, { to: "/account" }]);
    expect(await who(browser)).toBe(login);
    expect(codeIn(await enter(new Browser(), code))).toBe("CODE_INVALID");
  });

  test("of two who hand it in at once lets one in", async () => {
    const { code } = await freshCode();
    const answers = await Promise.all([1, 2, 3, 4].map(() => enter(new Browser(), code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test("is void after five wrong tries", async () => {
    const { code } = await freshCode();
    const wrong = `${code.slice(0, -4)}${code.endsWith("ZZZZ") ? "YYYY" : "ZZZZ"}`;
    for (let round = 0; round < 5; round += 1) expect(codeIn(await enter(new Browser(), wrong))).toBe("CODE_INVALID");
    expect(codeIn(await enter(new Browser(), code))).toBe("CODE_INVALID");
  });

  test("is void after its time, and as soon as another is issued", async () => {
    const { code, login } = await freshCode();
    await server.fresh
      .sql`update one_time_code set expires_at = now() where account_id = (select id from account where login = ${login})`;
    expect(codeIn(await enter(new Browser(), code))).toBe("CODE_INVALID");
    const second = await freshCode();
    const third = await freshCode();
    expect(third.login).toBe(second.login);
    expect(codeIn(await enter(new Browser(), second.code))).toBe("CODE_INVALID");
  });

  test("that was made up opens nothing", async () => {
    for (const code of ["", "x", "0000-0000-0000-0000", "ZZZZ-ZZZZ-ZZZZ-ZZZZ", "'; drop table account; --"]) {
      expect(codeIn(await enter(new Browser(), code))).toBe("CODE_INVALID");
    }
  });
});

describe("a password", () => {
  let owner: Browser;
  let login: string;
  beforeAll(async () => {
    const fresh = await freshCode();
    login = fresh.login;
    owner = new Browser();
    await enter(owner, fresh.code);
  });

  test.each([
    ["short", "PASSWORD_TOO_SHORT"],
    ["password1234", "PASSWORD_GUESSABLE"],
    ["1qaz2wsx3edc", "PASSWORD_GUESSABLE"],
    ["aaaaaaaaaaaaaaa", "PASSWORD_GUESSABLE"],
    ["x".repeat(257), "PASSWORD_TOO_LONG"],
  ])("%s will not do", async (password, code) => {
    expect(await done(owner, SET, { password })).toMatchObject({ __typename: "InvalidInputProblem", code });
  });

  test("made of the owner's own login will not do", async () => {
    expect(await done(owner, SET, { password: `${login}!` })).toMatchObject({ code: "PASSWORD_GUESSABLE" });
  });

  test("signs its owner in; a wrong one, and a login that does not exist, are refused alike", async () => {
    expect(await done(owner, SET, { password: GOOD })).toEqual({ __typename: "AccessSuccess" });
    expect((await byPassword(login, GOOD)).status).toBe(200);
    const answers = await Promise.all([
      byPassword(login, `${GOOD}x`),
      byPassword("nobody.at.all", GOOD),
      byPassword("student.wang", GOOD),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  test("is asked for before it is changed, except of who just came with a code", async () => {
    const browser = new Browser();
    await browser.post(`${server.url}/auth/password`, { login, password: GOOD });
    expect(await done(browser, SET, { password: `${GOOD} two` })).toMatchObject({ code: "PASSWORD_WRONG" });
    expect(await done(browser, SET, { current: "wrong", password: `${GOOD} two` })).toMatchObject({
      code: "PASSWORD_WRONG",
    });
    expect(await done(browser, SET, { current: GOOD, password: `${GOOD} two` })).toEqual({
      __typename: "AccessSuccess",
    });
    expect(await done(owner, SET, { password: GOOD })).toEqual({ __typename: "AccessSuccess" });
  });

  test("has to wait after five wrong ones in a row, where they were typed and nowhere else", async () => {
    const at = "203.0.113.50";
    for (let round = 0; round < 5; round += 1) expect((await byPassword(login, `wrong ${round}`, at)).status).toBe(401);
    await hold();
    const refused = await byPassword(login, GOOD, at);
    expect([refused.status, codeIn(refused)]).toEqual([429, "TOO_MANY_REQUESTS"]);
    // how the login is written makes no new one of it
    expect((await byPassword(` ${login.toUpperCase()} `, GOOD, at)).status).toBe(429);
    expect((await byPassword(login, GOOD, "203.0.113.51")).status).toBe(200);
    expect(await who(owner)).toBe(login);
    await server.fresh.sql`update password_try set open_at = now() - interval '1 second'`;
    expect((await byPassword(login, GOOD, at)).status).toBe(200);
    // forgiven: it begins anew
    for (let round = 0; round < 4; round += 1) expect((await byPassword(login, `wrong ${round}`, at)).status).toBe(401);
    expect((await byPassword(login, GOOD, at)).status).toBe(200);
  });

  test("is taken from a browser its owner has signed in with, whatever a neighbour behind the same address tries", async () => {
    const known = new Browser();
    const sign = (browser: Browser, password: string) =>
      browser.go(`${server.url}/auth/password`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-guantong-csrf": "1", "x-forwarded-for": "203.0.113.60" },
        body: JSON.stringify({ login, password }),
      });
    expect((await sign(known, GOOD)).status).toBe(200);
    for (let round = 0; round < 6; round += 1) await sign(new Browser(), `wrong ${round}`);
    await hold();
    expect((await sign(new Browser(), GOOD)).status).toBe(429);
    // also where the account is tried from everywhere
    await server.fresh.sql`update password_try set failures = 1000`;
    expect((await sign(known, "mistyped")).status).toBe(401);
    expect((await sign(known, GOOD)).status).toBe(200);
    // it is no licence to guess: its own wrong ones are counted
    for (let round = 0; round < 5; round += 1) expect((await sign(known, `wrong ${round}`)).status).toBe(401);
    await hold();
    expect((await sign(known, GOOD)).status).toBe(429);
    // nor one to another account, nor one that anybody can make
    const forged = new Browser();
    forged.setCookie(server.url, "guantong-device", known.cookie(server.url, "guantong-session") ?? "x");
    expect((await sign(forged, GOOD)).status).toBe(429);
    await server.fresh.sql`delete from password_try`;
  });

  test("of a login that does not exist has to be waited for just the same", async () => {
    const at = "203.0.113.53";
    const answers = [];
    for (let round = 0; round < 5; round += 1) answers.push((await byPassword("nobody.at.all", GOOD, at)).status);
    await hold();
    answers.push((await byPassword("nobody.at.all", GOOD, at)).status);
    expect(answers).toEqual([401, 401, 401, 401, 401, 429]);
  });
});

describe("a registrar who has seen the ID", () => {
  test("restores access: every old way in ends, and a new code opens", async () => {
    const { code, login } = await freshCode();
    const owner = new Browser();
    await enter(owner, code);
    await done(owner, SET, { password: GOOD });
    const [row] = await server.fresh.sql<{ id: string; learnerId: string }[]>`
      select a.id, c.learner_id from account a join capacity c on c.account_id = a.id where a.login = ${login}`;
    const { data } = await registrar.ask<{ learnerAccounts: { id: string; login: string; signedIn: boolean }[] }>(
      server.url,
      ACCOUNTS,
      { id: encodeId("Learner", row?.learnerId ?? "") },
    );
    expect(data?.learnerAccounts).toMatchObject([{ login, signedIn: true }]);
    const id = data?.learnerAccounts[0]?.id;
    expect(await done(registrar, RESTORE, { id, reason: "  " })).toMatchObject({ code: "INVALID_INPUT" });
    expect(await done(await signedIn("registrar.btvtc"), RESTORE, { id, reason: "身份证" })).toMatchObject({
      code: "ACCOUNT_NOT_YOURS",
    });
    expect(await done(await signedIn("admin"), RESTORE, { id, reason: "身份证" })).toMatchObject({
      code: "ACCOUNT_NOT_YOURS",
    });
    const restored = await done(registrar, RESTORE, { id, reason: "已核对身份证" });
    await vi.waitFor(async () => expect((await owner.ask(server.url, WHO)).code).toBe("TOKEN_INVALID"));
    expect((await byPassword(login, GOOD)).status).toBe(401);
    const again = new Browser();
    expect((await enter(again, restored.codes?.[0]?.code ?? "")).status).toBe(200);
    expect(await who(again)).toBe(login);
    const [kept] = await server.fresh
      .sql`select reason, issued_by from one_time_code where account_id = ${row?.id ?? ""} order by issued_at desc limit 1`;
    expect(kept).toEqual({ reason: "已核对身份证", issuedBy: idOf("account", "registrar.jdsf") });
  });

  test("gives nobody a way into an account that is also of another school or post", async () => {
    const { login, code } = await freshCode();
    await enter(new Browser(), code);
    const [row] = await server.fresh.sql<{ id: string }[]>`select id from account where login = ${login}`;
    await server.fresh.sql`insert into capacity (account_id, id, role, institution_id, valid_from)
      values (${row?.id ?? ""}, gen_random_uuid(), 'REGISTRAR', ${idOf("institution", "btvtc")}, '2020-01-01')`;
    const id = encodeId("LearnerAccount", row?.id ?? "");
    expect(await done(registrar, RESTORE, { id, reason: "身份证" })).toMatchObject({ code: "ACCOUNT_NOT_YOURS" });
    // demo users are nobody beside real staff
    await server.fresh.sql`delete from capacity where account_id = ${row?.id ?? ""} and role = 'REGISTRAR'`;
  });
});

describe("a guardian", () => {
  const learner = encodeId("Learner", idOf("learner", "wang-siyuan"));
  const nextChild = encodeId("Learner", idOf("learner", "li-mingzhe"));
  const ACCEPT = `mutation ($code: String!) { done: acceptInvitation(code: $code) { __typename
    ... on AcceptInvitationSuccess { viewer { capacities { role standsFor } } } ... on Problem { code path } } }`;
  const BOTH = "{ viewer { capacities { id standsFor } } }";
  interface Both {
    readonly viewer: { readonly capacities: readonly { readonly id: string; readonly standsFor: string }[] };
  }
  const accountOf = async (login: string): Promise<string> => {
    const [row] = await server.fresh.sql<{ id: string }[]>`select id from account where login = ${login}`;
    return row?.id ?? "";
  };
  const END = `mutation ($id: ID!, $reason: String!) { done: endGuardianship(capacityId: $id, reason: $reason) {
    __typename ... on Problem { code } } }`;
  interface Guardian {
    readonly login: string;
    readonly guardianship: { readonly id: string; readonly relation: string; readonly inForce: boolean } | null;
  }
  const guardianshipsOf = async (id: string): Promise<readonly Guardian[]> => {
    const query = `query ($id: ID!) { learnerAccounts(learnerId: $id) {
      login guardianship { id relation documentSeen inForce } } }`;
    const { data } = await registrar.ask<{ learnerAccounts: Guardian[] }>(server.url, query, { id });
    return data?.learnerAccounts ?? [];
  };
  async function invite(
    learnerId: string,
    learnerBornOn = "2010-03-15",
  ): Promise<{ readonly code: string; readonly login: string }> {
    const { codes } = await done(registrar, INVITE, { input: { ...invitation, learnerId, learnerBornOn } });
    if (codes?.[0] === undefined) throw new Error("not invited");
    return codes[0];
  }
  /** Somebody who came in with an invitation. */
  async function guardianOf(learnerId: string): Promise<Browser & { readonly login: string }> {
    const { code, login } = await invite(learnerId);
    const browser = new Browser();
    expect((await enter(browser, code)).status).toBe(200);
    return Object.assign(browser, { login });
  }
  const restored = async (login: string): Promise<string> => {
    const id = encodeId("LearnerAccount", await accountOf(login));
    return (await done(registrar, RESTORE, { id, reason: "身份证" })).codes?.[0]?.code ?? "";
  };
  const invitation = {
    learnerId: learner,
    name: "王建国",
    relation: "FATHER",
    documentSeen: "户口簿",
    learnerBornOn: "2010-03-15",
  };

  test("is invited by the learner's school, and reads that learner's record until they come of age", async () => {
    const { codes } = await done(registrar, INVITE, { input: invitation });
    const browser = new Browser();
    await enter(browser, codes?.[0]?.code ?? "");
    const { data } = await browser.ask<{ viewer: { capacity: { role: string; learner: { id: string } } } }>(
      server.url,
      "{ viewer { capacity { role learner { id } } } }",
    );
    expect(data?.viewer.capacity).toEqual({ role: "GUARDIAN", learner: { id: learner } });
    const accounts = await registrar.ask<{ learnerAccounts: { role: string; validUntil: string | null }[] }>(
      server.url,
      ACCOUNTS,
      {
        id: learner,
      },
    );
    // the day it ends is the eve of a birthday, which no list tells
    const guardians = accounts.data?.learnerAccounts.filter(({ role }) => role === "GUARDIAN") ?? [];
    expect(new Set(guardians.map(({ validUntil }) => validUntil))).toEqual(new Set([null]));
    const ends = await server.fresh
      .sql`select valid_until from capacity where role = 'GUARDIAN' and valid_until is not null`;
    expect(ends).toContainEqual({ validUntil: "2028-03-14" });
  });

  test("takes the invitation for another child into the account they have, which then stands for both", async () => {
    const mother = await guardianOf(learner);
    const [second, other] = [await invite(nextChild), await invite(nextChild)];
    await server.fresh.sql`insert into notice (account_id, event_id, learner_id, kind, regard, params, happened_at)
      values (${await accountOf(second.login)}, ${idOf("account", "notice")}, ${idOf("learner", "li-mingzhe")},
        'REMINDED', 'GUARDIAN', '{}', now())`;
    expect(await done(mother, ACCEPT, { code: ` ${second.code.toLowerCase().replaceAll("-", " ")}` })).toEqual({
      __typename: "AcceptInvitationSuccess",
      viewer: {
        capacities: expect.arrayContaining([
          expect.objectContaining({ role: "GUARDIAN", standsFor: "王思远" }),
          expect.objectContaining({ role: "GUARDIAN", standsFor: "李明哲" }),
        ]) as unknown,
      },
    });
    const capacities = (await mother.ask<Both>(server.url, BOTH)).data?.viewer.capacities ?? [];
    expect(capacities.map(({ standsFor }) => standsFor).sort()).toEqual(["李明哲", "王思远"].sort());
    // each capacity reaches its own child
    for (const { id, standsFor } of capacities) {
      const { data } = await mother.ask<{ viewer: { capacity: { learner: { name: string } } } }>(
        server.url,
        "{ viewer { capacity { learner { name } } } }",
        {},
        { "x-guantong-capacity": id },
      );
      expect(data?.viewer.capacity.learner.name).toBe(standsFor);
    }
    // the account that was opened for it is gone, and what was seen and told is with the relation
    expect(await server.fresh.sql`select 1 from account where login = ${second.login}`).toEqual([]);
    const mine = await accountOf(mother.login);
    const kept = await server.fresh.sql`select purpose, reason, used_at is not null as used from one_time_code
      where account_id = ${mine} order by issued_at desc limit 1`;
    expect(kept[0]).toEqual({ purpose: "GUARDIAN", reason: "FATHER: 户口簿", used: true });
    expect(
      await server.fresh.sql`select kind from notice where account_id = ${mine} and kind = 'REMINDED'`,
    ).toHaveLength(1);
    // the school sees one account over both, and the code is used up, here and at the door
    expect(codeIn(await enter(new Browser(), second.code))).toBe("CODE_INVALID");
    expect(await done(mother, ACCEPT, { code: second.code })).toMatchObject({ code: "CODE_INVALID", path: ["code"] });
    // who stands for the child already takes the other invitation too, and stands for it once
    expect(await done(mother, ACCEPT, { code: other.code })).toMatchObject({ __typename: "AcceptInvitationSuccess" });
    expect((await mother.ask<Both>(server.url, BOTH)).data?.viewer.capacities).toHaveLength(2);
  });

  test("who comes with one invitation twice at once is let in once", async () => {
    const [one, two] = [await guardianOf(learner), await guardianOf(learner)];
    const { code } = await invite(nextChild);
    const answers = await Promise.all([
      done(one, ACCEPT, { code }),
      done(two, ACCEPT, { code }),
      enter(new Browser(), code).then((page) => ({
        __typename: page.status === 200 ? "entered" : "InvalidInputProblem",
      })),
    ]);
    expect(answers.filter(({ __typename }) => __typename !== "InvalidInputProblem")).toHaveLength(1);
  });

  test("is refused a code of another kind, of an account that was entered, and their own", async () => {
    const mother = await guardianOf(learner);
    const student = await freshCode();
    expect(await done(mother, ACCEPT, { code: student.code })).toMatchObject({ code: "CODE_NO_INVITATION" });
    expect((await enter(new Browser(), student.code)).status, "it still signs its owner in").toBe(200);
    const father = await guardianOf(nextChild);
    const again = await restored(father.login);
    expect(await done(mother, ACCEPT, { code: again })).toMatchObject({ code: "CODE_NO_INVITATION" });
    expect(await done(father, ACCEPT, { code: again }), "restoring ended their session").toMatchObject({
      code: "TOKEN_INVALID",
    });
    expect(
      await done(mother, ACCEPT, { code: await restored((await invite(nextChild)).login) }),
      "lost and printed anew",
    ).toMatchObject({
      __typename: "AcceptInvitationSuccess",
    });
  });

  test("who guesses voids the code after five tries, as at the door, and nobody else may try", async () => {
    const mother = await guardianOf(learner);
    const { code } = await invite(nextChild);
    const wrong = `${code.slice(0, -4)}${code.endsWith("ZZZZ") ? "YYYY" : "ZZZZ"}`;
    for (const login of ["student.wang", "registrar.jdsf", "admin"]) {
      for (let round = 0; round < 5; round += 1) {
        expect(await done(await signedIn(login), ACCEPT, { code: wrong })).toMatchObject({ code: "FORBIDDEN" });
      }
    }
    expect(await done(new Browser(), ACCEPT, { code })).toMatchObject({ code: "UNAUTHENTICATED" });
    for (let round = 0; round < 5; round += 1) {
      expect(await done(mother, ACCEPT, { code: wrong })).toMatchObject({ code: "CODE_INVALID" });
    }
    expect(await done(mother, ACCEPT, { code })).toMatchObject({ code: "CODE_INVALID" });
    expect(codeIn(await enter(new Browser(), code))).toBe("CODE_INVALID");
  });

  test("cannot be made of anyone past the service, who does not act as a guardian or knows the selector alone", async () => {
    const { code } = await invite(nextChild);
    const [kept] = await server.fresh.sql<{ selector: string; hash: string }[]>`
      select selector, hash from one_time_code where selector = ${code.replaceAll("-", "").slice(0, 6)}`;
    if (kept === undefined) throw new Error("no code");
    const accept = (viewer: Viewer, hash: string) =>
      server.fresh.db.write(viewer, (tx) =>
        tx.run((sql) => sql`select accept_invitation(${kept.selector}, ${hash}, now())`),
      );
    const guardian = await viewerOf("guardian.wang");
    expect(await accept(await viewerOf("student.wang"), kept.hash)).toHaveLength(0);
    expect(await accept(await viewerOf("registrar.jdsf"), kept.hash)).toHaveLength(0);
    expect(await accept(guardian, `${kept.hash.slice(1)}x`)).toHaveLength(0);
    expect(
      await server.fresh.sql`select 1 from one_time_code where selector = ${kept.selector} and used_at is null`,
    ).toHaveLength(1);
  });

  test("of an adult is not invited, and says on which clause", async () => {
    expect(await done(registrar, INVITE, { input: { ...invitation, learnerBornOn: "2000-01-01" } })).toMatchObject({
      code: "GUARDIAN_OF_ADULT",
    });
  });

  test("is invited for a birth date on record alone: another one typed prolongs nobody's minority", async () => {
    const child = encodeId("Learner", idOf("learner", "li-mingzhe"));
    const school = idOf("institution", "jdsf");
    const recorded = (birthOn: string) =>
      server.fresh.db.write(SYSTEM, (tx) =>
        writeDocuments(
          tx,
          server.keys,
          school,
          new Map([[idOf("learner", "li-mingzhe"), { kind: "RESIDENT_ID", number: null, birthOn }]]),
          "2026-11-26",
        ),
      );
    const guardians = () =>
      server.fresh
        .sql`select 1 from capacity where role = 'GUARDIAN' and learner_id = ${idOf("learner", "li-mingzhe")}`;
    const before = (await guardians()).length;
    const typed = (learnerBornOn: string) =>
      done(registrar, INVITE, { input: { ...invitation, learnerId: child, learnerBornOn } });
    await recorded("2000-05-01");
    expect(await typed("2025-05-01")).toMatchObject({ code: "GUARDIAN_OF_ADULT" });
    await recorded("2010-05-01");
    expect(await typed("2011-05-01")).toMatchObject({ code: "BIRTH_DATE_DIFFERS" });
    expect(await typed("2000-05-01")).toMatchObject({ code: "BIRTH_DATE_DIFFERS" });
    expect(await guardians()).toHaveLength(before);
    expect(await typed("2010-05-01")).toMatchObject({ __typename: "CodesSuccess" });
  });

  test("stands with the relation and the document that proved it, and so does the audit log", async () => {
    const { login } = await invite(nextChild, "2010-05-01");
    const [kept] = await server.fresh
      .sql`select relation, evidence from capacity where account_id = ${await accountOf(login)}`;
    expect(kept).toEqual({ relation: "FATHER", evidence: "户口簿" });
    const mine = (await guardianshipsOf(nextChild)).find((each) => each.login === login);
    expect(mine?.guardianship).toMatchObject({ relation: "FATHER", documentSeen: "户口簿", inForce: true });
    await vi.waitFor(async () => {
      const entries = await server.fresh.sql`select detail ->> 'reason' as reason, learner_ids from audit_entry
        where action = 'guardian.invite' and learner_ids @> ${[idOf("learner", "li-mingzhe")]}::uuid[]`;
      expect(entries).toContainEqual({ reason: "FATHER: 户口簿", learnerIds: [idOf("learner", "li-mingzhe")] });
    });
  });

  test("no longer stands for a learner once the registrar of their school ends it, saying why", async () => {
    const { code, login } = await invite(learner);
    const father = new Browser();
    await enter(father, code);
    const spare = await invite(learner);
    const idOfLogin = async (wanted: string) =>
      (await guardianshipsOf(learner)).find((each) => each.login === wanted)?.guardianship?.id ?? "";
    const id = await idOfLogin(login);
    const ending = { id, reason: "法院变更监护人" };
    expect(await done(await signedIn("registrar.btvtc"), END, ending)).toMatchObject({ code: "NOT_FOUND" });
    expect(await done(await signedIn("admin"), END, ending)).toMatchObject({ code: "NOT_FOUND" });
    expect(await done(father, END, ending)).toMatchObject({ code: "NOT_FOUND" });
    expect(await done(registrar, END, { id, reason: " " })).toMatchObject({ code: "INVALID_INPUT" });
    expect(await who(father)).toBe(login);
    expect(await done(registrar, END, ending)).toMatchObject({ __typename: "EndGuardianshipSuccess" });
    await vi.waitFor(async () => expect(await who(father)).toBeUndefined());
    expect(await done(registrar, END, ending)).toMatchObject({ code: "NOT_FOUND" });
    const left = (await guardianshipsOf(learner)).find((each) => each.login === login);
    expect(left?.guardianship).toMatchObject({ relation: "FATHER", inForce: false });
    // an invitation not taken up ends with what it invited to
    await done(registrar, END, { id: await idOfLogin(spare.login), reason: "邀请错了人" });
    expect(codeIn(await enter(new Browser(), spare.code))).toBe("CODE_INVALID");
  });

  test("stands no longer than a birth date allows that comes onto record later", async () => {
    const { login } = await invite(learner, "2025-03-15");
    const until = async () =>
      (await server.fresh.sql`select valid_until from capacity where account_id = ${await accountOf(login)}`)[0];
    expect(await until()).toEqual({ validUntil: "2043-03-14" });
    const document = { kind: "RESIDENT_ID", number: null, birthOn: "2010-03-15" } as const;
    const papers = new Map([[idOf("learner", "wang-siyuan"), document]]);
    await server.fresh.db.write(SYSTEM, (tx) =>
      writeDocuments(tx, server.keys, idOf("institution", "jdsf"), papers, "2026-11-26"),
    );
    expect(await until()).toEqual({ validUntil: "2028-03-14" });
  });

  test("is ended by nobody past the service but a registrar of the learner's home school", async () => {
    const { login } = await invite(learner);
    const [row] = await server.fresh.sql<
      { id: string }[]
    >`select id from capacity where account_id = ${await accountOf(login)}`;
    const id = row?.id ?? "";
    for (const as of ["student.wang", "guardian.wang", "registrar.btvtc", "admin"]) {
      const ended = await server.fresh.db.write(await viewerOf(as), (tx) =>
        tx.run(
          (sql) => sql<{ ended: boolean }[]>`select end_guardianship(${id}, current_date) as ended,
          shorten_guardianships(${[idOf("learner", "wang-siyuan")]}::uuid[], '{2020-01-01}'::date[])`,
        ),
      );
      expect(ended[0]?.ended).toBe(false);
    }
    expect(await server.fresh.sql`select 1 from capacity where id = ${id} and valid_until > current_date`).toHaveLength(
      1,
    );
  });

  test("is not invited without a document, nor by another school", async () => {
    expect(await done(registrar, INVITE, { input: { ...invitation, documentSeen: " " } })).toMatchObject({
      code: "INVALID_INPUT",
    });
    expect(await done(await signedIn("registrar.btvtc"), INVITE, { input: invitation })).toMatchObject({
      code: "NOT_FOUND",
    });
  });
});
