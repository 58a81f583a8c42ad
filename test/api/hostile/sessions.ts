import { createCipheriv, randomBytes, randomUUID } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { CompactEncrypt, EncryptJWT } from "jose";
import { seal } from "../../../src/auth/sealed.ts";
import { idOf } from "../../../src/seed/id.ts";
import { vi } from "vitest";
import { type Arena, type Attack, codesIn } from "./arena.ts";
import { cookieIn, granted, knock, opened, sessionOf, whoIs } from "./doors.ts";

const FORGED = "forged session";
const HOUR_MS = 3_600_000;
const soon = (): Date => new Date(Date.now() + HOUR_MS);
const base64url = (text: string | Buffer): string => Buffer.from(text).toString("base64url");

const withParts =
  (change: (parts: string[]) => readonly string[]) =>
  (cookie: string): string =>
    change(cookie.split(".")).join(".");
const withHeader = (change: object) =>
  withParts(([header = "", ...rest]) => [
    base64url(JSON.stringify({ ...JSON.parse(Buffer.from(header, "base64url").toString()), ...change })),
    ...rest,
  ]);
const turned = (text: string): string => (text.startsWith("A") ? `B${text.slice(1)}` : `A${text.slice(1)}`);

/** A good cookie with something changed. */
const CHANGED: Readonly<Record<string, (cookie: string) => string>> = {
  nothing: () => "x",
  "dots alone": () => "....",
  undefined: () => "undefined",
  "an id": () => randomUUID(),
  "a JSON": () => '{"account":"x"}',
  "its end cut off": (cookie) => cookie.slice(0, -3),
  "its beginning cut off": (cookie) => cookie.slice(3),
  "a letter more": (cookie) => `${cookie}A`,
  "a part more": (cookie) => `${cookie}.AAAA`,
  "no header": withParts(([, ...rest]) => ["", ...rest]),
  "no nonce": withParts(([a = "", b = "", , d = "", e = ""]) => [a, b, "", d, e]),
  "no content": withParts(([a = "", b = "", c = "", , e = ""]) => [a, b, c, "", e]),
  "no tag": withParts(([a = "", b = "", c = "", d = ""]) => [a, b, c, d, ""]),
  "a short tag": withParts(([a = "", b = "", c = "", d = "", e = ""]) => [a, b, c, d, e.slice(0, 6)]),
  "another nonce": withParts(([a = "", b = "", c = "", d = "", e = ""]) => [a, b, turned(c), d, e]),
  "another content": withParts(([a = "", b = "", c = "", d = "", e = ""]) => [a, b, c, turned(d), e]),
  "another tag": withParts(([a = "", b = "", c = "", d = "", e = ""]) => [a, b, c, d, turned(e)]),
  "a key wrapped in it": withParts(([a = "", , c = "", d = "", e = ""]) => [a, "AAAA", c, d, e]),
  "alg none": withHeader({ alg: "none" }),
  "alg of a password": withHeader({ alg: "PBES2-HS256+A128KW", p2c: 2_000_000_000, p2s: "AAAAAAAA" }),
  "alg of a public key": withHeader({ alg: "RSA-OAEP-256" }),
  "enc of another kind": withHeader({ enc: "A128CBC-HS256" }),
  "no kid": withHeader({ kid: undefined }),
  "another kid": withHeader({ kid: "k000000000000" }),
  "kid as a path": withHeader({ kid: "../../../dev/null" }),
  "kid as the prototype": withHeader({ kid: "__proto__" }),
  "another typ": withHeader({ typ: "flow" }),
  "a critical word": withHeader({ crit: ["x"], x: 1 }),
  "very much": () => "a".repeat(9000),
};

interface Thief {
  readonly arena: Arena;
  /** What a good cookie of student.wang holds. */
  readonly content: Record<string, unknown>;
  readonly cookie: string;
}
type Forge = (thief: Thief) => Promise<string>;

const resealed =
  (change: (content: Thief["content"]) => object): Forge =>
  ({ arena, content }) =>
    seal(arena.keys, "session", { ...content, ...change(content) }, soon());

/** What only a thief of the keys could make: the database decides even then. */
const SEALED: Readonly<Record<string, Forge>> = {
  "by a key of the attacker's": async ({ arena, content }) => {
    const header = { alg: "dir", enc: "A256GCM", kid: arena.keys.newest("session").id, typ: "session" };
    return new EncryptJWT(content).setProtectedHeader(header).setExpirationTime(soon()).encrypt(randomBytes(32));
  },
  "by the key of another purpose": async ({ arena, content }) => {
    const { id, bytes } = arena.keys.newest("one-time-code");
    const header = { alg: "dir", enc: "A256GCM", kid: id, typ: "session" };
    return new EncryptJWT(content).setProtectedHeader(header).setExpirationTime(soon()).encrypt(bytes);
  },
  "as a sign-in under way": ({ arena, content }) => seal(arena.keys, "flow", content, soon()),
  "until an hour ago": ({ arena, content }) => seal(arena.keys, "session", content, new Date(Date.now() - HOUR_MS)),
  "without an end": async ({ arena, content }) => {
    const { id, bytes } = arena.keys.newest("session");
    const header = { alg: "dir", enc: "A256GCM", kid: id, typ: "session" };
    return new EncryptJWT(content).setProtectedHeader(header).encrypt(bytes);
  },
  "packed, ten thousand times as large": async ({ arena }) => {
    const { id, bytes } = arena.keys.newest("session");
    const header = base64url(JSON.stringify({ alg: "dir", enc: "A256GCM", zip: "DEF", kid: id, typ: "session" }));
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", bytes, nonce).setAAD(Buffer.from(header));
    const packed = Buffer.concat([cipher.update(deflateRawSync(Buffer.alloc(4_000_000, 32))), cipher.final()]);
    return [header, "", base64url(nonce), base64url(packed), base64url(cipher.getAuthTag())].join(".");
  },
  "of what is no JSON": async ({ arena }) => {
    const { id, bytes } = arena.keys.newest("session");
    const header = { alg: "dir", enc: "A256GCM", kid: id, typ: "session" };
    return new CompactEncrypt(Buffer.from("hello")).setProtectedHeader(header).encrypt(bytes);
  },
  "with another's account": resealed(() => ({ account: idOf("account", "admin") })),
  "with an account that is none": resealed(() => ({ account: randomUUID() })),
  "with an account that is no id": resealed(() => ({ account: "' or 1=1 --" })),
  "with a session that is none": resealed(() => ({ session: randomUUID() })),
  "with a session in capitals": resealed(({ session }) => ({ session: String(session).toUpperCase() })),
  "with another secret": resealed(() => ({ secret: "A".repeat(43) })),
  "with no secret": resealed(() => ({ secret: "" })),
  "with a secret that is a list": resealed(({ secret }) => ({ secret: [secret] })),
  "with the secret's hash": async ({ arena, content }) => {
    const [row] = await arena.server.fresh.sql<{ secretHash: string }[]>`
      select secret_hash from session where id = ${String(content["session"])}`;
    return seal(arena.keys, "session", { ...content, secret: row?.secretHash }, soon());
  },
  "with a generation to come": resealed(() => ({ generation: 5 })),
  "with a generation below none": resealed(() => ({ generation: -1 })),
  "with half a generation": resealed(() => ({ generation: 0.5 })),
  "with a generation beyond numbers": resealed(() => ({ generation: 1e300 })),
  "with another's session": async ({ arena, content }) => {
    const other = await opened(arena.keys, "session", await sessionOf(arena, "registrar.btvtc"));
    return seal(arena.keys, "session", { ...other, account: content["account"] }, soon());
  },
  "with another's secret": async ({ arena, content }) => {
    const other = await opened(arena.keys, "session", await sessionOf(arena, "registrar.btvtc"));
    return seal(arena.keys, "session", { ...content, secret: other["secret"] }, soon());
  },
  "of two halves, each another's": async ({ arena, cookie }) => {
    const other = (await sessionOf(arena, "registrar.btvtc")).split(".");
    const mine = cookie.split(".");
    return [...mine.slice(0, 3), ...other.slice(3)].join(".");
  },
  "as a bearer token": async ({ arena }) => arena.tokens.student,
};

/** A session that was good, and is over. */
const OVER: Readonly<Record<string, (arena: Arena, cookie: string) => Promise<unknown>>> = {
  "its owner signed out": (arena, cookie) => knock(arena, "logout", {}, { cookie }),
  "it was idle for three hours": ({ server }) =>
    server.fresh.sql`update session set last_seen_at = last_seen_at - interval '3 hours'
      where account_id = ${idOf("account", "student.sun")}`,
  "its day was over": ({ server }) =>
    server.fresh.sql`update session set expires_at = now() where account_id = ${idOf("account", "student.sun")}`,
  "its owner ended it from elsewhere": async (arena) => {
    const cookie = await arena.server.cookieOf("student.sun");
    granted(
      await arena.post({ query: "mutation { endOtherSessions { __typename } }" }, { "x-guantong-csrf": "1", cookie }),
    );
  },
  "an administrator ended it": async (arena) => {
    granted(await arena.ask("administrator", 'mutation { revokeAccess(login: "student.sun") { __typename } }'));
  },
  "another held the same, and both came back": async (arena, cookie) => {
    const { sql } = arena.server.fresh;
    const age = (minutes: number) =>
      sql`update session set rotated_at = rotated_at - ${`${minutes} minutes`}::interval,
        confirmed_at = confirmed_at - ${`${minutes} minutes`}::interval
        where account_id = ${idOf("account", "student.sun")}`;
    await age(16);
    const next = cookieIn(granted(await whoIs(arena, cookie)), "guantong-session");
    granted(await whoIs(arena, `guantong-session=${next}`));
    await age(5);
  },
};

const sessions = (name: string, launch: Attack["launch"], family = FORGED): Attack => ({ family, name, launch });
const session = (cookie: string): string => `guantong-session=${cookie}`;

/** Cookies beside a good one, as a neighbouring host could set them. */
const TOSSED: Readonly<Record<string, (mine: string, other: string) => string>> = {
  "another's before one's own": (mine, other) => `${session(other)}; ${session(mine)}`,
  "another's after one's own": (mine, other) => `${session(mine)}; ${session(other)}`,
  "rubbish before one's own": (mine) => `guantong-session=x; ${session(mine)}`,
  "rubbish after one's own": (mine) => `${session(mine)}; guantong-session=x`,
  "nothing before one's own": (mine) => `guantong-session=; ${session(mine)}`,
  "in quotes": (mine) => `guantong-session="${mine}"`,
  "escaped dots": (mine) => session(mine.replaceAll(".", "%2e")),
  "as the sign-in under way": (mine) => `guantong-session=x; guantong-flow=${mine}`,
  "in two pieces": (mine) => `${session(mine.slice(0, 50))}; guantong-session=${mine.slice(50)}`,
  "five hundred of them": (mine) =>
    Array.from({ length: 90 }, (_, n) => session(`${n}`)).join("; ") + `; ${session(mine)}`,
};

const ELSEWHERE: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
  "without the header of our pages": { "x-guantong-csrf": undefined },
  "from another origin": { origin: "https://evil.example" },
  "from an origin that begins like ours": { origin: "http://localhost.evil.example" },
  "from our host's other port": { origin: "http://localhost:1" },
  "from no origin": { origin: "null" },
  "from an origin that is none": { origin: "x" },
  "from a site elsewhere": { "sec-fetch-site": "cross-site" },
  "from a neighbour": { "sec-fetch-site": "same-site" },
  "from a site that is none": { "sec-fetch-site": "x" },
};
const kept = (headers: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter((each): each is [string, string] => each[1] !== undefined));

async function student(arena: Arena): Promise<Thief> {
  const cookie = await sessionOf(arena, "student.wang");
  return { arena, cookie, content: await opened(arena.keys, "session", cookie) };
}

export const SESSION_ATTACKS: readonly Attack[] = [
  ...Object.entries(CHANGED).map(([name, change]) =>
    sessions(`with ${name}`, async (arena) => whoIs(arena, session(change(await sessionOf(arena, "student.wang"))))),
  ),
  ...Object.entries(SEALED).map(([name, forge]) =>
    sessions(`sealed ${name}`, async (arena) => whoIs(arena, session(await forge(await student(arena))))),
  ),
  ...Object.entries(OVER).map(([name, end]) =>
    sessions(
      `after ${name}`,
      async (arena) => {
        const cookie = session(await sessionOf(arena, "student.sun"));
        await end(arena, cookie);
        // another process hears of it within moments
        return vi.waitFor(async () => {
          const answer = await whoIs(arena, cookie);
          if (codesIn(answer).length === 0) throw new Error(`still good: ${answer.body}`);
          return answer;
        });
      },
      "replayed session",
    ),
  ),
  ...Object.entries(TOSSED).map(([name, toss]) =>
    sessions(
      name,
      async (arena) => whoIs(arena, toss(await sessionOf(arena, "student.wang"), await sessionOf(arena, "student.li"))),
      "tossed cookie",
    ),
  ),
  ...Object.entries(ELSEWHERE).flatMap(([name, headers]) =>
    (["/graphql", "/auth/logout", "/auth/passkeys/options"] as const).map((path) =>
      sessions(
        `${name}, to ${path}`,
        async (arena) =>
          arena.send({
            method: "POST",
            path,
            headers: kept({
              "content-type": "application/json",
              "x-guantong-csrf": "1",
              cookie: session(await sessionOf(arena, "student.wang")),
              ...headers,
            }),
            body: JSON.stringify({ query: "{ viewer { login } }" }),
          }),
        "request of another site",
      ),
    ),
  ),
];
