import { afterAll, beforeAll, expect, test } from "vitest";
import { openApi, type TestApi } from "../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

/** A query is compiled once it has come a few times; nobody may be able to tell from its answers. */
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

const cases: readonly (readonly [string, string, object])[] = [
  [
    "a list",
    "{ achievements(first: 3) { pageInfo { endCursor } edges { cursor node { id __typename title { text } grade { text } } } } }",
    {},
  ],
  [
    "a refusal inside a union",
    "query ($id: ID!) { recognitionCheck(learnerId: $id, programId: $id) { __typename ... on Problem { code message } } }",
    { id: "x" },
  ],
  ["a top-level refusal", "query ($id: ID!) { node(id: $id) { id } }", { id: "garbage" }],
  ["a wrong variable", "query ($n: Int) { achievements(first: $n) { edges { cursor } } }", { n: "many" }],
  [
    "an interface, with fragments",
    'query { institution(key: "btvtc") { ...Name history { kind } } } fragment Name on Institution { name { zh } }',
    {},
  ],
  ["introspection", '{ __type(name: "Achievement") { name fields { name } } }', {}],
];

test.each(cases)("%s is answered alike the first time and the tenth", async (_, document, variables) => {
  const answers = [];
  for (let run = 0; run < 10; run += 1) answers.push(await api.ask(document, variables, { as: "registrar.jdsf" }));
  for (const answer of answers) {
    expect({ data: answer.data, codes: answer.errors.map((error) => error.extensions?.code) }).toEqual({
      data: answers[0]?.data,
      codes: answers[0]?.errors.map((error) => error.extensions?.code),
    });
    expect(answer.status).toBe(answers[0]?.status);
  }
});

test("what one caller may see is not what the next one gets", async () => {
  const list = "{ achievements(first: 1) { edges { node { institution { key } } } } }";
  for (let run = 0; run < 5; run += 1) {
    for (const school of ["jdsf", "btvtc"]) {
      const { data } = await api.ask<{ achievements: { edges: { node: { institution: { key: string } } }[] } }>(
        list,
        {},
        { as: `registrar.${school}` },
      );
      expect(data?.achievements.edges[0]?.node.institution.key).toBe(school);
    }
  }
});
