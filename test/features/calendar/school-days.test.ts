import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { idOf } from "../../../src/seed/id.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

const SCHOOL = idOf("institution", "btvtc");
const school = encodeId("Institution", SCHOOL);
const citation = { document: "关于2026年国庆节放假和调课的通知", clause: "第二条" };

const DAY = `query ($school: ID!, $date: Date!, $campus: ID) {
  calendarDay(institutionId: $school, date: $date, campusId: $campus) {
    ... on CalendarDay { kind week weekday taughtAs undecided festival { en } bells { period startsAt } }
    ... on Problem { code message }
  }
}`;
const SET_DAY = `mutation ($input: SchoolDayInput!) {
  setSchoolDay(input: $input) { ... on SetSchoolDaySuccess { day { date kind taughtAs } } ... on Problem { code path } }
}`;
const SET_WINDOW = `mutation ($input: CalendarWindowInput!) {
  setCalendarWindow(input: $input) { ... on SetCalendarWindowSuccess { window { kind termCode } } ... on Problem { code } }
}`;

let fresh: FreshDatabase;
let api: TestApi;
let registrar: string;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  api = await openApi(fresh.db);
  const [row] = await fresh.sql<{ login: string }[]>`
    select a.login from account a join capacity c on c.account_id = a.id
    where c.role = 'REGISTRAR' and c.institution_id = ${SCHOOL} order by 1 limit 1`;
  registrar = row?.login ?? "";
});
afterAll(async () => {
  await api.close();
  await fresh.drop();
});

const dayOf = async (date: string, campus?: string) =>
  (await api.ask<{ calendarDay: Record<string, unknown> }>(DAY, { school, date, campus }, { language: "en" })).data
    ?.calendarDay;
const set = async (input: object, as = registrar) =>
  (await api.ask<{ setSchoolDay: object }>(SET_DAY, { input: { citation, ...input } }, { as })).data?.setSchoolDay;

describe("a school's calendar", () => {
  test("is read by anyone: the public calendar, and what the registrar says before it", async () => {
    expect(await dayOf("2026-10-10")).toMatchObject({
      kind: "SHIFTED",
      undecided: true,
      festival: { en: "National Day" },
    });
    expect(await set({ date: "2026-10-10", kind: "TAUGHT", taughtAs: "2026-10-06" })).toMatchObject({
      day: { kind: "TAUGHT" },
    });
    expect(await dayOf("2026-10-10")).toMatchObject({ kind: "SCHOOL_SHIFTED", weekday: 2, taughtAs: "2026-10-06" });
    expect(await set({ date: "2026-10-10", kind: "ORDINARY" })).toMatchObject({
      day: { kind: "ORDINARY", taughtAs: null },
    });
    expect(await dayOf("2026-10-10")).toMatchObject({ kind: "SHIFTED", undecided: true });
  });

  test("holds a day's classes once", async () => {
    await set({ date: "2026-09-20", kind: "TAUGHT", taughtAs: "2026-10-07" });
    expect(await set({ date: "2026-10-11", kind: "TAUGHT", taughtAs: "2026-10-07" })).toMatchObject({
      code: "DAY_TAUGHT_TWICE",
    });
  });

  test.each([
    [{ date: "2026-11-25", kind: "TAUGHT" }, ["input", "taughtAs"]],
    [{ date: "2026-11-25", kind: "OFF", taughtAs: "2026-11-26" }, ["input", "taughtAs"]],
    [{ date: "2026-11-25", kind: "OFF", citation: { document: " ", clause: "1" } }, ["input", "citation"]],
  ])("refuses what says nothing: %j", async (input, path) => {
    expect(await set(input)).toMatchObject({ code: "INVALID_INPUT", path });
  });

  test("is written by its own registrar alone", async () => {
    for (const as of ["student.wang", "admin"]) {
      expect(await set({ date: "2026-11-25", kind: "OFF" }, as)).toMatchObject({ code: "FORBIDDEN" });
    }
  });

  test("says of a year whose holidays are not known that it does not know", async () => {
    expect(await dayOf("2027-03-01")).toMatchObject({
      code: "CALENDAR_YEAR_UNKNOWN",
      message: expect.stringContaining("2027") as string,
    });
  });

  test("rings a campus's own bells, by season", async () => {
    const [campus] = await fresh.sql<
      { id: string }[]
    >`select id from campus where institution_id = ${SCHOOL} order by name_zh limit 1`;
    const id = campus?.id ?? "";
    await fresh.sql`insert into bell_season (institution_id, season, starts_on) values (${SCHOOL}, 'WINTER', '10-01'), (${SCHOOL}, 'SUMMER', '05-01')`;
    await fresh.sql`insert into bell (institution_id, campus_id, season, period, starts_at, ends_at)
      values (${SCHOOL}, ${id}, 'WINTER', 1, '08:30', '09:15')`;
    const first = async (date: string, campusId?: string) =>
      ((await dayOf(date, campusId))?.["bells"] as { startsAt: string }[] | undefined)?.[0]?.startsAt;
    expect(await first("2026-11-24", encodeId("Campus", id))).toBe("08:30:00");
    expect(await first("2026-11-24")).toBe("08:00:00");
    expect(await first("2026-09-16", encodeId("Campus", id))).toBe("08:00:00");
  });

  test("has windows of a kind and a term, each resting on a document", async () => {
    const input = {
      kind: "SELECTION",
      termCode: "2026-2027-1",
      opensAt: "2026-09-01T08:00:00+08:00",
      closesAt: "2026-09-11T18:00:00+08:00",
      citation,
    };
    const put = async (change: object, as = registrar) =>
      (await api.ask<{ setCalendarWindow: object }>(SET_WINDOW, { input: { ...input, ...change } }, { as })).data
        ?.setCalendarWindow;
    expect(await put({})).toMatchObject({ window: { kind: "SELECTION" } });
    expect(await put({ closesAt: "2026-09-01T07:00:00+08:00" })).toMatchObject({ code: "INVALID_INPUT" });
    expect(await put({ termCode: "2030-2031-1" })).toMatchObject({ code: "UNKNOWN_TERM" });
    expect(await put({}, "student.wang")).toMatchObject({ code: "FORBIDDEN" });
    const answer = await api.ask<{ node: { windows: object[]; terms: object[] } }>(
      `query ($school: ID!) { node(id: $school) { ... on Institution {
        windows(termCode: "2026-2027-1") { kind citation { document } } terms { code } } } }`,
      { school },
    );
    expect(answer.data?.node.windows).toEqual([{ kind: "SELECTION", citation: { document: citation.document } }]);
    expect(answer.data?.node.terms.length).toBeGreaterThan(3);
  });
});

test("working days are counted for whoever asks", async () => {
  const ask = async (after: string, workingDays: number) =>
    (
      await api.ask<{ workingDay: object }>(
        `query ($school: ID!, $after: Date!, $n: Int!) { workingDay(institutionId: $school, after: $after, workingDays: $n) {
          ... on WorkingDay { date source } ... on Problem { code } } }`,
        { school, after, n: workingDays },
      )
    ).data?.workingDay;
  expect(await ask("2026-04-30", 1)).toMatchObject({ date: "2026-05-06", source: "chinese-days" });
  expect(await ask("2026-11-24", 60)).toMatchObject({ code: "CALENDAR_YEAR_UNKNOWN" });
  expect(await ask("2026-11-24", 100_000)).toMatchObject({ code: "INVALID_INPUT" });
});
