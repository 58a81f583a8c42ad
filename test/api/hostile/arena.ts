import { join } from "node:path";
import { type KeyRing, openKeyRing } from "../../../src/auth/keyring.ts";
import { SYSTEM } from "../../../src/auth/viewer.ts";
import { linkSubject } from "../../../src/features/identity/subject-store.ts";
import { idOf } from "../../../src/seed/id.ts";
import { Browser } from "../../support/browser.ts";
import { openTestIssuer, type TestIssuer } from "../../support/issuer.ts";
import { newcomers } from "../../support/newcomers.ts";
import { raw, type RawAnswer, type RawRequest } from "../../support/raw.ts";
import { openTestServer, type TestServer } from "../../support/server.ts";

/** Where hostile input is thrown: the whole service on a socket, and people of every kind signed in. */
export interface Arena {
  readonly server: TestServer;
  readonly tokens: Readonly<Record<Attacker, string>>;
  /** What the service seals by: to forge what only a thief of its keys could. */
  readonly keys: KeyRing;
  /** The same service with two real OpenID providers before it. */
  readonly abroad: Abroad;
  /** A one-time code that was handed out and not used. */
  freshCode(): Code;
  close(): Promise<void>;
  readonly send: (request: RawRequest) => Promise<RawAnswer>;
  /** A GraphQL request as JSON; what is no string is made one. */
  readonly post: (body: unknown, headers?: RawRequest["headers"]) => Promise<RawAnswer>;
  /** As one of the people. */
  readonly ask: (as: Attacker | null, query: string, variables?: object) => Promise<RawAnswer>;
}

export interface Code {
  readonly code: string;
  readonly login: string;
}

/** A service whose people come from providers of their own. `wang` of the first is student.wang; of the second, nobody. */
export interface Abroad {
  readonly server: TestServer;
  readonly keys: KeyRing;
  readonly first: TestIssuer;
  readonly second: TestIssuer;
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
  /** For what is let in and must be led to a page of ours. */
  readonly leadsHome?: boolean;
}

const keysOf = ({ dataDir }: TestServer): Promise<KeyRing> =>
  openKeyRing({ keysFile: join(dataDir, "keys.json"), databaseUrl: null });

async function openAbroad(): Promise<Abroad> {
  const issuers: TestIssuer[] = [];
  const server = await openTestServer({
    demo: true,
    issuers: async (url) => {
      issuers.push(await openTestIssuer("first", url), await openTestIssuer("second", url));
      return issuers.map(({ trusted }) => trusted);
    },
  });
  const [first, second] = issuers as [TestIssuer, TestIssuer];
  const accountId = idOf("account", "student.wang");
  await server.fresh.db.write(SYSTEM, (tx) =>
    linkSubject(tx, { accountId, id: accountId, issuer: first.url, subject: "wang", at: new Date() }),
  );
  return { server, keys: await keysOf(server), first, second };
}

/** Opens accounts for a class that has none, and takes their codes. */
async function handOut(server: TestServer, count: number): Promise<Code[]> {
  const name = await newcomers(server.fresh.sql, count);
  const registrar = new Browser();
  await registrar.post(`${server.url}/auth/demo`, { login: "registrar.jdsf" });
  const classes = await registrar.ask<{ classAccounts: { id: string; name: string }[] }>(
    server.url,
    "{ classAccounts { id name } }",
  );
  const id = classes.data?.classAccounts.find((each) => each.name === name)?.id;
  const opened = await registrar.ask<{ openAccounts: { codes?: Code[] } }>(
    server.url,
    "mutation ($id: ID!) { openAccounts(classId: $id) { ... on CodesSuccess { codes { code login } } } }",
    { id },
  );
  return opened.data?.openAccounts.codes ?? [];
}

export async function openArena(): Promise<Arena> {
  const server = await openTestServer({ demo: true });
  const abroad = await openAbroad();
  const codes = await handOut(server, 60);
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
    keys: await keysOf(server),
    abroad,
    freshCode() {
      const code = codes.pop();
      if (code === undefined) throw new Error("no code is left");
      return code;
    },
    async close() {
      await Promise.all([server.drop(), abroad.server.drop()]);
      await Promise.all([abroad.first.close(), abroad.second.close()]);
    },
    send,
    post,
    ask: (as, query, variables = {}) =>
      post({ query, variables }, as === null ? {} : { authorization: `Bearer ${tokens[as]}` }),
  };
}

/** Codes of a refusal, wherever in an answer they stand: a browser that is sent back brings its own to the page. */
export function codesIn({ body, headers }: RawAnswer): string[] {
  const stated = [...body.matchAll(/"code":"([A-Z][A-Z_]+)"/g)].map(([, code]) => code ?? "");
  const brought = /^\/\?refused=([A-Z_]+)$/.exec(headers.location ?? "")?.[1];
  return brought === undefined ? stated : [...stated, brought];
}

/** Whether an answer leads to a page of ours, and nowhere else by any browser's reading. */
export function isHome({ status, headers }: RawAnswer): boolean {
  const { location = "" } = headers;
  const read = (base: string): URL => new URL(location, base);
  return (
    status === 303 &&
    /^\/(?![/\\])[\x21-\x7e]*$/.test(location) &&
    ["http://a.example", "https://b.example:8443"].every((base) => read(base).origin === base) &&
    !read("http://a.example").pathname.startsWith("/auth/")
  );
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
