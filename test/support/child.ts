import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const ROOT = join(import.meta.dirname, "../..");

/** A child process and what it has said so far. */
export interface Child {
  readonly process: ChildProcess;
  readonly output: () => string;
  /** Its next line; null when it ends without one. */
  line(): Promise<string | null>;
  /** Ends it with a signal and answers its exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  readonly exit: Promise<number | null>;
}

export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Run it as an ordinary account, when we are root. */
  readonly ordinary?: boolean;
}

const NOBODY = 65_534;

/** Starts Node on a script, TypeScript through tsx. */
export function startNode(args: readonly string[], options: ChildOptions = {}): Child {
  const [script = ""] = args;
  const loader = script.endsWith(".ts") ? ["--import", join(ROOT, "node_modules/tsx/dist/loader.mjs")] : [];
  const asNobody = options.ordinary === true && process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const child = spawn(process.execPath, [...loader, ...args], {
    cwd: options.cwd ?? ROOT,
    env: { PATH: process.env["PATH"], HOME: "/tmp", LANG: "C", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    ...asNobody,
  });
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const lines: string[] = [];
  const readers: ((line: string | null) => void)[] = [];
  let over = false;
  createInterface({ input: child.stdout })
    .on("line", (line) => {
      output += `${line}\n`;
      const reader = readers.shift();
      if (reader === undefined) lines.push(line);
      else reader(line);
    })
    .on("close", () => {
      over = true;
      for (const reader of readers) reader(null);
    });
  const exit = new Promise<number | null>((resolve) => {
    child.once("close", (code) => resolve(code));
  });
  return {
    process: child,
    output: () => output,
    line: async () => lines.shift() ?? (over ? null : new Promise((resolve) => readers.push(resolve))),
    end(signal = "SIGTERM") {
      child.kill(signal);
      return exit;
    },
    exit,
  };
}
