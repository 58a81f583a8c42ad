import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

let fresh: FreshDatabase;
let api: TestApi;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  api = await openApi(fresh.db, { writer: fresh.writer });
});
afterAll(async () => {
  await api.close();
  await fresh.drop();
});

const SECTIONS = /* GraphQL */ `query ($term: String) { sections(termCode: $term, first: 100) { edges { node {
  id number status host { key } mySeat { homeState } countsAtHome { credits } roster { studentNo home { key } } } } } }`;

interface Section {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly host: { readonly key: string };
  readonly mySeat: { readonly homeState: string } | null;
  readonly countsAtHome: { readonly credits: number } | null;
  readonly roster: readonly { readonly studentNo: string; readonly home: { readonly key: string } }[];
}

async function sections(as: string, term: string): Promise<readonly Section[]> {
  const answer = await api.ask<{ sections: { edges: { node: Section }[] } }>(SECTIONS, { term }, { as });
  expect(answer.errors).toEqual([]);
  return answer.data?.sections.edges.map(({ node }) => node) ?? [];
}

describe("in the demonstration", () => {
  test("a student finds open sections of other schools that count at home, and takes a seat", async () => {
    const found = (await sections("student.chen", "2026-2027-1")).find((one) => (one.countsAtHome?.credits ?? 0) > 0);
    const taken = await api.ask(
      /* GraphQL */ `mutation ($id: ID!) { takeSeat(sectionId: $id, idempotencyKey: "k") { __typename ... on Problem { code } } }`,
      { id: found?.id },
      { as: "student.chen" },
    );
    expect(taken).toMatchObject({ errors: [], data: { takeSeat: { __typename: "SeatSuccess" } } });
    const again = (await sections("student.chen", "2026-2027-1")).find(({ id }) => id === found?.id);
    expect(again?.mySeat).toEqual({ homeState: "SELECTED" });
  });

  test("last term's grades come back, are confirmed by another person at home, and recognised by rule", async () => {
    const section = (await sections("teacher.zhgz", "2025-2026-2")).find(({ status }) => status === "CLOSED");
    const rows = section?.roster.map(({ studentNo, home }, i) => ({
      studentNo,
      homeInstitutionKey: home.key,
      grade: String(88 - i),
    }));
    expect(rows).toHaveLength(2);
    const returned = await api.ask(
      /* GraphQL */ `mutation ($id: ID!, $rows: [GradeReturnRow!]!) {
        returnGrades(sectionId: $id, completedOn: "2026-07-08", rows: $rows) { __typename ... on Problem { code message } } }`,
      { id: section?.id, rows },
      { as: "teacher.zhgz" },
    );
    expect(returned).toMatchObject({ errors: [], data: { returnGrades: { __typename: "ReturnGradesSuccess" } } });
    expect((await sections("registrar.jdsf", "2025-2026-2")).map(({ id }) => id)).toContain(section?.id);
    const confirmed = await api.ask(
      /* GraphQL */ `mutation ($id: ID!) { confirmReturnedGrades(sectionId: $id) { __typename
        ... on ConfirmGradesSuccess { deposited recognised seats { studentNo homeState } } ... on Problem { code message } } }`,
      { id: section?.id },
      { as: "registrar.jdsf" },
    );
    expect(confirmed).toMatchObject({
      errors: [],
      data: {
        confirmReturnedGrades: {
          __typename: "ConfirmGradesSuccess",
          deposited: 2,
          seats: expect.arrayContaining([{ studentNo: "2024010009", homeState: "RECOGNISED" }]),
        },
      },
    });
  });
});
