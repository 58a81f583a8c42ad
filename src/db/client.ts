import { Socket } from "node:net";
import postgres from "postgres";
import { ConnectionLost, Pool } from "./pool.ts";
import { type Database, NOBODY, transactions } from "./transaction.ts";

/** The roles a connection can take, each with its own row-level security. The owner runs migrations only. */
export const DATABASE_ROLES = ["guantong_app", "guantong_writer", "guantong_job", "guantong_auditor"] as const;
export type DatabaseRole = (typeof DATABASE_ROLES)[number];

/** How long things may take, by the server's clock and, where the server does not answer at all, by ours. Milliseconds. */
export interface DatabaseTimes {
  readonly statement: number;
  /** How long one statement may wait for a lock. */
  readonly lock: number;
  /** How long a transaction may lie idle. */
  readonly idle: number;
  readonly connect: number;
  /** After this long without an answer a connection is given up: longer than the server takes for any. */
  readonly silent: number;
}
const TIMES: DatabaseTimes = { statement: 30_000, lock: 10_000, idle: 60_000, connect: 10_000, silent: 45_000 };

/** An instant of the server, whose sessions keep UTC (`2026-11-24 02:59:46.627+00`), as ISO text of milliseconds. */
function instantOf(text: string): string {
  // the common form costs a tenth this way, and lists are full of it
  if (!text.endsWith("+00") || text.length < 22 || text[10] !== " ") return new Date(text).toISOString();
  const milliseconds = text[19] === "." ? text.slice(20, -3).padEnd(3, "0").slice(0, 3) : "000";
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${milliseconds}Z`;
}

/** How values cross the border: dates as `YYYY-MM-DD`, times as ISO instants, bigint as a number that is exact. */
const types = {
  date: { to: 1082, from: [1082], serialize: String, parse: String },
  time: {
    to: 1184,
    from: [1114, 1184],
    serialize: (value: Date | string) => (value instanceof Date ? value.toISOString() : value),
    parse: instantOf,
  },
  bigint: {
    to: 20,
    from: [20],
    serialize: String,
    parse(text: string): number {
      const value = Number(text);
      if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is too large for a number`);
      return value;
    },
  },
};

interface Target {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path: string | false | undefined;
}

/** Begins to connect, once; what postgres.js writes meanwhile waits in the socket. */
function dialOnce(): (target: Target) => Socket {
  let dialled = false;
  return ({ host, port, path }) => {
    if (dialled) throw new ConnectionLost();
    dialled = true;
    const socket = new Socket();
    return typeof path === "string" ? socket.connect(path) : socket.connect(port[0] ?? 5432, host[0] ?? "localhost");
  };
}

/** Connects as whoever the address names: for migrations, back-up and tests, past row-level security. */
export function connect(url: string, options: postgres.Options<Record<string, never>> = {}): postgres.Sql {
  return postgres(url, {
    types,
    // columns only: the keys inside a json value are data
    transform: { column: { from: postgres.toCamel, to: postgres.fromCamel }, undefined: null },
    onnotice: () => undefined,
    ...options,
  } as postgres.Options<Record<string, never>>);
}

/** Opens a pool of at most `max` connections that act as `role`, whoever the address logs in as. */
export function openDatabase(
  url: string,
  options: { readonly role: DatabaseRole; readonly max: number; readonly times?: Partial<DatabaseTimes> },
): Database {
  const times = { ...TIMES, ...options.times };
  const open = (lost: () => void): postgres.Sql =>
    connect(url, {
      max: 1,
      max_lifetime: null,
      connect_timeout: times.connect / 1000,
      onclose: lost,
      socket: dialOnce(),
      connection: {
        application_name: "guantong",
        timezone: "UTC",
        role: options.role,
        statement_timeout: times.statement,
        lock_timeout: times.lock,
        idle_in_transaction_session_timeout: times.idle,
        ...NOBODY,
      },
    } as postgres.Options<Record<string, never>>);
  return transactions(new Pool(open, options.max, times.silent));
}
