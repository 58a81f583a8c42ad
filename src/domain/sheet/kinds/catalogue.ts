import { choice, code, dateCell, optional, required, type SheetKind, whole, words } from "../column.ts";
import { LEVEL_TITLES } from "./levels.ts";

const LEVELS = choice(LEVEL_TITLES);

const institutionColumns = {
  key: required(code(30), {
    zh: "代号",
    en: "Key",
    aliases: ["学校代号"],
    note: { zh: "全系统唯一的简短代号，之后不再更改", en: "Short and unique in the service; it never changes" },
    example: "jdsf",
  }),
  nameZh: required(words(60), {
    zh: "学校名称",
    en: "Chinese name",
    aliases: ["院校名称", "名称"],
    note: { zh: "", en: "" },
    example: "包头机械工业职业学校",
  }),
  nameEn: required(words(120), {
    zh: "英文名称",
    en: "English name",
    note: { zh: "", en: "" },
    example: "Baotou Machinery Industry Vocational School",
  }),
  kind: required(
    choice({
      SECONDARY_VOCATIONAL_SCHOOL: { zh: "中等职业学校", en: "Secondary vocational school", aliases: ["中职学校"] },
      TECHNICIAN_SCHOOL: { zh: "技工学校", en: "Technician school", aliases: ["技师学院"] },
      COMPREHENSIVE_HIGH_SCHOOL: { zh: "综合高中", en: "Comprehensive high school" },
      GENERAL_HIGH_SCHOOL_VOCATIONAL_CLASS: { zh: "普通高中职教班", en: "Vocational class of a general high school" },
      HIGHER_VOCATIONAL_COLLEGE: { zh: "高等职业院校", en: "Higher vocational college", aliases: ["高职院校"] },
      UNIVERSITY: { zh: "大学", en: "University" },
      UNIVERSITY_COLLEGE: { zh: "大学二级学院", en: "College of a university" },
    }),
    { zh: "学校类型", en: "Kind", aliases: ["类型"], note: { zh: "", en: "" }, example: "中等职业学校" },
  ),
  supervisedBy: required(
    choice({
      EDUCATION: { zh: "教育部门", en: "Education", aliases: ["教育"] },
      LABOUR: { zh: "人社部门", en: "Labour", aliases: ["人社"] },
    }),
    { zh: "主管部门", en: "Supervised by", note: { zh: "", en: "" }, example: "教育部门" },
  ),
  moeId: optional(code(20), {
    zh: "学校标识码",
    en: "MOE id",
    note: { zh: "请设为文本格式", en: "Keep the cell a text" },
    example: "3115000001",
  }),
  nationalCode: optional(code(10), {
    zh: "院校代码",
    en: "National code",
    note: { zh: "高等学校的五位代码", en: "Five digits, of higher education" },
    example: "12057",
  }),
  foundedOn: optional(dateCell, { zh: "成立日期", en: "Founded on", note: { zh: "", en: "" }, example: "1985-09-01" }),
};
/** 院校. */
export const INSTITUTIONS: SheetKind<typeof institutionColumns> = {
  key: "institutions",
  title: { zh: "院校", en: "Institutions" },
  columns: institutionColumns,
};

const programmeColumns = {
  key: required(code(60), {
    zh: "专业代号",
    en: "Key",
    aliases: ["代号"],
    note: { zh: "全系统唯一，之后不再更改", en: "Unique in the service; it never changes" },
    example: "jdsf-660301-3y",
  }),
  school: required(code(100), {
    zh: "学校",
    en: "School",
    aliases: ["院校", "学校代号"],
    note: { zh: "院校的代号或中文名称", en: "Key or Chinese name of the school" },
    example: "jdsf",
  }),
  major: required(code(10), {
    zh: "专业代码",
    en: "Major code",
    note: { zh: "专业目录中的代码，请设为文本格式", en: "As in the catalogue; keep the cell a text" },
    example: "660301",
  }),
  level: required(LEVELS, {
    zh: "层次",
    en: "Level",
    aliases: ["培养层次"],
    note: { zh: "", en: "" },
    example: "中职",
  }),
  years: required(whole(1, 8), {
    zh: "学制",
    en: "Years",
    aliases: ["修业年限"],
    note: { zh: "", en: "" },
    example: "3",
  }),
  kind: required(
    choice({
      PLAIN: { zh: "普通", en: "Plain" },
      STAGED: { zh: "分段培养", en: "Staged", aliases: ["贯通分段"] },
      FIVE_YEAR_INTEGRATED: { zh: "五年一贯制", en: "Five-year integrated" },
    }),
    { zh: "培养方式", en: "Kind", note: { zh: "", en: "" }, example: "分段培养" },
  ),
  secondaryYears: optional(whole(1, 5), {
    zh: "中职阶段年数",
    en: "Secondary years",
    note: {
      zh: "仅五年一贯制填写：学籍转段之前的年数",
      en: "Five-year integrated only: years before the change of phase",
    },
    example: "3",
  }),
  department: optional(words(60), {
    zh: "系部",
    en: "Department",
    aliases: ["二级学院", "所属系部"],
    note: {
      zh: "须先导入系部；不填则不改动。系部审核只看到本系部的学生",
      en: "Departments are imported first; empty changes nothing. A department's reviewers see its own learners",
    },
    example: "机电工程系",
  }),
  titleZh: required(words(100), {
    zh: "专业名称",
    en: "Chinese title",
    aliases: ["名称"],
    note: { zh: "", en: "" },
    example: "机电技术应用（中职三年）",
  }),
  titleEn: required(words(150), {
    zh: "英文名称",
    en: "English title",
    note: { zh: "", en: "" },
    example: "Mechatronics Application (secondary, 3 years)",
  }),
};
/** 专业（培养项目）. */
export const PROGRAMMES: SheetKind<typeof programmeColumns> = {
  key: "programmes",
  title: { zh: "专业", en: "Programmes" },
  columns: programmeColumns,
};
