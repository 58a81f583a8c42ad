import { byId } from "../../db/batching.ts";
import type { Tx } from "../../db/transaction.ts";
import * as store from "./store.ts";

/** Loaders of sections and seats, for one request. */
export function selectionLoaders(tx: Tx) {
  return {
    section: byId((ids) => store.sectionsByIds(tx, ids)),
    seat: byId((ids) => store.seatsByIds(tx, ids)),
  };
}
