import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { isoCBOR } from "@simplewebauthn/server/helpers";

/** What an authenticator says of itself; by default what an honest one would. */
export interface Saying {
  readonly challenge: string;
  readonly origin: string;
  readonly rpId?: string;
  readonly type?: string;
  readonly counter?: number;
  /** Someone was there; someone proved to be its owner. */
  readonly present?: boolean;
  readonly verified?: boolean;
  readonly userHandle?: string;
  readonly id?: string;
  readonly key?: KeyObject;
  readonly crossOrigin?: boolean;
}

const sha256 = (text: string | Buffer): Buffer => createHash("sha256").update(text).digest();
const base64url = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("base64url");

/** A passkey in software, as far as the WebAuthn protocol goes: ES256, no attestation. */
export class Authenticator {
  readonly id = base64url(randomBytes(32));
  readonly #keys = generateKeyPairSync("ec", { namedCurve: "P-256" });

  get key(): KeyObject {
    return this.#keys.privateKey;
  }

  /** What it answers to `navigator.credentials.create`. */
  create(saying: Saying) {
    const { x = "", y = "" } = this.#keys.publicKey.export({ format: "jwk" });
    const cose = isoCBOR.encode(
      new Map<number, number | Uint8Array>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, new Uint8Array(Buffer.from(x, "base64url"))],
        [-3, new Uint8Array(Buffer.from(y, "base64url"))],
      ]),
    );
    const id = Buffer.from(this.id, "base64url");
    const length = Buffer.from([id.length >> 8, id.length & 255]);
    const authData = Buffer.concat([head(saying, 0x40), Buffer.alloc(16), length, id, cose]);
    const attestation = new Map<string, unknown>([
      ["fmt", "none"],
      ["attStmt", new Map()],
      ["authData", new Uint8Array(authData)],
    ]);
    return {
      id: this.id,
      rawId: this.id,
      type: "public-key",
      response: {
        clientDataJSON: base64url(clientData("webauthn.create", saying)),
        attestationObject: base64url(isoCBOR.encode(attestation as never)),
        transports: ["internal"],
      },
      clientExtensionResults: {},
    };
  }

  /** What it answers to `navigator.credentials.get`. */
  get(saying: Saying) {
    const data = clientData("webauthn.get", saying);
    const authenticatorData = head(saying, 0);
    const signed = createSign("sha256").update(Buffer.concat([authenticatorData, sha256(data)]));
    const id = saying.id ?? this.id;
    return {
      id,
      rawId: id,
      type: "public-key",
      response: {
        clientDataJSON: base64url(data),
        authenticatorData: base64url(authenticatorData),
        signature: base64url(signed.sign(saying.key ?? this.#keys.privateKey)),
        userHandle: base64url(saying.userHandle ?? ""),
      },
      clientExtensionResults: {},
    };
  }
}

function clientData(type: string, saying: Saying): string {
  const { challenge, origin, crossOrigin = false } = saying;
  return JSON.stringify({ type: saying.type ?? type, challenge, origin, crossOrigin });
}

function head({ rpId, origin, counter = 0, present = true, verified = true }: Saying, more: number): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  const flags = (present ? 1 : 0) | (verified ? 4 : 0) | more;
  return Buffer.concat([sha256(rpId ?? new URL(origin).hostname), Buffer.from([flags]), count]);
}
