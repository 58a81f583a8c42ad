import { decodeJwt, type JWTVerifyGetKey, jwtVerify } from "jose";
import { z } from "zod";
import type { Issuer } from "../config.ts";
import { type Id, isId } from "../domain/id.ts";
import { isProblem, type Problem, problem } from "../domain/problem.ts";
import { type IssuedToken, openDevelopmentIssuer } from "./development-issuer.ts";
import { ALGORITHMS, CLOCK_SKEW_S, DEVELOPMENT_ISSUER } from "./issuer.ts";
import { IssuerUnreachable, issuerKeys, type KeyOptions } from "./issuer-keys.ts";

/** What a token says: whom its issuer speaks of, and in which of their capacities they act, where it names one. */
export interface Claims {
  readonly issuer: string;
  /** A person, or the client that a machine is. */
  readonly subject: string;
  readonly capacityId: Id | null;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** Bearer tokens: who verifies them, and, without a real issuer, who makes them. */
export interface Tokens {
  /** Whether tokens for demo accounts can be had here. */
  readonly development: boolean;
  /** Whether demo users may be anyone at all here; false by the setting DEMO. */
  readonly demo: boolean;
  readonly issuers: readonly Issuer[];
  /**
   * @returns TOKEN_INVALID for whatever is not a token of an issuer of ours for this audience, signed and in force;
   * ISSUER_UNREACHABLE where its keys cannot be had
   */
  verify(token: string): Promise<Claims | Problem>;
  /** @returns TOKEN_ISSUER_CONFIGURED where a real issuer is, DEMO_CLOSED where there is no demonstration */
  issue(accountId: Id, capacityId: Id | null): Promise<IssuedToken | Problem>;
}

export interface TokenOptions extends KeyOptions {
  /** Real issuers; the development issuer only where there is none. */
  readonly issuers: readonly Issuer[];
  /** Without it there is no development issuer either; true unless said. */
  readonly demo?: boolean;
  /** What the development issuer's tokens are made out to. */
  readonly audience: string;
  /** Where the development issuer keeps its key. */
  readonly dataDir: string;
  readonly now?: () => Date;
}

const CACHE_MAX = 10_000;
/** No issuer of good will writes longer ones; whatever is longer is not even looked at. */
const TOKEN_LENGTH_MAX = 8192;

/** Identifiers longer than this are nobody's. */
const name = z.string().min(1).max(255);
const claimsShape = z.object({
  sub: name.optional(),
  /** Who a machine's token is of, at issuers that give such a token no subject (RFC 9068 gives it the client's). */
  client_id: name.optional(),
  iat: z.number(),
  exp: z.number(),
  capacity: z.string().refine(isId).optional(),
});

/** Whose keys and audience a token is held against. */
interface Trusted {
  readonly audience: string;
  readonly keys: () => Promise<JWTVerifyGetKey>;
}

/** The issuer a token names, before anything of it is believed. */
function namedIssuer(token: string): string | null {
  try {
    return decodeJwt(token).iss ?? null;
  } catch {
    return null;
  }
}

async function check(token: string, issuer: string, trusted: Trusted, now: Date): Promise<Claims | Problem> {
  try {
    const { payload } = await jwtVerify(token, await trusted.keys(), {
      issuer,
      audience: trusted.audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_SKEW_S,
      currentDate: now,
      requiredClaims: ["exp", "iat"],
    });
    const claims = claimsShape.parse(payload);
    const subject = claims.sub ?? claims.client_id;
    // iat beyond any clock's error would outlive a revocation
    if (subject === undefined || claims.iat * 1000 > now.getTime() + CLOCK_SKEW_S * 1000)
      return problem("TOKEN_INVALID");
    return { issuer, subject, capacityId: claims.capacity ?? null, issuedAt: claims.iat, expiresAt: claims.exp };
  } catch (error) {
    if (error instanceof IssuerUnreachable) return problem("ISSUER_UNREACHABLE");
    return problem("TOKEN_INVALID");
  }
}

/** Verified tokens, each kept until it expires. Whether its account still takes it is asked of every request. */
class Verified {
  readonly #claims = new Map<string, Claims>();

  /** @returns null for one that is not known, TOKEN_INVALID for one that has expired meanwhile */
  find(token: string, now: Date): Claims | Problem | null {
    const known = this.#claims.get(token);
    if (known === undefined) return null;
    if ((known.expiresAt + CLOCK_SKEW_S) * 1000 > now.getTime()) return known;
    this.#claims.delete(token);
    return problem("TOKEN_INVALID");
  }

  keep(token: string, claims: Claims): void {
    if (this.#claims.size >= CACHE_MAX) this.#claims.clear();
    this.#claims.set(token, claims);
  }
}

/** Opens the way in for bearer tokens. */
export async function openTokens(options: TokenOptions): Promise<Tokens> {
  const now = options.now ?? (() => new Date());
  const { issuers, audience, demo = true } = options;
  const development = demo && issuers.length === 0 ? await openDevelopmentIssuer(options.dataDir, audience) : null;
  const trusted = new Map<string, Trusted>(
    issuers.map((each) => [each.issuer, { audience: each.audience, keys: issuerKeys(each.issuer, options) }]),
  );
  if (development !== null) trusted.set(DEVELOPMENT_ISSUER, { audience, keys: async () => development.keys });
  // a signature costs more than a whole query
  const verified = new Verified();

  return {
    development: development !== null,
    demo,
    issuers,
    async verify(token) {
      const known = verified.find(token, now());
      if (known !== null) return known;
      if (token.length > TOKEN_LENGTH_MAX) return problem("TOKEN_INVALID");
      const issuer = namedIssuer(token);
      const found = issuer === null ? undefined : trusted.get(issuer);
      if (issuer === null || found === undefined) return problem("TOKEN_INVALID");
      const claims = await check(token, issuer, found, now());
      if (!isProblem(claims)) verified.keep(token, claims);
      return claims;
    },
    async issue(accountId, capacityId) {
      if (development === null) return problem(demo ? "TOKEN_ISSUER_CONFIGURED" : "DEMO_CLOSED");
      return development.issue(accountId, capacityId, now());
    },
  };
}
