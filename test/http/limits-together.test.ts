import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeId } from "../../src/api/node-id.ts";
import { createKeys } from "../../src/auth/keyring.ts";
import { Events } from "../support/events.ts";
import { type Child, startNode } from "../support/child.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import { withinAMinute } from "../support/minute.ts";
import { raw } from "../support/raw.ts";

const LIMITS = {
  RATE_REQUESTS_PER_ADDRESS: "200",
  RATE_FIELDS_PER_ACCOUNT: "100",
  RATE_SIGN_INS_PER_ADDRESS: "10",
  TRUST_PROXY: "loopback",
};

let fresh: FreshDatabase;
let dataDir: string;
const services: { readonly child: Child; readonly url: string }[] = [];

/** Starts the service on this file's database; the port is its own choice. */
async function serve(): Promise<void> {
  const env = {
    DATABASE_URL: fresh.url,
    DATABASE_OWNER_URL: fresh.ownerUrl,
    GUANTONG_DATA_DIR: dataDir,
    GUANTONG_LANG: "en",
    LOG_LEVEL: "warn",
    PORT: "0",
    WORKER: "false",
    ...LIMITS,
  };
  const child = startNode(["scripts/guantong.js", "serve"], { env });
  let url: string | null = null;
  for (let line = await child.line(); line !== null; line = await child.line()) {
    url ??= /http:\/\/localhost:\d+/.exec(line)?.[0] ?? null;
    if (url !== null && line.includes("Ctrl-C")) {
      services.push({ child, url });
      return;
    }
  }
  throw new Error(child.output());
}

beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  dataDir = await mkdtemp(join(tmpdir(), "guantong-together-"));
  await createKeys(join(dataDir, "keys.json"));
  await serve();
  await serve();
});
afterAll(async () => {
  await Promise.all(services.map(({ child }) => child.end()));
  await fresh.drop();
  await rm(dataDir, { recursive: true, force: true });
});

async function post(path: string, body: object, address: string, headers: Record<string, string> = {}, n = 0) {
  const { status } = await raw(services[n % services.length]?.url ?? "", {
    method: "POST",
    path,
    headers: { "content-type": "application/json", "x-guantong-csrf": "1", "x-forwarded-for": address, ...headers },
    body: JSON.stringify(body),
  });
  return status;
}

const DEMO = ["student.wang", "student.zhang", "student.zhao", "registrar.btvtc", "admin"];

async function tokenOf(login: string): Promise<string> {
  const query = `mutation { signInAsDemo(login: "${login}") { ... on SignInSuccess { token } } }`;
  const { body } = await raw(services[0]?.url ?? "", {
    method: "POST",
    path: "/graphql",
    headers: { "content-type": "application/json", "x-forwarded-for": "203.0.117.1" },
    body: JSON.stringify({ query }),
  });
  return /"token":"([^"]+)"/.exec(body)?.[1] ?? "";
}

/** The answers to so many requests, in turn to one process and the other. */
async function inTurn(times: number, ask: (n: number) => Promise<number>): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < times; n += 1) statuses.push(await ask(n));
  return statuses;
}

const passed = (statuses: readonly number[]): number => statuses.filter((status) => status !== 429).length;

describe("two processes on one database", () => {
  test("let an address have the limit once, not once each", async () => {
    const statuses = await withinAMinute(fresh.sql, (time) =>
      inTurn(420, async (n) => {
        const headers = { "x-forwarded-for": `203.0.113.${time}` };
        return (await raw(services[n % 2]?.url ?? "", { path: "/nosuch", headers })).status;
      }),
    );
    expect(passed(statuses)).toBeLessThanOrEqual(200 + 200 / 50);
    expect(passed(statuses)).toBeGreaterThanOrEqual(200 - Math.ceil(200 / 16));
  });

  test("let an account have its fields once, from wherever it asks", async () => {
    const statuses = await withinAMinute(fresh.sql, async (time) => {
      const authorization = `Bearer ${await tokenOf(DEMO[time] ?? "")}`;
      return inTurn(220, (n) =>
        post("/graphql", { query: "{ viewer { id } }" }, `203.0.115.${n % 4}`, { authorization }, n),
      );
    });
    expect(statuses[0]).toBe(200);
    expect(passed(statuses)).toBeLessThanOrEqual(100 + 100 / 50);
    expect(passed(statuses)).toBeGreaterThanOrEqual(100 - Math.ceil(100 / 16));
  });

  test("let an address try to sign in so often and not once more, though all tries come at once", async () => {
    const statuses = await withinAMinute(fresh.sql, (time) =>
      Promise.all(Array.from({ length: 24 }, (_, n) => post("/auth/code", { code: "x" }, `203.0.116.${time}`, {}, n))),
    );
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(passed(statuses)).toBe(10);
  });

  test("end an event stream of one when its session is signed out at the other", async () => {
    const [one, other] = services.map(({ url }) => url);
    const headers = { "content-type": "application/json", "x-guantong-csrf": "1", "x-forwarded-for": "203.0.118.1" };
    const entered = await fetch(`${one}/auth/demo`, { method: "POST", headers, body: '{"login":"student.li"}' });
    const cookie = entered.headers
      .getSetCookie()
      .map((each) => each.split(";")[0])
      .join("; ");
    const [section] = await fresh.sql<
      { id: string }[]
    >`select id from section where status = 'OPEN' order by id limit 1`;
    const variables = { id: encodeId("Section", section?.id ?? "") };
    const query = "subscription ($id: ID!) { sectionSeats(sectionId: $id) { taken } }";
    const opened = await fetch(`${one}/graphql`, {
      method: "POST",
      headers: { ...headers, cookie, accept: "text/event-stream" },
      body: JSON.stringify({ query, variables }),
    });
    const events = new Events(opened);
    const [told] = await Promise.all([
      events.next(),
      fresh.sql`select pg_notify('guantong_section', ${section?.id ?? ""})`,
    ]);
    expect(told?.data?.sectionSeats).toBeDefined();
    await fetch(`${other}/auth/logout`, { method: "POST", headers: { ...headers, cookie } });
    const began = performance.now();
    expect(await events.next()).toBeNull();
    // by news, not by the look every thirty seconds
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
