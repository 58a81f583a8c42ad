import type { DocumentKind } from "../../id-number.ts";
import type { Title } from "../../id.ts";
import type { RegistrationStatus } from "../../registry/registration.ts";
import { choice, code, dateCell, optional, required, secret, type SheetKind, whole, words } from "../column.ts";

/** Kinds of document as schools call them. */
const DOCUMENT_TITLES: Readonly<Record<DocumentKind, Title & { readonly aliases?: readonly string[] }>> = {
  RESIDENT_ID: { zh: "居民身份证", en: "Resident identity card", aliases: ["身份证"] },
  HMT_RESIDENCE_PERMIT: { zh: "港澳台居民居住证", en: "Residence permit of Hong Kong, Macao and Taiwan residents" },
  HMT_TRAVEL_PERMIT: {
    zh: "港澳台居民通行证",
    en: "Travel permit of Hong Kong, Macao and Taiwan residents",
    aliases: ["港澳居民来往内地通行证", "台湾居民来往大陆通行证"],
  },
  FOREIGN_RESIDENCE_PERMIT: { zh: "外国人永久居留身份证", en: "Foreigner's permanent residence card" },
  PASSPORT: { zh: "护照", en: "Passport" },
  OTHER: { zh: "其他证件", en: "Other document", aliases: ["其他"] },
};

/** Statuses as registries export them. */
const STATUS_TITLES: Readonly<Record<RegistrationStatus, Title & { readonly aliases?: readonly string[] }>> = {
  ACTIVE: { zh: "在读", en: "Active", aliases: ["在籍", "在校"] },
  ON_LEAVE: { zh: "休学", en: "On leave", aliases: ["保留学籍"] },
  GRADUATED: { zh: "毕业", en: "Graduated" },
  COMPLETED: { zh: "结业", en: "Completed" },
  WITHDRAWN: { zh: "退学", en: "Withdrawn" },
  TRANSFERRED: { zh: "转出", en: "Transferred", aliases: ["转学"] },
};

const PROGRAMME = {
  zh: "专业",
  en: "Programme",
  aliases: ["专业代号", "专业名称"],
  note: { zh: "本校专业（培养项目）的代号或中文名称", en: "Key or Chinese title of a programme of your school" },
  example: "机电技术应用",
};

const learnerColumns = {
  studentNo: required(code(20), {
    zh: "学号",
    en: "Student number",
    aliases: ["学生学号", "Student no"],
    note: { zh: "本校学号，请设为文本格式", en: "The number at your school; keep the cell a text" },
    example: "2024010101",
  }),
  name: required(words(36), {
    zh: "姓名",
    en: "Name",
    aliases: ["学生姓名"],
    note: { zh: "与身份证一致，保留间隔号“·”", en: "As on the identity card, middle dots kept" },
    example: "张三",
  }),
  registryNo: optional(secret(code(30)), {
    zh: "学籍号",
    en: "Registry number",
    aliases: ["全国学籍号", "学籍辅号"],
    note: { zh: "加密保存；请设为文本格式", en: "Kept encrypted; keep the cell a text" },
    example: "G15020320081231007X",
  }),
  programme: required(code(100), PROGRAMME),
  className: optional(words(60), {
    zh: "班级",
    en: "Class",
    aliases: ["行政班", "班级名称"],
    note: { zh: "须先导入班级", en: "Classes are imported first" },
    example: "24机电1班",
  }),
  cohort: required(whole(1990, 2100), {
    zh: "年级",
    en: "Cohort",
    aliases: ["入学年份", "级"],
    note: { zh: "入学年份，决定适用的培养方案", en: "Year of admission: it decides the plan" },
    example: "2024",
  }),
  phase: optional(whole(1, 3), {
    zh: "阶段",
    en: "Phase",
    note: { zh: "五年一贯制的学籍阶段，不填即为 1", en: "Registry phase of an integrated programme; 1 where empty" },
    example: "1",
  }),
  enteredOn: required(dateCell, {
    zh: "入学日期",
    en: "Entered on",
    aliases: ["入校日期"],
    note: { zh: "", en: "" },
    example: "2024-09-01",
  }),
  status: optional(choice(STATUS_TITLES), {
    zh: "学籍状态",
    en: "Status",
    aliases: ["学生状态"],
    note: {
      zh: "不填：新登记的为在读，已有的不变。已有学籍在此只能改为毕业或结业，其他变化办理学籍异动",
      en: "Empty: a new registration is active, one on record stays as it is. One on record can only graduate or complete here; all else is a change of status",
    },
    example: "在读",
  }),
  leftOn: optional(dateCell, {
    zh: "离校日期",
    en: "Left on",
    aliases: ["毕业日期", "毕业时间"],
    note: { zh: "毕业、结业、退学、转出的必填", en: "Required of who graduated, completed, withdrew or transferred" },
    example: "2027-07-10",
  }),
  idKind: optional(choice(DOCUMENT_TITLES), {
    zh: "证件类型",
    en: "Kind of document",
    aliases: ["身份证件类型"],
    note: { zh: "不填即为居民身份证", en: "Resident identity card where empty" },
    example: "居民身份证",
  }),
  idNumber: optional(secret(code(30)), {
    zh: "证件号码",
    en: "Document number",
    aliases: ["身份证号", "身份证号码", "身份证件号", "证件号", "ID number"],
    note: {
      zh: "加密保存；请设为文本格式，否则表格软件会改掉末几位",
      en: "Kept encrypted. Keep the cell a text, or the spreadsheet changes its last digits",
    },
    example: "",
  }),
  birthOn: optional(secret(dateCell), {
    zh: "出生日期",
    en: "Birth date",
    aliases: ["出生年月日", "生日"],
    note: { zh: "加密保存；有居民身份证号时不必填", en: "Kept encrypted; not needed beside a resident's number" },
    example: "",
  }),
};
/** 学生: one registration of one learner per row. */
export const LEARNERS: SheetKind<typeof learnerColumns> = {
  key: "learners",
  title: { zh: "学生", en: "Learners" },
  columns: learnerColumns,
};

const classColumns = {
  name: required(words(60), {
    zh: "班级名称",
    en: "Class",
    aliases: ["班级", "行政班"],
    note: { zh: "校内唯一", en: "Unique at your school" },
    example: "24机电1班",
  }),
  programme: required(code(100), PROGRAMME),
  entryYear: required(whole(1990, 2100), {
    zh: "入学年份",
    en: "Entry year",
    aliases: ["年级", "Cohort"],
    note: { zh: "", en: "" },
    example: "2024",
  }),
  campus: optional(words(60), {
    zh: "校区",
    en: "Campus",
    aliases: ["所在校区"],
    note: {
      zh: "本校校区的名称；只有一个校区或不区分时不填",
      en: "Name of a campus of your school; empty where there is one, or it does not matter",
    },
    example: "",
  }),
};
/** 行政班. */
export const CLASSES: SheetKind<typeof classColumns> = {
  key: "classes",
  title: { zh: "行政班", en: "Classes" },
  columns: classColumns,
};

const staffColumns = {
  login: required(code(60), {
    zh: "登录名",
    en: "Login",
    aliases: ["账号", "工号"],
    note: { zh: "全系统唯一", en: "Unique in the service" },
    example: "wang.fang",
  }),
  name: required(words(36), { zh: "姓名", en: "Name", note: { zh: "", en: "" }, example: "王芳" }),
  role: required(
    choice({
      REGISTRAR: { zh: "教务", en: "Registrar", aliases: ["教务处", "教务员"] },
      REGISTRAR_CONFIRMER: { zh: "教务复核", en: "Registrar-confirmer", aliases: ["复核"] },
      DEPARTMENT_REVIEWER: { zh: "系部审核", en: "Department reviewer", aliases: ["系部"] },
      CLASS_TEACHER: { zh: "班主任", en: "Class teacher" },
      PLANNER: { zh: "方案编制", en: "Planner" },
      SIGNATORY: { zh: "签署人", en: "Signatory" },
      HOST_TEACHER: { zh: "任课教师", en: "Host teacher", aliases: ["教师"] },
      ENTERPRISE_MENTOR: { zh: "企业导师", en: "Enterprise mentor" },
      BUREAU: { zh: "主管部门", en: "Bureau", aliases: ["教育局"] },
      AUDITOR: { zh: "审计", en: "Auditor", aliases: ["审计员"] },
    }),
    { zh: "角色", en: "Role", note: { zh: "一人多个角色请分行填写", en: "One row for each role" }, example: "教务" },
  ),
  school: optional(code(100), {
    zh: "学校",
    en: "School",
    aliases: ["院校", "学校代号", "单位"],
    note: {
      zh: "院校的代号或中文名称；由本校管理员导入时不填；主管部门和审计不属于学校，也不填，只由全系统管理员任命",
      en: "Key or Chinese name of the school; empty where its own administrator imports, and for the bureau and auditors, who belong to none and are appointed by an administrator of the whole service",
    },
    example: "jdsf",
  }),
  within: optional(words(100), {
    zh: "系部、班级或联盟",
    en: "Department, class or alliance",
    aliases: ["系部", "班级", "联盟", "Within"],
    note: {
      zh: "系部审核填系部，班主任填班级，方案编制和签署人填联盟；其他角色不填",
      en: "The department of a reviewer, the class of a class teacher, the alliance of a planner or signatory; empty for other roles",
    },
    example: "",
  }),
  validFrom: optional(dateCell, {
    zh: "生效日期",
    en: "Valid from",
    note: { zh: "不填即为导入当天", en: "The day of the import where empty" },
    example: "2026-09-01",
  }),
  validUntil: optional(dateCell, {
    zh: "失效日期",
    en: "Valid until",
    note: {
      zh: "任职的最后一天；长期有效不填；填已过去的日期，任职即告终止",
      en: "The last day; empty where it does not end; a day gone by ends the role at once",
    },
    example: "2027-08-31",
  }),
};
/** 教职工: one role of one account at the school per row. */
export const STAFF: SheetKind<typeof staffColumns> = {
  key: "staff",
  title: { zh: "教职工", en: "Staff" },
  columns: staffColumns,
};
