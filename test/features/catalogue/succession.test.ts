import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { idOf } from "../../../src/seed/id.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

/** jxsf and djsf were merged into jdsf (scripts/demo/institution_events.csv). */
describe("after a school was merged into another", () => {
  const old = idOf("institution", "jxsf");
  const learnerId = "00000000-0000-4000-8000-0000000000d1";
  let fresh: FreshDatabase;
  let api: TestApi;
  beforeAll(async () => {
    fresh = await freshDatabase({ demo: true });
    await fresh.sql`insert into learner (id, name, home_institution_id) values (${learnerId}, '演示旧生', ${old})`;
    await fresh.sql`insert into registration (learner_id, id, institution_id, programme_id, cohort, student_no, status, entered_on)
      values (${learnerId}, ${learnerId}, ${old}, ${idOf("programme", "jdsf-660301-3y")}, 2018, '2018990001', 'GRADUATED', '2018-09-01')`;
    api = await openApi(fresh.db);
  });
  afterAll(async () => {
    await api.close();
    await fresh.drop();
  });
  const LEARNER =
    "query ($id: ID!) { learner(id: $id) { name homeInstitution { key successor { key } } registrations { studentNo } } }";

  test("its learners' records are its successor's to read", async () => {
    const answer = await api.ask(LEARNER, { id: encodeId("Learner", learnerId) }, { as: "registrar.jdsf" });
    expect(answer.data).toEqual({
      learner: {
        name: "演示旧生",
        homeInstitution: { key: "jxsf", successor: { key: "jdsf" } },
        registrations: [{ studentNo: "2018990001" }],
      },
    });
  });

  test("the successor's registrar finds them by their number", async () => {
    const answer = await api.ask<{ learners: { edges: unknown[] } }>(
      'query { learners(text: "201899") { edges { node { name } } } }',
      {},
      { as: "registrar.jdsf" },
    );
    expect(answer.data?.learners.edges).toHaveLength(1);
  });

  test("no other school gets to see them", async () => {
    const answer = await api.ask(LEARNER, { id: encodeId("Learner", learnerId) }, { as: "registrar.qgsf" });
    expect(answer.data).toEqual({ learner: null });
  });

  test("its history says what happened, when and by which document", async () => {
    const answer = await api.ask<{
      institution: { closedOn: string | null; history: { kind: string; document: string }[] };
    }>('{ institution(key: "jxsf") { closedOn history { kind happenedOn document successor { key } } } }');
    expect(answer.data?.institution.history.map((event) => event.kind)).toEqual(["FOUNDED", "MERGED"]);
    expect(answer.data?.institution.closedOn).not.toBeNull();
  });

  test("agreements it signed stay readable, with its successor named", async () => {
    const answer = await api.ask<{
      alliances: {
        agreements: {
          status: string;
          parties: { institution: { key: string; successor: { key: string } | null } | null }[];
        }[];
      }[];
    }>("{ alliances { agreements { status parties { institution { key successor { key } } } } } }");
    const signed = (answer.data?.alliances ?? [])
      .flatMap((alliance) => alliance.agreements)
      .filter((agreement) =>
        agreement.parties.some((party) => ["jxsf", "djsf"].includes(party.institution?.key ?? "")),
      );
    expect(signed.length).toBeGreaterThan(0);
    const merged = signed
      .flatMap((agreement) => agreement.parties)
      .filter((party) => ["jxsf", "djsf"].includes(party.institution?.key ?? ""));
    for (const party of merged) expect(party.institution?.successor?.key).toBe("jdsf");
  });
});

describe("the catalogue", () => {
  let fresh: FreshDatabase;
  let api: TestApi;
  beforeAll(async () => {
    fresh = await freshDatabase({ demo: true });
    api = await openApi(fresh.db);
  });
  afterAll(async () => {
    await api.close();
    await fresh.drop();
  });
  const SEARCH =
    "query ($text: String!, $kinds: [CatalogueKind!], $after: String) { catalogue(text: $text, kinds: $kinds, first: 5, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { __typename ... on Major { code nameZh level related { code } } ... on Course { code } ... on Institution { key } } } } }";
  interface Found {
    readonly catalogue: {
      readonly totalCount: number;
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
      readonly edges: readonly { readonly node: { readonly __typename: string; readonly code?: string } }[];
    };
  }

  test.each([
    ["460301", "460301"],
    ["机电一体化技术", "460301"],
    ["jdythjs", "460301"],
    ["Mechatronics Technology", "460301"],
  ])("finds %s among 1,330 majors", async (text, code) => {
    const answer = await api.ask<Found>(SEARCH, { text, kinds: ["MAJOR"] });
    expect(answer.errors).toEqual([]);
    expect(answer.data?.catalogue.edges.map((edge) => edge.node.code)).toContain(code);
  });

  test("gives a long answer page by page, each entry once", async () => {
    const seen: string[] = [];
    let after: string | null = null;
    let total = 0;
    do {
      const answer: Awaited<ReturnType<typeof api.ask<Found>>> = await api.ask<Found>(SEARCH, { text: "护理", after });
      const found: Found["catalogue"] | undefined = answer.data?.catalogue;
      if (found === undefined) throw new Error("no answer");
      seen.push(...found.edges.map((edge) => JSON.stringify(edge.node)));
      total = found.totalCount;
      after = found.pageInfo.hasNextPage ? found.pageInfo.endCursor : null;
    } while (after !== null && seen.length < 1000);
    expect(seen).toHaveLength(total);
    expect(seen.length).toBeGreaterThan(5);
  });

  test("states the gap of the state-controlled majors, in both languages", async () => {
    const { data } = await api.ask<{
      catalogueCoverage: {
        edition: string;
        majors: number;
        majorsPublished: number;
        classes: number;
        statement: { zh: string; en: string };
      }[];
    }>("{ catalogueCoverage { edition majors majorsPublished classes statement { zh en } } }");
    const vocational = data?.catalogueCoverage.find((row) => row.edition === "VOCATIONAL_2021");
    expect(vocational).toMatchObject({ majors: 1330, majorsPublished: 1349, classes: 97 });
    expect(vocational?.statement.zh).toContain("19");
    expect(vocational?.statement.en).toContain("19");
  });
});
