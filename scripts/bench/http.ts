import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figures } from "../bench.ts";
import { cpuSeconds, type Running, startBareYoga, startService } from "./service.ts";

const CALLERS = 16;
const WARM_MS = 3000;
const MEASURE_MS = 4000;
const ROUNDS = 3;

const REGISTRAR = "registrar.jdsf";
const STUDENT = "student.wang";
const PROGRAMME = "btvtc-460301-2y";

const BARE = "{ __typename }";
const LIST = `{
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

/** One kind of request: to whom, with what. */
interface Load {
  readonly server: Running;
  readonly body: string;
  readonly token: string | null;
}

interface Measured {
  readonly perSecond: number;
  /** CPU of the server's process, microseconds per request. */
  readonly cpuMicros: number;
  readonly bytes: number;
}

function send(load: Load, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const sending = request(`${load.server.url}/graphql`, {
      agent,
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/graphql-response+json",
        "content-length": Buffer.byteLength(load.body),
        ...(load.token === null ? {} : { authorization: `Bearer ${load.token}` }),
      },
    });
    sending.on("error", reject);
    sending.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${response.statusCode} ${text.slice(0, 300)}`));
      });
    });
    sending.end(load.body);
  });
}

async function drive(load: Load, agent: Agent, forMs: number): Promise<number> {
  const until = performance.now() + forMs;
  const counts = await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      let done = 0;
      for (; performance.now() < until; done += 1) await send(load, agent);
      return done;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function measure(load: Load, agent: Agent): Promise<Measured> {
  const before = cpuSeconds(load.server.pid);
  const began = performance.now();
  const count = await drive(load, agent, MEASURE_MS);
  const seconds = (performance.now() - began) / 1000;
  const cpu = cpuSeconds(load.server.pid) - before;
  const bytes = (await send(load, agent)).length;
  return { perSecond: count / seconds, cpuMicros: (cpu / count) * 1e6, bytes };
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: unknown;
}

async function ask<T>(server: Running, query: string, variables: object, token: string | null): Promise<T> {
  const agent = new Agent();
  const answer = JSON.parse(await send({ server, body: JSON.stringify({ query, variables }), token }, agent)) as Answer;
  agent.destroy();
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  return answer.data as T;
}

async function signIn(server: Running, login: string): Promise<string> {
  const document = "mutation ($login: String!) { signInAsDemo(login: $login) { ... on SignInSuccess { token } } }";
  const { signInAsDemo } = await ask<{ signInAsDemo: { token?: string } }>(server, document, { login }, null);
  if (signInAsDemo.token === undefined) throw new Error(`no demo login ${login}`);
  return signInAsDemo.token;
}

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

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

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
