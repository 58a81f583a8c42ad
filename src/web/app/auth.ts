import { startAuthentication, startRegistration } from "@simplewebauthn/browser";
import type { Language } from "../generated/documents.ts";

/** Sent with everything that may change something: only a page of the service's own origin can. */
export const CSRF_HEADERS = { "x-guantong-csrf": "1" } as const;

/** What the service answered: where to go, or why not, in the reader's language. */
export type AuthAnswer =
  | { readonly ok: true; readonly to: string | null }
  | { readonly ok: false; readonly code: string | null; readonly message: string | null };

const UNREACHED: AuthAnswer = { ok: false, code: null, message: null };

async function send(path: string, body: object, language: Language): Promise<Response> {
  return fetch(`/auth/${path}`, {
    method: "POST",
    headers: {
      ...CSRF_HEADERS,
      "content-type": "application/json",
      accept: "application/json",
      "accept-language": language,
    },
    body: JSON.stringify(body),
  });
}

async function answerOf(response: Response): Promise<AuthAnswer> {
  const body = (await response.json().catch(() => ({}))) as {
    readonly to?: string | null;
    readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
  };
  if (response.ok) return { ok: true, to: body.to ?? null };
  const [error] = body.errors ?? [];
  return { ok: false, code: error?.extensions?.code ?? null, message: error?.message ?? null };
}

/** One step of signing in or out. */
export async function authPost(path: string, body: object, language: Language): Promise<AuthAnswer> {
  try {
    return await answerOf(await send(path, body, language));
  } catch {
    return UNREACHED;
  }
}

/** Asks the service for a challenge, the browser for its answer, and hands it in. Null where the owner thought better of it. */
async function ceremony(
  path: string,
  act: (options: never) => Promise<object>,
  language: Language,
): Promise<AuthAnswer | null> {
  try {
    const asked = await send(`${path}/options`, {}, language);
    if (!asked.ok) return await answerOf(asked);
    const options = (await asked.json()) as never;
    const response = await act(options).catch((error: unknown) => {
      if (error instanceof Error && (error.name === "NotAllowedError" || error.name === "AbortError")) return null;
      throw error;
    });
    return response === null ? null : await authPost(path, { response }, language);
  } catch {
    return UNREACHED;
  }
}

/** Signs in with whichever passkey the browser's owner chooses. */
export const passkeySignIn = (language: Language): Promise<AuthAnswer | null> =>
  ceremony("passkey", (optionsJSON) => startAuthentication({ optionsJSON }), language);

/** Makes a passkey for whoever is signed in. */
export const passkeyCreation = (language: Language): Promise<AuthAnswer | null> =>
  ceremony("passkeys", (optionsJSON) => startRegistration({ optionsJSON }), language);
