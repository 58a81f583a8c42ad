import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { expect } from "vitest";
import type { Issuer } from "../../src/config.ts";
import { openTestServer, type TestServer } from "../support/server.ts";

const ROOT = join(import.meta.dirname, "../..");
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Where there is no browser these tests are left out, except in CI: there nothing may be left out unseen. */
export const noBrowser = !existsSync(CHROMIUM) && process.env["CI"] === undefined;

/** The two sizes that every page must suit. */
export const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } } as const;

/** How a page is to be opened. */
export interface Visit {
  readonly language?: "zh" | "en";
  readonly size?: keyof typeof SIZES;
  /** Signs in beforehand; without, the sign-in page shows. */
  readonly login?: string;
}

/** The whole service with demonstration data, and a browser to look at it with. */
export interface PortalUnderTest {
  readonly server: TestServer;
  /** Opens an address in a window of its own. What goes wrong in it fails `close`. */
  open(path: string, visit?: Visit): Promise<Page>;
  /** Says that a fault was meant to happen. */
  forgive(fault: RegExp): void;
  close(): Promise<void>;
}

/**
 * Starts the service on a fresh demonstration database, with the portal as it is built for production.
 * @param issuers outside issuers that sign people in, told where the portal is; demo users are then kept out
 * @param now a clock of the test's own, for what the service answers
 */
export async function openPortal(
  issuers: (portalUrl: string) => Promise<readonly Issuer[]> = async () => [],
  now?: () => Date,
): Promise<PortalUnderTest> {
  let trusted: readonly Issuer[] = [];
  const server = await openTestServer({
    demo: true,
    portal: await buildPortal(),
    issuers: async (url) => (trusted = await issuers(url)),
    ...(now === undefined ? {} : { now }),
  });
  const elsewhere = trusted.map(({ issuer }) => issuer);
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  const faults: string[] = [];
  const forgiven: RegExp[] = [];
  return {
    server,
    open: (path, visit = {}) => openPage(browser, { server, faults, elsewhere }, path, visit),
    forgive: (fault) => void forgiven.push(fault),
    async close() {
      await browser.close();
      await server.drop();
      expect(faults.filter((fault) => !forgiven.some((meant) => meant.test(fault)))).toEqual([]);
    },
  };
}

interface Watch {
  readonly server: TestServer;
  /** What goes wrong in any page is added. */
  readonly faults: string[];
  /** Where else a page may lead its reader, itself asking nothing of it. */
  readonly elsewhere: readonly string[];
}

async function openPage(
  browser: Browser,
  { server, faults, elsewhere }: Watch,
  path: string,
  visit: Visit,
): Promise<Page> {
  const { language = "zh", size = "wide", login } = visit;
  const context = await browser.newContext({ viewport: SIZES[size], reducedMotion: "reduce", acceptDownloads: true });
  context.setDefaultTimeout(15_000);
  if (login !== undefined) {
    const [name = "", value = ""] = (await server.cookieOf(login)).split("=");
    await context.addCookies([{ name, value, url: server.url, httpOnly: true, sameSite: "Lax" }]);
  }
  await keep(context, { "guantong.language": language });
  const page = await context.newPage();
  const note = (what: string) => faults.push(`${path} (${language}, ${size}): ${what}`);
  page.on("console", (message) => {
    if (elsewhere.some((each) => message.location().url.startsWith(each))) return;
    if (message.type() === "error" || message.type() === "warning") note(message.text());
  });
  page.on("pageerror", (error) => note(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    if (url.startsWith(server.url) || /^(data|blob):/.test(url)) return;
    if (!request.isNavigationRequest() || !elsewhere.some((each) => url.startsWith(each))) note(`asks ${url}`);
  });
  await page.goto(server.url + path);
  await page.locator("h1:not(.visually-hidden)").waitFor();
  return page;
}

/** Writes what a browser would have kept; only where nothing is kept yet, so that the page's own changes stay. */
async function keep(context: BrowserContext, values: Readonly<Record<string, string>>): Promise<void> {
  await context.addInitScript((kept) => {
    if (sessionStorage.getItem("e2e") !== null) return;
    sessionStorage.setItem("e2e", "kept");
    for (const [key, value] of Object.entries(kept)) {
      localStorage.setItem(key, value);
    }
  }, values);
}

/** Where pictures are left for a person to look at; nowhere unless asked. */
const SHOTS = process.env["E2E_SHOTS"];
export async function picture(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** No rule of axe is broken, nothing is wider than the window, and the page says which language it is in. */
export async function expectSound(page: Page, language: "zh" | "en"): Promise<void> {
  await page.locator("[role=status][aria-busy=true], .mantine-Skeleton-root").first().waitFor({ state: "detached" });
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { axe: judge } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: readonly Violation[] }> };
    };
    return (await judge.run({ resultTypes: ["violations"], preload: false })).violations.map(({ id, nodes }) => [
      id,
      ...nodes.slice(0, 3).map(({ html }) => html),
    ]);
  });
  expect(violations, page.url()).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${page.url()} is wider than its window`).toBeLessThanOrEqual(0);
  expect(await page.locator("html").getAttribute("lang")).toBe(language === "zh" ? "zh-CN" : "en");
  expect(await page.title()).toContain(language === "zh" ? "贯通" : "Guantong");
}

const newestIn = (folder: string): number =>
  Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );

/**
 * Builds the portal into a folder of these tests' own, unless it is there and newer than its sources: what runs from
 * dist/ meanwhile is left alone. Test files that start together wait for one another.
 */
async function buildPortal(): Promise<string> {
  const folder = join(tmpdir(), `guantong-e2e-${createHash("sha256").update(ROOT).digest("hex").slice(0, 12)}`);
  const lock = `${folder}.lock`;
  const built = join(folder, "index.html");
  while (!claimed(lock)) await pause(200);
  try {
    if (existsSync(built) && statSync(built).mtimeMs >= newestIn(join(ROOT, "src/web"))) return folder;
    const vite = join(ROOT, "node_modules/vite/bin/vite.js");
    const { status, stderr } = spawnSync(
      process.execPath,
      [vite, "build", "--config", "src/web/vite.config.ts", "--outDir", folder, "--emptyOutDir", "--logLevel", "warn"],
      { cwd: ROOT, encoding: "utf8", env: { ...process.env, NODE_ENV: "production" } },
    );
    if (status !== 0) throw new Error(`the portal does not build: ${stderr}`);
    return folder;
  } finally {
    rmSync(lock, { recursive: true });
  }
}

/** Longer than any build: a lock this old was left behind. */
const LOCK_MS = 120_000;

function claimed(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > LOCK_MS)
      rmSync(lock, { recursive: true, force: true });
    return false;
  }
}
