import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { ProblemCode } from "../../domain/problem.ts";

export interface ErasureRequestRow {
  readonly learnerId: Id;
  readonly id: Id;
  readonly institutionId: Id;
  readonly requestedBy: Id;
  readonly requestedAt: string;
  readonly reason: string | null;
  readonly withdrawnAt: string | null;
  readonly carriedOutBy: Id | null;
  readonly carriedOutAt: string | null;
  readonly declinedAt: string | null;
  readonly declineReason: string | null;
  readonly declineDocument: string | null;
  readonly declineClause: string | null;
}

/** A bound of the service on one answer. */
const REQUESTS_MAX = 200;

/** Requests the viewer may see: of a learner, the newest first; of schools, those that wait. */
export function requests(tx: Tx, of: { readonly learnerId: Id } | { readonly institutionIds: readonly Id[] }) {
  return tx.run(
    (sql) => sql<ErasureRequestRow[]>`/* personal.erasureRequests */
      select learner_id, id, institution_id, requested_by, requested_at, reason, withdrawn_at, carried_out_by,
        carried_out_at, declined_at, decline_reason, decline_document, decline_clause
      from erasure_request where ${
        "learnerId" in of
          ? sql`learner_id = ${of.learnerId}`
          : sql`institution_id = any(${of.institutionIds as Id[]}::uuid[]) and withdrawn_at is null and carried_out_at is null
              and declined_at is null`
      }
      order by requested_at desc, id desc limit ${REQUESTS_MAX}`,
  );
}

export async function requestById(tx: Tx, learnerId: Id, id: Id): Promise<ErasureRequestRow | null> {
  const rows = await tx.run(
    (sql) => sql<ErasureRequestRow[]>`/* personal.erasureRequestById */
      select learner_id, id, institution_id, requested_by, requested_at, reason, withdrawn_at, carried_out_by,
        carried_out_at, declined_at, decline_reason, decline_document, decline_clause
      from erasure_request where learner_id = ${learnerId} and id = ${id}`,
  );
  return rows[0] ?? null;
}

/** @returns whether it was written: not beside another that is open */
export async function insertRequest(
  tx: Tx,
  row: Pick<ErasureRequestRow, "learnerId" | "id" | "institutionId" | "requestedBy" | "requestedAt" | "reason">,
): Promise<boolean> {
  const inserted = await tx.run(
    (sql) => sql`/* personal.insertErasureRequest */
      insert into erasure_request (learner_id, id, institution_id, requested_by, requested_at, reason)
      values (${row.learnerId}, ${row.id}, ${row.institutionId}, ${row.requestedBy}, ${row.requestedAt}, ${row.reason})
      on conflict do nothing`,
  );
  return inserted.count > 0;
}

export async function withdraw(tx: Tx, learnerId: Id, id: Id, at: string): Promise<boolean> {
  const updated = await tx.run(
    (sql) => sql`/* personal.withdrawErasure */
      update erasure_request set withdrawn_at = ${at}
      where learner_id = ${learnerId} and id = ${id} and withdrawn_at is null and carried_out_at is null
        and declined_at is null`,
  );
  return updated.count > 0;
}

/** Why a request is not carried out, and what that rests on. */
export interface Decline {
  readonly reason: string;
  readonly document: string;
  readonly clause: string;
}

/** @returns whether it was open */
export async function decline(
  tx: Tx,
  of: { readonly learnerId: Id; readonly id: Id },
  { reason, document, clause }: Decline,
  by: { readonly accountId: Id; readonly at: string },
): Promise<boolean> {
  const updated = await tx.run(
    (sql) => sql`/* personal.declineErasure */
      update erasure_request set declined_by = ${by.accountId}, declined_at = ${by.at}, decline_reason = ${reason},
        decline_document = ${document}, decline_clause = ${clause}
      where learner_id = ${of.learnerId} and id = ${of.id} and withdrawn_at is null and carried_out_at is null
        and declined_at is null`,
  );
  return updated.count > 0;
}

/** The school of a learner's newest registration that the viewer may see. */
export async function lastSchool(tx: Tx, learnerId: Id): Promise<Id | null> {
  const [row] = await tx.run(
    (sql) => sql<{ readonly institutionId: Id }[]>`/* personal.lastSchool */
      select learner_id, institution_id from registration where learner_id = ${learnerId}
      order by entered_on desc limit 1`,
  );
  return row?.institutionId ?? null;
}

export interface HoldRow {
  readonly code: Extract<ProblemCode, `ERASURE_${string}`>;
  readonly until: IsoDate | null;
  readonly document: string | null;
  readonly clause: string | null;
}

/** What is in the way, with the period that a record is kept by. */
export function holds(tx: Tx, learnerId: Id) {
  return tx.run(
    (sql) => sql<HoldRow[]>`/* personal.erasureHolds */
      select h.code, h.until::text as until, p.document, p.clause from erasure_holds(${learnerId}) h
      left join retention_period p on p.kind = 'LEARNER_RECORD' and h.code = 'ERASURE_RECORD_KEPT'`,
  );
}

export interface PartRow {
  readonly tableName: string;
  readonly kept: boolean;
  readonly rows: number;
}

/** How many rows of each table erasing a learner would touch, and leave. */
export function preview(tx: Tx, learnerId: Id) {
  return tx.run(
    (sql) => sql<PartRow[]>`/* personal.erasurePreview */
      select table_name, kept, row_count::int as rows from erasure_preview(${learnerId})`,
  );
}

/** Erases a learner. @returns the accounts that ended */
export async function carryOut(tx: Tx, learnerId: Id, id: Id): Promise<readonly Id[]> {
  const [row] = await tx.run(
    (sql) => sql<{ readonly ended: Id[] }[]>`/* personal.carryOutErasure */
      select carry_out_erasure(${learnerId}, ${id}) as ended`,
  );
  return row?.ended ?? [];
}
