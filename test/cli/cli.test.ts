import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Child, startNode } from "../support/child.ts";

/** Runs a command to its end. */
async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = startNode(["scripts/guantong.js", ...args], { env });
  const code = await child.exit;
  return { code, output: child.output() };
}

async function freePort(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, resolve);
  });
  const address = server.address();
  return { server, port: typeof address === "object" && address !== null ? address.port : 0 };
}

describe("the command line", () => {
  test("explains itself in the reader's language", async () => {
    const zh = await run(["--help"], { GUANTONG_LANG: "zh" });
    const en = await run(["--help"], { GUANTONG_LANG: "en" });
    expect(zh).toMatchObject({ code: 0 });
    expect(zh.output).toContain("学分");
    expect(en).toMatchObject({ code: 0 });
    expect(en.output).toContain("credit");
    expect(en.output).toContain("Exit codes");
  });

  test("ends with 2 when it is called in a way it does not know", async () => {
    expect((await run(["nosuch"])).code).toBe(2);
    expect((await run(["token"])).code).toBe(2);
    expect((await run(["backup"])).code).toBe(2);
  });

  test("ends with 3 on wrong settings, naming them in both languages and never showing a value", async () => {
    const wrong = await run(["migrate"], { PORT: "port", DATABASE_URL: "mysql://secret@host/x" });
    expect(wrong.code).toBe(3);
    expect(wrong.output).toMatch(/CONFIGURATION_INVALID.*\n.*CONFIGURATION_INVALID/);
    expect(wrong.output).toContain("PORT, DATABASE_URL");
    expect(wrong.output).not.toContain("secret");
  });

  test("ends with 3 when the database does not answer", async () => {
    const { server, port } = await freePort();
    server.close();
    const lost = await run(["migrate"], { DATABASE_URL: `postgres://nobody@127.0.0.1:${port}/x` });
    expect(lost.code).toBe(3);
    expect(lost.output).toContain("DATABASE_UNREACHABLE");
  });

  test("makes, lists and rotates keys, and never shows one", { timeout: 120_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "guantong-keys-"));
    const keysFile = join(folder, "keys.json");
    const env = { GUANTONG_KEYS_FILE: keysFile };
    const made = await run(["keys", "create"], env);
    const again = await run(["keys", "create"], env);
    const rotated = await run(["keys", "rotate", "--after", "48"], env);
    const listed = await run(["keys", "list", "--json"], env);
    expect([made.code, again.code, rotated.code, listed.code]).toEqual([0, 1, 0, 0]);
    expect(JSON.parse(listed.output)).toHaveLength(2);
    const { secrets } = JSON.parse(await readFile(keysFile, "utf8")) as { secrets: { secret: string }[] };
    for (const { secret } of secrets)
      expect(made.output + again.output + rotated.output + listed.output).not.toContain(secret);
    expect((await run(["keys", "rotate", "--after", "soon"], env)).code).toBe(2);
    await rm(folder, { recursive: true });
  });

  test("ends with 4 when the port is taken, before it makes a database", async () => {
    const { server, port } = await freePort();
    const dataDir = join(tmpdir(), `guantong-never-${process.pid}`);
    const taken = await run(["serve"], { PORT: String(port), GUANTONG_DATA_DIR: dataDir });
    server.close();
    expect(taken.code).toBe(4);
    expect(taken.output).toMatch(/PORT_TAKEN.*\n.*PORT_TAKEN/);
    await expect(rm(dataDir, { recursive: true })).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("a running service", () => {
  let dataDir: string;
  let service: Child;
  let env: Record<string, string>;
  const url = (path: string): string => `http://127.0.0.1:${env["PORT"]}${path}`;

  async function start(): Promise<Child> {
    const child = startNode(["scripts/guantong.js", "serve"], { env });
    for (let line = await child.line(); line !== null; line = await child.line()) {
      if (line.includes("Ctrl-C")) return child;
    }
    throw new Error(child.output());
  }

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "guantong-cli-"));
    const { server, port } = await freePort();
    server.close();
    env = { PORT: String(port), GUANTONG_DATA_DIR: dataDir, GUANTONG_LANG: "en" };
    service = await start();
  });
  afterAll(async () => {
    await service.end("SIGTERM");
    await rm(dataDir, { recursive: true, force: true });
  });

  test("says where it listens, where its data lies and how to sign in", () => {
    expect(service.output()).toContain(`http://localhost:${env["PORT"]}`);
    expect(service.output()).toContain(dataDir);
    expect(service.output()).toContain("student.wang");
  });

  test("is ready, with the demonstration in it", async () => {
    expect((await fetch(url("/readyz"))).status).toBe(200);
    const answer = await fetch(url("/graphql?query={institutions{id}}"));
    expect(JSON.stringify(await answer.json())).toContain('"id"');
  });

  test("a command beside it works on the same data, and its token signs in", async () => {
    const issued = await run(["token", "--as", "student.wang", "--json"], env);
    expect(issued.code).toBe(0);
    const line = issued.output.split("\n").find((text) => text.startsWith("{")) ?? "{}";
    const { token } = JSON.parse(line) as { token: string };
    const answer = await fetch(url("/graphql?query={viewer{displayName}}"), {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await answer.json()).toMatchObject({ data: { viewer: { displayName: expect.any(String) } } });
  });

  test("an unknown demo user gets no token", async () => {
    const refused = await run(["token", "--as", "nobody"], env);
    expect(refused.code).toBe(1);
    expect(refused.output).toContain("NOT_FOUND");
  });

  test("no token is made where a real issuer is configured", async () => {
    const refused = await run(["token", "--as", "student.wang"], { ...env, OIDC_ISSUER: "https://id.example" });
    expect(refused.code).toBe(1);
    expect(refused.output).toContain("TOKEN_ISSUER_CONFIGURED");
  });

  test("a second service on the same data is refused", async () => {
    const second = await run(["serve"], { ...env, PORT: "0" });
    expect(second.code).toBe(3);
    expect(second.output).toContain("DATA_DIRECTORY_IN_USE");
  });

  test("seeding again changes nothing", async () => {
    const again = await run(["seed"], env);
    expect(again.code).toBe(0);
    expect(again.output).toContain("nothing was changed");
  });

  test("a back-up taken beside it is restored into an empty database", async () => {
    const file = join(dataDir, "all.gz");
    const saved = await run(["backup", file, "--json"], env);
    expect(saved.code, saved.output).toBe(0);
    expect(saved.output).toContain(join(dataDir, "keys.json"));
    const refused = await run(["restore", file], env);
    expect(refused.code).toBe(3);
    expect(refused.output).toContain("DATABASE_NOT_EMPTY");
    const elsewhere = { ...env, GUANTONG_DATA_DIR: join(dataDir, "elsewhere") };
    const restored = await run(["restore", file, "--json"], elsewhere);
    expect(restored.code, restored.output).toBe(0);
    const rowsOf = (text: string): unknown => /"rows":(\d+)/.exec(text)?.[1];
    expect(rowsOf(restored.output)).toBe(rowsOf(saved.output));
  });

  test("stops cleanly on Ctrl-C, and starts again with its data", async () => {
    expect(await service.end("SIGINT")).toBe(0);
    expect(service.output()).toContain("Stopped.");
    service = await start();
    expect(service.output()).not.toContain("First start");
    expect((await fetch(url("/readyz"))).status).toBe(200);
  });
});
