import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from "jose";
import { z } from "zod";

/** Where an issuer publishes what. */
const discoveryShape = z.object({ issuer: z.string(), jwks_uri: z.url() });

const TIMEOUT_MS = 5000;
/** After a failure the issuer is left alone for this long: tokens that name it are cheap to make up. */
const RETRY_MS = 5000;

export interface KeyOptions {
  /** How long after fetching keys a token with an unknown key does not make us fetch again. Milliseconds. */
  readonly cooldownMs?: number;
  /** How long an issuer may take to answer. Milliseconds. */
  readonly timeoutMs?: number;
}

/** What is wrong with a token rather than with where its keys are to be found. */
const TOKENS_FAULT = new Set(["ERR_JWKS_NO_MATCHING_KEY", "ERR_JWKS_MULTIPLE_MATCHING_KEYS", "ERR_JOSE_NOT_SUPPORTED"]);

/** Says that the issuer itself, not the token, is at fault. */
export class IssuerUnreachable extends Error {
  constructor(issuer: string, cause: unknown) {
    super(`${issuer} does not answer`, { cause });
    this.name = "IssuerUnreachable";
  }
}

/**
 * The published keys of an issuer: found through its discovery document at the first token, fetched again every ten
 * minutes, and as soon as a token names a key that is not known yet, but not twice within the cooldown.
 */
export function issuerKeys(
  issuer: string,
  { cooldownMs = 30_000, timeoutMs = TIMEOUT_MS }: KeyOptions = {},
): () => Promise<JWTVerifyGetKey> {
  let found: Promise<JWTVerifyGetKey> | null = null;
  let failedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (found === null && performance.now() - failedAt < RETRY_MS)
      throw new IssuerUnreachable(issuer, "it just failed");
    found ??= discover(issuer, cooldownMs, timeoutMs).catch((error: unknown) => {
      found = null;
      failedAt = performance.now();
      throw new IssuerUnreachable(issuer, error);
    });
    return found;
  };
}

async function discover(issuer: string, cooldownDuration: number, timeoutMs: number): Promise<JWTVerifyGetKey> {
  const address = new URL(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  const response = await fetch(address, { signal: AbortSignal.timeout(timeoutMs), redirect: "error" });
  const document = discoveryShape.parse(await response.json());
  if (document.issuer !== issuer) throw new Error(`${address.href} speaks for ${document.issuer}`);
  const published = createRemoteJWKSet(new URL(document.jwks_uri), {
    timeoutDuration: timeoutMs,
    cooldownDuration,
  });
  return (header, token) =>
    published(header, token).catch((error: unknown) => {
      if (error instanceof errors.JOSEError && TOKENS_FAULT.has(error.code)) throw error;
      throw new IssuerUnreachable(issuer, error);
    });
}
