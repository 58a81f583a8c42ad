import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { SYSTEM } from "../../../src/auth/viewer.ts";
import type { AuditEntry } from "../../../src/domain/audit.ts";
import { writeDocuments } from "../../../src/features/registry/service.ts";
import { idOf } from "../../../src/seed/id.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

const NUMBER = "150203209912310010";
const LEARNER = idOf("learner", "bai-yifan");
const REASON = "核对高考报名信息";

let fresh: FreshDatabase;
let api: TestApi;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  api = await openApi(fresh.db, { writer: fresh.writer });
  const document = { kind: "RESIDENT_ID", number: NUMBER, birthOn: "2099-12-31" } as const;
  await fresh.db.write(SYSTEM, (tx) =>
    writeDocuments(tx, api.keys, idOf("institution", "jdsf"), new Map([[LEARNER, document]]), "2026-11-26"),
  );
});
afterAll(async () => {
  await api.close();
  await fresh.drop();
});

const REVEAL = `mutation ($learnerId: ID!, $reason: String!) { revealIdNumber(learnerId: $learnerId, reason: $reason) {
  __typename ... on RevealIdNumberSuccess { number } ... on Problem { code message path } } }`;

async function reveal(as: string, reason = REASON, learner = LEARNER): Promise<unknown> {
  const variables = { learnerId: encodeId("Learner", learner), reason };
  const answer = await api.ask<{ revealIdNumber: unknown }>(REVEAL, variables, { as });
  return answer.data?.revealIdNumber ?? answer.errors;
}

type Logged = Pick<AuditEntry, "action" | "outcome" | "problem" | "role" | "learnerIds" | "detail"> & {
  readonly login: string | null;
};
/** What the log says of reveals since it was asked last. */
async function logged(): Promise<readonly Logged[]> {
  await api.audit();
  const rows = await fresh.sql<Logged[]>`
    select e.action, e.outcome, e.problem, e.role, e.learner_ids, e.detail, a.login
    from audit_entry e join account a on a.id = e.account_id where e.action = 'idNumber.reveal' order by e.id`;
  await fresh.sql`truncate audit_entry`;
  return rows;
}

describe("the whole number of a document", () => {
  test("is told to a registrar of the home school, and the log says who saw whose and why, but not the number", async () => {
    await logged();
    expect(await reveal("registrar.jdsf", `  ${REASON}  `)).toEqual({
      __typename: "RevealIdNumberSuccess",
      number: NUMBER,
    });
    const texts = await fresh.sql<{ text: string }[]>`select e::text as text from audit_entry e`;
    expect(texts.map(({ text }) => text).join()).not.toContain(NUMBER);
    expect(await logged()).toEqual([
      {
        action: "idNumber.reveal",
        outcome: "DONE",
        problem: null,
        role: "REGISTRAR",
        login: "registrar.jdsf",
        learnerIds: [LEARNER],
        detail: { address: "192.0.2.0/24", reason: REASON },
      },
    ]);
  });

  test.each(["confirmer.jdsf", "registrar.qgsf", "student.bai", "classteacher.jdsf", "auditor", "admin", "admin.jdsf"])(
    "is not told to %s, and the log says so",
    async (login) => {
      await logged();
      expect(await reveal(login)).toMatchObject({ __typename: "ForbiddenProblem", code: "FORBIDDEN" });
      expect(await logged()).toMatchObject([
        { login, outcome: "REFUSED", problem: "FORBIDDEN", learnerIds: [LEARNER] },
      ]);
    },
  );

  test.each([
    ["too short", "  四个字了  "],
    ["too long", "长".repeat(201)],
  ])("is not told for a reason that is %s, and the log says that it came to nothing", async (_, reason) => {
    await logged();
    const answer = await reveal("registrar.jdsf", reason);
    expect(answer).toMatchObject({ __typename: "InvalidInputProblem", path: ["reason"] });
    expect(JSON.stringify(answer)).not.toContain(NUMBER);
    expect(await logged()).toMatchObject([{ outcome: "FAILED", problem: "INVALID_INPUT" }]);
  });

  test("is told for a reason of just five and of two hundred characters", async () => {
    for (const reason of ["刚好五个字", "𠮷".repeat(200)]) {
      expect(await reveal("registrar.jdsf", reason)).toMatchObject({ number: NUMBER });
    }
  });

  test("is not there for a learner without a document", async () => {
    expect(await reveal("registrar.jdsf", REASON, idOf("learner", "wang-siyuan"))).toMatchObject({ code: "NOT_FOUND" });
  });
});
