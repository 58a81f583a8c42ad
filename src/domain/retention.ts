/** Records that are of use for a time only. */
type RetentionKind =
  | "SESSION"
  | "ONE_TIME_CODE"
  | "NOTICE"
  | "NOTICE_DELIVERY"
  | "AUDIT_DETAIL"
  | "FILE"
  | "FILE_IDENTITY";

/** How long a kind of record is kept once it is done with, and where that is written. */
export interface RetentionPeriod {
  readonly kind: RetentionKind;
  readonly months: number;
  readonly document: string;
  readonly clause: string;
  /** SETTING: nobody prescribes it. */
  readonly certainty: "VERIFIED" | "UNVERIFIED" | "SETTING";
}
