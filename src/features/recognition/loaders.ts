import { byId, listBy } from "../../db/batching.ts";
import type { Tx } from "../../db/transaction.ts";
import * as store from "./store.ts";

/** Loaders of rule sets and rules, for one request. */
export function recognitionLoaders(tx: Tx) {
  return {
    ruleSet: byId((ids) => store.ruleSetsByIds(tx, ids)),
    ruleSetsOfAgreement: listBy(
      (ids) => store.ruleSetsOfAgreements(tx, ids),
      (row) => row.agreementId ?? "",
    ),
    rulesOfSet: listBy(
      (ids) => store.rulesOfSets(tx, ids),
      (row) => row.ruleSetId,
    ),
  };
}
