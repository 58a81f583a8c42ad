import { createHmac, createPublicKey } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt, importJWK, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTokens, type TokenOptions, type Tokens } from "../../src/auth/token.ts";
import { AUDIENCE, MACHINE, openTestIssuer, type TestIssuer } from "../support/issuer.ts";

describe("machines with client credentials at a real OpenID provider", () => {
  let issuer: TestIssuer;
  let other: TestIssuer;
  let dataDir: string;
  const open = (options: Partial<TokenOptions> = {}): Promise<Tokens> =>
    openTokens({ issuers: [issuer.trusted], audience: AUDIENCE, dataDir, cooldownMs: 0, ...options });
  const INVALID = { code: "TOKEN_INVALID" };

  beforeAll(async () => {
    [issuer, other, dataDir] = await Promise.all([
      openTestIssuer("one"),
      openTestIssuer("two"),
      mkdtemp(join(tmpdir(), "guantong-issuer-")),
    ]);
  });
  afterAll(async () => {
    await Promise.all([issuer.close(), other.close()]);
    await rm(dataDir, { recursive: true, force: true });
  });

  test("are known by the issuer and the client they are", async () => {
    const tokens = await open();
    expect(await tokens.verify(await issuer.machineToken())).toMatchObject({
      issuer: issuer.url,
      subject: MACHINE.client_id,
      capacityId: null,
    });
  });

  test("of several issuers each is held against its own keys", async () => {
    const tokens = await open({ issuers: [issuer.trusted, other.trusted] });
    expect(await tokens.verify(await other.machineToken())).toMatchObject({ issuer: other.url });
    const crossed = await new SignJWT(decodeJwt(await issuer.machineToken()))
      .setProtectedHeader({ alg: "RS256", kid: issuer.key().kid ?? "" })
      .sign(await importJWK(other.key(), "RS256"));
    expect(await tokens.verify(crossed)).toMatchObject(INVALID);
  });

  test("an issuer nobody configured, and one's token made out to someone else, are refused", async () => {
    const tokens = await open();
    expect(await tokens.verify(await other.machineToken())).toMatchObject(INVALID);
    expect(await tokens.verify(await issuer.machineToken("elsewhere"))).toMatchObject(INVALID);
  });

  test("a new key is taken at its first token, and the withdrawn one no longer", async () => {
    const tokens = await open();
    const before = await issuer.machineToken();
    expect(await tokens.verify(before)).toMatchObject({ subject: MACHINE.client_id });
    const withdrawn = await issuer.machineToken();
    await issuer.rotate();
    expect(await tokens.verify(await issuer.machineToken())).toMatchObject({ subject: MACHINE.client_id });
    expect(await tokens.verify(withdrawn)).toMatchObject(INVALID);
  });

  test("made-up keys do not make the service ask the issuer again and again", async () => {
    const tokens = await open({ cooldownMs: 60_000 });
    const token = await issuer.machineToken();
    await tokens.verify(token);
    const asked = issuer.keysAsked();
    const claims = decodeJwt(token);
    const key = await importJWK(other.key(), "RS256");
    for (let round = 0; round < 20; round += 1) {
      const forged = await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: `made-up-${round}` }).sign(key);
      expect(await tokens.verify(forged)).toMatchObject(INVALID);
    }
    expect(issuer.keysAsked()).toBe(asked);
  });

  test("an expired one is refused, also after it was verified; clocks may differ by half a minute", async () => {
    let now = new Date();
    const tokens = await open({ now: () => now });
    const [seen, unseen] = await Promise.all([issuer.machineToken(), issuer.machineToken()]);
    expect(await tokens.verify(seen)).toMatchObject({ subject: MACHINE.client_id });
    const expiry = (decodeJwt(unseen).exp ?? 0) * 1000;
    now = new Date(expiry + 25_000);
    expect(await tokens.verify(unseen)).toMatchObject({ subject: MACHINE.client_id });
    now = new Date(expiry + 35_000);
    expect(await tokens.verify(seen)).toMatchObject(INVALID);
    expect(await (await open({ now: () => now })).verify(unseen)).toMatchObject(INVALID);
  });

  test("no signature, a secret made of the public key, and a changed letter are refused", async () => {
    const tokens = await open();
    const token = await issuer.machineToken();
    const claims = decodeJwt(token);
    const [header = "", body = "", signature = ""] = token.split(".");
    const { n = "", e = "" } = issuer.key();
    const publicPem = createPublicKey({ key: { kty: "RSA", n, e }, format: "jwk" }).export({
      type: "spki",
      format: "pem",
    });
    const confused = `${Buffer.from(JSON.stringify({ alg: "HS256", kid: issuer.key().kid })).toString("base64url")}.${body}`;
    const forged = [
      new UnsecuredJWT(claims).encode(),
      `${confused}.${createHmac("sha256", publicPem).update(confused).digest("base64url")}`,
      `${header}.${Buffer.from(JSON.stringify({ ...claims, sub: "someone.else" })).toString("base64url")}.${signature}`,
      `${header}.${body}.`,
      `${header}.${body}`,
      "x".repeat(10_000),
    ];
    for (const each of forged) expect(await tokens.verify(each), each.slice(0, 60)).toMatchObject(INVALID);
  });

  test("an issuer that does not answer is told apart from a bad token", async () => {
    const gone = await openTestIssuer("gone");
    const token = await gone.machineToken();
    await gone.close();
    const tokens = await open({ issuers: [gone.trusted] });
    expect(await tokens.verify(token)).toMatchObject({ code: "ISSUER_UNREACHABLE" });
    expect(await tokens.verify(token)).toMatchObject({ code: "ISSUER_UNREACHABLE" });
  });
});
