import { describe, expect, it } from "vitest";
import { runExamples } from "../../../src/domain/recognition/examples.ts";
import { referencesOf } from "../../../src/domain/recognition/references.ts";
import type { RuleExample } from "../../../src/domain/recognition/rule.ts";
import { RULE_SET_SCHEMA } from "../../../src/domain/recognition/schema.ts";
import { fromCertificate, fromCourse, planCourse, rule, ruleSet, SCALE, toCourses } from "./builders.ts";

const example = (credits: number, score: number): RuleExample => ({
  note: { zh: "例", en: "example" },
  given: [{ matcher: 0, grade: { mode: "PERCENT", scoreTenths: score } }],
  completedOn: "2025-07-01",
  asOf: "2026-09-01",
  expect: credits > 0 ? { credits } : { refusal: "GRADE_BELOW_MINIMUM" },
});
const tested = rule("r", fromCourse("x", { minGrade: { scoreTenths: 700 } }), toCourses("a"), {
  examples: [example(400, 700), example(0, 690), example(400, 650)],
});
const set = ruleSet("s", [tested]);

describe("the schema of a rule set", () => {
  it("takes a whole rule set", () => {
    expect(RULE_SET_SCHEMA.safeParse(set).success).toBe(true);
  });

  it.each([
    ["an unknown field", { ...set, extra: 1 }],
    ["a rule without an example", { ...set, rules: [{ ...tested, examples: [] }] }],
    ["a rule without a citation", { ...set, rules: [{ ...tested, citation: undefined }] }],
    ["a date that does not exist", { ...set, effectiveFrom: "2025-02-30" }],
    [
      "credits that are no whole hundredths",
      { ...set, rules: [{ ...tested, conversion: { kind: "FIXED", credits: 1.5 } }] },
    ],
    ["an owner that is none", { ...set, owner: "NOBODY" }],
  ])("refuses %s", (_, document) => {
    expect(RULE_SET_SCHEMA.safeParse(document).success).toBe(false);
  });
});

describe("the examples of a rule", () => {
  const world = { targetCourse: () => planCourse("a", 400), sourceCourse: () => null, scale: SCALE };

  it("hold or do not, as the engine decides", () => {
    expect(runExamples(tested, set, world).map(({ met, credits }) => [met, credits])).toEqual([
      [true, 400],
      [true, 0],
      [false, 0],
    ]);
  });

  it("do not hold where the target is gone", () => {
    const [first] = runExamples(tested, set, { ...world, targetCourse: () => null });
    expect(first).toMatchObject({ met: false, refusals: ["TARGET_NOT_IN_PLAN"] });
  });
});

describe("references", () => {
  it("are all that a rule set names by id, with what it was called", () => {
    const both = rule("q", { any: [fromCourse("x"), fromCertificate("k")] }, toCourses("a", "b"));
    const named = referencesOf(ruleSet("s", [both], { programmeIds: ["p"] }));
    expect(named.map(({ kind, id, snapshot }) => [kind, id, snapshot])).toEqual([
      ["PROGRAMME", "p", "p"],
      ["COURSE", "c-x", "x"],
      ["CERTIFICATE", "x-k", "k"],
      ["COURSE", "a", "a"],
      ["COURSE", "b", "b"],
    ]);
  });
});
