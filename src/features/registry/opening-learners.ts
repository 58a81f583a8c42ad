import { randomInt } from "node:crypto";
import { v7 } from "uuid";
import { authorise } from "../../auth/policy.ts";
import { institutionsOf, type Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { type DocumentKind, type IdentityDocument, readDocument } from "../../domain/id-number.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { type AccountGround, BANK_NUMBERS, bankNumberOf } from "../../domain/registry/bank-number.ts";
import { goesOn } from "../../domain/registry/registration.ts";
import { fittingText } from "../../domain/text.ts";
import { type IssuedCode, type Issuing, openLearnerAccount } from "../identity/service.ts";
import * as store from "./bank-number-store.ts";
import { holdersOf, writeDocuments } from "./documents.ts";
import { type Alike, openMergeCases } from "./merge-store.ts";
import { holdNumbers } from "./registry-numbers.ts";
import { type LearnerRow, learnersByIds, registrationsOfLearners } from "./store.ts";

/** Who is to have an account, as the registrar wrote down what they saw. */
export interface OpenLearnerInput {
  readonly name: string;
  readonly kind: DocumentKind;
  readonly number: string;
  /** Where the document's number does not tell it. */
  readonly bornOn: IsoDate | null;
  readonly ground: AccountGround;
  readonly remark: string | null;
}

/** An account in the bank, open from now on or since before. */
export interface OpenedLearner {
  readonly learnerId: Id;
  /** The school had them before: nothing was written twice. */
  readonly known: boolean;
  /** Another record bears the same document, and the two wait to be looked at. */
  readonly alike: boolean;
  /** The way into the portal; none for whoever has one. */
  readonly codes: readonly IssuedCode[];
}

/** Bounds of the service; that of the name is the sheet's of learners. */
const NAME_LENGTH = { min: 1, max: 36 } as const;
const REMARK_LENGTH = { min: 2, max: 100 } as const;

/** Numbers are many, and those given out few: a lot drawn anew this often is a fault, not bad luck. */
const LOTS = 8;

/**
 * Opens an account in the bank for somebody without a registration: number, record and a code for the portal. Whom the
 * school has already is not opened twice; of somebody whom another school has, it is told that there is a record alike,
 * as by a sheet of learners, and the two schools settle it.
 * @returns FORBIDDEN, INVALID_INPUT, what is wrong with the document, LEARNER_REGISTERED for the school's own student
 */
export async function openLearner(
  tx: Tx,
  viewer: Viewer,
  input: OpenLearnerInput,
  issuing: Issuing,
): Promise<OpenedLearner | Problem> {
  const { institutionId, accountId } = viewer;
  const refused = authorise(viewer, "learner.open", { institutionIds: [institutionId] });
  if (refused !== null) return refused;
  if (institutionId === null || accountId === null) return problem("FORBIDDEN");
  const asked = readInput(input, issuing.today);
  if (isProblem(asked)) return asked;
  const { document } = asked;
  const { keys } = issuing;
  await holdNumbers(tx, keys, [document]);
  const holder = (await holdersOf(tx, keys, [document]))(document);
  const known = holder === null ? null : await ownLearner(tx, viewer, holder.learnerId);
  if (known !== null) return openKnown(tx, { institutionId, accountId }, known, asked, issuing);
  const learnerId = v7();
  await store.insertLearner(tx, { id: learnerId, name: asked.name, homeInstitutionId: institutionId });
  const number = await giveNumber(tx, { institutionId, accountId }, learnerId, asked, issuing.now);
  if (holder === null) await writeDocuments(tx, keys, institutionId, new Map([[learnerId, document]]), issuing.today);
  else await openMergeCases(tx, [{ learnerId, id: v7(), alike: holder satisfies Alike }]);
  const codes = await openLearnerAccount(tx, { learnerId, name: asked.name, login: number }, issuing);
  return isProblem(codes) ? codes : { learnerId, known: false, alike: holder !== null, codes };
}

interface Asked {
  readonly name: string;
  readonly document: IdentityDocument;
  readonly ground: AccountGround;
  readonly remark: string | null;
}

function readInput(input: OpenLearnerInput, today: IsoDate): Asked | Problem {
  const unfit = (field: string) => problem("INVALID_INPUT", { detail: field }, ["input", field]);
  const name = fittingText(input.name, NAME_LENGTH);
  if (name === null) return unfit("name");
  const remark = input.remark === null || input.remark.trim() === "" ? null : fittingText(input.remark, REMARK_LENGTH);
  if (remark === null && (input.ground === "OTHER" || (input.remark ?? "").trim() !== "")) return unfit("remark");
  const document = readDocument({ kind: input.kind, number: input.number.trim(), birthOn: input.bornOn }, today);
  if (document === null) return unfit("documentNumber");
  if (isProblem(document)) return { ...document, path: ["input", "documentNumber"] };
  // whether somebody is of age decides who acts for them
  return document.birthOn === null ? unfit("bornOn") : { name, document, ground: input.ground, remark };
}

/** A learner whose record the viewer's school keeps; null for anybody else. */
async function ownLearner(tx: Tx, viewer: Viewer, learnerId: Id): Promise<LearnerRow | null> {
  const [learner] = await learnersByIds(tx, [learnerId]);
  const home = learner?.homeInstitutionId ?? null;
  return learner !== undefined && home !== null && institutionsOf(viewer).includes(home) ? learner : null;
}

interface Actor {
  readonly institutionId: Id;
  readonly accountId: Id;
}

/** Of one who was the school's before: a graduate, say. What they lack is added. */
async function openKnown(
  tx: Tx,
  actor: Actor,
  { id: learnerId, name }: LearnerRow,
  asked: Asked,
  issuing: Issuing,
): Promise<OpenedLearner | Problem> {
  const [numbers, registrations] = await Promise.all([
    store.bankNumbersOf(tx, [learnerId]),
    registrationsOfLearners(tx, [learnerId]),
  ]);
  if (registrations.some(({ status }) => goesOn(status))) return problem("LEARNER_REGISTERED");
  const number = numbers[0]?.number ?? (await giveNumber(tx, actor, learnerId, asked, issuing.now));
  const codes = await openLearnerAccount(tx, { learnerId, name, login: number }, issuing);
  return isProblem(codes) ? codes : { learnerId, known: true, alike: false, codes };
}

/** Gives a number by lot, one that is nobody's. */
async function giveNumber(
  tx: Tx,
  { institutionId, accountId }: Actor,
  learnerId: Id,
  { ground, remark }: Asked,
  now: Date,
): Promise<string> {
  for (let lot = 0; lot < LOTS; lot += 1) {
    const number = bankNumberOf(randomInt(1, BANK_NUMBERS));
    const row = { learnerId, number, homeInstitutionId: institutionId, institutionId, ground, remark };
    if (await store.insertBankNumber(tx, { ...row, openedBy: accountId, openedAt: now.toISOString() })) return number;
  }
  throw new Error(`${LOTS} lots drawn in a row were given out before`);
}
