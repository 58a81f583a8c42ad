import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Events } from "../../support/events.ts";
import { openTestServer, type TestServer } from "../../support/server.ts";

describe("whoever watches a section", () => {
  let server: TestServer;
  let sectionId: string;
  const SECTIONS = "{ sections(first: 50) { edges { node { id number taken available status mySeat { id } } } } }";

  async function post(login: string, query: string, variables: object, accept: string): Promise<Response> {
    return fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept, authorization: `Bearer ${await server.tokenOf(login)}` },
      body: JSON.stringify({ query, variables }),
    });
  }
  async function ask<Data>(login: string, query: string, variables: object = {}): Promise<Data> {
    const response = await post(login, query, variables, "application/json");
    return ((await response.json()) as { data: Data }).data;
  }
  const watch = (login: string, id: string): Promise<Response> =>
    post(
      login,
      "subscription ($id: ID!) { sectionSeats(sectionId: $id) { taken available } }",
      { id },
      "text/event-stream",
    );

  beforeAll(async () => {
    server = await openTestServer({ demo: true });
    // the demonstration's windows may be over by the day this runs
    await server.fresh
      .sql`update section set status = 'OPEN', opens_at = now() - interval '1 day', closes_at = now() + interval '1 day'`;
    const { sections } = await ask<{
      sections: { edges: { node: { id: string; available: number; mySeat: null | object } }[] };
    }>("student.zhang", SECTIONS);
    const free = sections.edges.find(({ node }) => node.available > 0 && node.mySeat === null);
    if (free === undefined) throw new Error("no section has a seat left");
    sectionId = free.node.id;
  });
  afterAll(async () => {
    await server.close();
    await server.drop();
  });

  test("hears of every seat that is taken or given up, as it is committed", async () => {
    const events = new Events(await watch("student.zhang", sectionId));
    const take =
      'mutation ($id: ID!) { takeSeat(sectionId: $id, idempotencyKey: "live") { __typename ... on Problem { code } } }';
    const [taken, heard] = await Promise.all([
      ask<{ takeSeat: { __typename: string } }>("student.zhang", take, { id: sectionId }),
      events.next(),
    ]);
    expect(taken.takeSeat).toEqual({ __typename: "SeatSuccess" });
    const [, again] = await Promise.all([
      ask("student.zhang", "mutation ($id: ID!) { dropSeat(sectionId: $id) { __typename } }", { id: sectionId }),
      events.next(),
    ]);
    expect(again?.data?.sectionSeats.taken).toBe((heard?.data?.sectionSeats.taken ?? 0) - 1);
    await events.close();
  });

  test("is told at once that there is nothing to watch, where there is no such section", async () => {
    const none = Buffer.from("Section:00000000-0000-4000-8000-000000000000").toString("base64url");
    const answer = await new Events(await watch("student.zhang", none)).next();
    expect(answer).toMatchObject({ errors: [{ extensions: { code: "NOT_FOUND" } }] });
  });

  test("hears no more once the capacity is withdrawn", async () => {
    const events = new Events(await watch("student.zhang", sectionId));
    await server.fresh
      .sql`update capacity set valid_until = '2000-01-01' where account_id = (select id from account where login = 'student.zhang')`;
    const [, heard] = await Promise.all([
      server.fresh
        .sql`select pg_notify('guantong_section', ${Buffer.from(sectionId, "base64url").toString().split(":")[1] ?? ""})`,
      events.next(),
    ]);
    // refused, or the stream has ended before
    expect(heard?.data ?? null).toBeNull();
    await events.close();
  });

  test("does not keep the server from leaving", async () => {
    await server.fresh.sql`update capacity set valid_until = null where valid_until = '2000-01-01'`;
    const events = new Events(await watch("student.zhang", sectionId));
    const began = performance.now();
    const [, end] = await Promise.all([server.close(), events.next().catch(() => "broken off")]);
    expect(end).toBe("broken off");
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
