import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFileDesk } from "../../src/api/file-desk.ts";
import { servicesOf } from "../../src/api/services.ts";
import type { StreamRules } from "../../src/api/streams.ts";
import { createApi } from "../../src/api/yoga.ts";
import { type KeyRing, openKeyRing } from "../../src/auth/keyring.ts";
import { pseudonyms } from "../../src/auth/pseudonym.ts";
import { RateLimits } from "../../src/auth/rate-limits.ts";
import { openOpenId } from "../../src/auth/openid.ts";
import { openTokens } from "../../src/auth/token.ts";
import { type Config, type Issuer, readConfig } from "../../src/config.ts";
import { connect, openDatabase } from "../../src/db/client.ts";
import { News } from "../../src/db/news.ts";
import { openShares } from "../../src/db/shares.ts";
import { isProblem } from "../../src/domain/problem.ts";
import { Doors } from "../../src/features/identity/doors.ts";
import { Identity } from "../../src/features/identity/service.ts";
import { openLog } from "../../src/log.ts";
import { type HttpTimes, startServer } from "../../src/server.ts";
import { type FreshDatabase, freshDatabase } from "./database.ts";

/** The whole service on a socket, with a database of its own. */
export interface TestServer {
  readonly url: string;
  readonly fresh: FreshDatabase;
  /** What it has logged so far. */
  readonly log: () => string;
  /** Where the development issuer keeps its key. */
  readonly dataDir: string;
  readonly keys: KeyRing;
  tokenOf(login: string): Promise<string>;
  /** The session cookie of a demo user, as the portal gets it: `name=value`. */
  cookieOf(login: string): Promise<string>;
  /** Writes down now what was looked at and refused; the service does within a second. */
  audit(): Promise<void>;
  /** Stops serving; the database stays until `drop`. */
  readonly close: () => Promise<void>;
  drop(): Promise<void>;
}

export async function openTestServer(
  options: {
    readonly demo?: boolean;
    readonly portal?: string;
    readonly config?: Partial<Config>;
    /** Holds callers to the rate limits; most tests ask more than any one caller may. */
    readonly rated?: boolean;
    /** A clock of the test's own. */
    readonly now?: () => Date;
    readonly issuers?: (url: string) => Promise<readonly Issuer[]>;
    readonly streams?: StreamRules;
    readonly times?: Partial<HttpTimes>;
  } = {},
): Promise<TestServer> {
  const { portal, demo = false } = options;
  const fresh = await freshDatabase({ demo });
  const dataDir = await mkdtemp(join(tmpdir(), "guantong-server-"));
  const listening = await startServer({ port: 0, ...(options.times === undefined ? {} : { times: options.times }) });
  const url = `http://localhost:${listening.port}`;
  const issuers = (await options.issuers?.(url)) ?? [];
  const config = { ...readConfig({}), ...options.config, issuers };
  const tokens = await openTokens({ issuers, audience: "guantong", dataDir, demo: config.demo });
  const keys = await openKeyRing({ keysFile: join(dataDir, "keys.json"), databaseUrl: null });
  const identity = new Identity({ db: fresh.db, tokens, keys });
  const jobs = openDatabase(fresh.url, { role: "guantong_job", max: 2 });
  let logged = "";
  const log = openLog({ logLevel: "info" }, { write: (line) => void (logged += line) });
  const news = new News(() => connect(fresh.url, { max: 1 }));
  await identity.follow(news);
  const services = servicesOf({ identity, writer: fresh.writer, ledger: fresh.writer, news, keys });
  const rates =
    options.rated === true ? new RateLimits(config, { take: openShares(fresh.db), pseudonym: pseudonyms(keys) }) : null;
  const api = createApi({
    db: fresh.db,
    services,
    log,
    introspection: true,
    explorer: false,
    rates,
    operationMs: config.operationMs,
    publicUrl: config.publicUrl,
    ...(options.streams === undefined ? {} : { streams: options.streams }),
    ...(options.now === undefined ? {} : { now: options.now }),
  });
  // tests change an issuer's keys as often as they like
  const openId = openOpenId(issuers, { cooldownMs: 0 });
  listening.open({
    db: fresh.db,
    jobs,
    audit: services.audit,
    log,
    config,
    rates,
    ways: new Doors({ db: fresh.db, keys, identity, audit: services.audit, openId }),
    files: openFileDesk({ db: fresh.db, services, publicUrl: config.publicUrl }),
    graphql: api.handler,
    ...(portal === undefined ? {} : { portal }),
  });
  return {
    url,
    fresh,
    log: () => logged,
    dataDir,
    keys,
    async tokenOf(login) {
      const issued = await identity.signInAsDemo(login);
      if (isProblem(issued)) throw new Error(`${issued.code}: no demo login ${login}`);
      return issued.token;
    },
    async cookieOf(login) {
      const response = await fetch(`${url}/auth/demo`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-guantong-csrf": "1" },
        body: JSON.stringify({ login }),
      });
      const cookie = response.headers.getSetCookie().find((each) => each.startsWith("guantong-session="));
      if (cookie === undefined) throw new Error(`${response.status}: no demo login ${login}`);
      return cookie.split(";")[0] ?? "";
    },
    audit: () => services.audit.end(),
    close: () => listening.close(),
    async drop() {
      await listening.close();
      await Promise.all([jobs.end(), news.end()]);
      await fresh.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
