import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { STREAMS_MAX, Streams } from "../../src/api/streams.ts";
import { encodeId } from "../../src/api/node-id.ts";
import { Events } from "../support/events.ts";
import { openTestServer, type TestServer } from "../support/server.ts";

const WATCH = "subscription ($id: ID!) { sectionSeats(sectionId: $id) { taken } }";

interface Bearing {
  readonly cookie?: string;
  readonly authorization?: string;
}

async function open(server: TestServer, section: string, bearing: Bearing, from = "203.0.113.1"): Promise<Response> {
  return fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "text/event-stream",
      "x-guantong-csrf": "1",
      "x-forwarded-for": from,
      ...bearing,
    },
    body: JSON.stringify({ query: WATCH, variables: { id: encodeId("Section", section) } }),
  });
}

async function ask(server: TestServer, bearing: Bearing, query: string, variables: object = {}): Promise<string> {
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-guantong-csrf": "1", ...bearing },
    body: JSON.stringify({ query, variables }),
  });
  return response.text();
}

const bearer = async (server: TestServer, login: string): Promise<Bearing> => ({
  authorization: `Bearer ${await server.tokenOf(login)}`,
});

/** An open section that no test before this one has watched: none hears what was said to another. */
async function freshSection(server: TestServer): Promise<string> {
  const rows = await server.fresh.sql<{ id: string }[]>`select id from section where status = 'OPEN' order by id`;
  const free = rows.find(({ id }) => !watched.has(id));
  if (free === undefined) throw new Error("the demonstration has no open section left");
  watched.add(free.id);
  return free.id;
}
const watched = new Set<string>();

const changed = (server: TestServer, section: string) =>
  server.fresh.sql`select pg_notify('guantong_section', ${section})`;

/** A stream that has told its first event: it is under way. */
async function underWay(server: TestServer, section: string, bearing: Bearing, from?: string): Promise<Events> {
  const events = new Events(await open(server, section, bearing, from));
  const [told] = await Promise.all([events.next(), changed(server, section)]);
  expect(told?.data?.sectionSeats.taken).toBeGreaterThanOrEqual(0);
  return events;
}

describe("an event stream", () => {
  let server: TestServer;
  let section: string;
  beforeAll(async () => {
    // looks again only after an hour: what ends here ends by news
    server = await openTestServer({
      demo: true,
      streams: { againMs: 3_600_000 },
      config: { trustProxy: ["loopback"] },
    });
  });
  beforeEach(async () => {
    section = await freshSection(server);
  });
  afterAll(() => server.drop());

  test("ends as soon as its session is signed out", async () => {
    const cookie = await server.cookieOf("student.li");
    const events = await underWay(server, section, { cookie });
    await fetch(`${server.url}/auth/logout`, { method: "POST", headers: { cookie, "x-guantong-csrf": "1" } });
    expect(await events.next()).toBeNull();
  });

  test("ends as soon as its session is ended from elsewhere; those of other sessions go on", async () => {
    const [here, there] = [await server.cookieOf("student.zhang"), await server.cookieOf("student.zhang")];
    const [mine, theirs] = [
      await underWay(server, section, { cookie: here }),
      await underWay(server, section, { cookie: there }),
    ];
    expect(await ask(server, { cookie: here }, "mutation { endOtherSessions { __typename } }")).toContain(
      "AccessSuccess",
    );
    expect(await theirs.next()).toBeNull();
    const [told] = await Promise.all([mine.next(), changed(server, section)]);
    expect(told).not.toBeNull();
    await mine.close();
  });

  test("ends as soon as its account's tokens are revoked", async () => {
    const events = await underWay(server, section, await bearer(server, "registrar.btvtc"));
    const revoke = 'mutation { revokeAccess(login: "registrar.btvtc") { __typename } }';
    const done = await ask(server, await bearer(server, "admin"), revoke);
    expect(done).toContain("AccessEndedSuccess");
    expect(await events.next()).toBeNull();
  });

  test("ends as soon as its role is withdrawn, and tells nothing that comes with it", async () => {
    const events = await underWay(server, section, await bearer(server, "student.zhao"));
    await server.fresh.sql.begin(async (sql) => {
      const [account] = await sql<{ id: string }[]>`select id from account where login = 'student.zhao'`;
      await sql`update capacity set valid_until = '2000-01-01' where account_id = ${account?.id ?? ""}`;
      await sql`select pg_notify('guantong_account', ${account?.id ?? ""}), pg_notify('guantong_section', ${section})`;
    });
    expect(await events.next()).toBeNull();
  });

  test("goes on at news of its account that takes nothing away", async () => {
    const events = await underWay(server, section, await bearer(server, "student.wang"));
    await server.fresh
      .sql`select pg_notify('guantong_account', (select id::text from account where login = 'student.wang'))`;
    const [told] = await Promise.all([events.next(), changed(server, section)]);
    expect(told?.data?.sectionSeats).toBeDefined();
    await events.close();
  });
});

describe("where no news comes, an event stream", () => {
  let server: TestServer;
  let section: string;
  beforeAll(async () => {
    server = await openTestServer({ demo: true, streams: { againMs: 50 } });
  });
  beforeEach(async () => {
    section = await freshSection(server);
  });
  afterAll(() => server.drop());

  test("ends at the next look after its session has ended", async () => {
    const events = await underWay(server, section, { cookie: await server.cookieOf("student.li") });
    await server.fresh.sql`update session set ended_at = now(), ended_because = 'OWNER'`;
    expect(await events.next()).toBeNull();
  });

  test("ends when its session has not been used for two hours: the stream does not keep it awake", async () => {
    const events = await underWay(server, section, { cookie: await server.cookieOf("student.zhang") });
    await server.fresh.sql`update session set last_seen_at = now() - interval '2 hours' where ended_at is null`;
    expect(await events.next()).toBeNull();
  });
});

describe("event streams", () => {
  let server: TestServer;
  let section: string;
  beforeAll(async () => {
    const streams = { perAccount: 2, perAddress: 3, lifetimeMs: 1500 };
    server = await openTestServer({ demo: true, streams, config: { trustProxy: ["loopback"] } });
  });
  beforeEach(async () => {
    section = await freshSection(server);
  });
  afterAll(() => server.drop());

  test("are so many for an account and so many for an address, and no more until one ends", async () => {
    const [wang, zhang] = [await bearer(server, "student.wang"), await bearer(server, "student.zhang")];
    const held = [
      await underWay(server, section, wang, "203.0.113.7"),
      await underWay(server, section, wang, "203.0.113.8"),
    ];
    const third = await open(server, section, wang, "203.0.113.9");
    expect(await third.text()).toContain("TOO_MANY_STREAMS");
    held.push(
      await underWay(server, section, zhang, "203.0.113.7"),
      await underWay(server, section, zhang, "203.0.113.7"),
    );
    const li = await bearer(server, "student.li");
    expect(await (await open(server, section, li, "203.0.113.7")).text()).toContain("TOO_MANY_STREAMS");
    await Promise.all(held.map((events) => events.close()));
    const again = await underWay(server, section, li, "203.0.113.7");
    await again.close();
  });

  test("end after their lifetime, and whoever listened may come back", async () => {
    const li = await bearer(server, "student.li");
    const events = await underWay(server, section, li, "203.0.113.20");
    expect(await events.next()).toBeNull();
    await (await underWay(server, section, li, "203.0.113.20")).close();
  });
});

test("a caller's room is given back once, however often it is said", () => {
  const streams = new Streams({ perAccount: 1 });
  const room = streams.begin("a", "203.0.113.1");
  expect(typeof room).toBe("function");
  expect(streams.begin("a", "203.0.113.2")).toBe(1);
  if (typeof room === "function") for (let n = 0; n < 3; n += 1) room();
  const next = streams.begin("a", "203.0.113.1");
  expect(typeof next).toBe("function");
  expect(streams.begin("a", "203.0.113.1")).toBe(1);
  expect(STREAMS_MAX.account).toBeLessThan(STREAMS_MAX.address);
});
