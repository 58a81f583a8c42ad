import type { Title } from "../../domain/id.ts";

/** Where something rests; a setting, where nobody prescribes it. */
export interface Basis {
  readonly document: string;
  readonly clause: string;
  readonly certainty: "VERIFIED" | "UNVERIFIED" | "SETTING";
}

/** Why something is erased, or kept. The articles are quoted from memory. */
export const BASES = {
  PURPOSE_ENDED: { document: "中华人民共和国个人信息保护法", clause: "第四十七条第一款", certainty: "UNVERIFIED" },
  NAMES_NOBODY: {
    document: "中华人民共和国个人信息保护法",
    clause: "第七十三条第三项（去标识化）",
    certainty: "UNVERIFIED",
  },
  LEDGER: { document: "删除设置", clause: "学分账目与认定结论去标识后长期保存", certainty: "SETTING" },
  TRACE: { document: "删除设置", clause: "审计条目与其摘要长期保存，网络地址与理由删除", certainty: "SETTING" },
} as const satisfies Readonly<Record<string, Basis>>;

/** What becomes of a table's rows: gone, rid of whatever names the person, or kept as they are. */
export const ERASURE_ACTS = ["DELETED", "PSEUDONYMISED", "KEPT"] as const;
export type ErasureAct = (typeof ERASURE_ACTS)[number];

/** How a table stands when someone is erased. */
export interface TableErasure {
  readonly act: ErasureAct;
  readonly title: Title;
  readonly why: Title;
  readonly basis: keyof typeof BASES;
}

const title = (zh: string, en: string): Title => ({ zh, en });
const deleted = (of: Title, why: Title): TableErasure => ({ act: "DELETED", title: of, why, basis: "PURPOSE_ENDED" });
const freed = (of: Title, why: Title): TableErasure => ({
  act: "PSEUDONYMISED",
  title: of,
  why,
  basis: "NAMES_NOBODY",
});
const kept = (of: Title, why: Title, basis: keyof typeof BASES = "LEDGER"): TableErasure => ({
  act: "KEPT",
  title: of,
  why,
  basis,
});

const NO_USE = title("不再需要", "Needed no more");
const WAY_IN = title("账号不再使用", "The account is used no more");
const NUMBERS_ONLY = title("只有代号，不再指向本人", "Codes only, which lead to nobody any more");

/**
 * What becomes of every table with personal data. The database has the same list, down to the column (erasure_plan);
 * test/features/personal/erasure.test.ts holds them together, and fails for a table that is missing here.
 */
export const TABLE_ERASURES: Readonly<Record<string, TableErasure>> = {
  learner: freed(
    title("姓名与所属学校", "Name and school"),
    title("姓名删除，记录只留代号", "The name goes; the record keeps a code"),
  ),
  identity_document: deleted(title("证件号码与出生日期", "Document number and birth date"), NO_USE),
  registry_number: deleted(title("学籍号", "Student registry number"), NO_USE),
  bank_number: deleted(title("学习账户号", "Bank number"), NO_USE),
  registration: freed(
    title("学籍", "Registrations"),
    title(
      "学号与班级删除；专业、年级和起止日期用于统计",
      "Student number and class go; programme, cohort and dates serve figures",
    ),
  ),
  merge_case: freed(
    title("重复学籍的核对", "Records alike"),
    title("理由删除；核对的结果是凭证", "The reasons go; what was found is evidence"),
  ),
  status_change: freed(
    title("学籍异动", "Changes of status"),
    title(
      "姓名、事由和转入学校名称删除；种类、日期与文号是凭证",
      "Name, reason and the other school's name go; kind, dates and document number are evidence",
    ),
  ),
  placement: freed(title("岗位实习", "Placements"), title("评语删除", "The mentor's words go")),
  public_notice_item: freed(
    title("公示名单", "Lines of public notices"),
    title("姓名、班级与所列事项删除", "Name, class and what was listed go"),
  ),
  public_notice_objection: deleted(
    title("公示异议", "Objections to public notices"),
    title("针对本人所列事项的", "Those to what was listed of them"),
  ),
  guardian_consent: freed(
    title("监护人知情同意", "Guardians' consents"),
    title(
      "监护人姓名与纸质材料编号删除；同意的事实是凭证",
      "Guardian's name and the paper's number go; that it was given is evidence",
    ),
  ),
  consent_request: kept(title("征求监护人同意", "Consents asked for"), NUMBERS_ONLY),
  file: freed(
    title("扫描件与佐证材料", "Scans and evidence"),
    title("内容与文件名删除，散列与登记事项是凭证", "Content and name go; hash and entry are evidence"),
  ),
  sharing_consent: freed(
    title("成果共享授权", "Leave to share the record"),
    title("全部撤回，授权的事实是凭证", "All are ended; that they were given is evidence"),
  ),
  seat: freed(
    title("跨校选课", "Seats at other schools"),
    title("名单上的姓名与学号删除", "Name and number on the roster go"),
  ),
  seat_meeting: kept(title("上课时间", "Hours of courses"), NUMBERS_ONLY),
  achievement: kept(
    title("学习成果", "Achievements"),
    title(
      "存入时的内容由账目校验，不能改动；证书编号也在其中，留作存入凭证",
      "The ledger proves what was deposited, which cannot change; certificate numbers are part of it",
    ),
  ),
  application: freed(
    title("学分认定申请", "Applications for recognition"),
    title(
      "姓名与审核人签名删除；提交的内容与结论须能重算",
      "Names go; what was submitted and decided must be computed again",
    ),
  ),
  application_event: freed(
    title("申请的办理过程", "Steps of applications"),
    title("理由与签名删除", "Reasons and signatures go"),
  ),
  review_case: freed(
    title("复核事项", "Cases reviewed"),
    title("更正理由与复核意见删除", "Reasons and findings in words go"),
  ),
  ledger_account: kept(title("学分账户", "Accounts of credits"), NUMBERS_ONLY),
  ledger_transaction: freed(
    title("学分账目", "Ledger transactions"),
    title("冲正理由等文字删除，账目不变", "Reasons in words go; what was posted stays"),
  ),
  ledger_movement: kept(title("学分分录", "Ledger movements"), NUMBERS_ONLY),
  decision: kept(
    title("认定结论", "Recognition decisions"),
    title("须能重算得出同样结论", "They must be computed again to the same answer"),
  ),
  decision_line: kept(title("认定明细", "Lines of decisions"), NUMBERS_ONLY),
  batch_row: freed(
    title("成绩录入行", "Rows of recorded sheets"),
    title("原表内容与提示删除", "What the sheet said and what was noted go"),
  ),
  deposit_batch: freed(
    title("成绩录入批次", "Recorded batches"),
    title("文件名中的姓名、本人的签名删除", "The name in file names and as a signature goes"),
  ),
  account: freed(
    title("账号", "Accounts"),
    title(
      "登录名与姓名删除，不能再登录；只为该学生设的监护人账号一并删除",
      "Login and name go, nobody signs in any more; so do guardians' accounts that stood for nobody else",
    ),
  ),
  capacity: freed(title("账号的身份", "Roles of accounts"), title("身份终止", "The roles end")),
  account_subject: deleted(title("关联的登录身份", "Linked identities"), WAY_IN),
  session: deleted(title("登录会话", "Sessions"), WAY_IN),
  passkey: deleted(title("通行密钥", "Passkeys"), WAY_IN),
  password: deleted(title("密码", "Passwords"), WAY_IN),
  one_time_code: deleted(title("一次性登录码", "One-time codes"), WAY_IN),
  notice: deleted(
    title("消息", "Notices"),
    title("本人的，以及发给他人、提到本人的", "Theirs, and others' that name them"),
  ),
  notice_address: deleted(title("接收消息的地址", "Addresses for notices"), WAY_IN),
  notice_delivery: deleted(title("消息的发送记录", "Deliveries of notices"), NO_USE),
  notice_event: kept(title("消息所述的事件", "Events told of"), NUMBERS_ONLY, "NAMES_NOBODY"),
  audit_entry: freed(
    title("审计条目", "Audit entries"),
    title(
      "本人的网络地址、涉及本人的理由删除；条目与摘要留存，哈希链不变",
      "Their addresses and reasons about them go; entry and digest stay, and the chain holds",
    ),
  ),
  erasure_request: freed(
    title("删除请求", "Requests to erase"),
    title("请求的理由删除；谁执行的留存", "The words go; who carried it out stays"),
  ),
};
