import { hkdfSync, randomBytes, randomUUID } from "node:crypto";
import { link, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { problem } from "../domain/problem.ts";
import { Failure } from "../failure.ts";

/** What a key is for. One purpose's key tells nothing of another's. */
export type Purpose =
  | "id-number"
  | "id-lookup"
  | "file"
  | "objection"
  | "session"
  | "one-time-code"
  | "seal"
  | "counting";

export interface Key {
  /** Of the secret it comes from: stored beside whatever the key made, so that the key is found again. */
  readonly id: string;
  /** 32 bytes. */
  readonly bytes: Uint8Array;
}

/** The keys of the service. They lie outside the database, so that a copy of it alone opens nothing. */
export interface KeyRing {
  /** The key to write with: the newest that is in force. */
  newest(purpose: Purpose): Key;
  /** The key to read with. */
  find(purpose: Purpose, id: string): Key | null;
  /** Newest first, those announced but not yet in force included: other processes may write with them already. */
  all(purpose: Purpose): readonly Key[];
}

/** One secret, without itself. */
export interface SecretEntry {
  readonly id: string;
  readonly createdAt: string;
  /** From when on it is written with. */
  readonly activeFrom: string;
}

export interface KeyRingOptions {
  readonly keysFile: string;
  /** null: the embedded database, which one process alone serves. */
  readonly databaseUrl: string | null;
  readonly now?: () => Date;
}

const FORMAT = "guantong-keys-1";
const SECRET_BYTES = 32;

const fileSchema = z.object({
  format: z.literal(FORMAT),
  /** Oldest first. */
  secrets: z
    .array(
      z.object({
        id: z.string().regex(/^k[0-9a-f]{12}$/),
        secret: z.base64url().length(43),
        createdAt: z.iso.datetime(),
        activeFrom: z.iso.datetime(),
      }),
    )
    .min(1)
    .refine((secrets) => new Set(secrets.map(({ id }) => id)).size === secrets.length),
});
type Secret = z.infer<typeof fileSchema>["secrets"][number];

function newSecret(createdAt: Date, activeFrom: Date): Secret {
  return {
    id: `k${randomBytes(6).toString("hex")}`,
    secret: randomBytes(SECRET_BYTES).toString("base64url"),
    createdAt: createdAt.toISOString(),
    activeFrom: activeFrom.toISOString(),
  };
}

function unusable(file: string, detail: string, cause?: unknown): Failure {
  return new Failure(problem("KEYS_FILE_UNUSABLE", { file, detail }), cause);
}

/** The secrets of a file, oldest first; null where there is no file. */
async function readSecrets(file: string): Promise<readonly Secret[] | null> {
  let text: string;
  try {
    // a Kubernetes secret is readable by its group; whatever anyone on the machine can read is no secret
    const { mode } = await stat(file);
    if (process.platform !== "win32" && (mode & 0o007) !== 0) throw unusable(file, (mode & 0o777).toString(8));
    text = await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    throw error instanceof Failure ? error : unusable(file, code ?? "?", error);
  }
  try {
    return fileSchema.parse(JSON.parse(text)).secrets;
  } catch {
    // neither the text nor what the parser says of it: both may hold a secret
    throw unusable(file, FORMAT);
  }
}

/** Writes beside the file first, so that it is whole or as it was; `place` puts it where it belongs. */
async function writeSecrets(
  file: string,
  secrets: readonly Secret[],
  place: (unfinished: string, file: string) => Promise<void>,
): Promise<void> {
  const unfinished = `${file}.${randomUUID()}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(unfinished, `${JSON.stringify({ format: FORMAT, secrets }, null, 2)}\n`, {
      mode: 0o600,
      flush: true,
    });
    await place(unfinished, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === "EEXIST" ? error : unusable(file, code ?? "?", error);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/**
 * Makes the file with its first secret.
 * @returns false where there is one already: it is never written over
 */
export async function createKeys(file: string, now = new Date()): Promise<boolean> {
  try {
    await writeSecrets(file, [newSecret(now, now)], link);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Adds a secret. The old ones stay: what was written with them must be read.
 * @param activeFrom from when on it is written with; by then every process must have the file
 * @throws Failure KEYS_FILE_MISSING, KEYS_FILE_UNUSABLE
 */
export async function rotateKeys(file: string, activeFrom: Date, now = new Date()): Promise<SecretEntry> {
  const secrets = await readSecrets(file);
  if (secrets === null) throw new Failure(problem("KEYS_FILE_MISSING", { file }));
  const added = newSecret(now, activeFrom);
  await writeSecrets(file, [...secrets, added], rename);
  return entryOf(added);
}

function entryOf({ id, createdAt, activeFrom }: Secret): SecretEntry {
  return { id, createdAt, activeFrom };
}

/**
 * The secrets of a file, newest first, without themselves.
 * @throws Failure KEYS_FILE_MISSING, KEYS_FILE_UNUSABLE
 */
export async function listKeys(file: string): Promise<readonly SecretEntry[]> {
  const secrets = await readSecrets(file);
  if (secrets === null) throw new Failure(problem("KEYS_FILE_MISSING", { file }));
  return secrets.map(entryOf).reverse();
}

function deriveKey({ id, secret }: Secret, purpose: Purpose): Key {
  const derived = hkdfSync("sha256", Buffer.from(secret, "base64url"), FORMAT, `guantong ${purpose}`, SECRET_BYTES);
  return { id, bytes: new Uint8Array(derived) };
}

function ringOf(secrets: readonly Secret[], now: () => Date): KeyRing {
  const newestFirst = [...secrets].reverse();
  const derived = new Map<Purpose, readonly Key[]>();
  const all = (purpose: Purpose): readonly Key[] => {
    let keys = derived.get(purpose);
    if (keys === undefined) {
      keys = newestFirst.map((secret) => deriveKey(secret, purpose));
      derived.set(purpose, keys);
    }
    return keys;
  };
  return {
    all,
    find: (purpose, id) => all(purpose).find((key) => key.id === id) ?? null,
    newest(purpose) {
      const time = now().toISOString();
      const index = newestFirst.findIndex(({ activeFrom }) => activeFrom <= time);
      // a clock that runs behind must not leave a first start without a key
      const key = all(purpose).at(index);
      if (key === undefined) throw new Error("a key ring holds at least one key");
      return key;
    },
  };
}

/**
 * Opens the keys. With the embedded database they are made on the first start. Beside a database of one's own never:
 * were two machines each to make their own, neither could read what the other wrote.
 * @throws Failure KEYS_FILE_MISSING, KEYS_FILE_UNUSABLE
 */
export async function openKeyRing(options: KeyRingOptions): Promise<KeyRing> {
  const { keysFile, databaseUrl, now = () => new Date() } = options;
  let secrets = await readSecrets(keysFile);
  if (secrets === null && databaseUrl === null) {
    await createKeys(keysFile);
    secrets = await readSecrets(keysFile);
  }
  if (secrets === null) throw new Failure(problem("KEYS_FILE_MISSING", { file: keysFile }));
  return ringOf(secrets, now);
}
