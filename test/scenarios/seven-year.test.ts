import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { KeyRing } from "../../src/auth/keyring.ts";
import { encodeId } from "../../src/api/node-id.ts";
import { openDatabase } from "../../src/db/client.ts";
import { enqueue } from "../../src/db/jobs.ts";
import { SYSTEM } from "../../src/auth/viewer.ts";
import type { Database } from "../../src/db/transaction.ts";
import { IMPORTS } from "../../src/features/bank/importers/index.ts";
import { Identity } from "../../src/features/identity/service.ts";
import { tasksOf } from "../../src/jobs/tasks.ts";
import { openLog } from "../../src/log.ts";
import { unbalanced, unsound } from "../features/bank/ledger-proof.ts";
import { csv } from "../features/bank/sheets.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import { workOff } from "../support/jobs.ts";
import {
  AUTOMATION,
  ENGINEERING,
  LOGINS,
  type Login,
  MECHATRONICS,
  NUMBERS,
  openAccount,
  openWorld,
  PATHWAY,
  REGISTRY_NO,
} from "./seven-year-world.ts";

let fresh: FreshDatabase;
let jobs: Database;
let api: TestApi;
let keys: KeyRing | undefined;
let today = "";
let learnerId = "";
const opened: TestApi[] = [];
const read = new Set<string>();

beforeAll(async () => {
  fresh = await freshDatabase({ max: 4 });
  jobs = openDatabase(fresh.url, { role: "guantong_job", max: 2 });
  await openWorld(fresh.sql);
});
afterAll(async () => {
  await jobs.end();
  for (const each of opened) await each.close();
  await fresh.drop();
});

/** It is ten in the morning of a day; whoever asks signs in again. */
async function on(day: string): Promise<void> {
  today = day;
  const now = new Date(`${day}T02:00:00Z`);
  api = await openApi(fresh.db, { writer: fresh.writer, now, ...(keys === undefined ? {} : { keys }) });
  keys = api.keys;
  opened.push(api);
}

async function ask<Data>(as: Login, document: string, variables: object = {}): Promise<Data> {
  const { data, errors } = await api.ask<Data>(document, variables, { as });
  if (data === null || errors.length > 0) throw new Error(JSON.stringify(errors));
  return data;
}
/** What a mutation answers. */
async function act<Answer = { readonly code?: string }>(
  as: Login,
  document: string,
  variables: object,
): Promise<Answer> {
  return Object.values(await ask<Record<string, Answer>>(as, document, variables))[0] as Answer;
}

/** Does every job that is due today, those named beside; then what each inbox holds that it did not hold before. */
async function told(...due: readonly ("bank.remind" | "bank.expire")[]): Promise<Partial<Record<Login, string[]>>> {
  for (const kind of due) await fresh.db.write(SYSTEM, (tx) => enqueue(tx, kind, {}));
  const log = openLog({ logLevel: "silent" });
  const now = () => new Date(`${today}T02:00:00Z`);
  const parts = { db: jobs, writer: fresh.writer, log, keys: api.keys, channels: {}, now };
  await workOff(fresh.sql, jobs, tasksOf(parts));
  const found: Partial<Record<Login, string[]>> = {};
  for (const login of LOGINS) {
    const lines = await unreadBefore(login);
    if (lines.length > 0) found[login] = lines;
  }
  return found;
}
async function unreadBefore(login: Login): Promise<string[]> {
  const signedIn = await fresh.sql`select 1 from account where login = ${login}`;
  if (signedIn.length === 0) return [];
  const { notices } = await ask<{
    notices: { edges: { node: { id: string; kind: string; text: string } }[] };
  }>(login, "{ notices(first: 50) { edges { node { id kind text } } } }");
  const lines = notices.edges.map(({ node }) => ({ ...node, key: `${login} ${node.id}` }));
  const news = lines.filter(({ key }) => !read.has(key));
  for (const { key } of news) read.add(key);
  return news.map(({ kind, text }) => `${kind} ${text}`).sort();
}

const global = (type: string, ...ids: [string, ...string[]]): string => encodeId(type, ...ids);

/** How the learner stands today, as they read it: balances by unit, registrations, and what is left of a plan. */
async function standing(programmeId: string) {
  const { learner, recognitionCheck } = await ask<{
    learner: {
      registrations: (Record<"studentNo" | "status" | "leftOn", string | null> & { cohort: number; phase: number })[];
      statement: { balances: ({ unit: string } & Record<"banked" | "held" | "used" | "recognised", number>)[] };
    };
    recognitionCheck: { plan: { cohort: number }; remainingCourses: { course: { code: string } }[] };
  }>(
    "student",
    `query ($id: ID!, $programme: ID!) {
      learner(id: $id) {
        registrations { studentNo status cohort phase leftOn }
        statement { balances { unit banked held used recognised } }
      }
      recognitionCheck(learnerId: $id, programId: $programme) {
        ... on RecognitionCheck { plan { cohort } remainingCourses { course { code } } }
        ... on Problem { code }
      }
    }`,
    { id: global("Learner", learnerId), programme: global("Programme", programmeId) },
  );
  return {
    balances: Object.fromEntries(
      learner.statement.balances.map(({ unit, banked, held, used, recognised }) => [
        unit,
        [banked, held, used, recognised],
      ]),
    ),
    registrations: learner.registrations.map(({ status, studentNo, cohort, phase, leftOn }) =>
      `${studentNo} ${cohort}/${phase} ${status} ${leftOn ?? ""}`.trim(),
    ),
    plan: recognitionCheck.plan.cohort,
    left: recognitionCheck.remainingCourses.map(({ course }) => course.code),
  };
}

const HEADINGS = [
  "学号",
  "成果类型",
  "代码",
  "学期",
  "成绩",
  "完成日期",
  "修读性质",
  "证书等级",
  "证书编号",
  "有效期至",
  "月数",
];
type Row = Partial<Record<(typeof HEADINGS)[number], string>>;
/** A sheet that one registrar records and another confirms. */
async function deposit(school: "school" | "university", rows: readonly Row[]): Promise<void> {
  const sheet = csv([
    HEADINGS,
    ...rows.map((row) => HEADINGS.map((each) => ({ 学号: NUMBERS[school], ...row })[each] ?? null)),
  ]);
  const recorded = await act<{ batch?: { id: string }; rows?: object[] }>(
    `registrar.${school}`,
    `mutation ($input: RecordAchievementsInput!) { recordAchievements(input: $input) {
      ... on RecordAchievementsSuccess { batch { id } } ... on SheetProblem { rows { cell message } } ... on Problem { code message } } }`,
    { input: { fileName: "results.csv", contentBase64: sheet.toString("base64") } },
  );
  const confirm =
    "mutation ($id: ID!) { confirmBatch(batchId: $id) { ... on ConfirmBatchSuccess { postedRows } ... on Problem { code } } }";
  expect(recorded.batch, JSON.stringify(recorded)).toBeDefined();
  const id = recorded.batch?.id;
  expect(await act(`registrar.${school}`, confirm, { id })).toMatchObject({ code: "CONFIRMER_RECORDED" });
  expect(await act(`deputy.${school}`, confirm, { id })).toEqual({ postedRows: rows.length });
}

const CHANGE = `{ ... on Problem { code } ... on StatusChangeSuccess { statusChange { id state cohortAfter withConsent filing decisionNo lateReason
  effects { pathway plan openApplications holds { unit } carriedOver { code } proposal { title { text } credits } makeUp { code } } } } }`;
interface Changed {
  readonly code?: string;
  readonly statusChange?: { readonly id: string };
}
async function recordChange(school: "school" | "university", studentNo: string, input: object): Promise<Changed> {
  const [row] = await fresh.sql<{ id: string }[]>`select id from registration
    where learner_id = ${learnerId} and student_no = ${studentNo} and status in ('ACTIVE', 'ON_LEAVE')`;
  const registrationId = global("Registration", learnerId, row?.id ?? "");
  const given = { registrationId, effectiveOn: today, decidedOn: today, reason: "按规定办理", ...input };
  return act(
    `registrar.${school}`,
    `mutation ($input: RecordStatusChangeInput!) { recordStatusChange(input: $input) ${CHANGE} }`,
    {
      input: given,
    },
  );
}
const confirmChange = (school: "school" | "university", { statusChange }: Changed): Promise<Changed> =>
  act(`deputy.${school}`, `mutation ($id: ID!) { confirmStatusChange(statusChangeId: $id) ${CHANGE} }`, {
    id: statusChange?.id,
  });
const file = (school: "school" | "university", { statusChange }: Changed, input: object): Promise<Changed> =>
  act(
    `registrar.${school}`,
    `mutation ($input: FileStatusChangeInput!) { fileStatusChange(input: $input) ${CHANGE} }`,
    {
      input: { statusChangeId: statusChange?.id, on: today, ...input },
    },
  );

/** Places the learner's registration in the pathway of the agreement. */
async function enterPathway() {
  const [row] = await fresh.sql<{ id: string }[]>`select id from registration where learner_id = ${learnerId}`;
  return act(
    "registrar.school",
    `mutation ($input: PlaceInPathwayInput!) { placeInPathway(input: $input) { ... on Problem { code }
      ... on PlaceInPathwaySuccess { registration { pathway { id } } } } }`,
    {
      input: {
        registrationId: global("Registration", learnerId, row?.id ?? ""),
        pathwayId: global("Pathway", PATHWAY),
      },
    },
  );
}

const LIST = `{ ... on Problem { code } ... on TransferListSuccess { transferList { id state mayPublish changes { edges { node {
  id state statusAfter cohortAfter standing findings { condition met expected actual }
  effects { pathway plan openApplications holds { unit } carriedOver { code } proposal { credits } makeUp { code } } } } } } } }`;
interface Listed {
  readonly code?: string;
  readonly transferList?: {
    readonly id: string;
    readonly changes: { readonly edges: readonly { readonly node: { readonly id: string } }[] };
  };
}
const makeList = (input: object): Promise<Listed> =>
  act("registrar.school", `mutation ($input: MakeTransferListInput!) { makeTransferList(input: $input) ${LIST} }`, {
    input: {
      pathwayId: global("Pathway", PATHWAY),
      programmeId: global("Programme", MECHATRONICS),
      cohort: 2022,
      effectiveOn: "2025-09-01",
      decidedOn: today,
      ...input,
    },
  });
const withdrawList = (made: Listed, reason: string): Promise<Listed> =>
  act(
    "registrar.school",
    `mutation ($id: ID!, $reason: String!) { withdrawTransferList(listId: $id, reason: $reason) ${LIST} }`,
    { id: made.transferList?.id, reason },
  );
const publishList = (as: Login, made: Listed): Promise<Listed> =>
  act(as, `mutation ($input: PublishTransferListInput!) { publishTransferList(input: $input) ${LIST} }`, {
    input: { listId: made.transferList?.id, title: "转段名单公示", contactName: "教务科", contactHow: "行政楼 101" },
  });
const accept = (as: Login, made: Listed, input: object = {}) =>
  act(
    as,
    `mutation ($input: AcceptTransfersInput!) { acceptTransfers(input: $input) { ... on Problem { code }
      ... on AcceptTransfersSuccess { statusChanges { state classAfter filing } } } }`,
    {
      input: {
        rows: (made.transferList?.changes.edges ?? []).map(({ node }) => ({
          statusChangeId: node.id,
          studentNo: NUMBERS.university,
        })),
        className: "25机械1班",
        ...input,
      },
    },
  );

const APPLICATION = `{ ... on Problem { code } ... on ApplicationSuccess { application {
  id status recognisedCredits lines { number discretion targets { course { code } } } } } }`;
interface Application {
  readonly id: string;
  readonly status: string;
  readonly lines: readonly { readonly number: number; readonly discretion: boolean }[];
}
type Applied = { readonly code: string } | Application;
async function apply(as: Login, field: string, types: string, variables: object): Promise<Applied> {
  const answer = await act<{ code: string } | { application: Application }>(
    as,
    `mutation (${types}) { ${field} ${APPLICATION} }`,
    variables,
  );
  return "application" in answer ? answer.application : answer;
}
async function submit(programmeId: string): Promise<Application> {
  const input = { learnerId: global("Learner", learnerId), programmeId: global("Programme", programmeId) };
  const found = await apply("student", "submitApplication(input: $input)", "$input: SubmitApplicationInput!", {
    input,
  });
  if ("code" in found) throw new Error(found.code);
  return found;
}
const step = (as: Login, name: string, id: string): Promise<Applied> =>
  apply(as, `${name}(applicationId: $id)`, "$id: ID!", { id });
const review = ({ id, lines }: Application): Promise<Applied> =>
  apply("registrar.university", "reviewApplication(input: $input)", "$input: ReviewApplicationInput!", {
    input: {
      applicationId: id,
      lines: lines.filter(({ discretion }) => discretion).map(({ number: line }) => ({ line, kind: "ACCEPTED" })),
    },
  });
const decide = (id: string): Promise<Applied> =>
  apply("deputy.university", "decideApplication(input: $input)", "$input: DecideApplicationInput!", {
    input: { applicationId: id, title: "学分认定结果公示", contactName: "教务处", contactHow: "行政楼 204" },
  });
/** Public notices that are open today: the last day, and of how many working days. */
async function publicNotices(): Promise<string[]> {
  const { publicNotices: found } = await ask<{
    publicNotices: { edges: { node: { closesOn: string; workingDays: number } }[] };
  }>("guardian", "{ publicNotices { edges { node { closesOn workingDays } } } }");
  return found.edges.map(({ node }) => `${node.closesOn} ${node.workingDays}`);
}

/** Imports the registry's export, as a registrar does by the command line. */
async function importLearner(school: "school" | "university", row: Readonly<Record<string, string>>) {
  const viewer = await new Identity({ db: fresh.db, tokens: api.tokens, keys: api.keys }).viewerOfLogin(
    `registrar.${school}`,
    "zh",
    today,
    "REGISTRAR",
  );
  if ("code" in viewer) throw new Error(viewer.code);
  const bytes = csv([Object.keys(row), Object.values(row)]);
  const input = { bytes, fileName: "registry.csv", setBadRowsAside: false, today, keys: api.keys };
  return fresh.db.write(viewer, (tx) => IMPORTS.learners(tx, viewer, input));
}
const PERSON = { 姓名: "白若宁", 学籍号: REGISTRY_NO };

const given = (text: string, ...logins: Login[]) => Object.fromEntries(logins.map((login) => [login, [text]]));
/** What a learner is told, and in the third person whoever is told beside them. */
const DEPOSITED = (count: number, school = "甲职业学校") =>
  `CREDITS_DEPOSITED ${school}已确认存入您的 ${count} 项学习成果。`;
const DEPOSITED_OF = (count: number) => `CREDITS_DEPOSITED 甲职业学校已确认存入白若宁的 ${count} 项学习成果。`;
const changed = (change: string, day: string, school = "甲职业学校") =>
  `STATUS_CHANGED ${school}已确认您的学籍异动：${change}，自 ${day} 起生效。`;
const changedOf = (change: string, day: string, school = "甲职业学校") =>
  `STATUS_CHANGED ${school}已确认白若宁的学籍异动：${change}，自 ${day} 起生效。`;

const sound = async () => {
  expect(await unbalanced(fresh.sql)).toEqual([]);
  expect(await unsound(fresh.sql)).toEqual([]);
  expect(
    await fresh.sql`select learner_id from registration where status in ('ACTIVE', 'ON_LEAVE')
    group by learner_id, phase having count(*) > 1`,
  ).toEqual([]);
};
afterEach(sound);

describe("seven-year", () => {
  test("2019: a learner of fifteen enters the first stage, and fails mathematics", async () => {
    await on("2019-09-02");
    const row = {
      ...PERSON,
      学号: NUMBERS.school,
      专业: "school-mechatronics",
      班级: "19机电1班",
      年级: "2019",
      入学日期: "2019-09-01",
      出生日期: "2004-03-10",
    };
    expect(await importLearner("school", row)).toMatchObject({ kind: "imported", inserted: 1 });
    const [learner] = await fresh.sql<{ id: string }[]>`select id from learner`;
    learnerId = learner?.id ?? "";
    await openAccount(fresh.sql, "student", { role: "STUDENT", learnerId });
    await openAccount(fresh.sql, "guardian", { role: "GUARDIAN", learnerId });
    expect(await enterPathway()).toEqual({ registration: { pathway: { id: global("Pathway", PATHWAY) } } });
    expect(await told()).toEqual({});
    await on("2020-01-10");
    await deposit("school", [
      { 代码: "CHIN", 学期: "2019-2020-1", 成绩: "82", 完成日期: "2020-01-06" },
      { 代码: "MATH", 学期: "2019-2020-1", 成绩: "41", 完成日期: "2020-01-08" },
    ]);
    expect(await told()).toEqual({ ...given(DEPOSITED(2), "student"), ...given(DEPOSITED_OF(2), "guardian") });
    expect(await standing(MECHATRONICS)).toEqual({
      balances: { SECONDARY: [300, 0, 0, 0] },
      registrations: ["2019030101 2019/1 ACTIVE"],
      plan: 2019,
      left: ["MATH", "DRAW", "ELEC", "HYDR", "PLC", "INTERN"],
    });
  });

  test("2020: a leave waits for the guardian, ends within the year, and the year is repeated in the next cohort", async () => {
    await on("2020-03-09");
    const leave = { kind: "LEAVE", decisionNo: "甲校学〔2020〕3号" };
    expect(await recordChange("school", NUMBERS.school, leave)).toEqual({ code: "GUARDIAN_CONSENT_REQUIRED" });
    const consented = await act(
      "guardian",
      "mutation ($id: ID!) { giveConsent(learnerId: $id, act: LEAVE) { ... on ConsentSuccess { states { act } } ... on Problem { code } } }",
      { id: global("Learner", learnerId) },
    );
    expect(consented).not.toHaveProperty("code");
    const left = await recordChange("school", NUMBERS.school, leave);
    expect(left).toMatchObject({
      statusChange: { withConsent: true, effects: { pathway: "KEPT_FOR_RETURN", plan: "SAME" } },
    });
    expect(await told()).toEqual({});
    expect(await confirmChange("school", left)).toMatchObject({
      statusChange: { state: "CONFIRMED", filing: "TO_FILE" },
    });
    expect(await told()).toEqual({
      ...given(changed("休学", "2020-03-09"), "student"),
      ...given(changedOf("休学", "2020-03-09"), "guardian", "teacher.19"),
    });
    expect((await standing(MECHATRONICS)).registrations).toEqual(["2019030101 2019/1 ON_LEAVE"]);

    await on("2020-05-11");
    const back = await recordChange("school", NUMBERS.school, { kind: "RETURN", decisionNo: "甲校学〔2020〕9号" });
    expect(back).toMatchObject({ statusChange: { cohortAfter: 2019, effects: { pathway: "REGAINED", plan: "SAME" } } });
    await confirmChange("school", back);
    expect(await told()).toEqual({
      ...given(changed("复学", "2020-05-11"), "student"),
      ...given(changedOf("复学", "2020-05-11"), "guardian", "teacher.19"),
    });

    await on("2020-07-10");
    await deposit("school", [{ 代码: "DRAW", 学期: "2019-2020-2", 成绩: "缺考", 完成日期: "2020-07-03" }]);
    expect(await told()).toEqual({ ...given(DEPOSITED(1), "student"), ...given(DEPOSITED_OF(1), "guardian") });

    await on("2020-09-01");
    const repeat = { kind: "REPEAT_YEAR", decisionNo: "甲校学〔2020〕21号", className: "20机电1班" };
    const repeated = await recordChange("school", NUMBERS.school, repeat);
    expect(repeated).toMatchObject({
      statusChange: {
        cohortAfter: 2020,
        withConsent: false,
        effects: { pathway: "KEPT", plan: "OTHER", carriedOver: [{ code: "CHIN" }], proposal: [], makeUp: [] },
      },
    });
    await confirmChange("school", repeated);
    expect(await told()).toEqual({
      ...given(changed("留级", "2020-09-01"), "student"),
      ...given(changedOf("留级", "2020-09-01"), "guardian", "teacher.20"),
    });
    expect(await standing(MECHATRONICS)).toEqual({
      balances: { SECONDARY: [300, 0, 0, 0] },
      registrations: ["2019030101 2020/1 ACTIVE"],
      plan: 2020,
      left: ["MATH", "DRAW", "ELEC", "HYDR", "PLC", "INTERN"],
    });
  });

  test("2021: the year is passed, and the guardian hears of every term until the learner is eighteen", async () => {
    const terms = [
      ["2021-01-15", { 代码: "MATH", 学期: "2020-2021-1", 成绩: "75", 完成日期: "2021-01-08", 修读性质: "重修" }, 700],
      ["2021-07-09", { 代码: "DRAW", 学期: "2020-2021-2", 成绩: "88", 完成日期: "2021-07-02", 修读性质: "重修" }, 1100],
      ["2022-01-14", { 代码: "ELEC", 学期: "2021-2022-1", 成绩: "91", 完成日期: "2022-01-07" }, 1550],
    ] as const;
    for (const [day, row, banked] of terms) {
      await on(day);
      await deposit("school", [row]);
      expect(await told(), day).toEqual({ ...given(DEPOSITED(1), "student"), ...given(DEPOSITED_OF(1), "guardian") });
      expect((await standing(MECHATRONICS)).balances, day).toEqual({ SECONDARY: [banked, 0, 0, 0] });
    }
    await on("2022-07-08");
    await deposit("school", [{ 代码: "HYDR", 学期: "2021-2022-2", 成绩: "84", 完成日期: "2022-07-01" }]);
    expect(await told()).toEqual(given(DEPOSITED(1), "student"));
    expect(await standing(MECHATRONICS)).toEqual({
      balances: { SECONDARY: [1850, 0, 0, 0] },
      registrations: ["2019030101 2020/1 ACTIVE"],
      plan: 2020,
      left: ["PLC", "INTERN"],
    });
  });

  test("2022: two years in the army keep the registration, and no other takes its place", async () => {
    await on("2022-09-01");
    const called = await recordChange("school", NUMBERS.school, {
      kind: "MILITARY_SERVICE",
      decisionNo: "包征〔2022〕118号",
    });
    expect(called).toMatchObject({
      statusChange: {
        withConsent: false,
        decisionNo: "包征〔2022〕118号",
        effects: { pathway: "KEPT_FOR_RETURN", plan: "SAME" },
      },
    });
    await confirmChange("school", called);
    expect(await told()).toEqual({
      ...given(changed("应征入伍（保留学籍）", "2022-09-01"), "student"),
      ...given(changedOf("应征入伍（保留学籍）", "2022-09-01"), "teacher.20"),
    });
    expect(await file("school", called, { filing: "RETURNED", note: "缺入伍通知书" })).toMatchObject({
      statusChange: { filing: "RETURNED" },
    });
    await on("2022-09-20");
    expect(await file("school", called, { filing: "FILED" })).toMatchObject({ statusChange: { filing: "FILED" } });
    const elsewhere = {
      ...PERSON,
      学号: NUMBERS.university,
      专业: "university-engineering",
      年级: "2025",
      入学日期: "2022-09-01",
    };
    expect(await importLearner("university", elsewhere)).toMatchObject({
      kind: "refused",
      problems: [{ code: "REGISTRATION_GOES_ON" }],
    });
    expect(await told("bank.remind", "bank.expire")).toEqual({});
    expect(await standing(MECHATRONICS)).toMatchObject({
      balances: { SECONDARY: [1850, 0, 0, 0] },
      registrations: ["2019030101 2020/1 ON_LEAVE"],
    });
  });

  test("2024: the return leads into a later cohort's plan, with what it asks and was never taught", async () => {
    await on("2024-09-02");
    const wish = {
      kind: "RETURN",
      decisionNo: "甲校学〔2024〕30号",
      effectiveOn: "2024-09-01",
      className: "22机电1班",
    };
    const back = await recordChange("school", NUMBERS.school, wish);
    expect(back).toMatchObject({
      statusChange: {
        cohortAfter: 2022,
        effects: {
          pathway: "REGAINED",
          plan: "OTHER",
          carriedOver: [{ code: "CHIN" }, { code: "MATH" }, { code: "DRAW" }, { code: "ELEC" }],
          proposal: [],
          makeUp: [{ code: "SENS" }],
        },
      },
    });
    await confirmChange("school", back);
    expect(await told()).toEqual({
      ...given(changed("复学", "2024-09-01"), "student"),
      ...given(changedOf("复学", "2024-09-01"), "teacher.22"),
    });
    expect(await standing(MECHATRONICS)).toEqual({
      balances: { SECONDARY: [1850, 0, 0, 0] },
      registrations: ["2019030101 2022/1 ACTIVE"],
      plan: 2022,
      left: ["SENS", "PLC", "INTERN"],
    });
    await on("2024-09-20");
    await deposit("school", [{ 成果类型: "服兵役", 月数: "24", 完成日期: "2024-09-01" }]);
    expect(await told()).toEqual(given(DEPOSITED(1), "student"));
    await on("2025-01-10");
    await deposit("school", [
      { 代码: "SENS", 学期: "2024-2025-1", 成绩: "78", 完成日期: "2025-01-03" },
      { 代码: "PLC", 学期: "2024-2025-1", 成绩: "86", 完成日期: "2025-01-03" },
    ]);
    expect(await told()).toEqual(given(DEPOSITED(2), "student"));
    await on("2025-06-20");
    await deposit("school", [
      { 代码: "INTERN", 学期: "2024-2025-2", 成绩: "合格", 完成日期: "2025-06-13" },
      {
        成果类型: "证书",
        代码: "electrician",
        证书等级: "不分级",
        证书编号: "T150203200403101234",
        完成日期: "2022-12-01",
        有效期至: "2025-11-30",
      },
    ]);
    expect(await told("bank.remind")).toEqual(given(DEPOSITED(2), "student"));
    expect(await standing(MECHATRONICS)).toEqual({
      balances: { SECONDARY: [3550, 0, 0, 0], ITEM: [200, 0, 0, 0] },
      registrations: ["2019030101 2022/1 ACTIVE"],
      plan: 2022,
      left: [],
    });
  });

  test("2025: the first stage leads into the second by a list, published, and taken in by the university", async () => {
    await on("2025-06-23");
    const window = (school: "school" | "university", opensAt: string, closesAt: string, termCode: string) =>
      act(
        `registrar.${school}`,
        "mutation ($input: CalendarWindowInput!) { setCalendarWindow(input: $input) { __typename ... on Problem { code } } }",
        {
          input: { kind: "TRANSFER", termCode, opensAt, closesAt, citation: { document: "转段通知", clause: "一" } },
        },
      );
    expect(await window("school", "2025-06-16T00:00:00+08:00", "2025-06-28T00:00:00+08:00", "2024-2025-2")).toEqual({
      __typename: "SetCalendarWindowSuccess",
    });
    expect(await window("university", "2025-09-02T00:00:00+08:00", "2025-09-06T00:00:00+08:00", "2025-2026-1")).toEqual(
      { __typename: "SetCalendarWindowSuccess" },
    );
    const wish = { decisionNo: "甲校转〔2025〕1号", className: "22机电1班" };
    // without a result of the assessment nobody goes on
    const without = await makeList(wish);
    expect(without).toMatchObject({
      transferList: { state: "RECORDED", changes: { edges: [{ node: { state: "REJECTED" } }] } },
    });
    await withdrawList(without, "漏登转段考核成绩");
    const made = await makeList({ ...wish, results: [{ studentNo: NUMBERS.school, scoreTenths: 825 }] });
    expect(made).toMatchObject({
      transferList: {
        mayPublish: false,
        changes: {
          edges: [
            {
              node: {
                state: "RECORDED",
                statusAfter: "GRADUATED",
                cohortAfter: 2025,
                standing: null,
                findings: [
                  { condition: "AT_SCHOOL", met: true },
                  { condition: "NO_CHANGE_WAITS", met: true },
                  { condition: "GOES_ON", met: true },
                  { condition: "REQUIRED_COURSES", met: true, actual: 0 },
                  { condition: "ASSESSMENT", met: true, expected: 400, actual: 825 },
                ],
                // known before anyone confirms it: the place is kept, and what the university would recognise
                effects: {
                  pathway: "KEPT",
                  plan: "OTHER",
                  holds: [],
                  openApplications: 0,
                  carriedOver: [],
                  proposal: [{ credits: 400 }, { credits: 200 }, { credits: 400 }],
                  makeUp: [],
                },
              },
            },
          ],
        },
      },
    });
    expect(await told()).toEqual({});
    expect(await publishList("registrar.school", made)).toEqual({ code: "TRANSFER_LIST_MAKER_PUBLISHES" });
    expect(await publishList("deputy.school", made)).toMatchObject({ transferList: { state: "PUBLISHED" } });
    expect(await told()).toEqual({
      student: [
        "PUBLIC_NOTICE_OPENED 甲职业学校的公示“转段名单公示”中列有您的 1 项，公示至 2025-06-30。如内容有误，请在此之前向学校提出。",
      ],
      "registrar.university": ["TRANSFER_LIST_WAITING 有一份转入乙大学的转段名单已公示，公示期满后可办理接收。"],
      "deputy.university": ["TRANSFER_LIST_WAITING 有一份转入乙大学的转段名单已公示，公示期满后可办理接收。"],
    });
    expect(await publicNotices()).toEqual(["2025-06-30 5"]);
    await on("2025-07-01");
    const end = await recordChange("school", NUMBERS.school, { kind: "GRADUATION", decisionNo: "甲校毕〔2025〕1号" });
    // the list has the one place for a change that waits: it completes the stage
    expect(end).toEqual({ code: "STATUS_CHANGE_OPEN" });
    expect(await accept("registrar.university", made)).toEqual({ code: "STATUS_CHANGE_NOT_DUE" });
    await on("2025-09-01");
    expect(await accept("registrar.university", made)).toEqual({ code: "WINDOW_NOT_YET" });
    await on("2025-09-02");
    expect(await accept("registrar.university", made, { className: "25自动化1班" })).toEqual({ code: "UNKNOWN_CLASS" });
    expect(await accept("registrar.university", made)).toMatchObject({
      statusChanges: [{ state: "CONFIRMED", classAfter: "25机械1班", filing: "TO_FILE" }],
    });
    expect(await told()).toEqual({
      ...given(changed("转段", "2025-09-01"), "student"),
      ...given(changedOf("转段", "2025-09-01"), "teacher.22", "teacher.25"),
    });
    const until = "的有效期到 2025-11-30 为止。如需用于认定，请在此之前提出申请。";
    // ninety days before the certificate ends
    expect(await told("bank.remind", "bank.expire")).toEqual({
      ...given(`ACHIEVEMENTS_EXPIRING 您有 1 项学习成果${until}`, "student"),
      ...given(`ACHIEVEMENTS_EXPIRING 白若宁有 1 项学习成果${until}`, "teacher.22", "teacher.25"),
    });
    expect(await standing(ENGINEERING)).toEqual({
      balances: { SECONDARY: [3550, 0, 0, 0], ITEM: [200, 0, 0, 0] },
      registrations: ["2019030101 2022/1 GRADUATED 2025-09-01", "202503010115 2025/1 ACTIVE"],
      plan: 2025,
      left: ["UMATH", "UMACH"],
    });
  });

  test("2025: what was learnt is applied for, held, given public notice of for its working days, and recorded", async () => {
    await on("2025-09-15");
    const application = await submit(ENGINEERING);
    expect(application).toMatchObject({ status: "SUBMITTED", recognisedCredits: 1000, lines: [{}, {}, {}] });
    const waits = "APPLICATION_WAITING 乙大学有一项学分认定申请等待处理。";
    expect(await told("bank.remind")).toEqual(given(waits, "registrar.university", "deputy.university"));
    expect((await standing(ENGINEERING)).balances).toEqual({ SECONDARY: [3550, 850, 0, 0], ITEM: [200, 100, 0, 0] });
    expect(await step("registrar.university", "confirmApplication", application.id)).toMatchObject({
      status: "CONFIRMED",
    });
    expect(await told()).toEqual(given(waits, "registrar.university", "deputy.university"));
    expect(await review(application)).toMatchObject({ status: "REVIEWED" });
    expect(await told()).toEqual({});

    await on("2025-09-26");
    const off = { date: "2025-09-29", kind: "OFF", citation: { document: "校庆放假通知", clause: "一" } };
    expect(
      await act(
        "registrar.university",
        "mutation ($input: SchoolDayInput!) { setSchoolDay(input: $input) { __typename ... on Problem { code } } }",
        { input: off },
      ),
    ).toEqual({ __typename: "SetSchoolDaySuccess" });
    const decided = await decide(application.id);
    expect(decided).toMatchObject({ status: "DECIDED" });
    const news =
      "APPLICATION_DECIDED 乙大学已就您的学分认定申请作出决定，正在公示；公示期内可以申诉。认定入账之前请继续上课。";
    const listed =
      "PUBLIC_NOTICE_OPENED 乙大学的公示“学分认定结果公示”中列有您的 1 项，公示至 2025-10-11。如内容有误，请在此之前向学校提出。";
    expect(await told()).toEqual({ student: [news, listed] });
    // 28 September is worked, the 29th is the school's own day off, 1 to 8 October are holidays, Saturday 11 is worked
    expect(await publicNotices()).toEqual(["2025-10-11 5"]);

    await on("2025-10-11");
    expect(await publicNotices()).toEqual(["2025-10-11 5"]);
    expect(await step("deputy.university", "recordApplication", application.id)).toEqual({
      code: "PUBLIC_NOTICE_OPEN",
    });
    await on("2025-10-12");
    expect(await publicNotices()).toEqual([]);
    expect((await standing(ENGINEERING)).balances).toEqual({ SECONDARY: [3550, 850, 0, 0], ITEM: [200, 100, 0, 0] });
    expect(await step("deputy.university", "recordApplication", application.id)).toMatchObject({ status: "RECORDED" });
    expect(await told()).toEqual(given("APPLICATION_RECORDED 乙大学已将您的学分认定结果记入学分账户。", "student"));
    expect(await standing(ENGINEERING)).toMatchObject({
      balances: { SECONDARY: [3550, 0, 850, 0], ITEM: [200, 0, 100, 0], BACHELOR: [0, 0, 0, 1000] },
      left: ["UMATH", "UMACH"],
    });
  });

  test("2025: a certificate is warned of as its last day nears, and is gone the day after", async () => {
    for (const day of ["2025-10-31", "2025-11-23"]) {
      await on(day);
      expect(Object.keys(await told("bank.expire", "bank.remind")), day).toEqual(["student", "teacher.25"]);
      expect(await told("bank.expire", "bank.remind"), day).toEqual({});
    }
    await on("2025-11-30");
    expect(await told("bank.expire", "bank.remind")).toEqual({});
    expect((await standing(ENGINEERING)).balances).toMatchObject({ ITEM: [200, 0, 100, 0] });
    await on("2025-12-01");
    expect(await told("bank.expire", "bank.remind")).toEqual(
      given("ACHIEVEMENTS_EXPIRED 您有 1 项学习成果已过有效期，不能再用于新的认定；已作出的认定不受影响。", "student"),
    );
    expect((await standing(ENGINEERING)).balances).toMatchObject({ ITEM: [100, 0, 100, 0] });
  });

  test("2026: another major takes over the courses it shares, proposes the rest, and recognises it anew", async () => {
    await on("2026-01-09");
    await deposit("university", [{ 代码: "UMATH", 学期: "2025-2026-1", 成绩: "80", 完成日期: "2026-01-05" }]);
    expect(await told()).toEqual(given(DEPOSITED(1, "乙大学"), "student"));
    await on("2026-03-02");
    const wish = {
      kind: "CHANGE_OF_MAJOR",
      decisionNo: "乙大教〔2026〕7号",
      programmeId: global("Programme", AUTOMATION),
      className: "25自动化1班",
    };
    expect(await recordChange("university", NUMBERS.university, wish)).toEqual({ code: "WINDOW_OVER" });
    const late = { ...wish, lateReason: "因病错过办理时间，经教务处批准" };
    const moved = await recordChange("university", NUMBERS.university, late);
    expect(moved).toMatchObject({
      statusChange: {
        cohortAfter: 2025,
        lateReason: late.lateReason,
        effects: {
          pathway: "LOST",
          plan: "OTHER",
          openApplications: 0,
          holds: [],
          carriedOver: [{ code: "UMATH" }],
          // from what the first school vouches for, which the registrar of the second does not read
          proposal: [{ credits: 200 }, { credits: 400 }],
          makeUp: [{ code: "UCTRL" }],
        },
      },
    });
    await confirmChange("university", moved);
    expect(await told()).toEqual({
      ...given(changed("转专业", "2026-03-02", "乙大学"), "student"),
      ...given(changedOf("转专业", "2026-03-02", "乙大学"), "teacher.25", "teacher.25b"),
    });
    expect(await standing(AUTOMATION)).toMatchObject({
      registrations: [
        "2019030101 2022/1 GRADUATED 2025-09-01",
        "202503010115 2025/1 TRANSFERRED 2026-03-02",
        "202503010115 2025/1 ACTIVE",
      ],
      plan: 2025,
      left: ["UCTRL"],
    });
    const application = await submit(AUTOMATION);
    expect(application).toMatchObject({ status: "SUBMITTED", recognisedCredits: 600 });
    const waits = "APPLICATION_WAITING 乙大学有一项学分认定申请等待处理。";
    expect(await told()).toEqual(given(waits, "registrar.university", "deputy.university"));
    expect((await standing(AUTOMATION)).balances).toEqual({
      SECONDARY: [3550, 450, 850, 0],
      ITEM: [100, 100, 100, 0],
      BACHELOR: [500, 0, 0, 1000],
    });
    await step("registrar.university", "confirmApplication", application.id);
    await review(application);
    expect(await told()).toEqual(given(waits, "registrar.university", "deputy.university"));
    await decide(application.id);
    expect(await publicNotices()).toEqual(["2026-03-09 5"]);
    expect(Object.keys(await told())).toEqual(["student"]);
    await on("2026-03-10");
    expect(await step("deputy.university", "recordApplication", application.id)).toMatchObject({ status: "RECORDED" });
    expect(await told()).toEqual(given("APPLICATION_RECORDED 乙大学已将您的学分认定结果记入学分账户。", "student"));
    // what the ended registration was recognised stays with it: electricity and service are used once for each
    expect(await standing(AUTOMATION)).toMatchObject({
      balances: { SECONDARY: [3550, 0, 1300, 0], ITEM: [100, 0, 200, 0], BACHELOR: [500, 0, 0, 1600] },
      left: ["UCTRL"],
    });
  });
});
