import { raw, type RawAnswer, type RawRequest } from "../../support/raw.ts";
import { openTestServer, type TestServer } from "../../support/server.ts";

/** Where hostile input is thrown: the whole service on a socket, and people of every kind signed in. */
export interface Arena {
  readonly server: TestServer;
  readonly tokens: Readonly<Record<Attacker, string>>;
  readonly send: (request: RawRequest) => Promise<RawAnswer>;
  /** A GraphQL request as JSON; what is no string is made one. */
  readonly post: (body: unknown, headers?: RawRequest["headers"]) => Promise<RawAnswer>;
  /** As one of the people. */
  readonly ask: (as: Attacker | null, query: string, variables?: object) => Promise<RawAnswer>;
}

export const ATTACKERS = {
  student: "student.wang",
  registrar: "registrar.btvtc",
  teacher: "teacher.btvtc",
  reviewer: "reviewer.btvtc",
  planner: "planner.alliance1",
  administrator: "admin",
} as const;
export type Attacker = keyof typeof ATTACKERS;

/** One attack. It must meet a refusal with a code, unless it says that it is answered with nothing. */
export interface Attack {
  readonly family: string;
  readonly name: string;
  readonly launch: (arena: Arena) => Promise<RawAnswer>;
  /** For what a caller may well ask: it finds nothing, and gets nothing else. */
  readonly findsNothing?: boolean;
}

export async function openArena(): Promise<Arena> {
  const server = await openTestServer({ demo: true });
  const people = Object.entries(ATTACKERS) as [Attacker, string][];
  const signedIn = await Promise.all(people.map(async ([who, login]) => [who, await server.tokenOf(login)] as const));
  const tokens = Object.fromEntries(signedIn) as Record<Attacker, string>;
  const send = (request: RawRequest): Promise<RawAnswer> => raw(server.url, request);
  const post: Arena["post"] = (body, headers = {}) =>
    send({
      method: "POST",
      path: "/graphql",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    });
  return {
    server,
    tokens,
    send,
    post,
    ask: (as, query, variables = {}) =>
      post({ query, variables }, as === null ? {} : { authorization: `Bearer ${tokens[as]}` }),
  };
}

/** Codes of a refusal, wherever in an answer they stand. */
export function codesIn(body: string): string[] {
  return [...body.matchAll(/"code":"([A-Z][A-Z_]+)"/g)].map(([, code]) => code ?? "");
}

/** Whether an answer tells nothing but nulls and empty lists. */
export function isNothing(body: string): boolean {
  const answer = JSON.parse(body) as { readonly data?: unknown; readonly errors?: unknown };
  const empty = (value: unknown): boolean =>
    value === null ||
    value === false ||
    value === 0 ||
    (typeof value === "object" && Object.values(value).every((each) => empty(each)));
  return answer.errors === undefined && empty(answer.data);
}

/** What an answer must never hold: our files, our statements, the database's words, a stack. */
export const INNARDS =
  /node_modules|\/src\/|\.ts:\d+|\bat [\w.<>]+ \(|PostgresError|violates|invalid input syntax|out of range for type|relation "|\/\* \w+\.\w+ \*\//;
