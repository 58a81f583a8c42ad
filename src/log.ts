import { type DestinationStream, destination, type Logger, pino } from "pino";
import type { Config } from "./config.ts";

export type Log = Logger;

/** A request's line is written with its neighbours': at the latest when this many bytes wait, or the process ends. */
const BUFFER_BYTES = 4096;
const FLUSH_MS = 500;

/**
 * Opens the log: one JSON object a line, on standard output. It says what happened to which request, never whose
 * data it was: no bodies, no variables, no tokens, no names.
 */
export function openLog(config: Pick<Config, "logLevel">, stream?: DestinationStream): Log {
  const target = stream ?? destination({ sync: false, minLength: BUFFER_BYTES, periodicFlush: FLUSH_MS });
  return pino({ level: config.logLevel, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` }, target);
}
