import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../src/domain/canonical.ts";
import type { Id } from "../../../src/domain/id.ts";
import { proveDecision, type StoredDecision } from "../../../src/domain/recognition/decision.ts";
import { ENGINE_VERSION, type RecognitionInput, readInput, writeInput } from "../../../src/domain/recognition/input.ts";
import type { RecognitionLine, RecognitionOutcome } from "../../../src/domain/recognition/outcome.ts";
import { recognise } from "../../../src/domain/recognition/recognise.ts";
import type { RuleSet } from "../../../src/domain/recognition/rule.ts";

/** A decision as it was taken once: of each case of the demonstration, and never written again. */
interface Frozen {
  readonly name: string;
  readonly engineVersion: string;
  readonly inputHash: string;
  readonly input: object;
  readonly outcome: RecognitionOutcome;
}
const FROZEN = brotliDecompressSync(readFileSync(join(import.meta.dirname, "decisions.jsonl.br")))
  .toString("utf8")
  .split("\n")
  .map((line) => JSON.parse(line) as Frozen);

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

function storedOf(input: string, outcome: RecognitionOutcome, engineVersion = ENGINE_VERSION): StoredDecision {
  const lines = outcome.lines.map(({ targets, ...line }, place) => ({
    line: place + 1,
    ruleId: line.ruleId,
    ruleVersion: line.ruleVersion,
    achievementIds: line.achievementIds,
    targetCourseIds: targets.map(({ courseId }) => courseId),
    nodeKey: line.nodeKey,
    credits: line.credits,
    recordedGrade: line.recordedGrade,
  }));
  const posted = lines.map(({ line, credits }) => ({ line, credits })).reverse();
  return { input, inputHash: hash(input), engineVersion, outcome, lines, posted };
}
const keptOf =
  ({ ruleSets }: RecognitionInput) =>
  (id: Id): RuleSet | null =>
    ruleSets.find((set) => set.id === id) ?? null;

describe("a decision of each case of the demonstration", () => {
  it("is there", () => {
    expect(FROZEN.length).toBe(25);
    expect(FROZEN.filter(({ outcome }) => outcome.lines.length > 0).length).toBeGreaterThan(20);
  });

  it.each(FROZEN)("recomputes for ever: $name", ({ engineVersion, inputHash, input, outcome }) => {
    const text = canonicalJson(input);
    expect(hash(text)).toBe(inputHash);
    expect(proveDecision(storedOf(text, outcome, engineVersion), hash, keptOf(readInput(text)))).toBeNull();
    // whatever engine it is by now: as many credits
    expect(recognise(readInput(text)).packing).toMatchObject({ credits: outcome.packing.credits, proved: true });
  });
});

describe("what was tampered with is found", () => {
  const frozen = FROZEN.find(({ outcome }) => outcome.lines.length > 5);
  if (frozen === undefined) throw new Error("a decision of several lines");
  const text = canonicalJson(frozen.input);
  const input = readInput(text);
  const outcome = recognise(input);
  const stored = storedOf(writeInput(input), outcome);
  const proof = (to: Partial<StoredDecision>, kept = keptOf(input)) => proveDecision({ ...stored, ...to }, hash, kept);
  const first = outcome.lines[0] as RecognitionLine;
  const rewritten = (to: Partial<RecognitionInput>) => {
    const other = writeInput({ ...input, ...to });
    return { input: other, inputHash: hash(other) };
  };

  it("nothing, where nothing was", () => {
    expect(proof({})).toBeNull();
  });

  it("an input that was changed, and one whose hash was changed with it", () => {
    const facts = input.facts.map((fact) => ({ ...fact, credits: fact.credits + 100 }));
    expect(proof({ input: rewritten({ facts }).input })).toMatchObject({ code: "INPUT_ALTERED" });
    expect(proof(rewritten({ facts }))).toMatchObject({ code: "OUTCOME_DIFFERS", line: 1 });
    const fewer = input.facts.filter(({ id }) => !first.achievementIds.includes(id));
    expect(proof(rewritten({ facts: fewer }))).toMatchObject({ code: "OUTCOME_INFEASIBLE" });
  });

  it.each([
    ["no JSON", "{"],
    ["of another shape", canonicalJson({ engine: ENGINE_VERSION })],
    ["with spaces", ` ${text}`],
    ["of another engine than is noted", text.replace(/"engine":"[^"]*"/, '"engine":"0"')],
  ])("an input %s", (_, other) => {
    expect(proof({ input: other, inputHash: hash(other) })).toMatchObject({ code: "INPUT_NOT_CANONICAL" });
  });

  it("a rule that is not the version it was, and one that is gone; a set's end may be set later", () => {
    const changed = (id: Id): RuleSet | null => {
      const set = keptOf(input)(id);
      if (set === null || id !== first.ruleSetId) return set;
      return { ...set, rules: set.rules.map((rule) => ({ ...rule, priority: rule.priority + 1 })) };
    };
    expect(proof({}, changed)).toMatchObject({ code: "RULE_ALTERED" });
    expect(proof({}, () => null)).toMatchObject({ code: "RULE_ALTERED" });
    const ended = (id: Id): RuleSet | null => {
      const set = keptOf(input)(id);
      return set === null ? null : { ...set, effectiveUntil: "2099-12-31" };
    };
    expect(proof({}, ended)).toBeNull();
  });

  it("an answer that breaks the rules, that is another one, that could be better", () => {
    const lines = (changed: readonly RecognitionLine[]) => proof({ outcome: { ...outcome, lines: changed } });
    expect(lines([first, ...outcome.lines])?.code).toBe("OUTCOME_INFEASIBLE");
    expect(
      lines([{ ...first, ruleTitle: { zh: "别的规则", en: "Another" } }, ...outcome.lines.slice(1)]),
    ).toMatchObject({
      code: "OUTCOME_DIFFERS",
      line: 1,
    });
    // the answer of a poorer engine: feasible, and the rules allow more
    const concern = outcome.lines.map(({ ruleId, achievementIds, targets }) => ({
      ruleId,
      achievementIds,
      targetCourseIds: targets.map(({ courseId }) => courseId),
      reason: "",
    }));
    const poorer = recognise({ ...input, refusals: concern });
    expect(poorer.packing.credits).toBeLessThan(outcome.packing.credits);
    expect(proof({ outcome: poorer })).toMatchObject({ code: "OUTCOME_IMPROVABLE" });
  });

  it("a line that says something else, is missing, or is one too many", () => {
    const [one, ...rest] = stored.lines;
    if (one === undefined) throw new Error("a line");
    expect(proof({ lines: [{ ...one, credits: one.credits + 50 }, ...rest] })).toMatchObject({
      code: "LINE_ALTERED",
      line: 1,
    });
    expect(proof({ lines: stored.lines.slice(0, -1) })).toMatchObject({
      code: "LINE_ALTERED",
      line: stored.lines.length,
    });
    expect(proof({ lines: [...stored.lines, { ...one, line: 99 }] })).toMatchObject({ code: "LINE_ALTERED" });
  });

  it("what the ledger posted otherwise, not at all, or twice", () => {
    const [one, ...rest] = stored.posted;
    if (one === undefined) throw new Error("a posting");
    for (const posted of [[{ ...one, credits: one.credits + 50 }, ...rest], rest, [...stored.posted, one]]) {
      expect(proof({ posted })).toMatchObject({ code: "LEDGER_DIFFERS" });
    }
  });
});
