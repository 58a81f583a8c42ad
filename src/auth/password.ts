import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";
import { type Problem, problem } from "../domain/problem.ts";

/** 32 MiB and about a tenth of a second: what OWASP's cheat sheet gives as the equal of argon2id's recommendation. */
const COST = { N: 2 ** 15, r: 8, p: 3 } as const;
interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}
const KEY_BYTES = 32;
const LENGTH_MIN = 10;
/** Longer ones are hashed all the same, but nobody types them. */
const LENGTH_MAX = 256;
/** zxcvbn's "safely unguessable" begins at 3 of 4. */
const SCORE_MIN = 3;

function derive(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { ...cost, maxmem: 256 * cost.N * cost.r };
    scrypt(password.normalize("NFKC"), salt, KEY_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

/** `scrypt$N$r$p$salt$key`, so that the cost may rise and old ones still be verified. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST);
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64url"), key.toString("base64url")].join("$");
}

/**
 * Whether a password is the one that was hashed. Where there is none, as much work is done for nothing, so that the time
 * does not tell which logins exist.
 */
export async function isPassword(hash: string | null, password: string): Promise<boolean> {
  if (password.length > LENGTH_MAX) return false;
  const [, n, r, p, salt = "", key = ""] = (hash ?? "").split("$");
  const cost = hash === null ? COST : { N: Number(n), r: Number(r), p: Number(p) };
  const derived = await derive(password, Buffer.from(salt, "base64url"), cost);
  const kept = Buffer.from(key, "base64url");
  return kept.length === derived.length && timingSafeEqual(kept, derived);
}

let judge: ZxcvbnFactory | null = null;

/**
 * Whether a password will do: long enough, and neither common nor made of what is known of its owner. Nothing else is
 * asked of it, for rules about signs make passwords that are easier to guess.
 * @returns null, PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG or PASSWORD_GUESSABLE
 */
export function weaknessOf(password: string, known: readonly string[]): Problem | null {
  const length = Array.from(password.normalize("NFKC")).length;
  if (length < LENGTH_MIN) return problem("PASSWORD_TOO_SHORT", { min: LENGTH_MIN });
  if (length > LENGTH_MAX) return problem("PASSWORD_TOO_LONG", { max: LENGTH_MAX });
  // made at the first use: its list of forty thousand takes a while to read
  judge ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  const { score } = judge.check(password.slice(0, 100), ["guantong", "贯通", ...known]);
  return score < SCORE_MIN ? problem("PASSWORD_GUESSABLE") : null;
}
