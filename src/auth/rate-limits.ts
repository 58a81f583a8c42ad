import { isIPv6 } from "node:net";
import type { Config } from "../config.ts";
import { type Problem, problem } from "../domain/problem.ts";
import type { Pseudonym } from "./pseudonym.ts";

/** How many a minute; the defaults and what they rest on stand in the README's table. */
export type Rates = Pick<Config, "requestsPerAddress" | "fieldsPerAccount" | "heavyPerAccount" | "signInsPerAddress">;

/** Takes up to `wanted` points of a minute's limit that all processes share; db/shares.ts keeps it. */
type TakeShare = (
  who: string,
  wanted: number,
  most: number,
) => Promise<{ readonly granted: number; readonly leftMs: number }>;

export interface SharedBy {
  readonly take: TakeShare;
  readonly pseudonym: Pseudonym;
}

const MINUTE_MS = 60_000;
/** What a process lets through before it asks the database at all: a fiftieth. Most callers never need more in a minute. */
const UNASKED = 50;
/** What it then draws at a time, over what it needs: a sixteenth. */
const DRAWN = 16;
/** How long to wait for the database before the process holds callers to the limit by its own count. */
const PATIENCE_MS = 1000;

/** One caller's minute, as this process knows it. */
interface Count {
  /** When it is over. Milliseconds since 1970. */
  until: number;
  used: number;
  /** What the database has given for it so far, what was let through unasked included. */
  leased: number;
  /** The database has no more to give. */
  spent: boolean;
  asking: Promise<void> | null;
}

/** How a limit is kept over all processes. */
interface Kind {
  readonly name: string;
  readonly most: number;
  /** Every point is asked of the database before it is used, and without its answer none is. */
  readonly exact: boolean;
}

/**
 * One limit. Each process draws shares of a caller's minute from the database and counts them down in memory, so that a
 * request seldom waits for it: with several processes a caller gets the limit, more by a fiftieth for each process but
 * one at most, less by what the others drew and did not use. An exact one is counted point by point.
 */
class Limit {
  readonly #kind: Kind;
  readonly #shared: SharedBy;
  readonly #unasked: number;
  readonly #drawn: number;
  readonly #counts = new Map<string, Count>();
  #sweepAt = 0;

  constructor(kind: Kind, shared: SharedBy) {
    this.#kind = kind;
    this.#shared = shared;
    this.#unasked = kind.exact ? 0 : Math.floor(kind.most / UNASKED);
    this.#drawn = kind.exact ? 0 : Math.ceil(kind.most / DRAWN);
  }

  /** Answers at once as long as the process has a share to count down. */
  take(caller: string, points: number): Problem | null | Promise<Problem | null> {
    const now = Date.now();
    const count = this.#countOf(caller, now);
    if (count.used + points <= Math.max(count.leased, this.#unasked)) {
      count.used += points;
      return null;
    }
    if (count.spent) return excess(count, now);
    return this.#draw(caller, points);
  }

  async #draw(caller: string, points: number): Promise<Problem | null> {
    for (;;) {
      const count = this.#countOf(caller, Date.now());
      if (count.used + points <= Math.max(count.leased, this.#unasked)) {
        count.used += points;
        return null;
      }
      if (count.spent) return excess(count, Date.now());
      // those who come meanwhile wait for the same answer
      count.asking ??= this.#ask(caller, count, count.used + points - count.leased).finally(() => {
        count.asking = null;
      });
      await count.asking;
    }
  }

  async #ask(caller: string, count: Count, needed: number): Promise<void> {
    const { name, most, exact } = this.#kind;
    const wanted = Math.min(needed + this.#drawn, most);
    try {
      const { granted, leftMs } = await inTime(this.#shared.take(this.#shared.pseudonym(name, caller), wanted, most));
      count.leased += granted;
      count.spent = granted < needed || granted < wanted;
      count.until = Date.now() + leftMs;
    } catch (error) {
      // a guess that nobody counts is not made; who merely reads is held to the limit by this process alone, for
      // "you ask too often" would be untrue, and without the database there is little to be had anyway
      if (exact) throw error;
      count.leased = most;
      count.spent = true;
    }
  }

  #countOf(caller: string, now: number): Count {
    if (now >= this.#sweepAt) this.#sweep(now);
    let count = this.#counts.get(caller);
    if (count === undefined || (count.until <= now && count.asking === null)) {
      count = { until: (Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS, used: 0, leased: 0, spent: false, asking: null };
      this.#counts.set(caller, count);
    }
    return count;
  }

  #sweep(now: number): void {
    for (const [caller, { until }] of this.#counts) if (until <= now) this.#counts.delete(caller);
    this.#sweepAt = now + MINUTE_MS;
  }
}

function excess({ until }: Count, now: number): Problem {
  return problem("TOO_MANY_REQUESTS", { seconds: Math.min(60, Math.max(1, Math.ceil((until - now) / 1000))) });
}

function inTime<T>(asked: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the rate limits' database does not answer")), PATIENCE_MS).unref();
    asked.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Who asks too often, of whichever process. */
export class RateLimits {
  readonly #requests: Limit;
  readonly #fields: Limit;
  readonly #heavy: Limit;
  readonly #signIns: Limit;

  constructor(rates: Rates, shared: SharedBy) {
    const limit = (name: string, most: number, exact = false): Limit => new Limit({ name, most, exact }, shared);
    this.#requests = limit("request", rates.requestsPerAddress);
    this.#fields = limit("field", rates.fieldsPerAccount);
    this.#heavy = limit("heavy", rates.heavyPerAccount, true);
    this.#signIns = limit("signIn", rates.signInsPerAddress, true);
  }

  /** One request of an address, before anything else is known of it. */
  request(address: string): Problem | null | Promise<Problem | null> {
    return this.#requests.take(networkOf(address), 1);
  }

  /**
   * An operation of an account, or of an address that did not sign in: a point for each field it begins with, so that
   * many under other names cost as many requests would.
   * @param heavy how many of the fields are costly, or show what is shown with a reason only
   */
  async operation(asker: string, fields: number, heavy: number): Promise<Problem | null> {
    const refused = await this.#fields.take(networkOf(asker), fields);
    return refused ?? (heavy === 0 ? null : this.#heavy.take(networkOf(asker), heavy));
  }

  /** Attempts to sign in, from one address. */
  async signIn(address: string, attempts = 1): Promise<Problem | null> {
    return this.#signIns.take(networkOf(address), attempts);
  }
}
/** What counts as one caller: an address, but of IPv6 the /64 that one subscriber has to himself. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail = ""] = (address.split("%")[0] ?? "").split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === "" ? [] : tail.split(":");
  const groups = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => "0"), ...back];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
