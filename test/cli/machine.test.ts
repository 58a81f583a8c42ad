import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createKeys } from "../../src/auth/keyring.ts";
import { connect } from "../../src/db/client.ts";
import { News } from "../../src/db/news.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { startNode } from "../support/child.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import { MACHINE, openTestIssuer, type TestIssuer } from "../support/issuer.ts";

const WHO = "{ viewer { login capacity { role institution { key } } } }";

let fresh: FreshDatabase;
let folder: string;
let issuer: TestIssuer;
/** A service that runs beside the commands, each a process of its own. */
let api: TestApi;
let news: News;
beforeAll(async () => {
  [fresh, issuer] = await Promise.all([freshDatabase({ demo: true }), openTestIssuer("school")]);
  folder = await mkdtemp(join(tmpdir(), "guantong-cli-"));
  await createKeys(join(folder, "keys.json"));
  news = new News(() => connect(fresh.url, { max: 1 }));
  api = await openApi(fresh.db, { now: () => new Date(), issuers: [issuer.trusted], news });
});
afterAll(async () => {
  await Promise.all([api.close(), news.end(), issuer.close()]);
  await rm(folder, { recursive: true, force: true });
  await fresh.drop();
});

async function machine(...args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  const env = {
    DATABASE_URL: fresh.url,
    DATABASE_OWNER_URL: fresh.ownerUrl,
    GUANTONG_DATA_DIR: folder,
    OIDC_ISSUER: issuer.url,
  };
  const child = startNode(["src/main.ts", "machine", ...args], { env });
  const code = await child.exit;
  return { code, said: child.output() };
}
const open = (change: Readonly<Record<string, string>> = {}) => {
  const wish = {
    login: "jdsf.registry",
    role: "REGISTRAR",
    school: "jdsf",
    issuer: issuer.url,
    client: MACHINE.client_id,
    ...change,
  };
  return machine(
    "open",
    "--json",
    ...Object.entries(wish).flatMap(([key, value]) => (value === "" ? [] : [`--${key}`, value])),
  );
};
const ask = async () => api.ask(WHO, {}, { token: await issuer.machineToken() });
const codeOf = async () => (await ask()).errors[0]?.extensions?.code;

describe("guantong machine", { timeout: 120_000 }, () => {
  test.each([
    ["of an issuer that is not trusted", { issuer: "https://elsewhere.example" }, 1, "INVALID_INPUT"],
    ["that confirms, for two people confirm", { role: "REGISTRAR_CONFIRMER" }, 2, "REGISTRAR_CONFIRMER"],
    ["of a role of a school, and of none", { school: "" }, 1, "INVALID_INPUT"],
    ["of a school that is none", { school: "nowhere" }, 1, "NOT_FOUND"],
    ["with the login of a person", { login: "student.wang" }, 1, "CONFLICT"],
  ])("opens none %s", async (_, change, code, said) => {
    const refused = await open(change);
    expect(refused.code).toBe(code);
    expect(refused.said).toContain(said);
    expect(await fresh.sql`select 1 from account where kind = 'SERVICE'`).toEqual([]);
  });

  test("opens an account, and a token of the issuer's client acts as it in a service that runs", async () => {
    expect(await codeOf()).toBe("SUBJECT_UNKNOWN");
    const opened = await open();
    expect(opened.code).toBe(0);
    expect(JSON.parse(opened.said)).toMatchObject({
      login: "jdsf.registry",
      role: "REGISTRAR",
      institutionKey: "jdsf",
    });
    expect((await ask()).data).toEqual({
      viewer: { login: "jdsf.registry", capacity: { role: "REGISTRAR", institution: { key: "jdsf" } } },
    });
  });

  test("binds a client to one account", async () => {
    const again = await open({ login: "jdsf.other" });
    expect([again.code, again.said]).toEqual([1, expect.stringContaining("SUBJECT_LINKED")]);
    expect(await fresh.sql`select login from account where kind = 'SERVICE'`).toEqual([{ login: "jdsf.registry" }]);
  });

  test("lists who may come in", async () => {
    const listed = await machine("list");
    expect(listed.said).toBe(`jdsf.registry  REGISTRAR  jdsf  ${issuer.url}  ${MACHINE.client_id}\n`);
  });

  test("ends it for every process that runs, and it may be opened anew under another login", async () => {
    const token = await issuer.machineToken();
    expect((await api.ask(WHO, {}, { token })).errors).toEqual([]);
    expect((await machine("end", "--login", "jdsf.registry")).code).toBe(0);
    await vi.waitFor(async () => {
      expect((await api.ask(WHO, {}, { token })).errors[0]?.extensions?.code).toMatch(/TOKEN_INVALID|SUBJECT_UNKNOWN/);
    });
    expect((await machine("list")).said).toBe("");
    expect((await machine("end", "--login", "jdsf.registry")).said).toContain("NOT_FOUND");
    expect((await machine("end", "--login", "student.wang")).said).toContain("NOT_FOUND");
    expect((await open({ login: "jdsf.second" })).code).toBe(0);
    expect((await ask()).data).toMatchObject({ viewer: { login: "jdsf.second" } });
  });

  test("leaves what it did in the audit log", async () => {
    const rows =
      await fresh.sql`select e.action, e.role, a.login from audit_entry e join account a on a.id = e.resource_id
      where e.action like 'machine.%' order by e.at, e.id`;
    expect(rows.map(({ action, role, login }) => [action, role, login])).toEqual([
      ["machine.open", "SYSTEM", "jdsf.registry"],
      ["machine.end", "SYSTEM", "jdsf.registry"],
      ["machine.open", "SYSTEM", "jdsf.second"],
    ]);
  });
});
