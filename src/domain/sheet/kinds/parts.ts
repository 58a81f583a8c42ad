import { code, optional, required, type SheetKind, words } from "../column.ts";

/** What a campus and a department have in common: a name within a school. */
const columnsOf = (examples: { readonly zh: string; readonly en: string }) => ({
  name: required(words(60), {
    zh: "名称",
    en: "Name",
    aliases: ["校区", "校区名称", "系部", "系部名称", "中文名称"],
    note: { zh: "校内唯一，之后不再更改", en: "Unique at the school; it never changes" },
    example: examples.zh,
  }),
  nameEn: optional(words(120), {
    zh: "英文名称",
    en: "English name",
    note: {
      zh: "不填：新增的同中文名称，已有的不变",
      en: "Empty: the Chinese name for a new one; one on record stays as it is",
    },
    example: examples.en,
  }),
  school: optional(code(100), {
    zh: "学校",
    en: "School",
    aliases: ["院校", "学校代号", "单位"],
    note: {
      zh: "院校的代号或中文名称；由本校管理员导入时不填",
      en: "Key or Chinese name of the school; empty where its own administrator imports",
    },
    example: "jdsf",
  }),
});

const campusColumns = columnsOf({ zh: "东校区", en: "East campus" });
/** 校区: where a school's classes and sections are; each may have bells of its own. */
export const CAMPUSES: SheetKind<typeof campusColumns> = {
  key: "campuses",
  title: { zh: "校区", en: "Campuses" },
  columns: campusColumns,
};

const departmentColumns = columnsOf({ zh: "机电工程系", en: "Department of Mechatronics" });
/** 系部 or 二级学院. */
export const DEPARTMENTS: SheetKind<typeof departmentColumns> = {
  key: "departments",
  title: { zh: "系部", en: "Departments" },
  columns: departmentColumns,
};
