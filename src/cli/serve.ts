import { Command } from "commander";
import { openOpenId } from "../auth/openid.ts";
import { createApi } from "../api/yoga.ts";
import { openFileDesk } from "../api/file-desk.ts";
import { servicesOf } from "../api/services.ts";
import { Doors } from "../features/identity/doors.ts";
import { Identity } from "../features/identity/service.ts";
import type { JobWorker } from "../jobs/worker.ts";
import { type Log, openLog } from "../log.ts";
import { pseudonyms } from "../auth/pseudonym.ts";
import { RateLimits } from "../auth/rate-limits.ts";
import { commandTexts } from "../messages/commands.ts";
import { fill } from "../messages/index.ts";
import { type Listening, startServer } from "../server.ts";
import type { Cli, CommandFactory } from "./command.ts";
import { EXIT } from "./exit.ts";
import { leaveTaking } from "./leave.ts";
import { startSealing } from "./sealing.ts";
import { seedIfEmpty } from "./seed.ts";
import { openSession, type Session } from "./session.ts";
import { workerOf } from "./work.ts";

/** Answers requests with what a session holds. */
export async function serveSession(
  session: Session,
  listening: Listening,
  log: Log,
  identity = new Identity(session),
): Promise<void> {
  const { config, db, writer, ledger, jobs, news, audit, keys, takeShare } = session;
  await identity.follow(news);
  const rates = new RateLimits(config, { take: takeShare, pseudonym: pseudonyms(keys) });
  const services = servicesOf({ identity, writer, ledger, news, keys, audit });
  const api = createApi({
    db,
    services,
    log,
    introspection: config.introspection,
    explorer: !config.production,
    rates,
    operationMs: config.operationMs,
    publicUrl: config.publicUrl,
    addressKept: config.addressKept,
  });
  audit.onFailure((err) => log.error({ err, waiting: audit.size }, "the audit log was not written"));
  const ways = new Doors({ db, keys, identity, audit, openId: openOpenId(config.issuers) });
  const files = openFileDesk({ db, services, publicUrl: config.publicUrl, addressKept: config.addressKept });
  listening.open({ db, jobs, audit, log, config, rates, ways, files, graphql: api.handler });
}

/** Says where the service listens, where its data lies, and how to sign in. */
async function introduce(cli: Cli, session: Session, listening: Listening): Promise<void> {
  const texts = commandTexts(cli.language);
  const at = new URL(session.ownerUrl);
  const place =
    cli.config.databaseUrl === null
      ? fill(texts.embeddedAt, { directory: cli.config.dataDir, port: at.port })
      : `postgres://${at.host}${at.pathname}`;
  cli.say(fill(texts.listening, { url: `http://localhost:${listening.port}` }));
  cli.say(fill(texts.dataLies, { place }));
  const logins = await new Identity(session).demoLogins();
  if (logins.length > 0) {
    cli.say(texts.signIn);
    const width = Math.max(...logins.map(({ login }) => login.length));
    for (const { login, displayName, role } of logins) cli.say(`  ${login.padEnd(width)}  ${displayName}  ${role}`);
  }
  cli.say(texts.stopHint);
}

/** `guantong serve`: takes the port, opens the data, serves until it is told to stop. */
export const serveCommand: CommandFactory = (cli) => {
  const texts = commandTexts(cli.language);
  return new Command("serve").description(texts.serve).action(() =>
    cli.run(async () => {
      const left = leaveTaking();
      const listening = await startServer({ port: cli.config.port });
      const log = openLog(cli.config);
      let session: Session | null = null;
      let worker: JobWorker | null = null;
      let sealing: Awaited<ReturnType<typeof startSealing>> | null = null;
      try {
        session = await openSession(cli.config, true);
        if (cli.config.databaseUrl === null && cli.config.demo) await seedIfEmpty(cli, session);
        await serveSession(session, listening, log);
        sealing = await startSealing(session, log);
        if (cli.config.worker) worker = await workerOf(session, log);
        await introduce(cli, session, listening);
        await left;
        cli.note(texts.stopping);
      } finally {
        await Promise.all([listening.close(), worker?.stop()]);
        await session?.audit.end();
        await sealing?.stop();
        await session?.close();
      }
      cli.note(texts.stopped);
      return EXIT.OK;
    }),
  );
};
