import type { Language } from "../../auth/viewer.ts";
import type { Title } from "../../domain/id.ts";
import type { AchievementDetail } from "../../domain/recognition/facts.ts";
import {
  ACHIEVEMENTS,
  type AchievementColumns,
  CERTIFICATE_LEVEL_TITLES,
  PRIZE_TITLES,
} from "../../domain/sheet/kinds/achievements.ts";
import { messages } from "../../messages/index.ts";

/** One field of what an achievement rests on, for a reader. */
export interface EvidenceField {
  readonly key: string;
  readonly label: string;
  readonly value: string;
}

const OWN_LABELS = {
  issuer: { zh: "发证机构", en: "Issuer" },
  tier: { zh: "竞赛级别", en: "Tier" },
  entry: { zh: "参赛形式", en: "Entry" },
} as const;
const TEAM: Title = { zh: "团队", en: "team" };
const INDIVIDUAL: Title = { zh: "个人", en: "individual" };
const YES: Title = { zh: "是", en: "yes" };
const NO: Title = { zh: "否", en: "no" };

type Value = string | number | Title | null | undefined;
type Key = keyof AchievementColumns | keyof typeof OWN_LABELS;

/** What an achievement of each kind rests on beside its title, grade and credits; what is not known is left out. */
export function evidenceOf(detail: AchievementDetail, issuer: Title | null, language: Language): EvidenceField[] {
  return fieldsOf(detail, issuer).flatMap(([key, value]) => {
    if (value === null || value === undefined || value === "") return [];
    const label = (key in OWN_LABELS ? OWN_LABELS[key as keyof typeof OWN_LABELS] : titleOf(key))[language];
    return [{ key, label, value: typeof value === "object" ? value[language] : String(value) }];
  });
}

const titleOf = (key: Key): Title => ACHIEVEMENTS.columns[key as keyof AchievementColumns].title;

function fieldsOf(detail: AchievementDetail, issuer: Title | null): readonly (readonly [Key, Value])[] {
  switch (detail.kind) {
    case "COURSE":
      return [];
    case "EXTERNAL_COURSE":
    case "ONLINE_COURSE":
      return [
        ["provider", detail.provider],
        ["code", detail.code],
        ["documentNo", detail.documentNo],
      ];
    case "CERTIFICATE":
      return [
        ["issuer", issuer],
        ["certificateLevel", CERTIFICATE_LEVEL_TITLES[detail.level]],
        ["number", detail.number],
      ];
    case "COMPETITION":
      return [
        ["tier", { zh: messages("zh").code[detail.tier], en: messages("en").code[detail.tier] }],
        ["prize", PRIZE_TITLES[detail.prize]],
        ["entry", detail.team ? TEAM : INDIVIDUAL],
        ["rankInTeam", detail.rankInTeam],
        ["documentNo", detail.documentNo],
      ];
    case "WORK":
      return [
        ["provider", detail.provider],
        ["months", detail.months],
        ["documentNo", detail.documentNo],
      ];
    case "SERVICE":
      return [
        ["months", detail.months],
        ["honourable", detail.honourable ? YES : NO],
        ["documentNo", detail.documentNo],
      ];
    case "PRIOR_LEARNING":
      return [
        ["provider", detail.provider],
        ["documentNo", detail.documentNo],
      ];
  }
}
