import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { connect, openDatabase } from "../../../src/db/client.ts";
import { startEmbedded } from "../../../src/db/embedded.ts";
import { alive } from "../../../src/db/embedded-lock.ts";
import { isProblem } from "../../../src/domain/problem.ts";
import { openLedgerDesk } from "../../../src/features/bank/ledger-desk.ts";
import { prepareDeposit } from "../../../src/features/bank/preparing.ts";
import { startNode } from "../../support/child.ts";
import { unbalanced, unsound } from "./ledger-proof.ts";
import { courseDeposit, idOf, LI, NOW, WANG } from "./school.ts";

/** How many acknowledgements a service gives before it is killed. */
export const ACKNOWLEDGED = 60;
const LEARNERS = 7;

/** The deposit a key stands for: the same in every process. Few learners, so that they meet. */
export function deposited(key: string) {
  const learner = Number.parseInt(idOf(key).slice(0, 6), 16) % LEARNERS;
  return prepareDeposit(
    { ...courseDeposit(learner, { idempotencyKey: key }), achievementId: idOf(key) },
    {
      recordedBy: WANG.accountId ?? "",
      confirmedBy: LI.accountId ?? "",
      batchId: null,
      postedAt: NOW.toISOString(),
    },
  );
}

/** Whether any process still works in a directory: after kill -9 of its parent a server's own need a moment to notice. */
async function inUse(directory: string): Promise<boolean> {
  const here = await stat(directory);
  const places = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(places.map((pid) => stat(`/proc/${pid}/cwd`).catch(() => null)));
  return found.some((there) => there !== null && there.ino === here.ino && there.dev === here.dev);
}

interface Killed {
  readonly asked: readonly string[];
  readonly acknowledged: readonly string[];
}

/** Runs a service until it has acknowledged enough, then kills what `victim` says in the middle of its work. */
async function killed(directory: string, round: number, victim: "SERVICE" | "DATABASE"): Promise<Killed> {
  const child = startNode(["test/support/posting-child.ts", directory, String(round)]);
  const [asked, acknowledged]: [string[], string[]] = [[], []];
  let struck = false;
  let postmaster = 0;
  for (let line = await child.line(); line !== null; line = await child.line()) {
    const [what, key = ""] = line.split(" ");
    if (what === "failed") {
      // its parent has to have seen it end, or it would still count as running
      while (alive(postmaster));
      child.process.kill("SIGKILL");
      continue;
    }
    (what === "asked" ? asked : acknowledged).push(key);
    if (struck || acknowledged.length < ACKNOWLEDGED) continue;
    struck = true;
    const [pid = ""] = (await readFile(join(directory, "postgresql/postmaster.pid"), "utf8")).split("\n");
    postmaster = Number(pid);
    if (victim === "DATABASE") process.kill(postmaster, "SIGKILL");
    else child.process.kill("SIGKILL");
  }
  await child.exit;
  if (!struck) throw new Error(`the service ended by itself: ${child.output().slice(-2000)}`);
  if (victim === "DATABASE") while (await inUse(join(directory, "postgresql")));
  return { asked, acknowledged };
}

/** Starts again on what is left, and holds it against what was acknowledged; then asks for everything again. */
async function recovered(directory: string, { asked, acknowledged }: Killed): Promise<void> {
  const server = await startEmbedded(directory);
  const sql = connect(server.ownerUrl, { max: 1 });
  const writer = openDatabase(server.url, { role: "guantong_writer", max: 1 });
  try {
    const keys = async () => {
      const rows = await sql<{ key: string }[]>`
        select t.idempotency_key as key from ledger_transaction t
        join ledger_movement m on m.learner_id = t.learner_id and m.transaction_id = t.id
        join achievement a on a.learner_id = t.learner_id and a.id = t.id where t.idempotency_key = any(${asked as string[]})`;
      return rows.map(({ key }) => key).sort();
    };
    const found = await keys();
    expect(acknowledged.filter((key) => !found.includes(key))).toEqual([]);
    expect(new Set(found).size).toBe(found.length);
    expect([await unsound(sql), await unbalanced(sql)]).toEqual([[], []]);
    const desk = openLedgerDesk([writer]);
    const answers = await Promise.all(asked.map((key) => desk.submit(deposited(key))));
    expect(answers.filter(isProblem)).toEqual([]);
    const again = answers.filter((answer) => !isProblem(answer) && answer.kind === "again");
    expect(again).toHaveLength(found.length);
    expect(await keys()).toEqual([...asked].sort());
    expect([await unsound(sql), await unbalanced(sql)]).toEqual([[], []]);
  } finally {
    await Promise.all([sql.end({ timeout: 5 }), writer.end()]);
    await server.stop();
  }
}

/**
 * Kills service and database in turn, so many times, on one data directory with fsync on.
 * @returns how many acknowledgements were held against what was left
 */
export async function killRounds(rounds: number): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), "guantong-kill-"));
  let acknowledged = 0;
  try {
    for (let round = 0; round < rounds; round += 1) {
      const found = await killed(directory, round, round % 2 === 0 ? "SERVICE" : "DATABASE");
      await recovered(directory, found);
      acknowledged += found.acknowledged.length;
    }
    return acknowledged;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
