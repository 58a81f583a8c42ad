import { readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { Language } from "./auth/viewer.ts";
import { ADDRESS_KEPT, type AddressKept } from "./domain/audit.ts";
import { problem } from "./domain/problem.ts";
import { Failure } from "./failure.ts";

/** An OpenID Connect issuer whose word about who someone is counts here. */
export interface Issuer {
  /** Its short name in addresses: `/auth/login/<key>`. */
  readonly key: string;
  /** Its identifier, as in the `iss` of its tokens. Its discovery document lies below it. */
  readonly issuer: string;
  /** What bearer tokens for this service are made out to. */
  readonly audience: string;
  /** What the portal signs people in as; null where the issuer is for machines only. */
  readonly client: { readonly id: string; readonly secret: string | null } | null;
  /** What the sign-in page calls it. */
  readonly title: { readonly zh: string; readonly en: string };
}

/** Mail server, SMS gateway and WeCom, as far as they are configured. */
export interface ChannelSettings {
  readonly email: { readonly url: string; readonly from: string } | null;
  readonly sms: { readonly url: string; readonly token: string } | null;
  readonly wecom: {
    readonly url: string;
    readonly corpId: string;
    readonly secret: string;
    readonly agentId: number;
  } | null;
}

/** The settings of the service. */
export interface Config {
  readonly port: number;
  /** Address and login of requests; null: the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  /** Address and login of migrations; the same as `databaseUrl` unless it is set. */
  readonly databaseOwnerUrl: string | null;
  readonly poolMax: number;
  /** Absolute. Holds the embedded database and the development key. */
  readonly dataDir: string;
  /** Absolute. Holds the secrets from which keys are derived; never part of a back-up. */
  readonly keysFile: string;
  /** Real OpenID Connect issuers; none: the development issuer. */
  readonly issuers: readonly Issuer[];
  /** What bearer tokens are made out to, unless an issuer says otherwise. */
  readonly audience: string;
  /** The address people reach the portal at, behind whatever stands before the service; null: whatever host they name. */
  readonly publicUrl: string | null;
  /** Networks of the proxies whose X-Forwarded-For is believed; null: nobody's is. */
  readonly trustProxy: readonly string[] | null;
  /** Rate limits, a minute each, over all processes. */
  readonly requestsPerAddress: number;
  readonly fieldsPerAccount: number;
  readonly heavyPerAccount: number;
  readonly signInsPerAddress: number;
  /** How long one operation may take. */
  readonly operationMs: number;
  readonly logLevel: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
  readonly introspection: boolean;
  /** Where the signed heads of sealed tables are kept, outside the database. */
  readonly headsFile: string;
  /** How much of a caller's address the audit log keeps. */
  readonly addressKept: AddressKept;
  /** Whether there may be a demonstration here: demo users, and the data of the first start. */
  readonly demo: boolean;
  /** What whoever is on another machine brings to read /metrics; null: nobody on another machine does. */
  readonly metricsToken: string | null;
  readonly production: boolean;
  /** The ways that notices leave the house by; null: not by this one. */
  readonly channels: ChannelSettings;
  /** Whether the service works the queue of jobs too; else `guantong work` must run beside it. */
  readonly worker: boolean;
  /** Language of the command line. */
  readonly language: Language;
  /** Settings whose file holds a secret and may be read by anyone on the machine: for a warning. */
  readonly openSecretFiles: readonly string[];
}

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ });

/** An address of an issuer: what it says decides who someone is, so it is asked over TLS, except on the machine itself. */
const issuerUrl = z.url({ protocol: /^https?$/ }).refine((url) => {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
});
const rate = z.coerce.number().int().min(1).max(10_000_000);

const NETWORK_NAMES = ["loopback", "linklocal", "uniquelocal"];

/** Addresses, networks (`10.0.0.0/8`) and their usual names. "Any" is none of them: it would let every caller lie. */
function areNetworks(texts: readonly string[]): boolean {
  return texts.every((text) => {
    const [address = "", bits, ...rest] = text.split("/");
    if (NETWORK_NAMES.includes(text)) return true;
    const width = isIP(address) === 6 ? 128 : 32;
    return (
      isIP(address) !== 0 &&
      rest.length === 0 &&
      (bits === undefined || (/^\d+$/.test(bits) && +bits > 0 && +bits <= width))
    );
  });
}

/**
 * Settings that may be a secret's: `NAME_FILE` names the file that holds it, so that it stands in no list of processes
 * and no description of a container.
 */
export const SECRETS = [
  "DATABASE_URL",
  "DATABASE_OWNER_URL",
  "OIDC_CLIENT_SECRET",
  "SMTP_URL",
  "SMS_TOKEN",
  "WECOM_SECRET",
  "METRICS_TOKEN",
] as const;

function withSecretsFromFiles(env: Environment, open: Set<string>): Environment {
  const read = SECRETS.flatMap((name) => {
    const path = env[`${name}_FILE`];
    if (path === undefined || path === "") return [];
    if (env[name] !== undefined && env[name] !== "") throw wrong(`${name}, ${name}_FILE`);
    return [[name, fileOf(path, `${name}_FILE`, open)]];
  });
  return { ...env, ...Object.fromEntries(read) };
}

const shape = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_OWNER_URL: postgresUrl.optional(),
  DATABASE_POOL_MAX: z.coerce.number().int().min(1).max(1000).default(10),
  GUANTONG_DATA_DIR: z.string().default(".guantong"),
  GUANTONG_KEYS_FILE: z.string().optional(),
  OIDC_ISSUER: issuerUrl.optional(),
  OIDC_AUDIENCE: z.string().default("guantong"),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_NAME: z.string().max(60).optional(),
  OIDC_ISSUERS_FILE: z.string().optional(),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  TRUST_PROXY: z
    .string()
    .transform((text) => text.split(",").map((each) => each.trim()))
    .refine(areNetworks)
    .optional(),
  RATE_REQUESTS_PER_ADDRESS: rate.default(6000),
  RATE_FIELDS_PER_ACCOUNT: rate.default(1200),
  RATE_HEAVY_PER_ACCOUNT: rate.default(60),
  RATE_SIGN_INS_PER_ADDRESS: rate.default(300),
  OPERATION_TIMEOUT_MS: z.coerce.number().int().min(100).max(600_000).default(35_000),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  INTROSPECTION: z.enum(["true", "false"]).default("true"),
  DEMO: z.enum(["true", "false"]).default("true"),
  METRICS_TOKEN: z.string().min(16).optional(),
  WORKER: z.enum(["true", "false"]).default("true"),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.string().optional(),
  SMS_URL: z.url({ protocol: /^https?$/ }).optional(),
  SMS_TOKEN: z.string().optional(),
  WECOM_URL: z.url({ protocol: /^https?$/ }).default("https://qyapi.weixin.qq.com"),
  WECOM_CORP_ID: z.string().optional(),
  WECOM_SECRET: z.string().optional(),
  WECOM_AGENT_ID: z.coerce.number().int().optional(),
  GUANTONG_HEADS_FILE: z.string().optional(),
  GUANTONG_AUDIT_ADDRESS: z.enum(ADDRESS_KEPT).default("network"),
  NODE_ENV: z.string().optional(),
});

/** One entry of OIDC_ISSUERS_FILE. */
const issuerShape = z.strictObject({
  key: z.string().regex(/^[a-z0-9-]{1,30}$/),
  issuer: issuerUrl,
  audience: z.string().optional(),
  clientId: z.string().optional(),
  clientSecret: z.string().optional(),
  clientSecretFile: z.string().optional(),
  nameZh: z.string().max(60),
  nameEn: z.string().max(60),
});
type Settings = z.infer<typeof shape>;

function wrong(detail: string): Failure {
  return new Failure(problem("CONFIGURATION_INVALID", { detail }));
}

/**
 * What a file holds. Its faults are told by the setting's name, for its text may be a secret.
 * @param open where the setting is noted when anyone on the machine may read the file. It is not refused: containers are
 * given their secrets that way, where nobody else is
 */
function fileOf(path: string, setting: string, open: Set<string>): string {
  try {
    if (process.platform !== "win32" && (statSync(path).mode & 0o004) !== 0) open.add(setting);
    return readFileSync(path, "utf8").trim();
  } catch {
    throw wrong(setting);
  }
}

/** The issuer that the environment describes by itself, as an entry of the file would. */
function soleIssuer(settings: Settings): z.infer<typeof issuerShape>[] {
  if (settings.OIDC_ISSUER === undefined) return [];
  const named = settings.OIDC_NAME ?? new URL(settings.OIDC_ISSUER).host;
  return [
    {
      key: "oidc",
      issuer: settings.OIDC_ISSUER,
      clientId: settings.OIDC_CLIENT_ID,
      clientSecret: settings.OIDC_CLIENT_SECRET,
      nameZh: named,
      nameEn: named,
    },
  ];
}

function listedIssuers(path: string, open: Set<string>): z.infer<typeof issuerShape>[] {
  try {
    const readable = new Set<string>();
    const text = fileOf(path, "OIDC_ISSUERS_FILE", readable);
    const listed = z.array(issuerShape).min(1).parse(JSON.parse(text));
    // a list of issuers is no secret by itself
    if (listed.some(({ clientSecret }) => clientSecret !== undefined)) for (const name of readable) open.add(name);
    return listed;
  } catch {
    throw wrong("OIDC_ISSUERS_FILE");
  }
}

/**
 * Every issuer the settings name. One that signs people in to the portal needs PUBLIC_URL: it sends them back there. What
 * it tells the portal of a person (an ID token is made out to the client) must not pass for a bearer token.
 */
function issuersOf(settings: Settings, open: Set<string>): readonly Issuer[] {
  const file = settings.OIDC_ISSUERS_FILE;
  const entries = [...soleIssuer(settings), ...(file === undefined ? [] : listedIssuers(file, open))];
  const issuers = entries.map((entry): Issuer => {
    const { key, issuer, clientId, clientSecretFile } = entry;
    const secret =
      clientSecretFile === undefined
        ? (entry.clientSecret ?? null)
        : fileOf(clientSecretFile, "clientSecretFile", open);
    const audience = entry.audience ?? settings.OIDC_AUDIENCE;
    const client = clientId === undefined ? null : { id: clientId, secret };
    if (client !== null && client.id === audience) throw wrong("OIDC_CLIENT_ID, OIDC_AUDIENCE");
    return { key, issuer, audience, client, title: { zh: entry.nameZh, en: entry.nameEn } };
  });
  const unique = (values: readonly string[]): boolean => new Set(values).size === values.length;
  if (!unique(issuers.map(({ key }) => key)) || !unique(issuers.map(({ issuer }) => issuer)))
    throw wrong("OIDC_ISSUERS_FILE");
  if (settings.PUBLIC_URL === undefined && issuers.some(({ client }) => client !== null)) throw wrong("PUBLIC_URL");
  return issuers;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The language to speak at the command line: GUANTONG_LANG, else that of the locale; Chinese where it is Chinese. */
export function languageOf(env: Environment = process.env): Language {
  const asked = env["GUANTONG_LANG"];
  if (asked === "zh" || asked === "en") return asked;
  return (env["LC_ALL"] || env["LC_MESSAGES"] || env["LANG"] || "").startsWith("zh") ? "zh" : "en";
}

/** What belongs together must be set together. */
function together<Settings extends object>(settings: Settings): Required<Settings> | null {
  const values = Object.values(settings).filter((value) => value !== undefined);
  if (values.length === 0) return null;
  if (values.length === Object.keys(settings).length) return settings as Required<Settings>;
  throw new Failure(problem("CONFIGURATION_INVALID", { detail: Object.keys(settings).join(", ") }));
}

function channelsOf(settings: z.infer<typeof shape>): ChannelSettings {
  const { SMTP_URL, MAIL_FROM, SMS_URL, SMS_TOKEN, WECOM_URL, WECOM_CORP_ID, WECOM_SECRET, WECOM_AGENT_ID } = settings;
  const mail = together({ SMTP_URL, MAIL_FROM });
  const sms = together({ SMS_URL, SMS_TOKEN });
  const wecom = together({ WECOM_CORP_ID, WECOM_SECRET, WECOM_AGENT_ID });
  return {
    email: mail === null ? null : { url: mail.SMTP_URL ?? "", from: mail.MAIL_FROM ?? "" },
    sms: sms === null ? null : { url: sms.SMS_URL ?? "", token: sms.SMS_TOKEN ?? "" },
    wecom:
      wecom === null
        ? null
        : {
            url: WECOM_URL,
            corpId: wecom.WECOM_CORP_ID ?? "",
            secret: wecom.WECOM_SECRET ?? "",
            agentId: wecom.WECOM_AGENT_ID ?? 0,
          },
  };
}

/**
 * Reads the settings from the environment.
 * @throws Failure CONFIGURATION_INVALID naming every setting that is wrong, never its value: it may be a password
 */
export function readConfig(env: Environment = process.env): Config {
  // an empty setting is no setting
  const open = new Set<string>();
  const given = withSecretsFromFiles(env, open);
  const read = shape.safeParse(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== "")));
  if (!read.success) {
    const names = [...new Set(read.error.issues.map((issue) => String(issue.path[0])))];
    throw wrong(names.join(", "));
  }
  const settings = read.data;
  if (settings.DATABASE_OWNER_URL !== undefined && settings.DATABASE_URL === undefined) {
    throw wrong("DATABASE_OWNER_URL, DATABASE_URL");
  }
  return {
    port: settings.PORT,
    databaseUrl: settings.DATABASE_URL ?? null,
    databaseOwnerUrl: settings.DATABASE_OWNER_URL ?? settings.DATABASE_URL ?? null,
    poolMax: settings.DATABASE_POOL_MAX,
    dataDir: resolve(settings.GUANTONG_DATA_DIR),
    keysFile: resolve(settings.GUANTONG_KEYS_FILE ?? join(settings.GUANTONG_DATA_DIR, "keys.json")),
    issuers: issuersOf(settings, open),
    audience: settings.OIDC_AUDIENCE,
    publicUrl: settings.PUBLIC_URL ?? null,
    trustProxy: settings.TRUST_PROXY ?? null,
    requestsPerAddress: settings.RATE_REQUESTS_PER_ADDRESS,
    fieldsPerAccount: settings.RATE_FIELDS_PER_ACCOUNT,
    heavyPerAccount: settings.RATE_HEAVY_PER_ACCOUNT,
    signInsPerAddress: settings.RATE_SIGN_INS_PER_ADDRESS,
    operationMs: settings.OPERATION_TIMEOUT_MS,
    logLevel: settings.LOG_LEVEL,
    introspection: settings.INTROSPECTION === "true",
    channels: channelsOf(settings),
    worker: settings.WORKER === "true",
    headsFile: resolve(settings.GUANTONG_HEADS_FILE ?? join(settings.GUANTONG_DATA_DIR, "seal-heads.jsonl")),
    addressKept: settings.GUANTONG_AUDIT_ADDRESS,
    demo: settings.DEMO === "true",
    metricsToken: settings.METRICS_TOKEN ?? null,
    production: settings.NODE_ENV === "production",
    language: languageOf(env),
    openSecretFiles: [...open],
  };
}
