import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { languageOf, readConfig } from "../src/config.ts";
import { Failure } from "../src/failure.ts";

function faultOf(env: Record<string, string>): unknown {
  try {
    readConfig(env);
  } catch (error) {
    return error instanceof Failure ? error.problem : error;
  }
  return null;
}

test("nothing needs to be set", () => {
  expect(readConfig({})).toMatchObject({ port: 4000, databaseUrl: null, issuers: [], introspection: true });
  expect(readConfig({}).dataDir).toMatch(/\.guantong$/);
});

test("the keys lie in the data directory unless they are kept elsewhere", () => {
  expect(readConfig({ GUANTONG_DATA_DIR: "/data" }).keysFile).toBe("/data/keys.json");
  expect(readConfig({ GUANTONG_KEYS_FILE: "/run/secrets/keys.json" }).keysFile).toBe("/run/secrets/keys.json");
});

test("an empty setting is no setting", () => {
  expect(readConfig({ PORT: "", DATABASE_URL: "" })).toMatchObject({ port: 4000, databaseUrl: null });
});

test("migrations use the requests' address unless they have one of their own", () => {
  const app = "postgres://app@db/guantong";
  expect(readConfig({ DATABASE_URL: app }).databaseOwnerUrl).toBe(app);
  const owner = "postgres://owner@db/guantong";
  expect(readConfig({ DATABASE_URL: app, DATABASE_OWNER_URL: owner }).databaseOwnerUrl).toBe(owner);
});

test.each([
  [{ PORT: "4000x" }, "PORT"],
  [{ PORT: "70000" }, "PORT"],
  [{ DATABASE_URL: "mysql://host/x" }, "DATABASE_URL"],
  [{ DATABASE_OWNER_URL: "postgres://owner@db/x" }, "DATABASE_OWNER_URL, DATABASE_URL"],
  [{ OIDC_ISSUER: "not an address" }, "OIDC_ISSUER"],
  [{ OIDC_ISSUER: "http://login.example" }, "OIDC_ISSUER"],
  [{ OIDC_ISSUER: "https://login.example", OIDC_CLIENT_ID: "portal" }, "PUBLIC_URL"],
  [{ OIDC_ISSUER: "https://login.example", OIDC_CLIENT_ID: "guantong" }, "OIDC_CLIENT_ID, OIDC_AUDIENCE"],
  [{ OIDC_ISSUER: "https://login.example", OIDC_CLIENT_SECRET_FILE: "/nowhere" }, "OIDC_CLIENT_SECRET_FILE"],
  [{ OIDC_ISSUERS_FILE: "/nowhere" }, "OIDC_ISSUERS_FILE"],
  [{ LOG_LEVEL: "loud" }, "LOG_LEVEL"],
  [{ PUBLIC_URL: "bank.example.cn" }, "PUBLIC_URL"],
  [{ TRUST_PROXY: "true" }, "TRUST_PROXY"],
  [{ TRUST_PROXY: "0.0.0.0/0" }, "TRUST_PROXY"],
  [{ TRUST_PROXY: "10.0.0.0/33" }, "TRUST_PROXY"],
  [{ RATE_REQUESTS_PER_ADDRESS: "0" }, "RATE_REQUESTS_PER_ADDRESS"],
  [{ DATABASE_URL_FILE: "/nowhere/at/all" }, "DATABASE_URL_FILE"],
  [{ DATABASE_URL: "postgres://a@b/c", DATABASE_URL_FILE: "/x" }, "DATABASE_URL, DATABASE_URL_FILE"],
])("%j is wrong, and named", (env, detail) => {
  expect(faultOf(env as unknown as Record<string, string>)).toMatchObject({
    code: "CONFIGURATION_INVALID",
    params: { detail },
  });
});

test("several issuers come from a file, beside the one that the environment names", async () => {
  const directory = await mkdtemp(join(tmpdir(), "guantong-config-"));
  const file = join(directory, "issuers.json");
  const secret = join(directory, "secret");
  const school = {
    key: "jdsf",
    issuer: "https://id.jdsf.example",
    clientId: "portal",
    clientSecretFile: secret,
    nameZh: "机电师范",
    nameEn: "JDSF",
  };
  const env = { OIDC_ISSUER: "https://login.example", OIDC_ISSUERS_FILE: file, PUBLIC_URL: "https://bank.example" };
  await writeFile(secret, "of the file\n");
  await writeFile(file, JSON.stringify([school]));
  expect(readConfig(env).issuers).toEqual([
    {
      key: "oidc",
      issuer: "https://login.example",
      audience: "guantong",
      client: null,
      title: { zh: "login.example", en: "login.example" },
    },
    {
      key: "jdsf",
      issuer: "https://id.jdsf.example",
      audience: "guantong",
      client: { id: "portal", secret: "of the file" },
      title: { zh: "机电师范", en: "JDSF" },
    },
  ]);
  for (const bad of [[school, school], [{ ...school, extra: 1 }], [], {}]) {
    await writeFile(file, JSON.stringify(bad));
    expect(faultOf(env)).toMatchObject({ code: "CONFIGURATION_INVALID", params: { detail: "OIDC_ISSUERS_FILE" } });
  }
  await rm(directory, { recursive: true });
});

test("a secret may lie in a file, and its line break is no part of it", async () => {
  const directory = await mkdtemp(join(tmpdir(), "guantong-config-"));
  const path = join(directory, "url");
  await writeFile(path, "postgres://app:secret@db/guantong\n");
  expect(readConfig({ DATABASE_URL_FILE: path }).databaseUrl).toBe("postgres://app:secret@db/guantong");
  await rm(directory, { recursive: true });
});

test("proxies are trusted by address and network", () => {
  expect(readConfig({ TRUST_PROXY: "loopback, 10.0.0.0/8,2001:db8::1" }).trustProxy).toEqual([
    "loopback",
    "10.0.0.0/8",
    "2001:db8::1",
  ]);
  expect(readConfig({}).trustProxy).toBeNull();
});

test("the command line speaks Chinese where the locale is Chinese, English elsewhere", () => {
  expect(languageOf({ LANG: "zh_CN.UTF-8" })).toBe("zh");
  expect(languageOf({ LANG: "C.UTF-8" })).toBe("en");
  expect(languageOf({ LANG: "zh_CN.UTF-8", GUANTONG_LANG: "en" })).toBe("en");
});
