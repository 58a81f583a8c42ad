import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { servicesOf } from "../../src/api/services.ts";
import { createApi } from "../../src/api/yoga.ts";
import { openKeyRing } from "../../src/auth/keyring.ts";
import { RateLimits } from "../../src/auth/rate-limits.ts";
import { openTokens } from "../../src/auth/token.ts";
import { type Config, readConfig } from "../../src/config.ts";
import { connect, openDatabase } from "../../src/db/client.ts";
import { News } from "../../src/db/news.ts";
import { isProblem } from "../../src/domain/problem.ts";
import { Identity } from "../../src/features/identity/service.ts";
import { openLog } from "../../src/log.ts";
import { startServer } from "../../src/server.ts";
import { type FreshDatabase, freshDatabase } from "./database.ts";

/** The whole service on a socket, with a database of its own. */
export interface TestServer {
  readonly url: string;
  readonly fresh: FreshDatabase;
  /** What it has logged so far. */
  readonly log: () => string;
  /** Where the development issuer keeps its key. */
  readonly dataDir: string;
  tokenOf(login: string): Promise<string>;
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
  } = {},
): Promise<TestServer> {
  const { portal, demo = false } = options;
  const fresh = await freshDatabase({ demo });
  const dataDir = await mkdtemp(join(tmpdir(), "guantong-server-"));
  const tokens = await openTokens({ issuers: [], audience: "guantong", dataDir });
  const keys = await openKeyRing({ keysFile: join(dataDir, "keys.json"), databaseUrl: null });
  const identity = new Identity({ db: fresh.db, tokens });
  const jobs = openDatabase(fresh.url, { role: "guantong_job", max: 2 });
  let logged = "";
  const log = openLog({ logLevel: "info" }, { write: (line) => void (logged += line) });
  const listening = await startServer({ port: 0 });
  const news = new News(() => connect(fresh.url, { max: 1 }));
  await identity.follow(news);
  const services = servicesOf({ identity, writer: fresh.writer, ledger: fresh.writer, news, keys });
  const config = { ...readConfig({}), ...options.config };
  const rates = options.rated === true ? new RateLimits(config) : null;
  const api = createApi({
    db: fresh.db,
    services,
    log,
    introspection: true,
    explorer: false,
    rates,
    operationMs: config.operationMs,
  });
  listening.open({
    db: fresh.db,
    jobs,
    log,
    config,
    rates,
    graphql: api.handler,
    ...(portal === undefined ? {} : { portal }),
  });
  return {
    url: `http://127.0.0.1:${listening.port}`,
    fresh,
    log: () => logged,
    dataDir,
    async tokenOf(login) {
      const issued = await identity.signInAsDemo(login);
      if (isProblem(issued)) throw new Error(`${issued.code}: no demo login ${login}`);
      return issued.token;
    },
    close: () => listening.close(),
    async drop() {
      await listening.close();
      await Promise.all([jobs.end(), news.end()]);
      await fresh.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
