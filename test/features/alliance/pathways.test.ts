import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

/** The alliances of the founding policy, as a planner reads them. */
describe("a planner reads", () => {
  let fresh: FreshDatabase;
  let api: TestApi;
  async function read<Data>(document: string, variables: object = {}, language: "zh" | "en" = "zh"): Promise<Data> {
    const answer = await api.ask<Data>(document, variables, { as: "planner.alliance1", language });
    expect(answer.errors).toEqual([]);
    if (answer.data === null) throw new Error("no data");
    return answer.data;
  }
  beforeAll(async () => {
    fresh = await freshDatabase({ demo: true });
    api = await openApi(fresh.db);
  });
  afterAll(async () => {
    await api.close();
    await fresh.drop();
  });

  test("the four alliances with their leads, partners and five dimensions", async () => {
    const { alliances } = await read<{
      alliances: { lead: { name: { zh: string } }; members: { role: string }[]; alignment: { dimension: string }[] }[];
    }>("{ alliances { lead { name { zh } } members { role institution { key } } alignment { dimension stage } } }");
    expect(alliances.map((alliance) => alliance.lead.name.zh).sort()).toEqual(
      ["包头职业技术学院", "包头轻工职业技术学院", "包头钢铁职业技术学院", "包头铁道职业技术学院"].sort(),
    );
    for (const { members, alignment } of alliances) {
      expect(members.filter((member) => member.role === "LEAD")).toHaveLength(1);
      expect(members.length).toBeGreaterThan(1);
      expect(new Set(alignment.map((row) => row.dimension)).size).toBe(5);
    }
  });

  test("pathways whose labels come from their stages", async () => {
    const { pathways } = await read<{ pathways: { label: string; stages: { years: number; level: string }[] }[] }>(
      "{ pathways { label stages { years level } } }",
    );
    const labels = new Set(pathways.map((pathway) => pathway.label));
    expect(["3+2", "3+3", "3+4", "3+2+2", "5"].filter((label) => !labels.has(label))).toEqual([]);
    expect(pathways.length).toBeGreaterThanOrEqual(8);
    for (const { label, stages } of pathways.filter((pathway) => pathway.stages.length > 1)) {
      expect(label).toBe(stages.map((stage) => stage.years).join("+"));
    }
  });

  test("a five-year programme as one programme in two registry phases, with a gate between them", async () => {
    const { pathways } = await read<{
      pathways: {
        label: string;
        stages: {
          programme: { kind: string };
          phases: { level: string; years: number; gate: { zh: string } | null }[];
        }[];
      }[];
    }>("{ pathways { label stages { programme { kind } phases { level years gate { zh } } } } }");
    const integrated = pathways.filter((pathway) => pathway.label === "5");
    expect(integrated.length).toBeGreaterThan(0);
    for (const { stages } of integrated) {
      expect(stages).toHaveLength(1);
      expect(stages[0]?.programme.kind).toBe("FIVE_YEAR_INTEGRATED");
      expect(stages[0]?.phases.map((phase) => [phase.level, phase.years])).toEqual([
        ["SECONDARY", 3],
        ["ASSOCIATE", 2],
      ]);
      expect(stages[0]?.phases.some((phase) => phase.gate !== null)).toBe(true);
    }
  });

  test("what every stage confers, and what an early leaver holds", async () => {
    const { pathways } = await read<{ pathways: { stages: { confers: unknown[]; leaver: unknown[] }[] }[] }>(
      "{ pathways { stages { confers { kind title { zh en } } leaver { kind title { zh en } } } } }",
    );
    for (const stage of pathways.flatMap((pathway) => pathway.stages)) {
      expect(stage.confers.length).toBeGreaterThan(0);
      expect(stage.leaver.length).toBeGreaterThan(0);
    }
  });

  test.each(["zh", "en"] as const)("a plan with its norms met, in %s", async (language) => {
    const { programme } = await read<{
      programme: {
        plan: {
          requiredCredits: number;
          norms: { met: boolean; sentence: string }[];
          courses: { term: number }[];
          root: { requiredCredits: number };
        };
      };
    }>(
      `{ programme(key: "btvtc-460301-2y") { plan { requiredCredits totalHours practiceHours invented
        norms { code met sentence citation { clause } } courses { term course { code } } root { requiredCredits children { key title { text } children { key } } } } } }`,
      {},
      language,
    );
    const { plan } = programme;
    expect(plan.norms.filter((norm) => !norm.met)).toEqual([]);
    expect(plan.norms.length).toBeGreaterThan(3);
    expect(plan.root.requiredCredits).toBe(plan.requiredCredits);
    for (const { sentence } of plan.norms) expect(/[\u4e00-\u9fff]/.test(sentence)).toBe(language === "zh");
  });

  test("agreements with parties, and their rules in words", async () => {
    const { alliances } = await read<{
      alliances: {
        agreements: {
          status: string;
          parties: unknown[];
          ruleSets: { rules: { sourceSentence: string; targetSentence: string; citation: { clause: string } }[] }[];
        }[];
      }[];
    }>(
      `{ alliances { agreements { status parties { institution { key successor { key } } enterpriseName { zh } signedOn }
        ruleSets { caps { sentence } exclusions { sentence } rules { sourceSentence targetSentence conversionSentence recordedGradeSentence citation { clause } } } } } }`,
    );
    const agreements = alliances.flatMap((alliance) => alliance.agreements);
    expect(agreements.filter((agreement) => agreement.status === "IN_FORCE").length).toBeGreaterThan(4);
    const rules = agreements.flatMap((agreement) => agreement.ruleSets.flatMap((set) => set.rules));
    expect(rules.length).toBeGreaterThan(100);
    for (const rule of rules) {
      expect(`${rule.sourceSentence}${rule.targetSentence}`).not.toMatch(/[{}]|undefined/);
      expect(rule.citation.clause).not.toBe("");
    }
  });
});
