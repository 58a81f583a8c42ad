import { Agent, request } from "node:http";
import { cpuSeconds, type Running } from "./service.ts";

export const CALLERS = 16;
export const WARM_MS = 3000;
const MEASURE_MS = 4000;

/** One kind of request: to whom, with what. */
export interface Load {
  readonly server: Running;
  readonly body: string;
  readonly token: string | null;
}

export interface Measured {
  readonly perSecond: number;
  /** CPU of the server's process, microseconds per request. */
  readonly cpuMicros: number;
  readonly bytes: number;
}

export function send(load: Load, agent: Agent): Promise<string> {
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

export async function drive(load: Load, agent: Agent, forMs: number): Promise<number> {
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

export async function measure(load: Load, agent: Agent): Promise<Measured> {
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

export async function ask<T>(server: Running, query: string, variables: object, token: string | null): Promise<T> {
  const agent = new Agent();
  const answer = JSON.parse(await send({ server, body: JSON.stringify({ query, variables }), token }, agent)) as Answer;
  agent.destroy();
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  return answer.data as T;
}

export async function signIn(server: Running, login: string): Promise<string> {
  const document = "mutation ($login: String!) { signInAsDemo(login: $login) { ... on SignInSuccess { token } } }";
  const { signInAsDemo } = await ask<{ signInAsDemo: { token?: string } }>(server, document, { login }, null);
  if (signInAsDemo.token === undefined) throw new Error(`no demo login ${login}`);
  return signInAsDemo.token;
}

/** The middle one. */
export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
