import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { raw } from "../support/raw.ts";
import { openTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let behindTls: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  behindTls = await openTestServer({ config: { publicUrl: "https://bank.example.cn" } });
});
afterAll(() => Promise.all([server.drop(), behindTls.drop()]));

const ASKED = [
  ["what GraphQL answers", "/graphql?query=%7B__typename%7D"],
  ["what GraphQL refuses", "/graphql?query=%7B"],
  ["what Express answers", "/healthz"],
  ["what is not there", "/nosuch"],
] as const;

describe.each(ASKED)("%s", (_, path) => {
  test("may be framed, guessed at and passed on by nobody", async () => {
    const { headers } = await raw(server.url, { path });
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["content-security-policy"]).not.toContain("unsafe");
    expect(headers["x-powered-by"]).toBeUndefined();
  });

  test("tells browsers to keep to TLS only where there is TLS", async () => {
    expect((await raw(server.url, { path })).headers["strict-transport-security"]).toBeUndefined();
    expect((await raw(behindTls.url, { path })).headers["strict-transport-security"]).toMatch(/^max-age=31536000/);
  });
});

test("an answer of GraphQL is kept by nobody", async () => {
  for (const path of [ASKED[0][1], ASKED[1][1]]) {
    const { headers } = await raw(server.url, { path });
    expect(headers).toMatchObject({ "cache-control": "no-store", "x-robots-tag": "noindex" });
  }
});

test("a page may use no camera, no place and no payment", async () => {
  const policy = (await raw(server.url, { path: "/healthz" })).headers["permissions-policy"];
  for (const feature of ["camera", "geolocation", "microphone", "payment"]) expect(policy).toContain(`${feature}=()`);
});
