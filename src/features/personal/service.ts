import type { KeyRing } from "../../auth/keyring.ts";
import { authorise } from "../../auth/policy.ts";
import { learnersOf, type Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import type { Problem } from "../../domain/problem.ts";
import { documentsOf, registryNumberOf } from "../registry/service.ts";
import * as store from "./store.ts";
import { PERSONAL_TABLES } from "./tables.ts";

type Rows = readonly Readonly<Record<string, unknown>>[];

/** Everything the service holds about a person. */
export interface PersonalExport {
  readonly format: "guantong-personal-export-1";
  readonly madeAt: string;
  /** Rows by table, each named as in the database. */
  readonly tables: Readonly<Record<string, Rows>>;
  /** What the encrypted document says; null where there is none. */
  readonly identityDocument: Readonly<Record<string, unknown>> | null;
  /** 学籍号, opened; null where there is none. */
  readonly registryNumber: string | null;
  readonly leftOut: readonly { readonly table: string; readonly why: string }[];
}

/**
 * Everything about the learner the viewer is, or stands for as a guardian, and about the viewer's own account, to take
 * along (PIPL art. 45; the article is quoted from memory and unverified).
 * @returns FORBIDDEN for whoever is neither
 */
export async function exportMyData(
  tx: Tx,
  keys: KeyRing,
  viewer: Viewer,
  now: Date,
): Promise<PersonalExport | Problem> {
  const { learnerId, accountId, language } = viewer;
  const refused = authorise(viewer, "personal.export", { learnerId });
  if (refused !== null) return refused;
  // records that were merged are the same person's
  const learnerIds = learnerId === null ? [] : learnersOf(viewer);
  const ids: Readonly<Record<"learner" | "account", readonly Id[]>> = {
    learner: learnerIds,
    account: accountId === null ? [] : [accountId],
  };
  const tables: Record<string, Rows> = {};
  const leftOut: { table: string; why: string }[] = [];
  for (const [table, coverage] of Object.entries(PERSONAL_TABLES)) {
    if ("leftOut" in coverage) {
      leftOut.push({ table, why: coverage.leftOut[language] });
      continue;
    }
    const whose = ids[coverage.of];
    if (whose.length === 0) continue;
    tables[table] = await store.rowsOf(tx, { table, by: coverage.by, withheld: coverage.withheld ?? [] }, whose);
  }
  const documents = await documentsOf(tx, keys, learnerIds);
  const document = firstOf(learnerIds.map((id) => documents.get(id) ?? null));
  const numbers = await Promise.all(learnerIds.map((id) => registryNumberOf(tx, keys, id)));
  return {
    format: "guantong-personal-export-1",
    madeAt: now.toISOString(),
    tables,
    identityDocument: document === null ? null : { ...document },
    registryNumber: firstOf(numbers),
    leftOut,
  };
}

/** What is on record first: of several records of one person any may hold it. */
function firstOf<Value>(values: readonly (Value | null)[]): Value | null {
  return values.find((value) => value !== null) ?? null;
}
