import { authorise } from "../../auth/policy.ts";
import { ASSIGNED_ROLES, type AssignedRole, type Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { isIsoDate } from "../../domain/date.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { type Problem, problem } from "../../domain/problem.ts";
import * as store from "./delegation-store.ts";
import { tellOfAccount } from "./subject-store.ts";

/** The longest reason that is kept, in characters. */
const REASON_LENGTH_MAX = 200;

const isAssigned = (role: string): role is AssignedRole => (ASSIGNED_ROLES as readonly string[]).includes(role);

/** A role to be handed on: to whom, its last day, and why. */
export interface Delegating {
  readonly toLogin: string;
  readonly until: IsoDate;
  readonly reason: string;
}

/** What was handed on or ended, and whose capacities changed by it. */
export interface Delegated {
  readonly id: Id;
  readonly accountId: Id;
}

/**
 * Hands the viewer's role on, from today. What is handed on is exactly what the viewer acts as; the database holds every
 * part of it to the viewer's own (capacity_insert).
 * @param at `id` is what the new capacity is called
 * @returns FORBIDDEN, ROLE_NOT_HANDED_ON, OWN_ROLE_ENDS, UNKNOWN_COLLEAGUE, COLLEAGUE_HOLDS_ROLE, INVALID_INPUT
 */
export async function delegateCapacity(
  tx: Tx,
  viewer: Viewer,
  wish: Delegating,
  at: { readonly today: IsoDate; readonly id: Id },
): Promise<Delegated | Problem> {
  const refused = authorise(viewer, "capacity.delegate", {
    institutionIds: [viewer.institutionId],
    what: { type: "Capacity", id: at.id },
    reason: wish.reason.trim().slice(0, REASON_LENGTH_MAX),
  });
  if (refused !== null) return refused;
  const { accountId, role, institutionId, departmentId, classId, allianceId, handsOnUntil = null } = viewer;
  if (accountId === null || !isAssigned(role)) return problem("FORBIDDEN", { action: "capacity.delegate" });
  if (handsOnUntil === null) return problem("ROLE_NOT_HANDED_ON");
  const [reason, toLogin] = [wish.reason.trim(), wish.toLogin.trim()];
  if (reason === "" || reason.length > REASON_LENGTH_MAX) return invalid("reason");
  if (!isIsoDate(wish.until) || wish.until < at.today) return invalid("until");
  if (handsOnUntil !== "infinity" && wish.until > handsOnUntil)
    return problem("OWN_ROLE_ENDS", { until: handsOnUntil });
  const colleague = await store.colleagueByLogin(tx, toLogin, at.today);
  if (colleague === null || colleague.id === accountId)
    return problem("UNKNOWN_COLLEAGUE", { login: toLogin.slice(0, 100) });
  if (colleague.holdsRole) return problem("COLLEAGUE_HOLDS_ROLE", { name: colleague.displayName });
  await store.insertDelegation(tx, {
    accountId: colleague.id,
    id: at.id,
    role,
    institutionId,
    departmentId,
    classId,
    allianceId,
    validFrom: at.today,
    validUntil: wish.until,
    delegatedBy: accountId,
    delegationReason: reason,
  });
  await tellOfAccount(tx, colleague.id);
  return { id: at.id, accountId: colleague.id };
}

const invalid = (field: string): Problem => problem("INVALID_INPUT", { detail: field }, ["input", field]);

/** What is handed on and has not ended, as far as the viewer may know. UNAUTHENTICATED for nobody. */
export async function delegations(
  tx: Tx,
  viewer: Viewer,
  today: IsoDate,
): Promise<readonly store.DelegationRow[] | Problem> {
  const { accountId, institutionId, role } = viewer;
  if (accountId === null) return problem("UNAUTHENTICATED");
  const administers = role === "ADMINISTRATOR" ? { institutionId } : null;
  return store.delegationsFor(tx, { accountId, administers }, today);
}

/**
 * Ends what was handed on, so that today is a day without it.
 * @returns NOT_FOUND for what is not there, has ended or is out of the viewer's sight, FORBIDDEN for what someone else gave
 */
export async function endDelegation(tx: Tx, viewer: Viewer, id: Id, today: IsoDate): Promise<Delegated | Problem> {
  const listed = await delegations(tx, viewer, today);
  if ("kind" in listed) return listed;
  const row = listed.find((each) => each.id === id);
  if (row === undefined) return problem("NOT_FOUND");
  const what = { type: "Capacity", id };
  if (row.delegatedBy === viewer.accountId) viewer.trail?.step("delegation.end", { what }, null);
  else {
    const refused = authorise(viewer, "delegation.end", { what });
    if (refused !== null) return refused;
  }
  if (!(await store.endDelegation(tx, row, today))) return problem("NOT_FOUND");
  await tellOfAccount(tx, row.accountId);
  return { id, accountId: row.accountId };
}

/** The viewer as the one who ends: whoever gave a role may shorten it in whatever role they act now, and never lengthen it. */
export function endingAs(viewer: Viewer, today: IsoDate): Viewer {
  return { ...viewer, handsOnUntil: today };
}
