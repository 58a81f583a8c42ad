import type { Title } from "../../domain/id.ts";

/** How a table with personal data stands in what a person is given. */
export type Coverage =
  | {
      /** Whose rows they are, and the column that says so. */
      readonly of: "learner" | "account";
      readonly by: "id" | "learner_id" | "account_id";
      /** What proves who someone is would let whoever reads the file sign in as them; what is encrypted is given opened. */
      readonly withheld?: readonly string[];
    }
  | { readonly leftOut: Title };

const learners = { of: "learner", by: "learner_id" } as const;
const accounts = { of: "account", by: "account_id" } as const;

/**
 * Every table that names a learner or an account as the one it is about. test/features/personal/export.test.ts fails for a
 * table that is missing here.
 */
export const PERSONAL_TABLES: Readonly<Record<string, Coverage>> = {
  learner: { of: "learner", by: "id" },
  registration: learners,
  status_change: learners,
  merge_case: {
    leftOut: {
      zh: "重复学籍的核对过程：涉及可能是另一个人的记录",
      en: "How records alike were told apart: they are about what may be somebody else",
    },
  },
  identity_document: { ...learners, withheld: ["nonce", "ciphertext", "lookup"] },
  bank_number: learners,
  registry_number: { ...learners, withheld: ["nonce", "ciphertext", "lookup"] },
  sharing_consent: learners,
  erasure_request: learners,
  placement: learners,
  public_notice_item: learners,
  guardian_consent: learners,
  consent_request: learners,
  // each is fetched by itself
  file: { ...learners, withheld: ["nonce", "ciphertext"] },
  achievement: learners,
  review_case: learners,
  application: learners,
  application_event: learners,
  ledger_account: learners,
  ledger_transaction: learners,
  ledger_movement: learners,
  decision: learners,
  decision_line: learners,
  seat: learners,
  seat_meeting: learners,
  batch_row: {
    leftOut: {
      zh: "学校录入表格的工作副本；经确认的内容在学习成果中",
      en: "Working copies of a school's sheets; what was confirmed stands among the achievements",
    },
  },
  account: { of: "account", by: "id" },
  account_subject: accounts,
  capacity: accounts,
  notice: accounts,
  notice_address: accounts,
  notice_delivery: {
    leftOut: {
      zh: "消息的发送状态；消息本身与接收地址已包含",
      en: "How far each notice got on its way; the notices and the addresses are given",
    },
  },
  audit_entry: {
    leftOut: {
      zh: "审计日志：记录的是操作者与被查阅者双方，由审计员答复查询",
      en: "The audit log: its entries are about others as well, and an auditor answers who asks",
    },
  },
  session: { ...accounts, withheld: ["secret_hash"] },
  passkey: { ...accounts, withheld: ["credential_id", "public_key"] },
  password: { ...accounts, withheld: ["hash"] },
  one_time_code: { ...accounts, withheld: ["selector", "hash"] },
};
