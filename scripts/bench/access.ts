import { mkdtemp, rm } from "node:fs/promises";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figures } from "../bench.ts";
import { LIST, REGISTRAR } from "./http.ts";
import { ask, CALLERS, drive, type Load, type Measured, measure, median, signIn, WARM_MS } from "./load.ts";
import { type Running, startListServer, startService } from "./service.ts";

const ROUNDS = 5;

/** The school of the registrar, as the database knows it. */
async function schoolOf(service: Running, token: string): Promise<string> {
  const document = "{ viewer { capacity { institution { id } } } }";
  const found = await ask<{ viewer: { capacity: { institution: { id: string } } } }>(service, document, {}, token);
  return Buffer.from(found.viewer.capacity.institution.id, "base64url").toString().split(":")[1] ?? "";
}

/**
 * What knowing who asks and row-level security cost the 20-row list: CPU of the server's process and of a request, beside
 * the same server without either, in the same run on the same data. A ratio is the median of the rounds' own ratios.
 */
export async function access(): Promise<Figures> {
  const dataDir = await mkdtemp(join(tmpdir(), "guantong-bench-"));
  const service = await startService(dataDir);
  const token = await signIn(service, REGISTRAR);
  const school = await schoolOf(service, token);
  const guarded = await startListServer("guarded", dataDir, school);
  const unguarded = await startListServer("unguarded", dataDir, school);
  const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
  const body = JSON.stringify({ query: LIST });
  const loads: Record<"guarded" | "unguarded", Load> = {
    guarded: { server: guarded, body, token },
    unguarded: { server: unguarded, body, token: null },
  };
  try {
    const answers = await Promise.all(Object.values(loads).map((load) => ask(load.server, LIST, {}, load.token)));
    if (JSON.stringify(answers[0]) !== JSON.stringify(answers[1])) throw new Error("the two answer differently");
    for (const load of Object.values(loads)) await drive(load, agent, WARM_MS);
    const rounds: Record<"guarded" | "unguarded", Measured>[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push({
        guarded: await measure(loads.guarded, agent),
        unguarded: await measure(loads.unguarded, agent),
      });
    }
    const of = (name: "guarded" | "unguarded", key: keyof Measured): number =>
      median(rounds.map((round) => round[name][key]));
    return {
      guarded_per_s: of("guarded", "perSecond"),
      guarded_cpu_us: of("guarded", "cpuMicros"),
      unguarded_per_s: of("unguarded", "perSecond"),
      unguarded_cpu_us: of("unguarded", "cpuMicros"),
      list_rate_ratio: median(rounds.map((round) => round.unguarded.perSecond / round.guarded.perSecond)),
      list_cost_ratio: median(rounds.map((round) => round.guarded.cpuMicros / round.unguarded.cpuMicros)),
    };
  } finally {
    agent.destroy();
    await Promise.all([guarded.stop(), unguarded.stop()]);
    await service.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
