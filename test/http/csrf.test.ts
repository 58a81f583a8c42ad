import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CSRF_HEADER } from "../../src/http/csrf.ts";
import { raw } from "../support/raw.ts";
import { openTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let behindTls: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  behindTls = await openTestServer({ config: { publicUrl: "https://bank.example.cn" } });
});
afterAll(() => Promise.all([server.drop(), behindTls.drop()]));

const ASK = JSON.stringify({ query: "{ __typename }" });
const COOKIE = { cookie: "session=anything" };
const OURS = { ...COOKIE, [CSRF_HEADER]: "1" };

async function post(headers: Record<string, string>, at = server, path = "/graphql") {
  const { status, body } = await raw(at.url, {
    method: "POST",
    path,
    headers: { "content-type": "application/json", ...headers },
    body: ASK,
  });
  return { status, code: /"code":"([A-Z_]+)"/.exec(body)?.[1] ?? null };
}

const TAKEN = { status: 200, code: null };
const REFUSED = { status: 403, code: "CROSS_SITE_REQUEST" };

describe("where a cookie comes along, GraphQL takes a request", () => {
  const host = () => new URL(server.url).host;

  test("of a page of ours", async () => {
    expect(await post(OURS)).toEqual(TAKEN);
    expect(await post({ ...OURS, "sec-fetch-site": "same-origin", origin: server.url })).toEqual(TAKEN);
  });

  test("only with the header that no page of another site can send", async () => {
    expect(await post(COOKIE)).toEqual(REFUSED);
    expect(await post({ ...COOKIE, origin: server.url, "sec-fetch-site": "same-origin" })).toEqual(REFUSED);
  });

  test.each([
    ["another site", { "sec-fetch-site": "cross-site" }],
    ["a neighbour of the same domain", { "sec-fetch-site": "same-site" }],
    ["another origin", { origin: "https://evil.example" }],
    ["another port", { origin: "http://127.0.0.1:1" }],
    ["an origin without a name", { origin: "null" }],
    ["an origin that is none", { origin: "http://[" }],
  ])("not from %s, even with the header", async (_, headers) => {
    expect(await post({ ...OURS, ...headers })).toEqual(REFUSED);
  });

  test("whatever the host is called, unless the public address is set", async () => {
    expect(await post({ ...OURS, host: "bank.example.cn", origin: "https://bank.example.cn" })).toEqual(TAKEN);
    expect(await post({ ...OURS, origin: "https://bank.example.cn" }, behindTls)).toEqual(TAKEN);
    expect(await post({ ...OURS, host: host(), origin: `http://${host()}` }, behindTls)).toEqual(REFUSED);
    expect(await post({ ...OURS, origin: "http://bank.example.cn" }, behindTls)).toEqual(REFUSED);
  });

  test("by GET no more freely than by POST", async () => {
    const path = "/graphql?query=%7B__typename%7D";
    expect(await raw(server.url, { path, headers: COOKIE })).toMatchObject({ status: 403 });
    expect(await raw(server.url, { path, headers: OURS })).toMatchObject({ status: 200 });
  });

  test("from a machine with a bearer token as it comes: no browser sends one on its own", async () => {
    expect(await post({ ...COOKIE, authorization: "Bearer x" })).toEqual({ status: 401, code: "TOKEN_INVALID" });
    expect(await post({ ...COOKIE, authorization: "Basic YTpi" })).toEqual(REFUSED);
  });
});

test("what is no GraphQL is changed only from a page of ours, cookie or not", async () => {
  expect(await post({}, server, "/anything")).toEqual(REFUSED);
  expect(await post(OURS, server, "/anything")).toEqual({ status: 404, code: "NOT_FOUND" });
  expect(await raw(server.url, { path: "/assets/anything", headers: COOKIE })).toMatchObject({ status: 404 });
});

describe("a page of another origin", () => {
  test("is not allowed to read, nor asked whether it may", async () => {
    const asked = await raw(server.url, {
      method: "OPTIONS",
      path: "/graphql",
      headers: {
        origin: "https://evil.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,authorization",
      },
    });
    const read = await raw(server.url, {
      method: "POST",
      path: "/graphql",
      headers: { origin: "https://evil.example", "content-type": "application/json" },
      body: ASK,
    });
    expect(asked.status).toBe(405);
    for (const { headers } of [asked, read]) {
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
  });

  test.each([
    ["a form", "application/x-www-form-urlencoded"],
    ["a form with files", "multipart/form-data; boundary=x"],
    ["plain text", "text/plain"],
    ["plain text that mentions JSON", "text/plain; application/json"],
    ["a bare query", "application/graphql"],
    ["no type", ""],
    ["JSON in another alphabet", "application/json; charset=utf-16le"],
  ])("cannot post %s", async (_, type) => {
    expect(await post({ "content-type": type })).toEqual({ status: 415, code: "INVALID_INPUT" });
  });

  test("cannot make a browser write by going somewhere", async () => {
    expect(await raw(server.url, { path: "/graphql?query=mutation%7Bping%7D" })).toMatchObject({ status: 405 });
  });
});
