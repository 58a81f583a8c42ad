import { choice, code, creditsCell, optional, required, type SheetKind, whole, words } from "../column.ts";

const requirementCell = choice({
  REQUIRED: { zh: "必修", en: "Required" },
  RESTRICTED_ELECTIVE: { zh: "限选", en: "Restricted elective" },
  FREE_ELECTIVE: { zh: "任选", en: "Free elective", aliases: ["选修"] },
});

const courseColumns = {
  code: required(code(40), {
    zh: "课程代码",
    en: "Code",
    aliases: ["课程编号", "课程号", "代码", "Course code"],
    note: { zh: "校内唯一，请设为文本格式", en: "Unique at your school; keep the cell a text" },
    example: "JD0201",
  }),
  titleZh: required(words(100), {
    zh: "课程名称",
    en: "Title (Chinese)",
    aliases: ["名称", "中文名称", "Title"],
    note: { zh: "", en: "" },
    example: "机械制图",
  }),
  titleEn: optional(words(200), {
    zh: "英文名称",
    en: "English title",
    note: { zh: "不填即同中文名称", en: "The Chinese title where empty" },
    example: "Mechanical Drawing",
  }),
  credits: required(creditsCell, { zh: "学分", en: "Credits", note: { zh: "", en: "" }, example: "4" }),
  theoryHours: required(whole(0, 5000), {
    zh: "理论学时",
    en: "Theory hours",
    note: { zh: "", en: "" },
    example: "40",
  }),
  practiceHours: required(whole(0, 5000), {
    zh: "实践学时",
    en: "Practice hours",
    note: { zh: "", en: "" },
    example: "24",
  }),
  group: required(
    choice({
      GENERAL_FOUNDATION: { zh: "公共基础课", en: "General foundation", aliases: ["公共基础"] },
      SPECIALTY_FOUNDATION: { zh: "专业基础课", en: "Specialty foundation", aliases: ["专业基础"] },
      SPECIALTY_CORE: { zh: "专业核心课", en: "Specialty core", aliases: ["专业核心"] },
      SPECIALTY_EXTENSION: { zh: "专业拓展课", en: "Specialty extension", aliases: ["专业拓展"] },
      INTERNSHIP: { zh: "实习", en: "Internship" },
    }),
    { zh: "课程类别", en: "Group", aliases: ["课程性质类别", "类别"], note: { zh: "", en: "" }, example: "专业基础课" },
  ),
  requirement: required(requirementCell, {
    zh: "修习要求",
    en: "Requirement",
    aliases: ["课程性质", "必修选修"],
    note: { zh: "", en: "" },
    example: "必修",
  }),
  subject: optional(
    choice({
      ORDINARY: { zh: "一般", en: "Ordinary" },
      POLITICS: { zh: "思想政治", en: "Politics" },
      PHYSICAL_EDUCATION: { zh: "体育", en: "Physical education" },
      MILITARY_TRAINING: { zh: "军训与军事理论", en: "Military training" },
      INTERNSHIP: { zh: "实习", en: "Internship" },
      GRADUATION_PROJECT: { zh: "毕业设计", en: "Graduation project" },
    }),
    {
      zh: "科目",
      en: "Subject",
      note: { zh: "互认规则按科目排除；不填即为一般", en: "Rules exclude by it; ordinary where empty" },
      example: "一般",
    },
  ),
  gradingMode: required(
    choice({
      PERCENT: { zh: "百分制", en: "Percent" },
      FIVE_LEVEL: { zh: "五级制", en: "Five levels" },
      PASS_FAIL: { zh: "两级制", en: "Pass or fail" },
    }),
    { zh: "成绩记录方式", en: "Grading mode", note: { zh: "", en: "" }, example: "百分制" },
  ),
};
/** 课程: one course of the school per row. */
export const COURSES: SheetKind<typeof courseColumns> = {
  key: "courses",
  title: { zh: "课程", en: "Courses" },
  columns: courseColumns,
};

/** The modules of a programme plan, in the order of the tree; the keys are those that rules name. */
export const MODULES = {
  "general-required": { zh: "公共基础必修课", en: "Required general courses", aliases: ["公共基础必修"] },
  "general-elective": { zh: "公共基础限选课", en: "Restricted general electives", aliases: ["公共基础限选"] },
  "specialty-foundation": { zh: "专业基础课", en: "Specialty foundation", aliases: ["专业基础"] },
  core: { zh: "专业核心课", en: "Specialty core", aliases: ["专业核心"] },
  extension: { zh: "专业拓展课", en: "Specialty extension", aliases: ["专业拓展"] },
  training: { zh: "综合实训", en: "Comprehensive training", aliases: ["实训"] },
  internship: { zh: "岗位实习", en: "Internship", aliases: ["实习"] },
  graduation: { zh: "毕业设计", en: "Graduation project" },
  "free-elective": { zh: "任选课", en: "Free electives", aliases: ["任选"] },
} as const;
export type ModuleKey = keyof typeof MODULES;

const planColumns = {
  programme: required(code(100), {
    zh: "专业",
    en: "Programme",
    aliases: ["专业代号", "专业名称"],
    note: { zh: "本校专业（培养项目）的代号或中文名称", en: "Key or Chinese title of a programme of your school" },
    example: "机电技术应用",
  }),
  cohort: required(whole(1990, 2100), {
    zh: "年级",
    en: "Cohort",
    aliases: ["入学年份", "适用年级"],
    note: { zh: "方案适用的入学年份", en: "Year of admission the plan is for" },
    example: "2026",
  }),
  norm: required(code(60), {
    zh: "对应标准",
    en: "Norm",
    note: { zh: "培养方案所依据标准的代号", en: "Key of the programme norm it answers to" },
    example: "secondary_3y",
  }),
  module: required(choice<ModuleKey>(MODULES), {
    zh: "模块",
    en: "Module",
    aliases: ["课程模块"],
    note: { zh: "", en: "" },
    example: "专业核心课",
  }),
  moduleCredits: optional(creditsCell, {
    zh: "模块最低学分",
    en: "Module credits",
    note: {
      zh: "选修模块至少修满的学分；不填即全部必修",
      en: "Least credits of an elective module; all of it where empty",
    },
    example: "8",
  }),
  courseCode: required(code(40), {
    zh: "课程代码",
    en: "Course code",
    aliases: ["课程编号", "课程号", "代码"],
    note: { zh: "须先导入课程", en: "Courses are imported first" },
    example: "JD0201",
  }),
  term: required(whole(1, 12), {
    zh: "开设学期",
    en: "Term of study",
    aliases: ["学期", "Term"],
    note: { zh: "从入学起的第几学期", en: "Counted from admission" },
    example: "3",
  }),
  requirement: optional(requirementCell, {
    zh: "修习要求",
    en: "Requirement",
    aliases: ["课程性质"],
    note: { zh: "不填即同课程", en: "The course's own where empty" },
    example: "必修",
  }),
};
/** 培养方案: one placed course per row; the rows of one programme and cohort make one plan. */
export const PLANS: SheetKind<typeof planColumns> = {
  key: "plans",
  title: { zh: "培养方案", en: "Programme plans" },
  columns: planColumns,
};
