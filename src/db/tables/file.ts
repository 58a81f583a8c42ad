import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { EVIDENCE_KINDS, FILE_BYTES_MAX, MEDIA_TYPES } from "../../domain/evidence.ts";
import { bytes, id, instant } from "./columns.ts";

const listed = (words: readonly string[]) => sql.raw(words.map((word) => `'${word}'`).join(", "));

/**
 * 扫描件与佐证材料: what a person sent in as evidence of something about a learner. The content is one ciphertext
 * (AES-256-GCM, bound to the file), for a scan may show an ID number; the keys lie outside the database. It goes when its
 * time is over; the hash stays for what refers to it.
 */
export const file = pgTable(
  "file",
  {
    learnerId: uuid("learner_id").notNull(),
    id: id(),
    /** The school that keeps it: the learner's at the time. */
    institutionId: uuid("institution_id"),
    kind: text("kind", { enum: [...EVIDENCE_KINDS] }).notNull(),
    /** Of the content, in hexadecimal. */
    sha256: text("sha256").notNull(),
    mediaType: text("media_type", { enum: [...MEDIA_TYPES] }).notNull(),
    /** In bytes. */
    size: integer("size").notNull(),
    /** Made plain; null where nothing of the sender's name for it was. */
    name: text("name"),
    uploadedBy: uuid("uploaded_by").notNull(),
    uploadedAt: instant("uploaded_at").notNull(),
    /** null, as the two below, once its time is over. */
    keyId: text("key_id"),
    nonce: bytes("nonce"),
    ciphertext: bytes("ciphertext"),
  },
  (t) => [
    primaryKey({ columns: [t.learnerId, t.id] }),
    // the same content is one file, for whoever sent it
    uniqueIndex("file_content_key").on(t.learnerId, t.uploadedBy, t.kind, t.sha256).where(sql`ciphertext is not null`),
    index("file_institution_idx").on(t.institutionId, t.uploadedAt),
    check("file_kind", sql`kind in (${listed(EVIDENCE_KINDS)})`),
    check("file_media_type", sql`media_type in (${listed(MEDIA_TYPES)})`),
    check("file_size", sql`size > 0 and size <= ${sql.raw(String(FILE_BYTES_MAX))}`),
    check(
      "file_content",
      // sixteen bytes of it are its tag
      sql`num_nonnulls(key_id, nonce, ciphertext) in (0, 3) and (ciphertext is null or octet_length(ciphertext) = size + 16)`,
    ),
  ],
);
