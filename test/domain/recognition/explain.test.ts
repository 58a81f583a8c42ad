import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Refusal } from "../../../src/domain/recognition/outcome.ts";
import { countOf, type PackingModel } from "../../../src/domain/recognition/packing/model.ts";
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
import { smallCase } from "./small.ts";

const seeds = fc.integer({ min: 1, max: 2 ** 30 });

function keyOf(refusal: Refusal): string {
  const target = refusal.nodeKey === null ? [...refusal.targetCourseIds].sort().join("+") : `node ${refusal.nodeKey}`;
  return [refusal.ruleId, [...refusal.achievementIds].sort().join("+"), target].join(" ");
}

/** The codes of the rows an item would break beside the chosen ones, found again from the rows alone. */
function brokenBy(model: PackingModel, chosen: readonly number[], item: number): readonly string[] {
  return model.rows.flatMap((row) => {
    const load = [...chosen, item].reduce((sum, each) => {
      const k = row.idx.indexOf(each);
      return k < 0 ? sum : sum + (row.coef[k] ?? 0);
    }, 0);
    return row.idx.includes(item) && load > row.limit ? [row.code] : [];
  });
}

/** Whether a refusal says what the rows say: the very constraints broken, or that nothing is added. */
function isRight(refusal: Refusal, model: PackingModel, chosen: readonly number[], item: number): boolean {
  if (item < 0) return refusal.family === "INELIGIBLE" || refusal.code === "PRECEDENCE";
  const broken = [...new Set(brokenBy(model, chosen, item))].sort();
  const plain = refusal.violated.map((code) => (code === "CERTIFICATE_TARGET_TAKEN" ? "TARGET_MET" : code));
  const told = [...new Set(plain)].sort();
  if (broken.length > 0) return told.join() === broken.join();
  const addsNothing = countOf(model, [...chosen, item]) === countOf(model, chosen);
  return addsNothing && ["ADDS_NOTHING", "GROUP_FULL", "CHOICE_MET"].includes(refusal.code);
}

describe("refusals, derived again", () => {
  it("names exactly the constraints that the refused application breaks, or it adds nothing", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const given = smallCase(seed);
        const outcome = recognise(given);
        const { model } = assess(given);
        const chosenKeys = new Set(keysOf(outcome));
        const chosen = model.items.flatMap(({ key }, i) => (chosenKeys.has(key) ? [i] : []));
        const told = outcome.refusals.map((refusal) => {
          const item = model.items.findIndex(({ key }) => key === keyOf(refusal));
          return { refusal: refusal.code, right: isRight(refusal, model, chosen, item) };
        });
        expect(told.filter(({ right }) => !right)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("accounts for every application: a line or a refusal, never both", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const given = smallCase(seed);
        const outcome = recognise(given);
        const { eligible, refused, preceded } = assess(given).eligibility;
        const all = [...eligible, ...refused, ...preceded.map(({ application }) => application)]
          .map(({ key }) => key)
          .sort();
        expect([...keysOf(outcome), ...outcome.refusals.map(keyOf)].sort()).toEqual(all);
      }),
      { numRuns: 300 },
    );
  });

  it("names a winner whose removal does not raise the total", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const given = smallCase(seed);
        const outcome = recognise(given);
        // between owners the winner's removal lets a rule of lower precedence in
        const [refusal] = outcome.refusals.filter(
          (each) => each.winnerRuleIds.length > 0 && each.code !== "PRECEDENCE",
        );
        fc.pre(refusal !== undefined && new Set(given.ruleSets.map(({ owner }) => owner)).size === 1);
        const without = {
          ...given,
          ruleSets: given.ruleSets.map((set) => ({
            ...set,
            rules: set.rules.filter(({ id }) => id !== refusal?.winnerRuleIds[0]),
          })),
        };
        expect(recognise(without).packing.credits).toBeLessThanOrEqual(outcome.packing.credits);
      }),
      { numRuns: 300 },
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
});
