import { describe, expect, test } from "vitest";
import {
  awaiting,
  constrained,
  merged,
  sourcesOf,
  type Verdict,
  verdictOn,
  verdictsOf,
} from "../../../src/domain/application/verdict.ts";
import { isProblem } from "../../../src/domain/problem.ts";
import type { RecognitionInput } from "../../../src/domain/recognition/input.ts";
import type { RecognitionLine, RecognitionOutcome } from "../../../src/domain/recognition/outcome.ts";

const line = (n: number, discretion = false): RecognitionLine =>
  ({
    ruleId: `rule ${n}`,
    achievementIds: [`source ${n}`, "shared"],
    targets: [{ courseId: `course ${n}`, credits: 300 }],
    discretion,
  }) as unknown as RecognitionLine;
const outcomeOf = (...lines: RecognitionLine[]) => ({ lines }) as unknown as RecognitionOutcome;
const INPUT = {
  plan: { courses: new Map([["course 9", {}]]) },
  earlier: [],
  refusals: [],
  substitutions: [],
} as unknown as RecognitionInput;
const BY = { version: 2, input: INPUT, accepting: true };
const word = (n: number, kind: Verdict["kind"], reason: string | null = null, courseIds: readonly string[] = []) => ({
  line: n,
  kind,
  reason,
  courseIds,
});
function said(outcome: RecognitionOutcome, ...words: ReturnType<typeof word>[]): readonly Verdict[] {
  const verdicts = verdictsOf(outcome, words, BY);
  if (isProblem(verdicts)) throw new Error(JSON.stringify(verdicts));
  return verdicts;
}

describe("what a reviewer says of lines", () => {
  test("without a word a line is accepted, unless it leaves discretion", () => {
    const outcome = outcomeOf(line(1), line(2, true));
    const verdicts = said(outcome);
    expect(verdicts.map(({ kind, ruleId }) => [kind, ruleId])).toEqual([["ACCEPTED", "rule 1"]]);
    expect(awaiting(outcome, verdicts)).toEqual([2]);
  });

  test.each([
    ["a refusal without a reason", word(1, "REFUSED")],
    ["a reason that is too long", word(1, "REFUSED", "长".repeat(501))],
    ["half a character", word(1, "REFUSED", "理由\ud800")],
    ["a substitution without courses", word(1, "SUBSTITUTED", "更接近")],
    ["a substitution by a course of another plan", word(1, "SUBSTITUTED", "更接近", ["course 7"])],
    ["an acceptance with courses", word(1, "ACCEPTED", null, ["course 9"])],
    ["a line that is not there", word(3, "ACCEPTED")],
    ["a line before the first", word(0, "ACCEPTED")],
  ])("%s is refused", (_, bad) => {
    expect(verdictsOf(outcomeOf(line(1), line(2)), [bad], BY)).toMatchObject({ code: "INVALID_INPUT" });
  });

  test("two words on one line are refused", () => {
    expect(verdictsOf(outcomeOf(line(1)), [word(1, "ACCEPTED"), word(1, "REFUSED", "理由")], BY)).toMatchObject({
      code: "INVALID_INPUT",
    });
  });
});

describe("verdicts", () => {
  test("find their line in whatever order its sources stand, and no other", () => {
    const [verdict] = said(outcomeOf(line(1)));
    const turned = { ...line(1), achievementIds: ["shared", "source 1"] };
    expect(verdictOn(turned, [verdict as Verdict])).toBe(verdict);
    expect(verdictOn(line(2), [verdict as Verdict])).toBeNull();
  });

  test("constrain the packing: refused and declined lines are out, substituted ones elsewhere, accepted ones free", () => {
    const outcome = outcomeOf(line(1), line(2), line(3));
    const verdicts = said(outcome, word(1, "REFUSED", "内容不同"), word(2, "SUBSTITUTED", "更接近", ["course 9"]));
    const { refusals, substitutions } = constrained(INPUT, verdicts);
    expect(refusals).toMatchObject([{ ruleId: "rule 1", targetCourseIds: ["course 1"], reason: "" }]);
    expect(substitutions).toMatchObject([{ ruleId: "rule 2", targetCourseIds: ["course 2"], courseIds: ["course 9"] }]);
  });

  test("a newer word on a line holds, and a substitution stays whatever is said of what it led to", () => {
    const first = said(outcomeOf(line(1)), word(1, "SUBSTITUTED", "更接近", ["course 9"]));
    const led = { ...line(1), targets: [{ courseId: "course 9", credits: 200 }] } as RecognitionLine;
    expect(verdictOn(led, first)?.kind).toBe("SUBSTITUTED");
    const both = merged(first, said(outcomeOf(led), word(1, "REFUSED", "还是不行")));
    expect(both.map(({ kind }) => kind)).toEqual(["SUBSTITUTED", "REFUSED"]);
    const changed = merged(said(outcomeOf(line(2))), said(outcomeOf(line(2)), word(1, "REFUSED", "看错了")));
    expect(changed.map(({ kind }) => kind)).toEqual(["REFUSED"]);
  });
});

test("an answer draws on each source once, and not on what an earlier decision took", () => {
  const earlier = [
    { sources: [{ achievementId: "shared", kind: "COURSE" }] },
  ] as unknown as RecognitionInput["earlier"];
  const outcome = outcomeOf(line(1), line(2));
  expect(sourcesOf(INPUT, outcome)).toEqual(["shared", "source 1", "source 2"]);
  expect(sourcesOf({ ...INPUT, earlier }, outcome)).toEqual(["source 1", "source 2"]);
});
