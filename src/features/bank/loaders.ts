import DataLoader from "dataloader";
import { listBy } from "../../db/batching.ts";
import type { Tx } from "../../db/transaction.ts";
import { type AchievementKey, type AchievementRow, achievementsByKeys } from "./achievement-store.ts";
import { totalsOfBatches } from "./batch-store.ts";

const nameOf = ({ learnerId, id }: AchievementKey): string => `${learnerId}/${id}`;

/** Loaders of the bank, for one request. */
export function bankLoaders(tx: Tx) {
  return {
    achievement: new DataLoader<AchievementKey, AchievementRow | null, string>(
      async (keys) => {
        const rows = new Map((await achievementsByKeys(tx, keys)).map((row) => [nameOf(row), row]));
        return keys.map((key) => rows.get(nameOf(key)) ?? null);
      },
      { cacheKeyFn: nameOf },
    ),
    batchTotals: listBy(
      (ids) => totalsOfBatches(tx, ids),
      (row) => row.batchId,
    ),
  };
}
