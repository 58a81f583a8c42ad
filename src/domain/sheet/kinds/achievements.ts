import {
  choice,
  code,
  creditsCell,
  dateCell,
  optional,
  required,
  type SheetKind,
  termCell,
  whole,
  words,
  yesNo,
} from "../column.ts";
import type { Title } from "../../id.ts";
import type { AchievementKind, CertificateLevel, Prize } from "../../recognition/facts.ts";
import { LEVEL_TITLES } from "./levels.ts";

const kindCell = choice({
  COURSE: { zh: "课程", en: "Course" },
  EXTERNAL_COURSE: { zh: "校外课程", en: "External course" },
  ONLINE_COURSE: { zh: "在线课程", en: "Online course" },
  CERTIFICATE: { zh: "证书", en: "Certificate" },
  COMPETITION: { zh: "竞赛", en: "Competition" },
  WORK: { zh: "工作经历", en: "Work" },
  SERVICE: { zh: "服兵役", en: "Military service" },
  PRIOR_LEARNING: { zh: "先前学习", en: "Prior learning" },
});

export const CERTIFICATE_LEVEL_TITLES: Readonly<Record<CertificateLevel, Title>> = {
  ELEMENTARY: { zh: "初级", en: "Elementary" },
  INTERMEDIATE: { zh: "中级", en: "Intermediate" },
  ADVANCED: { zh: "高级", en: "Advanced" },
  TECHNICIAN: { zh: "技师", en: "Technician" },
  SENIOR_TECHNICIAN: { zh: "高级技师", en: "Senior technician" },
  UNGRADED: { zh: "不分级", en: "Ungraded" },
};
export const PRIZE_TITLES: Readonly<Record<Prize, Title>> = {
  FIRST: { zh: "一等奖", en: "First prize" },
  SECOND: { zh: "二等奖", en: "Second prize" },
  THIRD: { zh: "三等奖", en: "Third prize" },
  MERIT: { zh: "优秀奖", en: "Merit" },
};

const columns = {
  studentNo: required(code(20), {
    zh: "学号",
    en: "Student number",
    aliases: ["学生学号", "Student no", "学习账户号", "学号或学习账户号", "Bank number"],
    note: {
      zh: "本校学号；无学籍学习者填学习账户号。请设为文本格式",
      en: "The number at your school, or the bank number of whoever has none; keep the cell a text",
    },
    example: "2024010101",
  }),
  name: optional(words(36), {
    zh: "姓名",
    en: "Name",
    aliases: ["学生姓名"],
    note: {
      zh: "用于核对，可不填；外校开户的学习账户号须填",
      en: "To check the number by; may be empty, but not beside a bank number that another school's account has",
    },
    example: "张三",
  }),
  kind: optional(kindCell, {
    zh: "成果类型",
    en: "Kind",
    aliases: ["学习成果类型"],
    note: { zh: "不填即为课程", en: "Course where empty" },
    example: "课程",
  }),
  code: optional(code(60), {
    zh: "代码",
    en: "Code",
    aliases: ["课程代码", "课程编号", "课程号", "证书代号", "竞赛代号", "Course code"],
    note: {
      zh: "课程代码；证书、竞赛填其代号或名称",
      en: "The course's code; for a certificate or competition its key or title",
    },
    example: "JD0201",
  }),
  title: optional(words(100), {
    zh: "名称",
    en: "Title",
    aliases: ["课程名称", "课程名"],
    note: { zh: "校外、在线课程、工作经历、先前学习必填", en: "For external and online courses, work, prior learning" },
    example: "机械制图",
  }),
  term: optional(termCell, {
    zh: "学期",
    en: "Term",
    aliases: ["学年学期", "开课学期"],
    note: { zh: "课程必填", en: "For courses" },
    example: "2025-2026-1",
  }),
  grade: optional(
    { ...code(20), asText: false },
    {
      zh: "成绩",
      en: "Grade",
      aliases: ["总评成绩", "总成绩", "分数", "最终成绩"],
      note: {
        zh: "按课程的成绩记录方式填写：85.5、优秀、合格；或 缺考、缓考、旷考、作弊、免修",
        en: "In the mode of the course: 85.5, Excellent, Passed; or Absent, Deferred, Truant, Cheated, Exempted",
      },
      example: "85.5",
    },
  ),
  credits: optional(creditsCell, {
    zh: "学分",
    en: "Credits",
    note: { zh: "课程不填即取课程学分", en: "The course's own where empty" },
    example: "4",
  }),
  level: optional(choice(LEVEL_TITLES), {
    zh: "层次",
    en: "Level",
    aliases: ["学分层次"],
    note: {
      zh: "无学籍学习者的学分须填；有学籍的以学籍为准，不填",
      en: "For credits of whoever has no registration; a student's is that of their registration",
    },
    example: "中职",
  }),
  completedOn: required(dateCell, {
    zh: "完成日期",
    en: "Completed on",
    aliases: ["取得日期", "获得日期", "考试日期", "发证日期"],
    note: { zh: "成绩评定、发证或获奖的日期", en: "When it was graded, issued or awarded" },
    example: "2026-01-10",
  }),
  attempt: optional(
    choice({
      FIRST: { zh: "首次", en: "First", aliases: ["正常", "初修", "正常考试"] },
      MAKEUP: { zh: "补考", en: "Make-up" },
      RETAKE: { zh: "重修", en: "Retake" },
    }),
    {
      zh: "修读性质",
      en: "Attempt",
      aliases: ["考试性质", "考试类型"],
      note: { zh: "不填即为首次", en: "First where empty" },
      example: "首次",
    },
  ),
  certificateLevel: optional(choice(CERTIFICATE_LEVEL_TITLES), {
    zh: "证书等级",
    en: "Certificate level",
    note: { zh: "证书必填", en: "For certificates" },
    example: "中级",
  }),
  number: optional(code(60), {
    zh: "证书编号",
    en: "Certificate number",
    note: { zh: "证书必填，请设为文本格式", en: "For certificates; keep the cell a text" },
    example: "X2026-000123",
  }),
  validUntil: optional(dateCell, {
    zh: "有效期至",
    en: "Valid until",
    note: { zh: "长期有效不填", en: "Empty where it does not expire" },
    example: "2029-06-30",
  }),
  prize: optional(choice(PRIZE_TITLES), {
    zh: "获奖等级",
    en: "Prize",
    note: { zh: "竞赛必填", en: "For competitions" },
    example: "一等奖",
  }),
  rankInTeam: optional(whole(1, 20), {
    zh: "团队排名",
    en: "Rank in team",
    note: { zh: "个人赛不填", en: "Empty where it was no team" },
    example: "1",
  }),
  months: optional(whole(1, 600), {
    zh: "月数",
    en: "Months",
    note: { zh: "工作经历、服兵役必填", en: "For work and military service" },
    example: "24",
  }),
  honourable: optional(yesNo, {
    zh: "正常退役",
    en: "Honourable discharge",
    note: { zh: "服兵役；不填即为是", en: "For military service; yes where empty" },
    example: "是",
  }),
  provider: optional(words(100), {
    zh: "提供单位",
    en: "Provider",
    aliases: ["开课单位", "开课学校", "开课平台", "用人单位", "工作单位", "认定单位"],
    note: {
      zh: "校外、在线课程的开课单位或平台；工作经历、学徒培养的用人单位；先前学习的认定单位",
      en: "Who gave an external or online course; the employer of work or an apprenticeship; who assessed prior learning",
    },
    example: "某某职业技术学院",
  }),
  documentNo: optional(code(60), {
    zh: "证明编号",
    en: "Document number",
    aliases: ["证明材料编号", "证明文号", "获奖证书编号", "退役证编号"],
    note: {
      zh: "成绩单、获奖证书、劳动合同、退役证、认定书的编号，请设为文本格式",
      en: "Of the transcript, award, contract, discharge paper or assessment; keep the cell a text",
    },
    example: "2026-0123",
  }),
};
export type AchievementColumns = typeof columns;

/** 学习成果: one achievement of one learner per row. */
export const ACHIEVEMENTS: SheetKind<AchievementColumns> = {
  key: "achievements",
  title: { zh: "学习成果", en: "Achievements" },
  columns,
};

interface Use {
  readonly needs: readonly (keyof AchievementColumns)[];
  readonly takes: readonly (keyof AchievementColumns)[];
}

/** Which columns a kind of achievement needs and which it takes besides; the learner, kind and date belong to every one. */
export const COLUMNS_OF_KIND: Readonly<Record<AchievementKind, Use>> = {
  COURSE: { needs: ["code", "term", "grade"], takes: ["title", "credits", "attempt", "level"] },
  EXTERNAL_COURSE: {
    needs: ["title", "credits"],
    takes: ["code", "term", "grade", "attempt", "level", "provider", "documentNo"],
  },
  ONLINE_COURSE: {
    needs: ["title", "credits"],
    takes: ["code", "term", "grade", "attempt", "level", "provider", "documentNo"],
  },
  CERTIFICATE: { needs: ["code", "certificateLevel", "number"], takes: ["title", "validUntil", "grade"] },
  COMPETITION: { needs: ["code", "prize"], takes: ["title", "rankInTeam", "documentNo"] },
  WORK: { needs: ["title", "months"], takes: ["provider", "documentNo"] },
  SERVICE: { needs: ["months"], takes: ["title", "honourable", "documentNo"] },
  PRIOR_LEARNING: { needs: ["title"], takes: ["credits", "grade", "level", "provider", "documentNo"] },
};
