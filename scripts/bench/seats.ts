import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, openDatabase } from "../../src/db/client.ts";
import { startEmbedded } from "../../src/db/embedded.ts";
import { migrate } from "../../src/db/migrate.ts";
import { openSeatDesk, type SeatAnswer, type SeatDesk } from "../../src/features/selection/seat-desk.ts";
import { learner, type School, school, section, take } from "../../test/features/selection/story.ts";
import type { Figures } from "../bench.ts";

const CALLERS = 20_000;
const SEATS = 500;
const ALONE = 1_000;
/** A term of two meetings a week: the hours every seat claims. */
const WEEKS = Array.from({ length: 16 }, (_, week) => week + 1);

interface Rush {
  readonly perSecond: number;
  readonly p99Ms: number;
  readonly seated: number;
}

/** All callers at once on one section, in turn at each desk. */
async function rush(desks: readonly SeatDesk[], home: School, sectionId: string, callers: number): Promise<Rush> {
  const wishes = Array.from({ length: callers }, (_, i) => take(learner(home, i), sectionId));
  const began = performance.now();
  const waited: number[] = [];
  const answers = await Promise.all(
    wishes.map(async (wish, i): Promise<SeatAnswer | undefined> => {
      const answer = await desks[i % desks.length]?.submit(wish);
      waited.push(performance.now() - began);
      return answer;
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  waited.sort((a, b) => a - b);
  return {
    perSecond: callers / seconds,
    p99Ms: waited[Math.floor(waited.length * 0.99)] ?? 0,
    seated: answers.filter((answer) => answer?.kind === "SEAT").length,
  };
}

/**
 * A rush on one section: coalesced at two desks, and one transaction each over 50 connections; then as many callers as
 * there are seats, which is the work of writing alone. On an embedded PostgreSQL of its own, fsync on.
 */
export async function seats(): Promise<Figures> {
  const directory = await mkdtemp(join(tmpdir(), "guantong-bench-seats-"));
  const server = await startEmbedded(directory);
  try {
    await migrate(server.ownerUrl, [server.login]);
    const sql = connect(server.ownerUrl, { max: 1 });
    const pools = Array.from({ length: 50 }, () => openDatabase(server.url, { role: "guantong_writer", max: 1 }));
    const bounds = { queueMax: CALLERS };
    const two = pools.slice(0, 2).map((pool) => openSeatDesk(pool, bounds));
    const fifty = pools.map((pool) => openSeatDesk(pool, { ...bounds, batchMax: 1 }));
    const host = await school(sql, "host");
    const meetings = [[WEEKS, 1, 1, 2] as const, [WEEKS, 3, 3, 4] as const];
    const open = (capacity: number) => section(sql, host, { capacity, meetings, number: randomUUID().slice(0, 8) });
    await rush(two, host, await open(SEATS), 1_000);
    const coalesced = await rush(two, host, await open(SEATS), CALLERS);
    const alone = await rush(fifty, host, await open(SEATS), ALONE);
    const written = await rush(two, host, await open(SEATS), SEATS);
    await Promise.all([sql.end(), ...pools.map((pool) => pool.end())]);
    return {
      coalesced_per_s: coalesced.perSecond,
      coalesced_p99_ms: coalesced.p99Ms,
      coalesced_seated: coalesced.seated,
      one_each_per_s: alone.perSecond,
      one_each_p99_ms: alone.p99Ms,
      written_per_s: written.perSecond,
    };
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
