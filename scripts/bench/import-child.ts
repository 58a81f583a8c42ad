import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { openDatabase } from "../../src/db/client.ts";
import { isProblem } from "../../src/domain/problem.ts";
import { confirmBatch } from "../../src/features/bank/confirming.ts";
import { recordSheet } from "../../src/features/bank/recording.ts";
import { LI, NOW, WANG } from "../../test/features/bank/school.ts";

/** Takes one sheet from a file through two people into the bank; says how long each took, and the most memory it held. */
const [url = "", file = ""] = process.argv.slice(2);
const db = openDatabase(url, { role: "guantong_app", max: 1 });
const ledger = openDatabase(url, { role: "guantong_writer", max: 1 });

const began = performance.now();
const input = {
  bytes: await readFile(file),
  fileName: basename(file),
  setBadRowsAside: false,
  now: NOW,
  today: "2026-07-10",
};
const recorded = await recordSheet((act) => db.write(WANG, act), WANG, input);
if (isProblem(recorded) || recorded.kind === "refused" || recorded.batch === null) {
  throw new Error(JSON.stringify(recorded).slice(0, 500));
}
const batchId = recorded.batch.id;
const written = performance.now();
const confirmed = await ledger.write(LI, (tx) => confirmBatch(tx, LI, batchId, NOW));
if (isProblem(confirmed)) throw new Error(confirmed.code);
const done = performance.now();
const rssMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ batchId, recordMs: written - began, confirmMs: done - written, rssMb }));
await Promise.all([db.end(), ledger.end()]);
