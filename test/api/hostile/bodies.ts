import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { connect } from "node:net";
import type { RawAnswer } from "../../support/raw.ts";
import type { Arena, Attack } from "./arena.ts";

const ASK = JSON.stringify({ query: "{ __typename }" });
const bytes = (...values: number[]): Buffer => Buffer.from(values);
const around = (middle: Buffer): Buffer =>
  Buffer.concat([Buffer.from('{"query":"{ node(id: \\"'), middle, Buffer.from('\\") { id } }"}')]);

const TYPES = [
  "text/plain",
  "text/html",
  "text/xml",
  "application/xml",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "multipart/mixed; boundary=x",
  "application/graphql",
  "application/octet-stream",
  "application/jsonp",
  "application/json-seq",
  "application/x-ndjson",
  "application/ld+json",
  "application/json, text/plain",
  "application/json; charset=utf-16",
  "application/json; charset=utf-7",
  "application/json; charset=gb18030",
  "application/json; charset=latin1",
  "application/javascript",
  "json",
  "",
  "*/*",
  "application/yaml",
  "application/cbor",
];

const BODIES: Readonly<Record<string, string | Buffer>> = {
  nothing: "",
  "a space": " ",
  "an open bracket": "{",
  "a closed bracket": "}",
  null: "null",
  true: "true",
  "a number": "42",
  "a text": '"{ __typename }"',
  "no number": "NaN",
  undefined: "undefined",
  "a comma too many": '{"query":"{ __typename }",}',
  "a comment": '{"query":"{ __typename }"/* */}',
  "single quotes": "{'query':'{ __typename }'}",
  "a key without quotes": '{query:"{ __typename }"}',
  "two bodies": `${ASK}${ASK}`,
  "a body and a letter": `${ASK}x`,
  "a line break in a text": '{"query":"{ __type\nname }"}',
  "half a character": '{"query":"{ node(id: \\"\\ud800\\") { id } }"}',
  "an escape that is none": '{"query":"\\x41"}',
  "a prototype": '{"__proto__":{"query":"{ __typename }"}}',
  "a great depth": `{"query":"{ __typename }","variables":{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}}`,
  "a great depth of objects": `{"query":"{ __typename }","variables":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`,
  "very many values": `{"query":"{ __typename }","variables":{"a":[${"[1,1,1,1,1,1,1,1,1,1],".repeat(4900)}1]}}`,
  "very many keys": `{"query":"{ __typename }","variables":{${Array.from({ length: 60_000 }, (_, n) => `"k${n}":1`).join(",")}}}`,
  "a depth that does not end": "[".repeat(500_000),
  "bytes that are no text": bytes(0xff, 0xfe, 0x00, 0x80),
  "an overlong slash": around(bytes(0xc0, 0xaf)),
  "an overlong NUL": around(bytes(0xc0, 0x80)),
  "an overlong letter of three bytes": around(bytes(0xe0, 0x80, 0xaf)),
  "a surrogate in UTF-8": around(bytes(0xed, 0xa0, 0x80)),
  "a pair of surrogates in UTF-8": around(bytes(0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80)),
  "beyond Unicode": around(bytes(0xf4, 0x90, 0x80, 0x80)),
  "five bytes": around(bytes(0xf8, 0x88, 0x80, 0x80, 0x80)),
  "a continuation alone": around(bytes(0x80)),
  "a letter cut off": around(bytes(0xe6, 0xb1)),
  "UTF-16": Buffer.from(ASK, "utf16le"),
  "UTF-16 with its mark": Buffer.concat([bytes(0xff, 0xfe), Buffer.from(ASK, "utf16le")]),
  "UTF-32": Buffer.from(ASK.split("").flatMap((letter) => [letter.charCodeAt(0), 0, 0, 0])),
  "GB 18030": around(bytes(0xb0, 0xfc, 0xcd, 0xb7)),
  "a picture": bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
  "an archive": bytes(0x50, 0x4b, 0x03, 0x04, 0, 0),
  XML: '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
  "a form": "query=%7B__typename%7D",
  YAML: "query: '{ __typename }'",
};

const PACKED: Readonly<Record<string, readonly [string, Buffer]>> = {
  gzip: ["gzip", gzipSync(ASK)],
  "a bomb of gzip": ["gzip", gzipSync(Buffer.alloc(20_000_000, 32))],
  deflate: ["deflate", deflateSync(ASK)],
  brotli: ["br", brotliCompressSync(ASK)],
  "an encoding that is none": ["x-nothing", Buffer.from(ASK)],
  "gzip twice": ["gzip, gzip", gzipSync(gzipSync(ASK))],
  "gzip that is none": ["gzip", Buffer.from(ASK)],
};

/** Bytes on the wire. `length` is that of the body that follows. */
const WIRE: Readonly<Record<string, string>> = {
  "a length that is no number": `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n${ASK}`,
  "a length below nothing": `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n${ASK}`,
  "two lengths": `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 26\r\n\r\n${ASK}`,
  "two lengths in one": `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 26, 26\r\n\r\n${ASK}`,
  "a length with a sign": `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: +26\r\n\r\n${ASK}`,
  "a length in hexadecimals": `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1a\r\n\r\n${ASK}`,
  "a length beyond numbers": `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n${ASK}`,
  "a length beyond what is taken":
    "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n",
  "a length and chunks": `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n`,
  "chunks after something else": `POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
  "chunks of another name": `POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
  "a chunk's size that is no number":
    "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  "a chunk's size beyond numbers":
    "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\n",
  "a chunk's size below nothing":
    "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n",
  "a space in a header's name": "GET /healthz HTTP/1.1\r\nHost: x\r\nBad Name: x\r\n\r\n",
  "a space before the colon": "GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n",
  "a header without a name": "GET /healthz HTTP/1.1\r\nHost: x\r\n: x\r\n\r\n",
  "NUL in a header": "GET /healthz HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n",
  "a header of twenty thousand letters": `GET /healthz HTTP/1.1\r\nHost: x\r\nA: ${"a".repeat(20_000)}\r\n\r\n`,
  "two thousand headers": `GET /healthz HTTP/1.1\r\nHost: x\r\n${"A: aaaaaaaaaaaaa\r\n".repeat(2000)}\r\n`,
  "an address of twenty thousand letters": `GET /${"a".repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
  "no host": "GET /nosuch HTTP/1.1\r\n\r\n",
  "a method that is none": "GRAB /graphql HTTP/1.1\r\nHost: x\r\n\r\n",
  "a method in small letters": "get /graphql HTTP/1.1\r\nHost: x\r\n\r\n",
  "a version that is none": "GET /graphql HTTP/9.9\r\nHost: x\r\n\r\n",
  "the next version's greeting": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "a greeting of TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  "no HTTP at all": "hello\r\n\r\n",
  "another protocol": "*1\r\n$4\r\nPING\r\n",
  "line breaks alone in a name": "GET /health\nz HTTP/1.1\r\nHost: x\r\n\r\n",
};

const OTHER: Readonly<Record<string, { method: string; path: string; headers?: Record<string, string> }>> = {
  PUT: { method: "PUT", path: "/graphql" },
  DELETE: { method: "DELETE", path: "/graphql" },
  PATCH: { method: "PATCH", path: "/graphql" },
  OPTIONS: { method: "OPTIONS", path: "/graphql" },
  TRACE: { method: "TRACE", path: "/nosuch" },
  PROPFIND: { method: "PROPFIND", path: "/nosuch" },
  "a path upwards": { method: "GET", path: "/../../../../etc/passwd" },
  "an escaped path upwards": { method: "GET", path: "/%2e%2e/%2e%2e/etc/passwd" },
  "a path upwards from the assets": { method: "GET", path: "/assets/..%2f..%2f..%2fpackage.json" },
  "a path with a backslash": { method: "GET", path: "/assets/..%5c..%5cpackage.json" },
  "a path with NUL": { method: "GET", path: "/assets/a%00.js" },
  "a path that is half an escape": { method: "GET", path: "/assets/%" },
  "a path beyond UTF-8": { method: "GET", path: "/assets/%c0%ae%c0%ae/package.json" },
  "a hidden file": { method: "GET", path: "/.git/config" },
  "the environment": { method: "GET", path: "/.env" },
  "another's address": { method: "GET", path: "http://evil.example/graphql" },
  "two slashes": { method: "GET", path: "//evil.example/graphql" },
  "a form to what is no GraphQL": { method: "POST", path: "/anything" },
  "an answer of a kind that is none": { method: "GET", path: "/nosuch", headers: { accept: "x".repeat(5000) } },
};

/** What a socket answers to bytes as they are; half-closed, so that nobody waits for more. */
function overTheWire(arena: Arena, text: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(arena.server.url);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(Buffer.from(text, "latin1")));
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString();
      // one answer is enough: what is kept open afterwards is closed here
      if (answer.includes("\r\n\r\n") && /\}\s*(0\r\n\r\n)?$/.test(answer)) socket.end();
    });
    socket.on("error", reject);
    socket.on("close", () => {
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
      resolve({ status, headers: {}, body: answer.slice(answer.indexOf("\r\n\r\n") + 4) });
    });
  });
}

const isOfType = (type: string): Attack => ({
  family: "wrong content type",
  name: type === "" ? "none" : type,
  launch: ({ post }) => post(ASK, { "content-type": type }),
});

export const BODY_ATTACKS: readonly Attack[] = [
  ...TYPES.map(isOfType),
  ...Object.entries(BODIES).map(
    ([name, body]): Attack => ({ family: "malformed body", name, launch: ({ post }) => post(body) }),
  ),
  ...Object.entries(PACKED).map(
    ([name, [encoding, body]]): Attack => ({
      family: "packed body",
      name,
      launch: ({ post }) => post(body, { "content-encoding": encoding }),
    }),
  ),
  ...Object.entries(WIRE).map(
    ([name, text]): Attack => ({ family: "broken HTTP", name, launch: (arena) => overTheWire(arena, text) }),
  ),
  ...Object.entries(OTHER).map(
    ([name, request]): Attack => ({
      family: "where nothing is",
      name,
      // whoever asks for a page gets the portal's, which reads the address itself
      launch: ({ send }) => send({ ...request, headers: { accept: "application/json", ...request.headers } }),
    }),
  ),
];
