import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import type { Key, KeyRing, Purpose } from "./keyring.ts";

/** A text or file only the keys open. The last sixteen bytes of `ciphertext` are its tag. */
export interface Sealed {
  readonly keyId: string;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

const ALGORITHM = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts a text (as UTF-8) or bytes with AES-256-GCM.
 * @param boundTo what it belongs to: moved to another row, it opens no more
 */
export function encrypt(key: Key, content: string | Uint8Array, boundTo: string): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key.bytes, nonce).setAAD(Buffer.from(boundTo));
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const ciphertext = Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  return { keyId: key.id, nonce, ciphertext };
}

/** Opens a text, as `decryptBytes` does. */
export function decrypt(keys: KeyRing, purpose: Purpose, sealed: Sealed, boundTo: string): string {
  return decryptBytes(keys, purpose, sealed, boundTo).toString("utf8");
}

/**
 * Opens what `encrypt` made.
 * @throws Error where the key is gone or the row was tampered with: nothing a user can mend
 */
export function decryptBytes(keys: KeyRing, purpose: Purpose, sealed: Sealed, boundTo: string): Buffer {
  const key = keys.find(purpose, sealed.keyId);
  if (key === null) throw new Error(`the keys file lacks ${sealed.keyId}`);
  const end = sealed.ciphertext.length - TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, key.bytes, sealed.nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(boundTo))
    .setAuthTag(sealed.ciphertext.subarray(end));
  return Buffer.concat([decipher.update(sealed.ciphertext.subarray(0, end)), decipher.final()]);
}

/** A hash that only the keys' holder can make: equal texts are found, and none can be guessed by trying. */
export function keyedHash(key: Key, text: string): Uint8Array {
  return createHmac("sha256", key.bytes).update(text).digest();
}
