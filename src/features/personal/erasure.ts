import { authorise, authoriseList } from "../../auth/policy.ts";
import { institutionsOf, type Viewer } from "../../auth/viewer.ts";
import { enqueue } from "../../db/jobs.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { tellOfAccount } from "../identity/service.ts";
import { homeOf, readReason } from "../registry/service.ts";
import * as store from "./erasure-store.ts";
import { BASES, type Basis, type TableErasure, TABLE_ERASURES } from "./erasure-tables.ts";

/** What erasing does to one table. */
export interface ErasurePart extends Omit<TableErasure, "basis"> {
  readonly table: string;
  /** How many rows of it are the learner's. */
  readonly rows: number;
  readonly basis: Basis;
}
export interface ErasurePreview {
  readonly learnerId: Id;
  /** What keeps it from being carried out; empty where nothing does. */
  readonly holds: readonly Problem[];
  readonly parts: readonly ErasurePart[];
}

/** The longest document or clause that a refusal names, in characters. */
const CITATION_LENGTH_MAX = 200;
const UNDECLINED = { declinedAt: null, declineReason: null, declineDocument: null, declineClause: null };

const whatOf = (id: Id) => ({ type: "erasure_request", id }) as const;

/** The viewer's own requests; a school's: those that wait. */
export async function erasureRequests(tx: Tx, viewer: Viewer): Promise<readonly store.ErasureRequestRow[] | Problem> {
  const scope = authoriseList(viewer, "erasure.read");
  if (isProblem(scope)) return scope;
  if (scope !== "own") return store.requests(tx, { institutionIds: institutionsOf(viewer) });
  return viewer.learnerId === null ? [] : store.requests(tx, { learnerId: viewer.learnerId });
}

/** The school that takes a learner's request: the one that keeps the record, else the last they were at. */
async function schoolOf(tx: Tx, learnerId: Id): Promise<Id | null> {
  return (await homeOf(tx, learnerId)) ?? store.lastSchool(tx, learnerId);
}

async function holdsOf(tx: Tx, learnerId: Id): Promise<readonly Problem[]> {
  const rows = await store.holds(tx, learnerId);
  return rows.map(({ code, until, document, clause }) =>
    problem(code, { until: until ?? "—", document: document ?? "—", clause: clause ?? "—" }),
  );
}

/** What would be erased, what stays and why, and what is in the way. FORBIDDEN for whoever may neither ask nor act, NOT_FOUND. */
export async function erasurePreview(tx: Tx, viewer: Viewer, learnerId: Id): Promise<ErasurePreview | Problem> {
  const [open] = await store.requests(tx, { learnerId });
  const institutionIds = [await homeOf(tx, learnerId), open?.institutionId ?? null];
  const refused = authorise(viewer, "erasure.preview.read", { learnerId, institutionIds });
  if (refused !== null) return refused;
  const [holds, rows] = await Promise.all([holdsOf(tx, learnerId), store.preview(tx, learnerId)]);
  // to whom the database tells nothing, nothing is told
  if (rows.length === 0) return problem("NOT_FOUND", {}, ["learnerId"]);
  const countOf = (table: string): number => rows.find(({ tableName }) => tableName === table)?.rows ?? 0;
  const parts = Object.entries(TABLE_ERASURES).map(([table, { basis, ...erasure }]) => ({
    ...erasure,
    table,
    rows: countOf(table),
    basis: BASES[basis],
  }));
  return { learnerId, holds, parts };
}

/**
 * Asks for a learner's personal data to be erased: by the learner, whoever stands for them, or a registrar of the home
 * school. It may be asked for while something is in the way, and waits.
 * @returns FORBIDDEN, INVALID_INPUT without a fit reason, ERASURE_NO_SCHOOL, ERASURE_DONE, ERASURE_ASKED
 */
export async function requestErasure(
  tx: Tx,
  viewer: Viewer,
  asked: { readonly learnerId: Id; readonly reason: string },
  at: { readonly id: Id; readonly now: Date },
): Promise<store.ErasureRequestRow | Problem> {
  const { learnerId } = asked;
  const institutionId = await schoolOf(tx, learnerId);
  const refused = authorise(viewer, "erasure.request", {
    learnerId,
    institutionIds: [institutionId],
    what: whatOf(at.id),
  });
  if (refused !== null) return refused;
  const reason = readReason(asked.reason);
  if (isProblem(reason)) return reason;
  if (institutionId === null) return problem("ERASURE_NO_SCHOOL");
  const holds = await holdsOf(tx, learnerId);
  const done = holds.find(({ code }) => code === "ERASURE_DONE");
  if (done !== undefined) return done;
  const requestedAt = at.now.toISOString();
  const row = { learnerId, id: at.id, institutionId, requestedBy: viewer.accountId ?? "", requestedAt, reason };
  if (!(await store.insertRequest(tx, row))) return problem("ERASURE_ASKED");
  return { ...row, withdrawnAt: null, carriedOutBy: null, carriedOutAt: null, ...UNDECLINED };
}

/** Takes a request back: the learner's, or one's own. @returns FORBIDDEN, NOT_FOUND where none is open */
export async function withdrawErasure(
  tx: Tx,
  viewer: Viewer,
  of: { readonly learnerId: Id; readonly id: Id },
  now: Date,
): Promise<store.ErasureRequestRow | Problem> {
  const row = await store.requestById(tx, of.learnerId, of.id);
  const institutionIds = [row?.institutionId ?? null];
  const refused = authorise(viewer, "erasure.withdraw", {
    learnerId: of.learnerId,
    institutionIds,
    what: whatOf(of.id),
  });
  if (refused !== null) return refused;
  const withdrawnAt = now.toISOString();
  const done = row !== null && (await store.withdraw(tx, of.learnerId, of.id, withdrawnAt));
  return done ? { ...row, withdrawnAt } : problem("NOT_FOUND", {}, ["id"]);
}

/**
 * Carries a request out, for good: an officer of the school it was put to, and not who asked. The ledger keeps its entries,
 * under an id that names nobody.
 * @returns FORBIDDEN, NOT_FOUND where none is open, ERASURE_ASKER_CARRIES_OUT, or the first thing that is in the way
 */
export async function carryOutErasure(
  tx: Tx,
  viewer: Viewer,
  of: { readonly learnerId: Id; readonly id: Id },
  now: Date,
): Promise<store.ErasureRequestRow | Problem> {
  const { learnerId, id } = of;
  const row = await store.requestById(tx, learnerId, id);
  const whose = { learnerId, institutionIds: [row?.institutionId ?? null], what: whatOf(id) };
  const refused = authorise(viewer, "erasure.carryOut", whose);
  if (refused !== null) return refused;
  if (row === null || [row.withdrawnAt, row.carriedOutAt, row.declinedAt].some((end) => end !== null))
    return problem("NOT_FOUND", {}, ["id"]);
  if (row.requestedBy === viewer.accountId) return problem("ERASURE_ASKER_CARRIES_OUT");
  const [hold] = await holdsOf(tx, learnerId);
  if (hold !== undefined) return hold;
  const ended = await store.carryOut(tx, learnerId, id);
  for (const accountId of ended) await tellOfAccount(tx, accountId);
  return { ...row, reason: null, carriedOutBy: viewer.accountId, carriedOutAt: now.toISOString() };
}

/**
 * Refuses a request: an officer of the school it was put to says why, and by which clause; the learner reads it, and may ask
 * again.
 * @returns FORBIDDEN, NOT_FOUND where none is open, INVALID_INPUT without a fit reason, document or clause
 */
export async function declineErasure(
  tx: Tx,
  viewer: Viewer,
  of: { readonly learnerId: Id; readonly id: Id },
  said: store.Decline,
  now: Date,
): Promise<store.ErasureRequestRow | Problem> {
  const row = await store.requestById(tx, of.learnerId, of.id);
  const whose = { learnerId: of.learnerId, institutionIds: [row?.institutionId ?? null], what: whatOf(of.id) };
  const refused = authorise(viewer, "erasure.decline", whose);
  if (refused !== null) return refused;
  if (row === null || viewer.accountId === null) return problem("NOT_FOUND", {}, ["id"]);
  const reason = readReason(said.reason);
  if (isProblem(reason)) return reason;
  const [document, clause] = [said.document.trim(), said.clause.trim()];
  const unfit = [document, clause].findIndex((text) => text === "" || text.length > CITATION_LENGTH_MAX);
  if (unfit >= 0) {
    const detail = unfit === 0 ? "document" : "clause";
    return problem("INVALID_INPUT", { detail }, ["citation", detail]);
  }
  const declinedAt = now.toISOString();
  const by = { accountId: viewer.accountId, at: declinedAt };
  const isDone = await store.decline(tx, of, { reason, document, clause }, by);
  if (isDone)
    await enqueue(tx, "notice.raise", {
      kind: "ERASURE_DECLINED",
      key: of.id,
      happenedAt: declinedAt,
      learnerId: of.learnerId,
    });
  const declined = { declinedAt, declineReason: reason, declineDocument: document, declineClause: clause };
  return isDone ? { ...row, ...declined } : problem("NOT_FOUND", {}, ["id"]);
}
