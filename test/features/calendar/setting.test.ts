import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { idOf } from "../../../src/seed/id.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

const SCHOOL = idOf("institution", "jdsf");
const school = encodeId("Institution", SCHOOL);
/** A school that has published sections. */
const HOST = idOf("institution", "pgzz");

let fresh: FreshDatabase;
let api: TestApi;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  api = await openApi(fresh.db);
});
afterAll(async () => {
  await api.close();
  await fresh.drop();
});

const mutate = async (field: string, type: string, input: object, as = "registrar.jdsf") => {
  const document = `mutation ($input: ${type}!) { ${field}(input: $input) { __typename
    ... on SetTermSuccess { term { code firstMonday teachingWeeks examWeeks } } ... on Problem { code path message } } }`;
  const answer = await api.ask(
    field === "setTerm" ? document : document.replace(/\.\.\. on SetTermSuccess [^}]*\} \}/, ""),
    { input },
    { as },
  );
  expect(answer.errors).toEqual([]);
  return answer.data?.[field];
};
const setTerm = (change: object, as?: string) =>
  mutate("setTerm", "TermInput", { code: "2027-2028-1", firstMonday: "2027-08-30", teachingWeeks: 20, ...change }, as);
const setBells = (input: object, as?: string) => mutate("setBells", "BellsInput", input, as);

describe("a term", () => {
  test("is set and changed by a registrar, its weeks of examinations in order", async () => {
    expect(await setTerm({ examWeeks: [20, 19] })).toMatchObject({
      term: { code: "2027-2028-1", firstMonday: "2027-08-30", teachingWeeks: 20, examWeeks: [19, 20] },
    });
    expect(await setTerm({ teachingWeeks: 18, examWeeks: [18] })).toMatchObject({ term: { examWeeks: [18] } });
    const rows = await fresh.sql`select exam_weeks from term where institution_id = ${SCHOOL} and code = '2027-2028-1'`;
    expect(rows).toEqual([{ examWeeks: [18] }]);
  });

  test.each([
    [{ code: "2027-2029-1" }, "INVALID_INPUT"],
    [{ firstMonday: "2027-08-31" }, "NOT_A_MONDAY"],
    [{ teachingWeeks: 0 }, "INVALID_INPUT"],
    [{ examWeeks: [21] }, "INVALID_INPUT"],
    [{ examWeeks: [3, 3] }, "INVALID_INPUT"],
    [{ code: "2026-2027-3", firstMonday: "2027-01-11" }, "TERMS_OVERLAP"],
  ])("is refused with %j: %s", async (change, code) => {
    expect(await setTerm(change)).toMatchObject({ code });
  });

  test("that sections meet in keeps its first week and the weeks they need; its weeks of examinations may change", async () => {
    const [term] = await fresh.sql<{ code: string; firstMonday: string; teachingWeeks: number; week: number }[]>`
      select t.code, t.first_monday, t.teaching_weeks, max(w.week::int) as week from term t
      join section s on s.host_institution_id = t.institution_id and s.term_code = t.code
      join section_meeting m on m.section_id = s.id, jsonb_array_elements_text(m.weeks) as w (week)
      where t.institution_id = ${HOST} group by 1, 2, 3 limit 1`;
    if (term === undefined) throw new Error("no section in the demonstration");
    const { code, firstMonday, teachingWeeks, week } = term;
    const change = (more: object) => setTerm({ code, firstMonday, teachingWeeks, ...more }, "registrar.pgzz");
    expect(await change({ teachingWeeks: week - 1 })).toMatchObject({ code: "TERM_IN_USE" });
    expect(await change({ firstMonday: "2026-08-24" })).toMatchObject({ code: "TERM_IN_USE" });
    expect(await change({ examWeeks: [teachingWeeks] })).toMatchObject({ term: { examWeeks: [teachingWeeks] } });
  });

  test("and bells are nobody's to set but a registrar's, for their own school", async () => {
    for (const as of ["student.wang", "classteacher.jdsf", "admin.jdsf", "confirmer.jdsf"]) {
      expect(await setTerm({}, as), as).toMatchObject({ code: "FORBIDDEN" });
      expect(await setBells({ bells: [] }, as), as).toMatchObject({ code: "FORBIDDEN" });
    }
  });
});

describe("bells", () => {
  const bells = [
    { period: 1, startsAt: "08:00", endsAt: "08:45" },
    { period: 2, startsAt: "08:55", endsAt: "09:40" },
  ];

  test("are set by campus and season, and the last periods can be taken away", async () => {
    const campus = encodeId("Campus", idOf("campus", "test"));
    await fresh.sql`insert into campus (id, institution_id, name_zh, name_en)
      values (${idOf("campus", "test")}, ${SCHOOL}, '南校区', 'South')`;
    const summer = { campusId: campus, season: "SUMMER", startsOn: "05-01", bells };
    expect(await setBells(summer)).toMatchObject({ __typename: "SetBellsSuccess" });
    const set = { ...summer, bells: [{ period: 1, startsAt: "07:40", endsAt: "08:25" }] };
    expect(await setBells(set)).toMatchObject({ __typename: "SetBellsSuccess" });
    const asked = await api.ask<{ institution: { bellSets: { season: string }[] } }>(
      `{ institution(key: "jdsf") { bellSets { campus { name { en } } season startsOn bells { period startsAt } } } }`,
    );
    expect(asked.data?.institution.bellSets.find(({ season }) => season === "SUMMER")).toEqual({
      campus: { name: { en: "South" } },
      season: "SUMMER",
      startsOn: "05-01",
      bells: [{ period: 1, startsAt: "07:40" }],
    });
    const day = await api.ask<{ calendarDay: { bells: { startsAt: string }[] } }>(
      `query ($school: ID!, $campus: ID!) { calendarDay(institutionId: $school, date: "2026-09-16", campusId: $campus) {
        ... on CalendarDay { bells { period startsAt } } } }`,
      { school, campus },
    );
    expect(day.data?.calendarDay.bells[0]).toEqual({ period: 1, startsAt: "07:40:00" });
  });

  test.each([
    [[], "INVALID_INPUT"],
    [[{ period: 2, startsAt: "08:00", endsAt: "08:45" }], "BELL_OUT_OF_ORDER"],
    [[{ period: 1, startsAt: "8:00", endsAt: "08:45" }], "BELL_OUT_OF_ORDER"],
    [[{ period: 1, startsAt: "08:45", endsAt: "08:00" }], "BELL_OUT_OF_ORDER"],
    [[bells[0], { period: 2, startsAt: "08:40", endsAt: "09:20" }], "BELL_OUT_OF_ORDER"],
  ])("are refused as %j: %s", async (wrong, code) => {
    expect(await setBells({ season: "WINTER", startsOn: "10-01", bells: wrong })).toMatchObject({ code });
  });

  test("of a season begin on a day of the year, those of the whole year on none, and a campus is one's own", async () => {
    expect(await setBells({ season: "WINTER", bells })).toMatchObject({ code: "INVALID_INPUT" });
    expect(await setBells({ season: "WINTER", startsOn: "13-01", bells })).toMatchObject({ code: "INVALID_INPUT" });
    expect(await setBells({ startsOn: "05-01", bells })).toMatchObject({ code: "INVALID_INPUT" });
    const campusId = encodeId("Campus", idOf("campus", "nobody's"));
    expect(await setBells({ campusId, bells })).toMatchObject({ code: "INVALID_INPUT" });
  });

  test("that sections meet by are not taken away", async () => {
    expect(await setBells({ bells }, "registrar.pgzz")).toMatchObject({ code: "PERIOD_IN_USE" });
  });
});
