import { randomBytes } from "node:crypto";
import { detailDigest } from "../../domain/chain.ts";
import { sha256 } from "./signer.ts";

const SALT_BYTES = 16;

/** What a chain holds of something that may have to be erased, and the salt that goes with it when it is. */
export interface Salted {
  readonly salt: string;
  readonly digest: string;
}

/** Salts something that may have to be erased; null for nothing. */
export function salted(detail: unknown): Salted | null {
  if (detail === null || detail === undefined) return null;
  const salt = randomBytes(SALT_BYTES).toString("base64url");
  return { salt, digest: detailDigest(sha256, salt, detail) ?? "" };
}
