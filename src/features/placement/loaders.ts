import { byId } from "../../db/batching.ts";
import type { Tx } from "../../db/transaction.ts";
import * as store from "./store.ts";

/** Loaders of placements, for one request. */
export function placementLoaders(tx: Tx) {
  return { enterprise: byId((ids) => store.enterprisesByIds(tx, ids)) };
}
