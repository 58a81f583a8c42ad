import type { Language } from "../auth/viewer.ts";

const zh = {
  audit: "核对审计日志：逐条对照封存链与库外已签名的链头",
  heads: "链头文件；默认用设置中的",
  chainSound: "审计日志：{rows} 条已封存，链头 {heads} 个，全部相符；最近封存于 {at}",
  chainUnsound: "审计日志：第 {position} 条起不相符（{code}），记录 {key}；已签名确认到第 {vouchedFor} 条",
  tail: "尚未封存、因而未经证明：{rows} 条，最早的已等待 {seconds} 秒",
  damaged: "链头文件中有 {lines} 行无法识别",
  faults: {
    ROW_ALTERED: "记录被改动或被调换",
    ROW_GONE: "记录已不在",
    LINK_GONE: "链上的位置已不在",
    HEAD_DIFFERS: "链与签名时不同",
    CUT_OFF: "链比已签名的短",
    ROW_INSERTED: "封存之后塞入的记录",
    HEADS_BROKEN: "链头有缺失或重号",
    HEAD_FORGED: "链头的签名不是本系统的",
    HEADS_MISSING: "已有封存，而链头文件不在",
  },
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
  audit: "hold the audit log against its chain and the signed heads kept outside the database",
  heads: "the file of the heads; that of the settings without it",
  chainSound: "audit log: {rows} entries sealed under {heads} heads, all as signed; last sealed {at}",
  chainUnsound:
    "audit log: does not fit from entry {position} on ({code}), record {key}; signed as far as {vouchedFor}",
  tail: "not sealed yet, and so not vouched for: {rows} entries, the oldest waiting for {seconds} s",
  damaged: "the file of the heads has {lines} lines that are none of ours",
  faults: {
    ROW_ALTERED: "an entry was changed, or stands in another's place",
    ROW_GONE: "an entry is gone",
    LINK_GONE: "a place in the chain is gone",
    HEAD_DIFFERS: "the chain is not the one that was signed",
    CUT_OFF: "the chain is shorter than what was signed",
    ROW_INSERTED: "an entry was put in behind the seal",
    HEADS_BROKEN: "a head is missing, or two have one number",
    HEAD_FORGED: "a head is not signed by a key of ours",
    HEADS_MISSING: "there are seals, and the file of their heads is not there",
  },
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
