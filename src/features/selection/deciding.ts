import { createHash } from "node:crypto";
import type { Tx } from "../../db/transaction.ts";
import { unitOfLevel } from "../../domain/credit.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem } from "../../domain/problem.ts";
import { ENGINE_VERSION, writeInput } from "../../domain/recognition/input.ts";
import { post } from "../bank/service.ts";
import { type Check, insertDecision } from "../recognition/service.ts";
import type { ReturnedCourse } from "./returned-course.ts";
import type { LearnerAtHome } from "./store.ts";

/** A recognition that the engine decided, and whose it is. */
export interface Decided {
  readonly check: Check;
  readonly registration: LearnerAtHome;
  readonly returned: ReturnedCourse;
  readonly homeInstitutionId: Id;
}

/** Who decides, and when. */
export interface DecidedBy {
  readonly accountId: Id;
  readonly institutionId: Id;
  readonly at: { readonly now: Date; readonly today: IsoDate; readonly newId: () => Id };
}

/**
 * Writes a decision with its whole input, its lines, and the movements it makes: the source is held and used, the
 * targets are recognised in the unit of the learner's programme.
 * @returns the decision's id, or the problem of the ledger, and then nothing may be kept
 */
export async function writeDecision(tx: Tx, decided: Decided, by: DecidedBy): Promise<Id | Problem> {
  const { check, registration, returned } = decided;
  const decisionId = by.at.newId();
  const input = writeInput(check.input);
  await insertDecision(tx, {
    id: decisionId,
    learnerId: registration.learnerId,
    registrationId: registration.registrationId,
    programmeId: registration.programmeId,
    institutionId: by.institutionId,
    departmentId: check.programme.departmentId,
    decidedOn: by.at.today,
    decidedBy: by.accountId,
    decidedAt: by.at.now.toISOString(),
    engineVersion: ENGINE_VERSION,
    input,
    inputHash: createHash("sha256").update(input).digest("hex"),
    outcome: check.outcome,
  });
  const [level, source] = [registration.level, sourceOf(returned)];
  const lines = check.outcome.lines.map(({ credits }, index) => ({
    line: index + 1,
    unit: unitOfLevel(level),
    credits,
  }));
  // an application of its own: the confirmed grade sheet
  const towards = { applicationId: decisionId, registrationId: registration.registrationId };
  const posting = {
    learnerId: registration.learnerId,
    institutionId: by.institutionId,
    homeInstitutionId: decided.homeInstitutionId,
    actorId: by.accountId,
    reason: null,
    effectiveOn: by.at.today,
    postedAt: by.at.now.toISOString(),
  };
  const held = await post(tx, {
    ...posting,
    transactionId: by.at.newId(),
    idempotencyKey: `hold:${decisionId}`,
    command: { kind: "HOLD", ...towards, sources: [source] },
  });
  if (isProblem(held)) return held;
  const recognised = await post(tx, {
    ...posting,
    transactionId: by.at.newId(),
    idempotencyKey: `recognise:${decisionId}`,
    command: { kind: "RECOGNISE", ...towards, decisionId, sources: [source], lines },
  });
  return isProblem(recognised) ? recognised : decisionId;
}

function sourceOf({ achievementId, level, course }: ReturnedCourse) {
  return { achievementId, unit: unitOfLevel(level), credits: course.credits };
}
