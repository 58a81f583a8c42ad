import { ANONYMOUS } from "../../src/auth/viewer.ts";
import { serveSession } from "../../src/cli/serve.ts";
import { openSession } from "../../src/cli/session.ts";
import { readConfig } from "../../src/config.ts";
import { connect } from "../../src/db/client.ts";
import type { Database } from "../../src/db/transaction.ts";
import { type Asker, Identity } from "../../src/features/identity/service.ts";
import { openLog } from "../../src/log.ts";
import { startServer } from "../../src/server.ts";

// The service on the data of one that runs already: as it is ("guarded"), or without asking who asks and without
// row-level security ("unguarded"): every caller is the same viewer, and statements run by themselves, as the owner.
const [mode, institutionId = ""] = process.argv.slice(2);

class NobodyAsked extends Identity {
  override async askerOf(): Promise<Asker> {
    const viewer = { ...ANONYMOUS, role: "REGISTRAR", accountId: institutionId, institutionId } as const;
    return { viewer, sessionId: null, cookie: null };
  }
}

const config = readConfig();
const session = await openSession(config, false);
const sql = connect(session.ownerUrl, { max: config.poolMax });
const bare: Database = {
  read: () => ({ run: async (statement) => statement(sql), end: () => undefined }),
  write: (_, act) => act({ run: async (statement) => statement(sql) }),
  use: () => ({ reading: 0, writing: 0, waiting: 0 }),
  end: async () => sql.end(),
};
const log = openLog(config);
const listening = await startServer({ port: 0 });
if (mode === "unguarded") {
  await serveSession({ ...session, db: bare }, listening, log, new NobodyAsked({ ...session, db: bare }));
} else {
  await serveSession(session, listening, log);
}
process.stdout.write(`http://127.0.0.1:${listening.port}\n`);
process.once("SIGTERM", () => process.exit(0));
