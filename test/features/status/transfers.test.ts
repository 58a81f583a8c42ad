import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { ANONYMOUS, type Viewer } from "../../../src/auth/viewer.ts";
import { openDatabase } from "../../../src/db/client.ts";
import type { Database } from "../../../src/db/transaction.ts";
import { tasksOf } from "../../../src/jobs/tasks.ts";
import { openLog } from "../../../src/log.ts";
import { idOf } from "../../../src/seed/id.ts";
import { ENGINEERING, MECHATRONICS, openWorld, PATHWAY, SCHOOL, UNIVERSITY } from "../../scenarios/seven-year-world.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { workOff } from "../../support/jobs.ts";

/** Everyone of the class, and what becomes of each. */
const CLASS = {
  // has passed everything
  able: { status: "ACTIVE", score: 82.5 },
  // failed the assessment, and has won nothing
  weak: { status: "ACTIVE", score: 39.9 },
  // was never assessed, but a provincial award stands for it
  winner: { status: "ACTIVE", score: null },
  // on leave
  away: { status: "ON_LEAVE", score: 90 },
  // has not passed a course of the plan
  short: { status: "ACTIVE", score: 90 },
  // does not want to
  other: { status: "ACTIVE", score: 90 },
  // another change waits
  busy: { status: "ACTIVE", score: 90 },
} as const;
type Name = keyof typeof CLASS;
const NAMES = Object.keys(CLASS) as Name[];
const COURSES = ["CHIN", "MATH", "DRAW", "ELEC", "SENS", "PLC", "INTERN"];

const learnerId = (name: Name) => idOf("learner", name);
const registrationId = (name: Name) => idOf("registration", name);

let fresh: FreshDatabase;
let jobs: Database;
let api: TestApi;
const apis: TestApi[] = [];

async function goTo(moment: string): Promise<void> {
  const keys = api === undefined ? {} : { keys: api.keys };
  api = await openApi(fresh.db, { writer: fresh.writer, now: new Date(moment), ...keys });
  apis.push(api);
}

beforeAll(async () => {
  fresh = await freshDatabase();
  jobs = openDatabase(fresh.url, { role: "guantong_job", max: 1 });
  await openWorld(fresh.sql);
  await goTo("2025-06-23T02:00:00Z");
  for (const [index, name] of NAMES.entries()) await enrol(name, index);
});
afterAll(async () => {
  await jobs.end();
  for (const each of apis) await each.close();
  await fresh.drop();
});

/** Someone of the class, with what they have achieved and an account of their own. */
async function enrol(name: Name, index: number): Promise<void> {
  const { sql } = fresh;
  const id = learnerId(name);
  await sql`insert into learner (id, name, home_institution_id) values (${id}, ${name}, ${SCHOOL})`;
  await sql`insert into registration ${sql({
    learnerId: id,
    id: registrationId(name),
    institutionId: SCHOOL,
    programmeId: MECHATRONICS,
    pathwayId: PATHWAY,
    classId: idOf("class", "22机电1班"),
    cohort: 2022,
    studentNo: `202203${index}`,
    status: CLASS[name].status,
    enteredOn: "2022-09-01",
  })}`;
  await sql`insert into account (id, login, display_name, demo) values (${idOf("account", name)}, ${name}, ${name}, 'yes')`;
  await sql`insert into capacity ${sql({
    accountId: idOf("account", name),
    id: idOf("capacity", name),
    role: "STUDENT",
    learnerId: id,
    validFrom: "2020-01-01",
  })}`;
  for (const code of COURSES.filter((each) => !(name === "short" && each === "PLC"))) await passed(name, code);
  if (name === "winner") await won(name);
}
const achieved = {
  status: "DEPOSITED",
  recordedBy: SCHOOL,
  confirmedBy: UNIVERSITY,
  depositedAt: "2025-06-01T00:00:00Z",
};
async function passed(name: Name, code: string): Promise<void> {
  const courseId = idOf("course", code);
  await fresh.sql`insert into achievement ${fresh.sql({
    ...achieved,
    learnerId: learnerId(name),
    id: idOf("achievement", `${name}/${code}`),
    institutionId: SCHOOL,
    homeInstitutionId: SCHOOL,
    kind: "COURSE",
    titleZh: code,
    titleEn: code,
    level: "SECONDARY",
    unit: "SECONDARY",
    credits: 400,
    grade: fresh.sql.json(
      code === "INTERN" ? { mode: "PASS_FAIL", passed: true } : { mode: "PERCENT", scoreTenths: 850 },
    ),
    completedOn: "2025-05-30",
    courseId,
    detail: fresh.sql.json({
      kind: "COURSE",
      courseId,
      code,
      group: null,
      requirement: "REQUIRED",
      subject: "ORDINARY",
    }),
  })}`;
}
async function won(name: Name): Promise<void> {
  await fresh.sql`insert into achievement ${fresh.sql({
    ...achieved,
    learnerId: learnerId(name),
    id: idOf("achievement", `${name}/award`),
    institutionId: SCHOOL,
    homeInstitutionId: SCHOOL,
    kind: "COMPETITION",
    titleZh: "全区职业院校技能大赛",
    titleEn: "Skills competition",
    unit: "ITEM",
    credits: 100,
    completedOn: "2025-04-01",
    detail: fresh.sql.json({
      kind: "COMPETITION",
      competitionId: SCHOOL,
      series: "skills",
      tier: "PROVINCIAL",
      prize: "THIRD",
      team: false,
      rankInTeam: null,
    }),
  })}`;
}

const LIST = `{ ... on Problem { code path } ... on TransferListSuccess { transferList { id state mayPublish mayWithdraw
  lateReason changes { edges { node { id learnerName state findings { condition met exempt missing { code } } } } } } } }`;
interface Learner {
  readonly id: string;
  readonly learnerName: Name;
  readonly state: string;
  readonly findings: readonly { readonly condition: string; readonly met: boolean; readonly exempt: boolean }[];
}
interface Outcome {
  readonly code?: string;
  readonly transferList?: {
    readonly id: string;
    readonly state: string;
    readonly lateReason: string | null;
    readonly changes: { readonly edges: readonly { readonly node: Learner }[] };
  };
  readonly statusChanges?: readonly { readonly settledLateReason: string | null }[];
}
async function act(as: string, document: string, variables: object): Promise<Outcome> {
  const { data, errors } = await api.ask<Record<string, Outcome>>(document, variables, { as });
  expect(errors).toEqual([]);
  return Object.values(data ?? {})[0] ?? {};
}
const INPUT = {
  pathwayId: encodeId("Pathway", PATHWAY),
  programmeId: encodeId("Programme", MECHATRONICS),
  cohort: 2022,
  className: "22机电1班",
  effectiveOn: "2025-09-01",
  decidedOn: "2025-06-23",
  decisionNo: "甲校转〔2025〕1号",
};
const make = (input: object = {}, as = "registrar.school") =>
  act(as, `mutation ($input: MakeTransferListInput!) { makeTransferList(input: $input) ${LIST} }`, {
    input: { ...INPUT, ...input },
  });
const RESULTS = NAMES.flatMap((name, index) => {
  const { score } = CLASS[name];
  return score === null ? [] : [{ studentNo: `202203${index}`, scoreTenths: Math.round(score * 10) }];
});
const OTHER = `202203${NAMES.indexOf("other")}`;
const publish = (listId: string, as = "deputy.school") =>
  act(as, `mutation ($input: PublishTransferListInput!) { publishTransferList(input: $input) ${LIST} }`, {
    input: { listId, title: "转段名单公示", contactName: "教务科", contactHow: "行政楼 101" },
  });
const withdraw = (listId: string, reason: string, as = "registrar.school") =>
  act(as, `mutation ($id: ID!, $why: String!) { withdrawTransferList(listId: $id, reason: $why) ${LIST} }`, {
    id: listId,
    why: reason,
  });
const accept = (ids: readonly string[], input: object = {}, as = "registrar.university") =>
  act(
    as,
    `mutation ($input: AcceptTransfersInput!) { acceptTransfers(input: $input) { ... on Problem { code path }
      ... on AcceptTransfersSuccess { statusChanges { settledLateReason } } } }`,
    { input: { rows: ids.map((statusChangeId, n) => ({ statusChangeId, studentNo: `U${n}` })), ...input } },
  );
const learnersOf = ({ transferList }: Outcome) => transferList?.changes.edges.map(({ node }) => node) ?? [];
const listId = ({ transferList, code }: Outcome) => transferList?.id ?? expect.fail(code);
const failing = ({ findings }: Learner) => findings.filter(({ met }) => !met).map(({ condition }) => condition);
const setWindow = (school: "school" | "university", opensAt: string, closesAt: string) =>
  act(
    `registrar.${school}`,
    "mutation ($input: CalendarWindowInput!) { setCalendarWindow(input: $input) { __typename ... on Problem { code } } }",
    {
      input: {
        kind: "TRANSFER",
        termCode: school === "school" ? "2024-2025-2" : "2025-2026-1",
        opensAt,
        closesAt,
        citation: { document: "转段通知", clause: "一" },
      },
    },
  );
const seenBy = async (as: string) => {
  const { data } = await api.ask<{
    transferLists: { edges: { node: { state: string; changes: { edges: { node: Learner }[] } } }[] };
  }>(
    "{ transferLists { edges { node { state changes(first: 50) { edges { node { learnerName } } } } } } }",
    {},
    { as },
  );
  return (data?.transferLists.edges ?? []).map(({ node }) => [
    node.state,
    ...node.changes.edges.map(({ node: { learnerName } }) => learnerName).sort(),
  ]);
};

let made: Outcome = {};

describe("a transfer list", () => {
  test.each([
    ["a programme that leads nowhere", { programmeId: encodeId("Programme", ENGINEERING) }, "FORBIDDEN"],
    ["a pathway that is none of the programme's", { pathwayId: encodeId("Pathway", SCHOOL) }, "TRANSFER_STAGE_MISSING"],
    ["a cohort before the agreement", { cohort: 2018 }, "TRANSFER_STAGE_MISSING"],
    ["a cohort of nobody", { cohort: 2024 }, "TRANSFER_LIST_EMPTY"],
    ["a class that is none", { className: "99机电1班" }, "TRANSFER_LIST_EMPTY"],
    ["no document number", { decisionNo: " " }, "INVALID_INPUT"],
    ["a decision of tomorrow", { decidedOn: "2025-06-24" }, "INVALID_INPUT"],
    ["a result of someone else's", { results: [{ studentNo: "x", scoreTenths: 800 }] }, "UNKNOWN_LEARNER"],
    ["a result that is none", { results: [{ studentNo: "2022030", scoreTenths: -1 }] }, "INVALID_INPUT"],
    ["a minor who declines without their guardian", { declined: [OTHER] }, "GUARDIAN_CONSENT_REQUIRED"],
  ])("is not made of %s", async (_, input, code) => {
    expect(await make(input)).toMatchObject({ code });
    expect(await fresh.sql`select 1 from transfer_list`).toEqual([]);
  });

  test("is made by a registrar of the sending school alone", async () => {
    for (const as of ["registrar.university", "teacher.22", "able"])
      expect(await make({}, as)).toMatchObject({ code: "FORBIDDEN" });
  });

  test("says of everyone whether they qualify, and why not", async () => {
    await fresh.sql`insert into guardian_consent ${fresh.sql({
      learnerId: learnerId("other"),
      id: idOf("consent", "other"),
      act: "DECLINE_PATHWAY",
      event: "GIVEN",
      form: "PAPER",
      institutionId: SCHOOL,
      guardianName: "监护人",
      paperReference: "教务科 1 号柜",
      onDay: "2025-06-20",
      recordedBy: idOf("account", "registrar.school"),
      recordedAt: "2025-06-20T00:00:00Z",
    })}`;
    await fresh.sql`insert into status_change ${fresh.sql({
      learnerId: learnerId("busy"),
      id: idOf("change", "busy"),
      registrationId: registrationId("busy"),
      institutionId: SCHOOL,
      learnerName: "busy",
      kind: "MILITARY_SERVICE",
      state: "RECORDED",
      effectiveOn: "2025-09-01",
      decidedOn: "2025-06-20",
      decisionNo: "1",
      reason: "应征入伍",
      statusBefore: "ACTIVE",
      statusAfter: "ON_LEAVE",
      cohortBefore: 2022,
      cohortAfter: 2022,
      programmeBefore: MECHATRONICS,
      programmeAfter: MECHATRONICS,
      effects: fresh.sql.json({}),
      recordedBy: idOf("account", "registrar.school"),
      recordedAt: "2025-06-20T00:00:00Z",
    })}`;
    made = await make({ results: RESULTS, declined: [OTHER] });
    const found = new Map(learnersOf(made).map((each) => [each.learnerName, each]));
    expect(Object.fromEntries([...found].map(([name, each]) => [name, failing(each)]))).toEqual({
      able: [],
      winner: [],
      weak: ["ASSESSMENT"],
      away: ["AT_SCHOOL"],
      short: ["REQUIRED_COURSES"],
      other: ["GOES_ON"],
      busy: ["NO_CHANGE_WAITS"],
    });
    expect(found.get("winner")?.findings.at(-1)).toMatchObject({ exempt: true, met: true });
    expect(found.get("short")?.findings[3]).toMatchObject({ missing: [{ code: "PLC" }] });
    expect([...found.values()].map(({ state }) => state).filter((state) => state === "RECORDED")).toHaveLength(2);
    // in the order of their numbers
    expect(learnersOf(made).map(({ learnerName }) => learnerName)).toEqual(NAMES);
  });

  test("is nobody's to read before it is published but the sending school's", async () => {
    expect(await seenBy("deputy.school")).toEqual([["RECORDED", ...[...NAMES].sort()]]);
    expect(await seenBy("registrar.university")).toEqual([]);
    for (const name of ["able", "weak"] as const) {
      const { data } = await api.ask<{ statusChanges: { edges: object[] } }>(
        "{ statusChanges { edges { node { id } } } }",
        {},
        { as: name },
      );
      expect(data?.statusChanges.edges, name).toEqual([]);
    }
    // nor does anyone take in from it
    const [able] = learnersOf(made);
    expect(await accept([able?.id ?? ""])).toMatchObject({ code: "FORBIDDEN" });
  });

  test("is withdrawn with a reason, and its learners are free again", async () => {
    const id = listId(made);
    expect(await withdraw(id, " ")).toMatchObject({ code: "INVALID_INPUT" });
    expect(await withdraw(id, "成绩有误", "registrar.university")).toMatchObject({ code: "FORBIDDEN" });
    expect(await withdraw(id, "成绩有误")).toMatchObject({ transferList: { state: "WITHDRAWN" } });
    expect(await publish(id)).toMatchObject({ code: "TRANSFER_LIST_SETTLED" });
    expect(await fresh.sql`select 1 from status_change where kind = 'STAGE_TRANSFER' and state = 'RECORDED'`).toEqual(
      [],
    );
    made = await make({ results: RESULTS, declined: [OTHER] });
  });

  test("is published by another person, once, and everyone is told who is on it and who is not", async () => {
    const id = listId(made);
    expect(await publish(id, "registrar.school")).toMatchObject({ code: "TRANSFER_LIST_MAKER_PUBLISHES" });
    expect(await publish(id, "registrar.university")).toMatchObject({ code: "FORBIDDEN" });
    const both = await Promise.all([publish(id), publish(id)]);
    expect(both.map(({ code, transferList }) => code ?? transferList?.state).sort()).toEqual([
      "PUBLISHED",
      "TRANSFER_LIST_SETTLED",
    ]);
    const items = await fresh.sql<{ name: string; className: string; item: string }[]>`
      select i.name, i.class_name, i.item from public_notice_item i join public_notice n on n.id = i.notice_id
      where n.kind = 'TRANSFER_LIST' order by i.position`;
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({ className: "22机电1班", item: "拟转段进入乙大学机械电子工程技术" });
    const log = openLog({ logLevel: "silent" });
    for (let time = 0; time < 2; time += 1)
      await workOff(fresh.sql, jobs, tasksOf({ db: jobs, writer: fresh.writer, log, keys: api.keys, channels: {} }));
    const told = await fresh.sql<{ login: string; kind: string }[]>`select a.login, n.kind from notice n
      join account a on a.id = n.account_id where n.kind like '%TRANSFER%' order by n.kind, a.login`;
    const left = NAMES.filter((name) => name !== "able" && name !== "winner").sort();
    expect(told.filter(({ kind }) => kind === "TRANSFER_NOT_LISTED").map(({ login }) => login)).toEqual(
      // the class teacher of each of them
      [...left, ...left.map(() => "teacher.22")].sort(),
    );
    expect(told.filter(({ kind }) => kind === "TRANSFER_LIST_WAITING").map(({ login }) => login)).toEqual([
      "deputy.university",
      "registrar.university",
    ]);
  });

  test("shows the receiving school those who come, and each of the others what was found of them", async () => {
    expect(await seenBy("registrar.university")).toEqual([["PUBLISHED", "able", "winner"]]);
    const { data } = await api.ask<{ statusChanges: { edges: { node: Learner }[] } }>(
      "{ statusChanges { edges { node { state findings { condition met } } } } }",
      {},
      { as: "weak" },
    );
    expect(data?.statusChanges.edges[0]?.node).toMatchObject({ state: "REJECTED" });
    expect(data?.statusChanges.edges.flatMap(({ node }) => failing(node))).toEqual(["ASSESSMENT"]);
  });
});

describe("whoever goes on", () => {
  const ids = () =>
    learnersOf(made)
      .filter(({ state }) => state === "RECORDED")
      .map(({ id }) => id);

  test("is taken in when the public notice is over, by the receiving school, all or none", async () => {
    await fresh.sql`update status_change set effective_on = '2025-06-23' where kind = 'STAGE_TRANSFER'`;
    expect(await accept(ids())).toMatchObject({ code: "PUBLIC_NOTICE_OPEN" });
    await goTo("2025-07-08T02:00:00Z");
    expect(await accept(ids(), {}, "registrar.school")).toMatchObject({ code: "FORBIDDEN" });
    const [first = "", second = ""] = ids();
    const rows = [
      { statusChangeId: first, studentNo: "U1" },
      { statusChangeId: second, studentNo: " " },
    ];
    expect(await accept([], { rows })).toMatchObject({ code: "INVALID_INPUT" });
    expect(await fresh.sql`select 1 from registration where institution_id = ${UNIVERSITY}`).toEqual([]);
    expect(await accept([])).toMatchObject({ code: "INVALID_INPUT" });
  });

  test("is taken in outside the school's window by a registrar's reasoned exception alone, which is kept", async () => {
    await setWindow("university", "2025-06-01T00:00:00+08:00", "2025-07-01T00:00:00+08:00");
    const [first = ""] = ids();
    expect(await accept([first])).toMatchObject({ code: "WINDOW_OVER" });
    expect(await accept([first], { lateReason: "晚" })).toMatchObject({ code: "INVALID_INPUT" });
    const lateReason = "公示期内有异议，答复后补办";
    await fresh.sql`update capacity set role = 'REGISTRAR_CONFIRMER' where id = ${idOf("capacity", "deputy.university")}`;
    await goTo("2025-07-08T03:00:00Z");
    expect(await accept([first], { lateReason }, "deputy.university")).toMatchObject({ code: "FORBIDDEN" });
    expect(await accept([first], { lateReason })).toMatchObject({ statusChanges: [{ settledLateReason: lateReason }] });
    const [entry] = await fresh.sql<{ detail: { reason?: string } }[]>`
      select detail from audit_entry where action = 'window.except' and outcome = 'DONE'`;
    expect(entry?.detail.reason).toBe(lateReason);
  });

  test("has completed the stage and stands in the next one, under its plan, in the pathway", async () => {
    const rows =
      await fresh.sql`select institution_id, programme_id, pathway_id, cohort, phase, status, student_no, left_on::text
      from registration where learner_id = ${learnerId("able")} order by entered_on`;
    expect(rows).toEqual([
      expect.objectContaining({ institutionId: SCHOOL, status: "GRADUATED", leftOn: "2025-06-23", pathwayId: PATHWAY }),
      expect.objectContaining({
        institutionId: UNIVERSITY,
        programmeId: ENGINEERING,
        pathwayId: PATHWAY,
        cohort: 2025,
        phase: 1,
        status: "ACTIVE",
        studentNo: "U0",
      }),
    ]);
    const [home] = await fresh.sql`select home_institution_id from learner where id = ${learnerId("able")}`;
    expect(home?.["homeInstitutionId"]).toBe(UNIVERSITY);
    expect(await accept(ids().slice(0, 1), { lateReason: "再次办理" })).toMatchObject({
      code: "STATUS_CHANGE_SETTLED",
    });
    // and is not looked at again by the school they have left
    await setWindow("school", "2025-06-01T00:00:00+08:00", "2025-08-01T00:00:00+08:00");
    const again = await make({ results: [{ studentNo: "2022031", scoreTenths: 900 }], decidedOn: "2025-07-08" });
    expect(learnersOf(again).map(({ learnerName }) => learnerName)).not.toContain("able");
  });

  test("cannot be taken in where the list was given notice of and an objection was upheld", async () => {
    const [, second = ""] = ids();
    await fresh.sql`insert into public_notice_objection (institution_id, id, notice_id, position, code_hash, received_at, due_on,
        state, outcome, named, key_id, nonce, ciphertext, answered_at, answered_by, answer)
      select institution_id, ${SCHOOL}, notice_id, position, 'hash', '2025-06-24', '2025-07-01', 'ANSWERED', 'UPHELD', false,
        'k', '\\x00', '\\x00', '2025-06-25', ${SCHOOL}, '成立' from public_notice_item where learner_id = ${learnerId("winner")}`;
    expect(await accept([second], { lateReason: "公示期满后补办" })).toMatchObject({ code: "PUBLIC_NOTICE_OPEN" });
  });
});

describe("beneath the service", () => {
  const at = (institutionId: string, role: Viewer["role"], accountId = institutionId): Viewer => ({
    ...ANONYMOUS,
    role,
    accountId,
    institutionId,
  });
  const publishAs = (viewer: Viewer, id: string) =>
    fresh.writer.write(viewer, (tx) =>
      tx.run((sql) => sql`select publish_transfer_list(${SCHOOL}, ${id}, ${id}, now())`),
    );

  test("nobody publishes a list of their own making, or of another school", async () => {
    const [row] = await fresh.sql<{ id: string }[]>`select id from transfer_list where state = 'RECORDED'`;
    const id = row?.id ?? "";
    for (const viewer of [
      at(SCHOOL, "REGISTRAR", idOf("account", "registrar.school")),
      at(UNIVERSITY, "REGISTRAR"),
      at(SCHOOL, "CLASS_TEACHER"),
      ANONYMOUS,
    ])
      await expect(publishAs(viewer, id)).rejects.toMatchObject({ code: "42501" });
    const asReader = fresh.db.write(at(SCHOOL, "REGISTRAR"), (tx) =>
      tx.run((sql) => sql`select publish_transfer_list(${SCHOOL}, ${id}, ${id}, now())`),
    );
    await expect(asReader).rejects.toMatchObject({ code: "42501" });
  });

  test("nobody is taken in from a list that is not published", async () => {
    const [row] = await fresh.sql<{ learnerId: string; id: string }[]>`
      select learner_id, id from status_change where list_id is not null and not published and state = 'RECORDED'`;
    const { learnerId: learner = "", id = "" } = row ?? {};
    const confirm = (viewer: Viewer) =>
      fresh.db.write(viewer, (tx) =>
        tx.run(
          (sql) => sql<{ done: string }[]>`
          select confirm_status_change(${learner}, ${id}, now(), '{}', ${id}, 'U9', null, null) as done`,
        ),
      );
    await expect(confirm(at(UNIVERSITY, "REGISTRAR"))).rejects.toMatchObject({ code: "42501" });
    expect(await confirm(at(SCHOOL, "REGISTRAR"))).toEqual([{ done: "UNPUBLISHED" }]);
  });
});
