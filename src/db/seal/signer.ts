import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { type Digest, type Head, headText } from "../../domain/chain.ts";

/** A secret to sign with: 32 bytes, and the name it is found by again. */
export interface SealKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** The keys of the sealer. They lie outside the database: whoever owns it can rewrite a chain, and not sign it. */
export interface SealKeys {
  newest(): SealKey;
  /** Those of earlier days as well. */
  all(): readonly SealKey[];
}

/** A head with its signature. */
export interface SignedHead extends Head {
  readonly keyId: string;
  /** Ed25519, base64url. */
  readonly signature: string;
}

export const sha256: Digest = (text) => createHash("sha256").update(text).digest("hex");

/** What stands before the 32 bytes of an Ed25519 secret in PKCS #8 (RFC 8410, section 7). */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

function privateKey({ bytes }: SealKey): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8, bytes]), format: "der", type: "pkcs8" });
}

/** The public half: SubjectPublicKeyInfo, base64url. */
export function publicKeyOf(key: SealKey): string {
  return createPublicKey(privateKey(key)).export({ format: "der", type: "spki" }).toString("base64url");
}

export function signHead(key: SealKey, head: Head): SignedHead {
  const signature = sign(null, Buffer.from(headText(head)), privateKey(key)).toString("base64url");
  return { ...head, keyId: key.id, signature };
}

/** Whether a head was signed by the key with this public half. */
export function isSignedBy(publicKey: string, head: SignedHead): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64url"), format: "der", type: "spki" });
    return verify(null, Buffer.from(headText(head)), key, Buffer.from(head.signature, "base64url"));
  } catch {
    return false;
  }
}
