import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createKeys, type KeyRing, listKeys, openKeyRing, type Purpose, rotateKeys } from "../../src/auth/keyring.ts";
import { Failure } from "../../src/failure.ts";

const PURPOSES: readonly Purpose[] = ["id-number", "id-lookup", "file", "session", "one-time-code", "seal"];
const NOON = new Date("2026-11-24T04:00:00Z");
const TOMORROW = new Date("2026-11-25T04:00:00Z");

let folder: string;
let keysFile: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "guantong-keys-"));
  keysFile = join(folder, "kept", "keys.json");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ring = (now = NOON): Promise<KeyRing> => openKeyRing({ keysFile, databaseUrl: null, now: () => now });
const hex = ({ bytes }: { readonly bytes: Uint8Array }): string => Buffer.from(bytes).toString("hex");

async function failureOf(act: Promise<unknown>): Promise<Failure> {
  const failure = await act.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(failure instanceof Failure)) throw new Error(`no failure but ${String(failure)}`);
  return failure;
}

describe("the first start", () => {
  test("with the embedded database makes a file that only its owner reads, and finds it again", async () => {
    const first = await ring();
    expect((await stat(keysFile)).mode & 0o777).toBe(0o600);
    expect(hex((await ring()).newest("seal"))).toBe(hex(first.newest("seal")));
    expect(await readdir(join(folder, "kept"))).toEqual(["keys.json"]);
  });

  test("on several at once makes one key, not one each", async () => {
    const rings = await Promise.all([ring(), ring(), ring(), ring()]);
    expect(new Set(rings.map((each) => each.newest("id-number").id)).size).toBe(1);
  });

  test("beside a database of one's own makes none, and says what to do", async () => {
    const failure = await failureOf(openKeyRing({ keysFile, databaseUrl: "postgres://app@db/guantong" }));
    expect(failure.problem).toMatchObject({ code: "KEYS_FILE_MISSING", params: { file: keysFile } });
    await expect(stat(keysFile)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("never writes over a file that is there", async () => {
    expect(await createKeys(keysFile)).toBe(true);
    const before = await readFile(keysFile, "utf8");
    expect(await createKeys(keysFile)).toBe(false);
    expect(await readFile(keysFile, "utf8")).toBe(before);
  });
});

describe("keys", () => {
  test("are 32 bytes, another for each purpose, and none is the secret itself", async () => {
    const keys = await ring();
    const bytes = PURPOSES.map((purpose) => hex(keys.newest(purpose)));
    expect(bytes.every((each) => /^[0-9a-f]{64}$/.test(each))).toBe(true);
    expect(new Set(bytes).size).toBe(PURPOSES.length);
    const { secrets } = JSON.parse(await readFile(keysFile, "utf8")) as { secrets: { secret: string }[] };
    expect(bytes).not.toContain(Buffer.from(secrets[0]?.secret ?? "", "base64url").toString("hex"));
  });

  test("come out the same for a known secret, so that no release loses what an earlier one wrote", async () => {
    await createKeys(keysFile, NOON);
    const secret = {
      id: "k000000000001",
      secret: "A".repeat(43),
      createdAt: NOON.toISOString(),
      activeFrom: NOON.toISOString(),
    };
    await writeFile(keysFile, JSON.stringify({ format: "guantong-keys-1", secrets: [secret] }), { mode: 0o600 });
    const keys = await ring();
    expect(hex(keys.newest("id-number"))).toBe("cc7186289e3e18bdbb6ef836ff323ac9e8c09a9855857bbae3b7912fdc336f5c");
  });

  test("once rotated, are written with from the announced moment on, and read at all times", async () => {
    const before = await ring();
    const old = before.newest("id-number");
    const added = await rotateKeys(keysFile, TOMORROW, NOON);
    const today = await ring(NOON);
    expect(today.newest("id-number").id).toBe(old.id);
    // another process whose clock is ahead may write with it already
    expect(today.find("id-number", added.id)).not.toBeNull();
    expect(today.all("id-number").map(({ id }) => id)).toEqual([added.id, old.id]);
    const tomorrow = await ring(TOMORROW);
    expect(tomorrow.newest("id-number").id).toBe(added.id);
    expect(hex(tomorrow.find("id-number", old.id) ?? old)).toBe(hex(old));
    expect(tomorrow.find("id-number", "k00000000beef")).toBeNull();
  });

  test("are listed without a secret", async () => {
    await createKeys(keysFile, NOON);
    await rotateKeys(keysFile, TOMORROW, NOON);
    const listed = await listKeys(keysFile);
    expect(listed.map(({ activeFrom }) => activeFrom)).toEqual([TOMORROW.toISOString(), NOON.toISOString()]);
    expect(Object.keys(listed[0] ?? {}).sort()).toEqual(["activeFrom", "createdAt", "id"]);
  });
});

describe("a file is refused, and nothing of it shown", () => {
  test.each([
    ["is no JSON", "mySecretText"],
    ["is of another kind", '{"format":"mySecretText","secrets":[]}'],
    ["holds no secret", '{"format":"guantong-keys-1","secrets":[]}'],
  ])("when it %s", async (_, text) => {
    await writeFile(join(folder, "keys.json"), text, { mode: 0o600 });
    const failure = await failureOf(openKeyRing({ keysFile: join(folder, "keys.json"), databaseUrl: null }));
    expect(failure.problem.code).toBe("KEYS_FILE_UNUSABLE");
    expect(`${failure.message} ${failure.stack} ${String(failure.cause)}`).not.toContain("mySecretText");
  });

  test.skipIf(process.platform === "win32")("when anyone on the machine may read it", async () => {
    await createKeys(keysFile);
    await chmod(keysFile, 0o644);
    const failure = await failureOf(ring());
    expect(failure.problem).toMatchObject({ code: "KEYS_FILE_UNUSABLE", params: { detail: "644" } });
  });

  test("when it is not there to be rotated or listed", async () => {
    expect((await failureOf(rotateKeys(keysFile, NOON))).problem.code).toBe("KEYS_FILE_MISSING");
    expect((await failureOf(listKeys(keysFile))).problem.code).toBe("KEYS_FILE_MISSING");
  });
});
