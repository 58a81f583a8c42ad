import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonWebKey } from "node:crypto";
import type { Arena, Attack } from "./arena.ts";

const FAMILY = "forged token";
const ASK = { query: "{ viewer { id } }" };
const STRANGER = "11111111-1111-4111-8111-111111111111";

const part = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** What is known to an attacker who holds a token, and the issuer's key for what only a careless issuer would sign. */
interface Known {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly token: string;
  readonly key: KeyObject;
  readonly jwk: JsonWebKey;
}

function known(arena: Arena): Known {
  const token = arena.tokens.student;
  const [header = "", payload = ""] = token.split(".");
  const jwk = JSON.parse(readFileSync(join(arena.server.dataDir, "development-key.json"), "utf8")) as JsonWebKey;
  const read = (text: string): Record<string, unknown> => JSON.parse(Buffer.from(text, "base64url").toString());
  return {
    header: read(header),
    payload: read(payload),
    token,
    key: createPrivateKey({ key: jwk, format: "jwk" }),
    jwk,
  };
}

function signed(header: unknown, payload: unknown, key: KeyObject): string {
  const input = `${part(header)}.${part(payload)}`;
  return `${input}.${sign("sha256", Buffer.from(input), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

const hmac = (header: unknown, payload: unknown, secret: string | Buffer, hash = "sha256"): string => {
  const input = `${part(header)}.${part(payload)}`;
  return `${input}.${createHmac(hash, secret).update(input).digest("base64url")}`;
};

type Forge = (known: Known) => string;

/** Without a signature, or with one of another kind than the issuer's. */
const ALGORITHMS: Readonly<Record<string, Forge>> = {
  ...Object.fromEntries(
    ["none", "None", "NONE", "nOnE", "none ", "", "null", "ES256\0", "es256"].flatMap((alg) => [
      [
        `alg ${JSON.stringify(alg)} without a signature`,
        ({ header, payload }: Known) => `${part({ ...header, alg })}.${part(payload)}.`,
      ],
      [
        `alg ${JSON.stringify(alg)} with the old signature`,
        ({ header, payload, token }: Known) => `${part({ ...header, alg })}.${part(payload)}.${token.split(".")[2]}`,
      ],
    ]),
  ),
  ...Object.fromEntries(
    [undefined, null, 0, true, ["ES256"], { a: "ES256" }].map((alg) => [
      `alg is ${JSON.stringify(alg) ?? "missing"}`,
      ({ header, payload, token }: Known) => `${part({ ...header, alg })}.${part(payload)}.${token.split(".")[2]}`,
    ]),
  ),
  ...Object.fromEntries(
    (["sha256", "sha384", "sha512"] as const).flatMap((hash) => {
      const alg = `HS${hash.slice(3)}`;
      const secrets: Readonly<Record<string, (known: Known) => string | Buffer>> = {
        "the public key as PEM": ({ key }) => createPublicKey(key).export({ type: "spki", format: "pem" }),
        "the public key as DER": ({ key }) => createPublicKey(key).export({ type: "spki", format: "der" }),
        "the public key as JWK": ({ key }) => JSON.stringify(createPublicKey(key).export({ format: "jwk" })),
        "the key's x": ({ jwk }) => Buffer.from(jwk.x ?? "", "base64url"),
        "the key's id": ({ header }) => String(header["kid"]),
        nothing: () => "",
        "a usual secret": () => "secret",
      };
      return Object.entries(secrets).map(([what, secretOf]) => [
        `${alg} with ${what} for a secret`,
        (all: Known) => hmac({ ...all.header, alg }, all.payload, secretOf(all), hash),
      ]);
    }),
  ),
};

/** Signed by the attacker, with a word in the header on where to find their key. */
const OWN_KEY = createPrivateKey({
  key: { kty: "EC", crv: "P-256", ...ownCoordinates() },
  format: "jwk",
});
function ownCoordinates(): { x: string; y: string; d: string } {
  // a key made for this file; nothing else knows or trusts it
  return {
    x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    d: "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
  };
}

const POINTERS: Readonly<Record<string, object>> = {
  "no word": {},
  "the key itself (jwk)": { jwk: createPublicKey(OWN_KEY).export({ format: "jwk" }) },
  "jku elsewhere": { jku: "https://evil.example/jwks.json" },
  "jku on this machine": { jku: "http://127.0.0.1:9/jwks.json" },
  "jku at the cloud's door": { jku: "http://169.254.169.254/latest/meta-data" },
  "jku as a file": { jku: "file:///etc/passwd" },
  "x5u elsewhere": { x5u: "https://evil.example/cert.pem" },
  "x5c of its own": { x5c: ["MIIBszCCAVmgAwIBAgIU"] },
  "x5t of its own": { x5t: "AAAA", "x5t#S256": "BBBB" },
  "kid /dev/null": { kid: "../../../../../../dev/null" },
  "kid as SQL": { kid: "' union select 'key' --" },
  "kid as a shell": { kid: "$(sleep 5)" },
  "kid as an address": { kid: "http://evil.example/key" },
  "kid with NUL": { kid: "key\0" },
  "kid as a number": { kid: 0 },
  "kid as a list": { kid: ["a"] },
  "kid as null": { kid: null },
  "kid as __proto__": { kid: "__proto__" },
  "kid very long": { kid: "k".repeat(6000) },
  "another kid": { kid: "another" },
};
const KEYS: Readonly<Record<string, Forge>> = Object.fromEntries(
  Object.entries(POINTERS).map(([what, words]) => [
    `signed by a stranger, with ${what}`,
    ({ header, payload }: Known) => signed({ ...header, ...words }, payload, OWN_KEY),
  ]),
);

/** Headers that change how the rest is to be read, under the issuer's own signature. */
const HEADERS: Readonly<Record<string, Forge>> = Object.fromEntries(
  (
    [
      ["an unknown critical word", { crit: ["exp2"], exp2: 1 }],
      ["a critical word that is missing", { crit: ["b64"] }],
      ["an empty list of critical words", { crit: [] }],
      ["a payload that is not base64", { b64: false, crit: ["b64"] }],
    ] as const
  ).map(([what, words]) => [what, ({ header, payload, key }: Known) => signed({ ...header, ...words }, payload, key)]),
);

const HOUR = 3600;
/** What a careless issuer might sign. */
const CLAIMS: Readonly<Record<string, (now: number) => object>> = {
  "expired an hour ago": (now) => ({ exp: now - HOUR }),
  "expired in 1970": () => ({ exp: 0 }),
  "expires at a negative time": () => ({ exp: -1 }),
  "expires never": () => ({ exp: undefined }),
  "expires at null": () => ({ exp: null }),
  "expires at a text": (now) => ({ exp: String(now + HOUR) }),
  "expires at NaN": () => ({ exp: "NaN" }),
  "expires in a list": (now) => ({ exp: [now + HOUR] }),
  "not before tomorrow": (now) => ({ nbf: now + 24 * HOUR }),
  "not before a text": () => ({ nbf: "soon" }),
  "for another service": () => ({ aud: "another" }),
  "for nobody": () => ({ aud: undefined }),
  "for nobody of a list": () => ({ aud: [] }),
  "for a service of like name": () => ({ aud: "Guantong" }),
  "for a service of a longer name": () => ({ aud: "guantong.evil" }),
  "for an object": () => ({ aud: { guantong: true } }),
  "for null": () => ({ aud: null }),
  "from another issuer": () => ({ iss: "https://evil.example" }),
  "from nobody": () => ({ iss: undefined }),
  "from an issuer with a slash more": () => ({ iss: "urn:guantong:development/" }),
  "from an issuer in capitals": () => ({ iss: "URN:GUANTONG:DEVELOPMENT" }),
  "from an issuer of look-alike letters": () => ({ iss: "urn:guаntong:development" }),
  "from a list of issuers": () => ({ iss: ["urn:guantong:development"] }),
  "of nobody": () => ({ sub: undefined }),
  "of null": () => ({ sub: null }),
  "of an empty name": () => ({ sub: "" }),
  "of a number": () => ({ sub: 1 }),
  "of a boolean": () => ({ sub: true }),
  "of a list": () => ({ sub: [STRANGER] }),
  "of an object": () => ({ sub: { id: STRANGER } }),
  "of an account that is none": () => ({ sub: STRANGER }),
  "of nobody's id": () => ({ sub: "00000000-0000-0000-0000-000000000000" }),
  "of an account in capitals": () => ({ sub: "ABCDEFAB-1111-4111-8111-111111111111" }),
  "of an account with a space": () => ({ sub: `${STRANGER} ` }),
  "of an account with a line break": () => ({ sub: `${STRANGER}\n` }),
  "of an account with NUL": () => ({ sub: `${STRANGER}\0` }),
  "of SQL": () => ({ sub: "' or '1'='1" }),
  "of a login": () => ({ sub: "admin" }),
  "of a path": () => ({ sub: "../admin" }),
  "of half a character": () => ({ sub: "\ud800" }),
  "of very much": () => ({ sub: "a".repeat(8000) }),
  "in a capacity that is none": () => ({ capacity: "registrar" }),
  "in a capacity that is a number": () => ({ capacity: 1 }),
  "in somebody else's capacity": () => ({ capacity: STRANGER }),
};
const CARELESS: Readonly<Record<string, Forge>> = Object.fromEntries(
  Object.entries(CLAIMS).map(([what, change]) => [
    what,
    ({ header, payload, key }: Known) => signed(header, { ...payload, ...change(Math.floor(Date.now() / 1000)) }, key),
  ]),
);

/** Texts under a good signature that are no claims. */
const PAYLOADS: Readonly<Record<string, string>> = {
  "an empty text": "",
  "no JSON": "hello",
  "a list": "[]",
  null: "null",
  "a number": "1",
  "a text": '"x"',
  "a number that is none": '{"exp":1e400}',
  "claims said twice": '{"sub":"a","sub":"b","exp":99999999999}',
  "a mark of byte order": "\ufeff{}",
  "a prototype": '{"__proto__":{"sub":"x"},"exp":99999999999}',
  "a great depth": `${"[".repeat(4000)}${"]".repeat(4000)}`,
};
const NO_CLAIMS: Readonly<Record<string, Forge>> = Object.fromEntries(
  Object.entries(PAYLOADS).map(([what, text]) => [
    `a payload that is ${what}`,
    ({ header, key }: Known) => signed(header, text, key),
  ]),
);

const ORDER = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex");
const signatures: Readonly<Record<string, (good: Buffer) => Buffer>> = {
  "all zero": () => Buffer.alloc(64),
  "the order of the curve": () => Buffer.concat([ORDER, ORDER]),
  "all ones": () => Buffer.alloc(64, 255),
  "its first bit turned": (good) => Buffer.from([(good[0] ?? 0) ^ 128, ...good.subarray(1)]),
  "its middle bit turned": (good) => Buffer.from([...good.subarray(0, 32), (good[32] ?? 0) ^ 1, ...good.subarray(33)]),
  "its end cut off": (good) => good.subarray(0, 63),
  "a byte more": (good) => Buffer.concat([good, Buffer.from([0])]),
  "half of it": (good) => good.subarray(0, 32),
  "its halves changed about": (good) => Buffer.concat([good.subarray(32), good.subarray(0, 32)]),
  "a hash instead": (good) => createHash("sha512").update(good).digest(),
  chance: () => randomBytes(64),
};
const SIGNATURES: Readonly<Record<string, Forge>> = Object.fromEntries(
  Object.entries(signatures).map(([what, change]) => [
    `a signature with ${what}`,
    ({ token }: Known) => {
      const [header, payload, signature = ""] = token.split(".");
      return `${header}.${payload}.${change(Buffer.from(signature, "base64url")).toString("base64url")}`;
    },
  ]),
);

const SHAPES: Readonly<Record<string, Forge>> = {
  "one part": ({ token }) => token.split(".")[0] ?? "",
  "two parts": ({ token }) => token.split(".").slice(0, 2).join("."),
  "four parts": ({ token }) => `${token}.${token.split(".")[2]}`,
  "five parts, as if encrypted": ({ token }) => `${token}.a.b`,
  "dots alone": () => "..",
  "no header": ({ token }) => `.${token.split(".").slice(1).join(".")}`,
  "no payload": ({ token }) => `${token.split(".")[0]}..${token.split(".")[2]}`,
  "filled up with =": ({ token }) => `${token.split(".").join("==.")}==`,
  "a header that is a list": ({ token }) => `${part([])}.${token.split(".").slice(1).join(".")}`,
  "a header that is no JSON": ({ token }) => `${part("{")}.${token.split(".").slice(1).join(".")}`,
  "another's payload": ({ token, payload }) =>
    `${token.split(".")[0]}.${part({ ...payload, sub: STRANGER })}.${token.split(".")[2]}`,
  "signs that are no base64": ({ token }) => token.replaceAll(".", ".!"),
  "a header of its own in JSON": ({ token }) => JSON.stringify({ payload: token.split(".")[1], signatures: [] }),
  undefined: () => "undefined",
  null: () => "null",
  "an id": () => STRANGER,
  "letters beyond ASCII": ({ token }) => `${token}é`,
  "eight thousand letters": () => "a".repeat(8000),
};

const bearer = (name: string, forge: Forge): Attack => ({
  family: FAMILY,
  name,
  launch: (arena) =>
    arena.post(ASK, { authorization: Buffer.from(`Bearer ${forge(known(arena))}`).toString("latin1") }),
});

/** The token is good; how it is sent is not. */
const SCHEMES: Readonly<Record<string, (token: string) => string | readonly string[]>> = {
  "no scheme": (token) => token,
  Basic: () => `Basic ${btoa("admin:admin")}`,
  "Basic with a token": (token) => `Basic ${token}`,
  Digest: () => 'Digest username="admin"',
  Negotiate: () => "Negotiate YII=",
  Token: (token) => `Token ${token}`,
  "Bearer alone": () => "Bearer",
  "Bearer and nothing": () => "Bearer ",
  "two spaces": (token) => `Bearer  ${token}`,
  "two tokens in one": (token) => `Bearer ${token.slice(0, -2)}, Bearer ${token}`,
  "a quoted token": (token) => `Bearer "${token}"`,
  "a token with a comma": (token) => `Bearer ${token},`,
};

export const TOKEN_ATTACKS: readonly Attack[] = [
  ...[ALGORITHMS, KEYS, HEADERS, CARELESS, NO_CLAIMS, SIGNATURES, SHAPES].flatMap((family) =>
    Object.entries(family).map(([name, forge]) => bearer(name, forge)),
  ),
  ...Object.entries(SCHEMES).map(
    ([name, header]): Attack => ({
      family: FAMILY,
      name: `sent as: ${name}`,
      launch: (arena) => arena.post(ASK, { authorization: header(arena.tokens.student) }),
    }),
  ),
  ...[
    "x",
    "' or 1=1--",
    btoa("Capacity:1"),
    btoa(`Account:${STRANGER}`),
    btoa(`Capacity:${STRANGER}:${STRANGER}`),
    "\u00e9",
    "a".repeat(5000),
  ].map(
    (capacity): Attack => ({
      family: FAMILY,
      name: `in the capacity ${capacity.slice(0, 40)}`,
      launch: (arena) =>
        arena.post(ASK, { authorization: `Bearer ${arena.tokens.student}`, "x-guantong-capacity": capacity }),
    }),
  ),
];
