import { byId, listBy } from "../../db/batching.ts";
import type { Tx } from "../../db/transaction.ts";
import { bankNumbersOf } from "./bank-number-store.ts";
import { documentsByLearners } from "./document-store.ts";
import { numbersByLearners } from "./registry-number-store.ts";
import * as store from "./store.ts";

/** Loaders of the registry, for one request. */
export function registryLoaders(tx: Tx) {
  return {
    learner: byId((ids) => store.learnersByIds(tx, ids)),
    schoolClass: byId((ids) => store.classesByIds(tx, ids)),
    documents: listBy(
      (ids) => documentsByLearners(tx, ids),
      (row) => row.learnerId,
    ),
    registryNumbers: listBy(
      (ids) => numbersByLearners(tx, ids),
      (row) => row.learnerId,
    ),
    bankNumbers: listBy(
      (ids) => bankNumbersOf(tx, ids),
      (row) => row.learnerId,
    ),
    registrations: listBy(
      (ids) => store.registrationsOfLearners(tx, ids),
      (row) => row.learnerId,
    ),
  };
}
