import { Socket } from "node:net";
import postgres from "postgres";
import { type Database, NOBODY, transactions } from "./transaction.ts";

/** The roles a connection can take, each with its own row-level security. The owner runs migrations only. */
export const DATABASE_ROLES = ["guantong_app", "guantong_writer", "guantong_job", "guantong_auditor"] as const;
export type DatabaseRole = (typeof DATABASE_ROLES)[number];

/** How long one statement may take, and how long a transaction may lie idle. Milliseconds. */
const STATEMENT_TIMEOUT = 30_000;
const IDLE_TIMEOUT = 60_000;

/** How values cross the border: dates as `YYYY-MM-DD`, times as ISO instants, bigint as a number that is exact. */
const types = {
  date: { to: 1082, from: [1082], serialize: String, parse: String },
  time: {
    to: 1184,
    from: [1114, 1184],
    serialize: (value: Date | string) => (value instanceof Date ? value.toISOString() : value),
    parse: (text: string) => new Date(text).toISOString(),
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

/** What the server says when it takes the next statement; and what its last word before it hangs up contains. */
const READY_FOR_QUERY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
const FATAL = "VFATAL\0";

/**
 * postgres.js gathers what it writes until the end of the turn. When the connection closes within that turn it forgets
 * to write ever again, on the next connection too. So a close is told one turn later.
 * It also keeps a fatal error (an administrator ended the connection, the server stops) until the server is ready for
 * the next statement, which it never is: the next connection then fails with that old error and is lost to the pool.
 * So readiness is told before the close: whoever waited hears the error.
 */
class PatientSocket extends Socket {
  #last: Buffer | null = null;

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === "data" && args[0] instanceof Buffer) this.#last = args[0];
    if (event !== "close") return super.emit(event, ...args);
    setImmediate(() => {
      if (this.#last?.includes(FATAL) === true) super.emit("data", READY_FOR_QUERY);
      super.emit(event, ...args);
    });
    return true;
  }
}

interface Target {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path: string | false | undefined;
}

/** Begins to connect; what postgres.js writes meanwhile waits in the socket. */
function dial({ host, port, path }: Target): Socket {
  const socket = new PatientSocket();
  return typeof path === "string" ? socket.connect(path) : socket.connect(port[0] ?? 5432, host[0] ?? "localhost");
}

/** Connects as whoever the address names: for migrations, back-up and tests, past row-level security. */
export function connect(url: string, options: postgres.Options<Record<string, never>> = {}): postgres.Sql {
  return postgres(url, {
    types,
    // columns only: the keys inside a json value are data
    transform: { column: { from: postgres.toCamel, to: postgres.fromCamel }, undefined: null },
    onnotice: () => undefined,
    socket: dial,
    ...options,
  } as postgres.Options<Record<string, never>>);
}

/** Opens a pool of at most `max` connections that act as `role`, whoever the address logs in as. */
export function openDatabase(url: string, options: { readonly role: DatabaseRole; readonly max: number }): Database {
  return transactions(
    connect(url, {
      max: options.max,
      connection: {
        application_name: "guantong",
        role: options.role,
        statement_timeout: STATEMENT_TIMEOUT,
        idle_in_transaction_session_timeout: IDLE_TIMEOUT,
        ...NOBODY,
      },
    }),
  );
}
