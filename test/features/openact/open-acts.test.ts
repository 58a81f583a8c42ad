import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { SYSTEM } from "../../../src/auth/viewer.ts";
import { openDatabase } from "../../../src/db/client.ts";
import type { Database } from "../../../src/db/transaction.ts";
import { writeDocuments } from "../../../src/features/registry/service.ts";
import { type Tasks, tasksOf } from "../../../src/jobs/tasks.ts";
import { openLog } from "../../../src/log.ts";
import { idOf } from "../../../src/seed/id.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { workOff } from "../../support/jobs.ts";

const WANG = idOf("learner", "wang-siyuan");
const BAI = idOf("learner", "bai-yifan");
const SCHOOL = idOf("institution", "jdsf");
const TEACHER = "classteacher.jdsf";

let fresh: FreshDatabase;
let jobs: Database;
let api: TestApi;
let tasks: Tasks;
let now = new Date("2026-11-24T02:00:00Z");

beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  jobs = openDatabase(fresh.url, { role: "guantong_job", max: 3 });
  api = await openApi(fresh.db, { writer: fresh.writer, now: () => now });
  const document = (number: string) => ({ kind: "PASSPORT", number, birthOn: "2009-06-01" }) as const;
  const documents = new Map([
    [WANG, document("E7654321")],
    [BAI, document("E7654322")],
  ]);
  await fresh.db.write(SYSTEM, (tx) => writeDocuments(tx, api.keys, SCHOOL, documents, "2026-11-24"));
  const log = openLog({ logLevel: "silent" });
  tasks = tasksOf({ db: jobs, writer: fresh.writer, log, keys: api.keys, channels: {}, now: () => now });
});
afterAll(async () => {
  await jobs.end();
  await api.close();
  await fresh.drop();
});

const OPEN = `query ($first: Int, $after: String) { openActsOfClass(first: $first, after: $after) {
  edges { cursor node { kind learnerName by expected text since until } } pageInfo { hasNextPage endCursor } } }`;
interface Open {
  readonly openActsOfClass: {
    readonly edges: readonly {
      readonly cursor: string;
      readonly node: { readonly kind: string; readonly learnerName: string };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}
const list = async (variables: object = {}, as = TEACHER) => {
  const { data, errors } = await api.ask<Open>(OPEN, variables, { as, language: "en" });
  expect(errors).toEqual([]);
  return data?.openActsOfClass;
};
const open = async (as = TEACHER) => (await list({}, as))?.edges.map(({ node }) => node) ?? [];
const kinds = async () => (await open()).map(({ kind, learnerName }) => `${kind} ${learnerName}`);

async function at(moment: string): Promise<void> {
  now = new Date(moment);
  api.signInAnew();
}
const ask = (learnerId: string, act: string, neededBy: string | null) =>
  api.ask(
    `mutation ($id: ID!, $act: ConsentAct!, $by: Date) { askConsent(learnerId: $id, act: $act, neededBy: $by) { __typename } }`,
    { id: encodeId("Learner", learnerId), act, by: neededBy },
    { as: TEACHER },
  );

/** An application of 白一凡's for where they are registered, as it stands. */
async function application(id: string, row: Readonly<Record<string, unknown>>): Promise<void> {
  const [registration] = await fresh.sql<{ id: string; programmeId: string }[]>`
    select id, programme_id from registration where learner_id = ${BAI} and status = 'ACTIVE'`;
  const of = {
    learnerId: BAI,
    id,
    version: 2,
    registrationId: registration?.id,
    programmeId: registration?.programmeId,
  };
  const where = {
    institutionId: SCHOOL,
    homeInstitutionId: SCHOOL,
    learnerName: "白一凡",
    engineVersion: "1",
    input: "{}",
  };
  const said = { outcome: fresh.sql.json({}), amounts: fresh.sql.json([]), submittedBy: BAI };
  await fresh.sql`insert into application ${fresh.sql({ ...of, ...where, ...said, waitingSince: "2026-11-22T00:00:00Z", ...row } as never)}`;
}
async function publicNotice(id: string, aboutId: string | null, closesAt: string): Promise<void> {
  const { sql } = fresh;
  const head = {
    institutionId: SCHOOL,
    id,
    kind: "AWARD",
    title: "获奖公示",
    openedAt: "2026-11-23T00:00:00Z",
    openedBy: BAI,
  };
  const length = {
    closesOn: closesAt.slice(0, 10),
    closesAt,
    workingDays: 5,
    answerWorkingDays: 5,
    certainty: "SETTING",
  };
  const contact = { citation: sql.json({}), contactName: "王老师", contactHow: "教务科" };
  await sql`insert into public_notice ${sql({ ...head, ...length, ...contact })}`;
  const line = {
    institutionId: SCHOOL,
    noticeId: id,
    position: 1,
    learnerId: BAI,
    aboutId,
    name: "白**",
    item: "一等奖",
  };
  await sql`insert into public_notice_item ${sql({ ...line, openedAt: head.openedAt, closesAt })}`;
}

const FIRST = "00000000-0000-4000-8000-000000000001";
const SECOND = "00000000-0000-4000-8000-000000000002";

describe("who of a class has not acted", () => {
  test("is a guardian who was asked for a consent, since then and until it is needed, as long as they do not answer", async () => {
    await ask(WANG, "LEAVE", "2026-12-20");
    expect(await open()).toEqual([
      {
        kind: "CONSENT",
        learnerName: "王思远",
        by: "GUARDIAN",
        expected: true,
        text: "Give or refuse a guardian's consent to: leave",
        since: "2026-11-24T02:00:00.000Z",
        until: "2026-12-20T16:00:00.000Z",
      },
    ]);
    await at("2026-12-21T02:00:00Z");
    expect(await open()).toEqual([]);
    await at("2026-11-24T02:00:00Z");
    await api.ask(
      "mutation ($id: ID!) { revokeConsent(learnerId: $id, act: LEAVE) { __typename } }",
      { id: encodeId("Learner", WANG) },
      { as: "guardian.wang" },
    );
    expect(await open()).toEqual([]);
  });

  test("is whose application came back, until the window closes, or they apply again", async () => {
    await application(FIRST, {
      status: "RETURNED",
      submittedAt: "2026-11-20T00:00:00Z",
      closedAt: "2026-11-22T00:00:00Z",
    });
    expect(await open()).toMatchObject([
      { kind: "APPLY_AGAIN", learnerName: "白一凡", expected: true, since: "2026-11-22T00:00:00.000Z" },
    ]);
    const set = { citation: fresh.sql.json({ document: "", clause: "" }), setBy: BAI };
    const span = { opensAt: "2026-11-01T00:00:00Z", closesAt: "2026-11-30T00:00:00Z", ...set };
    await fresh.sql`delete from calendar_window where institution_id = ${SCHOOL} and kind = 'APPLICATION'`;
    await fresh.sql`insert into calendar_window ${fresh.sql({ institutionId: SCHOOL, termCode: "2026-2027-1", kind: "APPLICATION", ...span })}`;
    expect(await open()).toMatchObject([{ kind: "APPLY_AGAIN", until: "2026-11-30T00:00:00.000Z" }]);
    await at("2026-12-01T02:00:00Z");
    expect(await open()).toEqual([]);
    await at("2026-11-24T02:00:00Z");
    await application(SECOND, { status: "DECIDED", submittedAt: "2026-11-23T00:00:00Z" });
    expect(await open()).toEqual([]);
  });

  test("is who may appeal a decision, or object to a public notice, as long as it is open", async () => {
    await publicNotice(FIRST, SECOND, "2026-12-01T16:00:00Z");
    await publicNotice(SECOND, null, "2026-11-27T16:00:00Z");
    expect(await open()).toMatchObject(
      [
        { kind: "OBJECTION", by: "LEARNER", expected: false, until: "2026-11-27T16:00:00.000Z", text: /获奖公示/ },
        { kind: "APPEAL", by: "LEARNER", expected: false, until: "2026-12-01T16:00:00.000Z" },
      ].map(({ text, ...row }) => (text === undefined ? row : { ...row, text: expect.stringMatching(text) as string })),
    );
    await at("2026-11-28T02:00:00Z");
    expect(await kinds()).toEqual(["APPEAL 白一凡"]);
    await at("2026-12-02T02:00:00Z");
    expect(await kinds()).toEqual([]);
    await at("2026-11-24T02:00:00Z");
  });

  test("comes page by page, what ends first before what ends later or never", async () => {
    await ask(BAI, "WITHDRAWAL", null);
    await ask(BAI, "LEAVE", "2026-11-30");
    const whole = await kinds();
    expect(whole).toEqual(["OBJECTION 白一凡", "CONSENT 白一凡", "APPEAL 白一凡", "CONSENT 白一凡"]);
    const paged: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = await list({ first: 1, after });
      paged.push(...(page?.edges ?? []).map(({ node }) => `${node.kind} ${node.learnerName}`));
      if (page?.pageInfo.hasNextPage !== true) break;
      after = page.pageInfo.endCursor;
    }
    expect(paged).toEqual(whole);
  });

  test("is told to their class teacher only", async () => {
    for (const as of ["student.bai", "guardian.wang", "registrar.jdsf", "reviewer.jdsf"]) {
      const { errors } = await api.ask(OPEN, {}, { as });
      expect(errors.map(({ extensions }) => extensions?.code)).toEqual(["FORBIDDEN"]);
    }
  });
});

describe("a class teacher's reminder", () => {
  const REMIND =
    "mutation { remindOfOpenActs { ... on RemindOfOpenActsSuccess { reminded } ... on Problem { code } } }";
  const remind = async (as = TEACHER) =>
    (await api.ask<{ remindOfOpenActs: object }>(REMIND, {}, { as })).data?.remindOfOpenActs;

  test("goes to who has something left undone, and a minor's guardian, once a day, of what is expected alone", async () => {
    await ask(WANG, "INTERNSHIP", null);
    expect(await remind()).toEqual({ reminded: 2 });
    expect(await remind()).toEqual({ reminded: 0 });
    await workOff(fresh.sql, jobs, tasks);
    const told = await fresh.sql`select regard, params ->> 'learner' as learner, params ->> 'count' as count from notice
      where kind = 'ACTS_OPEN' order by 2, 1`;
    expect(told.map((row) => Object.values(row).join(" "))).toEqual(
      expect.arrayContaining(["GUARDIAN 王思远 1", "SELF 王思远 1", "SELF 白一凡 2"]),
    );
    await at("2026-11-25T02:00:00Z");
    expect(await remind()).toEqual({ reminded: 2 });
  });

  test("is nobody else's to send", async () => {
    for (const as of ["student.bai", "registrar.jdsf"]) expect(await remind(as)).toMatchObject({ code: "FORBIDDEN" });
  });
});
