import { byId } from "../../db/batching.ts";
import type { Tx } from "../../db/transaction.ts";
import * as store from "./store.ts";

/** Loaders of whom the audit log names, for one request. */
export function auditLoaders(tx: Tx) {
  return { auditAccount: byId((ids) => store.accountsByIds(tx, ids)) };
}
