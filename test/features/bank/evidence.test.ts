import { describe, expect, test } from "vitest";
import { type AchievementDetail, ACHIEVEMENT_KINDS } from "../../../src/domain/recognition/facts.ts";
import { evidenceOf } from "../../../src/features/bank/evidence.ts";
import { idOf } from "./school.ts";

const foreign = { courseId: null, code: "X1", group: null, requirement: null, subject: "ORDINARY" } as const;
const DETAILS: readonly AchievementDetail[] = [
  { kind: "COURSE", ...foreign },
  { kind: "EXTERNAL_COURSE", ...foreign, provider: "某学院", documentNo: "T-1" },
  { kind: "ONLINE_COURSE", ...foreign },
  { kind: "CERTIFICATE", certificateId: idOf("c"), level: "INTERMEDIATE", number: "0012", validUntil: null },
  {
    kind: "COMPETITION",
    competitionId: idOf("k"),
    series: "s",
    tier: "NATIONAL",
    prize: "SECOND",
    team: true,
    rankInTeam: 2,
  },
  { kind: "WORK", occupation: "钳工", months: 18, provider: "某厂" },
  { kind: "SERVICE", months: 24, honourable: true, documentNo: "D-1" },
  { kind: "PRIOR_LEARNING", subject: "焊接", provider: "某院" },
];
const ISSUER = { zh: "某评价机构", en: "An assessor" };
const told = (kind: string, language: "zh" | "en") =>
  evidenceOf(DETAILS.find((each) => each.kind === kind) as AchievementDetail, ISSUER, language).map(
    ({ label, value }) => `${label} ${value}`,
  );

describe("what an achievement rests on", () => {
  test("is told of every kind in both languages, and what is not known is left out", () => {
    expect(ACHIEVEMENT_KINDS.map((kind) => [kind, told(kind, "zh")])).toEqual([
      ["COURSE", []],
      ["EXTERNAL_COURSE", ["提供单位 某学院", "代码 X1", "证明编号 T-1"]],
      ["ONLINE_COURSE", ["代码 X1"]],
      ["CERTIFICATE", ["发证机构 某评价机构", "证书等级 中级", "证书编号 0012"]],
      ["COMPETITION", ["竞赛级别 国家级", "获奖等级 二等奖", "参赛形式 团队", "团队排名 2"]],
      ["WORK", ["提供单位 某厂", "月数 18"]],
      ["SERVICE", ["月数 24", "正常退役 是", "证明编号 D-1"]],
      ["PRIOR_LEARNING", ["提供单位 某院"]],
    ]);
    expect(told("COMPETITION", "en")).toEqual(["Tier national", "Prize Second prize", "Entry team", "Rank in team 2"]);
  });
});
