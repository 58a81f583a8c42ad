import { openDatabase } from "../../src/db/client.ts";
import { startEmbedded } from "../../src/db/embedded.ts";
import { migrate } from "../../src/db/migrate.ts";
import { isProblem } from "../../src/domain/problem.ts";
import { openLedgerDesk } from "../../src/features/bank/ledger-desk.ts";
import { deposited } from "../features/bank/killing.ts";

// A service of its own that posts without end, with its own PostgreSQL: it says what it asks for and what was acknowledged.
const [directory = "", round = ""] = process.argv.slice(2);
const CALLERS = 20;
const server = await startEmbedded(directory);
await migrate(server.ownerUrl, [server.login]);
const writer = openDatabase(server.url, { role: "guantong_writer", max: 2 });
const desk = openLedgerDesk([writer, writer]);
const posting = Promise.all(
  Array.from({ length: CALLERS }, async (_, caller) => {
    for (let n = 0; ; n += 1) {
      const key = `${round}/${caller}/${n}`;
      process.stdout.write(`asked ${key}\n`);
      const answer = await desk.submit(deposited(key));
      if (isProblem(answer)) throw new Error(answer.code);
      process.stdout.write(`acknowledged ${key}\n`);
    }
  }),
);
// its database gone, a service stays to be told what to do: here, to be killed itself
await posting.catch(() => process.stdout.write("failed\n"));
setInterval(() => undefined, 60_000);
