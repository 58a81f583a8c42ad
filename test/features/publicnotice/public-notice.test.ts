import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { RateLimits } from "../../../src/auth/rate-limits.ts";
import { pseudonyms } from "../../../src/auth/pseudonym.ts";
import { openShares } from "../../../src/db/shares.ts";
import { ANONYMOUS, SYSTEM, type Viewer } from "../../../src/auth/viewer.ts";
import { readConfig } from "../../../src/config.ts";
import { openDatabase } from "../../../src/db/client.ts";
import { enqueue } from "../../../src/db/jobs.ts";
import type { Database } from "../../../src/db/transaction.ts";
import { publicNoticeStanding, reencryptObjections } from "../../../src/features/publicnotice/service.ts";
import { tasksOf } from "../../../src/jobs/tasks.ts";
import { openLog } from "../../../src/log.ts";
import { idOf } from "../../../src/seed/id.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { everythingIn } from "../../support/everything.ts";
import { workOff } from "../../support/jobs.ts";

const SCHOOL = idOf("institution", "jdsf");
const WANG = idOf("learner", "wang-siyuan");
const BAI = idOf("learner", "bai-yifan");
/** A Tuesday: five working days later it is Tuesday, 1 December. */
const OPENED = new Date("2026-11-24T02:00:00Z");
const LAST_MOMENT = new Date("2026-12-01T15:59:59Z");
const GONE = new Date("2026-12-01T16:00:00Z");

let fresh: FreshDatabase;
let jobs: Database;
let api: TestApi;
let now = OPENED;

beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  jobs = openDatabase(fresh.url, { role: "guantong_job", max: 2 });
  api = await openApi(fresh.db, { writer: fresh.writer, now: () => now });
});
afterAll(async () => {
  await jobs.end();
  await api.close();
  await fresh.drop();
});
beforeEach(async () => {
  now = OPENED;
  for (const table of ["public_notice_objection", "public_notice_item", "public_notice", "notice", "notice_event"])
    await fresh.sql`delete from ${fresh.sql(table)}`;
  await fresh.sql`delete from graphile_worker._private_jobs`;
});

const OPEN = `mutation ($input: OpenPublicNoticeInput!) { openPublicNotice(input: $input) {
  __typename ... on PublicNoticeSuccess { notice { standing notice { id closesOn } } } ... on Problem { code path } } }`;
const LIST = `query ($key: String) { publicNotices(institutionKey: $key) { edges { node {
  id kind title closesOn workingDays lengthIsSetting citation { document } contactName contactHow
  items { edges { node { position name school { key } department { id } className item } } } } } } }`;
const ONE = "query ($id: ID!) { publicNotice(id: $id) { title items { edges { node { name } } } } }";
const OBJECT = `mutation ($input: ObjectionInput!) { objectToPublicNotice(input: $input) {
  __typename ... on ObjectionSuccess { code dueOn } ... on Problem { code } } }`;
const ANSWER_BY = "query ($code: String!) { objectionAnswer(code: $code) { noticeTitle state outcome answer dueOn } }";
const DESK = `{ schoolPublicNotices { edges { node { standing notice { id } objections {
  id position state name contact words outcome answer dueOn } } } } }`;
const act = (field: string, args: string, given: string) =>
  `mutation (${args}) { ${field}(${given}) { __typename ... on PublicNoticeSuccess { notice { standing } } ... on Problem { code } } }`;
const TAKE_UP = act("takeUpObjection", "$id: ID!", "id: $id");
const ANSWER = act(
  "answerObjection",
  "$id: ID!, $outcome: ObjectionOutcome!, $answer: String!",
  "id: $id, outcome: $outcome, answer: $answer",
);
const WITHDRAW = act("withdrawPublicNotice", "$id: ID!, $reason: String!", "id: $id, reason: $reason");

const input = (more: object = {}): object => ({
  kind: "EXEMPTION",
  title: "2026 年秋季学期免修公示",
  contactName: "王老师",
  contactHow: "教务科 0472-5150001",
  rows: [
    { learnerId: encodeId("Learner", WANG), item: "免修《电工基础》" },
    { learnerId: encodeId("Learner", BAI), item: "免修《机械制图》" },
  ],
  ...more,
});
const mutate = async (document: string, variables: object, as?: string) => {
  const answer = await api.ask(document, variables, as === undefined ? {} : { as });
  expect(answer.errors).toEqual([]);
  return Object.values(answer.data ?? {})[0] as Record<string, unknown>;
};
async function open(more: object = {}, as = "registrar.jdsf"): Promise<string> {
  const done = (await mutate(OPEN, { input: input(more) }, as)) as { notice?: { notice: { id: string } } };
  if (done.notice === undefined) throw new Error(JSON.stringify(done));
  return done.notice.notice.id;
}
const listed = async (): Promise<readonly { readonly node: object }[]> =>
  (await api.ask<{ publicNotices: { edges: { node: object }[] } }>(LIST)).data?.publicNotices.edges ?? [];
const object = (noticeId: string, more: object = {}) =>
  mutate(OBJECT, { input: { noticeId, words: "该生未参加考试", ...more } });
interface Desk {
  readonly standing: string;
  readonly objections: readonly ({ readonly id: string } & Record<string, unknown>)[];
}
const desk = async (as = "registrar.jdsf"): Promise<Desk> => {
  const answer = await api.ask<{ schoolPublicNotices: { edges: { node: Desk }[] } }>(DESK, {}, { as });
  const node = answer.data?.schoolPublicNotices.edges[0]?.node;
  if (node === undefined) throw new Error(JSON.stringify(answer));
  return node;
};
async function spread(): Promise<void> {
  const log = openLog({ logLevel: "silent" });
  await workOff(
    fresh.sql,
    jobs,
    tasksOf({ db: jobs, writer: fresh.writer, log, keys: api.keys, channels: {}, now: () => now }),
  );
}
const told = () => fresh.sql`select kind, regard, params from notice order by kind, regard, learner_id`;

describe("a public notice", () => {
  test("is there for anyone until its last working day ends, names masked, and gone afterwards", async () => {
    const id = await open();
    const [first, ...others] = await listed();
    expect(others).toEqual([]);
    expect(first?.node).toEqual({
      id,
      kind: "EXEMPTION",
      title: "2026 年秋季学期免修公示",
      closesOn: "2026-12-01",
      workingDays: 5,
      lengthIsSetting: true,
      citation: { document: "公示期限设置" },
      contactName: "王老师",
      contactHow: "教务科 0472-5150001",
      items: {
        edges: [
          {
            node: {
              position: 1,
              name: "王**",
              school: { key: "jdsf" },
              department: { id: expect.any(String) as string },
              className: expect.any(String) as string,
              item: "免修《电工基础》",
            },
          },
          { node: expect.objectContaining({ position: 2, name: "白**" }) as object },
        ],
      },
    });
    now = LAST_MOMENT;
    expect(await listed()).toHaveLength(1);
    expect((await api.ask(ONE, { id })).data?.["publicNotice"]).not.toBeNull();
    now = GONE;
    expect(await listed()).toEqual([]);
    expect((await api.ask(ONE, { id })).data).toEqual({ publicNotice: null });
    // to its own school it is over as well, but kept
    expect((await api.ask(ONE, { id }, { as: "deputy.jdsf" })).data).toEqual({ publicNotice: null });
    expect(await desk("deputy.jdsf")).toMatchObject({ standing: "CLEAR" });
    expect(await object(id)).toEqual({ __typename: "NotFoundProblem", code: "NOT_FOUND" });
  });

  test("is hidden by the database itself, before it opens, after it closes, and from whoever tells no moment", async () => {
    await open();
    const seen = (moment: string | null, viewer: Viewer = ANONYMOUS) =>
      fresh.db.write(viewer, async (tx) => {
        if (moment !== null) await tx.run((sql) => sql`select set_config('guantong.moment', ${moment}, true)`);
        const [notices, items] = await Promise.all([
          tx.run((sql) => sql`select 1 from public_notice`),
          tx.run((sql) => sql`select 1 from public_notice_item`),
        ]);
        return [notices.length, items.length];
      });
    expect(await seen("2026-11-24T02:00:00Z")).toEqual([1, 2]);
    expect(await seen("2026-12-01T15:59:59Z")).toEqual([1, 2]);
    expect(await seen("2026-12-01T16:00:00Z")).toEqual([0, 0]);
    expect(await seen("2026-11-24T01:59:59Z")).toEqual([0, 0]);
    expect(await seen(null)).toEqual([0, 0]);
    const registrar: Viewer = { ...ANONYMOUS, role: "REGISTRAR", institutionId: SCHOOL };
    expect(await seen(null, registrar)).toEqual([1, 2]);
    expect(await seen(null, { ...registrar, institutionId: idOf("institution", "qgsf") })).toEqual([0, 0]);
  });

  test("stays as long as the school says, by the school's own calendar and its word on names", async () => {
    const citation = { document: "公示办法", clause: "第三条" };
    const period = { kind: "EXEMPTION", workingDays: 3, answerWorkingDays: 2, citation };
    const set = `mutation ($input: PublicNoticePeriodInput!) { setPublicNoticePeriod(input: $input) {
      __typename ... on PublicNoticePeriodSuccess { institution { publicNoticePeriods { kind workingDays isSetting } } } ... on Problem { code } } }`;
    for (const as of ["registrar.jdsf", "admin"]) {
      expect(await mutate(set, { input: period }, as)).toMatchObject({ code: "FORBIDDEN" });
    }
    expect(await mutate(set, { input: { ...period, workingDays: 0 } }, "admin.jdsf")).toMatchObject({
      code: "INVALID_INPUT",
    });
    const said = await mutate(set, { input: period }, "admin.jdsf");
    expect(said).toMatchObject({
      institution: {
        publicNoticePeriods: expect.arrayContaining([
          { kind: "EXEMPTION", workingDays: 3, isSetting: false },
          { kind: "AWARD", workingDays: 5, isSetting: true },
        ]) as object[],
      },
    });
    await fresh.sql`insert into school_day (institution_id, date, kind, citation, set_by)
      values (${SCHOOL}, '2026-11-26', 'OFF', '{}', ${SCHOOL})`;
    await fresh.sql`insert into public_name_policy (institution_id, masked, citation, set_by, set_at)
      values (${SCHOOL}, false, '{}', ${SCHOOL}, now())`;
    await open();
    expect((await listed())[0]?.node).toMatchObject({
      closesOn: "2026-11-30",
      workingDays: 3,
      lengthIsSetting: false,
      items: { edges: [{ node: { name: "王思远" } }, { node: { name: "白一凡" } }] },
    });
    await fresh.sql`delete from school_day where institution_id = ${SCHOOL} and date = '2026-11-26'`;
    await fresh.sql`delete from public_name_policy where institution_id = ${SCHOOL}`;
    await fresh.sql`delete from public_notice_period where institution_id = ${SCHOOL}`;
  });

  test.each([
    ["title", { title: "免修 15020320991231007X" }, "PUBLIC_NOTICE_ID_NUMBER"],
    ["words", { words: "联系学生 13800000000" }, "PUBLIC_NOTICE_PHONE"],
    ["contactHow", { contactHow: "150203209912310010" }, "PUBLIC_NOTICE_ID_NUMBER"],
    ["rows", { rows: [{ learnerId: encodeId("Learner", WANG), item: "2009 年出生" }] }, "PUBLIC_NOTICE_BIRTH_DATE"],
    ["rows", { rows: [] }, "PUBLIC_NOTICE_EMPTY"],
    ["rows", { rows: [{ learnerId: encodeId("Learner", idOf("learner", "zhao-yutong")), item: "x" }] }, "NOT_FOUND"],
    ["title", { title: " " }, "INVALID_INPUT"],
  ])("is refused for what stands in %s, and the answer repeats none of it", async (field, more, code) => {
    const refused = await mutate(OPEN, { input: input(more) }, "registrar.jdsf");
    expect(refused).toMatchObject({ code });
    expect((refused["path"] as string[])[1]).toBe(field);
    expect(JSON.stringify(refused)).not.toMatch(/\d{11}/);
    expect(await fresh.sql`select 1 from public_notice`).toHaveLength(0);
  });

  test("is opened by registrars of the school alone, and each opening stands in the audit log with whom it names", async () => {
    for (const as of ["student.wang", "confirmer.jdsf", "admin.jdsf", "classteacher.jdsf"]) {
      expect(await mutate(OPEN, { input: input() }, as), as).toMatchObject({ code: "FORBIDDEN" });
    }
    expect(await mutate(OPEN, { input: input() }, "registrar.qgsf")).toMatchObject({ code: "NOT_FOUND" });
    await open();
    const [entry] = await fresh.sql<
      { learnerIds: string[]; resourceType: string }[]
    >`select learner_ids, resource_type from audit_entry
      where action = 'publicNotice.open' and outcome = 'DONE' order by at desc, id desc limit 1`;
    expect(entry?.resourceType).toBe("PublicNotice");
    expect(entry?.learnerIds.toSorted()).toEqual([WANG, BAI].toSorted());
  });

  test("tells whom it names, and the guardians of minors", async () => {
    await open();
    await spread();
    const rows = await told();
    expect(rows.every(({ kind }) => kind === "PUBLIC_NOTICE_OPENED")).toBe(true);
    expect(rows.map(({ regard }) => regard as string)).toEqual(["GUARDIAN", "SELF", "SELF"]);
    expect(rows[0]?.["params"]).toMatchObject({ list: "2026 年秋季学期免修公示", until: "2026-12-01", count: 1 });
  });

  test("taken off before its time is gone at once, for a reason, and only once", async () => {
    const id = await open();
    expect(await mutate(WITHDRAW, { id, reason: " " }, "registrar.jdsf")).toMatchObject({ code: "INVALID_INPUT" });
    expect(await mutate(WITHDRAW, { id, reason: "名单有误" }, "registrar.qgsf")).toMatchObject({ code: "NOT_FOUND" });
    expect(await mutate(WITHDRAW, { id, reason: "名单有误" }, "registrar.jdsf")).toMatchObject({
      notice: { standing: "WITHDRAWN" },
    });
    expect(await listed()).toEqual([]);
    expect(await mutate(WITHDRAW, { id, reason: "再撤" }, "registrar.jdsf")).toMatchObject({
      code: "PUBLIC_NOTICE_CLOSED",
    });
  });
});

describe("an objection", () => {
  test("is anyone's to raise, kept sealed, tracked to its answer, which its code alone tells", async () => {
    const id = await open();
    const filed = (await object(id, { position: 1, name: "李四", contact: "信箱7012号" })) as { code: string };
    expect(filed).toMatchObject({ dueOn: "2026-12-01", code: expect.stringMatching(/^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/) });
    expect(await everythingIn(fresh.sql)).not.toMatch(/李四|信箱7012号|该生未参加考试/);
    expect(await everythingIn(fresh.sql)).not.toContain(filed.code);

    const reads = async () => (await api.ask(ANSWER_BY, { code: filed.code })).data?.["objectionAnswer"];
    expect(await reads()).toEqual({
      noticeTitle: "2026 年秋季学期免修公示",
      state: "RECEIVED",
      outcome: null,
      answer: null,
      dueOn: "2026-12-01",
    });
    const { standing, objections } = await desk();
    expect(standing).toBe("OBJECTED");
    expect(objections).toMatchObject([
      { position: 1, state: "RECEIVED", name: "李四", contact: "信箱7012号", words: "该生未参加考试" },
    ]);
    const objection = objections[0]?.id ?? "";
    const answer = { id: objection, outcome: "DISMISSED", answer: "已核对考勤与成绩，异议不成立。" };
    expect(await mutate(ANSWER, answer, "registrar.jdsf")).toMatchObject({ code: "OBJECTION_STATE" });
    for (const as of ["registrar.qgsf", "confirmer.jdsf", "student.wang"]) {
      expect(await mutate(TAKE_UP, { id: objection }, as), as).toMatchObject({
        code: as === "registrar.qgsf" ? "NOT_FOUND" : "FORBIDDEN",
      });
    }
    await mutate(TAKE_UP, { id: objection }, "registrar.jdsf");
    expect(await reads()).toMatchObject({ state: "UNDER_REVIEW" });
    expect(await mutate(ANSWER, answer, "registrar.jdsf")).toMatchObject({ notice: { standing: "OPEN" } });
    now = GONE;
    expect(await reads()).toMatchObject({ state: "ANSWERED", outcome: "DISMISSED", answer: answer.answer });
    expect(await mutate(ANSWER, answer, "deputy.jdsf")).toMatchObject({ code: "OBJECTION_STATE" });
    expect((await api.ask(ANSWER_BY, { code: "AAAA-BBBB-CCCC-DDDD" })).data).toEqual({ objectionAnswer: null });
    expect((await api.ask(ANSWER_BY, { code: "x" })).data).toEqual({ objectionAnswer: null });
  });

  test("is told to the registrars, and its answer to whom it is about and their guardian, without the objector", async () => {
    const id = await open();
    await fresh.sql`delete from notice_event`;
    await object(id, { position: 1, name: "李四" });
    await spread();
    const received = await told();
    expect(received.length).toBeGreaterThan(0);
    expect(received.every(({ kind, regard }) => kind === "OBJECTION_RECEIVED" && regard === "SCHOOL")).toBe(true);
    const objection = (await desk()).objections[0]?.id ?? "";
    await mutate(TAKE_UP, { id: objection }, "registrar.jdsf");
    await mutate(ANSWER, { id: objection, outcome: "UPHELD", answer: "成绩登记有误" }, "registrar.jdsf");
    await fresh.sql`delete from notice`;
    await spread();
    expect((await told()).map(({ kind, regard }) => [kind, regard] as unknown)).toEqual([
      ["OBJECTION_UPHELD", "GUARDIAN"],
      ["OBJECTION_UPHELD", "SELF"],
    ]);
    expect(JSON.stringify(await told())).not.toContain("李四");
  });

  test("needs words and a line there is, and is anonymous without a name", async () => {
    const id = await open();
    expect(await object(id, { words: " " })).toMatchObject({ code: "INVALID_INPUT" });
    expect(await object(id, { name: "长".repeat(51) })).toMatchObject({ code: "INVALID_INPUT" });
    for (const position of [0, 3]) expect(await object(id, { position })).toMatchObject({ code: "NOT_FOUND" });
    expect(await object(encodeId("PublicNotice", SCHOOL, WANG))).toMatchObject({ code: "NOT_FOUND" });
    expect(await object(id)).toMatchObject({ __typename: "ObjectionSuccess" });
    expect((await desk()).objections).toMatchObject([{ name: null, contact: null, position: null }]);
  });

  test("from one address comes no more often than a guess at a door", async () => {
    const shared = { take: openShares(fresh.db), pseudonym: pseudonyms(api.keys) };
    const rates = new RateLimits({ ...readConfig({}), signInsPerAddress: 3 }, shared);
    const rated = await openApi(fresh.db, { writer: fresh.writer, now: () => now, rates });
    const noticeId = await open();
    const codes: (string | undefined)[] = [];
    for (let n = 0; n < 4; n += 1) {
      const answer = await rated.ask(OBJECT, { input: { noticeId, words: `第 ${n} 次` } });
      codes.push(answer.errors[0]?.extensions?.code);
    }
    expect(codes).toEqual([undefined, undefined, undefined, "TOO_MANY_REQUESTS"]);
    await rated.close();
  });

  test("holds back what a line is about until it is dismissed, for whoever asks by it", async () => {
    const about = "0198a000-0000-7000-8000-00000000abcd";
    const standing = (viewer: Viewer = SYSTEM) =>
      fresh.db.write(viewer, (tx) => publicNoticeStanding(tx, { institutionId: SCHOOL, aboutId: about }, now));
    expect(await standing()).toBe("NOT_OPENED");
    const id = await open();
    await fresh.sql`update public_notice_item set about_id = ${about} where position = 2`;
    expect(await standing()).toBe("OPEN");
    await object(id, { position: 1 });
    now = GONE;
    // an objection to another line is no reason to wait
    expect(await standing()).toBe("CLEAR");
    now = OPENED;
    await object(id);
    now = GONE;
    // whoever decides need not be one who may read objections
    expect(await standing({ ...ANONYMOUS, role: "DEPARTMENT_REVIEWER", institutionId: SCHOOL })).toBe("OBJECTED");
  });

  test("is encrypted anew with the newest key, and still opens", async () => {
    const id = await open();
    await object(id, { name: "李四" });
    await fresh.sql`update public_notice_objection set key_id = key_id`;
    expect(await fresh.db.write(SYSTEM, (tx) => reencryptObjections(tx, api.keys))).toBe(0);
    const newest = api.keys.newest("objection");
    const turned = { ...api.keys, newest: () => ({ ...newest, id: "knewer" }) };
    expect(await fresh.db.write(SYSTEM, (tx) => reencryptObjections(tx, turned))).toBe(1);
    await fresh.sql`update public_notice_objection set key_id = ${newest.id}`;
    expect((await desk()).objections).toMatchObject([{ name: "李四" }]);
  });
});

describe("an objection whose answer is due", () => {
  const remind = async () => {
    await fresh.db.write(SYSTEM, (tx) => enqueue(tx, "publicnotice.remind", {}));
    await spread();
    return fresh.sql`select distinct params from notice where kind = 'OBJECTIONS_DUE'`;
  };

  test("is brought to mind of the school's registrars once a day, from the day before on, until it is answered", async () => {
    const id = await open();
    await object(id);
    await object(id, { position: 2 });
    now = new Date("2026-11-29T02:00:00Z");
    expect(await remind()).toHaveLength(0);
    now = new Date("2026-11-30T02:00:00Z");
    expect(await remind()).toMatchObject([{ params: { count: 2, until: "2026-12-01" } }]);
    await remind();
    const [told] = await fresh.sql`select count(*)::int as events from notice_event where kind = 'OBJECTIONS_DUE'`;
    expect(told).toEqual({ events: 1 });
    await fresh.sql`delete from notice`;
    await fresh.sql`update public_notice_objection set state = 'ANSWERED', outcome = 'UPHELD', answer = '是', answered_by = ${WANG},
      answered_at = now()`;
    now = new Date("2026-12-03T02:00:00Z");
    expect(await remind()).toHaveLength(0);
  });
});

test("lines and objections go when their time is over, and the head of the notice stays", async () => {
  const id = await open();
  await object(id);
  await fresh.sql`update public_notice set closes_at = now() - interval '25 months'`;
  await fresh.sql`update public_notice_item set closes_at = now() - interval '25 months'`;
  const due = await fresh.sql`select due from retention_due() where kind = 'PUBLIC_NOTICE'`;
  expect(due).toEqual([{ due: 3 }]);
  await fresh.sql`select * from apply_retention(100)`;
  expect(await fresh.sql`select 1 from public_notice_item union all select 1 from public_notice_objection`).toEqual([]);
  expect(await fresh.sql`select 1 from public_notice`).toHaveLength(1);
});

describe("a confirmed batch", () => {
  test("gives notice of its certificates and awards, each with what it is about, and of nothing else in it", async () => {
    const [batch] = await fresh.sql<{ id: string }[]>`insert into deposit_batch ${fresh.sql({
      institutionId: SCHOOL,
      id: "0198a000-0000-7000-8000-0000000000b1",
      number: "B-1",
      sourceName: "竞赛.xlsx",
      sourceHash: "hash",
      status: "CONFIRMED",
      rowCount: 3,
      badRowCount: 0,
      recordedBy: SCHOOL,
      recordedByName: "甲",
      recordedAt: OPENED.toISOString(),
      confirmedBy: WANG,
      confirmedByName: "乙",
      confirmedAt: OPENED.toISOString(),
    })} returning id`;
    const achievementId = "0198a000-0000-7000-8000-0000000000a1";
    const deposits = [
      {
        kind: "COMPETITION",
        title: { zh: "焊接技术赛项", en: "" },
        detail: { kind: "COMPETITION", tier: "CITY", prize: "FIRST" },
      },
      {
        kind: "CERTIFICATE",
        title: { zh: "焊工", en: "" },
        detail: { kind: "CERTIFICATE", level: "INTERMEDIATE", number: "440300999999123456" },
      },
      { kind: "COURSE", title: { zh: "电工基础", en: "" }, detail: { kind: "COURSE" } },
    ];
    for (const [place, deposit] of deposits.entries()) {
      await fresh.sql`insert into batch_row ${fresh.sql({
        institutionId: SCHOOL,
        batchId: batch?.id ?? "",
        rowNo: place + 2,
        sheet: "1",
        status: "POSTED",
        learnerId: BAI,
        cells: fresh.sql.json({}),
        deposit: fresh.sql.json({ achievementId, ...deposit }),
      })}`;
    }
    await open({ kind: "AWARD", rows: [], batchId: encodeId("DepositBatch", batch?.id ?? "") });
    const [first] = await listed();
    expect(first?.node).toMatchObject({
      items: {
        edges: [{ node: { name: "白**", item: "焊接技术赛项 市级 一等奖" } }, { node: { item: "焊工 中级" } }],
      },
    });
    expect(await fresh.sql`select distinct about_id from public_notice_item`).toEqual([{ aboutId: achievementId }]);
  });
});
