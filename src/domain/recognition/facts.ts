import type { CourseGroup, CourseRequirement, CourseSubject } from "../course.ts";
import type { Credits } from "../credit.ts";
import type { Grade } from "../grade.ts";
import type { Id, IsoDate, Title } from "../id.ts";
import type { EducationLevel } from "../major.ts";

/** Kinds of learning achievement (学习成果). */
export const ACHIEVEMENT_KINDS = [
  "COURSE",
  "EXTERNAL_COURSE",
  "ONLINE_COURSE",
  "CERTIFICATE",
  "COMPETITION",
  "WORK",
  "SERVICE",
  "PRIOR_LEARNING",
] as const;
export type AchievementKind = (typeof ACHIEVEMENT_KINDS)[number];

export const CERTIFICATE_LEVELS = [
  "ELEMENTARY",
  "INTERMEDIATE",
  "ADVANCED",
  "TECHNICIAN",
  "SENIOR_TECHNICIAN",
  "UNGRADED",
] as const;
export type CertificateLevel = (typeof CERTIFICATE_LEVELS)[number];
export const COMPETITION_TIERS = ["WORLD", "NATIONAL", "PROVINCIAL", "CITY", "SCHOOL"] as const;
export type CompetitionTier = (typeof COMPETITION_TIERS)[number];
export const PRIZES = ["FIRST", "SECOND", "THIRD", "MERIT"] as const;
export type Prize = (typeof PRIZES)[number];

/** One confirmed achievement, as the engine sees it. */
export interface AchievementFact {
  readonly id: Id;
  readonly kind: AchievementKind;
  readonly title: Title;
  /** Who vouched for it. */
  readonly institutionId: Id;
  readonly level: EducationLevel | null;
  /** Zero where the achievement carries no credits. */
  readonly credits: Credits;
  readonly grade: Grade | null;
  readonly completedOn: IsoDate;
  readonly detail: AchievementDetail;
  /**
   * Set where this achievement was itself recognised for a course and not taken: the course it was recognised for.
   * A recognised credit is never recognised again, unless the rule says `throughRecognition`.
   */
  readonly recognisedAs?: Id;
}

/** What an achievement from elsewhere rests on: who gave, employed or assessed, and the number of the paper that says so. */
export interface Evidence {
  readonly provider?: string;
  readonly documentNo?: string;
}

export type AchievementDetail =
  | ({
      readonly kind: "COURSE" | "EXTERNAL_COURSE" | "ONLINE_COURSE";
      readonly courseId: Id | null;
      readonly code: string;
      readonly group: CourseGroup | null;
      readonly requirement: CourseRequirement | null;
      readonly subject: CourseSubject;
    } & Evidence)
  | {
      readonly kind: "CERTIFICATE";
      readonly certificateId: Id;
      readonly level: CertificateLevel;
      readonly number: string;
      readonly validUntil: IsoDate | null;
    }
  | ({
      readonly kind: "COMPETITION";
      readonly competitionId: Id;
      /** Awards of one series compete: only the highest counts. */
      readonly series: string;
      readonly tier: CompetitionTier;
      readonly prize: Prize;
      readonly team: boolean;
      /** 1-based place in the team, null for an individual. */
      readonly rankInTeam: number | null;
    } & Evidence)
  | ({ readonly kind: "WORK"; readonly occupation: string; readonly months: number } & Evidence)
  | ({ readonly kind: "SERVICE"; readonly months: number; readonly honourable: boolean } & Evidence)
  | ({ readonly kind: "PRIOR_LEARNING"; readonly subject: string } & Evidence);

/** Who asks, for which programme, and when: everything the rules test that is not an achievement. */
export interface CheckContext {
  readonly asOf: IsoDate;
  /** Admission year into the target programme. */
  readonly cohort: number;
  /** Own courses of the target plan passed already (by attending), with the credits of the plan. */
  readonly passedCourseIds: ReadonlySet<Id>;
}
