import { EXIT } from "./exit.ts";

/** How long leaving in order may take, whoever hangs: less than the half minute after which a process is killed. */
const LEAVE_MS = 25_000;

/** Waits for Ctrl-C or a polite end; a second one ends at once, and so does leaving too slowly. */
export function leaveTaking(leaveMs = LEAVE_MS): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const leave = (): void => {
      if (asked) process.exit(EXIT.SYSTEM);
      asked = true;
      setTimeout(() => process.exit(EXIT.SYSTEM), leaveMs).unref();
      resolve();
    };
    process.on("SIGINT", leave);
    process.on("SIGTERM", leave);
  });
}
