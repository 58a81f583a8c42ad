import type { Tx } from "../db/transaction.ts";
import { allianceLoaders } from "../features/alliance/loaders.ts";
import { auditLoaders } from "../features/audit/loaders.ts";
import { bankLoaders } from "../features/bank/loaders.ts";
import { calendarLoaders } from "../features/calendar/loaders.ts";
import { catalogueLoaders } from "../features/catalogue/loaders.ts";
import { curriculumLoaders } from "../features/curriculum/loaders.ts";
import { placementLoaders } from "../features/placement/loaders.ts";
import { publicNoticeLoaders } from "../features/publicnotice/loaders.ts";
import { recognitionLoaders } from "../features/recognition/loaders.ts";
import { registryLoaders } from "../features/registry/loaders.ts";
import { selectionLoaders } from "../features/selection/loaders.ts";

/** All loaders of one request; each batches the ids of one tick into one statement. */
export function loadersOf(tx: Tx) {
  return {
    ...catalogueLoaders(tx),
    ...calendarLoaders(tx),
    ...curriculumLoaders(tx),
    ...allianceLoaders(tx),
    ...registryLoaders(tx),
    ...bankLoaders(tx),
    ...recognitionLoaders(tx),
    ...selectionLoaders(tx),
    ...auditLoaders(tx),
    ...placementLoaders(tx),
    ...publicNoticeLoaders(tx),
  };
}
export type Loaders = ReturnType<typeof loadersOf>;
