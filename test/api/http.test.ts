import { request } from "node:http";
import { serverAudits } from "graphql-http";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ demo: true });
});
afterAll(() => server.drop());

interface Sent {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string | undefined;
}

async function send(body: BodyInit, headers: Record<string, string> = {}): Promise<Sent> {
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });
  const answer = (await response.json()) as { errors?: { message: string; extensions?: { code?: string } }[] };
  const error = answer.errors?.[0];
  return { status: response.status, code: error?.extensions?.code, message: error?.message };
}

const ASK = JSON.stringify({ query: "{ viewer { id } }" });

describe("GraphQL over HTTP", () => {
  const audits = serverAudits({ url: () => `${server.url}/graphql` });

  test("is audited in full", () => {
    expect(audits).toHaveLength(61);
  });

  test.each(audits.map((audit) => [audit.name, audit] as const))("%s", async (_, audit) => {
    const result = await audit.fn();
    expect(result.status, JSON.stringify(result)).toBe("ok");
  });
});

describe("what no client of good will sends", () => {
  test("JSON that is none gets a code", async () => {
    for (const body of ["{", "", "null", "[]", "42", '{"query":42}', '{"query":"{"}', '{"query":"{ nosuch }"}']) {
      const { status, message } = await send(body);
      expect([200, 400], body).toContain(status);
      expect(message, body).toBeTypeOf("string");
    }
  });

  test("bytes that are no text change nothing", async () => {
    const { status } = await send(Buffer.from([0xff, 0xfe, 0x00, 0x80]));
    expect(status).toBe(400);
  });

  test("a body whose announced length is too large is refused with a code", async () => {
    const sent = await send("x".repeat(2 * 1024 * 1024));
    expect(sent).toMatchObject({ status: 413, code: "PAYLOAD_TOO_LARGE" });
  });

  test("50 MB in chunks are refused with a code, and the service goes on", async () => {
    const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const sending = request(`${server.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
      });
      sending.on("response", (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on("end", () => {
          resolve({ status: response.statusCode, text });
          sending.destroy();
        });
      });
      sending.on("error", reject);
      const chunk = Buffer.alloc(64 * 1024, 32);
      let left = 800;
      const more = (): void => {
        while (left > 0 && !sending.destroyed) {
          left -= 1;
          if (!sending.write(chunk)) {
            sending.once("drain", more);
            return;
          }
        }
        sending.end();
      };
      more();
    });
    expect(answer.status).toBe(413);
    expect(answer.text).toContain("PAYLOAD_TOO_LARGE");
    expect((await send(ASK)).status).toBe(200);
  });

  test("a small body in chunks is answered", async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const sending = request(`${server.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
      });
      sending.on("response", (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on("end", () => resolve(text));
      });
      sending.on("error", reject);
      sending.write('{"query":"{ __ty');
      setImmediate(() => sending.end('pename }"}'));
    });
    expect(JSON.parse(answer)).toEqual({ data: { __typename: "Query" } });
  });

  test("a token that is none, unsigned, of another key or another service signs nobody in", async () => {
    const real = await server.tokenOf("admin");
    const [head = "", payload = "", signature = ""] = real.split(".");
    const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`;
    const secret = await new SignJWT({})
      .setProtectedHeader({ alg: "HS256" })
      .setSubject("11111111-1111-4111-8111-111111111111")
      .setIssuer("urn:guantong:development")
      .setAudience("guantong")
      .setExpirationTime("1h")
      .sign(Buffer.from(head));
    const tokens = ["x", "", "a.b.c", unsigned, secret, `${head}.${payload}.${signature.slice(0, -4)}AAAA`];
    for (const token of tokens) {
      expect(await send(ASK, { authorization: `Bearer ${token}` }), token).toMatchObject({
        status: 401,
        code: "TOKEN_INVALID",
      });
    }
    expect(await send(ASK, { authorization: `Basic ${real}` })).toMatchObject({ code: "TOKEN_INVALID" });
    expect((await send(ASK, { authorization: `Bearer ${real}` })).status).toBe(200);
  });

  test("errors speak the caller's language", async () => {
    const zh = await send(ASK, { authorization: "Bearer x", "accept-language": "zh-CN" });
    const en = await send(ASK, { authorization: "Bearer x", "accept-language": "en" });
    expect(zh.message).toMatch(/登录/);
    expect(en.message).toMatch(/sign/i);
  });

  test("the log names no token, no query and no person", async () => {
    const token = await server.tokenOf("admin");
    await send(JSON.stringify({ query: '{ catalogue(text: "秘密") { edges { cursor } } }' }), {
      authorization: `Bearer ${token}`,
    });
    const log = server.log();
    expect(log).toContain('"route":"/graphql"');
    for (const secret of [token, "秘密", "catalogue", "admin"]) expect(log).not.toContain(secret);
  });
});
