import { afterAll, beforeAll, expect, test } from "vitest";
import { ANONYMOUS, type Viewer } from "../../../src/auth/viewer.ts";
import { putPublicNamePolicy } from "../../../src/features/catalogue/store.ts";
import { idOf } from "../../../src/seed/id.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

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

const SIGNED = `{ alliances { agreements { parties { institution { key } enterpriseName { zh } signatory } } } }`;
const SET = `mutation ($masked: Boolean!, $clause: String!) { setPublicNames(input: { masked: $masked, citation: { document: "公示办法", clause: $clause } }) {
  __typename ... on SetPublicNamesSuccess { institution { key publicNames { masked citation { clause } } } } ... on Problem { code path } } }`;

interface Party {
  readonly institution: { readonly key: string } | null;
  readonly signatory: string | null;
}
/** The names under agreements by school, as anyone reads them; an enterprise's under "". */
async function signatories(as?: string): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const answer = await api.ask<{ alliances: { agreements: { parties: Party[] }[] }[] }>(SIGNED, {}, as ? { as } : {});
  expect(answer.errors).toEqual([]);
  const found = new Map<string, Set<string>>();
  for (const { institution, signatory } of answer.data?.alliances.flatMap(({ agreements }) =>
    agreements.flatMap(({ parties }) => parties),
  ) ?? []) {
    const key = institution?.key ?? "";
    found.set(key, (found.get(key) ?? new Set()).add(signatory ?? "—"));
  }
  return found;
}
const set = async (as: string, masked: boolean, clause = "第二条") =>
  (await api.ask(SET, { masked, clause }, { as })).data?.["setPublicNames"];

test("names under published agreements are masked for everyone, until their school says otherwise", async () => {
  for (const as of [undefined, "registrar.jdsf", "student.wang"]) {
    const names = await signatories(as);
    expect(names.size).toBeGreaterThan(5);
    for (const [key, shown] of names)
      for (const name of shown) expect({ key, name }).toEqual({ key, name: expect.stringMatching(/^(.\*+|—)$/u) });
  }
  expect(await set("admin.jdsf", false)).toEqual({
    __typename: "SetPublicNamesSuccess",
    institution: { key: "jdsf", publicNames: { masked: false, citation: { clause: "第二条" } } },
  });
  const names = await signatories();
  expect(names.get("jdsf")).toEqual(new Set(["李演示"]));
  expect(names.get("btvtc")).toEqual(new Set(["侯**"]));
  expect(await set("admin.jdsf", true)).toMatchObject({ institution: { publicNames: { masked: true } } });
  expect((await signatories()).get("jdsf")).toEqual(new Set(["李**"]));
});

test("nobody but an administrator of the school says so, by a word of the school", async () => {
  for (const as of ["admin", "registrar.jdsf", "student.wang", "planner.alliance1"])
    expect({ as, answer: await set(as, false) }).toMatchObject({ answer: { code: "FORBIDDEN" } });
  expect(await set("admin.jdsf", false, " ")).toMatchObject({ code: "INVALID_INPUT", path: ["input", "citation"] });
  expect(await set("admin.jdsf", false, "条".repeat(201))).toMatchObject({ code: "INVALID_INPUT" });
});

test("in the database alone, neither another school's administrator nor another role says so", async () => {
  const [jdsf, accountId] = [idOf("institution", "jdsf"), idOf("account", "admin.jdsf")];
  const row = {
    institutionId: jdsf,
    masked: false,
    citation: { document: "d", clause: "c" },
    setBy: accountId,
    setAt: "2026-11-24T00:00:00Z",
  };
  const own: Viewer = { ...ANONYMOUS, role: "ADMINISTRATOR", accountId, institutionId: jdsf };
  for (const viewer of [
    { ...own, role: "REGISTRAR" as const },
    { ...own, institutionId: idOf("institution", "btvtc") },
    { ...own, accountId: idOf("account", "admin") },
  ])
    await expect(fresh.db.write(viewer, (tx) => putPublicNamePolicy(tx, row))).rejects.toMatchObject({ code: "42501" });
  await fresh.db.write(own, (tx) => putPublicNamePolicy(tx, row));
});
