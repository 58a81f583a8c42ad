import { createHash, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import type { Database } from "../../../src/db/transaction.ts";
import type { Id } from "../../../src/domain/id.ts";
import { readInput, writeInput } from "../../../src/domain/recognition/input.ts";
import { recognise } from "../../../src/domain/recognition/recognise.ts";
import { isProblem } from "../../../src/domain/problem.ts";
import { confirmReturnedGrades, decideReturnedGrades } from "../../../src/features/selection/confirming.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { killBeforeChanging } from "../../support/crash.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import * as story from "./story.ts";

let fresh: FreshDatabase;
/** The API while sections are open, and a term later. */
let api: TestApi;
let later: TestApi;

let host: story.School;
let home: story.School;
let third: story.School;
let hostCourse: Id;
let homeCourse: Id;
let learners: readonly story.Learner[];
let third1: story.Learner;

beforeAll(async () => {
  fresh = await freshDatabase();
  api = await openApi(fresh.db, { writer: fresh.writer, now: story.NOW });
  later = await openApi(fresh.db, { writer: fresh.writer, now: new Date("2027-01-20T02:00:00Z") });
  const { sql } = fresh;
  await story.gradingScale(sql);
  host = await story.school(sql, "host");
  home = await story.school(sql, "home");
  third = await story.school(sql, "third");
  hostCourse = await story.course(sql, host, "H1", { credits: 300 });
  homeCourse = await story.course(sql, home, "C1", { credits: 200 });
  await story.plan(sql, home, [homeCourse]);
  await story.rule(sql, home, { from: hostCourse, to: homeCourse, minScoreTenths: 600 });
  learners = await story.learners(sql, home, 3);
  [third1] = (await story.learners(sql, third, 1)) as [story.Learner];
  for (const [i, learner] of learners.entries())
    await story.account(sql, `student${i}`, { role: "STUDENT", at: home, learner });
  await story.account(sql, "stranger", { role: "STUDENT", at: third, learner: third1 });
  await story.account(sql, "host-registrar", { role: "REGISTRAR", at: host });
  await story.account(sql, "host-teacher", { role: "HOST_TEACHER", at: host });
  await story.account(sql, "home-registrar", { role: "REGISTRAR", at: home });
  await story.account(sql, "third-registrar", { role: "REGISTRAR", at: third });
});
afterAll(async () => {
  await Promise.all([api.close(), later.close()]);
  await fresh.drop();
});

const PUBLISH = /* GraphQL */ `
  mutation ($input: PublishSectionInput!) {
    publishSection(input: $input) {
      __typename
      ... on PublishSectionSuccess { section { id number capacity available taken host { key } meetings { text } reservations { institution { key } reserved taken } } }
      ... on Problem { code message path }
    }
  }`;
const TAKE = /* GraphQL */ `
  mutation ($id: ID!, $key: String!) {
    takeSeat(sectionId: $id, idempotencyKey: $key) {
      __typename
      ... on SeatSuccess { seat { id hostState homeState learnerName studentNo home { key } section { taken } } }
      ... on Problem { code message path }
    }
  }`;
const DROP = /* GraphQL */ `
  mutation ($id: ID!) {
    dropSeat(sectionId: $id) {
      __typename
      ... on SeatSuccess { seat { hostState homeState droppedAt } }
      ... on Problem { code message path }
    }
  }`;
const RETURN = /* GraphQL */ `
  mutation ($id: ID!, $on: Date!, $rows: [GradeReturnRow!]!) {
    returnGrades(sectionId: $id, completedOn: $on, rows: $rows) {
      __typename
      ... on ReturnGradesSuccess { graded section { status } }
      ... on Problem { code message path }
    }
  }`;
const CONFIRM = /* GraphQL */ `
  mutation ($id: ID!) {
    confirmReturnedGrades(sectionId: $id) {
      __typename
      ... on ConfirmGradesSuccess { deposited recognised seats { studentNo homeState hostState } }
      ... on Problem { code message path }
    }
  }`;

type Payload = Readonly<Record<string, unknown>> & { readonly __typename: string };

async function ask(
  of: TestApi,
  document: string,
  variables: object,
  as: string,
  language: "zh" | "en" = "zh",
): Promise<Payload> {
  const answer = await of.ask<Record<string, Payload>>(document, variables, { as, language });
  expect(answer.errors).toEqual([]);
  const [payload] = Object.values(answer.data ?? {});
  if (payload === undefined) throw new Error("no answer");
  return payload;
}
const global = (sectionId: Id) => encodeId("Section", sectionId);
const draft = (change: object = {}) => ({
  courseCode: "H1",
  termCode: story.TERM,
  number: "P1",
  capacity: 10,
  reservations: [{ institutionKey: "home", reserved: 4 }],
  meetings: [{ weeks: [1, 2, 3, 5], weekday: 3, startPeriod: 3, endPeriod: 4 }],
  opensAt: "2026-09-01T08:00:00+08:00",
  closesAt: story.CLOSES,
  ...change,
});

describe("a school's selection window", () => {
  const set = (opensAt: string, closesAt: string) => fresh.sql`
    insert into calendar_window (institution_id, kind, term_code, opens_at, closes_at, citation, set_by)
    values (${host.id}, 'SELECTION', ${story.TERM}, ${opensAt}, ${closesAt}, '{}', ${host.id})
    on conflict (institution_id, kind, term_code) do update set opens_at = excluded.opens_at, closes_at = excluded.closes_at`;
  const take = (id: Id) => ask(api, TAKE, { id: global(id), key: randomUUID() }, "student0");
  const drop = (id: Id) => ask(api, DROP, { id: global(id) }, "student0");

  test("holds every seat taken or given up at it, and says when it begins and ends", async () => {
    const id = await story.section(fresh.sql, host, { reserved: [[home, 5]] });
    await set("2026-09-02T00:00:00Z", "2026-09-05T00:00:00Z");
    expect(await take(id)).toMatchObject({ __typename: "SeatRefusedProblem", code: "WINDOW_NOT_YET" });
    expect((await take(id))["message"]).toContain("2026-09-02 08:00");
    await set("2026-08-20T00:00:00Z", "2026-09-01T04:00:00Z");
    expect(await take(id)).toMatchObject({ code: "WINDOW_OVER" });
    await set("2026-08-20T00:00:00Z", "2026-09-01T04:00:01Z");
    expect(await take(id)).toMatchObject({ __typename: "SeatSuccess" });
    await set("2026-08-20T00:00:00Z", "2026-09-01T04:00:00Z");
    expect(await drop(id)).toMatchObject({ code: "WINDOW_OVER" });
    // another term's window is another's
    await fresh.sql`update calendar_window set term_code = '2027-2028-1' where institution_id = ${host.id}`;
    expect(await drop(id)).toMatchObject({ __typename: "SeatSuccess" });
    await fresh.sql`delete from calendar_window where institution_id = ${host.id}`;
  });
});

describe("a host school publishes a section", () => {
  test("not in a week of examinations, and by the bells of the campus it names", async () => {
    await fresh.sql`update term set exam_weeks = '{17,18}' where institution_id = ${host.id}`;
    const meetings = [{ weeks: [16, 17], weekday: 1, startPeriod: 1, endPeriod: 2 }];
    expect(await ask(api, PUBLISH, { input: draft({ number: "X1", meetings }) }, "host-registrar")).toMatchObject({
      code: "EXAM_WEEK",
      message: expect.stringContaining("17") as string,
    });
    await fresh.sql`update term set exam_weeks = '{}' where institution_id = ${host.id}`;
    const campus = randomUUID();
    await fresh.sql`insert into campus (id, institution_id, name_zh, name_en) values (${campus}, ${host.id}, '北校区', 'North')`;
    await fresh.sql`insert into bell (institution_id, campus_id, season, period, starts_at, ends_at)
      values (${host.id}, ${campus}, 'YEAR', 1, '09:30', '10:15')`;
    const input = draft({ number: "X2", campusId: encodeId("Campus", campus), reservations: [] });
    const once = { ...input, meetings: [{ weeks: [2], weekday: 6, startPeriod: 1, endPeriod: 1 }] };
    const published = await ask(api, PUBLISH, { input: once }, "host-registrar");
    const { id } = published["section"] as { id: string };
    await fresh.sql`insert into guardian_consent (learner_id, id, act, event, form, guardian_name, on_day, recorded_by, recorded_at)
      values (${learners[1]?.id ?? ""}, ${randomUUID()}, 'SELECTION_OFF_CAMPUS', 'GIVEN', 'ACCOUNT', '母', '2026-01-01', ${host.id}, now())`;
    expect(await ask(api, TAKE, { id, key: "campus" }, "student1")).toMatchObject({ __typename: "SeatSuccess" });
    const [hours] = await fresh.sql<{ startsAt: string }[]>`select lower(during) as starts_at from seat_meeting
      where learner_id = ${learners[1]?.id ?? ""} order by 1`;
    // half past nine in China, not the eight o'clock of the other campus
    expect(hours?.startsAt).toBe("2026-09-12T01:30:00.000Z");
    await ask(api, DROP, { id }, "student1");
  });

  test("with its reservations and meetings, as timetables print them", async () => {
    const payload = await ask(api, PUBLISH, { input: draft() }, "host-registrar");
    expect(payload).toMatchObject({
      __typename: "PublishSectionSuccess",
      section: {
        number: "P1",
        capacity: 10,
        available: 6,
        taken: 0,
        host: { key: "host" },
        meetings: [{ text: "1-3,5周星期三3-4节" }],
        reservations: [{ institution: { key: "home" }, reserved: 4, taken: 0 }],
      },
    });
  });

  test.each([
    ["SECTION_NUMBER_TAKEN", {}, "ConflictProblem"],
    ["UNKNOWN_COURSE", { courseCode: "C1" }, "InvalidInputProblem"],
    ["UNKNOWN_TERM", { termCode: "2030-2031-1" }, "InvalidInputProblem"],
    ["UNKNOWN_INSTITUTION", { reservations: [{ institutionKey: "nowhere", reserved: 1 }] }, "InvalidInputProblem"],
    ["INVALID_INPUT", { reservations: [{ institutionKey: "home", reserved: 11 }] }, "InvalidInputProblem"],
    ["INVALID_INPUT", { capacity: 0 }, "InvalidInputProblem"],
    ["INVALID_INPUT", { closesAt: "2026-08-01T00:00:00Z" }, "InvalidInputProblem"],
    [
      "WEEK_OUTSIDE_TERM",
      { meetings: [{ weeks: [19], weekday: 1, startPeriod: 1, endPeriod: 1 }] },
      "InvalidInputProblem",
    ],
    [
      "PERIOD_WITHOUT_BELL",
      { meetings: [{ weeks: [1], weekday: 1, startPeriod: 10, endPeriod: 11 }] },
      "InvalidInputProblem",
    ],
    [
      "MEETINGS_OVERLAP",
      {
        meetings: [
          { weeks: [1], weekday: 1, startPeriod: 1, endPeriod: 2 },
          { weeks: [1], weekday: 1, startPeriod: 2, endPeriod: 2 },
        ],
      },
      "InvalidInputProblem",
    ],
  ])("or hears %s", async (code, change, typename) => {
    const payload = await ask(api, PUBLISH, { input: draft(change) }, "host-registrar");
    expect(payload).toMatchObject({ __typename: typename, code });
    expect(String(payload["message"])).not.toContain("{");
  });

  test("but a student may not", async () => {
    expect(await ask(api, PUBLISH, { input: draft({ number: "P9" }) }, "student0")).toMatchObject({
      __typename: "ForbiddenProblem",
    });
  });
});

describe("a student of another school", () => {
  test("sees before choosing what a course would count for at home, by which rule, in both languages", async () => {
    const sectionId = await story.section(fresh.sql, host, { courseId: hostCourse, number: "V1" });
    const query = /* GraphQL */ `query ($id: ID!) { section(id: $id) {
      available mySeat { id }
      countsAtHome { credits nodeKey sentence targets { code } programme { key } rule { citation { clause } } } } }`;
    expect(await ask(api, query, { id: global(sectionId) }, "student0")).toMatchObject({
      available: 30,
      mySeat: null,
      countsAtHome: {
        credits: 200,
        nodeKey: null,
        targets: [{ code: "C1" }],
        programme: { key: "home-programme" },
        rule: { citation: { clause: "第七条" } },
        sentence: "合格后可在“专业”认定 课程C1，计 2 学分（依据：学分互认协议，第七条）。",
      },
    });
    const english = await ask(api, query, { id: global(sectionId) }, "student0", "en");
    expect(english).toMatchObject({
      countsAtHome: { sentence: expect.stringContaining("recognised in “Programme” as Course C1") },
    });
  });

  test("sees why a course would add nothing: what the rule asks and what a bare pass is", async () => {
    const strict = await story.course(fresh.sql, host, "H7");
    await story.rule(fresh.sql, home, { from: strict, to: homeCourse, minScoreTenths: 750 });
    const sectionId = await story.section(fresh.sql, host, { courseId: strict, number: "V3" });
    const query = /* GraphQL */ `query ($id: ID!) { section(id: $id) { countsAtHome { credits rule { id } sentence } } }`;
    expect(await ask(api, query, { id: global(sectionId) }, "student0")).toMatchObject({
      countsAtHome: {
        credits: 0,
        rule: null,
        sentence: "目前不会在“专业”增加学分：成绩 60 低于要求的 75。合格后仍会存入您的学分账户。",
      },
    });
  });

  test("sees that no rule recognises a course, and nothing where there is no plan to count in", async () => {
    const sectionId = await story.section(fresh.sql, host, { number: "V2" });
    const query = /* GraphQL */ `query ($id: ID!) { section(id: $id) { countsAtHome { credits sentence } } }`;
    expect(await ask(api, query, { id: global(sectionId) }, "student0")).toMatchObject({
      countsAtHome: { credits: 0, sentence: expect.stringContaining("没有规则") },
    });
    expect(await ask(api, query, { id: global(sectionId) }, "stranger")).toEqual({ countsAtHome: null });
  });

  test("finds the sections that are open to their school, page by page", async () => {
    const kept = await story.section(fresh.sql, host, { capacity: 2, reserved: [[home, 2]], number: "Z1" });
    const query = /* GraphQL */ `query ($after: String) { sections(termCode: "2026-2027-1", first: 2, after: $after) {
      edges { node { id number } } pageInfo { hasNextPage endCursor } } }`;
    const listed = async (as: string) => {
      const ids: string[] = [];
      let after: string | null = null;
      for (;;) {
        const page = (await ask(api, query, { after }, as)) as unknown as {
          edges: { node: { id: string } }[];
          pageInfo: { hasNextPage: boolean; endCursor: string };
        };
        ids.push(...page.edges.map(({ node }) => node.id));
        if (!page.pageInfo.hasNextPage) return ids;
        after = page.pageInfo.endCursor;
      }
    };
    const [ours, theirs] = [await listed("student0"), await listed("stranger")];
    expect(ours).toContain(global(kept));
    expect(theirs).not.toContain(global(kept));
    expect(new Set(ours).size).toBe(ours.length);
  });

  test("takes a seat, gets the same one for the same key, drops it and takes another", async () => {
    const sectionId = await story.section(fresh.sql, host, { number: "T1", meetings: [[[1], 5, 1, 2]] });
    const first = await ask(api, TAKE, { id: global(sectionId), key: "k1" }, "student1");
    expect(first).toMatchObject({
      __typename: "SeatSuccess",
      seat: {
        hostState: "ENROLLED",
        homeState: "SELECTED",
        learnerName: learners[1]?.name,
        studentNo: learners[1]?.studentNo,
        home: { key: "home" },
        section: { taken: 1 },
      },
    });
    expect(await ask(api, TAKE, { id: global(sectionId), key: "k1" }, "student1")).toEqual(first);
    expect(await ask(api, TAKE, { id: global(sectionId), key: "k2" }, "student1")).toMatchObject({
      __typename: "SeatRefusedProblem",
      code: "ALREADY_SEATED",
    });
    expect(await ask(api, DROP, { id: global(sectionId) }, "student1")).toMatchObject({
      seat: { hostState: "DROPPED", homeState: "DROPPED" },
    });
    expect(await ask(api, DROP, { id: global(sectionId) }, "student1")).toMatchObject({
      __typename: "SeatRefusedProblem",
      code: "NOT_SEATED",
    });
    expect(await ask(api, TAKE, { id: global(sectionId), key: "k3" }, "student1")).toMatchObject({
      __typename: "SeatSuccess",
    });
    await ask(api, DROP, { id: global(sectionId) }, "student1");
  });

  test("hears of a clash which course is in the way and when, in the language asked", async () => {
    const [one, two] = [
      await story.section(fresh.sql, host, { number: "T2", meetings: [[[2], 5, 1, 2]] }),
      await story.section(fresh.sql, third, { number: "T3", meetings: [[[2], 5, 2, 3]] }),
    ];
    await ask(api, TAKE, { id: global(one), key: "k" }, "student1");
    const refused = await ask(api, TAKE, { id: global(two), key: "k" }, "student1", "en");
    expect(refused).toMatchObject({ __typename: "SeatRefusedProblem", code: "TIMETABLE_CLASH" });
    expect(refused["message"]).toMatch(/Course .+ \(T2\) 2026-09-11 08:00-09:40/);
    await ask(api, DROP, { id: global(one) }, "student1");
  });

  test("cannot take a passed course again, nor one without its prerequisite", async () => {
    const before = await story.course(fresh.sql, host, "H0");
    const after = await story.course(fresh.sql, host, "H2", { prerequisite: before });
    const [passed, advanced] = [
      await story.section(fresh.sql, host, { courseId: before, number: "T4" }),
      await story.section(fresh.sql, host, { courseId: after, number: "T5" }),
    ];
    expect(await ask(api, TAKE, { id: global(advanced), key: "k" }, "student2")).toMatchObject({
      code: "PREREQUISITE_MISSING",
      message: expect.stringContaining("课程H0"),
    });
    await fresh.sql`insert into achievement (learner_id, id, institution_id, kind, title_zh, title_en, level, unit, credits,
        grade, completed_on, course_id, detail, status, recorded_by, confirmed_by, deposited_at)
      values (${learners[2]?.id ?? ""}, gen_random_uuid(), ${host.id}, 'EXTERNAL_COURSE', '课程H0', 'H0', 'ASSOCIATE', 'ASSOCIATE',
        300, '{"mode":"PERCENT","scoreTenths":700}', '2026-01-01', null, ${fresh.sql.json({ kind: "EXTERNAL_COURSE", courseId: before })},
        'DEPOSITED', gen_random_uuid(), gen_random_uuid(), now())`;
    expect(await ask(api, TAKE, { id: global(passed), key: "k" }, "student2")).toMatchObject({
      code: "COURSE_ALREADY_PASSED",
    });
    expect(await ask(api, TAKE, { id: global(advanced), key: "k" }, "student2")).toMatchObject({
      __typename: "SeatSuccess",
    });
  });

  test("is told of a malformed id and of an unknown section", async () => {
    expect(await ask(api, TAKE, { id: "???", key: "k" }, "student0")).toMatchObject({
      __typename: "InvalidInputProblem",
      code: "MALFORMED_ID",
    });
    expect(await ask(api, TAKE, { id: global(host.id), key: "k" }, "student0")).toMatchObject({
      __typename: "NotFoundProblem",
    });
    expect(await ask(api, TAKE, { id: global(host.id), key: "k" }, "host-registrar")).toMatchObject({
      __typename: "ForbiddenProblem",
    });
  });
});

test("200 students asking the API at once, each twice, get exactly 30 seats and 170 reasons", async () => {
  const crowd = [...(await story.learners(fresh.sql, home, 120)), ...(await story.learners(fresh.sql, third, 80))];
  for (const [i, learner] of crowd.entries()) {
    await story.account(fresh.sql, `crowd${i}`, { role: "STUDENT", at: learner.school, learner });
  }
  const sectionId = await story.section(fresh.sql, host, { capacity: 30, reserved: [[home, 10]], number: "C1" });
  const wish = { id: global(sectionId), key: "once" };
  const answers = await Promise.all(
    crowd.map((_, i) => Promise.all([ask(api, TAKE, wish, `crowd${i}`), ask(api, TAKE, wish, `crowd${i}`)])),
  );
  const seats = answers.map((pair) => pair.map(({ seat }) => (seat as { id: string } | undefined)?.id ?? null));
  for (const [first, second] of seats) expect(first).toBe(second);
  expect(new Set(seats.flat().filter((id) => id !== null)).size).toBe(30);
  const refusals = answers.flat().flatMap(({ code }) => (code === undefined ? [] : [code]));
  expect(refusals).toHaveLength(340);
  expect(refusals.filter((code) => code !== "SECTION_FULL" && code !== "SECTION_RESERVED")).toEqual([]);
  const [kept] = await fresh.sql<
    { pools: string }[]
  >`select string_agg(distinct home_institution_id::text, ',') as pools
    from seat where section_id = ${sectionId} and pool = 'RESERVED'`;
  expect(kept?.pools).toBe(home.id);
  expect(fresh.db.use()).toMatchObject({ writing: 0, waiting: 0 });
});

describe("a grade comes home", () => {
  let sectionId: Id;
  const row = (i: number, grade: string) => ({
    studentNo: learners[i]?.studentNo ?? "",
    homeInstitutionKey: "home",
    grade,
  });
  const sheet = (...rows: object[]) => ({ id: global(sectionId), on: "2027-01-15", rows });

  beforeAll(async () => {
    sectionId = await story.section(fresh.sql, host, { courseId: hostCourse, number: "G1" });
    for (const [i] of learners.entries()) await ask(api, TAKE, { id: global(sectionId), key: "g" }, `student${i}`);
  });

  test("not before the selection is over, nor from anyone but the host", async () => {
    expect(await ask(api, RETURN, { ...sheet(row(0, "80")), on: "2026-08-31" }, "host-teacher")).toMatchObject({
      code: "SECTION_STILL_OPEN",
    });
    expect(await ask(later, RETURN, sheet(row(0, "80")), "home-registrar")).toMatchObject({
      __typename: "ForbiddenProblem",
    });
    expect(await ask(later, CONFIRM, { id: global(sectionId) }, "home-registrar")).toMatchObject({
      code: "GRADES_NOT_RETURNED",
    });
  });

  test("only as a whole sheet of known learners, each once, in the mode of the course", async () => {
    const cases: readonly (readonly [object[], string])[] = [
      [[row(0, "80"), row(1, "55")], "GRADES_NOT_COMPLETE"],
      [[row(0, "80"), row(0, "81")], "ROW_DUPLICATE"],
      [[row(0, "优秀")], "GRADE_OUTSIDE_MODE"],
      [[{ ...row(0, "80"), studentNo: "nobody" }], "UNKNOWN_LEARNER"],
      [[{ ...row(0, "80"), homeInstitutionKey: "third" }], "UNKNOWN_LEARNER"],
    ];
    for (const [rows, code] of cases)
      expect(await ask(later, RETURN, sheet(...rows), "host-teacher")).toMatchObject({ code });
    const [graded] = await fresh.sql<
      { n: number }[]
    >`select count(*)::int as n from seat where section_id = ${sectionId} and grade is not null`;
    expect(graded?.n).toBe(0);
  });

  test("the last version before confirmation stands", async () => {
    const [first, last] = [
      sheet(row(0, "70"), row(1, "55"), row(2, "缺考")),
      sheet(row(0, "85.5"), row(1, "55"), row(2, "缺考")),
    ];
    expect(await ask(later, RETURN, first, "host-registrar")).toMatchObject({
      graded: 3,
      section: { status: "GRADED" },
    });
    expect(await ask(later, RETURN, last, "host-teacher")).toMatchObject({ graded: 3 });
  });

  test("and whoever returned it cannot confirm it", async () => {
    // the same person with a capacity at the home school, too
    const [teacher] = await fresh.sql<{ id: Id }[]>`select id from account where login = 'host-teacher'`;
    await fresh.sql`update seat set graded_by = (select id from account where login = 'home-registrar') where section_id = ${sectionId} and learner_id = ${learners[0]?.id ?? ""}`;
    expect(await ask(later, CONFIRM, { id: global(sectionId) }, "home-registrar")).toMatchObject({
      __typename: "ForbiddenProblem",
      code: "GRADE_RETURNER_CONFIRMS",
    });
    await fresh.sql`update seat set graded_by = ${teacher?.id ?? ""} where section_id = ${sectionId}`;
  });

  test("a confirmation that dies before the seats are marked leaves nothing behind", async () => {
    const viewer = story.staff("REGISTRAR", home);
    const at = { now: new Date("2027-01-20T02:00:00Z"), today: "2027-01-20", newId: randomUUID };
    const reading = fresh.db.read(viewer);
    const decided = await decideReturnedGrades(reading, viewer, sectionId, at);
    reading.end();
    if (isProblem(decided)) throw new Error(decided.code);
    const confirm = () => fresh.writer.write(viewer, (tx) => confirmReturnedGrades(tx, decided));
    const before = await ledger();
    expect(await killBeforeChanging(fresh, "seat", confirm)).toMatchObject({
      code: expect.stringMatching(/^57P01$|CONNECTION_LOST|ECONNRESET/),
    });
    expect(await ledger()).toEqual(before);
    // and what was decided on grades that were changed since is not written at all
    await ask(later, RETURN, sheet(row(0, "86"), row(1, "55"), row(2, "缺考")), "host-teacher");
    expect(await confirm()).toMatchObject({ code: "GRADES_CHANGED" });
    expect(await ledger()).toEqual(before);
    await ask(later, RETURN, sheet(row(0, "85.5"), row(1, "55"), row(2, "缺考")), "host-teacher");
  });

  /** How many rows the bank and the decisions hold. */
  async function ledger(): Promise<unknown> {
    const [rows] = await fresh.sql`select (select count(*) from achievement) as achievements,
      (select count(*) from ledger_movement) as movements, (select count(*) from decision) as decisions,
      (select sum(version) from ledger_account) as versions`;
    return rows;
  }

  test("the home registrar confirms: deposited under the home course, recognised by rule, the rest stays deposited", async () => {
    expect(await ask(later, CONFIRM, { id: global(sectionId) }, "home-registrar")).toMatchObject({
      __typename: "ConfirmGradesSuccess",
      deposited: 3,
      recognised: 1,
      seats: expect.arrayContaining([
        { studentNo: learners[0]?.studentNo, hostState: "GRADED", homeState: "RECOGNISED" },
        { studentNo: learners[1]?.studentNo, hostState: "GRADED", homeState: "GRADE_RETURNED" },
      ]),
    });
    const rows = await fresh.sql`select * from achievement where learner_id = ${learners[0]?.id ?? ""}`;
    expect(rows).toMatchObject([
      {
        kind: "EXTERNAL_COURSE",
        courseId: homeCourse,
        titleZh: "课程C1",
        institutionId: home.id,
        credits: 300,
        unit: "ASSOCIATE",
        grade: { mode: "PERCENT", scoreTenths: 855 },
        completedOn: "2027-01-15",
        termCode: story.TERM,
        detail: { kind: "EXTERNAL_COURSE", courseId: hostCourse, code: "H1" },
        status: "DEPOSITED",
      },
    ]);
    expect(rows[0]?.["recordedBy"]).not.toBe(rows[0]?.["confirmedBy"]);
    const failed =
      await fresh.sql`select credits, course_id from achievement where learner_id = ${learners[1]?.id ?? ""}`;
    expect(failed).toEqual([{ credits: 0, courseId: hostCourse }]);
  });

  test("the ledger tells it: deposited, held, used, and recognised in the home programme's unit, naming the line", async () => {
    const learnerId = learners[0]?.id ?? "";
    const movements = await fresh.sql`select t.kind, m.debit_kind, m.credit_kind, m.unit, m.amount, m.decision_line
      from ledger_movement m join ledger_transaction t on t.learner_id = m.learner_id and t.id = m.transaction_id
      where m.learner_id = ${learnerId} order by array_position(array['DEPOSIT','HOLD','RECOGNISE'], t.kind), m.line`;
    const unit = "ASSOCIATE";
    expect(movements).toEqual([
      { kind: "DEPOSIT", debitKind: "ISSUED", creditKind: "BANKED", unit, amount: 300, decisionLine: null },
      { kind: "HOLD", debitKind: "CLAIM", creditKind: "HELD", unit, amount: 300, decisionLine: null },
      { kind: "RECOGNISE", debitKind: "HELD", creditKind: "USED", unit, amount: 300, decisionLine: null },
      { kind: "RECOGNISE", debitKind: "CONVERTED", creditKind: "RECOGNISED", unit, amount: 200, decisionLine: 1 },
    ]);
    const lines =
      await fresh.sql`select line, target_course_ids, credits, recorded_grade, status from decision_line where learner_id = ${learnerId}`;
    expect(lines).toEqual([
      {
        line: 1,
        targetCourseIds: [homeCourse],
        credits: 200,
        recordedGrade: { mode: "PERCENT", scoreTenths: 855 },
        status: "RECOGNISED",
      },
    ]);
  });

  test("the decision stores its whole input, hashed, and is recomputed from it to the same answer", async () => {
    const [decision] = await fresh.sql<{ input: string; inputHash: string; engineVersion: string; outcome: unknown }[]>`
      select input, input_hash, engine_version, outcome from decision where learner_id = ${learners[0]?.id ?? ""}`;
    if (decision === undefined) throw new Error("no decision");
    expect(createHash("sha256").update(decision.input).digest("hex")).toBe(decision.inputHash);
    const input = readInput(decision.input);
    expect(writeInput(input)).toBe(decision.input);
    expect(JSON.parse(JSON.stringify(recognise(input)))).toEqual(decision.outcome);
  });

  test("once, and not changed afterwards; what it was recognised for cannot be taken again", async () => {
    expect(await ask(later, CONFIRM, { id: global(sectionId) }, "home-registrar")).toMatchObject({
      code: "GRADES_NOT_RETURNED",
    });
    const changed = sheet(row(0, "90"), row(1, "55"), row(2, "缺考"));
    expect(await ask(later, RETURN, changed, "host-teacher")).toMatchObject({ code: "GRADES_ALREADY_CONFIRMED" });
    const same = sheet(row(0, "85.5"), row(1, "55"), row(2, "缺考"));
    expect(await ask(later, RETURN, same, "host-teacher")).toMatchObject({ graded: 0 });
    const again = await story.section(fresh.sql, host, { courseId: hostCourse, number: "G2" });
    expect(await ask(api, TAKE, { id: global(again), key: "k" }, "student0")).toMatchObject({
      code: "COURSE_ALREADY_PASSED",
    });
    expect(await ask(api, TAKE, { id: global(again), key: "k" }, "student1")).toMatchObject({
      __typename: "SeatSuccess",
    });
  });
});

test("a failed course that is taken again comes home as a retake", async () => {
  const again = await story.section(fresh.sql, host, { courseId: hostCourse, number: "G3" });
  await ask(api, TAKE, { id: global(again), key: "again" }, "student2");
  const rows = [{ studentNo: learners[2]?.studentNo, homeInstitutionKey: "home", grade: "75" }];
  await ask(later, RETURN, { id: global(again), on: "2027-01-18", rows }, "host-teacher");
  expect(await ask(later, CONFIRM, { id: global(again) }, "home-registrar")).toMatchObject({
    deposited: 1,
    recognised: 1,
  });
  const attempts = await fresh.sql`select attempt, credits from achievement
    where learner_id = ${learners[2]?.id ?? ""} and detail ->> 'courseId' = ${hostCourse} order by completed_on`;
  expect(attempts).toEqual([
    { attempt: "FIRST", credits: 0 },
    { attempt: "RETAKE", credits: 300 },
  ]);
});

test("a grade whose level nothing tells is not deposited on a guess", async () => {
  const [leaver] = (await story.learners(fresh.sql, home, 1)) as [story.Learner];
  await story.account(fresh.sql, "leaver", { role: "STUDENT", at: home, learner: leaver });
  const sectionId = await story.section(fresh.sql, host, { number: "L1" });
  await ask(api, TAKE, { id: global(sectionId), key: "k" }, "leaver");
  const rows = [{ studentNo: leaver.studentNo, homeInstitutionKey: "home", grade: "80" }];
  await ask(later, RETURN, { id: global(sectionId), on: "2027-01-15", rows }, "host-teacher");
  await fresh.sql`update registration set status = 'GRADUATED' where learner_id = ${leaver.id}`;
  expect(await ask(later, CONFIRM, { id: global(sectionId) }, "home-registrar")).toMatchObject({
    code: "LEVEL_UNKNOWN",
  });
  expect(await fresh.sql`select 1 from achievement where learner_id = ${leaver.id}`).toEqual([]);
});

describe("the host's own students", () => {
  test("sit beside the others; their grade is a course of their own school, confirmed by another person of it", async () => {
    const [own] = (await story.learners(fresh.sql, host, 1)) as [story.Learner];
    await story.account(fresh.sql, "own", { role: "STUDENT", at: host, learner: own });
    await story.plan(fresh.sql, host, [hostCourse]);
    const sectionId = await story.section(fresh.sql, host, { courseId: hostCourse, number: "O1" });
    const query = /* GraphQL */ `query ($id: ID!) { section(id: $id) { countsAtHome { credits rule { id } sentence } } }`;
    expect(await ask(api, query, { id: global(sectionId) }, "own")).toEqual({
      countsAtHome: { credits: 300, rule: null, sentence: "本专业培养方案中的课程 课程H1，合格后计 3 学分。" },
    });
    await ask(api, TAKE, { id: global(sectionId), key: "k" }, "own");
    const rows = [{ studentNo: own.studentNo, homeInstitutionKey: "host", grade: "92" }];
    await ask(later, RETURN, { id: global(sectionId), on: "2027-01-15", rows }, "host-teacher");
    expect(await ask(later, CONFIRM, { id: global(sectionId) }, "host-registrar")).toMatchObject({
      deposited: 1,
      recognised: 0,
    });
    const deposited = await fresh.sql`select kind, course_id, credits from achievement where learner_id = ${own.id}`;
    expect(deposited).toEqual([{ kind: "COURSE", courseId: hostCourse, credits: 300 }]);
  });
});

describe("a teacher", () => {
  test("grades the sections they teach, and no colleague's", async () => {
    const sectionId = await story.section(fresh.sql, host, { number: "A1" });
    await fresh.sql`update section set teacher_account_id = gen_random_uuid() where id = ${sectionId}`;
    const sheet = { id: global(sectionId), on: "2027-01-15", rows: [] };
    expect(await ask(later, RETURN, sheet, "host-teacher")).toMatchObject({ __typename: "ForbiddenProblem" });
    expect(await ask(later, RETURN, sheet, "host-registrar")).toMatchObject({ __typename: "ReturnGradesSuccess" });
  });
});

describe("who sees a seat", () => {
  const query = /* GraphQL */ `query ($id: ID!) { section(id: $id) { roster { learnerName studentNo home { key } } mySeat { id } } }`;
  let sectionId: Id;
  beforeAll(async () => {
    sectionId = await story.section(fresh.sql, host, { number: "R1" });
    for (const as of ["student0", "student1", "stranger"])
      await ask(api, TAKE, { id: global(sectionId), key: "r" }, as);
  });
  const namesFor = async (as: string) => {
    const payload = (await ask(api, query, { id: global(sectionId) }, as)) as unknown as {
      roster: { studentNo: string }[];
    };
    return payload.roster.map(({ studentNo }) => studentNo);
  };

  test("the host sees the whole roster, with name and number", async () => {
    expect(await namesFor("host-teacher")).toEqual(expect.arrayContaining([learners[0]?.studentNo, third1.studentNo]));
    expect(await namesFor("host-registrar")).toHaveLength(3);
  });

  test("but not the learners behind it", async () => {
    const [tx, viewer] = [fresh.db.read(story.staff("REGISTRAR", host)), learners[0]?.id ?? ""];
    const rows = await tx.run((sql) => sql`select * from learner where id = ${viewer}`);
    const registrations = await tx.run((sql) => sql`select * from registration where learner_id = ${viewer}`);
    tx.end();
    expect([rows.length, registrations.length]).toEqual([0, 0]);
  });

  test("a home school sees its own learners, another school its own, a student their own seat and no roster", async () => {
    expect(await namesFor("home-registrar")).toEqual([learners[0]?.studentNo, learners[1]?.studentNo]);
    expect(await namesFor("third-registrar")).toEqual([third1.studentNo]);
    expect(await ask(api, query, { id: global(sectionId) }, "student0")).toMatchObject({
      roster: [],
      mySeat: { id: expect.any(String) },
    });
  });

  test("a home school finds the sections where its learners sit, also when they are no longer open", async () => {
    await fresh.sql`update section set status = 'GRADED' where id = ${sectionId}`;
    const listed = /* GraphQL */ `query { sections(first: 200) { edges { node { id } } } }`;
    const ids = async (as: string) => JSON.stringify(await ask(later, listed, {}, as));
    expect(await ids("home-registrar")).toContain(global(sectionId));
    expect(await ids("student0")).toContain(global(sectionId));
    expect(await ids("student2")).not.toContain(global(sectionId));
  });

  test("nobody but the writer counts seats, and a school confirms what another person returned", async () => {
    const registrar = story.staff("REGISTRAR", host);
    const count = fresh.db.write(registrar, (tx) =>
      tx.run((sql) => sql`update section set open_taken = 0 where id = ${sectionId}`),
    );
    await expect(count).rejects.toMatchObject({ code: "42501" });
    const move = fresh.db.write(registrar, (tx) =>
      tx.run((sql) => sql`update seat set learner_id = ${third1.id} where section_id = ${sectionId}`),
    );
    await expect(move).rejects.toMatchObject({ code: "42501" });
    const alone = fresh.sql`update seat set graded_by = ${host.id}, grade_confirmed_by = ${host.id} where section_id = ${sectionId}`;
    await expect(alone).rejects.toMatchObject({ constraint_name: "grade_two_people" });
  });

  test("and the database keeps it so, whatever is asked of it", async () => {
    const fourth = await story.school(fresh.sql, "fourth");
    const seen = async (viewer: Parameters<Database["read"]>[0]) => {
      const tx = fresh.db.read(viewer);
      const rows = await tx.run(
        (sql) => sql<{ n: number }[]>`select count(*)::int as n from seat where section_id = ${sectionId}`,
      );
      tx.end();
      return rows[0]?.n;
    };
    expect(await seen(story.staff("REGISTRAR", fourth))).toBe(0);
    expect(await seen(story.staff("REGISTRAR", home))).toBe(2);
    expect(await seen(story.staff("HOST_TEACHER", host))).toBe(3);
    expect(await seen(third1.viewer)).toBe(1);
    const forged = fresh.db.write(third1.viewer, (tx) =>
      tx.run((sql) => sql`update seat set host_state = 'GRADED' where section_id = ${sectionId} returning id`),
    );
    await expect(forged).rejects.toMatchObject({ code: "42501" });
  });
});
