import DataLoader from "dataloader";
import type { Id } from "../domain/id.ts";

/** Loads rows by id, one statement a batch; an id without a visible row is null. */
export function byId<Row extends { readonly id: Id }>(
  load: (ids: readonly Id[]) => Promise<readonly Row[]>,
): DataLoader<Id, Row | null> {
  return new DataLoader(async (ids) => {
    const rows = new Map((await load(ids)).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id) ?? null);
  });
}

/** Loads lists by the id they belong to, one statement a batch; rows keep the order they come in. */
export function listBy<Row>(
  load: (ids: readonly Id[]) => Promise<readonly Row[]>,
  ownerOf: (row: Row) => Id,
): DataLoader<Id, readonly Row[]> {
  return new DataLoader(async (ids) => {
    const lists = new Map<Id, Row[]>(ids.map((id) => [id, []]));
    for (const row of await load(ids)) lists.get(ownerOf(row))?.push(row);
    return ids.map((id) => lists.get(id) ?? []);
  });
}
