import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SYSTEM } from "../../../src/auth/viewer.ts";
import { openDatabase } from "../../../src/db/client.ts";
import type { Database } from "../../../src/db/transaction.ts";
import type { Id } from "../../../src/domain/id.ts";
import { NOTICE_KINDS } from "../../../src/domain/notice.ts";
import { problem } from "../../../src/domain/problem.ts";
import type { Channels, Message } from "../../../src/features/notice/channels/channel.ts";
import { raise, remindOfUnread } from "../../../src/features/notice/service.ts";
import { writeDocuments } from "../../../src/features/registry/service.ts";
import { tasksOf, type Tasks } from "../../../src/jobs/tasks.ts";
import { openLog } from "../../../src/log.ts";
import { idOf } from "../../../src/seed/id.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { workOff } from "../../support/jobs.ts";

const WANG = idOf("learner", "wang-siyuan");
const SCHOOL = idOf("institution", "jdsf");

let fresh: FreshDatabase;
let jobs: Database;
let api: TestApi;
let tasks: Tasks;
let logged = "";
let sent: Message[] = [];
let mailFails = 0;
const channels: Channels = {
  EMAIL: {
    send: async (message) => {
      sent.push(message);
      if (mailFails > 0) {
        mailFails -= 1;
        throw Object.assign(new Error(`refused ${message.to}`), { code: "EENVELOPE" });
      }
    },
  },
};

beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  jobs = openDatabase(fresh.url, { role: "guantong_job", max: 3 });
  api = await openApi(fresh.db, { writer: fresh.writer });
  const log = openLog({ logLevel: "debug" }, { write: (line) => void (logged += line) });
  tasks = tasksOf({ db: jobs, writer: fresh.writer, log, keys: api.keys, channels });
});
afterAll(async () => {
  await jobs.end();
  await api.close();
  await fresh.drop();
});
beforeEach(async () => {
  sent = [];
  mailFails = 0;
  for (const table of ["notice_delivery", "notice", "notice_event", "notice_address"])
    await fresh.sql`delete from ${fresh.sql(table)}`;
  await fresh.sql`delete from graphile_worker._private_jobs`;
});

const spread = (): Promise<void> => workOff(fresh.sql, jobs, tasks);

interface Line {
  readonly id: string;
  readonly kind: string;
  readonly regard: string;
  readonly title: string;
  readonly text: string;
  readonly readAt: string | null;
}
async function inboxOf(as: string, language: "zh" | "en" = "en"): Promise<readonly Line[]> {
  const answer = await api.ask<{ notices: { edges: { node: Line }[] } }>(
    "{ notices(first: 50) { edges { node { id kind regard title text readAt } } } }",
    {},
    { as, language },
  );
  expect(answer.errors).toEqual([]);
  return answer.data?.notices.edges.map(({ node }) => node) ?? [];
}
const unreadOf = async (as: string): Promise<unknown> =>
  (await api.ask("{ unreadNotices }", {}, { as })).data?.["unreadNotices"];

const deposited = (key: string, learnerId: Id = WANG, count = 2): Promise<unknown> =>
  fresh.writer.write(SYSTEM, (tx) =>
    raise(tx, [
      {
        kind: "CREDITS_DEPOSITED",
        key,
        happenedAt: "2026-11-24T02:00:00Z",
        facts: { institutionId: SCHOOL, learners: [{ learnerId, count }] },
      },
    ]),
  );

async function takeSomeSeat(): Promise<string> {
  const found = await api.ask<{ sections: { edges: { node: { id: string; mySeat: object | null } }[] } }>(
    '{ sections(termCode: "2026-2027-1", first: 100) { edges { node { id mySeat { id } } } } }',
    {},
    { as: "student.wang" },
  );
  for (const { node } of found.data?.sections.edges ?? []) {
    const taken = await api.ask<{ takeSeat: { __typename: string } }>(
      `mutation ($id: ID!, $key: String!) { takeSeat(sectionId: $id, idempotencyKey: $key) { __typename } }`,
      { id: node.id, key: crypto.randomUUID() },
      { as: "student.wang" },
    );
    if (taken.data?.takeSeat.__typename === "SeatSuccess") return node.id;
  }
  throw new Error("no section has a seat for student.wang");
}

describe("whoever does something for others", () => {
  test("has them told: a seat taken and given up, to the learner, their guardian and their class teacher", async () => {
    const { data } = await api.ask<{ viewer: { capacity: { learner: { id: string } } } }>(
      "{ viewer { capacity { learner { id } } } }",
      {},
      { as: "guardian.wang" },
    );
    await api.ask(
      "mutation ($id: ID!) { giveConsent(learnerId: $id, act: SELECTION_OFF_CAMPUS) { __typename } }",
      { id: data?.viewer.capacity.learner.id },
      { as: "guardian.wang" },
    );
    const sectionId = await takeSomeSeat();
    const dropped = await api.ask(
      "mutation ($id: ID!) { dropSeat(sectionId: $id) { __typename } }",
      { id: sectionId },
      { as: "student.wang" },
    );
    expect(dropped.data).toMatchObject({ dropSeat: { __typename: "SeatSuccess" } });
    await spread();
    for (const [login, regard] of [
      ["student.wang", "SELF"],
      ["guardian.wang", "GUARDIAN"],
      ["classteacher.jdsf", "CLASS_TEACHER"],
    ] as const) {
      const lines = await inboxOf(login);
      expect(lines.map(({ kind }) => kind).sort()).toEqual(["SEAT_DROPPED", "SEAT_TAKEN"]);
      expect(new Set(lines.map((line) => line.regard))).toEqual(new Set([regard]));
      expect(lines.find(({ kind }) => kind === "SEAT_TAKEN")?.text).toMatch(
        regard === "SELF" ? /^You have a seat in .+ at .+\.$/ : /^王思远 has a seat in .+ at .+\.$/,
      );
    }
    expect((await inboxOf("student.wang", "zh"))[0]?.text).toMatch(/^您已(选上|退选).+《.+》/);
    expect(await inboxOf("registrar.jdsf")).toEqual([]);
  });

  test("has the home school's registrars told of grades that came back", async () => {
    const found = await api.ask<{
      sections: {
        edges: { node: { id: string; status: string; roster: { studentNo: string; home: { key: string } }[] } }[];
      };
    }>(
      '{ sections(termCode: "2025-2026-2", first: 100) { edges { node { id status roster { studentNo home { key } } } } } }',
      {},
      { as: "teacher.zhgz" },
    );
    const section = found.data?.sections.edges.map(({ node }) => node).find(({ status }) => status === "CLOSED");
    const rows = section?.roster.map(({ studentNo, home }) => ({
      studentNo,
      homeInstitutionKey: home.key,
      grade: "88",
    }));
    await api.ask(
      `mutation ($id: ID!, $rows: [GradeReturnRow!]!) { returnGrades(sectionId: $id, completedOn: "2026-07-08", rows: $rows) { __typename } }`,
      { id: section?.id, rows },
      { as: "teacher.zhgz" },
    );
    await spread();
    const [line] = await inboxOf("registrar.jdsf");
    expect(line).toMatchObject({ kind: "GRADES_RETURNED", regard: "SCHOOL" });
    expect(line?.text).toMatch(/returned the grades of 2 students of your school/);
    expect(await inboxOf("registrar.btvtc")).toEqual([]);
  });

  test("has learners told of what a confirmed batch holds for them", async () => {
    const [course] = await fresh.sql<{ code: string }[]>`
      select c.code from course c where c.institution_id = ${SCHOOL} and c.grading_mode = 'PERCENT' and not exists
        (select from achievement a where a.course_id = c.id and a.learner_id = ${WANG}) order by 1 limit 1`;
    const [number] = await fresh.sql<
      { studentNo: string }[]
    >`select student_no from registration where learner_id = ${WANG} limit 1`;
    const recorded = await api.ask<{ recordAchievement: { batch?: { id: string }; code?: string } }>(
      `mutation ($input: RecordAchievementInput!) { recordAchievement(input: $input) {
        ... on RecordAchievementsSuccess { batch { id } } ... on Problem { code } } }`,
      {
        input: {
          studentNo: number?.studentNo,
          courseCode: course?.code,
          termCode: "2025-2026-2",
          grade: "90",
          completedOn: "2026-07-01",
        },
      },
      { as: "registrar.jdsf" },
    );
    const batch = recorded.data?.recordAchievement.batch?.id;
    expect(recorded).toMatchObject({ errors: [], data: { recordAchievement: { batch: {} } } });
    await spread();
    expect(await inboxOf("student.wang")).toEqual([]);
    await api.ask(
      "mutation ($id: ID!) { confirmBatch(batchId: $id) { __typename } }",
      { id: batch },
      { as: "confirmer.jdsf" },
    );
    await spread();
    expect((await inboxOf("student.wang")).map(({ text }) => text)).toEqual([
      expect.stringMatching(/deposited 1 achievement of yours\.$/),
    ]);
    expect((await inboxOf("guardian.wang")).map(({ regard }) => regard)).toEqual(["GUARDIAN"]);
    expect(await inboxOf("classteacher.jdsf")).toEqual([]);
  });

  test("tells nobody where the act was rolled back", async () => {
    await fresh.writer.write(SYSTEM, async (tx) => {
      await raise(tx, [
        {
          kind: "CREDITS_DEPOSITED",
          key: "gone",
          happenedAt: "2026-11-24T02:00:00Z",
          facts: { institutionId: SCHOOL, learners: [{ learnerId: WANG, count: 1 }] },
        },
      ]);
      return problem("CONFLICT", { detail: "" });
    });
    await spread();
    expect(await inboxOf("student.wang")).toEqual([]);
  });

  test("tells once, however often act and job are repeated", async () => {
    await deposited("one");
    await deposited("one");
    await spread();
    await fresh.sql`update notice_event set spread_at = null`;
    await fresh.db.write(SYSTEM, (tx) => tx.run((sql) => sql`select enqueue_job('notice.spread', '{}', null, null)`));
    await spread();
    expect(await inboxOf("student.wang")).toHaveLength(1);
  });

  test("copies guardians of minors only: by birth date, and without one whoever is in secondary school", async () => {
    const copied = async (key: string): Promise<boolean> => {
      for (const table of ["notice", "notice_event"]) await fresh.sql`delete from ${fresh.sql(table)}`;
      await deposited(key);
      await spread();
      expect(await inboxOf("student.wang")).toHaveLength(1);
      return (await inboxOf("guardian.wang")).length === 1;
    };
    const [guardian] = await fresh.sql<{ until: string | null }[]>`select valid_until as until from capacity
      where learner_id = ${WANG} and role = 'GUARDIAN'`;
    const born = async (birthOn: string) => {
      await fresh.db.write(SYSTEM, (tx) =>
        writeDocuments(
          tx,
          api.keys,
          SCHOOL,
          new Map([[WANG, { kind: "RESIDENT_ID", number: null, birthOn }]]),
          "2026-11-26",
        ),
      );
      // a birth date ends the guardian's role in time; here it is to go on, so that the age alone decides
      await fresh.sql`update capacity set valid_until = ${guardian?.until ?? null}
        where learner_id = ${WANG} and role = 'GUARDIAN'`;
    };
    await born("2008-11-24");
    expect(await copied("eighteen today")).toBe(false);
    await born("2008-11-25");
    expect(await copied("eighteen tomorrow")).toBe(true);
    await fresh.sql`update age_of_majority set years = 17`;
    expect(await copied("by another age")).toBe(false);
    await fresh.sql`update age_of_majority set years = 18`;
    await fresh.sql`delete from identity_document`;
    expect(await copied("of unknown age")).toBe(true);
    await fresh.sql`update registration set status = 'GRADUATED' where learner_id = ${WANG}`;
    expect(await copied("graduated")).toBe(false);
    await fresh.sql`update registration set status = 'ACTIVE' where learner_id = ${WANG}`;
  });
});

const READ =
  "mutation ($ids: [ID!]) { readNotices(ids: $ids) { ... on ReadNoticesSuccess { unread } ... on Problem { code } } }";
const CLASS = "{ unreadNoticesOfClass { edges { node { learnerName kind text } } } }";

describe("an inbox", () => {
  test("can show every kind of notice there is", async () => {
    const { data } = await api.ask('{ __type(name: "NoticeKind") { enumValues { name } } }');
    expect(data).toMatchObject({ __type: { enumValues: NOTICE_KINDS.map((name) => ({ name })) } });
  });

  test("knows what was read: one by one, then all, each person for themself", async () => {
    for (const key of ["1", "2", "3"]) await deposited(key);
    await spread();
    expect(await unreadOf("student.wang")).toBe(3);
    const [first] = await inboxOf("student.wang");
    const one = await api.ask(READ, { ids: [first?.id] }, { as: "student.wang" });
    expect(one.data).toMatchObject({ readNotices: { unread: 2 } });
    expect((await inboxOf("student.wang")).find(({ id }) => id === first?.id)?.readAt).not.toBeNull();
    expect((await api.ask(READ, {}, { as: "student.wang" })).data).toMatchObject({ readNotices: { unread: 0 } });
    expect(await unreadOf("guardian.wang")).toBe(3);
  });

  test("is its owner's: another's notice is not read by naming it, and nobody has none", async () => {
    await deposited("mine");
    await spread();
    const [mine] = await inboxOf("student.wang");
    await api.ask(READ, { ids: [mine?.id] }, { as: "student.chen" });
    expect(await unreadOf("student.wang")).toBe(1);
    expect((await api.ask(READ, { ids: ["x"] }, { as: "student.wang" })).data).toMatchObject({
      readNotices: { code: "MALFORMED_ID" },
    });
    expect((await api.ask("{ notices { edges { cursor } } }")).errors[0]?.extensions?.code).toBe("UNAUTHENTICATED");
    expect((await api.ask(READ)).data).toMatchObject({ readNotices: { code: "UNAUTHENTICATED" } });
  });

  test("shows a class teacher which of their learners has not read what, and nobody else", async () => {
    await deposited("unread");
    await spread();
    const asked = await api.ask<{ unreadNoticesOfClass: { edges: { node: object }[] } }>(
      CLASS,
      {},
      { as: "classteacher.jdsf", language: "en" },
    );
    expect(asked.data?.unreadNoticesOfClass.edges.map(({ node }) => node)).toEqual([
      {
        learnerName: "王思远",
        kind: "CREDITS_DEPOSITED",
        text: expect.stringMatching(/2 achievements of 王思远/) as string,
      },
    ]);
    await api.ask(READ, {}, { as: "student.wang" });
    const after = await api.ask<typeof asked.data & object>(CLASS, {}, { as: "classteacher.jdsf" });
    expect(after.data?.unreadNoticesOfClass.edges).toEqual([]);
    for (const as of ["registrar.jdsf", "guardian.wang"]) {
      expect((await api.ask(CLASS, {}, { as })).errors[0]?.extensions?.code).toBe("FORBIDDEN");
    }
  });
});

describe("a class teacher's reminder", () => {
  const REMIND = "mutation { remindClass { ... on RemindClassSuccess { reminded } ... on Problem { code } } }";
  const remind = async (as = "classteacher.jdsf") =>
    (await api.ask<{ remindClass: object }>(REMIND, {}, { as })).data?.remindClass;

  test("tells whoever has not read something, and their guardian, once a day", async () => {
    await deposited("unread");
    await spread();
    expect(await remind()).toEqual({ reminded: 1 });
    expect(await remind()).toEqual({ reminded: 0 });
    await spread();
    const told =
      await fresh.sql`select regard, params ->> 'count' as count from notice where kind = 'REMINDED' order by regard`;
    expect(told.map((row) => ({ ...row }))).toEqual([
      { regard: "GUARDIAN", count: "1" },
      { regard: "SELF", count: "1" },
    ]);
    // a reminder is nothing to be reminded of, and none stands in the list
    await fresh.sql`update notice set read_at = now() where kind <> 'REMINDED'`;
    expect(
      (await api.ask<{ unreadNoticesOfClass: { edges: object[] } }>(CLASS, {}, { as: "classteacher.jdsf" })).data,
    ).toEqual({
      unreadNoticesOfClass: { edges: [] },
    });
  });

  test("goes to nobody who has read everything, and is nobody else's to send", async () => {
    expect(await remind()).toEqual({ reminded: 0 });
    for (const as of ["registrar.jdsf", "guardian.wang", "student.wang"]) {
      expect(await remind(as)).toEqual({ code: "FORBIDDEN" });
    }
    expect(await fresh.sql`select 1 from notice_event`).toHaveLength(0);
  });

  test("stands in the audit log", async () => {
    await deposited("unread");
    await spread();
    await remind();
    const [entry] =
      await fresh.sql`select outcome, learner_ids from audit_entry where action = 'notice.remind' and outcome = 'DONE' order by at desc`;
    expect(entry).toMatchObject({ outcome: "DONE" });
    expect(entry?.["learnerIds"]).toContain(WANG);
  });
});

describe("what has lain unread", () => {
  const remind = async (now: string): Promise<readonly string[]> => {
    const moment = new Date(now);
    await remindOfUnread({ jobs, writer: fresh.writer, now: moment, today: now.slice(0, 10) });
    await spread();
    const rows = await fresh.sql<{ regard: string; count: string }[]>`
      select regard, params ->> 'count' as count from notice where kind = 'STILL_UNREAD' order by event_id, regard`;
    return rows.map(({ regard, count }) => `${regard} ${count}`);
  };

  test("for a week is brought to mind, once in a week, with a copy to a minor's guardian, until it was read", async () => {
    await deposited("first");
    await deposited("second");
    await spread();
    expect(await remind("2026-11-30T02:00:00Z")).toEqual([]);
    expect(await remind("2026-12-01T02:00:01Z")).toEqual(["GUARDIAN 2", "SELF 2"]);
    expect(await remind("2026-12-01T02:00:01Z")).toHaveLength(2);
    expect(await remind("2026-12-08T02:00:01Z")).toHaveLength(4);
    await api.ask(READ, {}, { as: "student.wang" });
    expect(await remind("2026-12-15T02:00:01Z")).toHaveLength(4);
  });

  test("stays so where no such setting is", async () => {
    await deposited("one");
    await spread();
    await fresh.sql`update reminder_lead set days = 0 where kind = 'UNREAD'`;
    expect(await remind("2027-01-01T02:00:00Z")).toEqual([]);
    await fresh.sql`update reminder_lead set days = 7 where kind = 'UNREAD'`;
  });
});

const SET = `mutation ($input: NoticeAddressInput!) { setNoticeAddress(input: $input) {
  ... on SetNoticeAddressSuccess { addresses { channel address frequency } } ... on Problem { code } } }`;
const setAddress = async (input: object, as = "student.wang") =>
  (await api.ask<{ setNoticeAddress: object }>(SET, { input }, { as })).data?.setNoticeAddress;

describe("on its way out of the house, a notice", () => {
  test("goes where its reader wants it, in their language, once, retried until it is taken", async () => {
    expect(await setAddress({ channel: "EMAIL", address: "wang@school.example" })).toEqual({
      addresses: [{ channel: "EMAIL", address: "wang@school.example", frequency: "EACH" }],
    });
    mailFails = 1;
    await deposited("mail");
    await expect(spread()).rejects.toMatchObject({ code: "EENVELOPE" });
    await spread();
    await fresh.db.write(SYSTEM, (tx) => tx.run((sql) => sql`select enqueue_job('notice.sweep', '{}', null, null)`));
    await spread();
    expect(sent).toHaveLength(2);
    expect(sent[0]?.id).toBe(sent[1]?.id);
    expect(sent[1]).toMatchObject({ to: "wang@school.example", subject: "贯通：学习成果已存入" });
    expect(sent[1]?.text).toMatch(/已确认存入您的 2 项学习成果。/);
    expect(await fresh.sql`select status from notice_delivery`).toEqual([{ status: "SENT" }]);
    expect(logged).not.toMatch(/wang@|王思远/);
  });

  test("waits for the day's digest where its reader wants one, and goes with the others of the day", async () => {
    await setAddress({ channel: "EMAIL", address: "wang@school.example", frequency: "DAILY" });
    for (const key of ["a", "b"]) await deposited(key);
    await spread();
    expect(sent).toEqual([]);
    await fresh.db.write(SYSTEM, (tx) => tx.run((sql) => sql`select enqueue_job('notice.digest', '{}', null, null)`));
    await spread();
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ subject: "贯通：2 条通知" });
    expect(sent[0]?.text).toMatch(/^1\. .+\n2\. .+\n/);
    await fresh.db.write(SYSTEM, (tx) => tx.run((sql) => sql`select enqueue_job('notice.digest', '{}', null, null)`));
    await spread();
    expect(sent).toHaveLength(1);
  });

  test("goes nowhere where the address was withdrawn, or no such way is configured", async () => {
    await setAddress({ channel: "SMS", address: "13800000000" });
    await setAddress({ channel: "EMAIL", address: "wang@school.example", frequency: "DAILY" });
    await deposited("nowhere");
    await spread();
    await setAddress({ channel: "EMAIL", address: null });
    await fresh.db.write(SYSTEM, (tx) => tx.run((sql) => sql`select enqueue_job('notice.digest', '{}', null, null)`));
    await spread();
    expect(sent).toEqual([]);
    expect(await fresh.sql`select distinct status from notice_delivery`).toEqual([{ status: "DROPPED" }]);
    expect(await unreadOf("student.wang")).toBe(1);
  });

  test.each([
    [{ channel: "EMAIL", address: "no mailbox" }],
    [{ channel: "EMAIL", address: "a@b.example, c@d.example" }],
    [{ channel: "SMS", address: "12345" }],
    [{ channel: "WECOM", address: "a b" }],
  ])("has no such address: %j", async (input) => {
    expect(await setAddress(input)).toMatchObject({ code: "INVALID_INPUT" });
  });

  test("that lost its job with the queue is taken up again from the outbox", async () => {
    await deposited("lost");
    await fresh.sql`delete from graphile_worker._private_jobs`;
    await fresh.db.write(SYSTEM, (tx) => tx.run((sql) => sql`select enqueue_job('notice.sweep', '{}', null, null)`));
    await spread();
    expect(await inboxOf("student.wang")).toHaveLength(1);
  });
});
