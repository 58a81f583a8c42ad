import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import { hex } from "./document-store.ts";

/** A registry number as it lies in the database: only the end of it can be read without the keys. */
export interface RegistryNumberRow {
  readonly learnerId: Id;
  readonly homeInstitutionId: Id | null;
  readonly keyId: string;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly lookupKeyId: string;
  readonly lookup: Uint8Array;
  readonly masked: string;
}

export function numbersByLearners(tx: Tx, learnerIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<RegistryNumberRow[]>`/* registry.numbersByLearners */
      select learner_id, home_institution_id, key_id, nonce, ciphertext, lookup_key_id, lookup, masked
      from registry_number where learner_id = any(${learnerIds as Id[]}::uuid[])`,
  );
}

/** Writes numbers in the place of those that are there: however many, one statement. */
export async function putNumbers(tx: Tx, rows: readonly RegistryNumberRow[]): Promise<void> {
  if (rows.length === 0) return;
  const written = JSON.stringify(
    rows.map((row) => ({
      learner_id: row.learnerId,
      home_institution_id: row.homeInstitutionId,
      key_id: row.keyId,
      nonce: hex(row.nonce),
      ciphertext: hex(row.ciphertext),
      lookup_key_id: row.lookupKeyId,
      lookup: hex(row.lookup),
      masked: row.masked,
    })),
  );
  await tx.run(
    (sql) => sql`/* registry.putNumbers */
      insert into registry_number (learner_id, home_institution_id, key_id, nonce, ciphertext, lookup_key_id, lookup, masked)
      select learner_id, home_institution_id, key_id, nonce, ciphertext, lookup_key_id, lookup, masked
      from json_populate_recordset(null::registry_number, ${written}::text::json)
      on conflict (learner_id) do update set home_institution_id = excluded.home_institution_id, key_id = excluded.key_id,
        nonce = excluded.nonce, ciphertext = excluded.ciphertext, lookup_key_id = excluded.lookup_key_id,
        lookup = excluded.lookup, masked = excluded.masked`,
  );
}

/** Learners of some schools whose number has one of these hashes. */
export function learnersByNumber(tx: Tx, institutionIds: readonly Id[], lookups: readonly Uint8Array[]) {
  return tx.run(
    (sql) => sql<{ readonly learnerId: Id }[]>`/* registry.learnersByNumber */
      select learner_id from registry_number
      where lookup = any(${lookups.map(hex) as string[]}::text[]::bytea[])
        and home_institution_id = any(${institutionIds as Id[]}::uuid[])
      order by learner_id`,
  );
}

/** Whose a registry number is, at whichever school. */
export interface RegistryHolder {
  /** The hash the number was found by. */
  readonly lookup: Uint8Array;
  readonly learnerId: Id;
  readonly name: string;
}

/** Who holds these numbers at any school, past row-level security; where two do, the one known first. */
export async function holdersOfNumbers(tx: Tx, lookups: readonly Uint8Array[]): Promise<readonly RegistryHolder[]> {
  if (lookups.length === 0) return [];
  return tx.run(
    (sql) => sql<RegistryHolder[]>`/* registry.holdersOfNumbers */
      select lookup, learner_id, name from holders_of_registry_numbers(${lookups.map(hex) as string[]}::text[]::bytea[])`,
  );
}

/** Makes the acting school the home of learners who come from another one; what they own stays theirs. @returns who came */
export async function adoptLearners(tx: Tx, holders: readonly RegistryHolder[]): Promise<readonly Id[]> {
  if (holders.length === 0) return [];
  const ids = holders.map((holder) => holder.learnerId);
  const lookups = holders.map((holder) => hex(holder.lookup));
  const names = holders.map((holder) => holder.name);
  const rows = await tx.run(
    (sql) => sql<{ readonly learnerId: Id }[]>`/* registry.adoptLearners */
      select adopt_learners(${ids}::uuid[], ${lookups as string[]}::text[]::bytea[], ${names}::text[]) as learner_id`,
  );
  return rows.map(({ learnerId }) => learnerId);
}

/** Numbers that an older key wrote, in the order of their learners; held until the transaction ends. */
export function numbersOfOlderKeys(tx: Tx, keyId: string, lookupKeyId: string, limit: number) {
  return tx.run(
    (sql) => sql<RegistryNumberRow[]>`/* registry.numbersOfOlderKeys */
      select learner_id, home_institution_id, key_id, nonce, ciphertext, lookup_key_id, lookup, masked
      from registry_number where key_id <> ${keyId} or lookup_key_id <> ${lookupKeyId}
      order by learner_id limit ${limit} for update skip locked`,
  );
}

/** A number that an older version wrote in clear. */
interface ClearNumber {
  readonly learnerId: Id;
  readonly homeInstitutionId: Id | null;
  readonly number: string;
}

/** Numbers still in clear, held until the transaction ends; another process does what this one does not get. */
export function numbersInClear(tx: Tx, limit: number) {
  return tx.run(
    (sql) => sql<ClearNumber[]>`/* registry.numbersInClear */
      select id as learner_id, home_institution_id, registry_no as number from learner
      where registry_no is not null order by id limit ${limit} for update`,
  );
}

export async function emptyClear(tx: Tx, learnerIds: readonly Id[]): Promise<void> {
  await tx.run(
    (sql) => sql`/* registry.emptyClear */
      update learner set registry_no = null where id = any(${learnerIds as Id[]}::uuid[])`,
  );
}
