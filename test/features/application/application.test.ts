import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { idOf } from "../../../src/seed/id.ts";
import { readInput } from "../../../src/domain/recognition/input.ts";
import { recognise } from "../../../src/domain/recognition/recognise.ts";
import { verifyOutcome } from "../../../src/domain/recognition/verify.ts";
import { ANONYMOUS, SYSTEM, type Viewer } from "../../../src/auth/viewer.ts";
import { IMPORTS } from "../../../src/features/bank/importers/index.ts";
import { restingOn } from "../../../src/features/bank/review-store.ts";
import { writeDocuments } from "../../../src/features/registry/service.ts";
import { csv } from "../bank/sheets.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { unbalanced, unsound } from "../bank/ledger-proof.ts";

// 蒋一诚 came to the college by the 3+2 pathway this September, with the record of three years at a secondary school
const LEARNER = idOf("learner", "jiang-yicheng");
const PROGRAMME = idOf("programme", "btvtc-460301-2y");
const STUDENT = "student.jiang";
const HOME = "registrar.btvtc";
const REVIEWER = "reviewer.btvtc";
const DECIDER = "deputy.btvtc";
const START = new Date("2026-11-24T02:00:00Z");
/** After five working days of public notice, and more. */
const LATER = new Date("2026-12-20T02:00:00Z");

let fresh: FreshDatabase;
/** A service for each moment: what signs one in does not last from one to the next. */
const services = new Map<number, TestApi>();
let now = START;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true, max: 6 });
});
afterAll(async () => {
  for (const service of services.values()) await service.close();
  await fresh.drop();
});
beforeEach(async () => {
  now = START;
  await withdrawAll();
});

async function apiNow(): Promise<TestApi> {
  const known = services.get(now.getTime());
  if (known !== undefined) return known;
  const opened = await openApi(fresh.db, { writer: fresh.writer, now });
  services.set(now.getTime(), opened);
  return opened;
}

const APPLICATION = `application {
  id status waitsFor version recognisedCredits remainingCredits proved appealed publicNoticeId
  lines {
    number credits discretion sentence
    sources { id title { text } institution { key } grade { text } }
    targets { course { id code } credits }
    verdict { kind reason by }
  }
  setAside { kind reason by sources { title { text } } }
  steps { step status by reason }
}`;
const ANSWER = `__typename ... on ApplicationSuccess { ${APPLICATION} } ... on Problem { code message path }`;

interface Line {
  readonly number: number;
  readonly credits: number;
  readonly discretion: boolean;
  readonly sources: readonly { readonly id: string; readonly title: { readonly text: string } }[];
  readonly targets: readonly { readonly course: { readonly id: string; readonly code: string } }[];
  readonly verdict: { readonly kind: string; readonly reason: string | null } | null;
}
interface Application {
  readonly id: string;
  readonly status: string;
  readonly recognisedCredits: number;
  readonly lines: readonly Line[];
  readonly setAside: readonly { readonly kind: string }[];
  readonly steps: readonly { readonly step: string; readonly by: string }[];
}
type Result = { readonly __typename: string; readonly code?: string; readonly application: Application };

async function act(as: string, field: string, types = "", variables: object = {}): Promise<Result> {
  const answer = await (await apiNow()).ask<Record<string, Result>>(
    `mutation ${types === "" ? "" : `(${types})`} { ${field} { ${ANSWER} } }`,
    variables,
    { as },
  );
  if (answer.data === null) throw new Error(JSON.stringify(answer.errors));
  return Object.values(answer.data)[0] as Result;
}
const submit = (input: object = {}, as = STUDENT) =>
  act(as, "submitApplication(input: $input)", "$input: SubmitApplicationInput!", {
    input: { learnerId: encodeId("Learner", LEARNER), programmeId: encodeId("Programme", PROGRAMME), ...input },
  });
const step = (as: string, name: string, id: string, reason?: string) =>
  reason === undefined
    ? act(as, `${name}(applicationId: $id)`, "$id: ID!", { id })
    : act(as, `${name}(applicationId: $id, reason: $reason)`, "$id: ID!, $reason: String!", { id, reason });
const review = (id: string, lines: readonly object[], as = REVIEWER) =>
  act(as, "reviewApplication(input: $input)", "$input: ReviewApplicationInput!", {
    input: { applicationId: id, lines },
  });
const decide = (id: string, as = DECIDER) =>
  act(as, "decideApplication(input: $input)", "$input: DecideApplicationInput!", {
    input: { applicationId: id, title: "学分认定结果公示", contactName: "安老师", contactHow: "教务处办公室" },
  });
/** Every line that leaves discretion is accepted. */
const accepting = ({ lines }: Application) =>
  lines.filter(({ discretion }) => discretion).map(({ number }) => ({ line: number, kind: "ACCEPTED" }));

async function withdrawAll(): Promise<void> {
  const open = await fresh.sql<{ id: string }[]>`select id from application where closed_at is null`;
  for (const { id } of open) await step(STUDENT, "withdrawApplication", encodeId("Application", LEARNER, id));
}
async function held(): Promise<number> {
  const [row] = await fresh.sql<{ held: number }[]>`select coalesce(sum(balance), 0)::int as held from ledger_account
    where learner_id = ${LEARNER} and kind = 'HELD'`;
  return row?.held ?? 0;
}
/** One that its department has reviewed as it was. */
async function reviewed(): Promise<Application> {
  const { application } = await submit();
  await step(HOME, "confirmApplication", application.id);
  await review(application.id, accepting(application));
  return application;
}

describe("an application", () => {
  test("says what it asks for, holds what it draws on, and is one at a time", async () => {
    const { application } = await submit();
    expect(application).toMatchObject({
      status: "SUBMITTED",
      waitsFor: "HOME_SCHOOL",
      version: 1,
      proved: true,
      steps: [{ step: "SUBMIT", status: "SUBMITTED", by: "蒋一诚(学生)" }],
    });
    expect(application.lines.length).toBeGreaterThan(3);
    expect(application.recognisedCredits).toBeGreaterThan(0);
    expect(await held()).toBeGreaterThan(0);
    expect(await submit()).toMatchObject({ code: "APPLICATION_OPEN" });
    const told = await fresh.sql`select kind from notice_event where facts ->> 'applicationId' is not null`;
    expect(told.length).toBeGreaterThan(0);
  });

  test("withdrawn holds nothing, and can be made again", async () => {
    const { application } = await submit();
    expect(await step(STUDENT, "withdrawApplication", application.id)).toMatchObject({
      application: { status: "WITHDRAWN", waitsFor: null },
    });
    expect(await held()).toBe(0);
    expect(await submit()).toMatchObject({ __typename: "ApplicationSuccess" });
  });

  test("draws only on what was submitted, and leaves out what was declined", async () => {
    const all = (await submit()).application;
    await step(STUDENT, "withdrawApplication", all.id);
    const [first] = all.lines;
    if (first === undefined) throw new Error("a line");
    const some = (await submit({ achievementIds: first.sources.map(({ id }) => id) })).application;
    expect(some.lines.flatMap(({ sources }) => sources.map(({ id }) => id))).toEqual(first.sources.map(({ id }) => id));
    await step(STUDENT, "withdrawApplication", some.id);
    const without = (await submit({ declined: [1] })).application;
    expect(without.recognisedCredits).toBeLessThanOrEqual(all.recognisedCredits);
    expect(without.setAside).toMatchObject([{ kind: "DECLINED" }]);
    expect(await submit({ declined: [999] })).toMatchObject({ code: "INVALID_INPUT" });
  });

  test("of nothing that can be recognised is refused", async () => {
    expect(await submit({ achievementIds: [] })).toMatchObject({ code: "APPLICATION_EMPTY" });
    const elsewhere = { programmeId: encodeId("Programme", idOf("programme", "jdsf-660301-3y")) };
    expect((await submit(elsewhere)).__typename).not.toBe("ApplicationSuccess");
    expect(await held()).toBe(0);
  });

  test("is taken within the receiving school's window alone", async () => {
    await fresh.sql`insert into calendar_window (institution_id, kind, term_code, opens_at, closes_at, citation, set_by, set_at)
      select institution_id, 'APPLICATION', code, '2026-12-01', '2026-12-10', '{}', ${LEARNER}, now() from term
      where institution_id = ${idOf("institution", "btvtc")} limit 1`;
    expect(await submit()).toMatchObject({ code: "WINDOW_NOT_YET" });
    now = LATER;
    expect(await submit()).toMatchObject({ code: "WINDOW_OVER" });
    now = new Date("2026-12-02T02:00:00Z");
    expect(await submit()).toMatchObject({ __typename: "ApplicationSuccess" });
    await fresh.sql`delete from calendar_window where kind = 'APPLICATION'`;
  });
});

describe("from step to step", () => {
  test("each waits for the one before, and everyone keeps to their own", async () => {
    const { application } = await submit();
    const { id } = application;
    expect(await review(id, [])).toMatchObject({ code: "APPLICATION_ELSEWHERE" });
    expect(await decide(id)).toMatchObject({ code: "APPLICATION_ELSEWHERE" });
    expect(await step(STUDENT, "confirmApplication", id)).toMatchObject({ code: "FORBIDDEN" });
    expect(await step("registrar.jdsf", "confirmApplication", id)).toMatchObject({ code: "NOT_FOUND" });
    expect(await step(HOME, "confirmApplication", id)).toMatchObject({
      application: { status: "CONFIRMED", waitsFor: "DEPARTMENT" },
    });
    expect(await step(HOME, "confirmApplication", id)).toMatchObject({ code: "APPLICATION_ELSEWHERE" });
    expect(await review(id, accepting(application), "reviewer.btis")).toMatchObject({ code: "NOT_FOUND" });
  });

  test("sent back by the home school it is over, with the reason, and holds nothing", async () => {
    const { application } = await submit();
    expect(await step(HOME, "returnApplication", application.id, "证书原件与登记不符")).toMatchObject({
      application: { status: "RETURNED", steps: [{}, { step: "RETURN", reason: "证书原件与登记不符" }] },
    });
    expect(await held()).toBe(0);
  });

  test("a refused line is gone with its reason, and what comes in its place waits for a word", async () => {
    const { application } = await submit();
    await step(HOME, "confirmApplication", application.id);
    expect(await review(application.id, [{ line: 1, kind: "REFUSED" }])).toMatchObject({ code: "INVALID_INPUT" });
    const rest = accepting(application).filter(({ line }) => line !== 1);
    const answer = (await review(application.id, [{ line: 1, kind: "REFUSED", reason: "内容相差较大" }, ...rest]))
      .application;
    const [first] = application.lines;
    const same = answer.lines.filter(
      (line) => JSON.stringify([line.sources, line.targets]) === JSON.stringify([first?.sources, first?.targets]),
    );
    expect(same).toEqual([]);
    expect(answer.setAside).toMatchObject([{ kind: "REFUSED", reason: "内容相差较大" }]);
    expect(answer.status).toBe(answer.lines.every(({ verdict }) => verdict !== null) ? "REVIEWED" : "CONFIRMED");
  });

  test("a line can be put on other courses of the plan, with a reason", async () => {
    const { application } = await submit();
    await step(HOME, "confirmApplication", application.id);
    const taken = new Set(application.lines.flatMap(({ targets }) => targets.map(({ course }) => course.id)));
    const line = application.lines.find(({ targets }) => targets.length === 1);
    const [row] = await fresh.sql<{ courseId: string }[]>`select pc.course_id from plan_course pc
      join plan p on p.id = pc.plan_id where p.programme_id = ${PROGRAMME} and p.cohort = 2026
        and encode(convert_to('Course:' || pc.course_id, 'UTF8'), 'base64') <> all (${[...taken]}::text[]) limit 1`;
    const courseId = encodeId("Course", row?.courseId ?? "");
    const word = { line: line?.number, kind: "SUBSTITUTED", reason: "教学内容更接近", courseIds: [courseId] };
    expect(await review(application.id, [{ ...word, courseIds: [] }])).toMatchObject({ code: "INVALID_INPUT" });
    const rest = accepting(application).filter((each) => each.line !== line?.number);
    const answer = await review(application.id, [word, ...rest]);
    expect(answer.__typename).toBe("ApplicationSuccess");
    const found = answer.application.lines.find(({ targets }) => targets.some(({ course }) => course.id === courseId));
    // the engine may see that it is worth nothing there; where it stands, it says why
    expect(found === undefined || found.verdict?.kind === "SUBSTITUTED").toBe(true);
  });

  test("the reviewer does not decide, and of two who act at once one finds it changed", async () => {
    const { id } = await reviewed();
    const mixed = await Promise.all([decide(id), decide(id)]);
    expect(mixed.map(({ __typename }) => __typename).toSorted()).toEqual(["ApplicationSuccess", "ConflictProblem"]);
    await withdrawAll();
    const { application } = await submit();
    await step(HOME, "confirmApplication", application.id);
    await review(application.id, accepting(application), HOME);
    expect(await decide(application.id, HOME)).toMatchObject({ code: "REVIEWER_DECIDES" });
    expect(await decide(application.id)).toMatchObject({
      application: { status: "DECIDED", waitsFor: "PUBLIC_NOTICE" },
    });
  });

  test("an appeal goes to another reviewer, once, while the notice is open", async () => {
    const { id } = await reviewed();
    await decide(id);
    expect(await step(STUDENT, "appealApplication", id, "第三门课应当认定")).toMatchObject({
      application: { status: "CONFIRMED", appealed: true },
    });
    expect(await review(id, [])).toMatchObject({ code: "REVIEWER_AGAIN" });
    const current = await (await apiNow()).ask<{ application: Application }>(
      `query ($id: ID!) { application(id: $id) { id status lines { number discretion } } }`,
      { id },
      { as: HOME },
    );
    const again = await review(id, accepting(current.data?.application as Application), HOME);
    expect(again).toMatchObject({ application: { status: "REVIEWED" } });
    await decide(id);
    expect(await step(STUDENT, "appealApplication", id, "还是不服")).toMatchObject({ code: "APPEAL_ONCE" });
  });

  test("the time to appeal ends with the public notice", async () => {
    const { id } = await reviewed();
    await decide(id);
    now = LATER;
    expect(await step(STUDENT, "appealApplication", id, "第三门课应当认定")).toMatchObject({ code: "APPEAL_OVER" });
  });
});

describe("what is decided", () => {
  test("is recorded when the notice is over: used, recognised, and computed again to the same answer", async () => {
    const { id, recognisedCredits, lines } = await reviewed();
    await decide(id);
    expect(await step(DECIDER, "recordApplication", id)).toMatchObject({ code: "PUBLIC_NOTICE_OPEN" });
    const before = await held();
    now = LATER;
    expect(await step(DECIDER, "recordApplication", id)).toMatchObject({
      application: { status: "RECORDED", waitsFor: null },
    });
    expect(await held()).toBe(0);
    const [sums] = await fresh.sql`select
      sum(balance) filter (where kind = 'USED')::int as used, sum(balance) filter (where kind = 'RECOGNISED')::int as recognised
      from ledger_account where learner_id = ${LEARNER}`;
    expect(sums).toEqual({ used: before, recognised: lines.reduce((sum, { credits }) => sum + credits, 0) });
    const [decision] = await fresh.sql<{ input: string; outcome: ReturnType<typeof recognise>; lines: number }[]>`
      select d.input, d.outcome, (select count(*)::int from decision_line l
        where l.learner_id = d.learner_id and l.decision_id = d.id) as lines
      from decision d where d.learner_id = ${LEARNER}`;
    if (decision === undefined) throw new Error("a decision");
    const again = recognise(readInput(decision.input));
    // as it is kept
    expect(JSON.parse(JSON.stringify(again))).toEqual(decision.outcome);
    expect(verifyOutcome(readInput(decision.input), decision.outcome)).toEqual([]);
    expect(decision).toMatchObject({ lines: lines.length, outcome: { recognisedCredits } });
    // what was recognised is no longer asked for
    expect((await submit()).code).toBe("APPLICATION_EMPTY");
    expect(await unbalanced(fresh.sql)).toEqual([]);
    expect(await unsound(fresh.sql)).toEqual([]);
  });
});

describe("of somebody without a registration", () => {
  const LUO = idOf("learner", "luo-jianguo");
  const BTVTC = idOf("institution", "btvtc");
  const apply = (programme = PROGRAMME) =>
    submit({ learnerId: encodeId("Learner", LUO), programmeId: encodeId("Programme", programme) }, "student.luo");

  test("goes the same way to the school of the programme, and is the registration's once there is one", async () => {
    const { application } = await apply();
    expect(application).toMatchObject({ status: "SUBMITTED", waitsFor: "HOME_SCHOOL" });
    expect(application.lines.length).toBeGreaterThan(0);
    expect(await apply()).toMatchObject({ code: "APPLICATION_OPEN" });
    await step(HOME, "confirmApplication", application.id);
    expect((await review(application.id, accepting(application))).code).toBeUndefined();
    expect((await decide(application.id)).code).toBeUndefined();
    now = LATER;
    const recorded = await step(DECIDER, "recordApplication", application.id);
    expect(recorded).toMatchObject({ application: { status: "RECORDED" } });
    expect(await unbalanced(fresh.sql)).toEqual([]);
    expect(await unsound(fresh.sql)).toEqual([]);
    const [decision] = await fresh.sql<{ registrationId: string }[]>`
      select registration_id from decision where learner_id = ${LUO}`;
    const { keys } = await apiNow();
    const document = { kind: "PASSPORT", number: "E7654399", birthOn: "1990-02-01" } as const;
    await fresh.db.write(SYSTEM, (tx) => writeDocuments(tx, keys, BTVTC, new Map([[LUO, document]]), "2026-12-20"));
    const sheet = [
      ["学号", "姓名", "专业", "年级", "入学日期", "证件类型", "证件号码"],
      ["2027990001", "罗建国", "btvtc-460301-2y", "2027", "2027-03-01", "护照", "E7654399"],
    ];
    const registrar: Viewer = {
      ...ANONYMOUS,
      role: "REGISTRAR",
      institutionId: BTVTC,
      accountId: idOf("account", HOME),
    };
    const input = { bytes: csv(sheet), fileName: "a.csv", setBadRowsAside: false, today: "2027-03-02", keys };
    const imported = await fresh.db.write(registrar, (tx) => IMPORTS.learners(tx, registrar, input));
    expect(imported).toMatchObject({ inserted: 1, warnings: [] });
    expect(await fresh.sql`select id from registration where learner_id = ${LUO}`).toEqual([
      { id: decision?.registrationId },
    ]);
    // the way of a student from now on: their own programme alone
    expect(await apply(idOf("programme", "btvtc-460110-3y"))).toMatchObject({ code: "NO_REGISTRATION" });
  });

  test("opens a review at the school that recognised it when what it rests on is corrected", async () => {
    const [used] = await fresh.sql<{ learnerId: string; id: string }[]>`
      select a.learner_id, a.id from achievement a where a.learner_id = ${LUO} and a.kind = 'CERTIFICATE'`;
    if (used === undefined) throw new Error("a certificate");
    await fresh.sql`delete from registration where learner_id = ${LUO}`;
    const resting = await fresh.writer.write(SYSTEM, (tx) => restingOn(tx, [used]));
    expect(resting).toMatchObject([{ programmeId: PROGRAMME, institutionId: BTVTC, credits: 100 }]);
  });
});

describe("is seen", () => {
  const LIST = "{ applications(first: 50) { edges { node { id learnerName steps { by } } } } }";
  const seen = async (as: string) =>
    (await (await apiNow()).ask<{ applications: { edges: readonly unknown[] } }>(LIST, {}, { as })).data?.applications
      .edges.length ?? 0;

  test("by the learner, the two schools and the department, and by nobody else", async () => {
    for (const as of [STUDENT, HOME, DECIDER, REVIEWER]) expect(await seen(as), as).toBeGreaterThan(0);
    for (const as of ["student.kong", "registrar.btis", "reviewer.btis", "registrar.jdsf"])
      expect(await seen(as), as).toBe(0);
  });
});
