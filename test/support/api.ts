import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { servicesOf } from "../../src/api/services.ts";
import { createApi } from "../../src/api/yoga.ts";
import { type KeyRing, openKeyRing } from "../../src/auth/keyring.ts";
import type { Issuer } from "../../src/config.ts";
import type { RateLimits } from "../../src/auth/rate-limits.ts";
import { openTokens, type Tokens } from "../../src/auth/token.ts";
import { News } from "../../src/db/news.ts";
import type { Database } from "../../src/db/transaction.ts";
import { Identity } from "../../src/features/identity/service.ts";

/** An answer of GraphQL over HTTP. */
export interface Answer<Data> {
  readonly status: number;
  readonly data: Data | null;
  readonly errors: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

export interface AskOptions {
  /** A demo login; nobody without it. */
  readonly as?: string;
  readonly language?: "zh" | "en";
  readonly token?: string;
  /** The global id of the capacity to act in. */
  readonly capacity?: string;
}

/** The whole API on a test database, asked as a client would, without a socket. */
export interface TestApi {
  ask<Data = Record<string, unknown>>(
    document: string,
    variables?: object,
    options?: AskOptions,
  ): Promise<Answer<Data>>;
  /** Whatever request; for what no client of good will sends. */
  send(init: RequestInit, search?: string): Promise<Response>;
  /** Everyone signs in anew when they next ask: after an act that ends accesses. */
  signInAnew(): void;
  readonly tokens: Tokens;
  readonly keys: KeyRing;
  /** Writes down now what was looked at; the service does within a second. */
  audit(): Promise<void>;
  close(): Promise<void>;
}

function noNews(): never {
  throw new Error("this test opened no news");
}

/** Opens the API. `now` stands still: the demonstration's today. */
export async function openApi(
  db: Database,
  options: {
    /** A moment that stands still, or a clock that goes. */
    readonly now?: Date | (() => Date);
    readonly introspection?: boolean;
    readonly writer?: Database;
    readonly news?: News;
    readonly issuers?: readonly Issuer[];
    readonly rates?: RateLimits;
    readonly operationMs?: number;
    /** Of an API opened before on the same database: what was encrypted then is read with them. */
    readonly keys?: KeyRing;
  } = {},
): Promise<TestApi> {
  const writer = options.writer ?? db;
  const { now: given = new Date("2026-11-24T02:00:00Z") } = options;
  const now = typeof given === "function" ? given : () => given;
  const dataDir = await mkdtemp(join(tmpdir(), "guantong-api-"));
  const tokens = await openTokens({ issuers: options.issuers ?? [], audience: "guantong", dataDir, now });
  const keys = options.keys ?? (await openKeyRing({ keysFile: join(dataDir, "keys.json"), databaseUrl: null, now }));
  const identity = new Identity({ db, tokens, keys });
  if (options.news !== undefined) await identity.follow(options.news);
  const news = options.news ?? new News(noNews);
  const services = servicesOf({ identity, writer, ledger: writer, news, keys });
  const api = createApi({
    db,
    services,
    log: pino({ level: "silent" }),
    introspection: options.introspection ?? true,
    explorer: false,
    rates: options.rates ?? null,
    operationMs: options.operationMs ?? 35_000,
    publicUrl: null,
    now,
  });
  const signedIn = new Map<string, string>();

  async function tokenOf(login: string): Promise<string> {
    const known = signedIn.get(login);
    if (known !== undefined) return known;
    const issued = await identity.signInAsDemo(login);
    if (!("token" in issued)) throw new Error(`no demo login ${login}`);
    signedIn.set(login, issued.token);
    return issued.token;
  }

  const send = (init: RequestInit, search = ""): Promise<Response> =>
    api.fetch(new Request(`http://localhost/graphql${search}`, init));

  return {
    tokens,
    keys,
    send,
    signInAnew: () => signedIn.clear(),
    audit: () => services.audit.end(),
    async ask<Data>(document: string, variables: object = {}, asked: AskOptions = {}) {
      const token = asked.token ?? (asked.as === undefined ? null : await tokenOf(asked.as));
      const response = await send({
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json",
          "accept-language": asked.language ?? "zh",
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(asked.capacity === undefined ? {} : { "x-guantong-capacity": asked.capacity }),
          "x-guantong-address": "192.0.2.77",
        },
        body: JSON.stringify({ query: document, variables }),
      });
      const body = (await response.json()) as { data?: Data; errors?: Answer<Data>["errors"] };
      return { status: response.status, data: body.data ?? null, errors: body.errors ?? [] };
    },
    close: () => rm(dataDir, { recursive: true, force: true }),
  };
}
