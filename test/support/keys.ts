import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type KeyRing, openKeyRing, rotateKeys } from "../../src/auth/keyring.ts";

/** A ring of keys of a test's own, rotated so many times; its file is gone by the time the ring is there. */
export async function testKeys(options: { readonly rotations?: number } = {}): Promise<KeyRing> {
  const [last] = (await testRings(options.rotations ?? 0)).slice(-1);
  if (last === undefined) throw new Error("there is always one ring");
  return last;
}

/** The ring as it was before each of so many rotations, and after the last. */
export async function testRings(rotations: number): Promise<readonly KeyRing[]> {
  const folder = await mkdtemp(join(tmpdir(), "guantong-keys-"));
  const keysFile = join(folder, "keys.json");
  const rings = [await openKeyRing({ keysFile, databaseUrl: null })];
  for (let done = 0; done < rotations; done += 1) {
    await rotateKeys(keysFile, new Date(0));
    rings.push(await openKeyRing({ keysFile, databaseUrl: null }));
  }
  await rm(folder, { recursive: true });
  return rings;
}
