import { listBy } from "../../db/batching.ts";
import type { Tx } from "../../db/transaction.ts";
import * as store from "./objection-store.ts";

/** Loaders of public notices, for one request. */
export function publicNoticeLoaders(tx: Tx) {
  return {
    objectionsOfNotice: listBy(
      (ids) => store.objectionsOf(tx, ids),
      (row) => row.noticeId,
    ),
  };
}
