/** What later features may ask of the bank: to deposit, and to post what was decided. */
export type { Deposit } from "./deposit.ts";
export { type Expiring, expireDue, remindOfExpiry } from "./expiring.ts";
export { post, postDeposits } from "./posting.ts";
export type { PostingCommand } from "./preparing.ts";
