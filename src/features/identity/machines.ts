import { v7 } from "uuid";
import type { AssignedRole, Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { type Problem, problem } from "../../domain/problem.ts";
import * as store from "./machine-store.ts";
import { endAccess } from "./opening-store.ts";
import { linkSubject, tellOfAccount } from "./subject-store.ts";

/** What a machine may be: it records and reads. Whatever confirms, signs or decides is a person's. */
export const MACHINE_ROLES = [
  "REGISTRAR",
  "HOST_TEACHER",
  "BUREAU",
  "AUDITOR",
] as const satisfies readonly AssignedRole[];
export type MachineRole = (typeof MACHINE_ROLES)[number];
const OF_A_SCHOOL: ReadonlySet<MachineRole> = new Set(["REGISTRAR", "HOST_TEACHER"]);

/** A machine that is to come in with tokens of its own (client credentials). */
export interface NewMachine {
  readonly login: string;
  readonly name: string;
  readonly role: MachineRole;
  /** The key of the school it acts for; null for what acts for none. */
  readonly school: string | null;
  readonly issuer: string;
  /** The client, as the issuer's tokens call it: `sub`, or `client_id` where they have no subject. */
  readonly subject: string;
}

/**
 * Opens an account for a machine, and binds an issuer's client to it. Only the command line does so.
 * @param issuers those whose tokens are taken
 * @returns INVALID_INPUT, NOT_FOUND for a school that is none, CONFLICT for a login that is taken, SUBJECT_LINKED
 */
export async function openMachine(
  tx: Tx,
  viewer: Viewer,
  machine: NewMachine,
  { issuers, today }: { readonly issuers: readonly string[]; readonly today: IsoDate },
): Promise<store.MachineRow | Problem> {
  const { login, name, role, school, issuer, subject } = machine;
  if (!/^[\w.@-]{2,60}$/.test(login)) return invalid("--login");
  if (!issuers.includes(issuer)) return invalid("--issuer");
  if (subject === "" || subject.length > 255) return invalid("--client");
  if ((school === null) === OF_A_SCHOOL.has(role)) return invalid("--school");
  const institutionId = school === null ? null : await store.schoolByKey(tx, school);
  if (school !== null && institutionId === null) return problem("NOT_FOUND");
  const accountId = v7();
  const row = { accountId, login, name, capacityId: v7(), role, institutionId, from: today };
  if (!(await store.insertMachine(tx, row))) return problem("CONFLICT");
  const linked = await linkSubject(tx, { accountId, id: v7(), issuer, subject, at: new Date() });
  if (!linked) return problem("SUBJECT_LINKED");
  viewer.trail?.step("machine.open", { what: { type: "Account", id: accountId } }, null);
  await tellOfAccount(tx, accountId);
  return { accountId, login, displayName: name, role, institutionKey: school, issuer, subject };
}

/** Ends what a machine acts as, the binding of its client, and every token it has. @returns NOT_FOUND for what is no machine */
export async function endMachine(tx: Tx, viewer: Viewer, login: string, today: IsoDate): Promise<Id | Problem> {
  const [machine] = await store.machines(tx, today, login);
  if (machine === undefined) return problem("NOT_FOUND");
  const { accountId } = machine;
  viewer.trail?.step("machine.end", { what: { type: "Account", id: accountId } }, null);
  await endAccess(tx, accountId, true, "ADMINISTRATOR");
  await store.endCapacities(tx, accountId, today);
  await tellOfAccount(tx, accountId);
  return accountId;
}

const invalid = (field: string): Problem => problem("INVALID_INPUT", { detail: field });
