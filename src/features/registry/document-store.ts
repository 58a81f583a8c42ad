import type { Tx } from "../../db/transaction.ts";
import type { DocumentKind } from "../../domain/id-number.ts";
import type { Id } from "../../domain/id.ts";

/** A document as it lies in the database: nothing of it can be read without the keys, but the end of its number. */
export interface DocumentRow {
  readonly learnerId: Id;
  readonly homeInstitutionId: Id | null;
  readonly kind: DocumentKind;
  readonly keyId: string;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly lookupKeyId: string | null;
  readonly lookup: Uint8Array | null;
  readonly masked: string | null;
}

export const hex = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : `\\x${Buffer.from(bytes).toString("hex")}`;

export function documentsByLearners(tx: Tx, learnerIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<DocumentRow[]>`/* registry.documentsByLearners */
      select learner_id, home_institution_id, kind, key_id, nonce, ciphertext, lookup_key_id, lookup, masked
      from identity_document where learner_id = any(${learnerIds as Id[]}::uuid[])`,
  );
}

/** Writes documents in the place of those that are there. */
export async function putDocuments(tx: Tx, rows: readonly DocumentRow[]): Promise<void> {
  if (rows.length === 0) return;
  const written = JSON.stringify(
    rows.map((row) => ({
      learner_id: row.learnerId,
      home_institution_id: row.homeInstitutionId,
      kind: row.kind,
      key_id: row.keyId,
      nonce: hex(row.nonce),
      ciphertext: hex(row.ciphertext),
      lookup_key_id: row.lookupKeyId,
      lookup: hex(row.lookup),
      masked: row.masked,
    })),
  );
  await tx.run(
    (sql) => sql`/* registry.putDocuments */
      insert into identity_document (learner_id, home_institution_id, kind, key_id, nonce, ciphertext, lookup_key_id, lookup, masked)
      select learner_id, home_institution_id, kind, key_id, nonce, ciphertext, lookup_key_id, lookup, masked
      from json_populate_recordset(null::identity_document, ${written}::text::json)
      on conflict (learner_id) do update set home_institution_id = excluded.home_institution_id, kind = excluded.kind,
        key_id = excluded.key_id, nonce = excluded.nonce, ciphertext = excluded.ciphertext,
        lookup_key_id = excluded.lookup_key_id, lookup = excluded.lookup, masked = excluded.masked`,
  );
}

/** Learners of some schools whose number has one of these hashes. */
export function learnersByLookup(tx: Tx, institutionIds: readonly Id[], lookups: readonly Uint8Array[]) {
  return tx.run(
    (sql) => sql<{ readonly learnerId: Id }[]>`/* registry.learnersByLookup */
      select learner_id from identity_document
      where lookup = any(${lookups.map(hex) as string[]}::text[]::bytea[])
        and home_institution_id = any(${institutionIds as Id[]}::uuid[])
      order by learner_id`,
  );
}

/** Whose the hashes are at whichever school, past row-level security: no more than the learner's id. */
export function holdersOfLookups(tx: Tx, lookups: readonly Uint8Array[]) {
  return tx.run(
    (sql) => sql<{ readonly lookup: Uint8Array; readonly learnerId: Id }[]>`/* registry.holdersOfLookups */
      select lookup, learner_id from holders_of_documents(${lookups.map(hex) as string[]}::text[]::bytea[])`,
  );
}

/** The first key of the locks below, which keeps them apart from any other. */
const NUMBERS_HELD = 0x6e6f;
/** A sheet brings thousands of numbers, and a database has room for some thousand locks: numbers share these. */
const PLACES = 64;

/** Holds the places of hashes until the transaction ends, in one order, so that nobody waits in a circle. */
export async function holdLookups(tx: Tx, lookups: readonly Uint8Array[]): Promise<void> {
  const places = [...new Set(lookups.map((lookup) => (lookup[0] ?? 0) % PLACES))].toSorted((a, b) => a - b);
  if (places.length === 0) return;
  await tx.run(
    (sql) => sql`/* registry.holdLookups */
      select pg_advisory_xact_lock(${NUMBERS_HELD}, place) from unnest(${places}::int[]) with ordinality as p (place, nth)
      order by nth`,
  );
}

/** Documents that an older key wrote, in the order of their learners; held until the transaction ends. */
export function documentsOfOlderKeys(tx: Tx, keyId: string, lookupKeyId: string, limit: number) {
  return tx.run(
    (sql) => sql<DocumentRow[]>`/* registry.documentsOfOlderKeys */
      select learner_id, home_institution_id, kind, key_id, nonce, ciphertext, lookup_key_id, lookup, masked
      from identity_document where key_id <> ${keyId} or lookup_key_id <> ${lookupKeyId}
      order by learner_id limit ${limit} for update skip locked`,
  );
}

/** Which keys the documents and registry numbers need. */
export async function keysOfDocuments(tx: Tx): Promise<readonly string[]> {
  const rows = await tx.run(
    (sql) => sql<{ readonly id: string }[]>`/* registry.keysOfDocuments */
      select distinct key_id as id from identity_document
      union select distinct lookup_key_id from identity_document where lookup_key_id is not null
      union select distinct key_id from registry_number union select distinct lookup_key_id from registry_number order by 1`,
  );
  return rows.map(({ id }) => id);
}
