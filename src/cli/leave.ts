import { EXIT } from "./exit.ts";

/** Waits for Ctrl-C or a polite end; a second one ends at once. */
export function leaveTaking(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const leave = (): void => {
      if (asked) process.exit(EXIT.SYSTEM);
      asked = true;
      resolve();
    };
    process.on("SIGINT", leave);
    process.on("SIGTERM", leave);
  });
}
