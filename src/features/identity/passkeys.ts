import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { v7 } from "uuid";
import { z } from "zod";
import type { Viewer } from "../../auth/viewer.ts";
import type { Database } from "../../db/transaction.ts";
import { type Id, isId } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import * as store from "./credential-store.ts";
import type { Attempt } from "./entering.ts";
import { asSelf } from "./oneself.ts";
import { accountById } from "./store.ts";

/** No person needs more. */
const PASSKEYS_MAX = 10;

const text = z.string().max(20_000);
const extensions = z.record(z.string(), z.unknown()).default({});
const registrationShape = z.object({
  id: text,
  rawId: text,
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: text,
    attestationObject: text,
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(10)
      .optional(),
  }),
  clientExtensionResults: extensions,
});
const assertionShape = z.object({
  id: text,
  rawId: text,
  type: z.literal("public-key"),
  response: z.object({ clientDataJSON: text, authenticatorData: text, signature: text, userHandle: text }),
  clientExtensionResults: extensions,
});

/** Where the portal is: passkeys are bound to its host. */
const hostOf = (origin: string): string => new URL(origin).hostname;

type Transports = NonNullable<z.infer<typeof registrationShape>["response"]["transports"]>;
const asTransports = (names: Transports): never[] => names as never[];

/** What a browser needs to make a passkey for an account. */
export async function creationOptions(
  db: Database,
  accountId: Id,
  origin: string,
): Promise<PublicKeyCredentialCreationOptionsJSON | Problem> {
  const tx = db.read(asSelf(accountId));
  try {
    const [account, known] = await Promise.all([accountById(tx, accountId), store.passkeysOf(tx, accountId)]);
    if (account === null) return problem("NOT_FOUND");
    if (known.length >= PASSKEYS_MAX) return problem("PASSKEY_REFUSED");
    return await generateRegistrationOptions({
      rpName: "贯通 Guantong",
      rpID: hostOf(origin),
      userID: new TextEncoder().encode(accountId),
      userName: account.login,
      userDisplayName: account.displayName,
      excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
      // found without a login, and opened by finger, face or PIN
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
    });
  } finally {
    tx.end();
  }
}

/** Keeps a passkey that a browser made. @returns PASSKEY_REFUSED for what does not answer the challenge */
export async function addPasskey(
  db: Database,
  viewer: Viewer & { readonly accountId: Id },
  made: {
    readonly response: unknown;
    readonly challenge: string;
    readonly origin: string;
    readonly label: string;
    readonly now: Date;
  },
): Promise<true | Problem> {
  const response = registrationShape.safeParse(made.response).data;
  if (response === undefined) return problem("PASSKEY_REFUSED");
  const transports = asTransports(response.response.transports ?? []);
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: { ...response, response: { ...response.response, transports } },
    expectedChallenge: made.challenge,
    expectedOrigin: made.origin,
    expectedRPID: hostOf(made.origin),
  }).catch(() => ({ verified: false as const, registrationInfo: undefined }));
  if (!verified || registrationInfo === undefined) return problem("PASSKEY_REFUSED");
  const { credential, credentialBackedUp } = registrationInfo;
  const { accountId, trail } = viewer;
  const id = v7();
  const fresh = await db.write(viewer, async (tx) => {
    const inserted = await store.insertPasskey(tx, {
      accountId,
      id,
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString("base64url"),
      counter: credential.counter,
      transports: transports.join(","),
      backedUp: credentialBackedUp,
      label: made.label,
      at: made.now,
    });
    if (inserted) trail?.step("passkey.add", { what: { type: "Passkey", id } }, null);
    return inserted;
  });
  return fresh ? true : problem("PASSKEY_REFUSED");
}

/** What a browser needs to sign in with whichever passkey its owner chooses. */
export function requestOptions(origin: string): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({ rpID: hostOf(origin), userVerification: "required" });
}

/** An answer to a challenge, and when that was asked: milliseconds since 1970. */
interface Used {
  readonly response: unknown;
  readonly challenge: string;
  readonly askedAt: number;
  readonly origin: string;
  readonly now: Date;
}

/**
 * The account of a passkey. A challenge serves once: what was asked before the passkey was last used is spent, for most
 * passkeys count nothing by which a replay could be told.
 * @returns refused with PASSKEY_REFUSED for what does not answer the challenge, or whose passkey is gone
 */
export async function accountByPasskey(db: Database, used: Used): Promise<Attempt> {
  const response = assertionShape.safeParse(used.response).data;
  const accountId = response === undefined ? "" : Buffer.from(response.response.userHandle, "base64url").toString();
  if (response === undefined || !isId(accountId)) return { accountId: null, refused: problem("PASSKEY_REFUSED") };
  const found = await db.write<Id | Problem>(asSelf(accountId), async (tx) => {
    const known = (await store.passkeysOf(tx, accountId)).find(({ credentialId }) => credentialId === response.id);
    if (known === undefined) return problem("PASSKEY_REFUSED");
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: used.challenge,
      expectedOrigin: used.origin,
      expectedRPID: hostOf(used.origin),
      credential: {
        id: known.credentialId,
        publicKey: new Uint8Array(Buffer.from(known.publicKey, "base64url")),
        counter: known.counter,
      },
    }).catch(() => ({ verified: false as const, authenticationInfo: null }));
    if (!verified || authenticationInfo === null) return problem("PASSKEY_REFUSED");
    const { newCounter: counter, credentialBackedUp: backedUp } = authenticationInfo;
    const askedAt = new Date(used.askedAt);
    const noted = await store.usePasskey(tx, known, { counter, backedUp, askedAt, at: used.now });
    return noted ? accountId : problem("PASSKEY_REFUSED");
  });
  // who is named by whoever holds no passkey of theirs need not be there at all
  return isProblem(found) ? { accountId: null, refused: found } : { accountId: found, refused: null };
}
