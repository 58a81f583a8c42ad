import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { ANONYMOUS, SYSTEM, type Viewer } from "../../../src/auth/viewer.ts";
import { writeDocuments } from "../../../src/features/registry/service.ts";
import { idOf } from "../../../src/seed/id.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

let fresh: FreshDatabase;
let api: TestApi;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  api = await openApi(fresh.db, { writer: fresh.writer });
});
afterAll(async () => {
  await api.close();
  await fresh.drop();
});

const learner = (key: string) => encodeId("Learner", idOf("learner", key));
const WANG = learner("wang-siyuan");
const STATES = `query ($id: ID!) { consents(learnerId: $id) { act required requirement { belowAge citation { document } certainty }
  consent { form guardianName paperReference validUntil } } }`;
const GIVE = `mutation ($id: ID!, $act: ConsentAct!, $until: Date, $paper: ConsentPaperInput) {
  giveConsent(learnerId: $id, act: $act, validUntil: $until, paper: $paper) { __typename ... on Problem { code path } } }`;
const REVOKE = `mutation ($id: ID!, $act: ConsentAct!, $paper: ConsentPaperInput) {
  revokeConsent(learnerId: $id, act: $act, paper: $paper) { __typename ... on Problem { code } } }`;
const TAKE = `mutation ($id: ID!, $key: String!) { takeSeat(sectionId: $id, idempotencyKey: $key) { __typename ... on Problem { code message } } }`;

interface State {
  readonly act: string;
  readonly required: boolean;
  readonly consent: { readonly form: string; readonly guardianName: string } | null;
}
type Outcome = { readonly __typename: string; readonly code?: string; readonly message?: string } | undefined;

async function stateOf(as: string, id: string, act: string): Promise<State | undefined> {
  const answer = await api.ask<{ consents: State[] }>(STATES, { id }, { as });
  expect(answer.errors).toEqual([]);
  return answer.data?.consents.find((each) => each.act === act);
}
const give = async (as: string, variables: object): Promise<Outcome> =>
  (await api.ask<{ giveConsent: Outcome }>(GIVE, variables, { as })).data?.giveConsent;
const revoke = async (as: string, variables: object): Promise<Outcome> =>
  (await api.ask<{ revokeConsent: Outcome }>(REVOKE, variables, { as })).data?.revokeConsent;
async function take(as: string, section: string, language: "zh" | "en" = "en"): Promise<Outcome> {
  const id = encodeId("Section", idOf("section", section));
  return (await api.ask<{ takeSeat: Outcome }>(TAKE, { id, key: crypto.randomUUID() }, { as, language })).data
    ?.takeSeat;
}

describe("a seat at another school", () => {
  const act = "SELECTION_OFF_CAMPUS";

  test("is not given to a minor without a guardian's consent, and the answer names the clause", async () => {
    const refused = await take("student.wang", "zhgz-songs");
    expect(refused).toMatchObject({ __typename: "SeatRefusedProblem", code: "GUARDIAN_CONSENT_REQUIRED" });
    expect(refused?.message).toMatch(/age of 18 .*民法典.*第十七条/);
  });

  test("is given once the guardian consents, and no more once they revoke it", async () => {
    expect(await stateOf("guardian.wang", WANG, act)).toMatchObject({ required: true, consent: null });
    expect(await give("guardian.wang", { id: WANG, act })).toEqual({ __typename: "ConsentSuccess" });
    expect(await stateOf("student.wang", WANG, act)).toMatchObject({
      consent: { form: "ACCOUNT", guardianName: "王建军(监护人)" },
    });
    expect((await take("student.wang", "zhgz-songs"))?.code).not.toBe("GUARDIAN_CONSENT_REQUIRED");
    expect(await revoke("guardian.wang", { id: WANG, act })).toEqual({ __typename: "ConsentSuccess" });
    expect(await take("student.wang", "pgzz-ai")).toMatchObject({ code: "GUARDIAN_CONSENT_REQUIRED" });
  });

  test("is given to a minor whose guardian signed a paper that the home school keeps", async () => {
    expect(await stateOf("student.bai", learner("bai-yifan"), act)).toMatchObject({ consent: { form: "PAPER" } });
    expect((await take("student.bai", "zhgz-songs"))?.code).not.toBe("GUARDIAN_CONSENT_REQUIRED");
  });

  test("is not asked for on one's own campus, but on another of one's own school", async () => {
    const [class1, home] = [idOf("class-group", "jdsf/24机电1班"), idOf("institution", "jdsf")];
    const [first, second] = [crypto.randomUUID(), crypto.randomUUID()];
    for (const [id, name] of [
      [first, "东校区"],
      [second, "西校区"],
    ] as const)
      await fresh.sql`insert into campus ${fresh.sql({ id, institutionId: home, nameZh: name, nameEn: name })}`;
    const section = idOf("section", "zhgz-songs");
    await fresh.sql`update section set host_institution_id = ${home} where id = ${section}`;
    const codeAt = async (classAt: string | null, sectionAt: string | null) => {
      await fresh.sql`update class_group set campus_id = ${classAt} where id = ${class1}`;
      await fresh.sql`update section set campus_id = ${sectionAt} where id = ${section}`;
      return (await take("student.wang", "zhgz-songs"))?.code ?? null;
    };
    expect(await codeAt(first, second)).toBe("GUARDIAN_CONSENT_REQUIRED");
    for (const [classAt, sectionAt] of [
      [first, first],
      [null, second],
      [first, null],
    ] as const)
      expect(await codeAt(classAt, sectionAt)).not.toBe("GUARDIAN_CONSENT_REQUIRED");
    await fresh.sql`update section set host_institution_id = ${idOf("institution", "zhgz")}, campus_id = null
      where id = ${section}`;
  });
});

test("a section is published on a campus of its own school, and on no other's", async () => {
  const [own, other] = [crypto.randomUUID(), crypto.randomUUID()];
  for (const [id, key] of [
    [own, "pgzz"],
    [other, "jdsf"],
  ] as const)
    await fresh.sql`insert into campus ${fresh.sql({ id, institutionId: idOf("institution", key), nameZh: key, nameEn: key })}`;
  const publish = async (campusId: string) => {
    const answer = await api.ask<{ publishSection: unknown }>(
      `mutation ($campusId: ID) { publishSection(input: { courseCode: "PZ1401", termCode: "2026-2027-1", number: "PZ1401-07",
        capacity: 10, opensAt: "2026-08-24T00:00:00Z", closesAt: "2027-01-08T00:00:00Z", campusId: $campusId }) { __typename
        ... on PublishSectionSuccess { section { campus { name { zh } } } } ... on Problem { code path } } }`,
      { campusId },
      { as: "registrar.pgzz" },
    );
    return answer.data?.publishSection;
  };
  expect(await publish(encodeId("Campus", other))).toMatchObject({ code: "INVALID_INPUT", path: ["campusId"] });
  expect(await publish("nonsense")).toMatchObject({ code: "MALFORMED_ID", path: ["campusId"] });
  expect(await publish(encodeId("Campus", own))).toMatchObject({ section: { campus: { name: { zh: "pgzz" } } } });
});

describe("who is a minor", () => {
  const act = "SELECTION_OFF_CAMPUS";
  const CHEN = learner("chen-siqi");
  const [wang, chen] = [idOf("learner", "wang-siyuan"), idOf("learner", "chen-siqi")];

  async function born(learnerId: string, institution: string, birthOn: string | null): Promise<void> {
    await fresh.sql`delete from identity_document where learner_id = ${learnerId}`;
    if (birthOn === null) return;
    const document = { kind: "RESIDENT_ID", number: null, birthOn } as const;
    await fresh.db.write(SYSTEM, (tx) =>
      writeDocuments(tx, api.keys, idOf("institution", institution), new Map([[learnerId, document]]), "2026-11-26"),
    );
  }
  const required = async (as: string, id: string) => (await stateOf(as, id, act))?.required;

  test("is said by the birth date, in a college as in a secondary school, to whoever may ask", async () => {
    await born(chen, "btvtc", "2009-02-01");
    expect(await required("student.chen", CHEN)).toBe(true);
    expect(await take("student.chen", "zhgz-songs")).toMatchObject({ code: "GUARDIAN_CONSENT_REQUIRED" });
    await born(wang, "jdsf", "2008-01-31");
    for (const as of ["student.wang", "guardian.wang", "classteacher.jdsf", "registrar.jdsf"])
      expect({ as, required: await required(as, WANG) }).toEqual({ as, required: false });
    expect((await take("student.wang", "zhgz-songs"))?.code).not.toBe("GUARDIAN_CONSENT_REQUIRED");
    // the day of today's eighteenth birthday, and the day after it
    await born(wang, "jdsf", "2008-11-24");
    expect(await required("student.wang", WANG)).toBe(false);
    await born(wang, "jdsf", "2008-11-25");
    expect(await required("student.wang", WANG)).toBe(true);
  });

  test("is assumed, without a birth date, in a secondary programme and in the first year at a college", async () => {
    await born(wang, "jdsf", null);
    await born(chen, "btvtc", null);
    expect(await required("student.wang", WANG)).toBe(true);
    expect(await required("student.chen", CHEN)).toBe(false);
    await fresh.sql`update registration set entered_on = '2026-09-01' where learner_id = ${chen} and status = 'ACTIVE'`;
    expect(await required("student.chen", CHEN)).toBe(true);
    await fresh.sql`update registration set entered_on = '2025-09-01' where learner_id = ${chen} and status = 'ACTIVE'`;
  });

  test("changes with the age of majority that is in force, but where a clause names an age of its own", async () => {
    await born(wang, "jdsf", "2008-01-31");
    const [before] = await fresh.sql<{ years: number }[]>`select years from age_of_majority`;
    await fresh.sql`update age_of_majority set years = 19`;
    expect(await stateOf("student.wang", WANG, act)).toMatchObject({ required: true, requirement: { belowAge: 19 } });
    expect(await stateOf("student.wang", WANG, "INTERNSHIP")).toMatchObject({
      required: false,
      requirement: { belowAge: 18 },
    });
    expect((await take("student.wang", "zhgz-songs", "en"))?.message).toMatch(/age of 19/);
    const seen = "query ($id: ID!) { learner(id: $id) { minor ageBelow18 } }";
    const minor = async () => (await api.ask(seen, { id: WANG }, { as: "student.wang" })).data?.["learner"];
    expect(await minor()).toEqual({ minor: true, ageBelow18: true });
    await fresh.sql`update age_of_majority set years = ${before?.years ?? 18}`;
    expect(await minor()).toEqual({ minor: false, ageBelow18: false });
    await born(wang, "jdsf", null);
  });

  test("is judged by nobody whom their consents are no matter of, even beneath the service", async () => {
    await born(wang, "jdsf", "2010-01-31");
    const births = async (viewer: Partial<Viewer>) => {
      const tx = fresh.db.read({ ...ANONYMOUS, accountId: idOf("account", "admin"), ...viewer });
      const rows = await tx.run((sql) => sql`select learner_id from sealed_births(${[wang]}::uuid[])`);
      tx.end();
      return rows.length;
    };
    const [jdsf, btvtc] = [idOf("institution", "jdsf"), idOf("institution", "btvtc")];
    expect(await births({ role: "REGISTRAR", institutionId: jdsf })).toBe(1);
    expect(await births({ role: "CLASS_TEACHER", institutionId: jdsf, wardIds: [wang] })).toBe(1);
    for (const viewer of [
      {},
      { role: "REGISTRAR", institutionId: btvtc },
      { role: "CLASS_TEACHER", institutionId: jdsf },
      { role: "DEPARTMENT_REVIEWER", institutionId: jdsf },
      { role: "HOST_TEACHER", institutionId: jdsf },
      { role: "ENTERPRISE_MENTOR", wardIds: [wang] },
      { role: "STUDENT", learnerId: chen },
    ] as const satisfies readonly Partial<Viewer>[])
      expect({ viewer, births: await births(viewer) }).toEqual({ viewer, births: 0 });
    await born(wang, "jdsf", null);
  });
});

describe("a consent", () => {
  const act = "INTERNSHIP";
  const paper = { guardianName: "王建军", reference: "档案 2026-17" };

  test.each(["classteacher.jdsf", "registrar.jdsf"])("on paper is recorded by %s, who says which paper", async (as) => {
    expect(await give(as, { id: WANG, act })).toMatchObject({ code: "INVALID_INPUT", path: ["input", "paper"] });
    expect(await give(as, { id: WANG, act, paper: { ...paper, reference: " " } })).toMatchObject({
      code: "INVALID_INPUT",
    });
    expect(await give(as, { id: WANG, act, paper })).toEqual({ __typename: "ConsentSuccess" });
    expect(await stateOf("guardian.wang", WANG, act)).toMatchObject({
      consent: { form: "PAPER", guardianName: "王建军" },
    });
    expect(await revoke(as, { id: WANG, act, paper })).toEqual({ __typename: "ConsentSuccess" });
    expect((await stateOf(as, WANG, act))?.consent).toBeNull();
  });

  test.each([
    ["the learner themself", "student.wang"],
    ["another learner", "student.li"],
    ["whoever only confirms", "confirmer.jdsf"],
    ["a department's reviewer", "reviewer.jdsf"],
    ["another school's registrar", "registrar.btvtc"],
    ["a mentor", "mentor.machinery"],
    ["an administrator", "admin.jdsf"],
  ])("is not given by %s", async (_, as) => {
    expect(await give(as, { id: WANG, act, paper })).toMatchObject({ code: "FORBIDDEN" });
  });

  test("is not given for another's child, nor by a guardian on paper, nor until a day gone by", async () => {
    expect(await give("guardian.wang", { id: learner("li-mingzhe"), act })).toMatchObject({ code: "FORBIDDEN" });
    expect(await give("guardian.wang", { id: WANG, act, paper })).toMatchObject({ code: "INVALID_INPUT" });
    expect(await give("guardian.wang", { id: WANG, act, until: "2026-11-23" })).toMatchObject({
      code: "INVALID_INPUT",
    });
    expect(await give("guardian.wang", { id: "nonsense", act })).toMatchObject({ code: "MALFORMED_ID" });
  });

  test.each(["student.li", "reviewer.jdsf", "registrar.btvtc", "bureau.baotou", "auditor"])(
    "is not shown to %s",
    async (as) => {
      expect((await api.ask(STATES, { id: WANG }, { as })).errors[0]?.extensions?.code).toBe("FORBIDDEN");
    },
  );

  describe("in the database alone", () => {
    const school = idOf("institution", "jdsf");
    const account = idOf("account", "registrar.jdsf");
    const wang = idOf("learner", "wang-siyuan");
    const row = (change: Readonly<Record<string, string>>) => ({
      learnerId: wang,
      id: crypto.randomUUID(),
      act,
      event: "GIVEN",
      form: "PAPER",
      institutionId: school,
      guardianName: "x",
      paperReference: "x",
      onDay: "2026-11-24",
      recordedBy: account,
      recordedAt: "2026-11-24T00:00:00Z",
      ...change,
    });
    const insert = (viewer: Partial<Viewer>, change: Readonly<Record<string, string>> = {}) =>
      fresh.db.write({ ...ANONYMOUS, accountId: account, ...viewer }, (tx) =>
        tx.run((sql) => sql`insert into guardian_consent ${sql(row(change))}`),
      );
    const registrar: Partial<Viewer> = { role: "REGISTRAR", institutionId: school };

    test("is written by a registrar of the school, on paper, in their own name", async () => {
      await expect(insert(registrar)).resolves.toMatchObject({ count: 1 });
    });

    test.each<[string, Partial<Viewer>, Readonly<Record<string, string>>]>([
      ["in a guardian's stead", registrar, { form: "ACCOUNT" }],
      ["for another school", registrar, { institutionId: idOf("institution", "btvtc") }],
      ["in another's name", registrar, { recordedBy: idOf("account", "deputy.jdsf") }],
      ["by a class teacher of another class", { role: "CLASS_TEACHER", institutionId: school }, {}],
      ["by a student", { role: "STUDENT", learnerId: wang }, { form: "ACCOUNT" }],
      ["by another's guardian", { role: "GUARDIAN", learnerId: idOf("learner", "li-mingzhe") }, { form: "ACCOUNT" }],
    ])("is not written %s", async (_, viewer, change) => {
      await expect(insert(viewer, change)).rejects.toMatchObject({ code: "42501" });
    });

    test("is neither changed nor taken away", async () => {
      const tries = [
        fresh.db.write({ ...ANONYMOUS, ...registrar }, (tx) =>
          tx.run((sql) => sql`update guardian_consent set event = 'REVOKED'`),
        ),
        fresh.db.write({ ...ANONYMOUS, ...registrar }, (tx) => tx.run((sql) => sql`delete from guardian_consent`)),
      ];
      await Promise.all(tries.map((each) => expect(each).rejects.toMatchObject({ code: "42501" })));
    });
  });
});
