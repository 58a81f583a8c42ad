import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTVerifyGetKey,
  jwtVerify,
  SignJWT,
} from "jose";
import { z } from "zod";
import { type Id, isId } from "../domain/id.ts";
import { isProblem, type Problem, problem } from "../domain/problem.ts";

/** What a token says: who it is, and in which of their capacities they act, where it names one. */
export interface Claims {
  readonly accountId: Id;
  readonly capacityId: Id | null;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** A token of the development issuer. */
export interface IssuedToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Signing in: who verifies tokens, and, without a real issuer, who makes them. */
export interface Tokens {
  /** Whether tokens for demo accounts can be had here. */
  readonly development: boolean;
  /** @returns TOKEN_INVALID for whatever is not a token of the issuer for this audience, signed and in force */
  verify(token: string): Promise<Claims | Problem>;
  /** @returns TOKEN_ISSUER_CONFIGURED where a real issuer is */
  issue(accountId: Id, capacityId: Id | null): Promise<IssuedToken | Problem>;
}

export interface TokenOptions {
  /** A real issuer, whose keys are found through its discovery document. */
  readonly issuer: string | null;
  readonly audience: string;
  /** Where the development issuer keeps its key. */
  readonly dataDir: string;
  readonly now?: () => Date;
}

const DEVELOPMENT_ISSUER = "urn:guantong:development";
const LIFETIME_MS = 12 * 60 * 60 * 1000;
const CACHE_MAX = 10_000;

/** Asymmetric only: a public key is never taken for a secret, and "none" is no signature. */
const ALGORITHMS = ["ES256", "ES384", "RS256", "PS256", "EdDSA"];

const claimsShape = z.object({
  sub: z.string().refine(isId),
  exp: z.int(),
  capacity: z.string().refine(isId).optional(),
});

const discoveryShape = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** Keys are fetched at the first token, and again when one names a key that is not known yet. */
function remoteKeys(issuer: string): () => Promise<JWTVerifyGetKey> {
  let found: Promise<JWTVerifyGetKey> | null = null;
  return () => {
    found ??= discover(issuer).catch((error: unknown) => {
      found = null;
      throw error;
    });
    return found;
  };
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const address = new URL(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  const response = await fetch(address, { signal: AbortSignal.timeout(5000) });
  const document = discoveryShape.parse(await response.json());
  if (document.issuer !== issuer) throw new Error(`${address.href} speaks for ${document.issuer}`);
  return createRemoteJWKSet(new URL(document.jwks_uri));
}

/** The development issuer's key, made on the first start and kept where only the service reads it. */
async function developmentKey(dataDir: string): Promise<JWK> {
  const path = join(dataDir, "development-key.json");
  try {
    return JSON.parse(await readFile(path, "utf8")) as JWK;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: "ES256" };
  const unfinished = `${path}.${process.pid}`;
  await mkdir(dataDir, { recursive: true });
  await writeFile(unfinished, JSON.stringify(key), { mode: 0o600 });
  await rename(unfinished, path);
  return key;
}

function localKeys({ d: _, ...publicKey }: JWK): () => Promise<JWTVerifyGetKey> {
  const keys = createLocalJWKSet({ keys: [publicKey] });
  return async () => keys;
}

/** Opens the way to sign in. */
export async function openTokens(options: TokenOptions): Promise<Tokens> {
  const now = options.now ?? (() => new Date());
  const key = options.issuer === null ? await developmentKey(options.dataDir) : null;
  const issuer = options.issuer ?? DEVELOPMENT_ISSUER;
  const keys = key === null ? remoteKeys(issuer) : localKeys(key);
  // a signature costs more than a whole query
  const verified = new Map<string, Claims>();

  async function check(token: string): Promise<Claims | Problem> {
    try {
      const { payload } = await jwtVerify(token, await keys(), {
        issuer,
        audience: options.audience,
        algorithms: ALGORITHMS,
        currentDate: now(),
        requiredClaims: ["exp", "sub"],
      });
      const claims = claimsShape.parse(payload);
      return { accountId: claims.sub, capacityId: claims.capacity ?? null, expiresAt: claims.exp };
    } catch {
      return problem("TOKEN_INVALID");
    }
  }

  return {
    development: key !== null,
    async verify(token) {
      const known = verified.get(token);
      if (known !== undefined) {
        if (known.expiresAt * 1000 > now().getTime()) return known;
        verified.delete(token);
        return problem("TOKEN_INVALID");
      }
      const claims = await check(token);
      if (isProblem(claims)) return claims;
      if (verified.size >= CACHE_MAX) verified.clear();
      verified.set(token, claims);
      return claims;
    },
    async issue(accountId, capacityId) {
      if (key === null) return problem("TOKEN_ISSUER_CONFIGURED");
      const expiresAt = new Date(Math.floor((now().getTime() + LIFETIME_MS) / 1000) * 1000);
      const token = await new SignJWT(capacityId === null ? {} : { capacity: capacityId })
        .setProtectedHeader({ alg: "ES256", kid: key.kid ?? "" })
        .setSubject(accountId)
        .setIssuer(DEVELOPMENT_ISSUER)
        .setAudience(options.audience)
        .setIssuedAt(Math.floor(now().getTime() / 1000))
        .setExpirationTime(Math.floor(expiresAt.getTime() / 1000))
        .sign(await importJWK(key, "ES256"));
      return { token, expiresAt };
    },
  };
}
