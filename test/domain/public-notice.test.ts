import { describe, expect, test } from "vitest";
import {
  endOfDay,
  EVERY_SCHOOL,
  forbiddenIn,
  nextState,
  type NoticePeriod,
  periodFor,
  standingOf,
} from "../../src/domain/public-notice.ts";

describe("what no public list may hold", () => {
  test.each([
    ["ID_NUMBER", "身份证 150203209912310010"],
    ["ID_NUMBER", "15020320991231007X"],
    ["ID_NUMBER", "15020320991231007x免修"],
    ["ID_NUMBER", "１５０２０３２０９９１２３１００１０"],
    ["ID_NUMBER", "150203 20991231 0010"],
    ["ID_NUMBER", "150203-2099-1231-0010"],
    ["ID_NUMBER", "150203991231001"],
    ["PHONE", "电话13800000000"],
    ["PHONE", "138 0000 0000"],
    ["PHONE", "+86 138-0000-0000"],
    ["PHONE", "0472-1234567"],
    ["BIRTH_DATE", "2009年3月出生"],
    ["BIRTH_DATE", "born 2009-03-01"],
    ["BIRTH_DATE", "生日 3月1日"],
  ])("is %s in %s", (what, text) => {
    expect(forbiddenIn(text)).toBe(what);
  });

  test.each([
    "全国职业院校技能大赛 一等奖",
    "2026-06-30 免修《电工基础》4 学分",
    "学号 2024010010",
    // a certificate's number of eighteen digits with no date where an ID number has one
    "证书编号 440300999999123456",
    "第 12 届，2025-2026 学年第 1 学期",
    "Reborn Ltd. award, 1st prize",
  ])("is not in %s", (text) => {
    expect(forbiddenIn(text)).toBeNull();
  });
});

test("a notice is gone when its last day ends in China", () => {
  expect(endOfDay("2026-12-01")).toBe("2026-12-01T16:00:00.000Z");
});

test("a school's own period goes before the general one, kind by kind", () => {
  const school = "11111111-1111-4111-8111-111111111111";
  const citation = { document: "d", clause: "c" };
  const general: NoticePeriod = {
    institutionId: EVERY_SCHOOL,
    kind: "AWARD",
    workingDays: 5,
    answerWorkingDays: 5,
    citation,
    certainty: "SETTING",
  };
  const own: NoticePeriod = { ...general, institutionId: school, workingDays: 3, certainty: "VERIFIED" };
  expect(periodFor([general, own], "AWARD", school)).toBe(own);
  expect(periodFor([general, own], "AWARD", "22222222-2222-4222-8222-222222222222")).toBe(general);
  expect(periodFor([own, general], "EXEMPTION", school)).toBeNull();
});

describe("an objection", () => {
  test("is received, looked into, and answered, in this order", () => {
    expect([nextState("RECEIVED"), nextState("UNDER_REVIEW"), nextState("ANSWERED")]).toEqual([
      "UNDER_REVIEW",
      "ANSWERED",
      null,
    ]);
  });

  const notice = { closesAt: "2026-12-01T16:00:00Z", withdrawnAt: null };
  const before = new Date("2026-12-01T15:59:59Z");
  const after = new Date("2026-12-01T16:00:00Z");
  const open = { state: "RECEIVED", outcome: null } as const;
  const upheld = { state: "ANSWERED", outcome: "UPHELD" } as const;
  const dismissed = { state: "ANSWERED", outcome: "DISMISSED" } as const;

  test("holds back what was given notice of until it is dismissed, for good where it is upheld", () => {
    expect(standingOf(null, [], after)).toBe("NOT_OPENED");
    expect(standingOf(notice, [], before)).toBe("OPEN");
    expect(standingOf(notice, [], after)).toBe("CLEAR");
    expect(standingOf(notice, [open], after)).toBe("OBJECTED");
    expect(standingOf(notice, [dismissed, open], after)).toBe("OBJECTED");
    expect(standingOf(notice, [dismissed], after)).toBe("CLEAR");
    expect(standingOf(notice, [dismissed], before)).toBe("OPEN");
    expect(standingOf(notice, [dismissed, upheld], after)).toBe("UPHELD");
    expect(standingOf({ ...notice, withdrawnAt: "2026-11-30T00:00:00Z" }, [], after)).toBe("WITHDRAWN");
  });
});
