import { z } from "zod";
import type { Credits } from "../credit.ts";
import { COMPETITION_TIERS, type CompetitionTier } from "../recognition/facts.ts";
import type { Citation } from "../recognition/rule.ts";
import type { RegistrationStatus } from "./registration.ts";
import type { NamedCourse, PlannedCourse } from "./status-change.ts";

const citation = z.object({
  document: z.string(),
  clause: z.string(),
  url: z.string().optional(),
  invented: z.boolean().optional(),
});

/**
 * What a pathway asks of whoever goes on to its next stage (转段条件), as data of the stage, each with its clause. An
 * assessment is in tenths of a point; an award of one of the tiers stands for it.
 */
const gateCondition = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("REQUIRED_COURSES"),
    throughTerm: z.int().positive(),
    outstandingMax: z.int().nonnegative(),
    citation,
  }),
  z.object({ kind: z.literal("PLAN_CREDITS"), min: z.int().positive(), citation }),
  z.object({
    kind: z.literal("ASSESSMENT"),
    minTenths: z.int().positive(),
    exempt: z.array(z.enum(COMPETITION_TIERS)),
    citation,
  }),
]);
export type GateCondition = z.infer<typeof gateCondition>;

/** The conditions of a stage as they are kept beside its gate; a gate without any asks nothing that is tested here. */
export function gateConditions(gate: unknown): readonly GateCondition[] {
  const kept = (gate as { readonly conditions?: unknown } | null)?.conditions ?? [];
  return z.array(gateCondition).parse(kept);
}

/** A learner of the cohort or class that a list is made of. */
export interface Candidate {
  readonly status: RegistrationStatus;
  /** Whether another change of the registration waits to be confirmed. */
  readonly changeWaits: boolean;
  /** Whether they do not go on, by their own word and their guardian's. */
  readonly declines: boolean;
  /** The plan of this stage, with what is passed or recognised in it. */
  readonly courses: readonly PlannedCourse[];
  readonly credits: Credits;
  /** The result of the transfer assessment (转段考核), in tenths; null where there is none. */
  readonly scoreTenths: number | null;
  /** Tiers of the competitions they won an award in. */
  readonly awards: readonly CompetitionTier[];
}

export const FINDING_KINDS = [
  "AT_SCHOOL",
  "NO_CHANGE_WAITS",
  "GOES_ON",
  "REQUIRED_COURSES",
  "PLAN_CREDITS",
  "ASSESSMENT",
] as const;

/** What was found of a candidate at one condition. */
export interface TransferFinding {
  readonly condition: (typeof FINDING_KINDS)[number];
  readonly met: boolean;
  /** Courses outstanding, credits in hundredths, tenths of a point: what is asked, and what there is. */
  readonly expected: number | null;
  readonly actual: number | null;
  /** Required courses that are neither passed nor recognised. */
  readonly missing: readonly NamedCourse[];
  /** Whether an award stands for the assessment. */
  readonly exempt: boolean;
  readonly citation: Citation | null;
}

const plain = { expected: null, actual: null, missing: [], exempt: false, citation: null };

/** What stands for and against a candidate: how the registration stands, then each condition of the pathway. */
export function findingsOf(conditions: readonly GateCondition[], candidate: Candidate): readonly TransferFinding[] {
  const { status, changeWaits, declines } = candidate;
  return [
    { ...plain, condition: "AT_SCHOOL", met: status === "ACTIVE" || status === "GRADUATED" },
    { ...plain, condition: "NO_CHANGE_WAITS", met: !changeWaits },
    { ...plain, condition: "GOES_ON", met: !declines },
    ...conditions.map((condition) => findingOf(condition, candidate)),
  ];
}

function findingOf(condition: GateCondition, { courses, credits, scoreTenths, awards }: Candidate): TransferFinding {
  const found = { ...plain, citation: citationOf(condition), condition: condition.kind };
  switch (condition.kind) {
    case "REQUIRED_COURSES": {
      const missing = courses
        .filter(({ required, term, coverage }) => required && term <= condition.throughTerm && coverage === "NONE")
        .map(({ courseId, code, title, credits: worth }) => ({ courseId, code, title, credits: worth }));
      const met = missing.length <= condition.outstandingMax;
      return { ...found, met, expected: condition.outstandingMax, actual: missing.length, missing };
    }
    case "PLAN_CREDITS":
      return { ...found, met: credits >= condition.min, expected: condition.min, actual: credits };
    case "ASSESSMENT": {
      const exempt = awards.some((tier) => condition.exempt.includes(tier));
      const met = exempt || (scoreTenths !== null && scoreTenths >= condition.minTenths);
      return { ...found, met, exempt, expected: condition.minTenths, actual: scoreTenths };
    }
  }
}

function citationOf({ citation: { document, clause, url, invented } }: GateCondition): Citation {
  return { document, clause, invented: invented ?? false, ...(url === undefined ? {} : { url }) };
}

/** Whether a learner goes on. */
export const qualifies = (findings: readonly TransferFinding[]): boolean => findings.every(({ met }) => met);
