import { createReadStream } from "node:fs";
import { mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import type { SignedHead } from "./signer.ts";

const lineSchema = z.union([
  z.strictObject({ key: z.strictObject({ id: z.string(), publicKey: z.base64url() }) }),
  z.strictObject({
    head: z.strictObject({
      chain: z.string(),
      number: z.int().positive(),
      position: z.int().nonnegative(),
      hash: z.string(),
      horizon: z.string().regex(/^\d+$/),
      sealedAt: z.string(),
      keyId: z.string(),
      signature: z.base64url(),
    }),
  }),
]);

/** A line of the file; null for one that is none of ours, such as one that a crash cut off. */
export type HeadsLine = z.infer<typeof lineSchema> | null;

/** The lines of a heads file in their order; none where there is no file. */
export async function* headsLines(path: string): AsyncGenerator<HeadsLine> {
  if (!(await exists(path))) return;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (text !== "") yield read(text);
  }
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
}

function read(text: string): HeadsLine {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * The file that signed heads are kept in, outside the database: whoever cuts a chain short there cannot cut the file. One
 * JSON object a line, nothing ever taken away: a key's public half before the first head it signed, then heads. Several
 * processes may add to one file: a line may then stand in it twice, and never in halves.
 */
export class HeadsFile {
  readonly #path: string;
  readonly #keys: Set<string>;
  /** The number of each chain's last head. */
  readonly #last: Map<string, number>;

  private constructor(path: string, keys: Set<string>, last: Map<string, number>) {
    this.#path = path;
    this.#keys = keys;
    this.#last = last;
  }

  static async open(path: string): Promise<HeadsFile> {
    const keys = new Set<string>();
    const last = new Map<string, number>();
    for await (const line of headsLines(path)) {
      if (line === null) continue;
      if ("key" in line) keys.add(line.key.id);
      else last.set(line.head.chain, Math.max(line.head.number, last.get(line.head.chain) ?? 0));
    }
    return new HeadsFile(path, keys, last);
  }

  lastNumber(chain: string): number {
    return this.#last.get(chain) ?? 0;
  }

  /**
   * Adds heads in the order of their numbers, and waits until they are on the disk.
   * @param publicKeys the public halves by the id of their key
   */
  async append(heads: readonly SignedHead[], publicKeys: ReadonlyMap<string, string>): Promise<void> {
    if (heads.length === 0) return;
    const lines: string[] = [];
    for (const head of heads) {
      const publicKey = publicKeys.get(head.keyId);
      if (!this.#keys.has(head.keyId) && publicKey !== undefined) {
        lines.push(JSON.stringify({ key: { id: head.keyId, publicKey } }));
        this.#keys.add(head.keyId);
      }
      lines.push(JSON.stringify({ head }));
    }
    await mkdir(dirname(this.#path), { recursive: true });
    const file = await open(this.#path, "a+", 0o600);
    try {
      // a line that a crash cut off is left to itself
      await file.appendFile(`${(await endsInHalf(file)) ? "\n" : ""}${lines.join("\n")}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    for (const { chain, number } of heads) this.#last.set(chain, number);
  }
}

async function endsInHalf(file: Awaited<ReturnType<typeof open>>): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 10;
}
