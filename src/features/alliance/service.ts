import { labelOf, type Pathway } from "../../domain/pathway.ts";
import { publicName, type ProgrammeRow } from "../catalogue/service.ts";
import type { StageRow } from "./store.ts";

/** Whoever signed an agreement, as anyone may read it. */
export const signatoryAs = publicName;

/** A stage with the programme that it is. */
export interface PlacedStage {
  readonly stage: StageRow;
  readonly programme: ProgrammeRow;
}

/** A pathway as the domain sees it: stages in order, or the one integrated programme that it is. */
export function pathwayOf(placed: readonly PlacedStage[]): Pathway {
  const [first] = placed;
  if (placed.length === 1 && first?.programme.kind === "FIVE_YEAR_INTEGRATED") {
    return { kind: "INTEGRATED", programmeId: first.programme.id, phases: first.programme.phases };
  }
  return {
    kind: "STAGED",
    stages: placed.map(({ stage, programme }) => ({
      level: programme.level,
      institutionId: programme.institutionId,
      majorId: programme.majorId,
      programmeId: programme.id,
      years: stage.years,
    })),
  };
}

/** What a pathway is called: "3+2" from the years of its stages, "5" for one integrated programme of five years. */
export function labelTextOf(placed: readonly PlacedStage[]): string {
  const label = labelOf(pathwayOf(placed));
  return label.kind === "SUM" ? label.text : String(label.years);
}
