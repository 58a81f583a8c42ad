import { describe, expect, test } from "vitest";
import type { AchievementDetail } from "../../../src/domain/recognition/facts.ts";
import { type Achieved, depositKey } from "../../../src/features/bank/deposit.ts";

type Detail<Kind> = Extract<AchievementDetail, { readonly kind: Kind }>;

const achieved = (detail: AchievementDetail, more: Partial<Achieved> = {}): Achieved => ({
  kind: detail.kind,
  title: { zh: "焊工", en: "Welder" },
  attempt: "FIRST",
  completedOn: "2026-05-01",
  termCode: null,
  courseId: null,
  detail,
  ...more,
});
const AWARD: Detail<"COMPETITION"> = {
  kind: "COMPETITION",
  competitionId: "welding",
  series: "welding",
  tier: "PROVINCIAL",
  prize: "SECOND",
  team: false,
  rankInTeam: null,
};
const award = (more: Partial<Detail<"COMPETITION">> = {}) => depositKey(achieved({ ...AWARD, ...more }));

describe("the key of a deposit", () => {
  test("tells two awards of one competition on one day apart: by tier, by prize, alone or in a team", () => {
    const team = { team: true, rankInTeam: 2 };
    const keys = [award(), award({ tier: "CITY" }), award({ prize: "THIRD" }), award(team)];
    expect(new Set([...keys, award({ ...team, prize: "THIRD" })]).size).toBe(5);
  });

  test("is the same for one award written down otherwise: its place in the team, its series", () => {
    expect(award()).toBe(award());
    expect(award({ team: true, rankInTeam: 2 })).toBe(award({ team: true, rankInTeam: 3 }));
    expect(award({ series: "another" })).toBe(award());
  });

  test.each<[string, (months: number) => AchievementDetail]>([
    ["service", (months) => ({ kind: "SERVICE", months, honourable: true })],
    ["work", (months) => ({ kind: "WORK", occupation: "焊工", months })],
  ])("tells two kinds of %s that ended on one day apart, and other months of one kind not", (_, of) => {
    const other = { title: { zh: "电工", en: "Electrician" } };
    expect(depositKey(achieved(of(12), other))).not.toBe(depositKey(achieved(of(12))));
    expect(depositKey(achieved(of(12), { completedOn: "2026-05-02" }))).not.toBe(depositKey(achieved(of(12))));
    // other months would otherwise be banked beside the wrong ones
    expect(depositKey(achieved(of(24)))).toBe(depositKey(achieved(of(12))));
  });

  test.each(["COURSE", "EXTERNAL_COURSE", "ONLINE_COURSE"] as const)(
    "of a %s is its course or title, its term or day, and its attempt",
    (kind) => {
      const rest = { courseId: null, code: "M1", group: null, requirement: null, subject: "ORDINARY" } as const;
      const course = achieved({ kind, ...rest });
      expect(depositKey(course)).toBe(`${kind}/焊工/2026-05-01/FIRST`);
      const named = { ...course, courseId: "c1", termCode: "2025-2026-1", attempt: "MAKEUP" } as const;
      expect(depositKey(named)).toBe(`${kind}/c1/2025-2026-1/MAKEUP`);
    },
  );
});
