import type { Credits, CreditUnit } from "../credit.ts";
import type { Id } from "../id.ts";

/** Accounts credits come from. They run negative: their balance says how much has left them. */
export const SOURCE_KINDS = ["ISSUED", "CLAIM", "CONVERTED"] as const;
/** Accounts credits lie in. Their balance is never below zero. */
export const HOLDING_KINDS = ["BANKED", "HELD", "USED", "RECOGNISED", "EXPIRED", "REVOKED"] as const;
export const ACCOUNT_KINDS = [...SOURCE_KINDS, ...HOLDING_KINDS] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

/** What the accounts that belong to the learner alone (BANKED, EXPIRED, REVOKED) stand at. */
export const OWN: Id = "00000000-0000-0000-0000-000000000000";

/**
 * One account of one learner. `ref` is what it belongs to: ISSUED the institution, CLAIM / USED / CONVERTED /
 * RECOGNISED the registration, HELD the application, and `OWN` for the rest.
 */
export interface AccountKey {
  readonly kind: AccountKind;
  readonly ref: Id;
  readonly unit: CreditUnit;
}

/** The state of an account: credits in minus credits out, in hundredths, after `version` movements. */
export interface AccountState {
  readonly version: number;
  readonly balance: Credits;
}

/** An account that nothing has moved yet. */
export const NEW_ACCOUNT: AccountState = { version: 0, balance: 0 };

/** Whether an account is a source, and so may run negative. */
export function isSource(kind: AccountKind): boolean {
  return (SOURCE_KINDS as readonly AccountKind[]).includes(kind);
}

/** A text that names an account within its learner, and sorts: accounts are locked in this order. */
export function accountText(key: AccountKey): string {
  return `${key.kind}/${key.ref}/${key.unit}`;
}
