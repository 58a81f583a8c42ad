import type { Credits } from "../credit.ts";
import type { Grade } from "../grade.ts";
import type { Id, Title } from "../id.ts";
import type { Citation, IneligibleCode, OutcompetedCode, RuleSetOwner } from "./rule.ts";

/** The answer to a recognition check: what is recognised, why, what is not and why not, and what is left. */
export interface RecognitionOutcome {
  readonly packing: PackingResult;
  readonly lines: readonly RecognitionLine[];
  readonly refusals: readonly Refusal[];
  readonly progress: NodeProgress;
  /** Credits the plan requires. */
  readonly requiredCredits: Credits;
  /** Count of own passed courses alone. */
  readonly passedCredits: Credits;
  /** What recognition adds to it: packing.credits. */
  readonly recognisedCredits: Credits;
  /** The part of it that earlier decisions brought; the rest is the sum of the lines' countedCredits. */
  readonly earlierCredits: Credits;
  /** required - passed - recognised. */
  readonly remainingCredits: Credits;
  readonly caps: readonly CapUse[];
  /** Rule sets that took part, in order of precedence. */
  readonly ruleSetIds: readonly Id[];
}

export interface PackingResult {
  readonly credits: Credits;
  /** No answer can be above it. */
  readonly upperBound: Credits;
  /** credits equals upperBound, proved within the node budget. */
  readonly proved: boolean;
  /** The tie-break was carried to its end too, so the same input always gives these very lines. */
  readonly canonical: boolean;
  readonly nodes: number;
}

/** One recognised line: sources -> targets under one rule version. */
export interface RecognitionLine {
  readonly ruleId: Id;
  readonly ruleKey: string;
  readonly ruleVersion: number;
  readonly ruleTitle: Title;
  readonly ruleSetId: Id;
  readonly owner: RuleSetOwner;
  readonly citation: Citation;
  readonly achievementIds: readonly Id[];
  readonly targets: readonly { readonly courseId: Id; readonly credits: Credits }[];
  /** Set for blanket credit. */
  readonly nodeKey: string | null;
  /** Credits recorded, surplus included. */
  readonly credits: Credits;
  /** Credits that count towards the plan. */
  readonly countedCredits: Credits;
  readonly recordedGrade: Grade | null;
  readonly discretion: boolean;
  readonly conditions: readonly Condition[];
  readonly conversion: ConversionStep;
}

/** One condition that was tested, with what was expected and what was found; both ready to be shown. */
export interface Condition {
  readonly code: IneligibleCode;
  readonly achievementId: Id | null;
  readonly met: boolean;
  readonly expected: ConditionValue;
  readonly actual: ConditionValue;
}
export type ConditionValue =
  | { readonly kind: "GRADE"; readonly grade: Grade | null }
  | { readonly kind: "DATE"; readonly date: string }
  | { readonly kind: "CREDITS"; readonly credits: Credits }
  | { readonly kind: "NUMBER"; readonly value: number }
  | { readonly kind: "BASIS_POINTS"; readonly value: number }
  | { readonly kind: "CODES"; readonly codes: readonly string[] }
  | { readonly kind: "NONE" };

/** The arithmetic of a conversion: source credits, what was done, what came out. */
export interface ConversionStep {
  readonly kind: "TARGET_IF_COVERED" | "TARGET" | "FIXED" | "RATIO" | "LESSER";
  readonly sourceCredits: Credits;
  readonly targetCredits: Credits;
  readonly basisPoints: number | null;
  readonly result: Credits;
}

export interface Refusal {
  readonly family: "INELIGIBLE" | "OUTCOMPETED";
  readonly code: IneligibleCode | OutcompetedCode;
  readonly ruleId: Id;
  readonly ruleKey: string;
  readonly ruleTitle: Title;
  readonly citation: Citation;
  readonly achievementIds: readonly Id[];
  readonly targetCourseIds: readonly Id[];
  readonly nodeKey: string | null;
  /** Every condition tested, met ones included. */
  readonly conditions: readonly Condition[];
  /** Rule ids of the chosen lines that stand in the way, for OUTCOMPETED. */
  readonly winnerRuleIds: readonly Id[];
  /** All constraints it would break, for OUTCOMPETED; `code` is the first. */
  readonly violated: readonly OutcompetedCode[];
  /** The same constraints, each with the rules of the lines that stand in the way of just this one. */
  readonly obstacles: readonly { readonly code: OutcompetedCode; readonly ruleIds: readonly Id[] }[];
}

/** How far one node of the plan is met. */
export interface NodeProgress {
  readonly key: string;
  readonly kind: "ALL_OF" | "CHOOSE" | "AT_LEAST" | "COURSE";
  readonly title: Title;
  readonly courseId: Id | null;
  readonly requiredCredits: Credits;
  readonly passedCredits: Credits;
  readonly recognisedCredits: Credits;
  readonly remainingCredits: Credits;
  readonly complete: boolean;
  readonly children: readonly NodeProgress[];
}

export interface CapUse {
  readonly ruleSetId: Id;
  readonly key: string;
  readonly title: Title;
  readonly citation: Citation;
  /** Of one achievement, for EACH_SOURCE. */
  readonly achievementId: Id | null;
  readonly unit: "CREDITS" | "COURSES";
  readonly limit: number;
  readonly used: number;
  /** The amount the share was taken of, where the cap is a share. */
  readonly denominator: number | null;
}
