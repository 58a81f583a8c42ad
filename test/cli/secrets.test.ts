import { randomUUID } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createKeys } from "../../src/auth/keyring.ts";
import { openCli } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { readConfig, SECRETS } from "../../src/config.ts";
import { type Child, startNode } from "../support/child.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

const family = (command: Command): Command[] => [command, ...command.commands.flatMap(family)];

describe("the command line", () => {
  const cli = openCli(readConfig({}));
  const commands = COMMANDS.flatMap((make) => family(make(cli)));

  test("has commands and options to be looked at", () => {
    expect(commands.length).toBeGreaterThan(COMMANDS.length);
    expect(commands.flatMap(({ options }) => options).length).toBeGreaterThan(20);
  });

  test("takes no secret, for everyone on the machine sees how a command was called", () => {
    // addresses of databases and mail servers hold passwords
    const secret =
      /secret|passw|passphrase|token|credential|private|\bpin\b|\bcode\b|\bkeys?\b|\burl\b|dsn|smtp|database/i;
    const open = commands.flatMap((command) => [
      ...command.options.map(({ flags }) => `${command.name()} ${flags}`),
      ...command.registeredArguments.map((argument) => `${command.name()} ${argument.name()}`),
    ]);
    const suspect = open.filter((each) => secret.test(each.slice(each.indexOf(" "))));
    expect(suspect).toEqual([
      // by their keys in the catalogue; an issuer's address is published
      "admin --school <key>",
      "open --school <key>",
      "open --issuer <url>",
      "check --programme <key>",
    ]);
  });
});

/** What stands for a secret, and nowhere else. */
const canary = (of: string): string => `canary${of}${randomUUID().replaceAll("-", "")}`;
const CANARIES: Record<string, string> = Object.fromEntries(
  [...SECRETS, "KEYS"].map((name) => [name, canary(name.replaceAll("_", ""))]),
);
const secretOf = (name: string): string => CANARIES[name] ?? "";

describe("a running service", () => {
  let fresh: FreshDatabase;
  let folder: string;
  let echo: Server;
  let child: Child;
  let url = "";
  const answers: string[] = [];

  /** An address with the password its login has; one of ours where it needs none. */
  function withPassword(address: string, name: string): string {
    const found = new URL(address);
    if (found.password === "") found.password = secretOf(name);
    else CANARIES[name] = decodeURIComponent(found.password);
    return found.href;
  }

  beforeAll(async () => {
    [fresh, folder] = await Promise.all([freshDatabase({ demo: true }), mkdtemp(join(tmpdir(), "guantong-secrets-"))]);
    // a gateway and issuer at its worst: it refuses, and quotes all it was told
    echo = createServer((request, response) => {
      response.writeHead(500, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: "refused", url: request.url, headers: request.headers }));
    });
    await new Promise<void>((done) => {
      echo.listen(0, "127.0.0.1", done);
    });
    const at = `127.0.0.1:${(echo.address() as AddressInfo).port}`;
    await createKeys(join(folder, "keys.json"));
    const secrets: Record<(typeof SECRETS)[number], string> = {
      DATABASE_URL: withPassword(fresh.url, "DATABASE_URL"),
      DATABASE_OWNER_URL: withPassword(fresh.ownerUrl, "DATABASE_OWNER_URL"),
      OIDC_CLIENT_SECRET: secretOf("OIDC_CLIENT_SECRET"),
      SMTP_URL: `smtp://guantong:${secretOf("SMTP_URL")}@${at}`,
      SMS_TOKEN: secretOf("SMS_TOKEN"),
      METRICS_TOKEN: secretOf("METRICS_TOKEN"),
      WECOM_SECRET: secretOf("WECOM_SECRET"),
    };
    const env: Record<string, string> = {
      GUANTONG_DATA_DIR: folder,
      GUANTONG_LANG: "en",
      LOG_LEVEL: "trace",
      PORT: "0",
      PUBLIC_URL: "https://bank.example",
      OIDC_ISSUER: `http://${at}`,
      OIDC_CLIENT_ID: "portal",
      MAIL_FROM: "notice@bank.example",
      SMS_URL: `http://${at}/sms`,
      WECOM_URL: `http://${at}`,
      WECOM_CORP_ID: "corp",
      WECOM_AGENT_ID: "1",
    };
    for (const name of SECRETS) {
      const file = join(folder, name);
      await writeFile(file, `${secrets[name]}\n`, { mode: 0o600 });
      env[`${name}_FILE`] = file;
    }
    await chmod(join(folder, "SMS_TOKEN"), 0o644);
    child = startNode(["scripts/guantong.js", "serve"], { env });
    for (let line = await child.line(); line !== null && !line.includes("Ctrl-C"); line = await child.line()) {
      url = /http:\/\/localhost:\d+/.exec(line)?.[0] ?? url;
    }
    if (url === "") throw new Error(child.output());
    await faults();
  });
  afterAll(async () => {
    await child.end();
    await fresh.drop();
    await new Promise((done) => {
      echo.closeAllConnections();
      echo.close(done);
    });
    await rm(folder, { recursive: true, force: true });
  });

  /** Makes whatever holds a secret fail, and keeps what is said of it. */
  async function faults(): Promise<void> {
    const ask = async (path: string, init: RequestInit = {}): Promise<void> => {
      const response = await fetch(`${url}${path}`, { redirect: "manual", ...init });
      answers.push(await response.text(), JSON.stringify([...response.headers]));
    };
    const json = { "content-type": "application/json", "x-guantong-csrf": "1" };
    const bearer = `Bearer ${[
      { alg: "RS256", kid: "x" },
      { iss: `http://127.0.0.1:${(echo.address() as AddressInfo).port}`, exp: 4e9 },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".")}.AAAA`;
    for (const path of ["/readyz", "/metrics", "/nosuch", "/auth/login/oidc", "/auth/callback?code=x&state=y"])
      await ask(path);
    await ask("/graphql", { method: "POST", headers: json, body: "{" });
    await ask("/graphql", {
      method: "POST",
      headers: { ...json, authorization: bearer },
      body: '{"query":"{viewer{id}}"}',
    });
    await ask("/auth/password", { method: "POST", headers: json, body: '{"login":"x","password":"y"}' });
    // a notice leaves by all three ways, and none takes it
    const [who] = await fresh.sql<{ account: string; learner: string; section: string }[]>`
      select a.id as account, c.learner_id as learner, (select id from section order by id limit 1) as section
      from account a join capacity c on c.account_id = a.id where a.login = 'student.wang'`;
    for (const [channel, address] of [
      ["EMAIL", "wang@school.example"],
      ["SMS", "13800000000"],
      ["WECOM", "wang"],
    ] as const) {
      await fresh.sql`insert into notice_address (account_id, channel, address, frequency)
        values (${who?.account ?? ""}, ${channel}, ${address}, 'EACH')`;
    }
    const facts = JSON.stringify({ sectionId: who?.section, learnerId: who?.learner });
    await fresh.sql`insert into notice_event (id, kind, facts, happened_at)
      values (${randomUUID()}, 'SEAT_TAKEN', ${facts}::text::jsonb, now())`;
    await fresh.sql`select enqueue_job('notice.spread', '{}', null, null)`;
    await vi.waitFor(() => expect(failedDeliveries().size).toBe(3), { timeout: 40_000, interval: 100 });
    await ask("/metrics");
  }

  /** The jobs that tried to send a notice, and failed. */
  function failedDeliveries(): Set<string | undefined> {
    const lines = child
      .output()
      .split("\n")
      .filter((line) => /"kind":"notice.deliver".*"job failed"/.test(line));
    return new Set(lines.map((line) => /"job":"(\d+)"/.exec(line)?.[1]));
  }

  /** Where any of the secrets stands in a text, in clear or encoded. */
  function found(text: string): string[] {
    return Object.entries(CANARIES).flatMap(([name, value]) => {
      const forms = [value, encodeURIComponent(value), Buffer.from(value).toString("base64").slice(0, 40)];
      return forms.some((form) => text.includes(form)) ? [name] : [];
    });
  }

  test("shows no secret in the list of processes, nor to who sees how it was started", async () => {
    const { pid } = child.process;
    const [cmdline, comm, environ] = await Promise.all(
      ["cmdline", "comm", "environ"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8")),
    );
    expect(cmdline).toContain("serve");
    expect(environ).toContain("SMTP_URL_FILE");
    expect([found(cmdline ?? ""), found(comm ?? ""), found(environ ?? "")]).toEqual([[], [], []]);
  });

  test("tells none in its log, its figures or any answer, whoever refuses it and quotes what it was told", async () => {
    expect(child.output()).toContain("request");
    expect(answers.join("\n")).toContain("guantong_");
    expect(found(child.output())).toEqual([]);
    expect(found(answers.join("\n"))).toEqual([]);
    const secrets = JSON.parse(await readFile(join(folder, "keys.json"), "utf8")) as {
      secrets: Record<string, string>[];
    };
    const own = secrets.secrets.flatMap((each) => Object.values(each)).filter((value) => value.length > 40);
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((value) => child.output().includes(value) || answers.join().includes(value))).toEqual([]);
  });

  test("leaves none in the database, where it fails", async () => {
    const jobs = await fresh.sql<{ row: string }[]>`select j::text as row from graphile_worker._private_jobs j`;
    expect(jobs.length).toBeGreaterThan(0);
    expect(found(jobs.map(({ row }) => row).join("\n"))).toEqual([]);
  });

  test("warns of a secret's file that anyone on the machine may read, by its setting", () => {
    expect(child.output()).toMatch(/Warning: .*SMS_TOKEN_FILE/);
    expect(child.output()).not.toMatch(/Warning: .*SMTP_URL_FILE/);
  });
});

test("a command that cannot reach its database does not show the password it tried", async () => {
  const password = canary("lost");
  const child = startNode(["scripts/guantong.js", "migrate"], {
    env: { DATABASE_URL: `postgres://nobody:${password}@127.0.0.1:1/x`, GUANTONG_LANG: "en" },
  });
  expect(await child.exit).toBe(3);
  expect(child.output()).toContain("DATABASE_UNREACHABLE");
  expect(child.output()).not.toContain(password);
});

test.each(SECRETS)("%s is named where it is wrong, and never shown", async (name) => {
  const value = `not-what-it-should-be ${canary("wrong")}\0`;
  let said = "";
  try {
    readConfig({ [name]: value, DATABASE_OWNER_URL: "also wrong", SMS_URL: "wrong", WECOM_CORP_ID: "x" });
  } catch (error) {
    said = JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error);
  }
  expect(said).not.toBe("");
  expect(said).not.toContain("not-what-it-should-be");
});
