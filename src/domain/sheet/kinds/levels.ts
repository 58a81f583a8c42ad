import type { Title } from "../../id.ts";
import type { EducationLevel } from "../../major.ts";

/** Levels of education as schools call them in their sheets. */
export const LEVEL_TITLES: Readonly<Record<EducationLevel, Title & { readonly aliases?: readonly string[] }>> = {
  SECONDARY: { zh: "中职", en: "Secondary" },
  ASSOCIATE: { zh: "高职专科", en: "Associate", aliases: ["专科", "高职"] },
  VOCATIONAL_BACHELOR: { zh: "职业本科", en: "Vocational bachelor", aliases: ["高职本科"] },
  GENERAL_BACHELOR: { zh: "普通本科", en: "General bachelor", aliases: ["本科"] },
};
