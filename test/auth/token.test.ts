import { mkdtemp, rm, stat } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTokens, type Tokens } from "../../src/auth/token.ts";
import { isProblem } from "../../src/domain/problem.ts";

const ACCOUNT = "11111111-1111-4111-8111-111111111111";
const CAPACITY = "22222222-2222-4222-8222-222222222222";
const NOON = new Date("2026-11-24T04:00:00Z");

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "guantong-token-"));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

async function issued(tokens: Tokens, capacity: string | null = null): Promise<string> {
  const answer = await tokens.issue(ACCOUNT, capacity);
  if (isProblem(answer)) throw new Error(answer.code);
  return answer.token;
}

describe("the development issuer", () => {
  const options = { issuers: [], audience: "guantong" };

  test("knows its own token again, with account and capacity", async () => {
    const tokens = await openTokens({ ...options, dataDir, now: () => NOON });
    expect(await tokens.verify(await issued(tokens, CAPACITY))).toEqual({
      issuer: "urn:guantong:development",
      subject: ACCOUNT,
      capacityId: CAPACITY,
      issuedAt: NOON.getTime() / 1000,
      expiresAt: NOON.getTime() / 1000 + 12 * 60 * 60,
    });
  });

  test("keeps its key over a restart, where only the service reads it", async () => {
    const before = await openTokens({ ...options, dataDir, now: () => NOON });
    const after = await openTokens({ ...options, dataDir, now: () => NOON });
    expect(await after.verify(await issued(before))).toMatchObject({ subject: ACCOUNT });
    expect((await stat(join(dataDir, "development-key.json"))).mode & 0o777).toBe(0o600);
  });

  test("takes a token for twelve hours and as long as clocks may differ, also one it has verified before", async () => {
    let now = NOON;
    const tokens = await openTokens({ ...options, dataDir, now: () => now });
    const token = await issued(tokens);
    now = new Date(NOON.getTime() + 12 * 60 * 60 * 1000 + 29_000);
    expect(await tokens.verify(token)).toMatchObject({ subject: ACCOUNT });
    now = new Date(NOON.getTime() + 12 * 60 * 60 * 1000 + 31_000);
    expect(await tokens.verify(token)).toMatchObject({ code: "TOKEN_INVALID" });
  });

  test("refuses a token for another audience and one of another installation", async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), "guantong-token-"));
    const here = await openTokens({ ...options, dataDir, now: () => NOON });
    const otherAudience = await openTokens({ issuers: [], audience: "other", dataDir, now: () => NOON });
    const otherKey = await openTokens({ ...options, dataDir: elsewhere, now: () => NOON });
    expect(await here.verify(await issued(otherAudience))).toMatchObject({ code: "TOKEN_INVALID" });
    expect(await here.verify(await issued(otherKey))).toMatchObject({ code: "TOKEN_INVALID" });
    await rm(elsewhere, { recursive: true });
  });
});

describe("a real issuer", () => {
  let server: Server;
  let issuer: string;
  let sign: (claims: JWTPayload, change?: { readonly issuer?: string; readonly audience?: string }) => Promise<string>;
  let tokens: Tokens;

  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
    const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: "one", alg: "RS256" }] };
    server = createServer((request, response) => {
      const discovery = { issuer, jwks_uri: `${issuer}/keys` };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(request.url === "/keys" ? keys : discovery));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const address = server.address();
    issuer = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
    sign = (claims, change = {}) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256", kid: "one" })
        .setIssuer(change.issuer ?? issuer)
        .setAudience(change.audience ?? "guantong")
        .sign(privateKey);
    const title = { zh: "", en: "" };
    const issuers = [{ key: "one", issuer, audience: "guantong", client: null, title }];
    tokens = await openTokens({ issuers, audience: "guantong", dataDir, now: () => NOON });
  });
  afterAll(() => {
    server.close();
  });

  const iat = NOON.getTime() / 1000;
  const exp = iat + 60;

  test("its token is verified by the keys it publishes", async () => {
    expect(await tokens.verify(await sign({ sub: ACCOUNT, iat, exp }))).toMatchObject({ subject: ACCOUNT });
  });

  test("development tokens are neither made nor taken", async () => {
    const development = await openTokens({ issuers: [], audience: "guantong", dataDir, now: () => NOON });
    expect(tokens.development).toBe(false);
    expect(await tokens.issue(ACCOUNT, null)).toMatchObject({ code: "TOKEN_ISSUER_CONFIGURED" });
    expect(await tokens.verify(await issued(development))).toMatchObject({ code: "TOKEN_INVALID" });
  });

  test("a token without expiry, date of issue or subject, from the future, or for someone else, is refused", async () => {
    const refused = [
      await sign({ sub: ACCOUNT, iat }),
      await sign({ sub: ACCOUNT, exp }),
      await sign({ iat, exp }),
      await sign({ sub: "x".repeat(300), iat, exp }),
      await sign({ sub: ACCOUNT, iat: iat + 31, exp }),
      await sign({ sub: ACCOUNT, iat, exp: exp - 120 }),
      await sign({ sub: ACCOUNT, iat, exp, capacity: "not an id" }),
      await sign({ sub: ACCOUNT, iat, exp }, { audience: "other" }),
      await sign({ sub: ACCOUNT, iat, exp }, { issuer: "https://elsewhere.example" }),
    ];
    for (const token of refused) expect(await tokens.verify(token)).toMatchObject({ code: "TOKEN_INVALID" });
  });
});
