import type postgres from "postgres";

/** A connection's own means: one statement after the other, in the order they were given. */
export interface Line {
  readonly sql: postgres.Sql;
  /** Rejects what still waits when the connection is lost, and everything after. */
  guard<T>(statement: PromiseLike<T>): Promise<T>;
  readonly lost: Error | null;
  /** Whether the transaction before has yet to be committed: whoever is next does it with its own opening. */
  owesCommit: boolean;
}

/** Makes a client of exactly one connection that never reconnects. */
export type OpenLine = (lost: () => void) => postgres.Sql;

/** What a statement hears whose connection is gone: whether it was carried out, nobody knows. */
export class ConnectionLost extends Error {
  readonly code = "CONNECTION_LOST";

  constructor() {
    super("the connection to the database was lost");
    this.name = "ConnectionLost";
  }
}

/** After this long a connection is replaced: the server's memory for it only grows. Milliseconds. */
const LIFETIME_MS = 45 * 60 * 1000;

/**
 * One connection. postgres.js would reconnect by itself and go on in the middle of a transaction, outside it; so a lost
 * connection takes its client with it.
 */
class OneLine implements Line {
  readonly sql: postgres.Sql;
  owesCommit = false;
  readonly #waiting = new Set<(error: Error) => void>();
  /** When something was last asked of an idle connection, or answered on a busy one. Milliseconds since 1970. */
  #heardAt = 0;
  readonly #retireAt = Date.now() + LIFETIME_MS;
  #lost: Error | null = null;

  constructor(open: OpenLine) {
    this.sql = open(() => this.#lose());
  }

  get lost(): Error | null {
    return this.#lost;
  }

  /** Whether the next one may use it. */
  get usable(): boolean {
    return this.#lost === null && Date.now() < this.#retireAt;
  }

  guard<T>(statement: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== null) return reject(this.#lost);
      if (this.#waiting.size === 0) this.#heardAt = Date.now();
      this.#waiting.add(reject);
      statement.then(
        (value) => {
          this.#answered(reject);
          resolve(value);
        },
        (error: unknown) => {
          this.#answered(reject);
          reject(error);
        },
      );
    });
  }

  /** Gives the connection up where what it was asked has not been answered for so long: the server is gone, and nobody said so. */
  giveUpAfter(ms: number): void {
    if (this.#waiting.size > 0 && Date.now() - this.#heardAt > ms) this.#lose();
  }

  #answered(waiting: (error: Error) => void): void {
    this.#waiting.delete(waiting);
    this.#heardAt = Date.now();
  }

  close(): Promise<void> {
    return this.sql.end({ timeout: this.#lost === null ? 5 : 0 });
  }

  #lose(): void {
    if (this.#lost !== null) return;
    this.#lost = new ConnectionLost();
    for (const reject of this.#waiting) reject(this.#lost);
    this.#waiting.clear();
    void this.close().catch(() => undefined);
  }
}

/** How often connections are looked at, in the time after which a silent one is given up. */
const LOOKS = 8;
/** How long a read transaction may stay open for the next one to commit. Milliseconds. */
const OWED_MS = 2;

/** At most `max` connections; whoever finds none waits in line. */
export class Pool {
  readonly #open: OpenLine;
  readonly #max: number;
  readonly #all = new Set<OneLine>();
  readonly #idle: OneLine[] = [];
  readonly #queue: ((line: OneLine) => void)[] = [];
  #ended = false;
  #settling: NodeJS.Timeout | null = null;
  readonly #watch: NodeJS.Timeout;

  /** @param silentMs after how long without an answer a connection is given up */
  constructor(open: OpenLine, max: number, silentMs: number) {
    this.#open = open;
    this.#max = max;
    this.#watch = setInterval(() => {
      for (const line of this.#all) line.giveUpAfter(silentMs);
    }, silentMs / LOOKS).unref();
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Takes a connection for one transaction. The one used last is taken first: it is warm. */
  take(): Line | Promise<Line> {
    if (this.#ended) throw new Error("the pool is closed");
    for (let line = this.#idle.pop(); line !== undefined; line = this.#idle.pop()) {
      if (line.usable) return line;
      this.#discard(line);
    }
    if (this.#all.size < this.#max) return this.#make();
    return new Promise((resolve) => {
      this.#queue.push(resolve);
    });
  }

  /** Gives it back. The next one's statements go behind whatever has been sent on it. */
  give(line: Line): void {
    const back = line as OneLine;
    const usable = back.usable;
    if (!usable) this.#discard(back);
    const next = this.#queue.shift();
    if (next !== undefined) next(usable ? back : this.#make());
    else if (usable) this.#rest(back);
  }

  async end(): Promise<void> {
    this.#ended = true;
    clearInterval(this.#watch);
    await Promise.all([...this.#all].map((line) => line.close()));
  }

  #rest(line: OneLine): void {
    this.#idle.push(line);
    if (line.owesCommit && this.#settling === null) this.#settling = setTimeout(() => this.#settle(), OWED_MS);
  }

  /** Commits what nobody came to commit. */
  #settle(): void {
    this.#settling = null;
    for (const line of this.#idle) {
      if (!line.owesCommit) continue;
      line.owesCommit = false;
      line.guard(line.sql.unsafe("commit")).catch(() => undefined);
    }
  }

  #make(): OneLine {
    const line = new OneLine(this.#open);
    this.#all.add(line);
    return line;
  }

  #discard(line: OneLine): void {
    this.#all.delete(line);
    void line.close().catch(() => undefined);
  }
}
