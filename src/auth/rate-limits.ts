import { isIPv6 } from "node:net";
import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import type { Config } from "../config.ts";
import { type Problem, problem } from "../domain/problem.ts";

/** How many a minute; the defaults and what they rest on stand in the README's table. */
export type Rates = Pick<Config, "requestsPerAddress" | "fieldsPerAccount" | "heavyPerAccount" | "signInsPerAddress">;

const MINUTE = 60;

/**
 * Who asks too often. It counts in memory, so each of several processes lets through its own share: the limits of a
 * deployment are these times its processes. They keep one caller from starving the others; what must hold over all
 * processes, such as guesses at a one-time code, is counted in the database by whoever checks it.
 */
export class RateLimits {
  readonly #requests: RateLimiterMemory;
  readonly #fields: RateLimiterMemory;
  readonly #heavy: RateLimiterMemory;
  readonly #signIns: RateLimiterMemory;

  constructor(rates: Rates) {
    this.#requests = perMinute(rates.requestsPerAddress);
    this.#fields = perMinute(rates.fieldsPerAccount);
    this.#heavy = perMinute(rates.heavyPerAccount);
    this.#signIns = perMinute(rates.signInsPerAddress);
  }

  /** One request of an address, before anything else is known of it. */
  request(address: string): Promise<Problem | null> {
    return take(this.#requests, networkOf(address), 1);
  }

  /**
   * An operation of an account, or of an address that did not sign in: a point for each field it begins with, so that
   * many under other names cost as many requests would.
   * @param heavy how many of the fields are costly
   */
  async operation(asker: string, fields: number, heavy: number): Promise<Problem | null> {
    const refused = await take(this.#fields, networkOf(asker), fields);
    return refused ?? (heavy === 0 ? null : take(this.#heavy, networkOf(asker), heavy));
  }

  /** Attempts to sign in, from one address. */
  signIn(address: string, attempts = 1): Promise<Problem | null> {
    return take(this.#signIns, networkOf(address), attempts);
  }
}

function perMinute(points: number): RateLimiterMemory {
  return new RateLimiterMemory({ points, duration: MINUTE });
}

async function take(limiter: RateLimiterMemory, key: string, points: number): Promise<Problem | null> {
  try {
    await limiter.consume(key, points);
    return null;
  } catch (refused) {
    if (refused instanceof Error) throw refused;
    const { msBeforeNext } = refused as RateLimiterRes;
    return problem("TOO_MANY_REQUESTS", { seconds: Math.max(1, Math.ceil(msBeforeNext / 1000)) });
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
