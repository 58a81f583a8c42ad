import { mkdtemp, rm } from "node:fs/promises";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figures } from "../bench.ts";
import { ask, CALLERS, drive, type Load, type Measured, measure, median, signIn, WARM_MS } from "./load.ts";
import { type Running, startBareYoga, startService } from "./service.ts";

const ROUNDS = 3;

export const REGISTRAR = "registrar.jdsf";
const STUDENT = "student.wang";
const PROGRAMME = "btvtc-460301-2y";

const BARE = "{ __typename }";
export const LIST = `{
  achievements(first: 20) {
    edges { node { id kind level credits completedOn status title { text } } }
  }
}`;
const CHECK = `query ($learnerId: ID!, $programId: ID!) {
  recognitionCheck(learnerId: $learnerId, programId: $programId) {
    __typename
    ... on Problem { code }
    ... on RecognitionCheck {
      requiredCredits passedCredits recognisedCredits remainingCredits summary
      lines { credits countedCredits sentence rule { key } achievements { title { text } } targets { course { code } credits } }
      refusals { code sentence }
    }
  }
}`;

/** The three loads, each proved to answer what it should before it is measured. */
async function loads(service: Running, bare: Running): Promise<Record<"bare" | "list" | "check", Load>> {
  const registrar = await signIn(service, REGISTRAR);
  const student = await signIn(service, STUDENT);
  const { achievements } = await ask<{ achievements: { edges: unknown[] } }>(service, LIST, {}, registrar);
  if (achievements.edges.length !== 20) throw new Error(`the list has ${achievements.edges.length} rows, not 20`);
  const found = await ask<{ viewer: { capacity: { learner: { id: string } } }; programme: { id: string } }>(
    service,
    "query ($key: String!) { viewer { capacity { learner { id } } } programme(key: $key) { id } }",
    { key: PROGRAMME },
    student,
  );
  const variables = { learnerId: found.viewer.capacity.learner.id, programId: found.programme.id };
  const { recognitionCheck } = await ask<{ recognitionCheck: { __typename: string } }>(
    service,
    CHECK,
    variables,
    student,
  );
  if (recognitionCheck.__typename !== "RecognitionCheck") throw new Error(JSON.stringify(recognitionCheck));
  return {
    bare: { server: bare, body: JSON.stringify({ query: BARE }), token: null },
    list: { server: service, body: JSON.stringify({ query: LIST }), token: registrar },
    check: { server: service, body: JSON.stringify({ query: CHECK, variables }), token: student },
  };
}

/**
 * Requests per second and the server process's CPU per request, 16 keep-alive callers, no response cache, beside bare
 * Yoga in the same run; a ratio is the median of the rounds' own ratios.
 */
export async function http(): Promise<Figures> {
  const dataDir = await mkdtemp(join(tmpdir(), "guantong-bench-"));
  const service = await startService(dataDir);
  const bare = await startBareYoga();
  const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
  try {
    const all = await loads(service, bare);
    for (const load of Object.values(all)) await drive(load, agent, WARM_MS);
    const rounds: Record<keyof typeof all, Measured>[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push({
        bare: await measure(all.bare, agent),
        list: await measure(all.list, agent),
        check: await measure(all.check, agent),
      });
    }
    process.stdout.write(`bare:  ${BARE}\nlist:  ${LIST}\ncheck: ${CHECK}\n\n`);
    const of = (name: keyof typeof all, key: keyof Measured): number => median(rounds.map((round) => round[name][key]));
    return {
      bare_per_s: of("bare", "perSecond"),
      bare_cpu_us: of("bare", "cpuMicros"),
      list_per_s: of("list", "perSecond"),
      list_cpu_us: of("list", "cpuMicros"),
      list_bytes: of("list", "bytes"),
      check_per_s: of("check", "perSecond"),
      check_cpu_us: of("check", "cpuMicros"),
      check_bytes: of("check", "bytes"),
      list_cpu_ratio: median(rounds.map(({ list, bare: base }) => list.cpuMicros / base.cpuMicros)),
      check_cpu_ratio: median(rounds.map(({ check, bare: base }) => check.cpuMicros / base.cpuMicros)),
    };
  } finally {
    agent.destroy();
    await bare.stop();
    await service.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
