import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { type Configuration, Provider } from "oidc-provider";
import type { Issuer } from "../../src/config.ts";

/** What tokens for the service are made out to. */
export const AUDIENCE = "guantong";
export const PORTAL = { client_id: "portal", client_secret: "portal-secret-portal-secret-portal" };
export const MACHINE = { client_id: "machine", client_secret: "machine-secret-machine-secret-machine" };

/** A real OpenID provider over HTTP. Its people sign in by writing their name. */
export interface TestIssuer {
  readonly url: string;
  /** As the service's settings would describe it. */
  readonly trusted: Issuer;
  /** Its present signing key, private part included: for forgers. */
  readonly key: () => JWK;
  /** How often its keys were asked for. */
  readonly keysAsked: () => number;
  /** Signs with a new key from now on, and no longer publishes the old one. */
  rotate(): Promise<void>;
  /** Signs with a new key from now on, and goes on publishing the old one: what an impostor in its place does. */
  impersonate(): Promise<void>;
  /** An access token of a machine, by client credentials. */
  machineToken(audience?: string): Promise<string>;
  close(): Promise<void>;
}

async function newKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: "RS256", use: "sig" };
}

function configuration(key: JWK, portalUrl: string): Configuration {
  return {
    jwks: { keys: [key] },
    clients: [
      {
        ...PORTAL,
        redirect_uris: [`${portalUrl}/auth/callback`],
        post_logout_redirect_uris: [`${portalUrl}/`],
        backchannel_logout_uri: `${portalUrl}/auth/backchannel-logout`,
        backchannel_logout_session_required: true,
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
      { ...MACHINE, redirect_uris: [], response_types: [], grant_types: ["client_credentials"] },
    ],
    cookies: { keys: ["the provider's own"] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      backchannelLogout: { enabled: true },
      // the page it comes with asks a host outside for its letters
      rpInitiatedLogout: {
        enabled: true,
        logoutSource(ctx, form) {
          ctx.body = `<!doctype html><title>provider</title>${form}<button form="op.logoutForm" name="logout" value="yes">sign out</button>`;
        },
      },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope: "api",
          audience: resource.replace(/^urn:/, ""),
          accessTokenFormat: "jwt",
          accessTokenTTL: 600,
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
    pkce: { required: () => true },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    // whoever signs in has agreed
    async loadExistingGrant({ oidc }) {
      const { session, client, provider } = oidc;
      const accountId = session?.accountId;
      if (accountId === undefined || client === undefined) return undefined;
      const grant = new provider.Grant({ accountId, clientId: client.clientId });
      grant.addOIDCScope("openid");
      await grant.save();
      return grant;
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return new URLSearchParams(text);
}

async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === "GET") {
    const form = `<form method="post"><label>name <input name="name"></label><button>sign in</button></form>`;
    response.setHeader("content-type", "text/html").end(`<!doctype html><title>provider</title>${form}`);
    return;
  }
  const accountId = (await bodyOf(request)).get("name") ?? "";
  await provider.interactionFinished(request, response, { login: { accountId } });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Starts a provider on a port of its own. `portalUrl` is where its portal client lives. */
export async function openTestIssuer(key = "test", portalUrl = "http://localhost:1"): Promise<TestIssuer> {
  let generation = 0;
  let keysAsked = 0;
  let published: readonly JWK[] | null = null;
  let signing = await newKey(`${key}-0`);
  let provider: Provider | null = null;
  const server = createServer((request, response) => {
    if (provider === null) return void response.writeHead(503).end();
    if (request.url === "/jwks") {
      keysAsked += 1;
      if (published !== null) {
        return void response.setHeader("content-type", "application/json").end(JSON.stringify({ keys: published }));
      }
    }
    if (request.url?.startsWith("/interaction/") === true) return void interact(provider, request, response);
    return void provider.callback()(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${portOf(server)}`;
  provider = new Provider(url, configuration(signing, portalUrl));
  return {
    url,
    trusted: {
      key,
      issuer: url,
      audience: AUDIENCE,
      client: { id: PORTAL.client_id, secret: PORTAL.client_secret },
      title: { zh: `测试身份提供方 ${key}`, en: `Test provider ${key}` },
    },
    key: () => signing,
    keysAsked: () => keysAsked,
    async rotate() {
      generation += 1;
      published = null;
      signing = await newKey(`${key}-${generation}`);
      provider = new Provider(url, configuration(signing, portalUrl));
    },
    async impersonate() {
      const { kty, n, e, kid, alg, use } = signing;
      published = [{ kty, n, e, kid, alg, use } as JWK];
      signing = await newKey(kid ?? key);
      provider = new Provider(url, configuration(signing, portalUrl));
    },
    async machineToken(audience = AUDIENCE) {
      const secret = Buffer.from(`${MACHINE.client_id}:${MACHINE.client_secret}`).toString("base64");
      const response = await fetch(`${url}/token`, {
        method: "POST",
        headers: { authorization: `Basic ${secret}` },
        body: new URLSearchParams({ grant_type: "client_credentials", scope: "api", resource: `urn:${audience}` }),
      });
      const answer = (await response.json()) as { access_token?: string };
      if (answer.access_token === undefined) throw new Error(JSON.stringify(answer));
      return answer.access_token;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
