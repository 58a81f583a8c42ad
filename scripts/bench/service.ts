import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export const ROOT = join(import.meta.dirname, "../..");

/** One address and a few accounts ask for everyone: counted like any other, and never refused. */
const UNRATED = {
  RATE_REQUESTS_PER_ADDRESS: "10000000",
  RATE_FIELDS_PER_ACCOUNT: "10000000",
  RATE_HEAVY_PER_ACCOUNT: "10000000",
  RATE_SIGN_INS_PER_ADDRESS: "10000000",
};

/** A server process and where it answers. */
export interface Running {
  readonly url: string;
  readonly pid: number;
  /** Seconds from its start to its first answer. */
  readonly readyAfter: number;
  stop(): Promise<void>;
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => {
    server.once("listening", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return typeof address === "object" && address !== null ? address.port : 0;
}

function running(child: ChildProcess, url: string, began: number): Running {
  return {
    url,
    pid: child.pid ?? 0,
    readyAfter: (performance.now() - began) / 1000,
    async stop() {
      const gone = ended(child);
      child.kill("SIGTERM");
      await gone;
    },
  };
}

/** Starts the service as `npm start` does, in production, and waits until it is ready. */
export async function startService(dataDir: string): Promise<Running> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, [join(ROOT, "scripts/start.js")], {
    cwd: ROOT,
    env: {
      PATH: process.env["PATH"],
      NODE_ENV: "production",
      PORT: String(port),
      GUANTONG_DATA_DIR: dataDir,
      ...UNRATED,
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}`;
  while (child.exitCode === null) {
    const status = await fetch(`${url}/readyz`).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return running(child, url, began);
    await pause(10);
  }
  throw new Error(`the service ended with ${child.exitCode}`);
}

/** Starts bare Yoga. */
export async function startBareYoga(): Promise<Running> {
  const began = performance.now();
  const child = spawn(process.execPath, [join(ROOT, "scripts/bench/bare-yoga.js")], {
    env: { PATH: process.env["PATH"], NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve) => {
    child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  return running(child, url, began);
}

/** Starts the service once more on the data of one that runs, with or without sign-in and row-level security. */
export async function startListServer(
  mode: "guarded" | "unguarded",
  dataDir: string,
  institutionId: string,
): Promise<Running> {
  const began = performance.now();
  const child = spawn(
    process.execPath,
    ["--import", "tsx", join(ROOT, "scripts/bench/list-server.ts"), mode, institutionId],
    {
      cwd: ROOT,
      env: {
        PATH: process.env["PATH"],
        NODE_ENV: "production",
        GUANTONG_DATA_DIR: dataDir,
        LOG_LEVEL: "warn",
        ...UNRATED,
      },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const url = await new Promise<string>((resolve) => {
    child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  return running(child, url, began);
}

/** Linux counts a process's CPU in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** CPU seconds a process has used so far, user and system, its threads included. */
export function cpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
