import type { Id } from "../id.ts";
import { type AchievementFact, PRIZES } from "./facts.ts";
import type { Matcher, SourceTree } from "./rule.ts";

/** One matcher of a rule met by one achievement. */
export interface Binding {
  readonly matcher: Matcher;
  readonly fact: AchievementFact;
}

/** How a source tree reads a learner's achievements. */
export interface Matches {
  /** Every way to meet the tree, each a list of bindings of different achievements. */
  readonly combinations: readonly (readonly Binding[])[];
  /** Where some parts of an AND are there and others are not: what is there, and the names of what is missing. */
  readonly partial: { readonly present: readonly Binding[]; readonly missing: readonly string[] } | null;
}

/**
 * The most combinations of one rule that are tried. A rule of several wide matchers could have millions; what is beyond the
 * bound is told by `complete: false`, and the answer is then not called proved.
 */
export const COMBINATIONS_MAX = 2_000;

/** A learner's achievements, found by what matchers name. Built once for all rules. */
export class FactIndex {
  readonly #byKey = new Map<string, AchievementFact[]>();
  readonly #byKind = new Map<string, AchievementFact[]>();

  constructor(facts: readonly AchievementFact[]) {
    for (const fact of [...facts].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      push(this.#byKind, fact.kind, fact);
      const { detail } = fact;
      if ("courseId" in detail && detail.courseId !== null) push(this.#byKey, detail.courseId, fact);
      if (detail.kind === "CERTIFICATE") push(this.#byKey, detail.certificateId, fact);
      if (fact.recognisedAs !== undefined) push(this.#byKey, fact.recognisedAs, fact);
    }
  }

  /** Everything by which a matcher may find one of the achievements, as `matcherNames` tells it. */
  *names(): Iterable<string> {
    yield* this.#byKey.keys();
    yield* this.#byKind.keys();
  }

  /** The achievements a matcher is about, whether or not its conditions are met. */
  candidates(matcher: Matcher): readonly AchievementFact[] {
    switch (matcher.kind) {
      case "COURSE":
        return this.#byKey.get(matcher.courseId) ?? [];
      case "CERTIFICATE":
        return (this.#byKey.get(matcher.certificateId) ?? []).filter((fact) => fact.kind === "CERTIFICATE");
      case "COURSE_LIKE":
        return matcher.kinds.flatMap((kind) => this.#kind(kind)).filter((fact) => isLike(matcher, fact));
      case "COMPETITION":
        return this.#kind("COMPETITION").filter((fact) => isAward(matcher, fact));
      case "WORK":
        return this.#kind("WORK").filter(
          ({ detail }) => detail.kind === "WORK" && (matcher.occupations?.includes(detail.occupation) ?? true),
        );
      case "SERVICE":
        return this.#kind("SERVICE");
      case "PRIOR_LEARNING":
        return this.#kind("PRIOR_LEARNING").filter(
          ({ detail }) => detail.kind === "PRIOR_LEARNING" && detail.subject === matcher.subject,
        );
    }
  }

  #kind(kind: string): readonly AchievementFact[] {
    return this.#byKind.get(kind) ?? [];
  }
}

/** The names by which a matcher finds achievements: the course or certificate it is about, else their kinds. */
export function matcherNames(matcher: Matcher): readonly string[] {
  switch (matcher.kind) {
    case "COURSE":
      return [matcher.courseId];
    case "CERTIFICATE":
      return [matcher.certificateId];
    case "COURSE_LIKE":
      return matcher.kinds;
    default:
      return [matcher.kind];
  }
}

/** Reads a source tree as written: AND needs every part, OR any one of them; no achievement meets two matchers at once. */
export function matchTree(tree: SourceTree, index: FactIndex): Matches & { readonly complete: boolean } {
  if ("match" in tree) {
    // most rules are about one achievement: the short way to what the walk below would find
    const found = index.candidates(tree.match);
    if (found.length <= COMBINATIONS_MAX)
      return { combinations: found.map((fact) => [{ matcher: tree.match, fact }]), partial: null, complete: true };
  }
  const { combinations, partial, cut } = walk(tree, index);
  return {
    combinations: combinations.slice(0, COMBINATIONS_MAX),
    partial: combinations.length > 0 ? null : partial,
    complete: !cut && combinations.length <= COMBINATIONS_MAX,
  };
}

type Combinations = Matches["combinations"];

/** What a part of a tree gives; `cut` where there are combinations beyond the bound, which nobody looked at. */
interface Walked extends Matches {
  readonly cut: boolean;
}

function walk(tree: SourceTree, index: FactIndex): Walked {
  if ("match" in tree) {
    const { match: matcher } = tree;
    return { combinations: index.candidates(matcher).map((fact) => [{ matcher, fact }]), partial: null, cut: false };
  }
  if ("any" in tree) {
    const parts = tree.any.map((part) => walk(part, index));
    return {
      combinations: parts.flatMap((part) => part.combinations),
      partial: parts.find((part) => part.partial !== null)?.partial ?? null,
      cut: parts.some((part) => part.cut),
    };
  }
  const parts = tree.all.map((part) => ({ part, found: walk(part, index) }));
  return { ...product(parts.map(({ found }) => found)), partial: missingOf(parts) };
}

function missingOf(parts: readonly { readonly part: SourceTree; readonly found: Walked }[]): Matches["partial"] {
  const missing = parts.filter(({ found }) => found.combinations.length === 0);
  const present = parts.flatMap(({ found }) => found.combinations[0] ?? found.partial?.present ?? []);
  if (missing.length === 0 || present.length === 0) return null;
  return { present, missing: missing.flatMap(({ part, found }) => found.partial?.missing ?? [nameOf(part)]) };
}

/** Every choice of one combination from each part, no achievement twice. */
function product(parts: readonly Walked[]): Pick<Walked, "combinations" | "cut"> {
  // What lacks a part has no combination at all, however many of the other parts were cut.
  if (parts.some(({ combinations, cut }) => combinations.length === 0 && !cut)) return { combinations: [], cut: false };
  let combinations: Combinations = [[]];
  let cut = false;
  for (const part of parts) {
    const joined = join(combinations, part.combinations);
    combinations = joined.combinations;
    cut ||= part.cut || joined.cut;
  }
  return { combinations, cut };
}

/** Only pairs that share no achievement count towards the bound: others are no combinations and lose nothing. */
function join(left: Combinations, right: Combinations): Pick<Walked, "combinations" | "cut"> {
  const combinations: (readonly Binding[])[] = [];
  for (const one of left) {
    for (const other of right) {
      if (share(one, other)) continue;
      if (combinations.length === COMBINATIONS_MAX) return { combinations, cut: true };
      combinations.push([...one, ...other]);
    }
  }
  return { combinations, cut: false };
}

function share(left: readonly Binding[], right: readonly Binding[]): boolean {
  return left.some((one) => right.some((other) => one.fact.id === other.fact.id));
}

function isLike(matcher: Extract<Matcher, { kind: "COURSE_LIKE" }>, { detail }: AchievementFact): boolean {
  return (
    "subject" in detail &&
    "code" in detail &&
    (matcher.codes?.includes(detail.code) ?? true) &&
    (matcher.groups === undefined || (detail.group !== null && matcher.groups.includes(detail.group)))
  );
}

/** An award of the competition and tier whose prize is one of those named, or lower: a higher prize has a rule of its own. */
function isAward(matcher: Extract<Matcher, { kind: "COMPETITION" }>, { detail }: AchievementFact): boolean {
  if (detail.kind !== "COMPETITION") return false;
  const lowest = Math.max(...matcher.prizes.map((prize) => PRIZES.indexOf(prize)));
  return (
    (matcher.competitionId === null || matcher.competitionId === detail.competitionId) &&
    matcher.tiers.includes(detail.tier) &&
    (matcher.team === undefined || matcher.team === detail.team) &&
    (matcher.prizes.includes(detail.prize) || PRIZES.indexOf(detail.prize) > lowest)
  );
}

/** The matchers of a tree in reading order. */
export function matchersOf(tree: SourceTree): readonly Matcher[] {
  if ("match" in tree) return [tree.match];
  return ("all" in tree ? tree.all : tree.any).flatMap(matchersOf);
}

/** What a missing part is called: codes where it has them, its kind otherwise. */
function nameOf(tree: SourceTree): string {
  if ("match" in tree) {
    const { match } = tree;
    return "code" in match ? match.code : match.kind;
  }
  return "all" in tree ? tree.all.map(nameOf).join(" + ") : tree.any.map(nameOf).join(" / ");
}

function push(map: Map<Id, AchievementFact[]>, key: string, fact: AchievementFact): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [fact]);
  else list.push(fact);
}
