import { openDatabase } from "../../src/db/client.ts";
import { expireDue } from "../../src/features/bank/service.ts";
import { startWorker } from "../../src/jobs/worker.ts";
import { openLog } from "../../src/log.ts";

// A worker of its own that ends what has run out in the database it is given, a few at a time, and says after each.
const [url = "", today = ""] = process.argv.slice(2);
const jobs = openDatabase(url, { role: "guantong_job", max: 2 });
const writer = openDatabase(url, { role: "guantong_writer", max: 1 });
const now = new Date(`${today}T02:00:00Z`);
await startWorker({
  url,
  db: jobs,
  log: openLog({ logLevel: "silent" }),
  tasks: {
    "bank.expire": () =>
      expireDue({
        jobs,
        writer,
        now,
        today,
        chunk: 7,
        progress: (expired) => void process.stdout.write(`expired ${expired}\n`),
      }),
  },
});
