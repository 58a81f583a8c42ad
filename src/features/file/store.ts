import type { EvidenceKind, MediaType } from "../../domain/evidence.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";

/** What is known of a file besides its content. */
export interface FileRow {
  readonly learnerId: Id;
  readonly id: Id;
  readonly institutionId: Id | null;
  readonly kind: EvidenceKind;
  readonly sha256: string;
  readonly mediaType: MediaType;
  readonly size: number;
  readonly name: string | null;
  readonly uploadedBy: Id;
  readonly uploadedAt: string;
  /** Whether the content is still kept. */
  readonly kept: boolean;
}

/** A file's content as it lies in the database. */
export interface SealedContent {
  readonly learnerId: Id;
  readonly id: Id;
  readonly sha256: string;
  readonly size: number;
  readonly keyId: string;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

const hex = (bytes: Uint8Array): string => `\\x${Buffer.from(bytes).toString("hex")}`;

/** A learner as far as the viewer may see them, and their home school. */
export async function learnerAtHome(
  tx: Tx,
  learnerId: Id,
): Promise<{ readonly learnerId: Id; readonly institutionId: Id | null } | null> {
  const rows = await tx.run(
    (sql) => sql<{ readonly learnerId: Id; readonly institutionId: Id | null }[]>`/* file.learnerAtHome */
      select id as learner_id, home_institution_id as institution_id from learner where id = ${learnerId}`,
  );
  return rows[0] ?? null;
}

/** The newest files of a learner; of one sender, where one is given. */
export function filesOfLearner(tx: Tx, learnerId: Id, sender: Id | null, limit: number) {
  return tx.run(
    (sql) => sql<FileRow[]>`/* file.filesOfLearner */
      select learner_id, id, institution_id, kind, sha256, media_type, size, name, uploaded_by, uploaded_at,
        key_id is not null as kept
      from file where learner_id = ${learnerId} and (${sender}::uuid is null or uploaded_by = ${sender}::uuid)
      order by uploaded_at desc, id desc limit ${limit}`,
  );
}

export async function fileById(tx: Tx, learnerId: Id, id: Id): Promise<FileRow | null> {
  const rows = await tx.run(
    (sql) => sql<FileRow[]>`/* file.fileById */
      select learner_id, id, institution_id, kind, sha256, media_type, size, name, uploaded_by, uploaded_at,
        key_id is not null as kept
      from file where learner_id = ${learnerId} and id = ${id}`,
  );
  return rows[0] ?? null;
}

/** The same content from the same sender for the same end; and how many files of theirs the learner has. */
export async function sentBefore(
  tx: Tx,
  file: Pick<FileRow, "learnerId" | "uploadedBy" | "kind" | "sha256">,
): Promise<{ readonly sameId: Id | null; readonly count: number }> {
  const [row] = await tx.run(
    (sql) => sql<{ readonly sameId: Id | null; readonly count: number }[]>`/* file.sentBefore */
      select (array_agg(id) filter (where kind = ${file.kind} and sha256 = ${file.sha256} and key_id is not null))[1] as same_id,
        count(*)::int as count
      from file where learner_id = ${file.learnerId} and uploaded_by = ${file.uploadedBy}`,
  );
  return row ?? { sameId: null, count: 0 };
}

/** Whether it was new: of two at once that are the same, one is. */
export async function insertFile(
  tx: Tx,
  file: Omit<FileRow, "kept">,
  sealed: Pick<SealedContent, "keyId" | "nonce" | "ciphertext">,
): Promise<boolean> {
  const rows = await tx.run(
    (sql) => sql`/* file.insertFile */
      insert into file (learner_id, id, institution_id, kind, sha256, media_type, size, name, uploaded_by, uploaded_at, key_id,
        nonce, ciphertext)
      values (${file.learnerId}, ${file.id}, ${file.institutionId}, ${file.kind}, ${file.sha256}, ${file.mediaType},
        ${file.size}, ${file.name}, ${file.uploadedBy}, ${file.uploadedAt}, ${sealed.keyId},
        ${hex(sealed.nonce)}::text::bytea, ${hex(sealed.ciphertext)}::text::bytea)
      on conflict (learner_id, uploaded_by, kind, sha256) where ciphertext is not null do nothing returning id`,
  );
  return rows.length === 1;
}

export async function contentOf(tx: Tx, learnerId: Id, id: Id): Promise<SealedContent | null> {
  const rows = await tx.run(
    (sql) => sql<SealedContent[]>`/* file.contentOf */
      select learner_id, id, sha256, size, key_id, nonce, ciphertext from file
      where learner_id = ${learnerId} and id = ${id} and ciphertext is not null`,
  );
  return rows[0] ?? null;
}

/** One after the other, in the order of their keys: the one behind `after`. For whoever looks through all of them. */
export async function nextContent(tx: Tx, after: readonly [Id, Id] | null): Promise<SealedContent | null> {
  const [learnerId, id] = after ?? [null, null];
  const rows = await tx.run(
    (sql) => sql<SealedContent[]>`/* file.nextContent */
      select learner_id, id, sha256, size, key_id, nonce, ciphertext from file
      where ciphertext is not null and (${learnerId}::uuid is null or (learner_id, id) > (${learnerId}::uuid, ${id}::uuid))
      order by learner_id, id limit 1`,
  );
  return rows[0] ?? null;
}

/** Contents that an older key wrote; held until the transaction ends. */
export function contentsOfOlderKeys(tx: Tx, keyId: string, limit: number) {
  return tx.run(
    (sql) => sql<SealedContent[]>`/* file.contentsOfOlderKeys */
      select learner_id, id, sha256, size, key_id, nonce, ciphertext from file
      where key_id <> ${keyId} order by learner_id, id limit ${limit} for update skip locked`,
  );
}

export function putContent(
  tx: Tx,
  { learnerId, id, keyId, nonce, ciphertext }: Omit<SealedContent, "sha256" | "size">,
) {
  return tx.run(
    (sql) => sql`/* file.putContent */
      update file set key_id = ${keyId}, nonce = ${hex(nonce)}::text::bytea, ciphertext = ${hex(ciphertext)}::text::bytea
      where learner_id = ${learnerId} and id = ${id}`,
  );
}

/** Which keys the contents need. */
export async function keysOfFiles(tx: Tx): Promise<readonly string[]> {
  const rows = await tx.run(
    (sql) => sql<{ readonly id: string }[]>`/* file.keysOfFiles */
      select distinct key_id as id from file where key_id is not null order by 1`,
  );
  return rows.map(({ id }) => id);
}
