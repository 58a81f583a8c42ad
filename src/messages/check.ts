import type { Language } from "../auth/viewer.ts";

const zh = {
  description: "一名学习者的成果在某专业可以认定多少学分、依据是什么、还差什么",
  learner: "学号、学习账户号或标识",
  programme: "目标专业（培养项目）代号，如 btvtc-mechatronics-2y",
  asOf: "比对日期（默认今天）",
  cohort: "按哪一级的培养方案（默认最新）",
  as: "以哪个用户的身份查询（默认系统）",
  lang: "输出语言：zh 或 en",
  recognised: "已认定",
  refused: "未认定",
  families: { INELIGIBLE: "不符合规则条件", OUTCOMPETED: "符合条件，但名额或上限已被更优的组合使用" },
  byRule: "依据：{document} {clause}{invented}",
  invented: "（演示用虚构条款）",
  recordedGrade: "成绩记 {grade}。",
  review: "需审核。",
  caps: "认定上限",
  left: "尚需修读",
  term: "第 {term} 学期",
  credits: "{credits} 学分",
  sum: "合计：方案 {required} = 已修 {passed} + 认定 {recognised} + 尚需 {remaining} 学分",
};

const en: typeof zh = {
  description: "what a learner's achievements are worth in a programme, by which rules, and what is left",
  learner: "student number, bank number or id",
  programme: "key of the programme, such as btvtc-mechatronics-2y",
  asOf: "day of the check (today without it)",
  cohort: "the plan of which cohort (the newest without it)",
  as: "in whose name to ask (the system's without it)",
  lang: "language of the answer: zh or en",
  recognised: "Recognised",
  refused: "Not recognised",
  families: {
    INELIGIBLE: "A condition of the rule is not met",
    OUTCOMPETED: "Possible, but a better combination or a cap took its place",
  },
  byRule: "Rests on: {document} {clause}{invented}",
  invented: " (invented for demonstration)",
  recordedGrade: "The grade recorded is {grade}.",
  review: "A reviewer must look at it.",
  caps: "Caps",
  left: "Still to be taken",
  term: "term {term}",
  credits: "{credits|credit|credits}",
  sum: "In all: plan {required} = passed {passed} + recognised {recognised} + remaining {remaining} credits",
};

/** What `guantong check` says besides the words of recognition. */
export function checkTexts(language: Language): typeof zh {
  return language === "zh" ? zh : en;
}
