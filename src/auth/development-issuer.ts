import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTVerifyGetKey,
  SignJWT,
} from "jose";
import type { Id } from "../domain/id.ts";
import { DEVELOPMENT_ISSUER } from "./issuer.ts";

/** A token of the development issuer. */
export interface IssuedToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** The issuer of the embedded default: signs whatever account it is told to. */
export interface DevelopmentIssuer {
  readonly keys: JWTVerifyGetKey;
  issue(accountId: Id, capacityId: Id | null, now: Date): Promise<IssuedToken>;
}

const LIFETIME_MS = 12 * 60 * 60 * 1000;

/** Its key, made on the first start and kept where only the service reads it. */
async function developmentKey(dataDir: string): Promise<JWK> {
  const path = join(dataDir, "development-key.json");
  try {
    return JSON.parse(await readFile(path, "utf8")) as JWK;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: "ES256" };
  const unfinished = `${path}.${process.pid}`;
  await mkdir(dataDir, { recursive: true });
  await writeFile(unfinished, JSON.stringify(key), { mode: 0o600 });
  await rename(unfinished, path);
  return key;
}

export async function openDevelopmentIssuer(dataDir: string, audience: string): Promise<DevelopmentIssuer> {
  const key = await developmentKey(dataDir);
  const { d: _, ...publicKey } = key;
  const signingKey = await importJWK(key, "ES256");
  return {
    keys: createLocalJWKSet({ keys: [publicKey] }),
    async issue(accountId, capacityId, now) {
      const expiresAt = new Date(Math.floor((now.getTime() + LIFETIME_MS) / 1000) * 1000);
      const token = await new SignJWT(capacityId === null ? {} : { capacity: capacityId })
        .setProtectedHeader({ alg: "ES256", kid: key.kid ?? "" })
        .setSubject(accountId)
        .setIssuer(DEVELOPMENT_ISSUER)
        .setAudience(audience)
        .setIssuedAt(Math.floor(now.getTime() / 1000))
        .setExpirationTime(Math.floor(expiresAt.getTime() / 1000))
        .sign(signingKey);
      return { token, expiresAt };
    },
  };
}
