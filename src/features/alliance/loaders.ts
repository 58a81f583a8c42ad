import { byId, listBy } from "../../db/batching.ts";
import type { Tx } from "../../db/transaction.ts";
import * as store from "./store.ts";

/** Loaders of alliances, agreements and pathways, for one request. */
export function allianceLoaders(tx: Tx) {
  return {
    alliance: byId((ids) => store.alliancesByIds(tx, ids)),
    allianceMembers: listBy(
      (ids) => store.membersOfAlliances(tx, ids),
      (row) => row.allianceId,
    ),
    alignment: listBy(
      (ids) => store.alignmentOfAlliances(tx, ids),
      (row) => row.allianceId,
    ),
    agreement: byId((ids) => store.agreementsByIds(tx, ids)),
    agreementsOfAlliance: listBy(
      (ids) => store.agreementsOfAlliances(tx, ids),
      (row) => row.allianceId,
    ),
    agreementParties: listBy(
      (ids) => store.partiesOfAgreements(tx, ids),
      (row) => row.agreementId,
    ),
    pathway: byId((ids) => store.pathwaysByIds(tx, ids)),
    pathwaysOfAgreement: listBy(
      (ids) => store.pathwaysOfAgreements(tx, ids),
      (row) => row.agreementId,
    ),
    stages: listBy(
      (ids) => store.stagesOfPathways(tx, ids),
      (row) => row.pathwayId,
    ),
  };
}
