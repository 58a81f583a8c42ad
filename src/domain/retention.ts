/** Records that are of use for a time only. */
type RetentionKind =
  | "SESSION"
  | "ONE_TIME_CODE"
  | "NOTICE"
  | "NOTICE_DELIVERY"
  | "AUDIT_DETAIL"
  | "FILE"
  | "FILE_IDENTITY"
  /** What happened, once everyone was told. */
  | "NOTICE_EVENT"
  /** Passkeys and sign-in subjects that were ended. */
  | "CREDENTIAL"
  /** Lines of public notices that are over, and objections to them. */
  | "PUBLIC_NOTICE"
  /** Rows of batches that were discarded. */
  | "BATCH_ROW"
  /** Login, name and ways to reach someone who was on the staff and nothing else, once their last role has ended. */
  | "STAFF_ACCOUNT"
  /** 学籍档案 of who has left: nothing ends it by itself; before its time it is not erased either. */
  | "LEARNER_RECORD";

/** How long a kind of record is kept once it is done with, and where that is written. */
export interface RetentionPeriod {
  readonly kind: RetentionKind;
  readonly months: number;
  readonly document: string;
  readonly clause: string;
  /** SETTING: nobody prescribes it. */
  readonly certainty: "VERIFIED" | "UNVERIFIED" | "SETTING";
}
