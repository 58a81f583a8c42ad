import { randomUUID } from "node:crypto";
import { importJWK, SignJWT, UnsecuredJWT } from "jose";
import { seal } from "../../../src/auth/sealed.ts";
import { idOf } from "../../../src/seed/id.ts";
import { Browser } from "../../support/browser.ts";
import { PORTAL, type TestIssuer } from "../../support/issuer.ts";
import { raw, type RawAnswer } from "../../support/raw.ts";
import type { Abroad, Arena, Attack } from "./arena.ts";
import { opened } from "./doors.ts";

const FLOW = "guantong-flow";
type Which = "first" | "second";

/** A sign-in that has come as far as the provider's answer, which nobody has handed in yet. */
interface Answered {
  readonly answer: URL;
  readonly flow: string;
  readonly browser: Browser;
}

async function answered(
  { server }: Abroad,
  { at = "first", name = "wang", to = null, browser = new Browser() }: Partial<Asking> = {},
): Promise<Answered> {
  const query = to === null ? "" : `?to=${encodeURIComponent(to)}`;
  let next: string | null = `${server.url}/auth/login/${at}${query}`;
  for (let hop = 0; hop < 12 && next !== null && !next.startsWith(`${server.url}/auth/callback`); hop += 1) {
    const { page, location } = await browser.step(next);
    next =
      location === null
        ? (await browser.step(next, { method: "POST", body: new URLSearchParams({ name }) })).location
        : new URL(location, page.url).href;
  }
  return { answer: new URL(next ?? "about:blank"), flow: browser.cookie(server.url, FLOW) ?? "", browser };
}
interface Asking {
  readonly at: Which;
  readonly name: string;
  readonly to: string | null;
  readonly browser: Browser;
}

/** Hands an answer in. */
const handIn = ({ server }: Abroad, search: string, flow: string | null, session = ""): Promise<RawAnswer> =>
  raw(server.url, {
    path: `/auth/callback${search}`,
    headers: { cookie: [flow === null ? "" : `${FLOW}=${flow}`, session].filter((each) => each !== "").join("; ") },
  });

const withParams = (answer: URL, change: Readonly<Record<string, string | null>>): string => {
  const url = new URL(answer);
  for (const [name, value] of Object.entries(change)) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url.search;
};
const resealed = async (
  { keys }: Abroad,
  flow: string,
  change: (content: Record<string, unknown>) => object,
): Promise<string> => {
  const content = await opened(keys, "flow", flow);
  return seal(keys, "flow", { ...content, ...change(content) }, new Date(Date.now() + 60_000));
};

/** An answer changed on its way back. */
const CHANGED: Readonly<Record<string, (answer: URL) => string>> = {
  "another state": (answer) => withParams(answer, { state: "another" }),
  "no state": (answer) => withParams(answer, { state: null }),
  "an empty state": (answer) => withParams(answer, { state: "" }),
  "two states": (answer) => `${answer.search}&state=another`,
  "its state in capitals": (answer) =>
    withParams(answer, { state: (answer.searchParams.get("state") ?? "").toUpperCase() }),
  "no code": (answer) => withParams(answer, { code: null }),
  "two codes": (answer) => `${answer.search}&code=another`,
  "another code": (answer) => withParams(answer, { code: "another" }),
  "a code of very much": (answer) => withParams(answer, { code: "A".repeat(7000) }),
  "a code with a header": (answer) => withParams(answer, { code: "x\r\nx-evil: 1" }),
  "another issuer": (answer) => withParams(answer, { iss: "https://evil.example" }),
  "two issuers": (answer) => `${answer.search}&iss=https://evil.example`,
  "no issuer, though this one always says": (answer) => withParams(answer, { iss: null }),
  "a refusal": (answer) => withParams(answer, { code: null, error: "access_denied" }),
  "a refusal that is a script": (answer) =>
    withParams(answer, { code: null, error: "<script>alert(1)</script>", error_description: "<img src=x>" }),
  "an ID token of its own": (answer) => withParams(answer, { code: null, id_token: "eyJhbGciOiJub25lIn0.e30." }),
  "a token of its own": (answer) => withParams(answer, { code: null, access_token: "x", token_type: "bearer" }),
  "an answer in a token": (answer) => withParams(answer, { code: null, response: "eyJhbGciOiJub25lIn0.e30." }),
  nothing: () => "",
  "half an escape": () => "?code=%&state=%",
  "bytes that are no text": () => "?code=%ff%fe&state=%c0%af",
};

/** The right answer, and a sign-in under way that is another. */
const SWAPPED: Readonly<Record<string, (abroad: Abroad) => Promise<RawAnswer>>> = {
  "in a browser that never set out": async (abroad) => handIn(abroad, (await answered(abroad)).answer.search, null),
  "in another browser that set out as well": async (abroad) => {
    const [mine, other] = [await answered(abroad), await answered(abroad)];
    return handIn(abroad, mine.answer.search, other.flow);
  },
  twice: async (abroad) => {
    const { answer, flow } = await answered(abroad);
    const first = await handIn(abroad, answer.search, flow);
    if (first.headers.location !== "/") throw new Error(`honest, and refused: ${first.headers.location}`);
    return handIn(abroad, answer.search, flow);
  },
  "by ten at once": async (abroad) => {
    const { answer, flow } = await answered(abroad);
    const answers = await Promise.all(Array.from({ length: 10 }, () => handIn(abroad, answer.search, flow)));
    const entered = answers.filter(({ headers }) => headers.location === "/");
    if (entered.length > 1) throw new Error(`${entered.length} were let in`);
    return answers.find(({ headers }) => headers.location !== "/") ?? { status: 0, headers: {}, body: "" };
  },
  "with the code of another sign-in": async (abroad) => {
    const [mine, other] = [await answered(abroad), await answered(abroad)];
    return handIn(abroad, withParams(other.answer, { code: mine.answer.searchParams.get("code") }), other.flow);
  },
  "with another proof (PKCE)": async (abroad) => {
    const { answer, flow } = await answered(abroad);
    return handIn(abroad, answer.search, await resealed(abroad, flow, () => ({ verifier: "v".repeat(43) })));
  },
  "with no proof (PKCE)": async (abroad) => {
    const { answer, flow } = await answered(abroad);
    return handIn(abroad, answer.search, await resealed(abroad, flow, () => ({ verifier: "" })));
  },
  "with another nonce": async (abroad) => {
    const { answer, flow } = await answered(abroad);
    return handIn(abroad, answer.search, await resealed(abroad, flow, () => ({ nonce: "another" })));
  },
  "with another state in the cookie": async (abroad) => {
    const { answer, flow } = await answered(abroad);
    return handIn(abroad, answer.search, await resealed(abroad, flow, () => ({ state: "another" })));
  },
  "after its time": async (abroad) => {
    const { answer, flow } = await answered(abroad);
    const content = await opened(abroad.keys, "flow", flow);
    return handIn(abroad, answer.search, await seal(abroad.keys, "flow", content, new Date(Date.now() - 60_000)));
  },
  "under a session's cookie": async (abroad) => {
    const { answer, flow } = await answered(abroad);
    const content = await opened(abroad.keys, "flow", flow);
    return handIn(abroad, answer.search, await seal(abroad.keys, "session", content, new Date(Date.now() + 60_000)));
  },
  "under a passkey's cookie": async (abroad) => {
    const { answer, flow } = await answered(abroad);
    return handIn(abroad, answer.search, await resealed(abroad, flow, () => ({ kind: "passkey", challenge: "x" })));
  },
  "with a cookie cut off": async (abroad) => {
    const { answer, flow } = await answered(abroad);
    return handIn(abroad, answer.search, flow.slice(0, -4));
  },
  "beside another's sign-in under way": async (abroad) => {
    const [mine, other] = [await answered(abroad), await answered(abroad)];
    return handIn(abroad, mine.answer.search, `${other.flow}; ${FLOW}=${mine.flow}`);
  },
  "of the second issuer for the first": async (abroad) => {
    const [first, second] = [await answered(abroad), await answered(abroad, { at: "second" })];
    const state = first.answer.searchParams.get("state");
    return handIn(abroad, withParams(second.answer, { state }), first.flow);
  },
  "of the first issuer for the second": async (abroad) => {
    const [first, second] = [await answered(abroad), await answered(abroad, { at: "second" })];
    const state = second.answer.searchParams.get("state");
    return handIn(abroad, withParams(first.answer, { state }), second.flow);
  },
  "of the first issuer, said to be the second's": async (abroad) => {
    const { answer, flow } = await answered(abroad);
    return handIn(abroad, withParams(answer, { iss: abroad.second.url }), flow);
  },
  "of the first issuer, set out to the second": async (abroad) => {
    const { answer, flow } = await answered(abroad);
    return handIn(abroad, answer.search, await resealed(abroad, flow, () => ({ key: "second" })));
  },
  "of an issuer that is none": async (abroad) => {
    const { answer, flow } = await answered(abroad);
    return handIn(abroad, answer.search, await resealed(abroad, flow, () => ({ key: "__proto__" })));
  },
  "of the second issuer, which calls somebody as the first does": async (abroad) => {
    const { answer, flow } = await answered(abroad, { at: "second", name: "wang" });
    return handIn(abroad, answer.search, flow);
  },
  "of somebody of like name": async (abroad) => {
    const { answer, flow } = await answered(abroad, { name: "Wang" });
    return handIn(abroad, answer.search, flow);
  },
  "of somebody of a name with a space": async (abroad) => {
    const { answer, flow } = await answered(abroad, { name: "wang " });
    return handIn(abroad, answer.search, flow);
  },
  "of somebody of a name as SQL": async (abroad) => {
    const { answer, flow } = await answered(abroad, { name: "' or '1'='1' --" });
    return handIn(abroad, answer.search, flow);
  },
  "to be linked to an account, in a browser where nobody is signed in": async (abroad) => {
    const { answer, flow } = await answered(abroad, { name: "thief" });
    const link = await resealed(abroad, flow, () => ({ link: idOf("account", "student.li") }));
    return handIn(abroad, answer.search, link);
  },
  "to be linked to an account, where another is signed in": async (abroad) => {
    const { answer, flow, browser } = await answered(abroad);
    await browser.step(answer.href);
    const session = `guantong-session=${browser.cookie(abroad.server.url, "guantong-session")}`;
    const thief = await answered(abroad, { name: "thief" });
    const link = await resealed(abroad, thief.flow, () => ({ link: idOf("account", "student.li") }));
    if (flow === "") throw new Error("no sign-in under way");
    return handIn(abroad, thief.answer.search, link, session);
  },
};

/** Pages that are not ours, or are no page. */
const ASTRAY = [
  "//evil.example",
  "///evil.example",
  "////evil.example/%2f..",
  "/\\evil.example",
  "\\\\evil.example",
  "/\\/evil.example",
  "/\t/evil.example",
  "/%09/evil.example",
  "/%5cevil.example",
  "/%2fevil.example",
  "/.//evil.example",
  "/..//evil.example",
  "https://evil.example",
  "https:evil.example",
  "https:/evil.example",
  "HtTpS://evil.example",
  "http://localhost@evil.example",
  "//localhost@evil.example",
  "javascript:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "evil.example",
  ".evil.example",
  "@evil.example",
  "/%0d%0aset-cookie:x=y",
  "/\r\nset-cookie: x=y",
  "/\0",
  "/\u2028",
  "/auth/logout",
  "/auth/login/second",
  "/./auth/logout",
  "/x/../auth/logout",
  "/%61uth/logout",
  "/<script>",
  "",
  `/${"a".repeat(6000)}`,
];

/** Names of issuers that are none. */
const KEYS = [
  "nowhere",
  "__proto__",
  "constructor",
  "first%00",
  "FIRST",
  "..%2ffirst",
  "first%2f..%2fsecond",
  "%F0%9F%98%80",
  "a".repeat(5000),
];

const EVENT = "http://schemas.openid.net/event/backchannel-logout";
type Claims = Readonly<Record<string, unknown>>;
interface Logout {
  readonly claims: Claims;
  readonly issuer: TestIssuer;
  readonly now: number;
}
const good = (issuer: TestIssuer): Logout => {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer.url,
    aud: PORTAL.client_id,
    iat: now,
    jti: randomUUID(),
    sub: "wang",
    events: { [EVENT]: {} },
  };
  return { claims, issuer, now };
};
async function signed(issuer: TestIssuer, claims: Claims, kid = issuer.key().kid ?? ""): Promise<string> {
  const key = await importJWK(issuer.key(), "RS256");
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: "RS256", kid }).sign(key);
}
const claiming =
  (change: (logout: Logout) => Claims) =>
  (logout: Logout): Promise<string> =>
    signed(logout.issuer, { ...logout.claims, ...change(logout) });

/** Words that somebody signed out at the issuer, which it never said. */
const LOGOUTS: Readonly<Record<string, (logout: Logout, abroad: Abroad) => Promise<string>>> = {
  "without a signature": async ({ claims }) => new UnsecuredJWT({ ...claims }).encode(),
  "signed by the client's secret": async ({ claims }) =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg: "HS256" }).sign(Buffer.from(PORTAL.client_secret)),
  "of the first, signed by the second": ({ claims }, { second }) => signed(second, claims),
  "of the first, signed by the second under the first's key": ({ claims, issuer }, { second }) =>
    signed(second, claims, issuer.key().kid ?? ""),
  "with a nonce, as an ID token has": claiming(() => ({ nonce: "x" })),
  "without an event": claiming(() => ({ events: undefined })),
  "of another event": claiming(() => ({ events: { "urn:another": {} } })),
  "of an event that is a text": claiming(() => ({ events: EVENT })),
  "for another client": claiming(() => ({ aud: "another" })),
  "for the service's own audience": claiming(() => ({ aud: "guantong" })),
  "from nobody": claiming(() => ({ iss: undefined })),
  "from an issuer with a slash more": claiming(({ issuer }) => ({ iss: `${issuer.url}/` })),
  "of an hour ago": claiming(({ now }) => ({ iat: now - 3600 })),
  "of an hour to come": claiming(({ now }) => ({ iat: now + 3600 })),
  "of no time": claiming(() => ({ iat: undefined })),
  "expired an hour ago": claiming(({ now }) => ({ exp: now - 3600 })),
  "without a name of its own": claiming(() => ({ jti: undefined })),
  "of nobody": claiming(() => ({ sub: undefined })),
  "of an empty name": claiming(() => ({ sub: "" })),
  "of a list": claiming(() => ({ sub: ["wang"] })),
  "of very much": claiming(() => ({ sub: "a".repeat(3000) })),
  "that is none": async () => "x",
  "that is empty": async () => "",
  "of a machine": (_, { first }) => first.machineToken(),
  "that was heard already": async (logout, abroad) => {
    const token = await signed(logout.issuer, logout.claims);
    await heard(abroad, token);
    return token;
  },
};
/** Says once what an issuer said indeed. */
async function heard({ server }: Abroad, token: string): Promise<void> {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams({ logout_token: token }).toString();
  const { status } = await raw(server.url, { method: "POST", path: "/auth/backchannel-logout", headers, body });
  if (status !== 200) throw new Error(`${status}: a true word was not heard`);
}

const logout = ({ server }: Abroad, body: string, type = "application/x-www-form-urlencoded"): Promise<RawAnswer> =>
  raw(server.url, { method: "POST", path: "/auth/backchannel-logout", headers: { "content-type": type }, body });

const issuers = (family: string, name: string, launch: (arena: Arena) => Promise<RawAnswer>): Attack => ({
  family,
  name,
  launch,
});

export const ISSUER_ATTACKS: readonly Attack[] = [
  ...Object.entries(CHANGED).map(([name, change]) =>
    issuers("forged answer of an issuer", `with ${name}`, async ({ abroad }) => {
      const { answer, flow } = await answered(abroad);
      return handIn(abroad, change(answer), flow);
    }),
  ),
  ...Object.entries(SWAPPED).map(([name, launch]) =>
    issuers("swapped answer of an issuer", `handed in ${name}`, ({ abroad }) => launch(abroad)),
  ),
  ...ASTRAY.map(
    (to): Attack => ({
      family: "way astray",
      name: JSON.stringify(to.slice(0, 60)),
      leadsHome: true,
      launch: async ({ abroad }) => {
        const { answer, flow } = await answered(abroad, { to });
        return handIn(abroad, answer.search, flow);
      },
    }),
  ),
  ...KEYS.map((key) =>
    issuers("issuer that is none", key.slice(0, 40), ({ abroad: { server } }) =>
      raw(server.url, { path: `/auth/login/${key}` }),
    ),
  ),
  ...Object.entries(LOGOUTS).map(([name, forge]) =>
    issuers("forged word of a sign-out", name, async ({ abroad }) =>
      logout(abroad, new URLSearchParams({ logout_token: await forge(good(abroad.first), abroad) }).toString()),
    ),
  ),
  issuers("forged word of a sign-out", "said twice", async ({ abroad }) => {
    const token = await signed(abroad.first, good(abroad.first).claims);
    return logout(abroad, `logout_token=${token}&logout_token=${token}`);
  }),
  issuers("forged word of a sign-out", "in JSON", async ({ abroad }) => {
    const token = await signed(abroad.first, good(abroad.first).claims);
    return logout(abroad, JSON.stringify({ logout_token: token }), "application/json");
  }),
  issuers("forged word of a sign-out", "as an object", ({ abroad }) => logout(abroad, "logout_token[a]=x")),
  issuers("forged word of a sign-out", "beyond any body", ({ abroad }) =>
    logout(abroad, `logout_token=${"a".repeat(200_000)}`),
  ),
  issuers("demo user beside a real issuer", "by the door", ({ abroad: { server } }) =>
    raw(server.url, {
      method: "POST",
      path: "/auth/demo",
      headers: { "content-type": "application/json", "x-guantong-csrf": "1" },
      body: '{"login":"admin"}',
    }),
  ),
];
