import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assess, recognise } from "../../../src/domain/recognition/recognise.ts";
import { keysOf } from "./brute-force.ts";
import {
  certificate,
  course,
  fromCertificate,
  fromCourse,
  input,
  leaf,
  allOf,
  atLeast,
  choose,
  plan,
  planCourse,
  rule,
  ruleSet,
  toCourses,
  toNode,
  CITATION,
} from "./builders.ts";
import { keyOfRefusal } from "./metamorphic.ts";
import { smallCase } from "./small.ts";
import { RUNS } from "./runs.ts";

const seeds = fc.integer({ min: 1, max: 2 ** 30 });

describe("refusals", () => {
  it("accounts for every application: a line or a refusal, never both", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const given = smallCase(seed);
        const outcome = recognise(given);
        const { eligible, refused, preceded } = assess(given).eligibility;
        const all = [...eligible, ...refused, ...preceded.map(({ application }) => application)]
          .map(({ key }) => key)
          .sort();
        expect([...keysOf(outcome), ...outcome.refusals.map(keyOfRefusal)].sort()).toEqual(all);
      }),
      RUNS,
    );
  });
});

describe("the words of a refusal", () => {
  const two = [planCourse("a", 400), planCourse("b", 400)];

  it("says who used the source", () => {
    const rules = [rule("r1", fromCourse("x"), toCourses("a")), rule("r2", fromCourse("x"), toCourses("b"))];
    const outcome = recognise(
      input(plan(allOf("root", leaf("a"), leaf("b")), two), [course("x", 400)], [ruleSet("s", rules)]),
    );
    expect(outcome.lines.map(({ ruleId }) => ruleId)).toEqual(["r1"]);
    expect(outcome.refusals).toMatchObject([{ family: "OUTCOMPETED", code: "SOURCE_USED", winnerRuleIds: ["r1"] }]);
  });

  it("says that one certificate is enough for a course", () => {
    const rules = [rule("r1", fromCertificate("x"), toCourses("a")), rule("r2", fromCertificate("y"), toCourses("a"))];
    const outcome = recognise(
      input(plan(allOf("root", leaf("a")), two), [certificate("x"), certificate("y")], [ruleSet("s", rules)]),
    );
    expect(outcome.refusals).toMatchObject([{ code: "CERTIFICATE_TARGET_TAKEN", winnerRuleIds: ["r1"] }]);
  });

  it("says that the choice is met, and that the group is full", () => {
    const rules = [rule("r1", fromCourse("x"), toCourses("a")), rule("r2", fromCourse("y"), toCourses("b"))];
    const facts = [course("x", 400), course("y", 500)];
    const chosen = recognise(input(plan(choose("root", 1, leaf("a"), leaf("b")), two), facts, [ruleSet("s", rules)]));
    expect(chosen.refusals).toMatchObject([{ code: "CHOICE_MET", winnerRuleIds: ["r1"] }]);
    const full = recognise(input(plan(atLeast("root", 400, leaf("a"), leaf("b")), two), facts, [ruleSet("s", rules)]));
    expect(full.refusals).toMatchObject([{ code: "GROUP_FULL", winnerRuleIds: ["r1"] }]);
  });

  it("names the missing partner of an AND", () => {
    const both = rule("r1", { all: [fromCourse("x"), fromCourse("y")] }, toCourses("a"));
    const outcome = recognise(input(plan(allOf("root", leaf("a")), two), [course("x", 400)], [ruleSet("s", [both])]));
    expect(outcome.refusals[0]).toMatchObject({ family: "INELIGIBLE", code: "PARTNER_MISSING", achievementIds: ["x"] });
    expect(outcome.refusals[0]?.conditions[0]?.expected).toEqual({ kind: "CODES", codes: ["y"] });
  });

  it("lets an agreement's rule go before a school's for the same source and target", () => {
    const school = ruleSet("school", [rule("r1", fromCourse("x"), toCourses("a"))], { owner: "SCHOOL" });
    const agreement = ruleSet("agreement", [rule("r2", fromCourse("x"), toCourses("a"))]);
    const outcome = recognise(input(plan(allOf("root", leaf("a")), two), [course("x", 400)], [school, agreement]));
    expect(outcome.lines.map(({ ruleId }) => ruleId)).toEqual(["r2"]);
    expect(outcome.refusals).toMatchObject([{ code: "PRECEDENCE", winnerRuleIds: ["r2"] }]);
    expect(outcome.ruleSetIds).toEqual(["set-agreement", "set-school"]);
  });

  it("shows a cap with its denominator, what is used of it, and the rule it stopped", () => {
    const cap = {
      key: "half",
      title: { zh: "一半", en: "half" },
      scope: { kind: "TOTAL" },
      limit: { kind: "SHARE", basisPoints: 5000, of: { kind: "PLAN" } },
      citation: CITATION,
    } as const;
    const rules = [rule("r1", fromCourse("x"), toCourses("a")), rule("r2", fromCourse("y"), toCourses("b"))];
    const facts = [course("x", 400), course("y", 400)];
    const outcome = recognise(
      input(plan(allOf("root", leaf("a"), leaf("b")), two), facts, [ruleSet("s", rules, { caps: [cap] })]),
    );
    expect(outcome.caps).toMatchObject([{ key: "half", unit: "CREDITS", limit: 400, used: 400, denominator: 800 }]);
    expect(outcome.refusals).toMatchObject([{ code: "TOTAL_CAP", violated: ["TOTAL_CAP"], winnerRuleIds: ["r1"] }]);
  });

  it("counts blanket credit only as far as its node asks", () => {
    const rules = [rule("r1", fromCourse("x"), toNode("free"), { conversion: { kind: "FIXED", credits: 600 } })];
    const outcome = recognise(
      input(plan(atLeast("free", 400, leaf("a")), two), [course("x", 300)], [ruleSet("s", rules)]),
    );
    expect(outcome.lines).toMatchObject([{ nodeKey: "free", credits: 600, countedCredits: 400, targets: [] }]);
    expect(outcome.packing.credits).toBe(400);
  });

  it("says all of a refusal: its rule, its sources and targets, every obstacle with its own rules", () => {
    const cap = {
      key: "half",
      title: { zh: "一半", en: "half" },
      scope: { kind: "TOTAL" },
      limit: { kind: "CREDITS", credits: 400 },
      citation: CITATION,
    } as const;
    const rules = [
      rule("r1", fromCourse("x"), toCourses("a")),
      rule("r2", fromCourse("y"), toCourses("a")),
      rule("r3", { all: [fromCourse("x"), fromCourse("y")] }, toCourses("b")),
    ];
    const outcome = recognise(
      input(
        plan(allOf("root", leaf("a"), leaf("b")), two),
        [course("x", 400), course("y", 500)],
        [ruleSet("s", rules, { caps: [cap] })],
      ),
    );
    expect(outcome.lines.map(({ ruleId }) => ruleId)).toEqual(["r1"]);
    expect(outcome.refusals).toHaveLength(2);
    expect(outcome.refusals[0]).toMatchObject({
      family: "OUTCOMPETED",
      code: "TARGET_MET",
      ruleId: "r2",
      ruleKey: rules[1]?.key,
      ruleTitle: rules[1]?.title,
      citation: CITATION,
      achievementIds: ["y"],
      targetCourseIds: ["a"],
      nodeKey: null,
      winnerRuleIds: ["r1"],
      violated: ["TARGET_MET", "TOTAL_CAP"],
      obstacles: [
        { code: "TARGET_MET", ruleIds: ["r1"] },
        { code: "TOTAL_CAP", ruleIds: ["r1"] },
      ],
    });
    expect(outcome.refusals[1]).toMatchObject({
      achievementIds: ["x", "y"],
      targetCourseIds: ["b"],
      violated: ["SOURCE_USED", "TOTAL_CAP"],
    });
    expect(outcome.refusals[1]?.conditions.every(({ met }) => met)).toBe(true);
  });

  it("names an earlier decision's line that took the source, the course or the room of a cap, and a shared one not", () => {
    const cap = {
      key: "one",
      title: { zh: "一门", en: "one" },
      scope: { kind: "TOTAL" },
      limit: { kind: "COURSES", count: 1 },
      citation: CITATION,
    } as const;
    const line = (shared: boolean) => ({
      decisionId: "d",
      ruleId: "r0",
      ruleSetKey: "s",
      sources: [{ achievementId: "x", kind: "COURSE" as const }],
      shared,
      targets: [{ courseId: "a", credits: 400 }],
      nodeKey: null,
      credits: 400,
    });
    const refusedBeside = (shared: boolean, caps: readonly (typeof cap)[], targetId: string) =>
      recognise(
        input(
          plan(allOf("root", leaf("a"), leaf("b")), two),
          [course("x", 400)],
          [ruleSet("s", [rule("r1", fromCourse("x"), toCourses(targetId))], { caps })],
          { earlier: [line(shared)] },
        ),
      ).refusals;
    expect(refusedBeside(false, [], "b")).toMatchObject([{ violated: ["SOURCE_USED"], winnerRuleIds: ["r0"] }]);
    expect(refusedBeside(true, [], "b")).toEqual([]);
    expect(refusedBeside(true, [], "a")).toMatchObject([{ violated: ["TARGET_MET"], winnerRuleIds: ["r0"] }]);
    expect(refusedBeside(true, [cap], "b")).toMatchObject([{ violated: ["COURSE_COUNT_CAP"], winnerRuleIds: ["r0"] }]);
  });

  it("orders the lines as the plan does, and counts each beside those before it", () => {
    const rules = [rule("r1", fromCourse("x"), toCourses("b")), rule("r2", fromCourse("y"), toCourses("a"))];
    const outcome = recognise(
      input(
        plan(atLeast("root", 600, leaf("a"), leaf("b")), two),
        [course("x", 400), course("y", 400)],
        [ruleSet("s", rules)],
      ),
    );
    expect(outcome.lines.map(({ ruleId, countedCredits }) => [ruleId, countedCredits])).toEqual([
      ["r2", 400],
      ["r1", 200],
    ]);
  });
});
