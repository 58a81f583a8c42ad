import type { Language } from "../auth/viewer.ts";

const zh = {
  notes: "填写说明",
  column: "列",
  required: "必填",
  note: "说明",
  choices: "可选值",
  example: "示例",
  yes: "是",
  export: "导出空白导入表等",
  template: "导出空白导入表：{kinds}",
  templateOut: "输出文件，以 .xlsx 或 .csv 结尾",
  templateWritten: "已写入 {file}。",
  import: "导入 .xlsx 或 .csv 表格（{kinds}）：先全部检查，有错则不写入；学习成果登记为待确认的批次",
  confirm: "确认他人登记的批次，将其中的成果存入学分银行",
  confirmBatch: "批次号，如 K7QX-3M9F",
  as: "以哪个用户的身份",
  setAside: "错误行单独留存，其余继续",
  dryRun: "只检查，不写入",
  annotated: "有错误行时，把标出错误的表格副本（.xlsx）写入此文件",
  lang: "输出语言：zh 或 en",
  unreadableFile: "无法读取文件 {file}：{detail}",
  checking: "检查",
  posting: "存入",
  warnings: "提示 {count} 处：",
  problems: "错误 {count} 处：",
  refused: "表格中有 {rows} 行错误，未写入任何内容。改正后重新导入，或加 --set-aside 先处理其余行。",
  recorded:
    "批次 {number}：{ready} 行待确认，{setAside} 行单独留存，{already} 行此前已登记。请由另一位教务人员确认：guantong confirm {number} --as 登录名",
  nothingNew: "没有新的内容：{already} 行此前已登记。",
  checked: "检查完毕，未写入：{ready} 行可登记，{setAside} 行有错，{already} 行此前已登记。",
  imported: "新增 {inserted} 行，更新 {updated} 行，未变 {unchanged} 行，单独留存 {setAside} 行。",
  wouldImport: "检查完毕，未写入：将新增 {inserted} 行，更新 {updated} 行，未变 {unchanged} 行，有错 {setAside} 行。",
  confirmed: "批次 {number} 已确认：存入 {posted} 行，此前已存入 {already} 行。",
};

const en: typeof zh = {
  notes: "Notes",
  column: "Column",
  required: "Required",
  note: "What to write",
  choices: "One of",
  example: "Example",
  yes: "yes",
  export: "export empty sheets to be filled in",
  template: "export an empty sheet to be filled in: {kinds}",
  templateOut: "where to write it, ending in .xlsx or .csv",
  templateWritten: "Written to {file}.",
  import:
    "import an .xlsx or .csv sheet ({kinds}): all is checked first, a bad row stops all; achievements become a batch to be confirmed",
  confirm: "confirm a batch that another recorded: its achievements are deposited",
  confirmBatch: "number of the batch, such as K7QX-3M9F",
  as: "login of whoever does it",
  setAside: "keep bad rows aside and go on with the rest",
  dryRun: "check only, write nothing",
  annotated: "where rows are bad, write a copy of the sheet (.xlsx) that marks them to this file",
  lang: "language of the answer: zh or en",
  unreadableFile: "{file} cannot be read: {detail}",
  checking: "checking",
  posting: "posting",
  warnings: "{count} warnings:",
  problems: "{count} problems:",
  refused:
    "{rows} rows of the sheet are bad; nothing was written. Mend them and import again, or go on without them: --set-aside",
  recorded:
    "Batch {number}: {ready} rows wait for confirmation, {setAside} are set aside, {already} were recorded before. Another registrar confirms it: guantong confirm {number} --as LOGIN",
  nothingNew: "Nothing is new: {already} rows were recorded before.",
  checked:
    "Checked, nothing written: {ready} rows can be recorded, {setAside} are bad, {already} were recorded before.",
  imported: "{inserted} rows inserted, {updated} updated, {unchanged} unchanged, {setAside} set aside.",
  wouldImport:
    "Checked, nothing written: {inserted} rows would be inserted, {updated} updated, {unchanged} unchanged; {setAside} are bad.",
  confirmed: "Batch {number} is confirmed: {posted} rows deposited, {already} had been deposited before.",
};

/** What templates and the commands around sheets say besides problems. */
export function sheetTexts(language: Language): typeof zh {
  return language === "zh" ? zh : en;
}
