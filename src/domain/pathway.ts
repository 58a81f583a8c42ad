import type { Id } from "./id.ts";
import type { EducationLevel } from "./major.ts";

/** One stage (学段) of a pathway. */
export interface Stage {
  readonly level: EducationLevel;
  readonly institutionId: Id;
  readonly majorId: Id;
  readonly programmeId: Id;
  readonly years: number;
}

/** An ordered list of stages, or one integrated programme of two registry phases. */
export type Pathway =
  | { readonly kind: "STAGED"; readonly stages: readonly Stage[] }
  | { readonly kind: "INTEGRATED"; readonly programmeId: Id; readonly phases: readonly { readonly years: number }[] };

/** What a pathway is called. The label says less than the stages ("3+2" exists at two pairs of levels), so it is derived, never stored. */
export type PathwayLabel =
  | { readonly kind: "SUM"; readonly text: string }
  | { readonly kind: "INTEGRATED"; readonly years: number };

/** "3+2", "3+3", "3+4", "3+2+2" from the stages; an integrated programme by its years. */
export function labelOf(pathway: Pathway): PathwayLabel {
  if (pathway.kind === "INTEGRATED")
    return { kind: "INTEGRATED", years: pathway.phases.reduce((sum, phase) => sum + phase.years, 0) };
  return { kind: "SUM", text: pathway.stages.map((stage) => stage.years).join("+") };
}

const RANK: Readonly<Record<EducationLevel, number>> = {
  SECONDARY: 0,
  ASSOCIATE: 1,
  VOCATIONAL_BACHELOR: 2,
  GENERAL_BACHELOR: 2,
};

/** Whether the stages climb: every stage at a higher level than the one before. */
export function climbs(stages: readonly Pick<Stage, "level">[]): boolean {
  return stages.every((stage, i) => {
    const before = stages[i - 1];
    return before === undefined || RANK[before.level] < RANK[stage.level];
  });
}
