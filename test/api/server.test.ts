import { Agent, get, request } from "node:http";
import { afterEach, expect, test } from "vitest";
import { Failure } from "../../src/failure.ts";
import { startServer } from "../../src/server.ts";
import { openTestServer, type TestServer } from "../support/server.ts";

const servers: TestServer[] = [];
async function open(): Promise<TestServer> {
  const server = await openTestServer();
  servers.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.drop()));
});

function statusOf(url: string, agent: Agent): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
    }).on("error", reject);
  });
}

test("is alive at once, and ready when the database has the newest schema", async () => {
  const { url, fresh } = await open();
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  await fresh.sql`delete from drizzle.__drizzle_migrations`;
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
});

test("is alive but not ready while the database is gone", async () => {
  const { url, fresh } = await open();
  await fresh.db.end();
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
});

test("says that it is starting until it has its parts", async () => {
  const listening = await startServer({ port: 0 });
  const response = await fetch(`http://127.0.0.1:${listening.port}/graphql`, { method: "POST", body: "{}" });
  expect(response.status).toBe(503);
  expect(await response.text()).toContain("STARTING");
  await listening.close();
});

test("a taken port is told with a code", async () => {
  const first = await startServer({ port: 0 });
  const error = await startServer({ port: first.port }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Failure);
  expect((error as Failure).problem).toMatchObject({ code: "PORT_TAKEN", params: { port: first.port } });
  await first.close();
});

test("gives every answer a request id: the caller's where it is one", async () => {
  const { url } = await open();
  const mine = await fetch(`${url}/healthz`, { headers: { "x-request-id": "mine-1" } });
  expect(mine.headers.get("x-request-id")).toBe("mine-1");
  const odd = await fetch(`${url}/healthz`, { headers: { "x-request-id": "<script>" } });
  expect(odd.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  const graphql = await fetch(`${url}/graphql?query={__typename}`);
  expect(graphql.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
});

test("counts requests by route, and a made-up path makes no new series", async () => {
  const { url } = await open();
  await fetch(`${url}/graphql?query={__typename}`);
  await fetch(`${url}/nothing/here/${Date.now()}`);
  const text = await (await fetch(`${url}/metrics`)).text();
  expect(text).toContain('guantong_http_request_seconds_count{route="/graphql",status="200"} 1');
  expect(text).toContain('guantong_database_transactions{state="waiting"} 0');
  expect(text).not.toContain("nothing/here");
});

test("lets nothing run in a page but what comes from here", async () => {
  const { url } = await open();
  const policy = (await fetch(`${url}/healthz`)).headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toContain("unsafe");
});

test("answers what it does not have with a code", async () => {
  const { url } = await open();
  const response = await fetch(`${url}/nosuch`, { headers: { accept: "application/json" } });
  expect(response.status).toBe(404);
  expect(await response.text()).toContain("NOT_FOUND");
});

test("leaving, it is no longer ready, takes nothing new, and finishes what it began", async () => {
  const { url, close } = await open();
  const agent = new Agent({ keepAlive: true });
  expect(await statusOf(`${url}/readyz`, agent)).toBe(200);
  // a request in flight: its body has begun and not ended
  const slow = request(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", expect: "100-continue" },
  });
  const begun = new Promise((resolve) => {
    slow.once("continue", resolve);
  });
  const answered = new Promise<number | undefined>((resolve, reject) => {
    slow.on("response", (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    slow.on("error", reject);
  });
  slow.flushHeaders();
  await begun;
  slow.write('{"query":');
  const closed = close();
  expect(await statusOf(`${url}/readyz`, agent)).toBe(503);
  const late = await fetch(`${url}/graphql?query={__typename}`);
  expect(late.status).toBe(503);
  expect(await late.text()).toContain("SHUTTING_DOWN");
  slow.end('"{__typename}"}');
  expect(await answered).toBe(200);
  await closed;
  await expect(fetch(`${url}/healthz`)).rejects.toThrow("fetch failed");
  agent.destroy();
});
