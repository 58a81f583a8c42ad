import type { KeyRing } from "../../auth/keyring.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { type AgeOfMajority, isYounger, type KnownAge } from "../../domain/majority.ts";
import { ageOfMajority } from "../identity/service.ts";
import * as store from "./age-store.ts";
import { openDocument } from "./documents.ts";

const UNKNOWN: KnownAge = { birthOn: null, level: null, enteredOn: null };

/** What is known of learners' ages, as far as the viewer may judge them. It tells birth dates: no one else is told them. */
export async function agesOf(tx: Tx, keys: KeyRing, learnerIds: readonly Id[]): Promise<(learnerId: Id) => KnownAge> {
  if (learnerIds.length === 0) return () => UNKNOWN;
  const [births, schoolings] = await Promise.all([
    store.sealedBirths(tx, learnerIds),
    store.schoolings(tx, learnerIds),
  ]);
  const bornOn = new Map(births.map((row) => [row.learnerId, openDocument(keys, row).birthOn]));
  const schooling = new Map(schoolings.map((row) => [row.learnerId, row]));
  return (learnerId) => ({
    ...UNKNOWN,
    ...schooling.get(learnerId),
    birthOn: bornOn.get(learnerId) ?? null,
  });
}

/** A learner's birth date, as far as the viewer may judge their age; null where none is on record. */
export async function bornOn(tx: Tx, keys: KeyRing, learnerId: Id): Promise<IsoDate | null> {
  const [row] = await store.sealedBirths(tx, [learnerId]);
  return row === undefined ? null : openDocument(keys, row).birthOn;
}

/** The age of majority in force on a day. The reference data, which every database holds, has one for every day. */
export async function majorityOn(tx: Tx, on: IsoDate): Promise<AgeOfMajority> {
  const age = await ageOfMajority(tx, on);
  if (age === null) throw new Error(`no age of majority is in force on ${on}`);
  return age;
}

/** Those of some learners who are not of age on a day. */
export async function minorsAmong(
  tx: Tx,
  keys: KeyRing,
  learnerIds: readonly Id[],
  on: IsoDate,
): Promise<ReadonlySet<Id>> {
  const [ageOf, { years }] = await Promise.all([agesOf(tx, keys, learnerIds), majorityOn(tx, on)]);
  return new Set(learnerIds.filter((learnerId) => isYounger(ageOf(learnerId), years, on)));
}
