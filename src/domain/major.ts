/** The level of a programme or a major. Secondary 中职, associate 高职专科, vocational bachelor 职业本科, general bachelor 普通本科. */
export const EDUCATION_LEVELS = ["SECONDARY", "ASSOCIATE", "VOCATIONAL_BACHELOR", "GENERAL_BACHELOR"] as const;
export type EducationLevel = (typeof EDUCATION_LEVELS)[number];
