import type postgres from "postgres";
import { type Seen, see } from "../auth/trail.ts";
import { ANONYMOUS, institutionsOf, learnersOf, type Viewer } from "../auth/viewer.ts";
import type { AuditEntry } from "../domain/audit.ts";
import { isId } from "../domain/id.ts";
import { isProblem } from "../domain/problem.ts";
import { insertEntries } from "./audit.ts";
import type { Line, Pool } from "./pool.ts";

/** The tagged template a statement is written with. */
export type Sql = postgres.ISql<Record<never, never>>;

/** A running transaction. Store functions take it first. */
export interface Tx {
  /**
   * Runs one statement. Calls may overlap: they are pipelined on one connection. After the end every call is refused,
   * so a branch that outlives its transaction never runs in the next one's.
   */
  run<T>(statement: (sql: Sql) => PromiseLike<T>): Promise<T>;
}

/** A read-only transaction with one view of the data, opened at its first statement. */
export interface ReadTransaction extends Tx {
  /** Ends it. Nobody waits for the COMMIT. Calling it twice, or without any statement, does nothing. */
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
  "guantong.learners": "{}",
  "guantong.institution": NIL,
  "guantong.institutions": "{}",
  "guantong.department": NIL,
  "guantong.class": NIL,
  "guantong.alliance": NIL,
  "guantong.hands_on_until": "-infinity",
  "guantong.role": ANONYMOUS.role,
  // the moment a public list is read at, told by whoever reads one: until then every list is over
  "guantong.moment": "infinity",
};

/** `SET LOCAL` takes no parameters, so an id becomes part of the text: only after it proved to be one. */
function setting(
  name: "account" | "learner" | "institution" | "department" | "class" | "alliance",
  id: string | null,
): string {
  if (id === null) return "";
  if (!isId(id)) throw new TypeError(`guantong.${name} is not an id`);
  return `;set local guantong.${name}='${id}'`;
}

/** Several ids, as an array literal. */
function settings(name: "learners" | "institutions", ids: readonly string[]): string {
  if (ids.length === 0) return "";
  if (!ids.every(isId)) throw new TypeError(`guantong.${name} holds something that is no id`);
  return `;set local guantong.${name}='{${ids.join(",")}}'`;
}

/** What is compared when a role is handed on, and no other time: a reader's transaction does without. */
function handingOn({ handsOnUntil = null, classId, allianceId }: Viewer): string {
  if (handsOnUntil === null) return "";
  if (!/^(infinity|\d{4}-\d{2}-\d{2})$/.test(handsOnUntil)) throw new TypeError("guantong.hands_on_until is no day");
  return `${setting("class", classId)}${setting("alliance", allianceId)};set local guantong.hands_on_until='${handsOnUntil}'`;
}

/** The statement that opens a transaction for a viewer; what it leaves out stands as NOBODY's. */
export function opening(mode: "read" | "write", viewer: Viewer): string {
  const begin = mode === "read" ? "begin isolation level repeatable read read only" : "begin read write";
  const role = /^[A-Z_]+$/.test(viewer.role) ? viewer.role : ANONYMOUS.role;
  return (
    begin +
    setting("account", viewer.accountId) +
    setting("learner", viewer.learnerId) +
    settings("learners", learnersOf(viewer)) +
    setting("institution", viewer.institutionId) +
    settings("institutions", institutionsOf(viewer)) +
    setting("department", viewer.departmentId) +
    (mode === "write" ? handingOn(viewer) : "") +
    (role === ANONYMOUS.role ? "" : `;set local guantong.role='${role}'`)
  );
}

/**
 * One connection with an open transaction. The opening statement is sent together with the first one and never waited
 * for on its own; should it fail, the statements behind it fail too.
 */
class Transaction implements Tx {
  readonly #line: Line;
  /** Whose rows came out of it, where that is of interest. */
  readonly #seen: Seen | null;
  #refused: unknown = null;
  /** From here on the connection is somebody else's; what was sent before stands ahead of the end in its queue. */
  #ended = false;

  constructor(line: Line, begin: string, seen: Seen | null) {
    this.#line = line;
    this.#seen = seen;
    const statement = line.owesCommit ? `commit;${begin}` : begin;
    line.owesCommit = false;
    line.guard(line.sql.unsafe(statement)).catch((error: unknown) => {
      this.#refused = error;
    });
  }

  async run<T>(statement: (sql: Sql) => PromiseLike<T>): Promise<T> {
    if (this.#ended) throw new Error("the transaction has ended");
    if (this.#refused !== null) throw this.#refused;
    try {
      const rows = await this.#line.guard(statement(this.#line.sql));
      if (this.#seen !== null) see(this.#seen, rows);
      return rows;
    } catch (error) {
      // without its transaction the statement ran as nobody's: the reason is in the opening
      throw this.#refused ?? error;
    }
  }

  /** Ends a reader's: nobody waits for it, so COMMIT travels with the next opening on the connection. */
  leave(): void {
    this.#ended = true;
    this.#line.owesCommit = true;
  }

  /** Ends it for good. PostgreSQL answers COMMIT with ROLLBACK where a statement had failed. */
  async finish(how: "commit" | "rollback"): Promise<void> {
    this.#ended = true;
    const { command } = await this.#line.guard(this.#line.sql.unsafe(how));
    if (how === "commit" && command === "ROLLBACK") throw new Error("the transaction had failed and was rolled back");
    if (this.#refused !== null) throw this.#refused;
  }
}

/** What a pool offers for transactions. */
export function transactions(pool: Pool): Database {
  const use = { reading: 0, writing: 0 };

  function read(viewer: Viewer): ReadTransaction {
    let opened: { readonly line: Line; readonly transaction: Transaction } | null = null;
    let opens: Promise<Transaction> | null = null;
    let ended = false;

    async function open(): Promise<Transaction> {
      const line = await pool.take();
      const transaction = new Transaction(line, opening("read", viewer), viewer.trail?.seen ?? null);
      opened = { line, transaction };
      use.reading += 1;
      if (ended) leave();
      return transaction;
    }

    function leave(): void {
      if (opened === null) return;
      opened.transaction.leave();
      pool.give(opened.line);
      use.reading -= 1;
    }

    return {
      async run(statement) {
        if (ended) throw new Error("the read transaction has ended");
        opens ??= open();
        return (opened?.transaction ?? (await opens)).run(statement);
      },
      end() {
        if (ended) return;
        ended = true;
        leave();
      },
    };
  }

  async function write<T>(viewer: Viewer, act: (tx: Tx) => Promise<T>): Promise<T> {
    const begin = opening("write", viewer);
    const line = await pool.take();
    use.writing += 1;
    const { trail } = viewer;
    const seen: Seen | null = trail === undefined ? null : new Set();
    const transaction = new Transaction(line, begin, seen);
    let acts: readonly AuditEntry[] = [];
    try {
      const result = await act(transaction);
      if (isProblem(result)) trail?.failActs(result.code);
      else if (trail !== undefined && seen !== null) {
        acts = trail.takeActs(viewer, seen);
        await insertEntries(transaction, acts);
      }
      await transaction.finish(isProblem(result) ? "rollback" : "commit");
      return result;
    } catch (error) {
      trail?.failActs("INTERNAL");
      trail?.returnActs(acts, "INTERNAL");
      await transaction.finish("rollback").catch(() => undefined);
      throw error;
    } finally {
      pool.give(line);
      use.writing -= 1;
    }
  }

  return {
    read,
    write,
    use: () => ({ ...use, waiting: pool.waiting }),
    end: () => pool.end(),
  };
}
