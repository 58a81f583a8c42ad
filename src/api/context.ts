import type { Language, Viewer } from "../auth/viewer.ts";
import type { Database, ReadTransaction, Tx } from "../db/transaction.ts";
import { dayInChina } from "../domain/date.ts";
import type { Id, IsoDate } from "../domain/id.ts";
import { type Loaders, loadersOf } from "./loaders.ts";
import type { Services } from "./services.ts";

/**
 * What a resolver has at hand. Reads go through `tx`, one view of the data for the whole operation; `write` ends it, so
 * that what follows a mutation sees what it did.
 */
export class Context {
  readonly viewer: Viewer;
  /** The portal's session that the request belongs to; null for a token. */
  readonly sessionId: Id | null;
  readonly db: Database;
  readonly services: Services;
  readonly now: Date;
  #tx: ReadTransaction;
  #loaders: Loaders | null = null;

  constructor(parts: {
    readonly viewer: Viewer;
    readonly sessionId: Id | null;
    readonly db: Database;
    readonly services: Services;
    readonly now: Date;
  }) {
    this.viewer = parts.viewer;
    this.sessionId = parts.sessionId;
    this.db = parts.db;
    this.services = parts.services;
    this.now = parts.now;
    this.#tx = parts.db.read(parts.viewer);
  }

  get tx(): ReadTransaction {
    return this.#tx;
  }

  /** Made when the first is asked for: many requests ask for none. */
  get loaders(): Loaders {
    this.#loaders ??= loadersOf(this.#tx);
    return this.#loaders;
  }

  get language(): Language {
    return this.viewer.language;
  }

  /** The calendar day in Baotou, whose clocks follow Beijing's. */
  get today(): IsoDate {
    return dayInChina(this.now);
  }

  /** One transaction for one mutation; a problem rolls it back. */
  async write<T>(act: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.db.write(this.viewer, act);
    } finally {
      this.refresh();
    }
  }

  /**
   * The same as the role that writes the ledger: what is posted and the rows it comes from change together or not at all.
   * The reading connection is given back first, for whoever posts may have to wait in line.
   */
  async post<T>(act: (tx: Tx) => Promise<T>): Promise<T> {
    this.refresh();
    try {
      return await this.services.ledger.write(this.viewer, act);
    } finally {
      this.refresh();
    }
  }

  /** Forgets what was read: after a write that did not go through `write`. */
  refresh(): void {
    this.audit();
    this.#tx.end();
    this.#tx = this.db.read(this.viewer);
    this.#loaders = null;
  }

  end(): void {
    this.audit();
    this.#tx.end();
  }

  /** Hands on what was looked at, to be written behind the answer. */
  audit(): void {
    const { trail } = this.viewer;
    if (trail === undefined) return;
    const rest = trail.takeRest(this.viewer);
    if (rest.length > 0) this.services.audit.add(rest);
  }
}
