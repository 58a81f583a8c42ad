import { createHmac } from "node:crypto";
import type { KeyRing } from "./keyring.ts";

/** Stands for parts in the same way on every process, and tells nothing of them to whoever sees the database alone. */
export type Pseudonym = (...parts: readonly string[]) => string;

export function pseudonyms(keys: KeyRing): Pseudonym {
  return (...parts) =>
    createHmac("sha256", keys.newest("counting").bytes).update(JSON.stringify(parts)).digest("base64url");
}
