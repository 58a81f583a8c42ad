import postgres from "postgres";
import { ANONYMOUS, type Viewer } from "../auth/viewer.ts";
import { isId } from "../domain/id.ts";
import { isProblem } from "../domain/problem.ts";

/** The tagged template a statement is written with. */
export type Sql = postgres.ISql<Record<never, never>>;

/** A running transaction. Store functions take it first. */
export interface Tx {
  /** Runs one statement. Calls may overlap: they are pipelined on one connection. */
  run<T>(statement: (sql: Sql) => PromiseLike<T>): Promise<T>;
}

/** A read-only transaction with one view of the data, opened at its first statement. */
export interface ReadTransaction extends Tx {
  /** Ends it. COMMIT is sent; nobody waits for it. Calling it twice, or without any statement, does nothing. */
  end(): void;
}

/** How busy the pool is. */
export interface PoolUse {
  readonly reading: number;
  readonly writing: number;
  readonly waiting: number;
}

/** The way to the data. Every statement runs in a transaction that row-level security knows the viewer of. */
export interface Database {
  read(viewer: Viewer): ReadTransaction;
  /** Commits what `act` did, unless it throws or returns a problem: then nothing of it stays. */
  write<T>(viewer: Viewer, act: (tx: Tx) => Promise<T>): Promise<T>;
  use(): PoolUse;
  end(): Promise<void>;
}

const NIL = "00000000-0000-0000-0000-000000000000";

/** What row-level security sees of nobody; the pool's connections start with these. */
export const NOBODY = {
  "guantong.account": NIL,
  "guantong.learner": NIL,
  "guantong.institution": NIL,
  "guantong.role": ANONYMOUS.role,
};

/** `SET LOCAL` takes no parameters, so an id becomes part of the text: only after it proved to be one. */
function setting(name: "account" | "learner" | "institution", id: string | null): string {
  if (id === null) return "";
  if (!isId(id)) throw new TypeError(`guantong.${name} is not an id`);
  return `;set local guantong.${name}='${id}'`;
}

/** The statement that opens a transaction for a viewer; what it leaves out stands as NOBODY's. */
export function opening(mode: "read" | "write", viewer: Viewer): string {
  const begin = mode === "read" ? "begin isolation level repeatable read read only" : "begin read write";
  const role = /^[A-Z_]+$/.test(viewer.role) ? viewer.role : ANONYMOUS.role;
  return (
    begin +
    setting("account", viewer.accountId) +
    setting("learner", viewer.learnerId) +
    setting("institution", viewer.institutionId) +
    (role === ANONYMOUS.role ? "" : `;set local guantong.role='${role}'`)
  );
}

/** The part of postgres.js's connection object that tells of its loss. */
interface Connection {
  onclose: ((error: Error) => void) | null;
}

/**
 * One reserved connection with an open transaction. The opening statement is sent together with the first one and
 * never waited for on its own; should it fail, the statements behind it fail too.
 */
class Transaction implements Tx {
  readonly #sql: postgres.ReservedSql;
  readonly #waiting = new Set<(error: unknown) => void>();
  #refused: unknown = null;
  #lost: Error | null = null;

  constructor(sql: postgres.ReservedSql, begin: string) {
    this.#sql = sql;
    this.#send(begin).catch((error: unknown) => {
      this.#refused = error;
    });
  }

  run<T>(statement: (sql: Sql) => PromiseLike<T>): Promise<T> {
    // postgres.js would write to the closed socket, and that ends the process
    const reason = this.#lost ?? this.#refused;
    if (reason !== null) return Promise.reject(reason);
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      statement(this.#sql as unknown as Sql).then(
        (rows) => {
          this.#waiting.delete(reject);
          resolve(rows);
        },
        (error: unknown) => {
          this.#waiting.delete(reject);
          reject(this.#refused ?? error);
        },
      );
    });
  }

  /** Sends COMMIT or ROLLBACK, and gives the connection back once the server has answered. */
  async finish(how: "commit" | "rollback"): Promise<void> {
    if (this.#lost !== null) throw this.#lost;
    try {
      const { command } = await this.#untilLost(this.#send(how));
      this.#sql.release();
      // PostgreSQL answers COMMIT with ROLLBACK where a statement had failed
      if (how === "commit" && command === "ROLLBACK") throw new Error("the transaction had failed and was rolled back");
    } catch (error) {
      // a connection that was lost goes back to the pool by itself
      if (error instanceof postgres.PostgresError && error.severity === "ERROR") this.#sql.release();
      throw error;
    }
  }

  /** A statement sent between the socket's error and its close is never answered by postgres.js. */
  #untilLost<T>(sent: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      sent.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }

  #send(text: string): Promise<{ readonly command: string }> {
    const options = {
      // the way sql.begin learns of its connection; it must answer true, or nothing is pipelined behind it
      onexecute: (connection: Connection): boolean => {
        connection.onclose = (error) => this.#lose(error);
        return true;
      },
    };
    const sent = this.#sql.unsafe(text, [], options as postgres.UnsafeQueryOptions).execute();
    return sent as unknown as Promise<{ readonly command: string }>;
  }

  /** Statements that were still queued would wait for ever. */
  #lose(error: Error): void {
    this.#lost = error;
    for (const reject of this.#waiting) reject(error);
    this.#waiting.clear();
  }
}

/** What a pool offers for transactions. */
export function transactions(sql: postgres.Sql): Database {
  const use = { reading: 0, writing: 0, waiting: 0 };
  // reads that were ended and still hold their connection: closing the pool waits for them
  const settling = new Set<Promise<void>>();

  async function open(mode: "read" | "write", viewer: Viewer): Promise<Transaction> {
    const begin = opening(mode, viewer);
    use.waiting += 1;
    try {
      return new Transaction(await sql.reserve(), begin);
    } finally {
      use.waiting -= 1;
    }
  }

  function read(viewer: Viewer): ReadTransaction {
    let transaction: Promise<Transaction> | null = null;
    let ended = false;
    return {
      async run(statement) {
        if (ended) throw new Error("the read transaction has ended");
        if (transaction === null) {
          transaction = open("read", viewer);
          use.reading += 1;
        }
        return (await transaction).run(statement);
      },
      end() {
        if (ended) return;
        ended = true;
        if (transaction === null) return;
        // whatever went wrong has already been heard by whoever ran the statement
        const settled = transaction
          .then((opened) => opened.finish("commit"))
          .catch(() => undefined)
          .finally(() => {
            use.reading -= 1;
            settling.delete(settled);
          });
        settling.add(settled);
      },
    };
  }

  async function write<T>(viewer: Viewer, act: (tx: Tx) => Promise<T>): Promise<T> {
    const transaction = await open("write", viewer);
    use.writing += 1;
    try {
      const result = await act(transaction);
      await transaction.finish(isProblem(result) ? "rollback" : "commit");
      return result;
    } catch (error) {
      await transaction.finish("rollback").catch(() => undefined);
      throw error;
    } finally {
      use.writing -= 1;
    }
  }

  return {
    read,
    write,
    use: () => ({ ...use }),
    async end() {
      await Promise.all(settling);
      await sql.end({ timeout: 5 });
    },
  };
}
