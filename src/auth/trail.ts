import { v7 } from "uuid";
import { type AuditEntry, type AuditNote, type AuditOutcome, isLook, LEARNERS_MAX } from "../domain/audit.ts";
import type { Id } from "../domain/id.ts";
import type { Problem } from "../domain/problem.ts";
import type { Viewer } from "./viewer.ts";

/** What something is done to, besides a learner. */
export interface What {
  readonly type: string;
  readonly id: Id;
}

/** Something that the policy was asked about, and what came of it. */
interface Step {
  readonly action: string;
  readonly outcome: AuditOutcome;
  readonly problem: string | null;
  readonly learnerId: Id | null;
  /** Whom it was done to, and nobody besides; null for everyone whose rows came out of its transaction. */
  readonly learnerIds: readonly Id[] | null;
  readonly what: What | null;
  readonly reason: string | null;
}

/** Whose data was seen in one transaction. */
export type Seen = Set<Id>;

/** Whose rows these are: whatever belongs to a learner carries `learnerId`. */
export function see(seen: Seen, rows: unknown): void {
  if (!Array.isArray(rows)) return;
  const [first] = rows as readonly { readonly learnerId?: unknown }[];
  // the rows of one statement have the same columns
  if (first?.learnerId === undefined) return;
  for (const { learnerId } of rows as readonly { readonly learnerId?: unknown }[]) {
    if (typeof learnerId === "string") seen.add(learnerId);
  }
}

/**
 * What one request leaves in the audit log. The policy notes every action it is asked about, a transaction everyone whose
 * rows came out of it, so that no service has to think of it; acts are written in their own transaction, looks when the
 * request has been answered.
 */
export class Trail {
  readonly #at: string;
  readonly #address: string | null;
  readonly #seen: Seen = new Set();
  readonly #looks = new Map<string, Step>();
  #acts: Step[] = [];
  readonly #left: Step[] = [];
  readonly #failed: AuditNote[] = [];
  /** Whom acts have named: to see them in the answer is no look of its own. */
  readonly #acted: Seen = new Set();

  /** @param address where the request came from, as far as it may be kept */
  constructor(origin: { readonly now: Date; readonly address: string | null }) {
    this.#at = origin.now.toISOString();
    this.#address = origin.address;
  }

  /** Whose rows a reading transaction has brought. */
  get seen(): Seen {
    return this.#seen;
  }

  /** The policy has answered. Whoever did not sign in is nobody to tell of. */
  step(
    action: string,
    of: {
      readonly learnerId?: Id | null;
      readonly learnerIds?: readonly Id[];
      readonly what?: What;
      readonly reason?: string;
    },
    refused: Problem | null,
  ): void {
    if (refused?.code === "UNAUTHENTICATED") return;
    const { learnerId = null, learnerIds = null, what = null, reason = null } = of;
    const outcome = refused === null ? "DONE" : "REFUSED";
    const step: Step = { action, outcome, problem: refused?.code ?? null, learnerId, learnerIds, what, reason };
    if (outcome === "REFUSED") this.#left.push(step);
    else if (!isLook(action)) this.#acts.push(step);
    else {
      if (learnerId !== null) this.#seen.add(learnerId);
      this.#looks.set(`${action}/${what?.id ?? ""}/${reason ?? ""}`, step);
    }
  }

  /** The acts noted so far, to be written in the transaction that they were done in. */
  takeActs(viewer: Viewer, seen: Seen): readonly AuditEntry[] {
    const acts = this.#acts;
    this.#acts = [];
    return acts.map((step) => {
      const learners = new Set(step.learnerIds ?? (step.learnerId === null ? seen : [step.learnerId, ...seen]));
      for (const id of learners) this.#acted.add(id);
      return { id: v7(), ...this.#note(viewer, step, learners) };
    });
  }

  /** The transaction was rolled back: what was begun in it came to nothing. */
  failActs(problem: string): void {
    for (const step of this.#acts) this.#left.push({ ...step, outcome: "FAILED", problem });
    this.#acts = [];
  }

  /** Acts that were taken to be written elsewhere, and came to nothing there. */
  returnActs(entries: readonly AuditEntry[], problem: string): void {
    for (const entry of entries) this.#failed.push({ ...entry, outcome: "FAILED", problem });
  }

  /** What is still to be written when the request has been answered. Looks that saw nobody but oneself leave nothing. */
  takeRest(viewer: Viewer): readonly AuditNote[] {
    const own = viewer.role === "STUDENT" ? viewer.learnerId : null;
    const seen = new Set(this.#seen);
    if (own !== null) seen.delete(own);
    const looks = [...this.#looks.values()];
    if (looks.length === 0 && [...seen].some((id) => !this.#acted.has(id))) looks.push(LOOKED);
    const others = [...this.#left, ...this.#acts];
    this.#looks.clear();
    this.#seen.clear();
    this.#left.length = 0;
    this.#acts = [];
    return [
      ...this.#failed.splice(0),
      ...others.map((step) => this.#note(viewer, step, new Set(step.learnerId === null ? [] : [step.learnerId]))),
      ...looks
        .filter(({ action }) => seen.size > 0 || action === LOG_READ)
        .map((step) => this.#note(viewer, step, seen)),
    ];
  }

  #note(viewer: Viewer, step: Step, learners: Seen): AuditNote {
    const { learnerId: _, learnerIds: __, what, reason, ...rest } = step;
    const address = this.#address;
    const nothing = address === null && reason === null;
    return {
      ...rest,
      at: this.#at,
      accountId: viewer.accountId,
      role: viewer.role,
      institutionId: viewer.institutionId,
      learnerIds: learners.size > LEARNERS_MAX ? [...learners].slice(0, LEARNERS_MAX) : [...learners],
      learnerCount: learners.size,
      resourceType: what?.type ?? null,
      resourceId: what?.id ?? null,
      requestId: viewer.requestId,
      times: 1,
      detail: nothing ? null : { ...(address === null ? {} : { address }), ...(reason === null ? {} : { reason }) },
    };
  }
}

/** Whoever reads the log leaves a trace in it, whomever they find. */
const LOG_READ = "audit.read";

/** A learner's data came out of the database though no policy was asked: row-level security alone let it. */
const LOOKED: Step = {
  action: "learner.read",
  outcome: "DONE",
  problem: null,
  learnerId: null,
  learnerIds: null,
  what: null,
  reason: null,
};
