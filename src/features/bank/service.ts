/** What later features may ask of the bank: to deposit, and to post what was decided. */
export type { Deposit } from "./deposit.ts";
export { type Expiring, expireDue, remindOfExpiry } from "./expiring.ts";
export { post, postDeposits, type PostingCommand } from "./posting.ts";
