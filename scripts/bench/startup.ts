import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figures } from "../bench.ts";
import { startService } from "./service.ts";

/** Seconds from `npm start` (built) to ready: with no data yet, and with data. */
export async function startup(): Promise<Figures> {
  const dataDir = await mkdtemp(join(tmpdir(), "guantong-bench-"));
  try {
    const first = await startService(dataDir);
    await first.stop();
    const again: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      const second = await startService(dataDir);
      await second.stop();
      again.push(second.readyAfter);
    }
    again.sort((a, b) => a - b);
    return { first_start_s: first.readyAfter, second_start_s: again[1] ?? Number.NaN };
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
