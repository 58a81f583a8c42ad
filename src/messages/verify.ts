import type { Language } from "../auth/viewer.ts";

const zh = {
  description: "核对已存入的数据",
  rules: "运行每条认定规则的示例，查找失效引用与格式错误",
  sound: "{key} v{version}：{rules} 条规则、{examples} 个示例，全部符合",
  unsound: "{key} v{version}：{rules} 条规则、{examples} 个示例，有问题",
  malformed: "格式：{detail}",
  example: "规则 {rule} 的示例“{note}”：应为 {expected}，实为 {actual}",
  dead: "失效引用：{kind} {snapshot}（规则 {rule}）",
  sum: "共 {sets} 个规则集、{rules} 条规则、{examples} 个示例；问题 {faults} 个",
};

const en: typeof zh = {
  description: "verify what is stored",
  rules: "run the examples of every recognition rule; find dead references and malformed rule sets",
  sound: "{key} v{version}: {rules} rules, {examples} examples, all as stated",
  unsound: "{key} v{version}: {rules} rules, {examples} examples, with faults",
  malformed: "malformed: {detail}",
  example: 'rule {rule}, example "{note}": expected {expected}, got {actual}',
  dead: "dead reference: {kind} {snapshot} (rule {rule})",
  sum: "{sets} rule sets, {rules} rules, {examples} examples; {faults} faults",
};

/** What `guantong verify` says. */
export function verifyTexts(language: Language): typeof zh {
  return language === "zh" ? zh : en;
}
