import type { Tokens } from "../../auth/token.ts";
import { SYSTEM } from "../../auth/viewer.ts";
import type { Database } from "../../db/transaction.ts";
import { type Problem, problem } from "../../domain/problem.ts";
import * as store from "./store.ts";

/** How long what was found is believed, should no news of a change come. Milliseconds. */
const REMEMBERED_MS = 5000;

/**
 * Whether anyone may sign in as a demo user, of whom one administers everything. Not where a real issuer is, nor where a
 * setting says so, nor beside real staff: what they keep here is no demonstration. The last lies in the database, so that
 * all processes agree.
 */
export class DemoDoors {
  readonly #db: Database;
  readonly #tokens: Pick<Tokens, "development" | "demo">;
  #found: { readonly real: Promise<boolean>; readonly until: number } | null = null;

  constructor(db: Database, tokens: Pick<Tokens, "development" | "demo">) {
    this.#db = db;
    this.#tokens = tokens;
  }

  /** Why demo users cannot sign in: TOKEN_ISSUER_CONFIGURED, DEMO_CLOSED; null where they can. */
  async refused(): Promise<Problem | null> {
    if (await this.areShut()) return problem("DEMO_CLOSED");
    return this.#tokens.development ? null : problem("TOKEN_ISSUER_CONFIGURED");
  }

  /** Whether demo users, signed in before or not, are nobody here. A real issuer alone may have been linked to one. */
  async areShut(): Promise<boolean> {
    return !this.#tokens.demo || (await this.#besideRealStaff());
  }

  forget(): void {
    this.#found = null;
  }

  #besideRealStaff(): Promise<boolean> {
    // the process's own clock: a test's may stand still
    const now = performance.now();
    if (this.#found !== null && this.#found.until > now) return this.#found.real;
    const real = this.#ask();
    const found = { real, until: now + REMEMBERED_MS };
    this.#found = found;
    // a failure is no answer to be remembered
    real.catch(() => {
      if (this.#found === found) this.#found = null;
    });
    return real;
  }

  async #ask(): Promise<boolean> {
    const tx = this.#db.read(SYSTEM);
    try {
      return await store.hasRealStaff(tx);
    } finally {
      tx.end();
    }
  }
}
