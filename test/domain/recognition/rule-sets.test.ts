import { describe, expect, it } from "vitest";
import { recognise } from "../../../src/domain/recognition/recognise.ts";
import type { RuleSet } from "../../../src/domain/recognition/rule.ts";
import { verifyOutcome } from "../../../src/domain/recognition/verify.ts";
import {
  allOf,
  CITATION,
  course,
  fromCourse,
  input,
  leaf,
  plan,
  planCourse,
  rule,
  ruleSet,
  toCourses,
} from "./builders.ts";

const target = plan(allOf("root", leaf("a")), [planCourse("a", 400)]);
const none = {
  key: "none",
  title: { zh: "", en: "" },
  scope: { kind: "TOTAL" },
  limit: { kind: "CREDITS", credits: 0 },
  citation: CITATION,
} as const;
const allowed = ruleSet("allowed", [rule("r", fromCourse("x"), toCourses("a"))]);

/** Credits recognised beside a rule set that caps everything at nothing. */
function beside(more: Partial<RuleSet>): number {
  const given = input(target, [course("x", 400)], [allowed, ruleSet("strict", [], { caps: [none], ...more })]);
  const outcome = recognise(given);
  expect(verifyOutcome(given, outcome)).toEqual([]);
  return outcome.packing.credits;
}

describe("a rule set's caps", () => {
  it("hold for the rules of every other set too: the strictest cap holds", () => {
    expect(beside({})).toBe(0);
    expect(beside({ owner: "CREDIT_BANK" })).toBe(0);
  });

  it("do not bind learners of other cohorts, programmes or times", () => {
    expect(beside({ cohortFrom: 2027 })).toBe(400);
    expect(beside({ cohortUntil: 2025 })).toBe(400);
    expect(beside({ programmeIds: ["another"] })).toBe(400);
    expect(beside({ effectiveUntil: "2025-12-31" })).toBe(400);
    expect(beside({ effectiveFrom: "2026-09-02" })).toBe(400);
  });
});

describe("exclusions", () => {
  const exclusions = [{ key: "x", subjects: ["ORDINARY"], refusedKinds: ["COURSE"], citation: CITATION }] as const;

  it("bind their own rules and those of the owners that come after, not those that go before", () => {
    expect(beside({ owner: "AGREEMENT", caps: [], exclusions })).toBe(0);
    expect(beside({ owner: "SCHOOL", caps: [], exclusions })).toBe(400);
  });
});
