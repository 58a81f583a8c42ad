import { jwtVerify } from "jose";
import * as client from "openid-client";
import { z } from "zod";
import type { Issuer } from "../config.ts";
import { type Problem, problem } from "../domain/problem.ts";
import { ALGORITHMS, CLOCK_SKEW_S } from "./issuer.ts";
import { IssuerUnreachable, issuerKeys, type KeyOptions } from "./issuer-keys.ts";

/** Whom an issuer vouches for: its subject, and its own session where it names one. */
export interface Vouched {
  readonly issuer: string;
  readonly subject: string;
  readonly session: string | null;
}

/** Whom an issuer says to sign out, and the token it said so with. */
export interface SignedOut extends Vouched {
  readonly token: {
    /** The issuer's own name for it: no other token of its has the same. */
    readonly id: string;
    /** From then on it is refused for its age. */
    readonly expiresAt: Date;
  };
}

/** What is kept, encrypted, by the browser between setting out and coming back. */
export interface Checks {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Signing in at an OpenID Connect issuer: authorization code with PKCE. */
export interface OpenId {
  /** @returns where to send the browser; NOT_FOUND for an issuer that signs nobody in, ISSUER_UNREACHABLE */
  begin(key: string, redirectUri: string): Promise<{ readonly url: URL; readonly checks: Checks } | Problem>;
  /** @returns SIGN_IN_REFUSED for an answer that is not the one that was asked for, or that says no; ISSUER_UNREACHABLE */
  complete(key: string, answer: URL, checks: Checks): Promise<Vouched | Problem>;
  /** Where to end the issuer's own session; null where it does not say. */
  leave(issuer: string, back: string): Promise<URL | null>;
  /** Whom an issuer says to sign out (back-channel logout). */
  signedOut(logoutToken: string): Promise<SignedOut | Problem>;
}

type PortalIssuer = Issuer & { readonly client: NonNullable<Issuer["client"]> };

const TIMEOUT_MS = 5000;
const LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";

const idShape = z.object({ sub: z.string().min(1).max(255), sid: z.string().max(255).optional() });
/** Back-channel logout 1.0: it names the event, and has no nonce, so that no other token passes for it. */
const logoutShape = z.object({
  sub: z.string().min(1).max(255),
  sid: z.string().max(255).optional(),
  iat: z.number(),
  jti: z.string().min(1).max(1000),
  events: z.looseObject({ [LOGOUT_EVENT]: z.object({}) }),
  nonce: z.undefined().optional(),
});
/** A logout token is used at once. */
const LOGOUT_AGE_S = 120;

function discover({ issuer, client: { id, secret } }: PortalIssuer, timeoutMs: number): Promise<client.Configuration> {
  const authentication = secret === null ? client.None() : client.ClientSecretBasic(secret);
  const metadata = { [client.clockTolerance]: CLOCK_SKEW_S };
  // config.ts admits plain HTTP on the machine itself only
  const execute = issuer.startsWith("http:") ? [client.allowInsecureRequests] : [];
  return client.discovery(new URL(issuer), id, metadata, authentication, { timeout: timeoutMs / 1000, execute });
}

/** Discovery is asked once, and again after a failure. */
function once(issuer: PortalIssuer, timeoutMs: number): () => Promise<client.Configuration> {
  let found: Promise<client.Configuration> | null = null;
  return () => {
    found ??= discover(issuer, timeoutMs).catch((error: unknown) => {
      found = null;
      throw error;
    });
    return found;
  };
}

/**
 * What the grant has checked of an ID token it has checked unsigned, for the token came straight from the issuer. Its
 * signature is asked for all the same: whoever answers in the issuer's place lacks its key.
 */
async function verifyIdToken(
  token: string,
  issuer: PortalIssuer,
  keys: ReturnType<typeof issuerKeys>,
): Promise<Vouched> {
  const { payload } = await jwtVerify(token, await keys(), {
    issuer: issuer.issuer,
    audience: issuer.client.id,
    algorithms: ALGORITHMS,
    clockTolerance: CLOCK_SKEW_S,
  });
  const { sub, sid } = idShape.parse(payload);
  return { issuer: issuer.issuer, subject: sub, session: sid ?? null };
}

async function verifyLogout(
  token: string,
  issuer: PortalIssuer,
  keys: ReturnType<typeof issuerKeys>,
): Promise<SignedOut> {
  const { payload } = await jwtVerify(token, await keys(), {
    issuer: issuer.issuer,
    audience: issuer.client.id,
    algorithms: ALGORITHMS,
    clockTolerance: CLOCK_SKEW_S,
    maxTokenAge: LOGOUT_AGE_S,
    requiredClaims: ["iat", "jti"],
  });
  const { sub, sid, iat, jti } = logoutShape.parse(payload);
  const expiresAt = new Date((iat + LOGOUT_AGE_S + 2 * CLOCK_SKEW_S) * 1000);
  return { issuer: issuer.issuer, subject: sub, session: sid ?? null, token: { id: jti, expiresAt } };
}

/** Opens the issuers that sign people in to the portal. */
export function openOpenId(issuers: readonly Issuer[], keyOptions: KeyOptions = {}): OpenId {
  const known = issuers
    .filter((issuer): issuer is PortalIssuer => issuer.client !== null)
    .map((issuer) => ({
      issuer,
      configuration: once(issuer, keyOptions.timeoutMs ?? TIMEOUT_MS),
      keys: issuerKeys(issuer.issuer, keyOptions),
    }));
  const byKey = (key: string) => known.find(({ issuer }) => issuer.key === key);

  return {
    async begin(key, redirectUri) {
      const found = byKey(key);
      if (found === undefined) return problem("NOT_FOUND");
      const configuration = await found.configuration().catch(() => null);
      if (configuration === null) return problem("ISSUER_UNREACHABLE");
      const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()];
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: "openid",
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      });
      return { url, checks: { state, nonce, verifier } };
    },
    async complete(key, answer, { state, nonce, verifier }) {
      const found = byKey(key);
      if (found === undefined) return problem("NOT_FOUND");
      try {
        const tokens = await client.authorizationCodeGrant(await found.configuration(), answer, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        return await verifyIdToken(tokens.id_token ?? "", found.issuer, found.keys);
      } catch (error) {
        return problem(error instanceof IssuerUnreachable ? "ISSUER_UNREACHABLE" : "SIGN_IN_REFUSED");
      }
    },
    async leave(issuer, back) {
      const found = known.find((each) => each.issuer.issuer === issuer);
      const configuration = await found?.configuration().catch(() => null);
      if (configuration?.serverMetadata().end_session_endpoint === undefined) return null;
      return client.buildEndSessionUrl(configuration, { post_logout_redirect_uri: back });
    },
    async signedOut(logoutToken) {
      for (const { issuer, keys } of known) {
        const vouched = await verifyLogout(logoutToken, issuer, keys).catch(() => null);
        if (vouched !== null) return vouched;
      }
      return problem("TOKEN_INVALID");
    },
  };
}
