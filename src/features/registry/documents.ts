import { z } from "zod";
import { decrypt, encrypt, keyedHash } from "../../auth/cipher.ts";
import type { KeyRing } from "../../auth/keyring.ts";
import { authorise, may } from "../../auth/policy.ts";
import { institutionsOf, type Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { type IdentityDocument, maskNumber, readDocument } from "../../domain/id-number.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { lastDayOfMinority } from "../../domain/majority.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { fittingText } from "../../domain/text.ts";
import { ageOfMajority, boundGuardianships } from "../identity/service.ts";
import { bankLearnersByDocument } from "./bank-number-store.ts";
import * as store from "./document-store.ts";
import type { RegistryHolder } from "./registry-number-store.ts";
import { learnersByIds } from "./store.ts";

const contentSchema = z.object({ number: z.string().nullable(), birthOn: z.string().nullable() });

const boundTo = ({ learnerId, kind }: Pick<store.DocumentRow, "learnerId" | "kind">): string =>
  `identity_document ${learnerId} ${kind}`;

const lookupText = ({ kind, number }: Pick<IdentityDocument, "kind" | "number">): string => `${kind} ${number}`;

/** Encrypts a document for its place in the database. */
function sealDocument(
  keys: KeyRing,
  of: Pick<store.DocumentRow, "learnerId" | "homeInstitutionId">,
  { kind, number, birthOn }: IdentityDocument,
): store.DocumentRow {
  const { learnerId, homeInstitutionId } = of;
  const sealed = encrypt(keys.newest("id-number"), JSON.stringify({ number, birthOn }), boundTo({ learnerId, kind }));
  const whose = { learnerId, homeInstitutionId, kind, ...sealed };
  if (number === null) return { ...whose, lookupKeyId: null, lookup: null, masked: null };
  const key = keys.newest("id-lookup");
  const lookup = keyedHash(key, lookupText({ kind, number }));
  return { ...whose, lookupKeyId: key.id, lookup, masked: maskNumber(number) };
}

/** Decrypts a document. */
export function openDocument(
  keys: KeyRing,
  row: Pick<store.DocumentRow, "learnerId" | "kind" | "keyId" | "nonce" | "ciphertext">,
): IdentityDocument {
  const content = contentSchema.parse(JSON.parse(decrypt(keys, "id-number", row, boundTo(row))));
  return { kind: row.kind, ...content };
}

/** The hashes under which a number may lie: one for each key that may have been written with. */
export function documentLookups(
  keys: KeyRing,
  document: Pick<IdentityDocument, "kind" | "number">,
): readonly Uint8Array[] {
  return document.number === null ? [] : keys.all("id-lookup").map((key) => keyedHash(key, lookupText(document)));
}

/** Whether a document is that of someone who is not of age on a day; null where it tells no birth date. */
export async function isMinors(tx: Tx, keys: KeyRing, row: store.DocumentRow, on: IsoDate): Promise<boolean | null> {
  const { birthOn } = openDocument(keys, row);
  const age = await ageOfMajority(tx, on);
  return birthOn === null || age === null ? null : on <= lastDayOfMinority(birthOn, age);
}

/** The documents of learners, decrypted; those the viewer may not see left out. */
export async function documentsOf(
  tx: Tx,
  keys: KeyRing,
  learnerIds: readonly Id[],
): Promise<ReadonlyMap<Id, IdentityDocument>> {
  if (learnerIds.length === 0) return new Map();
  const rows = await store.documentsByLearners(tx, learnerIds);
  return new Map(rows.map((row) => [row.learnerId, openDocument(keys, row)]));
}

/** Whom documents with a number belong to already, at whichever school. */
export async function holdersOf(
  tx: Tx,
  keys: KeyRing,
  documents: readonly IdentityDocument[],
): Promise<(document: IdentityDocument) => { readonly learnerId: Id; readonly lookup: Uint8Array } | null> {
  const lookups = documents.flatMap((document) => documentLookups(keys, document));
  const rows = lookups.length === 0 ? [] : await store.holdersOfLookups(tx, lookups);
  const holders = new Map(rows.map((row) => [Buffer.from(row.lookup).toString("hex"), row]));
  return (document) => {
    const found = documentLookups(keys, document).map((lookup) => holders.get(Buffer.from(lookup).toString("hex")));
    return found.find((row) => row !== undefined) ?? null;
  };
}

/**
 * Who came to the bank without a registration, at whichever school, by document and name: whoever is named otherwise there,
 * or is registered by now, is not among them.
 */
export async function unregisteredHolders(
  tx: Tx,
  keys: KeyRing,
  asked: readonly { readonly document: IdentityDocument; readonly name: string }[],
): Promise<(document: IdentityDocument, name: string) => RegistryHolder | undefined> {
  const lookups = asked.flatMap(({ document, name }) =>
    documentLookups(keys, document).map((lookup) => ({ lookup, name })),
  );
  const rows = await bankLearnersByDocument(tx, lookups);
  return (document, name) => {
    const names = new Set(documentLookups(keys, document).map((lookup) => store.hex(lookup)));
    return rows.find((row) => row.name === name && names.has(store.hex(row.lookup)));
  };
}

/** Writes documents of a school's learners; a guardian then stands for none of them beyond the age they tell. */
export async function writeDocuments(
  tx: Tx,
  keys: KeyRing,
  homeInstitutionId: Id,
  documents: ReadonlyMap<Id, IdentityDocument>,
  today: IsoDate,
): Promise<void> {
  const rows = [...documents].map(([learnerId, document]) =>
    sealDocument(keys, { learnerId, homeInstitutionId }, document),
  );
  await store.putDocuments(tx, rows);
  const births = [...documents].flatMap(([id, { birthOn }]) => (birthOn === null ? [] : [[id, birthOn] as const]));
  await boundGuardianships(tx, new Map(births), today);
}

/**
 * The learner of the viewer's school who has a number.
 * @returns FORBIDDEN, INVALID_INPUT, or what is wrong with the number
 */
export async function findLearner(
  tx: Tx,
  keys: KeyRing,
  viewer: Viewer,
  written: Parameters<typeof readDocument>[0],
  today: IsoDate,
): Promise<{ readonly learnerId: Id | null } | Problem> {
  const refused = refusedToFind(viewer);
  if (refused !== null) return refused;
  const document = readDocument(written, today);
  if (document === null) return problem("INVALID_INPUT", { detail: "number" }, ["input", "number"]);
  if (isProblem(document)) return document;
  const [found] = await store.learnersByLookup(tx, institutionsOf(viewer), documentLookups(keys, document));
  return noteFound(viewer, found?.learnerId ?? null);
}

const own = (viewer: Viewer) => ({ institutionIds: [viewer.institutionId] });

/** Whether the viewer may not search by number; a refusal is noted for the audit log. */
export function refusedToFind(viewer: Viewer): Problem | null {
  return may(viewer, "document.find", own(viewer)) ? null : authorise(viewer, "document.find", own(viewer));
}

/** Notes for the audit log that somebody was sought by a number, and who was found. */
export function noteFound(viewer: Viewer, learnerId: Id | null): { readonly learnerId: Id | null } | Problem {
  return authorise(viewer, "document.find", { ...own(viewer), learnerId }) ?? { learnerId };
}

/** How long the reason for an act upon a person is; a bound of the service. */
const REASON_LENGTH = { min: 5, max: 200 } as const;

/** A reason as it is kept, or what is wrong with it. */
export function readReason(written: string): string | Problem {
  return fittingText(written, REASON_LENGTH) ?? problem("INVALID_INPUT", { detail: "reason" }, ["reason"]);
}

/**
 * The whole number of a document, told to a registrar of the home school who says why. The reason goes into the audit log
 * in the same transaction: no number is told that leaves no entry.
 * @returns FORBIDDEN, INVALID_INPUT without a fit reason, NOT_FOUND where no number is on record
 */
export async function revealIdNumber(
  tx: Tx,
  keys: KeyRing,
  viewer: Viewer,
  asked: { readonly learnerId: Id; readonly reason: string },
): Promise<string | Problem> {
  const { learnerId } = asked;
  const reason = readReason(asked.reason);
  const [row] = await store.documentsByLearners(tx, [learnerId]);
  // whose document it is says the row; a learner without one says so to their own school alone
  const institutionIds = [row?.homeInstitutionId ?? (await homeOf(tx, learnerId))];
  const why = isProblem(reason) ? {} : { reason };
  const refused = authorise(viewer, "idNumber.reveal", { learnerId, institutionIds, ...why });
  if (refused !== null) return refused;
  if (isProblem(reason)) return reason;
  return (row === undefined ? null : openDocument(keys, row).number) ?? problem("NOT_FOUND");
}

/** The school that keeps a learner's record, as far as the viewer may see it. */
export async function homeOf(tx: Tx, learnerId: Id): Promise<Id | null> {
  const [learner] = await learnersByIds(tx, [learnerId]);
  return learner?.homeInstitutionId ?? null;
}

const BATCH = 500;

/**
 * Writes with the newest key what older keys wrote, one batch in one transaction: stopped anywhere, it goes on where it was.
 * Readers find both all the while.
 * @returns how many documents this batch rewrote; none when all are done
 */
export async function reencryptBatch(tx: Tx, keys: KeyRing): Promise<number> {
  const [key, lookupKey] = [keys.newest("id-number"), keys.newest("id-lookup")];
  const rows = await store.documentsOfOlderKeys(tx, key.id, lookupKey.id, BATCH);
  await store.putDocuments(
    tx,
    rows.map((row) => sealDocument(keys, row, openDocument(keys, row))),
  );
  return rows.length;
}

/** Keys that documents and registry numbers in the database need and the ring lacks. */
export async function missingKeys(tx: Tx, keys: KeyRing): Promise<readonly string[]> {
  const needed = await store.keysOfDocuments(tx);
  return needed.filter((id) => keys.find("id-number", id) === null);
}
