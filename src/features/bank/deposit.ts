import { createHash } from "node:crypto";
import { canonicalJson } from "../../domain/canonical.ts";
import type { Credits, CreditUnit } from "../../domain/credit.ts";
import type { Grade } from "../../domain/grade.ts";
import type { Id, IsoDate, Title } from "../../domain/id.ts";
import type { EducationLevel } from "../../domain/major.ts";
import type { AchievementDetail, AchievementKind } from "../../domain/recognition/facts.ts";

/** 首次, 补考, 重修. */
export const ATTEMPTS = ["FIRST", "MAKEUP", "RETAKE"] as const;
export type Attempt = (typeof ATTEMPTS)[number];

/** An achievement ready to be deposited. It crosses the border as JSON: a batch row keeps it until it is confirmed. */
export interface Deposit {
  readonly learnerId: Id;
  /** The achievement's id, and at once the id of the transaction that deposits it. */
  readonly achievementId: Id;
  /** Who vouches for it. */
  readonly institutionId: Id;
  /** The learner's home school on the day it is deposited; its registrar may see it. */
  readonly homeInstitutionId: Id | null;
  /** The learner's department there, whose reviewers may see it. */
  readonly homeDepartmentId: Id | null;
  readonly kind: AchievementKind;
  readonly title: Title;
  readonly level: EducationLevel | null;
  readonly unit: CreditUnit;
  /** Hundredths; ONE_ITEM of unit ITEM where the kind carries no credits, zero where a course was failed. */
  readonly credits: Credits;
  readonly grade: Grade | null;
  readonly attempt: Attempt;
  readonly completedOn: IsoDate;
  readonly termCode: string | null;
  readonly courseId: Id | null;
  readonly detail: AchievementDetail;
  /** Scoped by learner: the same key with the same content is the same deposit. */
  readonly idempotencyKey: string;
}

/** The part of a deposit that its hash covers: neither its ids nor what the catalogue may reword. */
export type Said = Pick<
  Deposit,
  | "institutionId"
  | "kind"
  | "unit"
  | "credits"
  | "grade"
  | "attempt"
  | "completedOn"
  | "termCode"
  | "courseId"
  | "detail"
>;

function contentOf(deposit: Said): object {
  const { institutionId, kind, unit, credits, grade, attempt, completedOn, termCode, courseId } = deposit;
  const detail = kind === "COURSE" ? null : deposit.detail;
  return { institutionId, kind, unit, credits, grade: grade, attempt, completedOn, termCode, courseId, detail };
}

/** The SHA-256 of a canonical content. */
export function hashOf(content: object): string {
  return createHash("sha256").update(canonicalJson(content)).digest("hex");
}

/** What tells a repeated deposit from another one under the same key. */
export function depositHash(deposit: Said): string {
  return hashOf(contentOf(deposit));
}

/**
 * What begins a hash that leaves the reason out. A reason may have to be erased, and whoever knows the rest could try out
 * what it was against a hash that covers it: the chain holds it by a salted digest of its own. Older transactions are
 * hashed with their reasons, and stay as they are.
 */
const REASON_LEFT_OUT = "2-";

export const leavesReasonOut = (contentHash: string): boolean => contentHash.startsWith(REASON_LEFT_OUT);

/** What tells a repeated posting that is no deposit from another one under the same key, but for its reason. */
export function postingHash(content: object): string {
  return REASON_LEFT_OUT + hashOf(content);
}

/** The same of a correction: it says which deposit it replaces. */
export function correctionHash(deposit: Said, reverses: Id): string {
  return postingHash({ deposit: depositHash(deposit), reverses });
}

/** As it was made when it covered the reason. */
export function correctionHashWithReason(deposit: Said, reverses: Id, reason: string): string {
  return hashOf({ deposit: depositHash(deposit), reverses, reason });
}

/** Separates the key of an achievement from the transaction that stood under it before. */
const AFTER = /#[0-9a-f]{8}-[0-9a-f-]{27}$/;

/**
 * The idempotency key of a deposit: that of its achievement, and where something has stood under that before, after what.
 * A correction and whatever is deposited again after a reversal come after their forerunner, once.
 */
export const keyAfter = (achievementKey: string, forerunner: Id | null): string =>
  forerunner === null ? achievementKey : `${achievementKey}#${forerunner}`;

/** The key of the achievement in an idempotency key. */
export const achievementKeyOf = (idempotencyKey: string): string => idempotencyKey.replace(AFTER, "");

/** A deposit without the names it is given: what `depositKey` needs. */
export type Achieved = Pick<Deposit, "kind" | "title" | "attempt" | "completedOn" | "termCode" | "courseId" | "detail">;

/**
 * The key that one achievement of one learner always gets: recorded again, it is the same deposit.
 *
 * In it is what makes two achievements two; what may only have been written down wrongly (a grade, months, the place in
 * a team) stays out, so that a row that says otherwise is told to differ and is not banked a second time. A prize is in:
 * one learner can win two on one day, and with one key the second could never be banked. A wrong prize is corrected by
 * naming the deposit it replaces (`correctDeposit`), which needs no equal key, and could not use one.
 */
export function depositKey({ kind, title, attempt, completedOn, termCode, courseId, detail }: Achieved): string {
  const parts = (): readonly (string | null)[] => {
    switch (detail.kind) {
      case "COURSE":
      case "EXTERNAL_COURSE":
      case "ONLINE_COURSE":
        return [courseId ?? title.zh, termCode ?? completedOn, attempt];
      case "CERTIFICATE":
        return [detail.certificateId, detail.level, detail.number];
      case "COMPETITION":
        return [detail.competitionId, detail.tier, detail.team ? "TEAM" : "INDIVIDUAL", completedOn, detail.prize];
      case "WORK":
      case "SERVICE":
      case "PRIOR_LEARNING":
        return [title.zh, completedOn];
    }
  };
  return [kind, ...parts()].join("/");
}
