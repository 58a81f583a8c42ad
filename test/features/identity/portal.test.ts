import { randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, importJWK, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { SYSTEM } from "../../../src/auth/viewer.ts";
import { linkSubject } from "../../../src/features/identity/subject-store.ts";
import { idOf } from "../../../src/seed/id.ts";
import { Browser, codeIn, type Page } from "../../support/browser.ts";
import { openTestIssuer, PORTAL, type TestIssuer } from "../../support/issuer.ts";
import { openTestServer, type TestServer } from "../../support/server.ts";

const SESSION = "guantong-session";
const WHO = "{ viewer { login } }";
interface Who {
  readonly viewer: { readonly login: string } | null;
}

/** The provider's own sign-in page: writes a name and sends the form. */
async function writeName(browser: Browser, at: Page, name: string): Promise<Page> {
  expect(at.text).toContain("sign in");
  return browser.go(at.url, { method: "POST", body: new URLSearchParams({ name }) });
}

describe("the portal with a real OpenID provider", () => {
  let server: TestServer;
  let issuer: TestIssuer;
  let browser: Browser;
  const account = idOf("account", "student.wang");

  beforeAll(async () => {
    let made: Promise<TestIssuer> | null = null;
    server = await openTestServer({
      demo: true,
      issuers: async (url) => {
        made = openTestIssuer("school", url);
        return [(await made).trusted];
      },
    });
    issuer = await (made as unknown as Promise<TestIssuer>);
    await server.fresh.db.write(SYSTEM, (tx) =>
      linkSubject(tx, { accountId: account, id: account, issuer: issuer.url, subject: "wang", at: new Date() }),
    );
  });
  afterAll(async () => {
    await server.drop();
    await issuer.close();
  });
  beforeEach(() => {
    browser = new Browser();
  });

  const login = (who: Browser, to = ""): Promise<Page> => who.go(`${server.url}/auth/login/school${to}`);
  async function signIn(who: Browser, name = "wang"): Promise<Page> {
    return writeName(who, await login(who), name);
  }
  const whoIs = async (who: Browser) => (await who.ask<Who>(server.url, WHO)).data?.viewer?.login ?? null;

  test("signs in whoever the provider knows and links, by code and PKCE, to the page they asked for", async () => {
    const form = await login(browser, "?to=/student/achievements");
    const back = await writeName(browser, form, "wang");
    expect(back.url).toBe(`${server.url}/student/achievements`);
    expect(await whoIs(browser)).toBe("student.wang");
  });

  test("keeps demo users out as soon as a real issuer is configured", async () => {
    const page = await browser.post(`${server.url}/auth/demo`, { login: "student.wang" });
    expect([page.status, codeIn(page)]).toEqual([403, "TOKEN_ISSUER_CONFIGURED"]);
    const { data } = await browser.ask<{ demoLogins: unknown[]; signInMethods: { demo: boolean } }>(
      server.url,
      "{ demoLogins { login } signInMethods { demo issuers { key } } }",
    );
    expect(data).toEqual({ demoLogins: [], signInMethods: { demo: false, issuers: [{ key: "school" }] } });
  });

  test("gives a cookie that no script reads and no other site sends", async () => {
    const form = await login(browser);
    const sent = await browser.step(form.url, { method: "POST", body: new URLSearchParams({ name: "wang" }) });
    let { location } = sent;
    let cookies: readonly string[] = [];
    while (location !== null && cookies.length === 0) {
      const next = await browser.step(location);
      cookies = next.page.setCookies.filter((each) => each.startsWith(SESSION));
      location = next.location;
    }
    expect(cookies[0]).toMatch(/^guantong-session=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  test("refuses whom the provider knows and nobody has linked, at the page they asked for", async () => {
    const back = await writeName(browser, await login(browser, "?to=/student?programme=x"), "stranger");
    expect(back.url).toBe(`${server.url}/student?programme=x&refused=SUBJECT_UNKNOWN`);
    expect(browser.cookie(server.url, SESSION)).toBeUndefined();
  });

  test.each([
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "/auth/logout",
    "javascript:alert(1)",
    "/%0d%0aset-cookie:x",
  ])("leads nobody to %s", async (to) => {
    const back = await writeName(browser, await login(browser, `?to=${encodeURIComponent(to)}`), "wang");
    expect(new URL(back.url).origin).toBe(server.url);
    expect(new URL(back.url).pathname).not.toMatch(/auth|evil/);
  });

  /** Goes as far as the provider's answer, without handing it in. */
  async function answered(who: Browser, name = "wang"): Promise<URL> {
    const form = await login(who);
    let { location } = await who.step(form.url, { method: "POST", body: new URLSearchParams({ name }) });
    while (location !== null && !location.startsWith(`${server.url}/auth/callback`)) {
      ({ location } = await who.step(location));
    }
    return new URL(location ?? "about:blank");
  }
  const REFUSED = "/?refused=SIGN_IN_REFUSED";

  test("takes no answer with another state, and none that another browser brought", async () => {
    const answer = await answered(browser);
    const changed = new URL(answer);
    changed.searchParams.set("state", "another");
    expect((await browser.step(changed.href)).location).toBe(REFUSED);
    const [one, two] = [new Browser(), new Browser()];
    const [ofOne] = [await answered(one), await answered(two)];
    expect((await two.step(ofOne.href)).location).toBe(REFUSED);
    expect((await new Browser().step(ofOne.href)).location).toBe(REFUSED);
  });

  test("takes an answer once", async () => {
    const answer = await answered(browser);
    const flow = browser.cookie(server.url, "guantong-flow") ?? "";
    expect((await browser.step(answer.href)).location).toBe("/");
    expect((await browser.step(answer.href)).location).toBe(REFUSED);
    // not even with the cookie that knew its state
    browser.setCookie(server.url, "guantong-flow", flow);
    expect((await browser.step(answer.href)).location).toBe(REFUSED);
  });

  test("takes no answer whose ID token was meant for another sign-in of the same browser", async () => {
    const [first, second] = [new Browser(), new Browser()];
    const [answer, other] = [await answered(first), await answered(second)];
    // the code of one with the state of the other: PKCE and nonce tell
    const mixed = new URL(other);
    mixed.searchParams.set("code", answer.searchParams.get("code") ?? "");
    expect((await second.step(mixed.href)).location).toBe(REFUSED);
  });

  test("goes on after the provider changed its keys", async () => {
    expect((await signIn(new Browser())).url).toBe(`${server.url}/`);
    const asked = issuer.keysAsked();
    await issuer.rotate();
    expect((await signIn(browser)).url).toBe(`${server.url}/`);
    expect(await whoIs(browser)).toBe("student.wang");
    expect(issuer.keysAsked()).toBeGreaterThan(asked);
  });

  test("believes nobody who answers in the provider's place without its key, even under the key's name", async () => {
    expect((await signIn(new Browser())).url).toBe(`${server.url}/`);
    await issuer.impersonate();
    expect((await signIn(browser)).url).toBe(`${server.url}/?refused=SIGN_IN_REFUSED`);
    expect(browser.cookie(server.url, SESSION)).toBeUndefined();
    await issuer.rotate();
    expect((await signIn(browser)).url).toBe(`${server.url}/`);
  });

  test("links another identity to whoever is signed in, and takes it away again", async () => {
    await signIn(browser);
    const begun = await browser.post(`${server.url}/auth/link/school`, {});
    const { to } = JSON.parse(begun.text) as { to: string };
    // at the provider it is still wang who is signed in, whom they linked before: nothing changes
    expect((await browser.go(to)).url).toBe(`${server.url}/account`);
    const fresh = new Browser();
    fresh.setCookie(server.url, SESSION, browser.cookie(server.url, SESSION) ?? "");
    const again = JSON.parse((await fresh.post(`${server.url}/auth/link/school`, {})).text) as { to: string };
    expect((await writeName(fresh, await fresh.go(again.to), "wang.at.college")).url).toBe(`${server.url}/account`);
    const elsewhere = new Browser();
    await signIn(elsewhere, "wang.at.college");
    expect(await whoIs(elsewhere)).toBe("student.wang");
    const { data } = await browser.ask<{ access: { identities: { id: string; subject: string }[] } }>(
      server.url,
      "{ access { identities { id subject } } }",
    );
    const linked = data?.access.identities.find(({ subject }) => subject === "wang.at.college");
    const ended = await browser.ask(server.url, "mutation ($id: ID!) { unlinkIdentity(id: $id) { __typename } }", {
      id: linked?.id,
    });
    expect(ended.data).toEqual({ unlinkIdentity: { __typename: "AccessSuccess" } });
    expect((await signIn(new Browser(), "wang.at.college")).url).toContain("SUBJECT_UNKNOWN");
  });

  test("links nobody's identity to a second account", async () => {
    const account = idOf("account", "student.li");
    await server.fresh.db.write(SYSTEM, (tx) =>
      linkSubject(tx, { accountId: account, id: account, issuer: issuer.url, subject: "li", at: new Date() }),
    );
    await signIn(browser, "li");
    const fresh = new Browser();
    fresh.setCookie(server.url, SESSION, browser.cookie(server.url, SESSION) ?? "");
    const { to } = JSON.parse((await fresh.post(`${server.url}/auth/link/school`, {})).text) as { to: string };
    const back = await writeName(fresh, await fresh.go(to), "wang");
    expect(back.url).toBe(`${server.url}/account?refused=SUBJECT_LINKED`);
    expect(await whoIs(fresh)).toBe("student.li");
    const elsewhere = new Browser();
    await signIn(elsewhere);
    expect(await whoIs(elsewhere)).toBe("student.wang");
  });

  test("nobody who is not signed in begins to link, and no page of another site makes anyone", async () => {
    expect(codeIn(await browser.post(`${server.url}/auth/link/school`, {}))).toBe("UNAUTHENTICATED");
    await signIn(browser);
    expect((await browser.go(`${server.url}/auth/link/school`, { method: "POST" })).status).toBe(403);
    expect((await browser.go(`${server.url}/auth/logout`, { method: "POST" })).status).toBe(403);
  });

  test("signs out: the session is over, whatever becomes of its cookie, and the provider is asked to forget", async () => {
    await signIn(browser);
    const cookie = browser.cookie(server.url, SESSION) ?? "";
    const left = JSON.parse((await browser.post(`${server.url}/auth/logout`, {})).text) as { to: string };
    expect(left.to).toContain(`${issuer.url}/session/end`);
    expect(browser.cookie(server.url, SESSION)).toBeUndefined();
    browser.setCookie(server.url, SESSION, cookie);
    expect((await browser.ask(server.url, WHO)).code).toBe("TOKEN_INVALID");
    expect(browser.cookie(server.url, SESSION)).toBeUndefined();
  });

  test("ends the session when the provider says that its owner signed out there, and believes nobody else", async () => {
    await signIn(browser);
    const key = issuer.key();
    let said = "";
    const again = async (token: string): Promise<number> => {
      const body = new URLSearchParams({ logout_token: token });
      return (await fetch(`${server.url}/auth/backchannel-logout`, { method: "POST", body })).status;
    };
    const say = async (change: object, signing = key): Promise<number> => {
      const claims = { sub: "wang", events: { "http://schemas.openid.net/event/backchannel-logout": {} }, ...change };
      said = await new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256", kid: key.kid ?? "", typ: "logout+jwt" })
        .setIssuer(issuer.url)
        .setAudience(PORTAL.client_id)
        .setIssuedAt()
        .setJti(randomUUID())
        .sign(await importJWK(signing, "RS256"));
      return again(said);
    };
    const stranger = await exportJWK((await generateKeyPair("RS256", { extractable: true })).privateKey);
    expect(await say({}, stranger)).toBe(400);
    expect(await say({ nonce: "an ID token has one" })).toBe(400);
    expect(await say({ events: {} })).toBe(400);
    expect(await say({ sid: "another session" })).toBe(200);
    expect(await whoIs(browser)).toBe("student.wang");
    expect(await say({})).toBe(200);
    await vi.waitFor(async () => expect((await browser.ask(server.url, WHO)).code).toBe("TOKEN_INVALID"));
    // what somebody caught on its way ends no session that began since
    const back = new Browser();
    await signIn(back);
    expect(await again(said)).toBe(400);
    expect(await whoIs(back)).toBe("student.wang");
    expect(await say({})).toBe(200);
    await vi.waitFor(async () => expect((await back.ask(server.url, WHO)).code).toBe("TOKEN_INVALID"));
  });
});

describe("a session of the portal", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await openTestServer({ demo: true });
  });
  afterAll(() => server.drop());

  async function signedIn(login = "student.wang"): Promise<Browser> {
    const browser = new Browser();
    expect((await browser.post(`${server.url}/auth/demo`, { login })).status).toBe(200);
    return browser;
  }
  const SESSIONS = "{ access { sessions { id current client method } } }";
  interface Sessions {
    readonly access: { readonly sessions: readonly { readonly id: string; readonly current: boolean }[] };
  }

  test("is listed, and ended by its owner from elsewhere", async () => {
    const [here, there] = [await signedIn("student.li"), await signedIn("student.li")];
    const { data } = await here.ask<Sessions>(server.url, SESSIONS);
    expect(data?.access.sessions).toHaveLength(2);
    const other = data?.access.sessions.find(({ current }) => !current)?.id;
    await here.ask(server.url, "mutation ($id: ID!) { endSession(id: $id) { __typename } }", { id: other });
    await vi.waitFor(async () => expect((await there.ask(server.url, WHO)).code).toBe("TOKEN_INVALID"));
    expect((await here.ask<Who>(server.url, WHO)).data?.viewer?.login).toBe("student.li");
  });

  test("is ended by nobody else", async () => {
    const [owner, other] = [await signedIn("student.zhang"), await signedIn("student.liu")];
    const { data } = await owner.ask<Sessions>(server.url, SESSIONS);
    const id = data?.access.sessions[0]?.id;
    const tried = await other.ask(
      server.url,
      "mutation ($id: ID!) { endSession(id: $id) { __typename ... on Problem { code } } }",
      { id },
    );
    expect(tried.data).toEqual({ endSession: { __typename: "NotFoundProblem", code: "NOT_FOUND" } });
    expect((await owner.ask<Who>(server.url, WHO)).data?.viewer?.login).toBe("student.zhang");
  });

  test("is ended, with every token, by an administrator, and may begin anew", async () => {
    const token = await server.tokenOf("student.zhao");
    const [owner, admin] = [await signedIn("student.zhao"), await signedIn("admin")];
    const revoke = 'mutation { revokeAccess(login: "student.zhao") { __typename ... on Problem { code } } }';
    expect((await owner.ask(server.url, revoke)).data).toEqual({
      revokeAccess: { __typename: "ForbiddenProblem", code: "FORBIDDEN" },
    });
    expect((await admin.ask(server.url, revoke)).data).toEqual({ revokeAccess: { __typename: "AccessEndedSuccess" } });
    await vi.waitFor(async () => expect((await owner.ask(server.url, WHO)).code).toBe("TOKEN_INVALID"));
    const withToken = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: WHO }),
    });
    expect(withToken.status).toBe(401);
    expect((await (await signedIn("student.zhao")).ask<Who>(server.url, WHO)).data?.viewer?.login).toBe("student.zhao");
  });

  test("gets a new cookie now and then; the old one that comes back later ends it for both who hold it", async () => {
    const browser = await signedIn("student.sun");
    const worn = browser.cookie(server.url, SESSION);
    const { sql } = server.fresh;
    const age = (minutes: number) =>
      sql`update session set rotated_at = rotated_at - ${`${minutes} minutes`}::interval,
        confirmed_at = confirmed_at - ${`${minutes} minutes`}::interval where account_id = ${idOf("account", "student.sun")}`;
    await age(16);
    expect((await browser.ask<Who>(server.url, WHO)).data?.viewer?.login).toBe("student.sun");
    expect(browser.cookie(server.url, SESSION)).not.toBe(worn);
    // the new one comes back: from now on the old one is worn out
    expect((await browser.ask<Who>(server.url, WHO)).data?.viewer?.login).toBe("student.sun");
    const thief = new Browser();
    thief.setCookie(server.url, SESSION, worn ?? "");
    expect((await thief.ask<Who>(server.url, WHO)).data?.viewer?.login, "a request under way").toBe("student.sun");
    await age(2);
    await sql`select pg_notify('guantong_account', ${idOf("account", "student.sun")})`;
    await vi.waitFor(async () => expect((await thief.ask(server.url, WHO)).code).toBe("TOKEN_INVALID"));
    await vi.waitFor(async () => expect((await browser.ask(server.url, WHO)).code).toBe("TOKEN_INVALID"));
  });

  test("is no session with a letter changed, or with a token's place taken", async () => {
    const browser = await signedIn();
    const cookie = browser.cookie(server.url, SESSION) ?? "";
    for (const bad of [`${cookie.slice(0, -2)}AA`, cookie.slice(5), "x", await server.tokenOf("student.wang")]) {
      const other = new Browser();
      other.setCookie(server.url, SESSION, bad);
      expect((await other.ask(server.url, WHO)).code).toBe("TOKEN_INVALID");
    }
  });

  test("counts for nothing without the header that only our own pages send", async () => {
    const browser = await signedIn();
    const page = await browser.go(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: WHO }),
    });
    expect([page.status, codeIn(page)]).toEqual([403, "CROSS_SITE_REQUEST"]);
  });
});

describe("behind TLS", () => {
  test("the cookie is kept to this host and to TLS", async () => {
    const server = await openTestServer({ demo: true, config: { publicUrl: "https://bank.example" } });
    const browser = new Browser();
    const { setCookies } = await browser.post(`${server.url}/auth/demo`, { login: "student.wang" });
    expect(setCookies.find((each) => each.startsWith("__Host-guantong-session="))).toMatch(
      /; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    );
    await server.drop();
  });
});
