import { createHash } from "node:crypto";
import { decryptBytes, encrypt } from "../../auth/cipher.ts";
import type { KeyRing } from "../../auth/keyring.ts";
import { authorise, may } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { type EvidenceKind, FILES_MAX, type MediaType, SENT_BY_ONESELF, safeFileName } from "../../domain/evidence.ts";
import type { Id } from "../../domain/id.ts";
import { type Problem, problem } from "../../domain/problem.ts";
import * as store from "./store.ts";

export { mediaTypeOf } from "./content.ts";

/** The most files that one list shows. A bound of the service. */
const LIST_MAX = 200;

const boundTo = (file: { readonly learnerId: Id; readonly id: Id }): string => `file ${file.learnerId} ${file.id}`;
const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A class teacher reads what they sent in themself, and no more. */
const senderOf = ({ role, accountId }: Viewer): Id | null => (role === "CLASS_TEACHER" ? accountId : null);

/** The evidence about a learner that the viewer may read, newest first. FORBIDDEN, NOT_FOUND */
export async function filesOf(tx: Tx, viewer: Viewer, learnerId: Id): Promise<readonly store.FileRow[] | Problem> {
  const learner = await store.learnerAtHome(tx, learnerId);
  const refused = authorise(viewer, "file.read", { learnerId, institutionIds: [learner?.institutionId ?? null] });
  if (refused !== null) return refused;
  if (learner === null) return problem("NOT_FOUND");
  return store.filesOfLearner(tx, learnerId, senderOf(viewer), LIST_MAX);
}

/** One file that the viewer may read; null for one that is not there for them. Not noted: it is a part of something. */
export async function fileWithin(tx: Tx, viewer: Viewer, learnerId: Id, id: Id): Promise<store.FileRow | null> {
  const file = await store.fileById(tx, learnerId, id);
  if (file === null || !may(viewer, "file.read", { learnerId, institutionIds: [file.institutionId] })) return null;
  const sender = senderOf(viewer);
  return sender === null || sender === file.uploadedBy ? file : null;
}

/**
 * A file with its content, to be handed out.
 * @returns FORBIDDEN; NOT_FOUND, also once its time is over
 */
export async function openFile(
  tx: Tx,
  keys: KeyRing,
  viewer: Viewer,
  { learnerId, id }: { readonly learnerId: Id; readonly id: Id },
): Promise<{ readonly file: store.FileRow; readonly bytes: Buffer } | Problem> {
  const found = await store.fileById(tx, learnerId, id);
  const institutionIds = [found?.institutionId ?? null];
  const refused = authorise(viewer, "file.read", { learnerId, institutionIds, what: { type: "File", id } });
  if (refused !== null) return refused;
  const file = await fileWithin(tx, viewer, learnerId, id);
  const sealed = file === null ? null : await store.contentOf(tx, learnerId, id);
  if (file === null || sealed === null) return problem("NOT_FOUND");
  return { file, bytes: decryptBytes(keys, "file", sealed, boundTo(sealed)) };
}

/** What is about to be sent in. */
export interface Upload {
  readonly learnerId: Id;
  readonly kind: EvidenceKind;
}

/** Whether the viewer may send it in, asked before any of it comes. FORBIDDEN, NOT_FOUND, INVALID_INPUT */
export async function uploadRefused(tx: Tx, viewer: Viewer, upload: Upload): Promise<Problem | null> {
  const learner = await store.learnerAtHome(tx, upload.learnerId);
  const of = { learnerId: upload.learnerId, institutionIds: [learner?.institutionId ?? null] };
  // refused, it leaves a trace; else the trace is that of the file itself
  if (!may(viewer, "file.add", of)) return authorise(viewer, "file.add", of);
  if (learner === null) return problem("NOT_FOUND");
  const oneself = viewer.role === "STUDENT" || viewer.role === "GUARDIAN";
  return oneself && !SENT_BY_ONESELF.includes(upload.kind) ? problem("INVALID_INPUT", { detail: "kind" }) : null;
}

/** What came, looked through by `mediaTypeOf`. */
export interface Received extends Upload {
  readonly bytes: Buffer;
  readonly mediaType: MediaType;
  /** What its sender calls it. */
  readonly name: string;
}

/**
 * Keeps a file as evidence about a learner. The same content from the same sender is the same file.
 * @returns the file's id; FORBIDDEN, NOT_FOUND, INVALID_INPUT, FILES_TOO_MANY
 */
export async function addFile(
  tx: Tx,
  keys: KeyRing,
  viewer: Viewer,
  { learnerId, kind, bytes, mediaType, name }: Received,
  at: { readonly now: Date; readonly id: Id },
): Promise<Id | Problem> {
  const refused = await uploadRefused(tx, viewer, { learnerId, kind });
  if (refused !== null) return refused;
  const learner = await store.learnerAtHome(tx, learnerId);
  const institutionId = viewer.institutionId ?? learner?.institutionId ?? null;
  authorise(viewer, "file.add", {
    learnerId,
    institutionIds: [learner?.institutionId ?? null],
    what: { type: "File", id: at.id },
  });
  const uploadedBy = viewer.accountId;
  if (uploadedBy === null) return problem("FORBIDDEN", { action: "file.add" });
  const sha256 = hashOf(bytes);
  const { sameId, count } = await store.sentBefore(tx, { learnerId, uploadedBy, kind, sha256 });
  if (sameId !== null) return sameId;
  if (count >= FILES_MAX) return problem("FILES_TOO_MANY", { limit: FILES_MAX });
  const file = {
    learnerId,
    id: at.id,
    institutionId,
    kind,
    sha256,
    mediaType,
    size: bytes.length,
    name: safeFileName(name, mediaType),
    uploadedBy,
    uploadedAt: at.now.toISOString(),
  };
  const isNew = await store.insertFile(tx, file, encrypt(keys.newest("file"), bytes, boundTo(file)));
  if (isNew) return at.id;
  return (await store.sentBefore(tx, file)).sameId ?? problem("CONFLICT");
}

/** Few, for each may be large. */
const REENCRYPT_BATCH = 20;

/**
 * Writes with the newest key what older keys wrote, one batch in one transaction. As SYSTEM.
 * @returns how many files this batch rewrote; none when all are done
 */
export async function reencryptFiles(tx: Tx, keys: KeyRing): Promise<number> {
  const key = keys.newest("file");
  const rows = await store.contentsOfOlderKeys(tx, key.id, REENCRYPT_BATCH);
  for (const row of rows) {
    const bytes = decryptBytes(keys, "file", row, boundTo(row));
    await store.putContent(tx, { learnerId: row.learnerId, id: row.id, ...encrypt(key, bytes, boundTo(row)) });
  }
  return rows.length;
}

/** Keys that files in the database need and the ring lacks. */
export async function missingFileKeys(tx: Tx, keys: KeyRing): Promise<readonly string[]> {
  return (await store.keysOfFiles(tx)).filter((id) => keys.find("file", id) === null);
}

/** What became of the files. */
export interface FilesVerdict {
  readonly files: number;
  /** Ids of those that do not open, or are not what their hash says. */
  readonly damaged: readonly Id[];
}

/** Opens every file and compares it with its hash and size, one at a time. As SYSTEM. */
export async function verifyFiles(tx: Tx, keys: KeyRing): Promise<FilesVerdict> {
  const damaged: Id[] = [];
  let files = 0;
  for (let row = await store.nextContent(tx, null); row !== null; ) {
    files += 1;
    if (!isWhole(keys, row)) damaged.push(row.id);
    row = await store.nextContent(tx, [row.learnerId, row.id]);
  }
  return { files, damaged };
}

function isWhole(keys: KeyRing, row: store.SealedContent): boolean {
  try {
    const bytes = decryptBytes(keys, "file", row, boundTo(row));
    return bytes.length === row.size && hashOf(bytes) === row.sha256;
  } catch {
    return false;
  }
}
