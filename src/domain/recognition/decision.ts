import { canonicalJson } from "../canonical.ts";
import type { Credits } from "../credit.ts";
import type { Id } from "../id.ts";
import { ENGINE_VERSION, type RecognitionInput, readInput, writeInput } from "./input.ts";
import type { RecognitionOutcome } from "./outcome.ts";
import { recognise } from "./recognise.ts";
import type { RuleSet } from "./rule.ts";
import { verifyOutcome } from "./verify.ts";

/** A line of a decision as it is kept for itself. */
export interface StoredLine {
  readonly line: number;
  readonly ruleId: Id;
  readonly ruleVersion: number;
  readonly achievementIds: readonly Id[];
  readonly targetCourseIds: readonly Id[];
  readonly nodeKey: string | null;
  /** In hundredths. */
  readonly credits: Credits;
  readonly recordedGrade: unknown;
}

/** A decision with all that is stored of it. */
export interface StoredDecision {
  /** Canonical JSON, as written. */
  readonly input: string;
  readonly inputHash: string;
  readonly engineVersion: string;
  readonly outcome: RecognitionOutcome;
  /** In the order of their numbers. */
  readonly lines: readonly StoredLine[];
  /** What the ledger posted as recognised by it, by line. */
  readonly posted: readonly { readonly line: number; readonly credits: Credits }[];
}

export const DECISION_FAULTS = [
  "INPUT_ALTERED",
  "INPUT_NOT_CANONICAL",
  "RULE_ALTERED",
  "OUTCOME_INFEASIBLE",
  "OUTCOME_IMPROVABLE",
  "OUTCOME_DIFFERS",
  "LINE_ALTERED",
  "LEDGER_DIFFERS",
  "DECISION_GONE",
] as const;

/** What does not fit in a decision: the first thing found, and where. */
export interface DecisionFault {
  readonly code: (typeof DECISION_FAULTS)[number];
  /** The line it was found at; null where it is about the whole. */
  readonly line: number | null;
  /** For whoever looks into it; not a sentence for users. */
  readonly detail: string;
}

const fault = (code: DecisionFault["code"], detail: string, line: number | null = null): DecisionFault => {
  return { code, line, detail };
};

/**
 * Proves a decision from what is stored of it: its input is the one that was hashed, its rules are the versions that are
 * kept, computed again it gives the same answer, and its lines and what the ledger posted say what the answer says.
 * @param hash the hash of a text, as `inputHash` is one
 * @param kept the rule set of an id as it is kept today; null where it is gone
 */
export function proveDecision(
  stored: StoredDecision,
  hash: (text: string) => string,
  kept: (id: Id) => RuleSet | null,
): DecisionFault | null {
  if (hash(stored.input) !== stored.inputHash) return fault("INPUT_ALTERED", stored.inputHash);
  const input = inputOfDecision(stored);
  if (input === null) return fault("INPUT_NOT_CANONICAL", `engine ${stored.engineVersion}`);
  try {
    return ruleFault(input, kept) ?? outcomeFault(input, stored) ?? lineFault(stored) ?? ledgerFault(stored);
  } catch (error) {
    // nothing that the engine was ever given makes it fail: what is stored is not of the shape it was written in
    return fault("INPUT_NOT_CANONICAL", error instanceof Error ? error.message : "");
  }
}

/** The input of a decision; null where it is not the one text that there is for its content, by the engine it names. */
export function inputOfDecision({
  input,
  engineVersion,
}: Pick<StoredDecision, "input" | "engineVersion">): RecognitionInput | null {
  try {
    const { engine } = JSON.parse(input) as { readonly engine?: unknown };
    if (engine !== engineVersion || canonicalJson(JSON.parse(input)) !== input) return null;
    const read = readInput(input);
    return engineVersion === ENGINE_VERSION && writeInput(read) !== input ? null : read;
  } catch {
    return null;
  }
}

/** Rule versions stay as they are for ever; only the end of a set is set later. */
function ruleFault({ ruleSets }: RecognitionInput, kept: (id: Id) => RuleSet | null): DecisionFault | null {
  for (const ruleSet of ruleSets) {
    const now = kept(ruleSet.id);
    if (now === null) return fault("RULE_ALTERED", `${ruleSet.key} v${ruleSet.version}`);
    const { effectiveUntil: _, rules: then, ...head } = ruleSet;
    const { effectiveUntil: __, rules, ...today } = now;
    if (canonicalJson(head) !== canonicalJson(today)) {
      return fault("RULE_ALTERED", `${ruleSet.key} v${ruleSet.version}`);
    }
    const changed = then.find((rule) => {
      const same = rules.find(({ id }) => id === rule.id);
      return same !== rule && canonicalJson(same) !== canonicalJson(rule);
    });
    if (changed !== undefined) return fault("RULE_ALTERED", `${ruleSet.key}/${changed.key} v${changed.version}`);
  }
  return null;
}

/**
 * A proved and canonical answer of this engine comes out again, word for word. Of any other that it may be had, and that
 * computed again it is no better.
 */
function outcomeFault(input: RecognitionInput, { outcome, engineVersion }: StoredDecision): DecisionFault | null {
  const [wrong] = verifyOutcome(input, outcome);
  if (wrong !== undefined) return fault("OUTCOME_INFEASIBLE", wrong);
  const again = recognise(input);
  const { proved, canonical, credits } = outcome.packing;
  if (again.packing.credits > credits) return fault("OUTCOME_IMPROVABLE", `${again.packing.credits} > ${credits}`);
  if (!(proved && canonical) || engineVersion !== ENGINE_VERSION) return null;
  if (answerOf(again) === answerOf(outcome)) return null;
  const count = Math.max(again.lines.length, outcome.lines.length);
  const at = Array.from({ length: count }, (_, place) => place).find(
    (place) => canonicalJson(again.lines[place]) !== canonicalJson(outcome.lines[place]),
  );
  return fault("OUTCOME_DIFFERS", outcome.lines[at ?? -1]?.ruleKey ?? "", at === undefined ? null : at + 1);
}

/** An answer as text, without how much work it was. */
function answerOf({ packing: { nodes: _, ...packing }, ...rest }: RecognitionOutcome): string {
  return canonicalJson({ ...rest, packing });
}

function lineFault({ outcome, lines }: StoredDecision): DecisionFault | null {
  const decided = outcome.lines.map((line, place): StoredLine => {
    const { ruleId, ruleVersion, achievementIds, targets, nodeKey, credits, recordedGrade } = line;
    const targetCourseIds = targets.map(({ courseId }) => courseId);
    return { line: place + 1, ruleId, ruleVersion, achievementIds, targetCourseIds, nodeKey, credits, recordedGrade };
  });
  for (let place = 0; place < Math.max(decided.length, lines.length); place += 1) {
    if (canonicalJson(decided[place]) === canonicalJson(lines[place])) continue;
    return fault("LINE_ALTERED", outcome.lines[place]?.ruleKey ?? "", place + 1);
  }
  return null;
}

function ledgerFault({ lines, posted }: StoredDecision): DecisionFault | null {
  const said = lines.map(({ line, credits }) => ({ line, credits }));
  const byLine = [...posted].sort((a, b) => a.line - b.line);
  for (let place = 0; place < Math.max(said.length, byLine.length); place += 1) {
    if (canonicalJson(said[place]) === canonicalJson(byLine[place])) continue;
    return fault("LEDGER_DIFFERS", "", (said[place] ?? byLine[place])?.line ?? null);
  }
  return null;
}
