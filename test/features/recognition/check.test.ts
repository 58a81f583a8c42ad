import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { idOf } from "../../../src/seed/id.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

const CHECK = `query ($learnerId: ID!, $programId: ID!, $asOf: Date) {
  recognitionCheck(learnerId: $learnerId, programId: $programId, asOf: $asOf) {
    __typename
    ... on Problem { code message }
    ... on RecognitionCheck {
      summary requiredCredits passedCredits recognisedCredits remainingCredits
      packing { credits upperBound proved canonical }
      plan { cohort requiredCredits }
      lines {
        credits countedCredits sentence conversionSentence discretion
        rule { key title { text } sourceSentence targetSentence citation { document clause invented } }
        achievements { title { text } credits grade { text } }
        targets { course { code title { text } } credits }
        conditions { code met expected actual sentence }
      }
      refusals { family code sentence winners { key } conditions { code met sentence } achievements { title { text } } }
      progress { key depth kind requiredCredits passedCredits recognisedCredits remainingCredits complete }
      remainingCourses { term course { code credits } }
      caps { sentence used limit unit }
      ruleSets { owner key }
    }
  }
}`;

interface Check {
  readonly __typename: string;
  readonly code?: string;
  readonly message?: string;
  readonly summary: string;
  readonly requiredCredits: number;
  readonly passedCredits: number;
  readonly recognisedCredits: number;
  readonly remainingCredits: number;
  readonly packing: {
    readonly credits: number;
    readonly upperBound: number;
    readonly proved: boolean;
    readonly canonical: boolean;
  };
  readonly plan: { readonly cohort: number; readonly requiredCredits: number };
  readonly lines: readonly {
    readonly credits: number;
    readonly countedCredits: number;
    readonly sentence: string;
    readonly rule: {
      readonly key: string;
      readonly sourceSentence: string;
      readonly citation: { readonly document: string };
    };
    readonly achievements: readonly unknown[];
    readonly targets: readonly { readonly credits: number }[];
    readonly conditions: readonly { readonly met: boolean; readonly sentence: string }[];
  }[];
  readonly refusals: readonly {
    readonly family: "INELIGIBLE" | "OUTCOMPETED";
    readonly code: string;
    readonly sentence: string;
    readonly winners: readonly unknown[];
    readonly conditions: readonly { readonly met: boolean }[];
  }[];
  readonly progress: readonly {
    readonly depth: number;
    readonly requiredCredits: number;
    readonly passedCredits: number;
    readonly recognisedCredits: number;
    readonly remainingCredits: number;
  }[];
  readonly remainingCourses: readonly { readonly term: number }[];
  readonly caps: readonly { readonly used: number; readonly limit: number }[];
  readonly ruleSets: readonly { readonly owner: string }[];
}

const question = {
  learnerId: encodeId("Learner", idOf("learner", "wang-siyuan")),
  programId: encodeId("Programme", idOf("programme", "btvtc-460301-2y")),
  asOf: "2026-11-24",
};

describe("a student asks what is recognised in the next stage of the pathway, why, and what is left", () => {
  let fresh: FreshDatabase;
  let api: TestApi;
  const ask = async (as: string | null, change: object = {}, language: "zh" | "en" = "zh"): Promise<Check> => {
    const answer = await api.ask<{ recognitionCheck: Check }>(
      CHECK,
      { ...question, ...change },
      { ...(as === null ? {} : { as }), language },
    );
    expect(answer.errors).toEqual([]);
    if (answer.data === null) throw new Error("no data");
    return answer.data.recognitionCheck;
  };
  beforeAll(async () => {
    fresh = await freshDatabase({ demo: true });
    api = await openApi(fresh.db);
  });
  afterAll(async () => {
    await api.close();
    await fresh.drop();
  });

  test("and every credit is accounted for", async () => {
    const check = await ask("student.wang");
    expect(check.plan).toEqual({ cohort: 2027, requiredCredits: check.requiredCredits });
    expect(check.passedCredits + check.recognisedCredits + check.remainingCredits).toBe(check.requiredCredits);
    expect(check.lines.length).toBeGreaterThanOrEqual(8);
    expect(check.lines.reduce((sum, line) => sum + line.countedCredits, 0)).toBe(check.recognisedCredits);
    for (const line of check.lines) {
      expect(line.targets.reduce((sum, target) => sum + target.credits, 0)).toBe(
        line.targets.length === 0 ? 0 : line.credits,
      );
    }
    for (const node of check.progress) {
      expect(node.passedCredits + node.recognisedCredits + node.remainingCredits).toBe(node.requiredCredits);
    }
  });

  test("and the answer is proved to be the most that the rules allow", async () => {
    const { packing, recognisedCredits } = await ask("student.wang");
    expect(packing).toEqual({
      credits: recognisedCredits,
      upperBound: recognisedCredits,
      proved: true,
      canonical: true,
    });
  });

  test("and every line says by which rule, under which clause, with which conditions met", async () => {
    for (const line of (await ask("student.wang")).lines) {
      expect(line.rule.citation.document).not.toBe("");
      expect(line.conditions.length).toBeGreaterThan(0);
      expect(line.conditions.every((condition) => condition.met && condition.sentence !== "")).toBe(true);
    }
  });

  test("and whatever is refused says why: a condition that fails, or the winner that took its place", async () => {
    const { refusals } = await ask("student.wang");
    expect(new Set(refusals.map((refusal) => refusal.family))).toEqual(new Set(["INELIGIBLE", "OUTCOMPETED"]));
    for (const refusal of refusals) expect(refusal.sentence).not.toMatch(/[{}]/);
    for (const { conditions } of refusals.filter((refusal) => refusal.family === "INELIGIBLE")) {
      expect(conditions.some((condition) => !condition.met)).toBe(true);
    }
    const outcompeted = refusals.filter((each) => each.family === "OUTCOMPETED" && each.code !== "ADDS_NOTHING");
    for (const { winners } of outcompeted) expect(winners.length).toBeGreaterThan(0);
  });

  test("and no cap is exceeded", async () => {
    for (const cap of (await ask("student.wang")).caps) expect(cap.used).toBeLessThanOrEqual(cap.limit);
  });

  test("in Chinese and in English, to the same figures", async () => {
    const [zh, en] = await Promise.all([ask("student.wang"), ask("student.wang", {}, "en")]);
    expect(zh.summary).toMatch(/机电一体化技术/);
    expect(en.summary).toMatch(/Mechatronics Technology/);
    expect(en.lines.map((line) => line.credits)).toEqual(zh.lines.map((line) => line.credits));
    for (const { sentence } of [...en.lines, ...en.refusals]) expect(sentence).not.toMatch(/[。；]/);
  });

  test("and the registrar of their school gets the same answer", async () => {
    expect((await ask("registrar.jdsf")).lines).toEqual((await ask("student.wang")).lines);
  });

  test.each(["student.zhang", "registrar.qgsf", "registrar.btli", "planner.alliance2", "admin", "teacher.btvtc"])(
    "and %s does not get to know that the learner exists",
    async (login) => {
      expect(await ask(login)).toMatchObject({ __typename: "NotFoundProblem", code: "NOT_FOUND" });
    },
  );

  test("and nobody in particular is asked to sign in", async () => {
    expect(await ask(null)).toMatchObject({ __typename: "ForbiddenProblem", code: "UNAUTHENTICATED" });
  });

  test.each([
    ["learnerId", "garbage", "MALFORMED_ID"],
    ["programId", question.learnerId, "MALFORMED_ID"],
    ["programId", encodeId("Programme", "00000000-0000-4000-8000-000000000000"), "NOT_FOUND"],
    ["learnerId", encodeId("Learner", "00000000-0000-4000-8000-000000000000"), "NOT_FOUND"],
  ])("and a wrong %s is answered with a code", async (name, value, code) => {
    expect((await ask("student.wang", { [name]: value })).code).toBe(code);
  });

  test("and a cohort without a plan is told so", async () => {
    const answer = await api.ask<{ recognitionCheck: Check }>(
      `query ($learnerId: ID!, $programId: ID!) { recognitionCheck(learnerId: $learnerId, programId: $programId, cohort: 1990) { ... on Problem { code message } } }`,
      question,
      { as: "student.wang" },
    );
    expect(answer.data?.recognitionCheck.code).toBe("NO_PLAN_FOR_COHORT");
  });

  test("and an agreement that is not in force yet speaks of nothing", async () => {
    const before = await ask("student.wang");
    await fresh.sql`update agreement set status = 'DRAFT'`;
    const drafted = await ask("student.wang");
    await fresh.sql`update agreement set status = 'TERMINATED'`;
    const ended = await ask("student.wang");
    await fresh.sql`update agreement set status = 'IN_FORCE'`;
    expect(before.ruleSets.some((set) => set.owner === "AGREEMENT")).toBe(true);
    expect(drafted.ruleSets.some((set) => set.owner === "AGREEMENT")).toBe(false);
    expect(drafted.recognisedCredits).toBeLessThan(before.recognisedCredits);
    // what was completed in its time stays recognised
    expect(ended.recognisedCredits).toBe(before.recognisedCredits);
  });
});
