import { join, resolve } from "node:path";
import { z } from "zod";
import type { Language } from "./auth/viewer.ts";
import { problem } from "./domain/problem.ts";
import { Failure } from "./failure.ts";

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
  /** A real OpenID Connect issuer; null: the development issuer. */
  readonly issuer: string | null;
  readonly audience: string;
  /** The address people reach the portal at, behind whatever stands before the service; null: whatever host they name. */
  readonly publicUrl: string | null;
  readonly logLevel: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
  readonly introspection: boolean;
  readonly production: boolean;
  /** Language of the command line. */
  readonly language: Language;
}

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ });

const shape = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_OWNER_URL: postgresUrl.optional(),
  DATABASE_POOL_MAX: z.coerce.number().int().min(1).max(1000).default(10),
  GUANTONG_DATA_DIR: z.string().default(".guantong"),
  GUANTONG_KEYS_FILE: z.string().optional(),
  OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  OIDC_AUDIENCE: z.string().default("guantong"),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  INTROSPECTION: z.enum(["true", "false"]).default("true"),
  NODE_ENV: z.string().optional(),
});

type Environment = Readonly<Record<string, string | undefined>>;

/** The language to speak at the command line: GUANTONG_LANG, else that of the locale; Chinese where it is Chinese. */
export function languageOf(env: Environment = process.env): Language {
  const asked = env["GUANTONG_LANG"];
  if (asked === "zh" || asked === "en") return asked;
  return (env["LC_ALL"] || env["LC_MESSAGES"] || env["LANG"] || "").startsWith("zh") ? "zh" : "en";
}

/**
 * Reads the settings from the environment.
 * @throws Failure CONFIGURATION_INVALID naming every setting that is wrong, never its value: it may be a password
 */
export function readConfig(env: Environment = process.env): Config {
  // an empty setting is no setting
  const read = shape.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== "")));
  if (!read.success) {
    const names = [...new Set(read.error.issues.map((issue) => String(issue.path[0])))];
    throw new Failure(problem("CONFIGURATION_INVALID", { detail: names.join(", ") }));
  }
  const settings = read.data;
  if (settings.DATABASE_OWNER_URL !== undefined && settings.DATABASE_URL === undefined) {
    throw new Failure(problem("CONFIGURATION_INVALID", { detail: "DATABASE_OWNER_URL, DATABASE_URL" }));
  }
  return {
    port: settings.PORT,
    databaseUrl: settings.DATABASE_URL ?? null,
    databaseOwnerUrl: settings.DATABASE_OWNER_URL ?? settings.DATABASE_URL ?? null,
    poolMax: settings.DATABASE_POOL_MAX,
    dataDir: resolve(settings.GUANTONG_DATA_DIR),
    keysFile: resolve(settings.GUANTONG_KEYS_FILE ?? join(settings.GUANTONG_DATA_DIR, "keys.json")),
    issuer: settings.OIDC_ISSUER ?? null,
    audience: settings.OIDC_AUDIENCE,
    publicUrl: settings.PUBLIC_URL ?? null,
    logLevel: settings.LOG_LEVEL,
    introspection: settings.INTROSPECTION === "true",
    production: settings.NODE_ENV === "production",
    language: languageOf(env),
  };
}
