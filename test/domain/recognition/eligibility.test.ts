import { describe, expect, it } from "vitest";
import type { AchievementFact } from "../../../src/domain/recognition/facts.ts";
import type { RecognitionInput } from "../../../src/domain/recognition/input.ts";
import { recognise } from "../../../src/domain/recognition/recognise.ts";
import type { Rule, RuleSet } from "../../../src/domain/recognition/rule.ts";
import {
  allOf,
  CITATION,
  certificate,
  course,
  fromCertificate,
  fromCourse,
  input,
  leaf,
  percent,
  plan,
  planCourse,
  rule,
  ruleSet,
  toCourses,
} from "./builders.ts";

const courses = [
  planCourse("a", 400),
  planCourse("pe", 200, { subject: "PHYSICAL_EDUCATION", group: "GENERAL_FOUNDATION" }),
  planCourse("e", 200, { requirement: "FREE_ELECTIVE" }),
];
const target = plan(allOf("root", leaf("a"), leaf("pe"), leaf("e")), courses);

interface Case {
  readonly facts: readonly AchievementFact[];
  readonly rule: Rule;
  readonly set?: Partial<RuleSet>;
  readonly more?: Partial<RecognitionInput>;
}
/** The codes of the conditions that fail, or the credits recognised. */
function answer({ facts, rule: tested, set = {}, more = {} }: Case): readonly string[] | number {
  const outcome = recognise(input(target, facts, [ruleSet("s", [tested], set)], more));
  const failed = outcome.refusals.flatMap(({ conditions }) =>
    conditions.filter(({ met }) => !met).map(({ code }) => code),
  );
  return outcome.refusals.length === 0 ? outcome.packing.credits : failed;
}

describe("a source's conditions", () => {
  const minimum = rule("r", fromCourse("x", { minGrade: { scoreTenths: 750, level: "MEDIUM" } }), toCourses("a"));

  it.each([
    [percent(75), 400],
    [percent(74.9), ["GRADE_BELOW_MINIMUM"]],
    [{ mode: "FIVE_LEVEL", level: "MEDIUM" } as const, 400],
    [{ mode: "FIVE_LEVEL", level: "PASS" } as const, ["GRADE_BELOW_MINIMUM"]],
    [{ mode: "PASS_FAIL", passed: true } as const, ["GRADE_MODE_NOT_ACCEPTED"]],
    [{ mode: "SPECIAL", result: "EXEMPTED" } as const, ["NOT_PASSED", "GRADE_MODE_NOT_ACCEPTED"]],
    [null, ["NOT_PASSED", "GRADE_MODE_NOT_ACCEPTED"]],
  ])("a minimum is tested in the grade's own mode: %j gives %j", (grade, expected) => {
    expect(answer({ facts: [course("x", 400, { grade })], rule: minimum })).toEqual(expected);
  });

  it("a maximum grade refuses what is above it", () => {
    const low = rule("r", fromCourse("x", { maxGrade: { scoreTenths: 790 } }), toCourses("a"));
    expect(answer({ facts: [course("x", 400)], rule: low })).toEqual(["GRADE_ABOVE_MAXIMUM"]);
  });

  it.each([
    ["DAY", "2026-01-10", 400],
    ["DAY", "2026-01-11", ["EXPIRED"]],
    ["END_OF_MONTH", "2026-01-31", 400],
    ["END_OF_MONTH", "2026-02-01", ["EXPIRED"]],
    ["END_OF_YEAR", "2026-12-31", 400],
    ["END_OF_YEAR", "2027-01-01", ["EXPIRED"]],
  ] as const)("validity of 36 months rounded to %s, asked on %s, gives %j", (rounding, asOf, expected) => {
    const tested = rule("r", fromCourse("x", { validity: { months: 36, rounding } }), toCourses("a"));
    const facts = [course("x", 400, { completedOn: "2023-01-10" })];
    expect(
      answer({ facts, rule: tested, more: { context: { asOf, cohort: 2026, passedCourseIds: new Set() } } }),
    ).toEqual(expected);
  });

  it("effective dates are tested against the day of completion, not the day of asking", () => {
    const set = { effectiveFrom: "2026-02-01" };
    const tested = rule("r", fromCourse("x"), toCourses("a"));
    expect(answer({ facts: [course("x", 400)], rule: tested, set })).toEqual(["RULE_NOT_EFFECTIVE"]);
    expect(answer({ facts: [course("x", 400, { completedOn: "2026-02-01" })], rule: tested, set })).toBe(400);
  });

  it("what is not completed on the day does not count", () => {
    expect(
      answer({
        facts: [course("x", 400, { completedOn: "2026-12-01" })],
        rule: rule("r", fromCourse("x"), toCourses("a")),
      }),
    ).toEqual(["NOT_YET_COMPLETED"]);
  });

  it("a cohort the rule set is not for is refused", () => {
    expect(
      answer({
        facts: [course("x", 400)],
        rule: rule("r", fromCourse("x"), toCourses("a")),
        set: { cohortFrom: 2027 },
      }),
    ).toEqual(["COHORT_NOT_EFFECTIVE"]);
  });

  it("content overlap and level are tested", () => {
    const overlap = rule(
      "r",
      fromCourse("x", { overlap: { assessed: 6900, minimum: 7000 }, levels: ["ASSOCIATE"] }),
      toCourses("a"),
    );
    expect(answer({ facts: [course("x", 400)], rule: overlap })).toEqual(["OVERLAP_TOO_SMALL", "LEVEL_NOT_ALLOWED"]);
  });

  it("a certificate below the level, or past its own validity, is refused", () => {
    const tested = rule("r", fromCertificate("x", "ADVANCED"), toCourses("a"));
    const facts = [
      certificate("x", {
        detail: {
          kind: "CERTIFICATE",
          certificateId: "x-x",
          level: "INTERMEDIATE",
          number: "1",
          validUntil: "2026-08-31",
        },
      }),
    ];
    expect(answer({ facts, rule: tested })).toEqual(["EXPIRED", "CERTIFICATE_LEVEL_TOO_LOW"]);
  });
});

describe("awards and service", () => {
  const award = (prize: "FIRST" | "SECOND" | "THIRD", rankInTeam: number | null = null): AchievementFact => ({
    ...course("w", 0, { kind: "COMPETITION", grade: null }),
    detail: {
      kind: "COMPETITION",
      competitionId: "comp",
      series: "comp",
      tier: "PROVINCIAL",
      prize,
      team: rankInTeam !== null,
      rankInTeam,
    },
  });
  const tested = rule(
    "r",
    {
      match: {
        kind: "COMPETITION",
        competitionId: "comp",
        tiers: ["PROVINCIAL"],
        prizes: ["SECOND"],
        maxRankInTeam: 3,
      },
    },
    toCourses("a"),
  );

  it("a lower prize is refused, a higher one has a rule of its own, a fourth member is too far down", () => {
    expect(answer({ facts: [award("SECOND")], rule: tested })).toBe(400);
    expect(answer({ facts: [award("THIRD")], rule: tested })).toEqual(["PRIZE_TOO_LOW"]);
    expect(answer({ facts: [award("FIRST")], rule: tested })).toBe(0);
    expect(answer({ facts: [award("SECOND", 4)], rule: tested })).toEqual(["RANK_TOO_LOW"]);
  });

  it("only the best award of a series competes", () => {
    const facts = [award("SECOND"), { ...award("FIRST"), id: "w2" }];
    expect(answer({ facts, rule: tested })).toEqual(["SUPERSEDED"]);
  });

  it("service of too few months is refused", () => {
    const service: AchievementFact = {
      ...course("v", 0, { kind: "SERVICE", grade: null }),
      detail: { kind: "SERVICE", months: 12, honourable: true },
    };
    expect(
      answer({ facts: [service], rule: rule("r", { match: { kind: "SERVICE", minMonths: 24 } }, toCourses("pe")) }),
    ).toEqual(["MONTHS_TOO_FEW"]);
  });
});

describe("targets", () => {
  it("a course of the plan passed already, or one the plan does not hold, is refused", () => {
    const context = { asOf: "2026-09-01", cohort: 2026, passedCourseIds: new Set(["a"]) };
    expect(
      answer({ facts: [course("x", 400)], rule: rule("r", fromCourse("x"), toCourses("a")), more: { context } }),
    ).toEqual(["TARGET_ALREADY_PASSED"]);
    expect(answer({ facts: [course("x", 400)], rule: rule("r", fromCourse("x"), toCourses("elsewhere")) })).toEqual([
      "TARGET_NOT_IN_PLAN",
    ]);
  });

  it("a course is recognised whole or not at all", () => {
    const covered = rule("r", fromCourse("x"), toCourses("a"), { conversion: { kind: "TARGET_IF_COVERED" } });
    expect(answer({ facts: [course("x", 399)], rule: covered })).toEqual(["CREDITS_TOO_FEW"]);
    expect(answer({ facts: [course("x", 500)], rule: covered })).toBe(400);
  });

  it("an elective does not become a required course, where the rule set says so", () => {
    const natureConstraints = [
      { key: "n", kind: "REQUIREMENT", from: ["FREE_ELECTIVE"], to: ["FREE_ELECTIVE"], citation: CITATION },
    ] as const;
    const elective = course("x", 400, {
      detail: {
        kind: "COURSE",
        courseId: "c-x",
        code: "x",
        group: null,
        requirement: "FREE_ELECTIVE",
        subject: "ORDINARY",
      },
    });
    expect(
      answer({ facts: [elective], rule: rule("r", fromCourse("x"), toCourses("a")), set: { natureConstraints } }),
    ).toEqual(["NATURE_NOT_ALLOWED"]);
    expect(
      answer({ facts: [elective], rule: rule("r", fromCourse("x"), toCourses("e")), set: { natureConstraints } }),
    ).toBe(200);
  });

  it("physical education refuses courses and accepts service", () => {
    const exclusions = [
      { key: "x", subjects: ["PHYSICAL_EDUCATION"], refusedKinds: ["COURSE"], citation: CITATION },
    ] as const;
    const service: AchievementFact = {
      ...course("v", 0, { kind: "SERVICE", grade: null }),
      detail: { kind: "SERVICE", months: 24, honourable: true },
    };
    expect(
      answer({ facts: [course("x", 400)], rule: rule("r", fromCourse("x"), toCourses("pe")), set: { exclusions } }),
    ).toEqual(["EXCLUDED"]);
    expect(
      answer({
        facts: [service],
        rule: rule("r", { match: { kind: "SERVICE", minMonths: 24 } }, toCourses("pe")),
        set: { exclusions },
      }),
    ).toBe(200);
  });

  it("two certificates for one course are refused", () => {
    const both = rule("r", { all: [fromCertificate("x"), fromCertificate("y")] }, toCourses("a"));
    expect(answer({ facts: [certificate("x"), certificate("y")], rule: both })).toEqual(["TWO_CERTIFICATES"]);
  });

  it("what a reviewer refused stays refused, and what he put in its place is used", () => {
    const tested = rule("r", fromCourse("x"), toCourses("a"));
    const word = { ruleId: "r", achievementIds: ["x"], targetCourseIds: ["a"], reason: "syllabus" };
    expect(answer({ facts: [course("x", 400)], rule: tested, more: { refusals: [word] } })).toEqual([
      "REFUSED_BY_REVIEWER",
    ]);
    expect(
      answer({ facts: [course("x", 400)], rule: tested, more: { substitutions: [{ ...word, courseIds: ["e"] }] } }),
    ).toBe(200);
  });
});

describe("the chain of recognitions", () => {
  const exempted = certificate("k", { recognisedAs: "c-x" });

  it("a course that was recognised, not taken, is refused", () => {
    expect(answer({ facts: [exempted], rule: rule("r", fromCourse("x"), toCourses("a")) })).toEqual([
      "RECOGNISED_NOT_TAKEN",
    ]);
  });

  it("unless the rule looks through: then the original is the source of record", () => {
    const through = rule("r", fromCourse("x", { minGrade: { scoreTenths: 600 } }), toCourses("a"), {
      throughRecognition: true,
    });
    const outcome = recognise(input(target, [exempted], [ruleSet("s", [through])]));
    expect(outcome.lines).toMatchObject([{ achievementIds: ["k"], credits: 400 }]);
  });
});

describe("earlier decisions", () => {
  const line = {
    decisionId: "d",
    ruleId: "r0",
    ruleSetKey: "s",
    sources: [{ achievementId: "x", kind: "COURSE" }],
    shared: false,
    targets: [{ courseId: "a", credits: 400 }],
    nodeKey: null,
    credits: 400,
  } as const;

  it("stay fixed: their sources are used, their targets met, their credits in the answer and under the caps", () => {
    const cap = {
      key: "total",
      title: { zh: "", en: "" },
      scope: { kind: "TOTAL" },
      limit: { kind: "CREDITS", credits: 500 },
      citation: CITATION,
    } as const;
    const rules = [
      rule("r1", fromCourse("x"), toCourses("e")),
      rule("r2", fromCourse("y"), toCourses("a")),
      rule("r3", fromCourse("z"), toCourses("e")),
    ];
    const facts = [course("x", 400), course("y", 400), course("z", 400)];
    const outcome = recognise(input(target, facts, [ruleSet("s", rules, { caps: [cap] })], { earlier: [line] }));
    expect(outcome.lines).toEqual([]);
    expect(outcome).toMatchObject({ earlierCredits: 400, recognisedCredits: 400 });
    expect(outcome.refusals.map(({ violated, winnerRuleIds }) => [violated, winnerRuleIds])).toEqual([
      [["SOURCE_USED", "TOTAL_CAP"], ["r0"]],
      [["TARGET_MET", "TOTAL_CAP"], ["r0"]],
      [["TOTAL_CAP"], ["r0"]],
    ]);
  });
});
