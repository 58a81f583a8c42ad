import { type KeyRing, openKeyRing } from "../auth/keyring.ts";
import { openTokens, type Tokens } from "../auth/token.ts";
import { Trail } from "../auth/trail.ts";
import { type Language, SYSTEM, type Viewer } from "../auth/viewer.ts";
import type { Config } from "../config.ts";
import { AuditWriter } from "../db/audit.ts";
import { connect, openDatabase } from "../db/client.ts";
import { attachEmbedded, type EmbeddedServer, startEmbedded } from "../db/embedded.ts";
import { migrate } from "../db/migrate.ts";
import { News } from "../db/news.ts";
import { openShares, type TakeShare } from "../db/shares.ts";
import type { Database } from "../db/transaction.ts";
import { problem } from "../domain/problem.ts";
import { missingFileKeys } from "../features/file/service.ts";
import { missingObjectionKeys } from "../features/publicnotice/service.ts";
import { missingKeys, sealClearNumbers } from "../features/registry/service.ts";
import { Failure } from "../failure.ts";

/** What a command works with. */
export interface Session {
  readonly config: Config;
  readonly language: Language;
  readonly db: Database;
  /** As the role that settles what is coalesced. */
  readonly writer: Database;
  /** As the same role, for what is posted in one piece. */
  readonly ledger: Database;
  /** As the role that works the queue of jobs. */
  readonly jobs: Database;
  /** The login of the service, for whoever opens connections of its own. */
  readonly url: string;
  readonly news: News;
  readonly audit: AuditWriter;
  /** Takes shares of the rate limits. */
  readonly takeShare: TakeShare;
  /** Past row-level security: for migrations, the seed, back-up and verification only. */
  readonly ownerUrl: string;
  readonly tokens: Tokens;
  readonly keys: KeyRing;
  /** Lets what a viewer does at the command line leave its trail in the audit log, as a request does. */
  trailed(viewer: Viewer): Viewer;
  close(): Promise<void>;
}

/** One transaction under way at the desk for seats, two at the desk for postings. */
const DESKS_POOL_MAX = 3;
/** How many batches and grade sheets are posted at a time; each takes as long as it has rows. */
const LEDGER_POOL_MAX = 2;
/** Jobs at work, and one to look at the queue. Connections are opened as they are needed. */
const JOBS_POOL_MAX = 5;

/** Where the data is reached. */
export interface Server {
  readonly url: string;
  readonly ownerUrl: string;
  readonly login: string;
  stop(): Promise<void>;
}

/**
 * The server the settings name; without one, the embedded one: started, or, unless `alone`, the one a running service
 * has started already.
 */
async function openServer(config: Config, alone: boolean): Promise<Server> {
  if (config.databaseUrl !== null) {
    const login = decodeURIComponent(new URL(config.databaseUrl).username);
    const ownerUrl = config.databaseOwnerUrl ?? config.databaseUrl;
    return { url: config.databaseUrl, ownerUrl, login, stop: async () => undefined };
  }
  const running: EmbeddedServer | null = alone ? null : await attachEmbedded(config.dataDir);
  return running ?? startEmbedded(config.dataDir);
}

/** Whatever keeps the database from being reached or migrated becomes a sentence. */
async function reaching<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code, message } = error as { code?: string; message?: string };
    const detail = message !== undefined && message !== "" ? message : (code ?? String(error));
    throw new Failure(problem("DATABASE_UNREACHABLE", { detail }), error);
  }
}

/** The server, its database migrated to the newest schema. */
export async function openMigrated(config: Config, alone: boolean): Promise<Server> {
  const server = await openServer(config, alone);
  try {
    await reaching(() => migrate(server.ownerUrl, [server.login]));
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Another file of keys than the one the data was encrypted with would read nothing, and write what the others cannot. */
async function checkKeys(db: Database, keys: KeyRing, file: string): Promise<void> {
  const tx = db.read(SYSTEM);
  const missing = await Promise.all([missingKeys(tx, keys), missingFileKeys(tx, keys), missingObjectionKeys(tx, keys)])
    .then((ids) => [...new Set(ids.flat())])
    .finally(() => tx.end());
  if (missing.length === 0) return;
  await db.end();
  throw new Failure(problem("KEYS_FILE_LACKS", { file, ids: missing.join(", ") }));
}

/** What older versions wrote in clear is encrypted before anyone is served; there is something the first time only. */
async function sealClear(db: Database, keys: KeyRing): Promise<void> {
  while ((await db.write(SYSTEM, (tx) => sealClearNumbers(tx, keys))) > 0);
}

/**
 * Opens the data, migrated to the newest schema.
 * @param alone whether to refuse a data directory that a running service uses
 */
export async function openSession(config: Config, alone: boolean): Promise<Session> {
  const server = await openMigrated(config, alone);
  try {
    const keys = await openKeyRing(config);
    const tokens = await openTokens(config);
    const db = openDatabase(server.url, { role: "guantong_app", max: config.poolMax });
    await checkKeys(db, keys, config.keysFile);
    await sealClear(db, keys);
    const writer = openDatabase(server.url, { role: "guantong_writer", max: DESKS_POOL_MAX });
    const ledger = openDatabase(server.url, { role: "guantong_writer", max: LEDGER_POOL_MAX });
    const jobs = openDatabase(server.url, { role: "guantong_job", max: JOBS_POOL_MAX });
    // long confirmations keep nobody's trail waiting
    const auditPool = openDatabase(server.url, { role: "guantong_writer", max: 1 });
    const audit = new AuditWriter({ db: auditPool });
    const limits = openDatabase(server.url, { role: "guantong_app", max: 1 });
    const trailing: Viewer[] = [];
    const news = new News(() => connect(server.url, { max: 1 }));
    return {
      config,
      language: config.language,
      db,
      writer,
      ledger,
      jobs,
      url: server.url,
      news,
      audit,
      takeShare: openShares(limits),
      ownerUrl: server.ownerUrl,
      tokens,
      keys,
      trailed(viewer) {
        const trailed = { ...viewer, requestId: "cli", trail: new Trail({ now: new Date(), address: null }) };
        trailing.push(trailed);
        return trailed;
      },
      async close() {
        for (const viewer of trailing) audit.add(viewer.trail?.takeRest(viewer) ?? []);
        try {
          await audit.end();
        } finally {
          await Promise.all([
            db.end(),
            writer.end(),
            ledger.end(),
            jobs.end(),
            auditPool.end(),
            limits.end(),
            news.end(),
          ]);
          await server.stop();
        }
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
