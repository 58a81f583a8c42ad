import type { Id } from "../id.ts";
import { type Problem, problem } from "../problem.ts";
import type { RecognitionInput } from "../recognition/input.ts";
import type { RecognitionLine, RecognitionOutcome } from "../recognition/outcome.ts";
import { fittingText } from "../text.ts";
import { REASON_LENGTH } from "./step.ts";

/**
 * What was said of a line: the reviewer accepts it, refuses it or puts other courses in the place of its targets, each of
 * the two with a reason; the learner declines it. All but ACCEPTED constrain the packing.
 */
export interface Verdict {
  readonly kind: "ACCEPTED" | "REFUSED" | "SUBSTITUTED" | "DECLINED";
  readonly ruleId: Id;
  readonly achievementIds: readonly Id[];
  /** Empty for blanket credit. */
  readonly targetCourseIds: readonly Id[];
  readonly reason: string | null;
  /** The courses of a substitution, else empty. */
  readonly courseIds: readonly Id[];
  /** The version of the application that its step led to: who took that step is noted there. */
  readonly version: number;
}

/** What somebody says of a line of the answer before them, by its number from 1. */
export interface Word {
  readonly line: number;
  readonly kind: Verdict["kind"];
  readonly reason: string | null;
  readonly courseIds: readonly Id[];
}

type Concerned = Pick<Verdict, "ruleId" | "achievementIds" | "targetCourseIds">;

const same = (a: readonly Id[], b: readonly Id[]): boolean =>
  a.length === b.length && [...a].sort().every((id, place) => id === [...b].sort()[place]);

/** What a line stands for: its rule, its sources, its targets. */
const concernOf = ({ ruleId, achievementIds, targets }: RecognitionLine): Concerned => ({
  ruleId,
  achievementIds,
  targetCourseIds: targets.map(({ courseId }) => courseId),
});

function isAbout(verdict: Verdict, line: Concerned): boolean {
  const targets = verdict.kind === "SUBSTITUTED" ? verdict.courseIds : verdict.targetCourseIds;
  return (
    verdict.ruleId === line.ruleId &&
    same(verdict.achievementIds, line.achievementIds) &&
    same(targets, line.targetCourseIds)
  );
}

/** What was said of a line of the answer as it stands; null where nobody has said anything yet. */
export function verdictOn(line: RecognitionLine, verdicts: readonly Verdict[]): Verdict | null {
  const concerned = concernOf(line);
  return verdicts.find((verdict) => isAbout(verdict, concerned)) ?? null;
}

/** The lines nobody has accepted yet, by their numbers from 1. */
export function awaiting(outcome: RecognitionOutcome, verdicts: readonly Verdict[]): readonly number[] {
  return outcome.lines.flatMap((line, place) => (verdictOn(line, verdicts) === null ? [place + 1] : []));
}

/**
 * Words turned into verdicts on the answer they were said of. A line without discretion that nothing is said of is
 * accepted; one that leaves discretion waits for a word.
 * @returns INVALID_INPUT for a line that is not there or named twice, a refusal or substitution without a reason, and a
 *   substitution without courses or with some that are not in the plan
 */
export function verdictsOf(
  outcome: RecognitionOutcome,
  words: readonly Word[],
  by: { readonly version: number; readonly input: RecognitionInput; readonly accepting: boolean },
): readonly Verdict[] | Problem {
  const said = new Map(words.map((word) => [word.line, word]));
  if (said.size !== words.length) return problem("INVALID_INPUT", { detail: "line" }, ["input", "lines"]);
  const verdicts: Verdict[] = [];
  for (const word of words) {
    const line = outcome.lines[word.line - 1];
    const fault = line === undefined ? "line" : faultIn(word, by.input);
    if (line === undefined || fault !== null) {
      return problem("INVALID_INPUT", { detail: `${fault ?? "line"}: ${word.line}` }, ["input", "lines"]);
    }
    const { kind, reason, courseIds } = word;
    verdicts.push({ ...concernOf(line), kind, reason, courseIds, version: by.version });
  }
  const silent = outcome.lines.filter((line, place) => by.accepting && !line.discretion && !said.has(place + 1));
  const accepted = silent.map((line): Verdict => {
    return { ...concernOf(line), kind: "ACCEPTED", reason: null, courseIds: [], version: by.version };
  });
  return [...verdicts, ...accepted];
}

function faultIn({ kind, reason, courseIds }: Word, { plan }: RecognitionInput): string | null {
  const needed = kind === "REFUSED" || kind === "SUBSTITUTED";
  if ((needed || reason !== null) && fittingText(reason ?? "", REASON_LENGTH) === null) return "reason";
  if (kind !== "SUBSTITUTED") return courseIds.length === 0 ? null : "courses";
  return courseIds.length > 0 && courseIds.every((id) => plan.courses.has(id)) ? null : "courses";
}

/**
 * Earlier verdicts with newer ones; of two on the same line the newer holds. A substitution stays whatever is said of the
 * line it led to, or the line it replaced would come back.
 */
export function merged(earlier: readonly Verdict[], newer: readonly Verdict[]): readonly Verdict[] {
  const replaced = (old: Verdict): boolean =>
    old.kind !== "SUBSTITUTED" && newer.some((verdict) => isAbout(old, verdict));
  return [...earlier.filter((old) => !replaced(old)), ...newer];
}

/** The input with what was said of lines as constraints: refused and declined lines may not come back, substituted ones are others. */
export function constrained(input: RecognitionInput, verdicts: readonly Verdict[]): RecognitionInput {
  const of = (kinds: readonly Verdict["kind"][]) => verdicts.filter(({ kind }) => kinds.includes(kind));
  // the words of a reason stay with the verdict: a decision keeps its input for ever, and nothing in it may name anyone
  const concern = ({ ruleId, achievementIds, targetCourseIds }: Verdict) => {
    return { ruleId, achievementIds, targetCourseIds, reason: "" };
  };
  return {
    ...input,
    refusals: of(["REFUSED", "DECLINED"]).map(concern),
    substitutions: of(["SUBSTITUTED"]).map((verdict) => ({ ...concern(verdict), courseIds: verdict.courseIds })),
  };
}

/** The achievements an answer draws on and that earlier decisions of the registration have not taken already. */
export function sourcesOf(input: RecognitionInput, outcome: RecognitionOutcome): readonly Id[] {
  const taken = new Set(input.earlier.flatMap(({ sources }) => sources.map(({ achievementId }) => achievementId)));
  const drawn = outcome.lines.flatMap(({ achievementIds }) => achievementIds);
  return [...new Set(drawn)].filter((id) => !taken.has(id)).sort();
}
