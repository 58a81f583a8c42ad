import { openDatabase } from "../../src/db/client.ts";
import type { Job } from "../../src/db/jobs.ts";
import { startWorker } from "../../src/jobs/worker.ts";
import { openLog } from "../../src/log.ts";

// A process of its own that works the queue of the database it is given. Each job writes one row of table `written`, in
// two steps, and says what it does: "began N", "done N".
const url = process.argv[2] ?? "";
const db = openDatabase(url, { role: "guantong_job", max: 5 });
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const tasks = {
  "job.report": (_: object, job: Job) =>
    job
      .once(async (tx) => {
        await tx.run((sql) => sql`insert into written (job) values (${job.id}::bigint)`);
        say(`began ${job.id}`);
        await tx.run((sql) => sql`select pg_sleep(0.01)`);
        await tx.run((sql) => sql`update written set finished = true where job = ${job.id}::bigint`);
      })
      .then(() => say(`done ${job.id}`)),
};

const worker = await startWorker({ url, db, log: openLog({ logLevel: "silent" }), tasks });
say("ready");
process.once("SIGTERM", () => {
  void worker
    .stop()
    .then(() => db.end())
    .then(() => process.exit(0));
});
