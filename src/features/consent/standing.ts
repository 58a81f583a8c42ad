import type { KeyRing } from "../../auth/keyring.ts";
import { type Action, authorise } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { type ConsentAct, consentInForce, type ConsentRequirement, requirementFor } from "../../domain/consent.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isYounger, type KnownAge } from "../../domain/majority.ts";
import { type Problem, problem } from "../../domain/problem.ts";
import { agesOf, majorityOn } from "../registry/service.ts";
import * as store from "./store.ts";

/** How an act of a learner stands: whether it needs consent by which clause, and the consent in force. */
export interface ConsentState {
  readonly act: ConsentAct;
  readonly requirement: ConsentRequirement | null;
  readonly required: boolean;
  readonly consent: store.ConsentRow | null;
  /** That it was asked for, as long as nobody has answered. */
  readonly asked: store.RequestRow | null;
}

/** A learner within sight. FORBIDDEN for whom this is no matter, NOT_FOUND for one out of sight. */
export async function visibleLearner(
  tx: Tx,
  viewer: Viewer,
  action: Action,
  learnerId: Id,
): Promise<store.LearnerAtSchool | Problem> {
  const learner = await store.learnerAtSchool(tx, learnerId);
  const refused = authorise(viewer, action, { learnerId, institutionIds: [learner?.institutionId ?? null] });
  if (refused !== null) return refused;
  return learner ?? problem("NOT_FOUND");
}

/** What decides how the acts of a learner stand on a day. */
export interface Facts {
  readonly learner: store.LearnerAtSchool;
  readonly age: KnownAge;
  readonly requirements: readonly ConsentRequirement[];
  readonly events: readonly store.ConsentRow[];
  readonly on: IsoDate;
}

export async function factsOf(tx: Tx, keys: KeyRing, learner: store.LearnerAtSchool, on: IsoDate): Promise<Facts> {
  const { learnerId } = learner;
  const [ageOf, requirements, events] = await Promise.all([
    agesOf(tx, keys, [learnerId]),
    requirementsOn(tx, on),
    store.consentsOfLearner(tx, learnerId),
  ]);
  return { learner, age: ageOf(learnerId), requirements, events, on };
}

/** The requirements, each with its age: a clause that names none rests on the age of majority in force on the day. */
export async function requirementsOn(tx: Tx, on: IsoDate): Promise<readonly ConsentRequirement[]> {
  const rows = await store.requirements(tx);
  if (rows.every(({ belowAge }) => belowAge !== null)) return rows as readonly ConsentRequirement[];
  const { years } = await majorityOn(tx, on);
  return rows.map((row) => ({ ...row, belowAge: row.belowAge ?? years }));
}

/** By which clause an act needs consent at a school on a day, and whether it does of somebody so old. */
export function need(
  act: ConsentAct,
  {
    requirements,
    institutionKey,
    age,
    on,
  }: Pick<Facts, "requirements" | "age" | "on"> & Pick<store.LearnerAtSchool, "institutionKey">,
): Pick<ConsentState, "requirement" | "required"> {
  const requirement = requirementFor(requirements, act, institutionKey ?? "*", on);
  return { requirement, required: requirement !== null && isYounger(age, requirement.belowAge, on) };
}

export function stateOf(
  act: ConsentAct,
  { learner, events, ...facts }: Facts,
  requests: readonly store.RequestRow[] = [],
): ConsentState {
  return {
    act,
    ...need(act, { ...facts, institutionKey: learner.institutionKey }),
    consent: consentInForce(events, act, { institutionId: learner.institutionId, on: facts.on }),
    asked: requests.findLast((each) => each.act === act) ?? null,
  };
}
