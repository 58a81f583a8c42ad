import type { Id, IsoDate } from "./id.ts";
import type { Citation } from "./recognition/rule.ts";

/** Acts that may need a guardian's consent. */
export const CONSENT_ACTS = [
  "INTERNSHIP",
  "LEAVE",
  "WITHDRAWAL",
  "JOIN_PATHWAY",
  "DECLINE_PATHWAY",
  "CHANGE_OF_TRACK",
  "SELECTION_OFF_CAMPUS",
] as const;
export type ConsentAct = (typeof CONSENT_ACTS)[number];

/** What an act is asked for at: the command that does it, or what the act still waits for. */
export type ConsentGate = { readonly command: string } | { readonly awaits: string };

/**
 * Where each act is held to its consent. Whoever writes the command for an act that waits calls `consentMissing` in it
 * and names it here; a test compares this with the commands there are.
 */
export const CONSENT_GATES: Readonly<Record<ConsentAct, ConsentGate>> = {
  INTERNSHIP: { command: "createPlacement" },
  LEAVE: { command: "recordStatusChange" },
  WITHDRAWAL: { command: "recordStatusChange" },
  JOIN_PATHWAY: { command: "placeInPathway" },
  DECLINE_PATHWAY: { command: "makeTransferList" },
  CHANGE_OF_TRACK: { command: "placeInPathway" },
  SELECTION_OFF_CAMPUS: { command: "takeSeat" },
};

/** That an act needs consent, whose rule it is ("*": of every school without one of its own), and the clause. */
export interface ConsentRequirement {
  readonly institutionKey: string;
  readonly act: ConsentAct;
  readonly effectiveFrom: IsoDate;
  readonly effectiveUntil: IsoDate | null;
  /** Years: the clause's own, or else the age of majority in force. */
  readonly belowAge: number;
  readonly citation: Citation;
  readonly certainty: "VERIFIED" | "UNVERIFIED" | "DERIVED";
}

/** A requirement as it is kept: without an age where its clause names none, but rests on the age of majority. */
export type KeptRequirement = Omit<ConsentRequirement, "belowAge"> & { readonly belowAge: number | null };

/** A consent given or revoked. */
export interface ConsentEvent {
  readonly id: Id;
  readonly act: ConsentAct;
  readonly event: "GIVEN" | "REVOKED";
  readonly form: "ACCOUNT" | "PAPER";
  /** The school that keeps a paper. */
  readonly institutionId: Id | null;
  readonly onDay: IsoDate;
  readonly validUntil: IsoDate | null;
  /** An ISO instant: of two events of one day the later counts; of one instant the one whose id was made later. */
  readonly recordedAt: string;
}

/** The requirement that holds for an act on a day: the school's own before the general one, the newest of each. */
export function requirementFor(
  requirements: readonly ConsentRequirement[],
  act: ConsentAct,
  institutionKey: string,
  on: IsoDate,
): ConsentRequirement | null {
  const holding = requirements
    .filter((each) => each.act === act && each.effectiveFrom <= on && (each.effectiveUntil ?? on) >= on)
    .sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? 1 : -1));
  return (
    holding.find((each) => each.institutionKey === institutionKey) ??
    holding.find((each) => each.institutionKey === "*") ??
    null
  );
}

/**
 * The consent in force for an act on a day: the newest event on or before it is one that gives it and has not run out. A
 * paper counts only at the school that keeps it.
 */
export function consentInForce<Event extends ConsentEvent>(
  events: readonly Event[],
  act: ConsentAct,
  at: { readonly institutionId: Id | null; readonly on: IsoDate },
): Event | null {
  const [newest] = events
    .filter((each) => each.act === act && each.onDay <= at.on)
    .filter((each) => each.form === "ACCOUNT" || each.institutionId === at.institutionId)
    .sort(
      (a, b) =>
        b.onDay.localeCompare(a.onDay) ||
        Date.parse(b.recordedAt) - Date.parse(a.recordedAt) ||
        b.id.localeCompare(a.id),
    );
  return newest?.event === "GIVEN" && (newest.validUntil ?? at.on) >= at.on ? newest : null;
}
