import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { SYSTEM } from "../../src/auth/viewer.ts";
import { appointAdministrator } from "../../src/features/identity/opening.ts";
import { openTestServer } from "../support/server.ts";

async function open(options: Parameters<typeof openTestServer>[0]) {
  const server = await openTestServer(options);
  onTestFinished(() => server.drop());
  const ask = async (query: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-guantong-csrf": "1", ...headers },
      body: JSON.stringify({ query }),
    });
    return answer.text();
  };
  return { server, ask };
}

const JSON_POST = { "content-type": "application/json", "x-guantong-csrf": "1" };
const enter = (url: string, login: string, headers = {}) =>
  fetch(`${url}/auth/demo`, {
    method: "POST",
    headers: { ...JSON_POST, ...headers },
    body: JSON.stringify({ login }),
  });
const METHODS = "{ signInMethods { demo } demoLogins { login } }";
const TOKEN = 'mutation { signInAsDemo(login: "admin") { __typename ... on Problem { code } } }';
const WHO = "{ viewer { login } }";
const OPEN = '"demo":true';

describe("demo users", () => {
  test("are over, for every door and whoever came in by one, once the command line appoints an administrator", async () => {
    const { server, ask } = await open({ demo: true });
    const cookie = await server.cookieOf("admin");
    const authorization = `Bearer ${await server.tokenOf("admin")}`;
    expect(await ask(METHODS)).toContain(OPEN);
    for (const held of [{ cookie }, { authorization }]) expect(await ask(WHO, held)).toContain('"login":"admin"');

    const now = new Date();
    const chief = { login: "chief", name: "张三", known: null, school: null };
    await server.fresh.db.write(SYSTEM, (tx) =>
      appointAdministrator(tx, SYSTEM, chief, { keys: server.keys, now, today: "2026-11-24" }),
    );
    // the news of it travels through the database
    await vi.waitFor(async () => expect(await ask(METHODS)).not.toContain(OPEN));
    expect(JSON.parse(await ask(METHODS))).toEqual({ data: { signInMethods: { demo: false }, demoLogins: [] } });
    expect(await ask(TOKEN)).toContain('"code":"DEMO_CLOSED"');
    const refused = await enter(server.url, "admin");
    expect([refused.status, refused.headers.getSetCookie()]).toEqual([403, []]);
    expect(await refused.text()).toContain("DEMO_CLOSED");
    for (const held of [{ cookie }, { authorization }]) expect(await ask(WHO, held)).toContain("TOKEN_INVALID");
  });

  test("go on beside the account of a learner that a demo registrar opened", async () => {
    const { server, ask } = await open({ demo: true });
    await server.fresh.sql`update account set demo = 'no' where login = 'student.wang'`;
    expect(await ask(METHODS)).toContain(OPEN);
    expect((await enter(server.url, "admin")).status).toBe(200);
    expect((await enter(server.url, "student.wang")).status).toBe(404);
  });

  test("are none where the setting says so", async () => {
    const { server, ask } = await open({ demo: true, config: { demo: false } });
    expect(JSON.parse(await ask(METHODS))).toEqual({ data: { signInMethods: { demo: false }, demoLogins: [] } });
    expect(await ask(TOKEN)).toContain('"code":"DEMO_CLOSED"');
    expect((await enter(server.url, "admin")).status).toBe(403);
  });
});

/** Asks with a Host of one's own, which fetch does not send. */
function ask(url: string, path: string, headers: Record<string, string>, method = "GET", body = "") {
  return new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
    const sent = request(`${url}${path}`, { method, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on("error", reject).end(body);
  });
}

/** An address of this machine that is not loopback, where it has one. */
const outer = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .find(({ family, internal }) => family === "IPv4" && !internal)?.address;

describe("in production without PUBLIC_URL", () => {
  test("one signs in on the machine itself, and nobody else does, however they come", async () => {
    const { server } = await open({ demo: true, config: { production: true } });
    expect((await enter(server.url, "student.wang")).status).toBe(200);
    const login = JSON.stringify({ login: "student.wang" });
    const elsewhere: Record<string, string>[] = [{ host: "bank.example.cn" }, { "x-forwarded-for": "203.0.113.9" }];
    for (const from of elsewhere) {
      const refused = await ask(server.url, "/auth/demo", { ...JSON_POST, ...from }, "POST", login);
      expect([refused.status, refused.text]).toEqual([403, expect.stringContaining("PUBLIC_URL")]);
    }
    const port = new URL(server.url).port;
    if (outer !== undefined) expect((await enter(`http://${outer}:${port}`, "student.wang")).status).toBe(403);
  });

  test("with it, whoever comes that way signs in, by a cookie kept to TLS", async () => {
    const config = { production: true, publicUrl: "https://bank.example.cn" };
    const { server } = await open({ demo: true, config });
    const entered = await enter(server.url, "student.wang", { "x-forwarded-for": "203.0.113.9" });
    expect(entered.status).toBe(200);
    expect(entered.headers.getSetCookie().join()).toContain("Secure");
  });
});

describe("the figures", () => {
  const TOKEN_SET = "figures-of-the-bank";

  test("are for the machine itself where no token is set", async () => {
    const { server } = await open({});
    expect((await ask(server.url, "/metrics", {})).status).toBe(200);
    const elsewhere = await ask(server.url, "/metrics", { host: "bank.example.cn" });
    expect([elsewhere.status, elsewhere.text]).toEqual([401, expect.stringContaining("UNAUTHENTICATED")]);
    const proxied = { "x-forwarded-for": "203.0.113.9", authorization: "Bearer guessed" };
    expect((await ask(server.url, "/metrics", proxied)).status).toBe(401);
  });

  test("are for whoever brings the token, from wherever", async () => {
    const { server } = await open({ config: { metricsToken: TOKEN_SET } });
    const host = "bank.example.cn";
    expect((await ask(server.url, "/metrics", { host, authorization: `Bearer ${TOKEN_SET}` })).status).toBe(200);
    expect((await ask(server.url, "/metrics", { host, authorization: "Bearer wrong" })).status).toBe(401);
    expect((await ask(server.url, "/metrics", { host })).status).toBe(401);
  });
});
