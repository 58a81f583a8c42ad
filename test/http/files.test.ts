import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeId } from "../../src/api/node-id.ts";
import { openKeyRing } from "../../src/auth/keyring.ts";
import { SYSTEM } from "../../src/auth/viewer.ts";
import { reencryptFiles, verifyFiles } from "../../src/features/file/service.ts";
import { idOf } from "../../src/seed/id.ts";
import { jpeg, pdf, png } from "../support/files.ts";
import { openTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ demo: true });
});
afterAll(() => server.drop());

const learner = (key: string) => encodeId("Learner", idOf("learner", key));
const BAI = learner("bai-yifan");
const WANG = learner("wang-siyuan");

interface Sent {
  readonly status: number;
  readonly id: string;
  readonly code: string | undefined;
}

interface Sending {
  readonly as?: string;
  readonly learner?: string;
  readonly kind?: string;
  readonly type?: string;
  readonly name?: string;
  readonly body?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

async function bearer(as: string | undefined): Promise<Record<string, string>> {
  return as === undefined ? {} : { authorization: `Bearer ${await server.tokenOf(as)}` };
}

async function send(sending: Sending, search?: string): Promise<Sent> {
  const { as, kind = "PAPER_CONSENT", type = "image/png", name = "同意书.png", body = png() } = sending;
  const asked = search ?? `?${new URLSearchParams({ learner: sending.learner ?? BAI, kind }).toString()}`;
  const response = await fetch(`${server.url}/files${asked}`, {
    method: "POST",
    headers: {
      "content-type": type,
      "x-guantong-file-name": encodeURIComponent(name),
      "x-guantong-csrf": "1",
      ...(await bearer(as)),
      ...sending.headers,
    },
    body: new Uint8Array(body),
  });
  const answer = (await response.json()) as { id?: string; errors?: { extensions: { code: string } }[] };
  return { status: response.status, id: answer.id ?? "", code: answer.errors?.[0]?.extensions.code };
}

const get = async (id: string, as?: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${server.url}/files/${id}`, { headers: { ...(await bearer(as)), ...headers } });
const codeOf = async (response: Response): Promise<string | undefined> =>
  ((await response.json()) as { errors?: { extensions: { code: string } }[] }).errors?.[0]?.extensions.code;

async function ask<Data>(as: string, query: string, variables: object): Promise<Data> {
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(await bearer(as)) },
    body: JSON.stringify({ query, variables }),
  });
  return ((await response.json()) as { data: Data }).data;
}

describe("a scan that a class teacher sends in on behalf", () => {
  test("comes back byte for byte, to be saved and never shown or run", async () => {
    const sent = await send({ as: "classteacher.jdsf", body: jpeg(), type: "image/jpeg", name: "../同意书\u202e.exe" });
    expect(sent).toMatchObject({ status: 201 });
    const response = await get(sent.id, "classteacher.jdsf");
    expect(Buffer.from(await response.arrayBuffer()).equals(jpeg())).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "image/jpeg",
      "content-disposition": `attachment; filename="???.jpg"; filename*=UTF-8''%E5%90%8C%E6%84%8F%E4%B9%A6.jpg`,
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
      "cache-control": "private, no-store",
      "cross-origin-resource-policy": "same-origin",
    });
  });

  test("is read by the learner, the guardian and the registrars of the school, and by no one else", async () => {
    const { id } = await send({ as: "classteacher.jdsf", learner: WANG });
    const reached = new Map<string, number>();
    const readers = ["student.wang", "guardian.wang", "classteacher.jdsf", "registrar.jdsf", "confirmer.jdsf"];
    const others = [
      "student.bai",
      "reviewer.jdsf",
      "registrar.qgsf",
      "teacher.pgzz",
      "mentor.machinery",
      "planner.alliance1",
    ];
    const rest = ["signatory.btvtc", "bureau.baotou", "auditor", "admin"];
    for (const as of [...readers, ...others, ...rest]) reached.set(as, (await get(id, as)).status);
    reached.set("nobody", (await get(id)).status);
    expect(Object.fromEntries(reached)).toEqual({
      ...Object.fromEntries(readers.map((as) => [as, 200])),
      ...Object.fromEntries([...others, ...rest].map((as) => [as, 403])),
      nobody: 401,
    });
  });

  test("a colleague's is not a class teacher's to read, though the learner is of their class", async () => {
    const { id } = await send({ as: "registrar.jdsf", kind: "IDENTITY_CHECK" });
    expect((await get(id, "classteacher.jdsf")).status).toBe(404);
    const seen = await ask<{ files: { id: string }[] }>(
      "classteacher.jdsf",
      "query ($id: ID!) { files(learnerId: $id) { id } }",
      { id: BAI },
    );
    expect(seen.files.map((file) => file.id)).not.toContain(id);
  });

  test("lies encrypted, under its hash, and whoever else looks at it leaves a trace", async () => {
    const { id } = await send({ as: "classteacher.jdsf", body: pdf(), type: "application/pdf", name: "a.pdf" });
    const fileId = Buffer.from(id, "base64url").toString().split(":")[2] ?? "";
    const [row] = await server.fresh.sql<{ sha256: string; plain: boolean }[]>`
      select sha256, position('%PDF'::bytea in ciphertext) > 0 as plain from file where id = ${fileId}`;
    expect(row).toMatchObject({ plain: false, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    await get(id, "student.bai");
    await get(id, "registrar.jdsf");
    const looks = () => server.fresh.sql<{ role: string }[]>`
      select role from audit_entry where action = 'file.read' and resource_id = ${fileId} order by role`;
    await expect.poll(looks, { timeout: 10_000 }).toEqual([{ role: "REGISTRAR" }]);
    const added = await server.fresh.sql`
      select 1 from audit_entry where action = 'file.add' and resource_id = ${fileId} and role = 'CLASS_TEACHER'`;
    expect(added).toHaveLength(1);
  });

  test("sent twice is one file; for another end, or by somebody else, another", async () => {
    const body = png(30, 30);
    const first = await send({ as: "classteacher.jdsf", body });
    expect((await send({ as: "classteacher.jdsf", body, name: "again.png" })).id).toBe(first.id);
    const both = await Promise.all([1, 2, 3].map(() => send({ as: "registrar.jdsf", body })));
    expect(new Set(both.map(({ id }) => id)).size).toBe(1);
    expect(both[0]?.id).not.toBe(first.id);
    expect((await send({ as: "classteacher.jdsf", body, kind: "CERTIFICATE" })).id).not.toBe(first.id);
  });

  test("stands beside the paper consent it proves", async () => {
    const { id: scanId } = await send({ as: "classteacher.jdsf", learner: WANG });
    const give = `mutation ($id: ID!, $paper: ConsentPaperInput) { giveConsent(learnerId: $id, act: LEAVE, paper: $paper) {
      __typename ... on Problem { code message } ... on ConsentSuccess { states { act consent { scan { id url name } } } } } }`;
    type Given = {
      giveConsent: { __typename: string; code?: string; states?: { act: string; consent: object | null }[] };
    };
    const paper = { guardianName: "王建军", reference: "2026-17", scanId };
    const given = await ask<Given>("classteacher.jdsf", give, { id: WANG, paper });
    expect(given.giveConsent.states?.find(({ act }) => act === "LEAVE")?.consent).toMatchObject({
      scan: { id: scanId, url: `/files/${scanId}` },
    });
    const foreign = await ask<Given>("classteacher.jdsf", give, { id: BAI, paper });
    expect(foreign.giveConsent.code).toBe("INVALID_INPUT");
    const certificate = await send({ as: "classteacher.jdsf", learner: WANG, kind: "CERTIFICATE" });
    const wrong = await ask<Given>("classteacher.jdsf", give, {
      id: WANG,
      paper: { ...paper, scanId: certificate.id },
    });
    expect(wrong.giveConsent.code).toBe("INVALID_INPUT");
  });
});

describe("what the keys and the hash vouch for", () => {
  test("every file opens and is what its hash says; one that was exchanged is found", async () => {
    const { keysFile } = { keysFile: `${server.dataDir}/keys.json` };
    const keys = await openKeyRing({ keysFile, databaseUrl: null });
    const { fresh } = server;
    const verify = async () => {
      const tx = fresh.db.read(SYSTEM);
      return verifyFiles(tx, keys).finally(() => tx.end());
    };
    const whole = await verify();
    expect(whole).toMatchObject({ damaged: [] });
    expect(whole.files).toBeGreaterThan(3);
    expect(await fresh.db.write(SYSTEM, (tx) => reencryptFiles(tx, keys))).toBe(0);
    const [row] = await fresh.sql<{ id: string }[]>`
      update file set ciphertext = set_byte(ciphertext, 3, get_byte(ciphertext, 3) # 1)
      where id = (select id from file limit 1) returning id`;
    expect((await verify()).damaged).toEqual([row?.id]);
    await fresh.sql`update file set ciphertext = set_byte(ciphertext, 3, get_byte(ciphertext, 3) # 1) where id = ${row?.id ?? ""}`;
  });
});

/** [what it is, what is sent, the search of the address where it is not plain, status, code] */
const REFUSED: readonly (readonly [string, Sending, string | undefined, number, string])[] = [
  ["by nobody", {}, undefined, 401, "UNAUTHENTICATED"],
  ["under a token that is none", { headers: { authorization: "Bearer x.y.z" } }, undefined, 401, "TOKEN_INVALID"],
  ["by another learner", { as: "student.wang", kind: "CERTIFICATE" }, undefined, 403, "FORBIDDEN"],
  ["by another's guardian", { as: "guardian.wang", kind: "CERTIFICATE" }, undefined, 403, "FORBIDDEN"],
  ["by another school's registrar", { as: "registrar.qgsf" }, undefined, 403, "FORBIDDEN"],
  ["by a host's teacher", { as: "teacher.pgzz" }, undefined, 403, "FORBIDDEN"],
  ["by a mentor", { as: "mentor.machinery" }, undefined, 403, "FORBIDDEN"],
  ["by the confirmer", { as: "confirmer.jdsf" }, undefined, 403, "FORBIDDEN"],
  ["by the bureau", { as: "bureau.baotou" }, undefined, 403, "FORBIDDEN"],
  ["by an auditor", { as: "auditor" }, undefined, 403, "FORBIDDEN"],
  ["by an administrator", { as: "admin" }, undefined, 403, "FORBIDDEN"],
  [
    "in another's capacity",
    { as: "student.bai", headers: { "x-guantong-capacity": encodeId("Capacity", idOf("capacity", "x")) } },
    undefined,
    403,
    "FORBIDDEN",
  ],
  [
    "in a capacity that is none",
    { as: "student.bai", headers: { "x-guantong-capacity": "%%" } },
    undefined,
    400,
    "MALFORMED_ID",
  ],
  [
    "about somebody who does not exist",
    { as: "registrar.jdsf", learner: learner("nobody") },
    undefined,
    403,
    "FORBIDDEN",
  ],
  ["about what is no id", { as: "registrar.jdsf", learner: "../../etc/passwd" }, undefined, 400, "MALFORMED_ID"],
  [
    "about an id of another type",
    { as: "registrar.jdsf", learner: encodeId("Section", idOf("section", "pgzz-ai")) },
    undefined,
    400,
    "MALFORMED_ID",
  ],
  [
    "about two learners at once",
    { as: "registrar.jdsf" },
    `?learner=${BAI}&learner=${WANG}&kind=CERTIFICATE`,
    400,
    "INVALID_INPUT",
  ],
  ["about an object", { as: "registrar.jdsf" }, `?learner[id]=${BAI}&kind=CERTIFICATE`, 400, "INVALID_INPUT"],
  ["about nobody", { as: "registrar.jdsf" }, "?kind=CERTIFICATE", 400, "INVALID_INPUT"],
  ["of no kind", { as: "registrar.jdsf" }, `?learner=${BAI}`, 400, "INVALID_INPUT"],
  ["of a kind that is none", { as: "registrar.jdsf", kind: "__proto__" }, undefined, 400, "INVALID_INPUT"],
  ["as one's own paper consent", { as: "student.bai" }, undefined, 400, "INVALID_INPUT"],
  [
    "under a name in no encoding",
    { as: "registrar.jdsf", headers: { "x-guantong-file-name": "%E0%A4%A" } },
    undefined,
    400,
    "INVALID_INPUT",
  ],
  ["under a name without end", { as: "registrar.jdsf", name: "x".repeat(2000) }, undefined, 400, "INVALID_INPUT"],
  ["empty", { as: "registrar.jdsf", body: Buffer.alloc(0) }, undefined, 415, "FILE_TYPE_REFUSED"],
  [
    "as a page",
    { as: "registrar.jdsf", body: Buffer.from("<script>alert(1)</script>"), type: "text/html" },
    undefined,
    415,
    "FILE_TYPE_REFUSED",
  ],
  ["as a form", { as: "registrar.jdsf", type: "multipart/form-data; boundary=x" }, undefined, 415, "FILE_TYPE_DIFFERS"],
  ["as another type", { as: "registrar.jdsf", type: "application/pdf" }, undefined, 415, "FILE_TYPE_DIFFERS"],
  ["packed", { as: "registrar.jdsf", headers: { "content-encoding": "gzip" } }, undefined, 415, "INVALID_INPUT"],
  [
    "above the bound",
    { as: "registrar.jdsf", body: Buffer.alloc(10 * 1024 * 1024 + 1) },
    undefined,
    413,
    "PAYLOAD_TOO_LARGE",
  ],
  ["cut off", { as: "registrar.jdsf", body: png().subarray(0, 60) }, undefined, 400, "FILE_DAMAGED"],
  ["as a bomb", { as: "registrar.jdsf", body: png(8, 8, [60_000, 60_000]) }, undefined, 400, "FILE_PICTURE_TOO_LARGE"],
  [
    "with a page behind it",
    { as: "registrar.jdsf", body: Buffer.concat([png(), Buffer.from("<script>")]) },
    undefined,
    400,
    "FILE_FOLLOWED",
  ],
  [
    "with a script in it",
    {
      as: "registrar.jdsf",
      type: "application/pdf",
      body: pdf({ catalogue: "/OpenAction << /S /JavaScript /JS (1) >>" }),
    },
    undefined,
    400,
    "FILE_ACTIVE",
  ],
];

describe("a file is refused with a code and nothing of it is kept", () => {
  test.each(REFUSED)("sent %s", async (_, sending, search, status, code) => {
    const count = async () => (await server.fresh.sql<{ n: number }[]>`select count(*)::int as n from file`)[0]?.n;
    const before = await count();
    expect(await send(sending, search)).toMatchObject({ status, code });
    expect(await count()).toBe(before);
  });

  test("sent from a page of another site with somebody's cookie", async () => {
    const cookie = await server.cookieOf("registrar.jdsf");
    const address = `${server.url}/files?learner=${BAI}&kind=CERTIFICATE`;
    const body = new Uint8Array(png());
    const forged = await fetch(address, { method: "POST", headers: { cookie, "content-type": "image/png" }, body });
    expect([forged.status, await codeOf(forged)]).toEqual([403, "CROSS_SITE_REQUEST"]);
    const elsewhere = { cookie, "content-type": "image/png", "x-guantong-csrf": "1", origin: "https://evil.example" };
    const crossed = await fetch(address, { method: "POST", headers: elsewhere, body });
    expect([crossed.status, await codeOf(crossed)]).toEqual([403, "CROSS_SITE_REQUEST"]);
    const own = await fetch(address, {
      method: "POST",
      headers: { cookie, "content-type": "image/png", "x-guantong-csrf": "1" },
      body,
    });
    expect(own.status).toBe(201);
  });

  test("and after all of it the service answers", async () => {
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect(server.log()).not.toContain("request failed");
    expect(server.log()).not.toContain("同意书");
  });
});

describe("a file that is asked for by guessing", () => {
  const guess = (id: string) => get(id, "registrar.qgsf");

  test("is answered alike whether it is another school's or nobody's", async () => {
    const { id } = await send({ as: "classteacher.jdsf" });
    const [there, nowhere] = [
      await guess(id),
      await guess(encodeId("File", idOf("learner", "bai-yifan"), idOf("file", "x"))),
    ];
    expect([there.status, await codeOf(there)]).toEqual([nowhere.status, await codeOf(nowhere)]);
  });

  test("under another learner's id does not open to that learner", async () => {
    const { id } = await send({ as: "classteacher.jdsf" });
    const fileId = Buffer.from(id, "base64url").toString().split(":")[2] ?? "";
    const crossed = await get(encodeId("File", idOf("learner", "wang-siyuan"), fileId), "student.wang");
    expect(crossed.status).toBe(404);
  });

  test.each([
    ["its hash", "a".repeat(64)],
    ["a path", "..%2f..%2fetc%2fpasswd"],
    ["a path in other letters", "%E2%80%A5%EF%BC%8Fetc"],
    ["a nought", "%00"],
    ["a learner's id", BAI],
    ["a very long id", "A".repeat(5000)],
  ])("by %s is no file", async (_, id) => {
    const response = await get(id, "registrar.jdsf");
    expect([response.status, await codeOf(response)]).toEqual([400, "MALFORMED_ID"]);
  });
});
