import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openApi, type TestApi } from "../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

/** What every caller meets, whoever they are and whatever they ask. */
describe("the endpoint", () => {
  let fresh: FreshDatabase;
  let api: TestApi;
  beforeAll(async () => {
    fresh = await freshDatabase();
    api = await openApi(fresh.db);
  });
  afterAll(async () => {
    await api.close();
    await fresh.drop();
  });

  test("lets a caller without a token ask who they are: nobody", async () => {
    expect(await api.ask("{ viewer { login } }")).toEqual({ status: 200, data: { viewer: null }, errors: [] });
  });

  test.each([
    ["garbage", "garbage"],
    ["a token without a signature", `${btoa('{"alg":"none"}')}.${btoa('{"sub":"x"}')}.`],
    ["an empty token", ""],
  ])("refuses %s with a code, in the caller's language", async (_, token) => {
    const zh = await api.ask("{ viewer { login } }", {}, { token });
    expect([zh.status, zh.data, zh.errors[0]?.extensions?.code]).toEqual([401, null, "TOKEN_INVALID"]);
    const en = await api.ask("{ viewer { login } }", {}, { token, language: "en" });
    expect(en.errors[0]?.message).toBe("Your sign-in is invalid or has expired. Please sign in again.");
  });

  test.each(["", "x", "TGVhcm5lcg", btoa("Learner:1"), btoa("Learner:' or 1=1--"), "漢字", "A".repeat(10_000)])(
    "refuses the id %j as malformed",
    async (id) => {
      const answer = await api.ask("query ($id: ID!) { node(id: $id) { id } }", { id });
      expect(answer.errors[0]?.extensions?.code).toBe("MALFORMED_ID");
    },
  );

  test("answers null for an id that is well-formed and unknown", async () => {
    const id = btoa("Learner:00000000-0000-4000-8000-000000000000").replaceAll("=", "");
    expect(await api.ask("query ($id: ID!) { node(id: $id) { id } }", { id })).toEqual({
      status: 200,
      data: { node: null },
      errors: [],
    });
  });

  test("refuses a query that is too deep", async () => {
    const deep = `{ institutions ${"{ programmes { institution ".repeat(9)} { id } ${"} }".repeat(9)} }`;
    expect((await api.ask(deep)).errors.length).toBeGreaterThan(0);
  });

  test("refuses a query that asks the same under too many names", async () => {
    const wide = `{ ${Array.from({ length: 100 }, (_, at) => `a${at}: alliances { id }`).join(" ")} }`;
    expect((await api.ask(wide)).errors.length).toBeGreaterThan(0);
  });

  test("refuses a form post: a page of another site can send one", async () => {
    const response = await api.send({
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "query=mutation%7Bping%7D",
    });
    expect(response.status).toBe(415);
  });

  test("does not write through GET", async () => {
    const response = await api.send({ method: "GET" }, "?query=mutation%7Bping%7D");
    expect(response.status).toBe(405);
  });
});
