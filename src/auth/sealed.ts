import { decodeProtectedHeader, EncryptJWT, jwtDecrypt } from "jose";
import type { KeyRing } from "./keyring.ts";

/** What a sealed text is for; one kind never passes for another. */
type Kind = "session" | "flow" | "device";

/** Encrypts a small object (JWE, A256GCM), so that a browser keeps it and can neither read nor change it. */
export function seal(keys: KeyRing, kind: Kind, content: Record<string, unknown>, until: Date): Promise<string> {
  const key = keys.newest("session");
  return new EncryptJWT(content)
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: key.id, typ: kind })
    .setExpirationTime(Math.floor(until.getTime() / 1000))
    .encrypt(key.bytes);
}

/** What was sealed; null for what was not, for another kind, for a key that is gone, and after its time. */
export async function unseal(keys: KeyRing, kind: Kind, text: string, now: Date): Promise<unknown> {
  try {
    const { kid } = decodeProtectedHeader(text);
    const key = kid === undefined ? null : keys.find("session", kid);
    if (key === null) return null;
    const { payload } = await jwtDecrypt(text, key.bytes, {
      currentDate: now,
      typ: kind,
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: ["A256GCM"],
      requiredClaims: ["exp"],
    });
    return payload;
  } catch {
    return null;
  }
}
