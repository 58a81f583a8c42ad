import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { ANONYMOUS, type Viewer } from "../../../src/auth/viewer.ts";
import { idOf } from "../../../src/seed/id.ts";
import {
  AUTOMATION,
  ENGINEERING,
  MECHATRONICS,
  openWorld,
  SCHOOL,
  UNIVERSITY,
} from "../../scenarios/seven-year-world.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

const LEARNER = idOf("learner", "two-schools");
const NUMBER = "T150203209912310010";

let fresh: FreshDatabase;
let api: TestApi;

/** A learner who graduated at the school and goes on at the university, with achievements deposited at each. */
beforeAll(async () => {
  fresh = await freshDatabase();
  await openWorld(fresh.sql);
  api = await openApi(fresh.db, { writer: fresh.writer, now: new Date("2026-03-02T02:00:00Z") });
  await fresh.sql`insert into learner (id, name, home_institution_id) values (${LEARNER}, '白若宁', ${UNIVERSITY})`;
  const registration = (at: string, programmeId: string, rest: object) => ({
    learnerId: LEARNER,
    id: idOf("registration", at),
    institutionId: at === "school" ? SCHOOL : UNIVERSITY,
    programmeId,
    studentNo: at,
    ...rest,
  });
  await fresh.sql`insert into registration ${fresh.sql([
    registration("school", MECHATRONICS, {
      cohort: 2022,
      status: "GRADUATED",
      enteredOn: "2022-09-01",
      leftOn: "2025-07-01",
    }),
    registration("university", ENGINEERING, {
      cohort: 2025,
      status: "ACTIVE",
      enteredOn: "2025-09-01",
      leftOn: null,
    }),
  ])}`;
  const course = (code: string, at: string, score: number) => ({
    kind: "COURSE",
    title: code,
    at,
    courseId: idOf("course", code),
    grade: { mode: "PERCENT", scoreTenths: score },
    detail: {
      kind: "COURSE",
      courseId: idOf("course", code),
      code,
      group: "SPECIALTY_CORE",
      requirement: "REQUIRED",
      subject: "ORDINARY",
    },
  });
  const certificate = {
    kind: "CERTIFICATE",
    title: "低压电工作业证",
    at: "school",
    courseId: null,
    grade: null,
    detail: {
      kind: "CERTIFICATE",
      certificateId: idOf("certificate", "electrician"),
      level: "UNGRADED",
      number: NUMBER,
      validUntil: null,
    },
  };
  for (const each of [course("ELEC", "school", 910), course("UMATH", "university", 800), certificate]) {
    const institutionId = each.at === "school" ? SCHOOL : UNIVERSITY;
    await fresh.sql`insert into achievement ${fresh.sql({
      learnerId: LEARNER,
      id: idOf("achievement", each.title),
      institutionId,
      homeInstitutionId: institutionId,
      kind: each.kind,
      titleZh: each.title,
      titleEn: each.title,
      level: each.at === "school" ? "SECONDARY" : "VOCATIONAL_BACHELOR",
      unit: each.kind === "CERTIFICATE" ? "ITEM" : each.at === "school" ? "SECONDARY" : "BACHELOR",
      credits: each.kind === "CERTIFICATE" ? 100 : 450,
      grade: each.grade === null ? null : fresh.sql.json(each.grade),
      completedOn: "2025-01-05",
      courseId: each.courseId,
      detail: fresh.sql.json(each.detail),
      status: "DEPOSITED",
      recordedBy: LEARNER,
      confirmedBy: SCHOOL,
      depositedAt: "2025-01-06T00:00:00Z",
    })}`;
  }
});
afterAll(async () => {
  await api.close();
  await fresh.drop();
});

interface Change {
  readonly id: string;
  readonly effects: object;
}
const CHANGE = `{ ... on Problem { code } ... on StatusChangeSuccess { statusChange { id
  effects { plan carriedOver { code } proposal { title { text } achievementCount credits } makeUp { code } } } } }`;
async function act(as: string, document: string, variables: object): Promise<Change> {
  const { data, errors } = await api.ask<Record<string, { statusChange: Change }>>(document, variables, { as });
  expect(errors).toEqual([]);
  return Object.values(data ?? {})[0]?.statusChange ?? { id: "", effects: { data } };
}

test("a change of major at a second school counts what was achieved at the first", async () => {
  const change = await act(
    "registrar.university",
    `mutation ($input: RecordStatusChangeInput!) { recordStatusChange(input: $input) ${CHANGE} }`,
    {
      input: {
        registrationId: encodeId("Registration", LEARNER, idOf("registration", "university")),
        kind: "CHANGE_OF_MAJOR",
        programmeId: encodeId("Programme", AUTOMATION),
        effectiveOn: "2026-03-02",
        decidedOn: "2026-03-02",
        decisionNo: "乙大教〔2026〕7号",
        reason: "按规定办理",
      },
    },
  );
  const effects = {
    plan: "OTHER",
    carriedOver: [{ code: "UMATH" }],
    proposal: [{ title: { text: "electricity → UELEC" }, achievementCount: 1, credits: 400 }],
    // what was served nobody has deposited, and automatic control is taught in the first term
    makeUp: [{ code: "UCTRL" }, { code: "UMIL" }],
  };
  expect(change.effects).toEqual(effects);
  // and so it stands when another person confirms it
  const confirmed = await act(
    "deputy.university",
    `mutation ($id: ID!) { confirmStatusChange(statusChangeId: $id) ${CHANGE} }`,
    { id: change.id },
  );
  expect(confirmed.effects).toEqual(effects);
});

test("the registrar of the second school still reads nothing that the first one vouched for", async () => {
  const { data } = await api.ask<{ learner: { achievements: { edges: { node: { title: { text: string } } }[] } } }>(
    "query ($id: ID!) { learner(id: $id) { achievements { edges { node { title { text } } } } } }",
    { id: encodeId("Learner", LEARNER) },
    { as: "registrar.university" },
  );
  expect(data?.learner.achievements.edges.map(({ node }) => node.title.text)).toEqual(["UMATH"]);
});

const at = (institutionId: string, role: Viewer["role"], rest: object = {}): Viewer => ({
  ...ANONYMOUS,
  role,
  accountId: institutionId,
  institutionId,
  ...rest,
});
const whole = async (viewer: Viewer) => {
  const tx = fresh.db.read(viewer);
  try {
    const [row] = await tx.run(
      (sql) => sql<{ facts: number; lines: number; schools: number }[]>`select
        (select count(*)::int from facts_for_change(${LEARNER})) as facts,
        (select count(*)::int from lines_for_change(${LEARNER})) as lines,
        cardinality(schools_for_change(${LEARNER})) as schools`,
    );
    return row;
  } finally {
    tx.end();
  }
};
const NOTHING = { facts: 0, lines: 0, schools: 0 };

test("beneath the service the whole record answers registrars where the learner goes on, and nobody else", async () => {
  for (const role of ["REGISTRAR", "REGISTRAR_CONFIRMER"] as const)
    expect(await whole(at(UNIVERSITY, role))).toEqual({ facts: 3, lines: 0, schools: 2 });
  // the school they have left, however much of it was achieved there
  expect(await whole(at(SCHOOL, "REGISTRAR"))).toEqual(NOTHING);
  expect(await whole(at(idOf("institution", "third"), "REGISTRAR"))).toEqual(NOTHING);
  for (const role of ["DEPARTMENT_REVIEWER", "CLASS_TEACHER", "HOST_TEACHER", "ADMINISTRATOR", "AUDITOR"] as const)
    expect(await whole(at(UNIVERSITY, role)), role).toEqual(NOTHING);
  expect(await whole(at(UNIVERSITY, "STUDENT", { learnerId: LEARNER }))).toEqual(NOTHING);
  expect(await whole(ANONYMOUS)).toEqual(NOTHING);
});

test("a school that a waiting change leads to is answered as long as it waits", async () => {
  const third = idOf("institution", "third");
  const to = (state: string) => fresh.sql`update status_change set to_institution_id = ${third}, state = ${state},
    settled_by = ${state === "RECORDED" ? null : third}, settled_at = ${state === "RECORDED" ? null : "2026-03-02T00:00:00Z"},
    filing = null where learner_id = ${LEARNER}`;
  await to("RECORDED");
  expect(await whole(at(third, "REGISTRAR_CONFIRMER"))).toMatchObject({ facts: 3 });
  await to("REJECTED");
  expect(await whole(at(third, "REGISTRAR_CONFIRMER"))).toEqual(NOTHING);
});

test("no certificate's number comes along", async () => {
  const tx = fresh.db.read(at(UNIVERSITY, "REGISTRAR"));
  const rows = await tx.run((sql) => sql`select * from facts_for_change(${LEARNER})`);
  tx.end();
  expect(rows).toHaveLength(3);
  expect(JSON.stringify(rows)).not.toContain(NUMBER);
});
