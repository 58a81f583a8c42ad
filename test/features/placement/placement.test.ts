import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { ANONYMOUS, ROLES, type Role, type Viewer } from "../../../src/auth/viewer.ts";
import { idOf } from "../../../src/seed/id.ts";
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

const learner = (key: string) => encodeId("Learner", idOf("learner", key));
const placementOf = (key: string, on: string) =>
  encodeId("Placement", idOf("learner", key), idOf("placement", `${key}/${on}`));
const ANSWER =
  "{ __typename ... on Problem { code message path } ... on PlacementSuccess { placement { id endsOn result { hours remark grade { text } } } } }";
const CREATE = `mutation ($input: CreatePlacementInput!) { createPlacement(input: $input) ${ANSWER} }`;
const END = `mutation ($id: ID!, $on: Date!) { endPlacement(placementId: $id, endsOn: $on) ${ANSWER} }`;
const REPORT = `mutation ($input: PlacementResultInput!) { reportPlacementResult(input: $input) ${ANSWER} }`;
const CONSENT = `mutation ($id: ID!) { giveConsent(learnerId: $id, act: INTERNSHIP) { __typename } }`;
const LIST = "{ placements { edges { node { id learnerName post result { grade { text } } } } } }";

interface Outcome {
  readonly __typename: string;
  readonly code?: string;
  readonly message?: string;
  readonly placement?: { readonly id: string; readonly endsOn: string; readonly result: object | null };
}
async function act(as: string, document: string, variables: object): Promise<Outcome> {
  const answer = await api.ask<Record<string, Outcome>>(document, variables, { as, language: "en" });
  expect(answer.errors).toEqual([]);
  return Object.values(answer.data ?? {})[0] ?? { __typename: "nothing" };
}
const listOf = async (as: string) =>
  (
    await api.ask<{ placements: { edges: { node: { id: string; learnerName: string } }[] } }>(LIST, {}, { as })
  ).data?.placements.edges.map(({ node }) => node.learnerName);

const place = (input: object, as = "registrar.jdsf") =>
  act(as, CREATE, {
    input: {
      learnerId: learner("wang-siyuan"),
      enterpriseId: encodeId("Enterprise", idOf("enterprise", "yfzb")),
      mentorLogin: "mentor.machinery",
      post: "装配钳工",
      startsOn: "2026-11-01",
      endsOn: "2027-01-15",
      ...input,
    },
  });

describe("a mentor", () => {
  test("sees their apprentices' placements and nobody else's", async () => {
    expect((await listOf("mentor.machinery"))?.sort()).toEqual(["周子涵", "李明哲"].sort());
  });

  test.each([
    ["a grade that is none", { grade: "好极了" }, "INVALID_INPUT"],
    ["an absence from an exam", { grade: "缺考" }, "INVALID_INPUT"],
    ["hours below none", { grade: "良好", hours: -1 }, "INVALID_INPUT"],
    ["more hours than there are", { grade: "良好", hours: 24 * 131 + 1 }, "INVALID_INPUT"],
    ["a remark without end", { grade: "良好", remark: "x".repeat(501) }, "INVALID_INPUT"],
    ["a placement that is none", { grade: "良好", placementId: learner("li-mingzhe") }, "MALFORMED_ID"],
    ["another learner's", { grade: "良好", placementId: placementOf("bai-yifan", "2026-09-07") }, "FORBIDDEN"],
  ])("reports nothing with %s", async (_, input, code) => {
    const placementId = placementOf("li-mingzhe", "2026-09-07");
    expect(await act("mentor.machinery", REPORT, { input: { placementId, ...input } })).toMatchObject({ code });
  });

  test("reports a result once; the learner and the school see it, and no record of credits comes of it", async () => {
    const placementId = placementOf("li-mingzhe", "2026-09-07");
    const input = { placementId, grade: "良好", hours: 480, remark: "  守时，肯学。 " };
    const before = await fresh.sql`select count(*) from achievement`;
    expect(await act("mentor.machinery", REPORT, { input })).toMatchObject({
      placement: { result: { hours: 480, remark: "守时，肯学。", grade: { text: "Good" } } },
    });
    expect(await act("mentor.machinery", REPORT, { input })).toMatchObject({ code: "PLACEMENT_REPORTED" });
    const seen = await api.ask(LIST, {}, { as: "registrar.jdsf" });
    expect(JSON.stringify(seen.data)).toContain("良好");
    expect(await fresh.sql`select count(*) from achievement`).toEqual(before);
    await api.audit();
    const [entry] = await fresh.sql<{ role: string; learnerIds: string[] }[]>`
      select role, learner_ids from audit_entry where action = 'placement.report' and outcome = 'DONE'`;
    expect(entry).toEqual({ role: "ENTERPRISE_MENTOR", learnerIds: [idOf("learner", "li-mingzhe")] });
  });

  test("creates none, ends none", async () => {
    expect(await place({}, "mentor.machinery")).toMatchObject({ code: "FORBIDDEN" });
    const id = placementOf("zhou-zihan", "2026-09-07");
    expect(await act("mentor.machinery", END, { id, on: "2026-12-01" })).toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("a registrar", () => {
  test("places no minor without a guardian's consent, and the answer names the clause", async () => {
    const refused = await place({});
    expect(refused.code).toBe("GUARDIAN_CONSENT_REQUIRED");
    expect(refused.message).toMatch(/岗位实习|实习管理/);
  });

  test.each([
    ["nobody's mentor", { mentorLogin: "registrar.jdsf" }, "UNKNOWN_MENTOR"],
    ["a post without a word", { post: "  " }, "INVALID_INPUT"],
    ["a post without end", { post: "x".repeat(61) }, "INVALID_INPUT"],
    ["an end before the beginning", { endsOn: "2026-10-31" }, "INVALID_INPUT"],
    ["ten years of it", { endsOn: "2036-10-31" }, "INVALID_INPUT"],
    ["an enterprise that is none", { enterpriseId: encodeId("Enterprise", idOf("enterprise", "x")) }, "INVALID_INPUT"],
    ["a learner of another school", { learnerId: learner("zhao-ming") }, "FORBIDDEN"],
  ])("places nobody with %s", async (_, input, code) => {
    expect(await place(input)).toMatchObject({ code });
  });

  test("places the learner once the guardian consents, with one enterprise at a time, and ends it earlier only", async () => {
    expect(await act("guardian.wang", CONSENT, { id: learner("wang-siyuan") })).toMatchObject({
      __typename: "ConsentSuccess",
    });
    const both = await Promise.all([place({}), place({ startsOn: "2026-12-01" })]);
    expect(both.map(({ __typename, code }) => code ?? __typename).sort()).toEqual([
      "PLACEMENT_OVERLAPS",
      "PlacementSuccess",
    ]);
    const { placement } = both.find((each) => each.placement !== undefined) ?? {};
    const id = placement?.id ?? "";
    expect(await act("registrar.jdsf", END, { id, on: "2027-02-01" })).toMatchObject({ code: "INVALID_INPUT" });
    expect(await act("registrar.qgsf", END, { id, on: "2026-12-20" })).toMatchObject({ code: "FORBIDDEN" });
    expect(await act("registrar.jdsf", END, { id, on: "2026-12-20" })).toMatchObject({
      placement: { endsOn: "2026-12-20" },
    });
    expect(await place({ startsOn: "2026-12-21" })).toMatchObject({ __typename: "PlacementSuccess" });
  });
});

test("the mentor's name is told to whoever may read the placement, and to nobody else beneath the service", async () => {
  const named = async (as: string) => {
    const { data } = await api.ask<{ placements: { edges: { node: { mentorName: string | null } }[] } }>(
      "{ placements { edges { node { mentorName } } } }",
      {},
      { as },
    );
    return [...new Set(data?.placements.edges.map(({ node }) => node.mentorName))];
  };
  for (const as of ["registrar.jdsf", "confirmer.jdsf", "mentor.machinery", "student.wang", "guardian.wang"])
    expect([as, await named(as)]).toEqual([as, ["韩师傅(企业导师)"]]);
  expect(await named("registrar.qgsf")).toEqual([]);
  const beneath = async (viewer: Viewer) => {
    const tx = fresh.db.read(viewer);
    const [row] = await tx.run(
      (sql) => sql<{ name: string | null }[]>`
        select placement_mentor_name(${idOf("learner", "li-mingzhe")}, ${idOf("placement", "li-mingzhe/2026-09-07")}) as name`,
    );
    tx.end();
    return row?.name ?? null;
  };
  const at = (role: Role, school: string): Viewer => ({
    ...ANONYMOUS,
    role,
    accountId: idOf("account", "admin"),
    institutionId: idOf("institution", school),
  });
  expect(await beneath(at("REGISTRAR", "jdsf"))).toBe("韩师傅(企业导师)");
  expect(await beneath(at("REGISTRAR", "qgsf"))).toBeNull();
  for (const role of ROLES.filter((each) => !["REGISTRAR", "REGISTRAR_CONFIRMER", "SYSTEM"].includes(each)))
    expect([role, await beneath(at(role, "jdsf"))]).toEqual([role, null]);
});
