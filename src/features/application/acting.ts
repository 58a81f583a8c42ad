import { type Action, authorise } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import {
  type ApplicationStatus,
  type ApplicationStep,
  isOver,
  nextStatus,
  REASON_LENGTH,
} from "../../domain/application/step.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { NoticeEvent } from "../../domain/notice.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { fittingText } from "../../domain/text.ts";
import { nameOfAccount } from "../identity/service.ts";
import { raise } from "../notice/service.ts";
import { type Holder, hold } from "./holding.ts";
import * as store from "./store.ts";

/** Where an act reads as its viewer and writes as the ledger's writer, and when it happens. */
export interface Scene {
  readonly read: Tx;
  readonly post: <T>(act: (tx: Tx) => Promise<T>) => Promise<T>;
  readonly now: Date;
  readonly today: IsoDate;
  readonly newId: () => Id;
}

type ApplicationAction = Extract<Action, `application.${string}`>;

/** Whose school may act: the one that confirms the facts, or the one that receives. */
type Side = "home" | "receiving" | "learner";

/** The application an act is about, and who acts. */
export interface Opened {
  readonly row: store.ApplicationRow;
  readonly actor: { readonly accountId: Id; readonly name: string };
}

/**
 * Finds the application an act is about, and whether the viewer may do that to it.
 * @returns FORBIDDEN, NOT_FOUND
 */
export async function openFor(
  { read }: Scene,
  viewer: Viewer,
  key: store.ApplicationKey,
  action: ApplicationAction,
  side: Side,
): Promise<Opened | Problem> {
  const { accountId } = viewer;
  const [row, name] = await Promise.all([
    store.applicationByKey(read, key),
    accountId === null ? "" : nameOfAccount(read, accountId),
  ]);
  const refused = authorise(viewer, action, {
    learnerId: key.learnerId,
    // whoever may do nothing of the kind hears that; whoever may, but not to this one, that there is none
    institutionIds:
      row === null ? [viewer.institutionId] : [side === "home" ? row.homeInstitutionId : row.institutionId],
    departmentIds: row === null ? [viewer.departmentId] : [row.departmentId],
    what: { type: "Application", id: key.id },
  });
  if (refused !== null) return refused;
  if (row === null) return problem("NOT_FOUND");
  return accountId === null ? problem("FORBIDDEN") : { row, actor: { accountId, name } };
}

/** What an act makes of an application, besides where it stands. */
export interface Change {
  readonly to?: Partial<store.ApplicationRow>;
  readonly reason?: string | null;
  readonly tell?: readonly NoticeEvent[];
  /** More to be written in the same transaction; a problem undoes all of it. */
  readonly write?: (tx: Tx, holder: Holder) => Promise<Problem | null>;
}

/**
 * Takes a step, in one transaction of the writer's: the application is held, is still what the viewer saw, and moves with
 * what it holds in the ledger. A step that leads nowhere else is one within the same status.
 * @returns APPLICATION_CHANGED, APPLICATION_ELSEWHERE, or what the ledger refuses, and then nothing is written
 */
export async function take(
  scene: Scene,
  { row, actor }: Opened,
  step: ApplicationStep | "DECLINE",
  change: Change & { readonly stays?: boolean },
): Promise<store.ApplicationRow | Problem> {
  const reached = step === "DECLINE" ? row.status : nextStatus(row.status, step);
  if (isProblem(reached)) return reached;
  const status = change.stays === true ? row.status : reached;
  const at = scene.now.toISOString();
  const next = { ...row, ...change.to, ...moved(row, status, at) };
  return scene.post(async (tx): Promise<store.ApplicationRow | Problem> => {
    const held = await store.lockApplication(tx, row);
    if (held?.version !== row.version) return problem("APPLICATION_CHANGED");
    const holder = { row: next, actorId: actor.accountId, at, on: scene.today, newId: scene.newId };
    const written = (await change.write?.(tx, holder)) ?? null;
    if (written !== null) return written;
    if (status !== "RECORDED") {
      const balanced = await hold(tx, holder, row.outcome, isOver(status) ? null : next.outcome);
      if (balanced !== null) return balanced;
    }
    await store.updateApplication(tx, next);
    await store.insertEvent(tx, next, { ...eventOf(next, step, actor, at), reason: change.reason ?? null });
    await raise(tx, change.tell ?? []);
    return next;
  });
}

function moved(row: store.ApplicationRow, status: ApplicationStatus, at: string) {
  return {
    status,
    version: row.version + 1,
    waitingSince: status === row.status ? row.waitingSince : at,
    closedAt: isOver(status) ? at : null,
  };
}

/** The note of a step that was taken. */
export function eventOf(row: store.ApplicationRow, step: string, actor: Opened["actor"], at: string) {
  const { learnerId, id: applicationId, version, status } = row;
  return { learnerId, applicationId, version, step, status, byAccount: actor.accountId, byName: actor.name, at };
}

/** A reason as it is kept, or what is wrong with it. */
export function readReason(written: string): string | Problem {
  return fittingText(written, REASON_LENGTH) ?? problem("INVALID_INPUT", { detail: "reason" }, ["reason"]);
}
