/** 公共基础课, 专业基础课, 专业核心课, 专业拓展课, 实习. Source: 教职成〔2019〕13号. */
export const COURSE_GROUPS = [
  "GENERAL_FOUNDATION",
  "SPECIALTY_FOUNDATION",
  "SPECIALTY_CORE",
  "SPECIALTY_EXTENSION",
  "INTERNSHIP",
] as const;
export type CourseGroup = (typeof COURSE_GROUPS)[number];

/** 必修, 限选, 任选. */
export const COURSE_REQUIREMENTS = ["REQUIRED", "RESTRICTED_ELECTIVE", "FREE_ELECTIVE"] as const;
export type CourseRequirement = (typeof COURSE_REQUIREMENTS)[number];

/** Subjects that rules name as a kind: 思想政治, 体育, 军训与军事理论, 实习, 毕业设计; all other courses are ORDINARY. */
export const COURSE_SUBJECTS = [
  "ORDINARY",
  "POLITICS",
  "PHYSICAL_EDUCATION",
  "MILITARY_TRAINING",
  "INTERNSHIP",
  "GRADUATION_PROJECT",
] as const;
export type CourseSubject = (typeof COURSE_SUBJECTS)[number];
