import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import * as store from "./store.ts";

/** How many rule sets are remembered: more than all agreements and schools of a city have in force. */
const SETS_MAX = 500;

/** Rule sets by their ids, each as it was when its mark was read, the least recently used first. */
const remembered = new Map<Id, { readonly mark: string; readonly rules: readonly store.RuleRow[] }>();

/**
 * The rules of some sets. Their documents are large and change with a new agreement only, so they are remembered between
 * requests; each time the database is asked whether they are still the same, and what it says holds.
 */
export async function rulesOf(tx: Tx, ids: readonly Id[]): Promise<readonly store.RuleRow[]> {
  if (ids.length === 0) return [];
  const marks = new Map((await store.marksOfSets(tx, ids)).map(({ ruleSetId, mark }) => [ruleSetId, mark]));
  const stale = [...marks].filter(([id, mark]) => remembered.get(id)?.mark !== mark).map(([id]) => id);
  const read = stale.length === 0 ? [] : await store.rulesOfSets(tx, stale);
  for (const id of stale) {
    remembered.set(id, { mark: marks.get(id) ?? "", rules: read.filter(({ ruleSetId }) => ruleSetId === id) });
  }
  const found = [...marks.keys()].flatMap((id) => {
    const set = remembered.get(id);
    if (set === undefined) return [];
    remembered.delete(id);
    remembered.set(id, set);
    return set.rules;
  });
  for (const id of remembered.keys()) {
    if (remembered.size <= SETS_MAX) break;
    remembered.delete(id);
  }
  return found;
}
