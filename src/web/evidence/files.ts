import { CSRF_HEADERS } from "../app/auth.ts";
import type { EvidenceKind, Language } from "../generated/documents.ts";

/** Who sends or fetches, and in which language a refusal is told. */
export interface Sender {
  readonly capacityId: string;
  readonly language: Language;
}

/** Why the service refused; null where it was not reached. */
export interface Refusal {
  readonly code: string | null;
  readonly message: string | null;
}

/** What the service takes: a browser offers these and, on a telephone, the camera. */
export const ACCEPTED = "application/pdf,image/jpeg,image/png";

const headersOf = ({ capacityId, language }: Sender) => ({
  ...CSRF_HEADERS,
  "x-guantong-capacity": capacityId,
  "accept-language": language,
});

async function refusalOf(response: Response): Promise<Refusal> {
  const body = (await response.json().catch(() => ({}))) as {
    readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
  };
  const [error] = body.errors ?? [];
  return { code: error?.extensions?.code ?? null, message: error?.message ?? null };
}

const UNREACHED: Refusal = { code: null, message: null };

/** Sends a file in as evidence about a learner. */
export async function sendFile(
  file: File,
  about: { readonly learnerId: string; readonly kind: EvidenceKind },
  sender: Sender,
): Promise<{ readonly id: string } | Refusal> {
  const search = new URLSearchParams({ learner: about.learnerId, kind: about.kind }).toString();
  try {
    const response = await fetch(`/files?${search}`, {
      method: "POST",
      headers: {
        ...headersOf(sender),
        "content-type": file.type === "" ? "application/octet-stream" : file.type,
        "x-guantong-file-name": encodeURIComponent(file.name.slice(-100)),
      },
      body: file,
    });
    return response.ok ? ((await response.json()) as { readonly id: string }) : await refusalOf(response);
  } catch {
    return UNREACHED;
  }
}

/** Fetches a file in the capacity the page is shown in, and lets the browser save it. Null once it is there. */
export async function saveFile(url: string, name: string, sender: Sender): Promise<Refusal | null> {
  try {
    const response = await fetch(url, { headers: headersOf(sender) });
    if (!response.ok) return await refusalOf(response);
    save(await response.blob(), name);
    return null;
  } catch {
    return UNREACHED;
  }
}

/** Lets the browser save something under a name. */
export function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
