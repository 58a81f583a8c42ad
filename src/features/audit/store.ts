import type { Tx } from "../../db/transaction.ts";
import type { AuditDetail, AuditOutcome } from "../../domain/audit.ts";
import type { Id } from "../../domain/id.ts";

export interface AuditEntryRow {
  readonly id: Id;
  readonly at: string;
  readonly accountId: Id | null;
  readonly role: string;
  readonly institutionId: Id | null;
  readonly action: string;
  readonly outcome: AuditOutcome;
  readonly problem: string | null;
  readonly resourceType: string | null;
  readonly resourceId: Id | null;
  /** The first of them. */
  readonly learnerIds: readonly Id[];
  readonly learnerCount: number;
  readonly requestId: string;
  readonly times: number;
  readonly detail: AuditDetail | null;
}

/** What an auditor searches by; null for what they leave open. */
export interface EntryFilter {
  readonly learnerId: Id | null;
  readonly accountId: Id | null;
  readonly action: string | null;
  readonly from: string | null;
  readonly until: string | null;
  readonly outcome: AuditOutcome | null;
}

/** A page of a list in descending order of moment and id. */
export interface LogPage {
  readonly first: number;
  readonly after: readonly string[] | null;
}

/** Entries of the log, the newest first; one more than the page holds. None but for an auditor. */
export function entries(tx: Tx, filter: EntryFilter, page: LogPage) {
  const { learnerId, accountId, action, from, until, outcome } = filter;
  const [at = null, id = null] = page.after ?? [];
  return tx.run(
    (sql) => sql<AuditEntryRow[]>`/* audit.entries */
      select id, at, account_id, role, institution_id, action, outcome, problem, learner_ids[1:20] as learner_ids,
        learner_count, resource_type, resource_id, request_id, times, detail
      from audit_search(${learnerId}::uuid, ${accountId}::uuid, ${action}::text, ${from}::timestamptz, ${until}::timestamptz,
        ${outcome}::text, ${at}::timestamptz, ${id}::uuid, ${page.first + 1}::int)
      order by at desc, id desc`,
  );
}

export interface AuditAccountRow {
  readonly id: Id;
  readonly login: string;
  readonly displayName: string;
}

/** Accounts by id. None but for an auditor. */
export function accountsByIds(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<AuditAccountRow[]>`/* audit.accountsByIds */
      select id, login, display_name from audit_accounts(${ids as Id[]}::uuid[], null)`,
  );
}

/** The account of a login. None but for an auditor. */
export async function accountByLogin(tx: Tx, login: string): Promise<AuditAccountRow | null> {
  const [row] = await tx.run(
    (sql) => sql<AuditAccountRow[]>`/* audit.accountByLogin */
      select id, login, display_name from audit_accounts('{}'::uuid[], ${login})`,
  );
  return row ?? null;
}

/** A look at one's record, or a change to it. */
export interface LookRow {
  readonly id: Id;
  readonly at: string;
  readonly action: string;
  readonly role: string;
  readonly institutionId: Id | null;
  readonly times: number;
}

/** Others' looks at the record of the learner the transaction is opened for, the newest first; one more than the page holds. */
export function looks(tx: Tx, page: LogPage) {
  const [at = null, id = null] = page.after ?? [];
  return tx.run(
    (sql) => sql<LookRow[]>`/* audit.looks */
      select id, at, action, role, institution_id, times
      from access_log(${at}::timestamptz, ${id}::uuid, ${page.first + 1}::int) order by at desc, id desc`,
  );
}
