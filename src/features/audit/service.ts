import { authorise } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { isMoment } from "../../domain/date.ts";
import { isId } from "../../domain/id.ts";
import { type Problem, problem } from "../../domain/problem.ts";
import * as store from "./store.ts";

/** The longest code or login that is searched for, in characters. */
const TEXT_LENGTH_MAX = 100;

/** What an auditor searches by. */
export interface AuditSearch extends Omit<store.EntryFilter, "accountId"> {
  readonly accountLogin: string | null;
}

/** Whether keys are those of a place in the log. */
export const isPlace = ([at = "", id = ""]: readonly string[]): boolean => isMoment(at) && isId(id);

/**
 * Entries of the audit log, the newest first; one more than the page holds. The search is noted with what it asked for,
 * so that those who watch are watched.
 */
export async function search(
  tx: Tx,
  viewer: Viewer,
  { accountLogin, ...filter }: AuditSearch,
  page: store.LogPage,
): Promise<readonly store.AuditEntryRow[] | Problem> {
  const { learnerId, action } = filter;
  if ([accountLogin, action].some((text) => text !== null && text.length > TEXT_LENGTH_MAX))
    return problem("INVALID_INPUT", { detail: "filter" }, ["filter"]);
  const asked = Object.entries({ accountLogin, ...filter, learnerId: null }).flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${value}`],
  );
  const refused = authorise(viewer, "audit.read", {
    learnerId,
    ...(asked.length > 0 ? { reason: asked.join(" ") } : {}),
  });
  if (refused !== null) return refused;
  const account = accountLogin === null ? null : await store.accountByLogin(tx, accountLogin);
  if (accountLogin !== null && account === null) return [];
  return store.entries(tx, { ...filter, accountId: account?.id ?? null }, page);
}

/** Who looked at the record of the learner the viewer is or stands for, the newest first; one more than the page holds. */
export async function accessLog(
  tx: Tx,
  viewer: Viewer,
  page: store.LogPage,
): Promise<readonly store.LookRow[] | Problem> {
  return authorise(viewer, "accessLog.read", { learnerId: viewer.learnerId }) ?? store.looks(tx, page);
}
