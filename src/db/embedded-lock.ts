import { readFileSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { problem } from "../domain/problem.ts";
import { Failure } from "../failure.ts";

/** A process as its number and the time it started, for numbers are used again. */
interface Holder {
  readonly pid: number;
  readonly started: string;
}

/** When a process started, in the kernel's own count; empty where the platform does not tell. */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // the second field is a name in brackets that may hold anything; the start is the 22nd field
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

/** Whether a process of that number runs. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function holderOf(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Holder;
  } catch {
    return null;
  }
}

/**
 * Takes a data directory for this process. A lock whose holder was killed is taken over.
 * @returns what gives it back
 * @throws Failure DATA_DIRECTORY_IN_USE
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, "lock.json");
  const mine: Holder = { pid: process.pid, started: startOf(process.pid) };
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await writeFile(path, JSON.stringify(mine), { flag: "wx", mode: 0o600 });
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = await holderOf(path);
    if (holder !== null && alive(holder.pid) && startOf(holder.pid) === holder.started) break;
    await rm(path, { force: true });
  }
  throw new Failure(problem("DATA_DIRECTORY_IN_USE", { directory, pid: (await holderOf(path))?.pid ?? 0 }));
}
