/** What a file is evidence of: 书面同意书, 学籍异动材料, 身份核验材料, 证书. */
export const EVIDENCE_KINDS = ["PAPER_CONSENT", "STATUS_CHANGE", "IDENTITY_CHECK", "CERTIFICATE"] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];
/** What a learner, or their guardian, sends in about themself; the rest comes from the school. */
export const SENT_BY_ONESELF: readonly EvidenceKind[] = ["STATUS_CHANGE", "CERTIFICATE"];

/** What may be sent: a photograph, or what a scanner makes. Neither can do anything by itself. */
export const MEDIA_TYPES = ["application/pdf", "image/jpeg", "image/png"] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

/** The largest file, in bytes: a page photographed by a telephone is 3 to 8 MB. A bound of the service. */
export const FILE_BYTES_MAX = 10 * 1024 * 1024;
/** How many files one person may put to one learner. A bound of the service. */
export const FILES_MAX = 60;

const EXTENSION: Readonly<Record<MediaType, string>> = {
  "application/pdf": "pdf",
  "image/jpeg": "jpg",
  "image/png": "png",
};

/** The longest name that is kept, in characters, its ending not counted. */
const NAME_LENGTH_MAX = 80;

/** Letters, digits and the plainest of marks, of any script: no path, nothing unseen, nothing that turns the line around. */
const NOT_IN_A_NAME = /[^\p{L}\p{N} ._()（）-]+/gu;

/**
 * A name to show and to save a file under, made from one that somebody else chose: of the last part of a path, what is
 * plain; the ending is that of what the file was found to be.
 * @returns null where nothing of it can be kept
 */
export function safeFileName(given: string, mediaType: MediaType): string | null {
  const last = given.normalize("NFC").split(/[/\\]/).at(-1) ?? "";
  const stem = last
    .replace(/\.[^.]{0,10}$/u, "")
    .replace(NOT_IN_A_NAME, " ")
    .replace(/\.{2,}/g, ".")
    .replace(/\s+/g, " ")
    .replace(/^[\s.]+|[\s.]+$/g, "");
  const short = Array.from(stem).slice(0, NAME_LENGTH_MAX).join("").trim();
  return short === "" ? null : `${short}.${EXTENSION[mediaType]}`;
}
