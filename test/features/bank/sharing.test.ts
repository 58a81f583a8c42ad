import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { ANONYMOUS, type Role, type Viewer } from "../../../src/auth/viewer.ts";
import * as store from "../../../src/features/bank/sharing-store.ts";
import { idOf } from "../../../src/seed/id.ts";
import { type TestApi, openApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

const RECEIVING = idOf("institution", "qgsf");

let fresh: FreshDatabase;
let api: TestApi;
let wang = "";
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  api = await openApi(fresh.db, { writer: fresh.writer });
  const [found] = await fresh.sql<{ learnerId: string }[]>`
    select c.learner_id from capacity c join account a on a.id = c.account_id where a.login = 'student.wang'`;
  wang = found?.learnerId ?? expect.fail("the demonstration has 王思远");
});
afterAll(async () => {
  await api.close();
  await fresh.drop();
});

const SHARED = `query ($id: ID!, $after: String) { sharedRecord(learnerId: $id, first: 2, after: $after) { learnerName
  achievements { edges { node { id title { text } institution { key } } } pageInfo { hasNextPage endCursor } } } }`;
const GIVE = `mutation ($input: GiveSharingConsentInput!) { giveSharingConsent(input: $input) { __typename
  ... on SharingConsentSuccess { consent { id until } } ... on Problem { code } } }`;
const REVOKE = `mutation ($id: ID!) { revokeSharingConsent(id: $id) { __typename ... on Problem { code } } }`;

interface Given {
  readonly __typename: string;
  readonly code?: string;
  readonly consent?: { readonly id: string };
}
interface Shared {
  readonly learnerName: string;
  readonly achievements: {
    readonly edges: readonly { readonly node: { readonly id: string } }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

async function give(as: string, input: object = {}): Promise<Given> {
  const wish = { institutionId: encodeId("Institution", RECEIVING), ...input };
  const answer = await api.ask<{ giveSharingConsent: Given }>(GIVE, { input: wish }, { as });
  return answer.data?.giveSharingConsent ?? expect.fail(JSON.stringify(answer.errors));
}
async function revoke(as: string, id: string | undefined): Promise<Given | undefined> {
  const answer = await api.ask<{ revokeSharingConsent: Given }>(REVOKE, { id }, { as });
  return answer.data?.revokeSharingConsent;
}
async function shared(as: string, after: string | null = null): Promise<Shared | null> {
  const answer = await api.ask<{ sharedRecord: Shared | null }>(
    SHARED,
    { id: encodeId("Learner", wang), after },
    { as },
  );
  expect(answer.errors).toEqual([]);
  return answer.data?.sharedRecord ?? null;
}

/** What the database alone lets someone of a school read. */
async function beneath(institutionId = RECEIVING, role: Role = "REGISTRAR"): Promise<readonly [number, string | null]> {
  const viewer: Viewer = { ...ANONYMOUS, role, accountId: idOf("account", "admin"), institutionId };
  const tx = fresh.db.read(viewer);
  const rows = await store.sharedAchievements(tx, wang, 50, null);
  const name = await store.sharedLearnerName(tx, wang);
  tx.end();
  return [rows.length, name];
}

test("without a consent another school reads nothing, in the service and in the database", async () => {
  expect(await shared("registrar.qgsf")).toBeNull();
  expect(await beneath()).toEqual([0, null]);
});

test("with one it reads the achievements page by page, and no other school or role does, until it is taken back", async () => {
  const given = await give("student.wang");
  expect(given.__typename).toBe("SharingConsentSuccess");
  const first = await shared("registrar.qgsf");
  expect(first?.learnerName).toBe("王思远");
  expect(first?.achievements.edges).toHaveLength(2);
  const next = await shared("registrar.qgsf", first?.achievements.pageInfo.endCursor);
  const ids = [first, next].flatMap((page) => page?.achievements.edges.map(({ node }) => node.id) ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  expect((await beneath())[0]).toBeGreaterThan(2);
  expect(await shared("registrar.pgzz")).toBeNull();
  expect(await beneath(idOf("institution", "pgzz"))).toEqual([0, null]);
  expect(await beneath(RECEIVING, "HOST_TEACHER")).toEqual([0, null]);

  expect(await revoke("student.zhao", given.consent?.id)).toMatchObject({ code: "FORBIDDEN" });
  expect((await beneath())[0]).toBeGreaterThan(0);
  expect(await revoke("student.wang", given.consent?.id)).toMatchObject({ __typename: "SharingConsentSuccess" });
  expect(await revoke("student.wang", given.consent?.id)).toMatchObject({ code: "NOT_FOUND" });
  expect(await shared("registrar.qgsf")).toBeNull();
  expect(await beneath()).toEqual([0, null]);
});

test("whoever reads by consent is seen by the learner", async () => {
  const given = await give("guardian.wang");
  await fresh.sql`truncate audit_entry`;
  await shared("registrar.qgsf");
  await api.audit();
  const log = await api.ask<{ accessLog: { edges: { node: { action: string; institution: { key: string } } }[] } }>(
    "{ accessLog { edges { node { action institution { key } } } } }",
    {},
    { as: "student.wang" },
  );
  expect(log.data?.accessLog.edges).toContainEqual({
    node: { action: "sharedRecord.read", institution: { key: "qgsf" } },
  });
  await revoke("guardian.wang", given.consent?.id);
});

test("a consent ends with its last day, is given for no day that is past, and a new one replaces the old", async () => {
  expect(await give("student.wang", { until: "2026-11-01" })).toMatchObject({ code: "INVALID_INPUT" });
  await give("student.wang");
  await give("student.wang", { until: "2099-12-31" });
  const states = await api.ask("{ sharingConsents { revokedAt inForce } }", {}, { as: "student.wang" });
  const { sharingConsents: all } = states.data as { sharingConsents: { revokedAt: string | null; inForce: boolean }[] };
  expect(all.map(({ revokedAt, inForce }) => inForce === (revokedAt === null))).not.toContain(false);
  const open = await fresh.sql`select 1 from sharing_consent where learner_id = ${wang} and revoked_at is null`;
  expect(open).toHaveLength(1);
  expect(await shared("registrar.qgsf")).not.toBeNull();
  await fresh.sql`update sharing_consent set until = '2020-01-01' where learner_id = ${wang} and revoked_at is null`;
  const ended = await api.ask("{ sharingConsents { inForce } }", {}, { as: "student.wang" });
  expect(JSON.stringify(ended.data)).not.toContain("true");
  expect(await shared("registrar.qgsf")).toBeNull();
  expect(await beneath()).toEqual([0, null]);
});

test("nobody gives or takes back for a learner they neither are nor stand for, whatever the service says", async () => {
  expect(await give("registrar.jdsf")).toMatchObject({ code: "FORBIDDEN" });
  const accountId = idOf("account", "admin");
  const row = {
    learnerId: wang,
    id: crypto.randomUUID(),
    institutionId: RECEIVING,
    givenAt: "2026-11-24T00:00:00Z",
    until: null,
  };
  const others: readonly Viewer[] = [
    { ...ANONYMOUS, role: "STUDENT", accountId, learnerId: idOf("learner", "bai-yifan") },
    { ...ANONYMOUS, role: "REGISTRAR", accountId, learnerId: wang, institutionId: RECEIVING },
  ];
  for (const viewer of others) {
    await expect(fresh.db.write(viewer, (tx) => store.insertConsent(tx, row, accountId))).rejects.toThrow();
    const by = { accountId, at: row.givenAt };
    const of = { learnerId: wang, id: null, institutionId: RECEIVING };
    expect(await fresh.db.write(viewer, (tx) => store.revokeConsents(tx, of, by))).toEqual([]);
  }
});
