import { expect, test } from "vitest";
import { decrypt, encrypt, keyedHash } from "../../src/auth/cipher.ts";
import { testRings } from "../support/keys.ts";

const TEXT = "150203209912310010";

test("what was encrypted opens again, with old and new keys alike", async () => {
  const [before, after] = await testRings(1);
  if (before === undefined || after === undefined) throw new Error("two rings");
  const old = encrypt(before.newest("id-number"), TEXT, "row 1");
  const young = encrypt(after.newest("id-number"), TEXT, "row 1");
  expect(young.keyId).not.toBe(old.keyId);
  expect(decrypt(after, "id-number", old, "row 1")).toBe(TEXT);
  expect(decrypt(after, "id-number", young, "row 1")).toBe(TEXT);
  expect(() => decrypt(before, "id-number", young, "row 1")).toThrow(young.keyId);
});

test("equal texts are never equal when encrypted, and always when hashed", async () => {
  const [keys] = await testRings(0);
  const key = keys?.newest("id-number");
  if (key === undefined) throw new Error("one ring");
  const [one, other] = [encrypt(key, TEXT, "row 1"), encrypt(key, TEXT, "row 1")];
  expect(Buffer.from(one.ciphertext).equals(other.ciphertext)).toBe(false);
  expect(Buffer.from(one.nonce).equals(other.nonce)).toBe(false);
  expect(Buffer.from(keyedHash(key, TEXT)).equals(keyedHash(key, TEXT))).toBe(true);
});

test("moved to another row, shortened or changed in any byte, it opens no more", async () => {
  const [keys] = await testRings(0);
  if (keys === undefined) throw new Error("one ring");
  const sealed = encrypt(keys.newest("id-number"), TEXT, "row 1");
  expect(() => decrypt(keys, "id-number", sealed, "row 2")).toThrow();
  expect(() => decrypt(keys, "id-number", { ...sealed, ciphertext: sealed.ciphertext.subarray(1) }, "row 1")).toThrow();
  for (const place of sealed.ciphertext.keys()) {
    const ciphertext = Uint8Array.from(sealed.ciphertext);
    ciphertext[place] = (ciphertext[place] ?? 0) ^ 1;
    expect(() => decrypt(keys, "id-number", { ...sealed, ciphertext }, "row 1")).toThrow();
  }
});
