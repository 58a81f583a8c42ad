import type { Id, Title } from "./id.ts";

/**
 * What lies with a learner or their guardian until they act. `by` is who acts; `expected` is whether something stays undone
 * where they do not: the others are rights they may leave unused.
 */
export const OPEN_ACTS = {
  /** A guardian's consent was asked for, and not answered. */
  CONSENT: { by: "GUARDIAN", expected: true },
  /** An application came back from the home school, and none was submitted since. */
  APPLY_AGAIN: { by: "LEARNER", expected: true },
  /** What was decided of an application can be appealed. */
  APPEAL: { by: "LEARNER", expected: false },
  /** They stand in a public notice that can be objected to. */
  OBJECTION: { by: "LEARNER", expected: false },
} as const satisfies Readonly<Record<string, { readonly by: "LEARNER" | "GUARDIAN"; readonly expected: boolean }>>;
export type OpenActKind = keyof typeof OPEN_ACTS;
export const OPEN_ACT_KINDS = Object.keys(OPEN_ACTS) as readonly OpenActKind[];

/** An act that is open, of whom, and from when until when (ISO instants). */
export interface OpenAct {
  readonly kind: OpenActKind;
  readonly learnerId: Id;
  /** What it is about: a request, an application, a public notice. */
  readonly aboutId: Id;
  readonly since: string;
  /** Null where it stays open. */
  readonly until: string | null;
  /** What fills its sentence. */
  readonly words: Readonly<Record<string, string | Title>>;
}

/** In an order, what has no end. */
const NEVER = "9999-12-31T00:00:00.000Z";

/** Where an act stands in a list: what ends first before what ends later or never, the older before the younger. */
export const placeOf = ({ until, since, kind, learnerId, aboutId }: OpenAct): readonly string[] => [
  until === null ? NEVER : new Date(until).toISOString(),
  new Date(since).toISOString(),
  `${kind}/${learnerId}/${aboutId}`,
];

/** Compares two places. */
export function comparePlaces(one: readonly string[], other: readonly string[]): number {
  const at = one.findIndex((part, index) => part !== other[index]);
  return at === -1 ? 0 : (one[at] ?? "") < (other[at] ?? "") ? -1 : 1;
}
