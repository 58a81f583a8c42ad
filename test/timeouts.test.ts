import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect as dial } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { EXIT } from "../src/cli/exit.ts";
import { openOpenId } from "../src/auth/openid.ts";
import { openTokens } from "../src/auth/token.ts";
import { SYSTEM } from "../src/auth/viewer.ts";
import type { Issuer } from "../src/config.ts";
import { DATABASE_ROLES, openDatabase } from "../src/db/client.ts";
import { enqueue } from "../src/db/jobs.ts";
import { emailWay } from "../src/features/notice/channels/email.ts";
import { smsWay } from "../src/features/notice/channels/sms.ts";
import { wecomWay } from "../src/features/notice/channels/wecom.ts";
import { startWorker } from "../src/jobs/worker.ts";
import { openLog } from "../src/log.ts";
import { startNode } from "./support/child.ts";
import { type FreshDatabase, freshDatabase } from "./support/database.ts";
import { openTestServer, type TestServer } from "./support/server.ts";
import { type SilentPeer, silencedWay, silentPeer } from "./support/silent.ts";

/** What is given up is given up by then, on however busy a machine. Milliseconds. */
const SOON = 10_000;

let silent: SilentPeer;
let fresh: FreshDatabase;
let folder: string;
const closing: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  [silent, fresh, folder] = await Promise.all([
    silentPeer(),
    freshDatabase(),
    mkdtemp(join(tmpdir(), "guantong-timeouts-")),
  ]);
});
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));
afterAll(async () => {
  await Promise.all([silent.close(), fresh.drop()]);
  await rm(folder, { recursive: true, force: true });
});

/** How long something took to fail or answer. Milliseconds. */
async function timed<T>(act: () => Promise<T>): Promise<{ readonly answer: T | Error; readonly ms: number }> {
  const began = performance.now();
  const answer = await act().catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  return { answer, ms: performance.now() - began };
}

describe("whoever the service asks", () => {
  test("is asked from these files only, each with a time", () => {
    const SRC = join(import.meta.dirname, "../src");
    const asks =
      /(?<![.\w])fetch\((?!\w+:)|\bcreateTransport\(|\bcreateRemoteJWKSet\(|client\.discovery\(|\bhttps?\.(request|get)\(|\bnew Socket\(|\bcreateConnection\(|\bpostgres\(\w+,/;
    const found = readdirSync(SRC, { recursive: true, encoding: "utf8" })
      .map((path) => path.replaceAll("\\", "/"))
      .filter((path) => path.endsWith(".ts") && !path.startsWith("web/") && !path.includes("generated/"))
      .filter((path) => {
        const text = readFileSync(join(SRC, path), "utf8");
        return text.split("\n").some((line) => asks.test(line) && !/^\s*(async )?fetch\(|\*/.test(line));
      })
      .sort();
    expect(found).toEqual([
      "auth/issuer-keys.ts",
      "auth/openid.ts",
      "db/client.ts",
      "db/migrate.ts",
      "features/notice/channels/channel.ts",
      "features/notice/channels/email.ts",
    ]);
  });
});

/** An issuer on this machine that answers some of what it is asked, and never the rest. */
async function issuerThat(answers: (path: string, url: string) => object | null): Promise<Issuer> {
  const server: Server = createServer((request, response) => {
    const found = answers(request.url ?? "", url);
    if (found === null) return;
    response.setHeader("content-type", "application/json").end(JSON.stringify(found));
  });
  await new Promise<void>((done) => {
    server.listen(0, "127.0.0.1", done);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return {
    key: "slow",
    issuer: url,
    audience: "guantong",
    client: { id: "portal", secret: "secret" },
    title: { zh: "慢", en: "slow" },
  };
}
const discovery = (path: string, url: string): object | null =>
  path.startsWith("/.well-known/")
    ? {
        issuer: url,
        jwks_uri: `${url}/jwks`,
        authorization_endpoint: `${url}/auth`,
        token_endpoint: `${url}/token`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
      }
    : null;
const token = (issuer: Issuer): Promise<string> =>
  new SignJWT({ sub: "wang" })
    .setProtectedHeader({ alg: "HS256", kid: "k" })
    .setIssuer(issuer.issuer)
    .setAudience("guantong")
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(new Uint8Array(32));

describe("an issuer that does not answer", () => {
  test.each([
    ["where its keys are", () => null],
    ["with its keys", discovery],
  ])("%s is given up, and the token is refused for that", async (_, answers) => {
    const issuer = await issuerThat(answers);
    const tokens = await openTokens({ issuers: [issuer], audience: "guantong", dataDir: folder, timeoutMs: 200 });
    // a symmetric signature would be refused before the keys are asked for
    const [, body = ""] = (await token(issuer)).split(".");
    const head = Buffer.from(JSON.stringify({ alg: "RS256", kid: "k" })).toString("base64url");
    const { answer, ms } = await timed(async () => tokens.verify(`${head}.${body}.AAAA`));
    expect(answer).toMatchObject({ code: "ISSUER_UNREACHABLE" });
    expect(ms).toBeLessThan(SOON);
  });

  test("is given up by whoever sets out to it, and by whoever comes back from it", async () => {
    const dumb = await issuerThat(() => null);
    const begun = await timed(() => openOpenId([dumb], { timeoutMs: 200 }).begin("slow", "http://localhost/callback"));
    expect(begun.answer).toMatchObject({ code: "ISSUER_UNREACHABLE" });
    const half = await issuerThat(discovery);
    const openId = openOpenId([half], { timeoutMs: 200 });
    const back = new URL("http://localhost/callback?code=x&state=y");
    const checks = { state: "y", nonce: "z", verifier: "v".repeat(43) };
    const completed = await timed(() => openId.complete("slow", back, checks));
    expect(completed.answer).toMatchObject({ code: "SIGN_IN_REFUSED" });
    expect(begun.ms + completed.ms).toBeLessThan(SOON);
  });
});

describe("a gateway that does not answer", () => {
  const message = { id: "id", to: "13800000000", subject: "贯通", text: "通知" };
  const leaving = new AbortController().signal;
  const at = (scheme: string): string => `${scheme}://127.0.0.1:${silent.port}`;

  test.each([
    ["for mail", () => emailWay({ url: at("smtp"), from: "a@school.example" }, 200)],
    ["for SMS", () => smsWay({ url: at("http"), token: "token" }, 200)],
    ["of WeCom", () => wecomWay({ url: at("http"), corpId: "c", secret: "s", agentId: 1 }, 200)],
  ])("%s is given up", async (_, way) => {
    const { answer, ms } = await timed(() => way().send(message, leaving));
    expect(answer).toBeInstanceOf(Error);
    expect(ms).toBeLessThan(SOON);
  });

  test("is left at once by a service that leaves", async () => {
    const gone = AbortSignal.timeout(100);
    for (const way of [
      emailWay({ url: at("smtp"), from: "a@school.example" }),
      smsWay({ url: at("http"), token: "token" }),
      wecomWay({ url: at("http"), corpId: "c", secret: "s", agentId: 1 }),
    ]) {
      const { answer, ms } = await timed(() => way.send(message, gone));
      expect(answer).toBeInstanceOf(Error);
      expect(ms).toBeLessThan(SOON);
    }
  });
});

describe("the database", () => {
  const asking = async (db: ReturnType<typeof openDatabase>, seconds = 0): Promise<string> => {
    const tx = db.read(SYSTEM);
    try {
      const [row] = await tx.run((sql) => sql<{ x: string }[]>`select 'answered' as x, pg_sleep(${seconds})`);
      return row?.x ?? "";
    } finally {
      tx.end();
    }
  };

  test.each(DATABASE_ROLES)("holds %s to a time for a statement, a lock and an idle transaction", async (role) => {
    const db = openDatabase(fresh.url, { role, max: 1 });
    closing.push(() => db.end());
    const tx = db.read(SYSTEM);
    const [times] = await tx.run(
      (sql) => sql<Record<string, string>[]>`select current_setting('statement_timeout') as statement,
        current_setting('lock_timeout') as lock, current_setting('idle_in_transaction_session_timeout') as idle`,
    );
    tx.end();
    expect(times).toEqual({ statement: "30s", lock: "10s", idle: "1min" });
  });

  test("gives up a statement that takes too long, and one that waits for a lock; the next is answered", async () => {
    const db = openDatabase(fresh.url, { role: "guantong_app", max: 2, times: { statement: 300, lock: 100 } });
    closing.push(() => db.end());
    await expect(asking(db, 20)).rejects.toMatchObject({ code: "57014" });
    await fresh.sql.begin(async (sql) => {
      await sql`lock table account in access exclusive mode`;
      const waiting = db.write(SYSTEM, (tx) => tx.run((own) => own`select 1 from account`));
      await expect(waiting).rejects.toMatchObject({ code: "55P03" });
    });
    expect(await asking(db)).toBe("answered");
  });

  test("ends a transaction that lies idle; the next is answered", async () => {
    const db = openDatabase(fresh.url, { role: "guantong_app", max: 1, times: { idle: 100 } });
    closing.push(() => db.end());
    const outcome = await timed(() =>
      db.write(SYSTEM, async (tx) => {
        await tx.run((sql) => sql`select 1`);
        await fresh.sql`select pg_sleep(1)`;
        await tx.run((sql) => sql`select 1`);
      }),
    );
    expect(outcome.answer).toBeInstanceOf(Error);
    expect(await asking(db)).toBe("answered");
  });

  test("that takes a connection and says nothing is given up", async () => {
    const url = new URL(fresh.url);
    url.host = `127.0.0.1:${silent.port}`;
    const db = openDatabase(url.href, { role: "guantong_app", max: 1, times: { connect: 300, silent: 1000 } });
    closing.push(() => db.end().catch(() => undefined));
    const { answer, ms } = await timed(() => asking(db));
    expect(answer).toBeInstanceOf(Error);
    expect(ms).toBeLessThan(SOON);
  });

  test("that falls silent in the middle is given up, and its connection does not stay taken", async () => {
    const way = await silencedWay(fresh.url);
    const db = openDatabase(way.url, { role: "guantong_app", max: 1, times: { silent: 500 } });
    closing.push(
      () => db.end().catch(() => undefined),
      () => way.close(),
    );
    expect(await asking(db)).toBe("answered");
    way.silence();
    const { answer, ms } = await timed(() => asking(db));
    expect(answer).toMatchObject({ code: "CONNECTION_LOST" });
    expect(ms).toBeLessThan(SOON);
    expect(await asking(db)).toBe("answered");
  });

  test("is not taken for silent while it works", async () => {
    const db = openDatabase(fresh.url, { role: "guantong_app", max: 1, times: { silent: 2000 } });
    closing.push(() => db.end());
    const answers = await Promise.all([asking(db, 0.9), asking(db, 0.9), asking(db, 0.9), asking(db, 0.9)]);
    expect(answers).toEqual(["answered", "answered", "answered", "answered"]);
  });
});

describe("whoever asks the service", () => {
  let server: TestServer;
  beforeAll(async () => {
    const times = { headersMs: 300, requestMs: 600, checkMs: 50, keepAliveMs: 300, stillMs: 1500 };
    server = await openTestServer({ times });
  });
  afterAll(() => server.drop());

  /** Sends this and no more; what comes back until the service ends the connection. */
  function slowly(text: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = dial(Number(new URL(server.url).port), "127.0.0.1", () => socket.write(text));
      let came = "";
      socket.on("data", (chunk: Buffer) => (came += chunk.toString()));
      socket.on("error", () => undefined).on("close", () => resolve(came));
    });
  }

  test.each([
    ["nothing at all", "", ""],
    ["half a head", "POST /graphql HTTP/1.1\r\nHost: x\r\nX-A", "408 Request Timeout"],
  ])("and sends %s is not waited for", async (_, text, heard) => {
    const { answer, ms } = await timed(() => slowly(text));
    expect(answer).toContain(heard);
    expect(ms).toBeLessThan(SOON);
  });

  test("and sends half a body is not waited for", async () => {
    const head = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
    const { answer, ms } = await timed(() => slowly(head));
    expect(answer).not.toContain("HTTP/1.1 200");
    expect(ms).toBeGreaterThan(500);
    expect(ms).toBeLessThan(SOON);
  });

  test("and asks no more does not keep its connection", async () => {
    const { answer, ms } = await timed(() => slowly("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"));
    expect(answer).toContain("HTTP/1.1 200");
    expect(ms).toBeGreaterThan(250);
    expect(ms).toBeLessThan(SOON);
  });
});

test("a job that does not end counts as failed, and the queue goes on", async () => {
  let logged = "";
  const log = openLog({ logLevel: "debug" }, { write: (line) => void (logged += line) });
  const db = openDatabase(fresh.url, { role: "guantong_job", max: 3 });
  let told = false;
  let done: () => void = () => undefined;
  const next = new Promise<void>((resolve) => {
    done = resolve;
  });
  const tasks = {
    "job.report": (_: object, { leaving }: { readonly leaving: AbortSignal }) => {
      leaving.addEventListener("abort", () => {
        told = true;
      });
      return new Promise(() => undefined);
    },
    "limits.sweep": async () => done(),
  };
  const worker = await startWorker({ url: fresh.url, db, log, tasks, jobMs: 300 });
  closing.push(
    () => worker.stop(),
    () => db.end(),
  );
  await fresh.db.write(SYSTEM, async (tx) => {
    for (let n = 0; n < 4; n += 1) await enqueue(tx, "job.report", {});
    await enqueue(tx, "limits.sweep", {});
  });
  await next;
  expect(told).toBe(true);
  expect(logged).toContain("JOB_TIMEOUT");
});

test("a process that cannot leave in order leaves all the same", async () => {
  const script = join(import.meta.dirname, "support/staying-child.ts");
  const child = startNode([script]);
  expect(await child.line()).toBe("here");
  const { answer, ms } = await timed(async () => child.end("SIGTERM"));
  expect(answer).toBe(EXIT.SYSTEM);
  expect(child.output()).toContain("leaving");
  expect(ms).toBeLessThan(SOON);
});
