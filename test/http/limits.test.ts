import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { raw } from "../support/raw.ts";
import { openTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  const config = {
    requestsPerAddress: 12,
    fieldsPerAccount: 6,
    heavyPerAccount: 1,
    signInsPerAddress: 2,
    trustProxy: ["loopback"],
  };
  server = await openTestServer({ demo: true, rated: true, config });
});
afterAll(() => server.drop());

async function ask(query: string, address: string, token?: string) {
  const { status, headers, body } = await raw(server.url, {
    method: "POST",
    path: "/graphql",
    headers: {
      "content-type": "application/json",
      "x-forwarded-for": address,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
  });
  return { status, wait: Number(headers["retry-after"] ?? 0), code: /"code":"([A-Z_]+)"/.exec(body)?.[1] ?? null };
}

describe("who asks too often", () => {
  test("from one address is told to wait, before anything is looked at; others are answered", async () => {
    const answers = [];
    for (let n = 0; n < 13; n += 1) answers.push(await ask("{ nosuch }", "203.0.113.1"));
    expect(answers.slice(0, 12).every(({ code }) => code === "GRAPHQL_VALIDATION_FAILED")).toBe(true);
    expect(answers[12]).toMatchObject({ status: 429, code: "TOO_MANY_REQUESTS" });
    expect(answers[12]?.wait).toBeGreaterThan(0);
    expect(await ask("{ __typename }", "203.0.113.2")).toEqual({ status: 200, wait: 0, code: null });
    const page = await raw(server.url, { path: "/nosuch", headers: { "x-forwarded-for": "203.0.113.1" } });
    expect(page.status).toBe(429);
    const health = await raw(server.url, { path: "/healthz", headers: { "x-forwarded-for": "203.0.113.1" } });
    expect(health.status).toBe(200);
  });

  test("with one account is told to wait from wherever they ask, and however they put it", async () => {
    const token = await server.tokenOf("student.wang");
    const six =
      "{ a: viewer { id } b: viewer { id } c: viewer { id } d: viewer { id } e: viewer { id } f: viewer { id } }";
    expect(await ask(six, "203.0.113.3", token)).toMatchObject({ status: 200 });
    expect(await ask("{ viewer { id } }", "203.0.113.4", token)).toMatchObject({
      status: 429,
      code: "TOO_MANY_REQUESTS",
    });
    const other = await server.tokenOf("student.zhang");
    expect(await ask("{ viewer { id } }", "203.0.113.4", other)).toMatchObject({ status: 200 });
  });

  test("for what is costly is told sooner", async () => {
    const token = await server.tokenOf("student.zhao");
    const check = '{ recognitionCheck(learnerId: "x", programId: "y") { __typename } }';
    expect((await ask(check, "203.0.113.5", token)).status).toBe(200);
    expect(await ask(check, "203.0.113.5", token)).toMatchObject({ status: 429 });
  });

  test("to sign in is told sooner, also when one request tries several", async () => {
    const login = (names: string) =>
      `mutation { ${names
        .split("")
        .map((name) => `${name}: signInAsDemo(login: "x") { __typename }`)
        .join(" ")} }`;
    expect(await ask(login("ab"), "203.0.113.6")).toMatchObject({ status: 200 });
    expect(await ask(login("a"), "203.0.113.6")).toMatchObject({ status: 429, code: "TOO_MANY_REQUESTS" });
    expect(await ask(login("abc"), "203.0.113.7")).toMatchObject({ status: 429 });
  });
});

/** Sends bytes as they are, and gives back what comes. */
function bytes(text: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

test("what is no HTTP is refused with a code too", async () => {
  const answer = await bytes("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n");
  expect(answer).toContain("400 Bad Request");
  expect(answer).toContain('"code":"INVALID_INPUT"');
  const long = await bytes(`GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(20_000)}\r\n\r\n`);
  expect(long).toContain("431 Request Header Fields Too Large");
  expect(long).toContain('"code":"PAYLOAD_TOO_LARGE"');
});
