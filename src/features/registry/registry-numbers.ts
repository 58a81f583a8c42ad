import { decrypt, encrypt, keyedHash } from "../../auth/cipher.ts";
import type { KeyRing } from "../../auth/keyring.ts";
import { authorise } from "../../auth/policy.ts";
import { institutionsOf, type Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { type IdentityDocument, maskNumber } from "../../domain/id-number.ts";
import type { Id } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { holdLookups } from "./document-store.ts";
import { documentLookups, homeOf, noteFound, readReason, refusedToFind } from "./documents.ts";
import * as store from "./registry-number-store.ts";

const boundTo = (learnerId: Id): string => `registry_number ${learnerId}`;
/** Another text than a document's: the same number in both makes two hashes. */
const lookupText = (number: string): string => `registry_number ${number.toUpperCase()}`;

function sealNumber(
  keys: KeyRing,
  of: Pick<store.RegistryNumberRow, "learnerId" | "homeInstitutionId">,
  number: string,
): store.RegistryNumberRow {
  const { learnerId, homeInstitutionId } = of;
  const sealed = encrypt(keys.newest("id-number"), number, boundTo(learnerId));
  const key = keys.newest("id-lookup");
  const lookup = keyedHash(key, lookupText(number));
  return { learnerId, homeInstitutionId, ...sealed, lookupKeyId: key.id, lookup, masked: maskNumber(number) };
}

const openNumber = (keys: KeyRing, row: store.RegistryNumberRow): string =>
  decrypt(keys, "id-number", row, boundTo(row.learnerId));

/** The hashes under which a number may lie: one for each key that may have been written with. */
function lookupsOf(keys: KeyRing, number: string): readonly Uint8Array[] {
  return keys.all("id-lookup").map((key) => keyedHash(key, lookupText(number)));
}

/**
 * Holds numbers until the transaction ends, all at once: of two who bring one person at the same instant, the second goes
 * on when what the first wrote can be read.
 */
export async function holdNumbers(
  tx: Tx,
  keys: KeyRing,
  documents: readonly Pick<IdentityDocument, "kind" | "number">[],
  registryNumbers: readonly string[] = [],
): Promise<void> {
  await holdLookups(tx, [
    ...documents.flatMap((document) => documentLookups(keys, document)),
    ...registryNumbers.flatMap((number) => lookupsOf(keys, number)),
  ]);
}

/** Which of two hashes are the same, as text. */
export const lookupName = (lookup: Uint8Array): string => Buffer.from(lookup).toString("hex");

/** Numbers in hand, to be compared with those on record: each hashed once, however often it is asked about. */
export interface NumbersInHand {
  /** Who has the number, at whichever school. */
  holder(number: string): store.RegistryHolder | undefined;
  /** Whether a hash on record is of the number. */
  is(number: string, lookup: Uint8Array): boolean;
}

/**
 * Looks numbers up, at every school.
 * @param known holders the caller knows of; of two, theirs is the one
 */
export async function numbersInHand(
  tx: Tx,
  keys: KeyRing,
  numbers: readonly string[],
  known: readonly store.RegistryHolder[],
): Promise<NumbersInHand> {
  const names = new Map<string, readonly string[]>();
  const lookups: Uint8Array[] = [];
  for (const number of new Set(numbers)) {
    const each = lookupsOf(keys, number);
    lookups.push(...each);
    names.set(number, each.map(lookupName));
  }
  const elsewhere = await store.holdersOfNumbers(tx, lookups);
  const holders = new Map([...elsewhere, ...known].map((holder) => [lookupName(holder.lookup), holder]));
  const namesOf = (number: string): readonly string[] => names.get(number) ?? [];
  return {
    holder: (number) => namesOf(number).flatMap((name) => holders.get(name) ?? [])[0],
    is: (number, lookup) => namesOf(number).includes(lookupName(lookup)),
  };
}

/** Writes registry numbers of a school's learners. */
export async function writeRegistryNumbers(
  tx: Tx,
  keys: KeyRing,
  homeInstitutionId: Id,
  numbers: ReadonlyMap<Id, string>,
): Promise<void> {
  const rows = [...numbers].map(([learnerId, number]) => sealNumber(keys, { learnerId, homeInstitutionId }, number));
  await store.putNumbers(tx, rows);
}

/** A learner's registry number; null where there is none, or the viewer may not see it. */
export async function registryNumberOf(tx: Tx, keys: KeyRing, learnerId: Id): Promise<string | null> {
  const [row] = await store.numbersByLearners(tx, [learnerId]);
  return row === undefined ? null : openNumber(keys, row);
}

/** A bound of the service; that of the sheet of learners. */
const NUMBER_MAX = 30;

/**
 * The learner of the viewer's school who has a registry number.
 * @returns FORBIDDEN, INVALID_INPUT
 */
export async function findByRegistryNumber(
  tx: Tx,
  keys: KeyRing,
  viewer: Viewer,
  written: string,
): Promise<{ readonly learnerId: Id | null } | Problem> {
  const refused = refusedToFind(viewer);
  if (refused !== null) return refused;
  const number = written.trim();
  if (number === "" || number.length > NUMBER_MAX) {
    return problem("INVALID_INPUT", { detail: "number" }, ["number"]);
  }
  const [found] = await store.learnersByNumber(tx, institutionsOf(viewer), lookupsOf(keys, number));
  return noteFound(viewer, found?.learnerId ?? null);
}

/**
 * A whole registry number, told to a registrar of the home school who says why. The reason goes into the audit log in the
 * same transaction: no number is told that leaves no entry.
 * @returns FORBIDDEN, INVALID_INPUT without a fit reason, NOT_FOUND where no number is on record
 */
export async function revealRegistryNumber(
  tx: Tx,
  keys: KeyRing,
  viewer: Viewer,
  asked: { readonly learnerId: Id; readonly reason: string },
): Promise<string | Problem> {
  const { learnerId } = asked;
  const reason = readReason(asked.reason);
  const [row] = await store.numbersByLearners(tx, [learnerId]);
  const institutionIds = [row?.homeInstitutionId ?? (await homeOf(tx, learnerId))];
  const why = isProblem(reason) ? {} : { reason };
  const refused = authorise(viewer, "registryNumber.reveal", { learnerId, institutionIds, ...why });
  if (refused !== null) return refused;
  if (isProblem(reason)) return reason;
  return row === undefined ? problem("NOT_FOUND") : openNumber(keys, row);
}

const BATCH = 500;

/** As `reencryptBatch` of documents, for registry numbers. */
export async function reencryptNumbers(tx: Tx, keys: KeyRing): Promise<number> {
  const [key, lookupKey] = [keys.newest("id-number"), keys.newest("id-lookup")];
  const rows = await store.numbersOfOlderKeys(tx, key.id, lookupKey.id, BATCH);
  await store.putNumbers(
    tx,
    rows.map((row) => sealNumber(keys, row, openNumber(keys, row))),
  );
  return rows.length;
}

/**
 * Encrypts what older versions wrote in clear, and empties where it stood: one batch in one transaction. The keys are not
 * in the database, so no migration can do it.
 * @returns how many this batch encrypted; none when all are done
 */
export async function sealClearNumbers(tx: Tx, keys: KeyRing): Promise<number> {
  const rows = await store.numbersInClear(tx, BATCH);
  if (rows.length === 0) return 0;
  await store.putNumbers(
    tx,
    rows.map((row) => sealNumber(keys, row, row.number)),
  );
  await store.emptyClear(
    tx,
    rows.map(({ learnerId }) => learnerId),
  );
  return rows.length;
}
