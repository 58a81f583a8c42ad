import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { openDatabase } from "../../../src/db/client.ts";
import type { Database } from "../../../src/db/transaction.ts";
import { tasksOf } from "../../../src/jobs/tasks.ts";
import { openLog } from "../../../src/log.ts";
import { idOf } from "../../../src/seed/id.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { workOff } from "../../support/jobs.ts";

let fresh: FreshDatabase;
let api: TestApi;
let jobs: Database;
const apis: TestApi[] = [];

/** Asks from now on at another moment; whoever signed in before signs in again. */
async function goTo(moment: string): Promise<void> {
  api = await openApi(fresh.db, { writer: fresh.writer, now: new Date(moment) });
  apis.push(api);
}
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  await goTo("2026-11-24T02:00:00Z");
  jobs = openDatabase(fresh.url, { role: "guantong_job", max: 1 });
});
afterAll(async () => {
  await jobs.end();
  await Promise.all(apis.map((each) => each.close()));
  await fresh.drop();
});

const learner = (key: string) => encodeId("Learner", idOf("learner", key));
const registration = (key: string, programme = "jdsf-660301-3y") =>
  encodeId("Registration", idOf("learner", key), idOf("registration", `${key}/${programme}/1`));
const programme = (key: string) => encodeId("Programme", idOf("programme", key));
const CHANGE = `id state statusAfter cohortBefore cohortAfter classAfter withConsent filing mayConfirm
  effects { pathway plan openApplications seats { section } holds { unit credits } carriedOver { code } proposal { credits } makeUp { code } }`;
const ANSWER = `{ __typename ... on Problem { code message path } ... on StatusChangeSuccess { statusChange { ${CHANGE} } } }`;
const RECORD = `mutation ($input: RecordStatusChangeInput!) { recordStatusChange(input: $input) ${ANSWER} }`;
const CONFIRM = `mutation ($id: ID!, $no: String) { confirmStatusChange(statusChangeId: $id, studentNo: $no) ${ANSWER} }`;
const REJECT = `mutation ($id: ID!, $why: String!) { rejectStatusChange(statusChangeId: $id, reason: $why) ${ANSWER} }`;
const FILE = `mutation ($input: FileStatusChangeInput!) { fileStatusChange(input: $input) ${ANSWER} }`;
const LIST = `query ($learner: ID) { statusChanges(learnerId: $learner) { edges { node { learnerName kind state ${CHANGE} } } } }`;

interface Change {
  readonly id: string;
  readonly state: string;
  readonly cohortAfter: number;
  readonly effects: {
    readonly pathway: string;
    readonly plan: string;
    readonly seats: readonly { readonly section: string }[];
    readonly carriedOver: readonly { readonly code: string }[];
    readonly makeUp: readonly { readonly code: string }[];
  };
}
interface Outcome {
  readonly __typename: string;
  readonly code?: string;
  readonly statusChange?: Change;
}
async function act(as: string, document: string, variables: object): Promise<Outcome> {
  const answer = await api.ask<Record<string, Outcome>>(document, variables, { as, language: "en" });
  expect(answer.errors).toEqual([]);
  return Object.values(answer.data ?? {})[0] ?? { __typename: "nothing" };
}
const record = (key: string, kind: string, input: object = {}, as = "registrar.jdsf") =>
  act(as, RECORD, {
    input: {
      registrationId: registration(key),
      kind,
      effectiveOn: "2026-11-24",
      decidedOn: "2026-11-20",
      decisionNo: "包机校学〔2026〕18号",
      reason: "按规定办理",
      ...input,
    },
  });
const confirm = (of: Outcome, as = "confirmer.jdsf", no?: string) =>
  act(as, CONFIRM, { id: of.statusChange?.id ?? "", ...(no === undefined ? {} : { no }) });
const done = async (key: string, kind: string, input: object = {}): Promise<Change> => {
  const answer = await confirm(await record(key, kind, input));
  if (answer.statusChange === undefined) throw new Error(JSON.stringify(answer));
  return answer.statusChange;
};
const registrationsOf = (key: string) => fresh.sql<
  { status: string; cohort: number; className: string | null; leftOn: string | null }[]
>`
  select r.status, r.cohort, c.name as class_name, r.left_on::text from registration r left join class_group c on c.id = r.class_id
  where r.learner_id = ${idOf("learner", key)} order by r.entered_on, r.id`;
const work = async () => {
  const log = openLog({ logLevel: "silent" });
  await workOff(fresh.sql, jobs, tasksOf({ db: jobs, writer: fresh.writer, log, keys: api.keys, channels: {} }));
};
const noticesOf = (login: string) => fresh.sql<{ kind: string; regard: string; change: string }[]>`
  select n.kind, n.regard, n.params -> 'change' ->> 'zh' as change from notice n
  where n.account_id = ${idOf("account", login)} and n.kind = 'STATUS_CHANGED' order by n.happened_at`;

describe("a change of status", () => {
  test.each([
    ["an empty document number", "MILITARY_SERVICE", { decisionNo: " " }, "INVALID_INPUT"],
    ["no reason", "MILITARY_SERVICE", { reason: "" }, "INVALID_INPUT"],
    ["a decision of tomorrow", "MILITARY_SERVICE", { decidedOn: "2026-11-25" }, "INVALID_INPUT"],
    ["a day before the registration", "MILITARY_SERVICE", { effectiveOn: "2024-08-31" }, "INVALID_INPUT"],
    ["a day years ahead", "MILITARY_SERVICE", { effectiveOn: "2028-01-01" }, "INVALID_INPUT"],
    ["a return of who never left", "RETURN", {}, "STATUS_CHANGE_IMPOSSIBLE"],
    ["a cohort that is earlier", "REPEAT_YEAR", { cohort: 2023 }, "INVALID_INPUT"],
    ["a class that is none", "REPEAT_YEAR", { className: "99机电1班" }, "UNKNOWN_CLASS"],
    [
      "a change of major into the same one",
      "CHANGE_OF_MAJOR",
      { programmeId: programme("jdsf-660301-3y") },
      "INVALID_INPUT",
    ],
    [
      "a change of major to another school's",
      "CHANGE_OF_MAJOR",
      { programmeId: programme("qgsf-690101-3y") },
      "INVALID_INPUT",
    ],
    ["a transfer to nowhere", "TRANSFER", {}, "INVALID_INPUT"],
    ["a programme that is none", "CHANGE_OF_MAJOR", { programmeId: programme("x") }, "UNKNOWN_PROGRAMME"],
    ["an id of something else", "LEAVE", { registrationId: learner("peng-xue") }, "MALFORMED_ID"],
    [
      "another school's learner",
      "LEAVE",
      { registrationId: registration("sun-haoran", "qgsf-690101-3y") },
      "FORBIDDEN",
    ],
  ])("is not recorded with %s", async (_, kind, input, code) => {
    expect(await record("wang-siyuan", kind, input)).toMatchObject({ code });
    expect(await fresh.sql`select 1 from status_change`).toEqual([]);
  });

  test("is recorded by a registrar only, waits alone, and changes nothing yet", async () => {
    for (const as of ["confirmer.jdsf", "student.wang", "classteacher.jdsf", "registrar.qgsf"])
      expect(await record("peng-xue", "MILITARY_SERVICE", {}, as)).toMatchObject({ code: "FORBIDDEN" });
    const both = await Promise.all([record("peng-xue", "MILITARY_SERVICE"), record("peng-xue", "MILITARY_SERVICE")]);
    expect(both.map((each) => each.code ?? each.statusChange?.state).sort()).toEqual([
      "RECORDED",
      "STATUS_CHANGE_OPEN",
    ]);
    expect(await registrationsOf("peng-xue")).toMatchObject([{ status: "ACTIVE", leftOn: null }]);
    const kept = both.find(({ statusChange }) => statusChange !== undefined) ?? { __typename: "" };
    expect(await confirm(kept, "registrar.jdsf")).toMatchObject({ code: "STATUS_CHANGE_RECORDER_CONFIRMS" });
    expect(await confirm(kept, "registrar.qgsf")).toMatchObject({ code: "FORBIDDEN" });
    const why = "材料不全";
    expect(await act("confirmer.jdsf", REJECT, { id: kept.statusChange?.id, why: " " })).toMatchObject({
      code: "INVALID_INPUT",
    });
    expect(await act("confirmer.jdsf", REJECT, { id: kept.statusChange?.id, why })).toMatchObject({
      statusChange: { state: "REJECTED", filing: null },
    });
    expect(await confirm(kept)).toMatchObject({ code: "STATUS_CHANGE_SETTLED" });
    expect(await act("confirmer.jdsf", REJECT, { id: kept.statusChange?.id, why })).toMatchObject({
      code: "STATUS_CHANGE_SETTLED",
    });
    expect(await registrationsOf("peng-xue")).toMatchObject([{ status: "ACTIVE" }]);
  });

  test("of a minor's leave waits for the guardian's consent, also when it is confirmed", async () => {
    expect(await record("wang-siyuan", "LEAVE")).toMatchObject({ code: "GUARDIAN_CONSENT_REQUIRED" });
    const consent = (verb: string) =>
      api.ask(
        `mutation ($id: ID!) { ${verb}(learnerId: $id, act: LEAVE) { __typename } }`,
        { id: learner("wang-siyuan") },
        { as: "guardian.wang" },
      );
    await consent("giveConsent");
    const recorded = await record("wang-siyuan", "LEAVE");
    expect(recorded).toMatchObject({ statusChange: { withConsent: true, effects: { pathway: "KEPT_FOR_RETURN" } } });
    await goTo("2026-11-24T03:00:00Z");
    await consent("revokeConsent");
    expect(await confirm(recorded)).toMatchObject({ code: "GUARDIAN_CONSENT_REQUIRED" });
    await goTo("2026-11-24T04:00:00Z");
    await consent("giveConsent");
    expect(await confirm(recorded)).toMatchObject({ statusChange: { state: "CONFIRMED", filing: "TO_FILE" } });
  });

  test("is confirmed no earlier than it takes effect, and not over another one's head", async () => {
    const ahead = await record("deng-keke", "MILITARY_SERVICE", {
      registrationId: registration("deng-keke", "jdsf-660302-3y"),
      effectiveOn: "2026-12-01",
    });
    expect(await confirm(ahead)).toMatchObject({ code: "STATUS_CHANGE_NOT_DUE" });
    await goTo("2026-12-01T02:00:00Z");
    await fresh.sql`update registration set cohort = 2025 where learner_id = ${idOf("learner", "deng-keke")}`;
    expect(await confirm(ahead)).toMatchObject({ code: "STATUS_CHANGE_STALE" });
    await fresh.sql`update registration set cohort = 2024 where learner_id = ${idOf("learner", "deng-keke")}`;
    const both = await Promise.all([confirm(ahead), confirm(ahead)]);
    expect(both.map((each) => each.code ?? each.statusChange?.state).sort()).toEqual([
      "CONFIRMED",
      "STATUS_CHANGE_SETTLED",
    ]);
    await goTo("2026-11-24T05:00:00Z");
  });
});

describe("whoever goes on leave", () => {
  test("gives up the seats of the term, keeps the place in the pathway, and everyone concerned is told, once", async () => {
    const id = idOf("learner", "wang-siyuan");
    const [before] =
      await fresh.sql`select count(*)::int as n from seat where learner_id = ${id} and host_state = 'ENROLLED'`;
    expect(await registrationsOf("wang-siyuan")).toMatchObject([
      { status: "ON_LEAVE", cohort: 2024, className: "24机电1班" },
    ]);
    const [row] = await fresh.sql<{ seats: number }[]>`
      select jsonb_array_length(effects -> 'seats') as seats from status_change where learner_id = ${id}`;
    expect(row?.seats).toBe(before?.["n"]);
    await work();
    await work();
    expect(await fresh.sql`select 1 from seat where learner_id = ${id} and host_state = 'ENROLLED'`).toEqual([]);
    expect(await fresh.sql`select 1 from seat_meeting where learner_id = ${id}`).toEqual([]);
    // what a section counts as taken is what is taken
    expect(
      await fresh.sql`select n.id from section n where n.open_taken <> (select count(*) from seat s
      where s.section_id = n.id and s.pool = 'OPEN' and s.host_state <> 'DROPPED')`,
    ).toEqual([]);
    for (const login of ["student.wang", "guardian.wang", "classteacher.jdsf"])
      expect(
        (await noticesOf(login)).filter(({ change }) => change === "休学"),
        login,
      ).toHaveLength(1);
  });

  test("comes back into the plan of a later cohort, by the years that began meanwhile", async () => {
    await goTo("2028-09-03T02:00:00Z");
    const back = { effectiveOn: "2028-09-01", decidedOn: "2028-08-28" };
    const change = await done("wang-siyuan", "RETURN", back);
    expect(change.cohortAfter).toBe(2026);
    expect(change.effects.plan).not.toBe("SAME");
    expect(await registrationsOf("wang-siyuan")).toMatchObject([{ status: "ACTIVE", cohort: 2026, className: null }]);
    await goTo("2026-11-24T06:00:00Z");
  });
});

describe("whoever changes major", () => {
  test("ends one registration, opens another, carries courses over and reads what is to be made up", async () => {
    const where = { programmeId: programme("jdsf-660302-3y"), className: "24电气1班" };
    const change = await done("geng-zhiyuan", "CHANGE_OF_MAJOR", where);
    expect(change.effects).toMatchObject({ pathway: "LOST", plan: "OTHER" });
    expect(change.effects.carriedOver.length).toBeGreaterThan(0);
    expect(change.effects.makeUp.length).toBeGreaterThan(0);
    const both = [...change.effects.carriedOver, ...change.effects.makeUp].map(({ code }) => code);
    expect(new Set(both).size).toBe(both.length);
    expect(await registrationsOf("geng-zhiyuan")).toMatchObject([
      { status: "TRANSFERRED", leftOn: "2026-11-24" },
      { status: "ACTIVE", className: "24电气1班", leftOn: null },
    ]);
    // the learner reads the same
    const seen = await api.ask<{ statusChanges: { edges: { node: Change }[] } }>(LIST, {}, { as: "student.geng" });
    expect(seen.data?.statusChanges.edges[0]?.node.effects.makeUp).toEqual(change.effects.makeUp);
  });
});

describe("a transfer within the service", () => {
  test("is confirmed by the school that takes in, which sees a copy and then the learner", async () => {
    await fresh.sql`insert into bank_number (learner_id, number, home_institution_id, institution_id, ground, opened_by, opened_at)
      select id, 'XF4820196357', home_institution_id, home_institution_id, 'WORKER', id, now()
      from learner where id = ${idOf("learner", "zhou-zihan")}`;
    const recorded = await record("zhou-zihan", "TRANSFER", { programmeId: programme("qgsf-690101-3y") });
    expect(await confirm(recorded)).toMatchObject({ code: "FORBIDDEN" });
    const seen = await api.ask<{ statusChanges: { edges: { node: Change & { learnerName: string } }[] } }>(
      LIST,
      {},
      { as: "registrar.qgsf" },
    );
    expect(seen.data?.statusChanges.edges.map(({ node }) => node.learnerName)).toEqual(["周子涵"]);
    expect(
      (
        await api.ask<{ learner: object | null }>(
          "query ($id: ID!) { learner(id: $id) { id } }",
          { id: learner("zhou-zihan") },
          { as: "registrar.qgsf" },
        )
      ).data?.learner,
    ).toBeNull();
    expect(await confirm(recorded, "registrar.qgsf")).toMatchObject({ code: "INVALID_INPUT" });
    expect(await confirm(recorded, "registrar.qgsf", "2026990001")).toMatchObject({
      statusChange: { state: "CONFIRMED" },
    });
    const homes = await fresh.sql`select l.home_institution_id as own, b.home_institution_id as of_number
      from learner l join bank_number b on b.learner_id = l.id where l.id = ${idOf("learner", "zhou-zihan")}`;
    // a bank number goes along
    expect(homes).toEqual([{ own: idOf("institution", "qgsf"), ofNumber: idOf("institution", "qgsf") }]);
    expect(await registrationsOf("zhou-zihan")).toMatchObject([{ status: "TRANSFERRED" }, { status: "ACTIVE" }]);
  });

  test("out of it ends the registration", async () => {
    await done("wu-junjie", "TRANSFER", { toSchoolName: "呼和浩特市第一职业中专" });
    expect(await registrationsOf("wu-junjie")).toMatchObject([{ status: "TRANSFERRED", leftOn: "2026-11-24" }]);
    expect(await record("wu-junjie", "RETURN")).toMatchObject({ code: "STATUS_CHANGE_IMPOSSIBLE" });
  });
});

describe("the filing", () => {
  test("is noted of confirmed changes only, as filed or returned with what is wanting", async () => {
    const [id, school] = [idOf("learner", "he-jiaqi"), idOf("institution", "jdsf")];
    await fresh.sql`insert into application ${fresh.sql({
      learnerId: id,
      id,
      version: 1,
      registrationId: idOf("registration", "he-jiaqi/jdsf-660301-3y/1"),
      programmeId: idOf("programme", "jdsf-660301-3y"),
      institutionId: school,
      homeInstitutionId: school,
      learnerName: "何嘉琪",
      status: "SUBMITTED",
      submittedBy: id,
      submittedAt: "2026-11-20T00:00:00Z",
      waitingSince: "2026-11-20T00:00:00Z",
      engineVersion: "1",
      input: "{}",
      outcome: fresh.sql.json({}),
      amounts: fresh.sql.json([]),
    })}`;
    const recorded = await record("he-jiaqi", "REPEAT_YEAR");
    expect(recorded).toMatchObject({ statusChange: { effects: { openApplications: 1 } } });
    const file = (input: object, as = "registrar.jdsf") =>
      act(as, FILE, {
        input: { statusChangeId: recorded.statusChange?.id ?? "", filing: "FILED", on: "2026-11-24", ...input },
      });
    expect(await file({})).toMatchObject({ code: "STATUS_CHANGE_NOT_CONFIRMED" });
    expect(await confirm(recorded)).toMatchObject({ statusChange: { cohortBefore: 2024, cohortAfter: 2025 } });
    expect(await file({ filing: "RETURNED" })).toMatchObject({ code: "INVALID_INPUT" });
    expect(await file({ on: "2026-11-25" })).toMatchObject({ code: "INVALID_INPUT" });
    expect(await file({}, "confirmer.jdsf")).toMatchObject({ code: "FORBIDDEN" });
    expect(await file({}, "registrar.qgsf")).toMatchObject({ code: "FORBIDDEN" });
    expect(await file({ filing: "RETURNED", note: "缺文号" })).toMatchObject({ statusChange: { filing: "RETURNED" } });
    expect(await file({})).toMatchObject({ statusChange: { filing: "FILED" } });
  });
});
