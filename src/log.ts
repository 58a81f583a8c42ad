import { type DestinationStream, destination, type Logger, pino, stdSerializers } from "pino";
import type { Config } from "./config.ts";

export type Log = Logger;

/** A request's line is written with its neighbours': at the latest when this many bytes wait, or the process ends. */
const BUFFER_BYTES = 4096;
const FLUSH_MS = 500;

/** What the database tells beside its message: rows and parameters, which are somebody's. */
const TELLTALE = ["detail", "where", "query", "internal_query", "parameters", "args", "hint"];

/** The database quotes the values it stumbles over, and a message may be all that is logged. */
const unquoted = (text: string): string => text.replace(/: "[^\n]*"/g, ': "…"');

/** An error in full, but for the data it came upon. */
function errorOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const told: Record<string, unknown> = { ...stdSerializers.err(error) };
  for (const key of TELLTALE) delete told[key];
  for (const key of ["message", "stack"]) {
    if (error.name === "PostgresError" && typeof told[key] === "string") told[key] = unquoted(told[key]);
  }
  return told;
}

/** Where a secret or a name would stand, should anyone ever log what holds one. */
const REDACTED = ["authorization", "cookie", "password", "token", "secret", "name", "idNumber"].flatMap((key) => [
  key,
  `*.${key}`,
  `*.*.${key}`,
]);

/**
 * Opens the log: one JSON object a line, on standard output. It says what happened to which request, never whose
 * data it was: no bodies, no variables, no tokens, no names.
 */
export function openLog(config: Pick<Config, "logLevel">, stream?: DestinationStream): Log {
  const target = stream ?? destination({ sync: false, minLength: BUFFER_BYTES, periodicFlush: FLUSH_MS });
  return pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      serializers: { err: errorOf },
      redact: REDACTED,
    },
    target,
  );
}
