/** What a command's exit code says. */
export const EXIT = {
  OK: 0,
  /** It ran, and found or met a problem. */
  PROBLEM: 1,
  /** It was called in a way it does not understand. */
  USAGE: 2,
  /** The machine, the settings or the database does not let it run. */
  SYSTEM: 3,
  /** The port is taken. */
  PORT_TAKEN: 4,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
