import type { CourseGroup, CourseRequirement, CourseSubject } from "../course.ts";
import type { Credits } from "../credit.ts";
import type { Grade, GradeBound } from "../grade.ts";
import type { Id, IsoDate, Title } from "../id.ts";
import type { EducationLevel } from "../major.ts";
import type { AchievementKind, CertificateLevel, CompetitionTier, Prize } from "./facts.ts";

/** Where a rule or a cap rests: document, clause, and whether the demo invented it. */
export interface Citation {
  readonly document: string;
  readonly clause: string;
  readonly url?: string;
  /** True where the text is an invention for demonstration. */
  readonly invented?: boolean;
}

/** An agreement's rule goes before a school's, a school's before the bank's. */
export const RULE_SET_OWNERS = ["AGREEMENT", "SCHOOL", "CREDIT_BANK"] as const;
export type RuleSetOwner = (typeof RULE_SET_OWNERS)[number];

/** Rules, caps and exclusions that were decided together; one version of them. */
export interface RuleSet {
  readonly id: Id;
  readonly key: string;
  readonly version: number;
  readonly title: Title;
  readonly owner: RuleSetOwner;
  /** The school whose plan is counted against; null for the credit bank's own set. */
  readonly institutionId: Id | null;
  readonly agreementId: Id | null;
  /** Tested against the completion date of each source. */
  readonly effectiveFrom: IsoDate;
  readonly effectiveUntil: IsoDate | null;
  /** Admission years it holds for, inclusive; null is open. */
  readonly cohortFrom: number | null;
  readonly cohortUntil: number | null;
  /** Target programmes it holds for; empty means every programme of the institution. */
  readonly programmeIds: readonly Id[];
  readonly rules: readonly Rule[];
  readonly caps: readonly Cap[];
  readonly exclusions: readonly Exclusion[];
  readonly natureConstraints: readonly NatureConstraint[];
  readonly citation: Citation;
}

export interface Rule {
  readonly id: Id;
  readonly key: string;
  readonly version: number;
  readonly title: Title;
  readonly source: SourceTree;
  readonly target: Target;
  readonly conversion: Conversion;
  readonly recordedGrade: RecordedGrade;
  /** Smaller goes first in ties. */
  readonly priority: number;
  /** True where a source used by this rule may serve other applications too. */
  readonly shared: boolean;
  /** Accept a course that was itself recognised: its original is then the source of record. */
  readonly throughRecognition: boolean;
  readonly effectiveFrom: IsoDate | null;
  readonly effectiveUntil: IsoDate | null;
  readonly cohortFrom: number | null;
  readonly cohortUntil: number | null;
  /** Whether a reviewer must look at a line of this rule. */
  readonly discretion: boolean;
  readonly citation: Citation;
  readonly examples: readonly RuleExample[];
}

/** AND / OR of matchers, kept as written. */
export type SourceTree =
  | { readonly all: readonly SourceTree[] }
  | { readonly any: readonly SourceTree[] }
  | { readonly match: Matcher };

interface Conditions {
  readonly minGrade?: GradeBound;
  readonly maxGrade?: GradeBound;
  readonly validity?: Validity;
  /** Smallest credits of the source. */
  readonly minCredits?: Credits;
  readonly levels?: readonly EducationLevel[];
}
/** How long an achievement stays valid: whole months, ending with that day, that month or that term. */
export interface Validity {
  readonly months: number;
  readonly rounding: "DAY" | "END_OF_MONTH" | "END_OF_YEAR";
}

export type Matcher =
  | (Conditions & {
      readonly kind: "COURSE";
      readonly courseId: Id;
      /** Snapshot, so that a reader and the dead-reference check can name a course that is gone. */
      readonly code: string;
      readonly title: Title;
      /** Content overlap of source and target as assessed, in basis points, and the least the citation asks. */
      readonly overlap?: { readonly assessed: number; readonly minimum: number };
    })
  | (Conditions & {
      readonly kind: "COURSE_LIKE";
      readonly kinds: readonly ("COURSE" | "EXTERNAL_COURSE" | "ONLINE_COURSE")[];
      readonly groups?: readonly CourseGroup[];
      readonly codes?: readonly string[];
    })
  | (Conditions & {
      readonly kind: "CERTIFICATE";
      readonly certificateId: Id;
      readonly code: string;
      readonly minLevel: CertificateLevel;
    })
  | (Conditions & {
      readonly kind: "COMPETITION";
      /** Null accepts every competition of the tier. */
      readonly competitionId: Id | null;
      readonly tiers: readonly CompetitionTier[];
      readonly prizes: readonly Prize[];
      readonly team?: boolean;
      readonly maxRankInTeam?: number;
    })
  | (Conditions & { readonly kind: "WORK"; readonly minMonths: number; readonly occupations?: readonly string[] })
  | (Conditions & { readonly kind: "SERVICE"; readonly minMonths: number })
  | (Conditions & { readonly kind: "PRIOR_LEARNING"; readonly subject: string });

/** What is granted: whole courses of the plan, all of them; or blanket credit into a node of the plan. */
export type Target =
  | {
      readonly kind: "COURSES";
      readonly courses: readonly { readonly courseId: Id; readonly code: string; readonly title: Title }[];
    }
  | { readonly kind: "NODE"; readonly nodeKey: string };

export type Conversion =
  /** The target's credits, provided the sources together carry at least as many. */
  | { readonly kind: "TARGET_IF_COVERED" }
  /** The target's credits, whatever the source carries (certificates, service). */
  | { readonly kind: "TARGET" }
  | { readonly kind: "FIXED"; readonly credits: Credits }
  /** Source credits x ratio, rounded; must reach the target's credits for a course, is granted as it is for a node. */
  | {
      readonly kind: "RATIO";
      readonly basisPoints: number;
      readonly rounding: "DOWN_HUNDREDTH" | "DOWN_HALF" | "DOWN_WHOLE";
    }
  | { readonly kind: "LESSER" };

export type RecordedGrade =
  | { readonly kind: "ORIGINAL" }
  | { readonly kind: "FIXED"; readonly grade: Grade }
  | { readonly kind: "BY_PRIZE"; readonly grades: Readonly<Partial<Record<Prize, Grade>>> }
  | { readonly kind: "PASS" }
  | { readonly kind: "CAPPED"; readonly scoreTenths: number };

/** The most that may be recognised, over all decisions of the registration. */
export interface Cap {
  readonly key: string;
  readonly title: Title;
  readonly scope: CapScope;
  readonly limit: CapLimit;
  readonly citation: Citation;
}
export type CapScope =
  /** Everything recognised in the programme. */
  | { readonly kind: "TOTAL" }
  /** Everything granted by rules of this rule set. */
  | { readonly kind: "RULE_SET" }
  /** What sources of these kinds bring. */
  | { readonly kind: "SOURCE_KINDS"; readonly kinds: readonly AchievementKind[] }
  /** What lands in courses of these groups. */
  | { readonly kind: "TARGET_GROUPS"; readonly groups: readonly CourseGroup[] }
  /** What lands in one node of the plan. */
  | { readonly kind: "NODE"; readonly nodeKey: string }
  /** Each single achievement of these kinds. */
  | { readonly kind: "EACH_SOURCE"; readonly kinds: readonly AchievementKind[] };
export type CapLimit =
  | { readonly kind: "CREDITS"; readonly credits: Credits }
  /** Of the required credits of the plan, of the courses of these groups, or of a node; floored to a hundredth. */
  | { readonly kind: "SHARE"; readonly basisPoints: number; readonly of: CapDenominator }
  | { readonly kind: "COURSES"; readonly count: number }
  | { readonly kind: "COURSE_SHARE"; readonly basisPoints: number };
export type CapDenominator =
  | { readonly kind: "PLAN" }
  | { readonly kind: "GROUPS"; readonly groups: readonly CourseGroup[] }
  | { readonly kind: "NODE"; readonly nodeKey: string };

/** Target courses of these subjects refuse sources of these kinds. */
export interface Exclusion {
  readonly key: string;
  readonly subjects: readonly CourseSubject[];
  readonly refusedKinds: readonly AchievementKind[];
  readonly citation: Citation;
}

/**
 * A source course of a nature in `from` may be recognised only for target courses of a nature in `to`.
 * "Required -> elective is allowed, the reverse is not" is { from: [electives], to: [electives] }.
 */
export type NatureConstraint =
  | {
      readonly key: string;
      readonly kind: "REQUIREMENT";
      readonly from: readonly CourseRequirement[];
      readonly to: readonly CourseRequirement[];
      readonly citation: Citation;
    }
  | {
      readonly key: string;
      readonly kind: "GROUP";
      readonly from: readonly CourseGroup[];
      readonly to: readonly CourseGroup[];
      readonly citation: Citation;
    };

/** A case that tests the rule: a source as it might be, and what must come out. */
export interface RuleExample {
  readonly note: Title;
  readonly given: readonly ExampleSource[];
  readonly completedOn: IsoDate;
  readonly asOf: IsoDate;
  /** Credits granted, or the code of the refusal. */
  readonly expect: { readonly credits: Credits } | { readonly refusal: RefusalCode };
}
export interface ExampleSource {
  /** Which matcher of the source tree it stands for, in reading order from 0. */
  readonly matcher: number;
  readonly grade?: Grade;
  readonly credits?: Credits;
  /** What differs from the least the matcher asks, where the example is about it. */
  readonly certificateLevel?: CertificateLevel;
  readonly prize?: Prize;
  readonly rankInTeam?: number;
  readonly months?: number;
  readonly level?: EducationLevel;
}

/** Why an application of a rule is impossible by itself (INELIGIBLE). */
export const INELIGIBLE_CODES = [
  "GRADE_BELOW_MINIMUM",
  "GRADE_ABOVE_MAXIMUM",
  "GRADE_MODE_NOT_ACCEPTED",
  "NOT_PASSED",
  "EXPIRED",
  "NOT_YET_COMPLETED",
  "RULE_NOT_EFFECTIVE",
  "COHORT_NOT_EFFECTIVE",
  "LEVEL_NOT_ALLOWED",
  "CREDITS_TOO_FEW",
  "OVERLAP_TOO_SMALL",
  "NATURE_NOT_ALLOWED",
  "EXCLUDED",
  "PARTNER_MISSING",
  "SUPERSEDED",
  "CERTIFICATE_LEVEL_TOO_LOW",
  "PRIZE_TOO_LOW",
  "RANK_TOO_LOW",
  "MONTHS_TOO_FEW",
  "TARGET_NOT_IN_PLAN",
  "TARGET_ALREADY_PASSED",
  "RECOGNISED_NOT_TAKEN",
  "TWO_CERTIFICATES",
  "REFUSED_BY_REVIEWER",
] as const;
/** Why an eligible application was not chosen (OUTCOMPETED). */
export const OUTCOMPETED_CODES = [
  "SOURCE_USED",
  "TARGET_MET",
  "CERTIFICATE_TARGET_TAKEN",
  "GROUP_FULL",
  "CHOICE_MET",
  "AGREEMENT_CAP",
  "TOTAL_CAP",
  "KIND_CAP",
  "GROUP_CAP",
  "NODE_CAP",
  "SOURCE_CAP",
  "COURSE_COUNT_CAP",
  "PRECEDENCE",
  "ADDS_NOTHING",
] as const;
export type IneligibleCode = (typeof INELIGIBLE_CODES)[number];
export type OutcompetedCode = (typeof OUTCOMPETED_CODES)[number];
export type RefusalCode = IneligibleCode | OutcompetedCode;
