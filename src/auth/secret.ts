import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import type { KeyRing } from "./keyring.ts";

/** A secret for a machine to keep: 256 bits. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** A secret of 256 bits cannot be guessed from its plain hash. */
export const hashSecret = (secret: string): string => createHash("sha256").update(secret).digest("base64url");

/** Compares without telling by its time how far two texts agree. */
export function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Crockford's letters: none is taken for another on paper. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** The first letters find the code: 30 bits, not secret. The others prove it: 50 bits, tried a few times at most. */
const SELECTOR_LENGTH = 6;
const CODE_LENGTH = 16;

/** A code on paper and what is kept of it. */
export interface NewCode {
  /** `K7QM-3XWA-P9RT-6HND`: shown once. */
  readonly text: string;
  readonly selector: string;
  readonly keyId: string;
  readonly hash: string;
}

/** The hash is keyed: fifty bits could be tried out by whoever had a copy of the database alone. */
function hashCode(key: Uint8Array, letters: string): string {
  return createHmac("sha256", key).update(letters).digest("base64url");
}

export function newCode(keys: KeyRing): NewCode {
  const letters = Array.from({ length: CODE_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join("");
  const { id, bytes } = keys.newest("one-time-code");
  return {
    text: (letters.match(/.{4}/g) ?? []).join("-"),
    selector: letters.slice(0, SELECTOR_LENGTH),
    keyId: id,
    hash: hashCode(bytes, letters),
  };
}

/** The letters of a code as somebody typed it; null for what cannot be one. */
export function lettersOf(typed: string): string | null {
  const letters = typed
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[\s\-–—.]/g, "")
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
  return letters.length === CODE_LENGTH && /^[0-9A-HJKMNP-TV-Z]*$/.test(letters) ? letters : null;
}

export const selectorOf = (letters: string): string => letters.slice(0, SELECTOR_LENGTH);

/** Whether a code is the one that was kept. */
export function isCode(
  keys: KeyRing,
  kept: { readonly keyId: string; readonly hash: string },
  letters: string,
): boolean {
  const key = keys.find("one-time-code", kept.keyId);
  return key !== null && isSame(hashCode(key.bytes, letters), kept.hash);
}

/** A receipt that somebody without an account comes back with: sixteen letters, of which eighty bits are secret. */
export function newReceipt(): { readonly text: string; readonly hash: string } {
  const letters = Array.from({ length: CODE_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join("");
  return { text: (letters.match(/.{4}/g) ?? []).join("-"), hash: hashSecret(letters) };
}

/** The hash of a receipt as somebody typed it; null for what cannot be one. */
export function hashReceipt(typed: string): string | null {
  const letters = lettersOf(typed);
  return letters === null ? null : hashSecret(letters);
}
