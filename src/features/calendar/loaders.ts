import { byId } from "../../db/batching.ts";
import type { Tx } from "../../db/transaction.ts";
import * as store from "./store.ts";

/** Loaders of the calendar, for one request. */
export function calendarLoaders(tx: Tx) {
  return { campus: byId((ids) => store.campusesByIds(tx, ids)) };
}
