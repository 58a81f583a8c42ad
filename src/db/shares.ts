import { ANONYMOUS, SYSTEM } from "../auth/viewer.ts";
import type { Database } from "./transaction.ts";

/** What was had of a limit that all processes share, and how long its minute still lasts. */
export interface Share {
  readonly granted: number;
  readonly leftMs: number;
}

/** Takes up to `wanted` points of what a minute's limit of `most` still has for whoever `who` stands for. */
export type TakeShare = (who: string, wanted: number, most: number) => Promise<Share>;

/**
 * The limits of a minute as they lie in the database, where every process draws on them.
 * @param db a connection of its own: one that waited behind what it is to hold off would let everything through
 */
export function openShares(db: Database): TakeShare {
  return (who, wanted, most) =>
    db.write(ANONYMOUS, async (tx) => {
      const [row] = await tx.run(
        (sql) => sql<Share[]>`/* limits.takeRate */ select granted, left_ms from take_rate(${who}, ${wanted}, ${most})`,
      );
      if (row === undefined) throw new Error("a share without a row");
      return row;
    });
}

/** Takes away what counts no longer; as guantong_job. */
export function sweepLimits(db: Database): Promise<unknown> {
  return db.write(SYSTEM, (tx) => tx.run((sql) => sql`/* limits.sweep */ select sweep_limits()`));
}
