/** The level of a programme or a major. Secondary 中职, associate 高职专科, vocational bachelor 职业本科, general bachelor 普通本科. */
export const EDUCATION_LEVELS = ["SECONDARY", "ASSOCIATE", "VOCATIONAL_BACHELOR", "GENERAL_BACHELOR"] as const;
export type EducationLevel = (typeof EDUCATION_LEVELS)[number];

/** The catalogue a code belongs to. The associate codes of 2015 collide with those of 2021, so a code means nothing without it. */
export const MAJOR_EDITIONS = ["VOCATIONAL_2021", "VOCATIONAL_2015", "GENERAL_BACHELOR"] as const;
export type MajorEdition = (typeof MAJOR_EDITIONS)[number];

/** What a major's code says. Source: 职业教育专业目录 2021, CC GG NN with optional K; 普通高等学校本科专业目录. */
export interface MajorCode {
  readonly edition: MajorEdition;
  readonly code: string;
  readonly level: EducationLevel;
  /** 专业大类: 1 to 19 in the 2021 edition and the same at all its levels; the discipline in the bachelor's; as written in 2015's. */
  readonly category: number;
  /** 专业类: the class inside the category, the same at all levels of the 2021 edition. */
  readonly class: number;
  /** 国家控制布点: suffix K. */
  readonly stateControlled: boolean;
  /** 特设专业: suffix T of the general bachelor's catalogue. */
  readonly special: boolean;
}

/** Where the two leading digits of each level of the 2021 catalogue begin; each level has the same 19 categories. */
const OFFSETS_2021: readonly (readonly [offset: number, level: EducationLevel])[] = [
  [60, "SECONDARY"],
  [40, "ASSOCIATE"],
  [20, "VOCATIONAL_BACHELOR"],
];
const CATEGORIES_2021 = 19;

const SHAPE = /^(\d{2})(\d{2})(\d{2})(T?K?)$/;

/** Reads a major's code in its edition; null where the edition has no such code. */
export function parseMajorCode(code: string, edition: MajorEdition): MajorCode | null {
  const match = SHAPE.exec(code);
  if (match === null) return null;
  const [, head = "", group = "", , suffix = ""] = match;
  const place = placeOf(Number(head), edition);
  const special = suffix.startsWith("T");
  if (place === null || (special && edition !== "GENERAL_BACHELOR")) return null;
  return { edition, code, ...place, class: Number(group), stateControlled: suffix.endsWith("K"), special };
}

function placeOf(head: number, edition: MajorEdition): Pick<MajorCode, "level" | "category"> | null {
  switch (edition) {
    case "VOCATIONAL_2021": {
      const found = OFFSETS_2021.find(([offset]) => head > offset && head <= offset + CATEGORIES_2021);
      return found === undefined ? null : { level: found[1], category: head - found[0] };
    }
    case "VOCATIONAL_2015":
      return head >= 51 && head <= 69 ? { level: "ASSOCIATE", category: head } : null;
    case "GENERAL_BACHELOR":
      return head >= 1 && head <= 14 ? { level: "GENERAL_BACHELOR", category: head } : null;
  }
}

/** Whether two majors are of one class (专业类), at whatever levels; never across editions, whose numbers mean other things. */
export function sameClass(a: MajorCode, b: MajorCode): boolean {
  return a.edition === b.edition && a.category === b.category && a.class === b.class;
}
