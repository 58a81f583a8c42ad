import { createHash } from "node:crypto";
import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import { type DecisionFault, inputOfDecision, proveDecision } from "../../domain/recognition/decision.ts";
import type { RecognitionInput } from "../../domain/recognition/input.ts";
import type { RuleSet } from "../../domain/recognition/rule.ts";
import { type DecisionKey, decisionsAfter, lostDecision } from "./decision-store.ts";
import { ruleSetOf } from "./service.ts";
import * as store from "./store.ts";

/** How many decisions are read at a time: each holds a plan and its rules. */
const DECISIONS_AT_A_TIME = 50;

/** Before every key there is. */
const START = "00000000-0000-0000-0000-000000000000";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

export interface DecisionProof {
  /** How many fit before the first that does not. */
  readonly decisions: number;
  readonly lines: number;
  /** The first that does not fit, in the order of the learners' ids; null where all do. */
  readonly fault: (DecisionFault & { readonly learnerId: Id; readonly decisionId: Id }) | null;
}

/**
 * Computes every decision there is again, by the rules it was decided by, and holds it against what is stored of it.
 * @param tx a reading transaction of guantong_job: one view of the whole bank
 */
export async function proveDecisions(tx: Tx): Promise<DecisionProof> {
  const lost = await lostDecision(tx);
  if (lost !== null) {
    const gone = { code: "DECISION_GONE", line: null, detail: "" } as const;
    return { decisions: 0, lines: 0, fault: { ...gone, learnerId: lost.learnerId, decisionId: lost.id } };
  }
  const sum = { decisions: 0, lines: 0 };
  const kept = new Map<Id, RuleSet | null>();
  let after: DecisionKey = { learnerId: START, id: START };
  for (;;) {
    const rows = await decisionsAfter(tx, after, DECISIONS_AT_A_TIME);
    for (const row of rows) {
      const input = inputOfDecision(row);
      if (input !== null) await keep(tx, kept, input);
      const fault = proveDecision(row, sha256, (id) => kept.get(id) ?? null);
      if (fault !== null) return { ...sum, fault: { ...fault, learnerId: row.learnerId, decisionId: row.id } };
      sum.decisions += 1;
      sum.lines += row.lines.length;
      after = row;
    }
    if (rows.length < DECISIONS_AT_A_TIME) return { ...sum, fault: null };
  }
}

/** Reads the rule sets that an input names and that are not known yet, as they are kept today. */
async function keep(tx: Tx, kept: Map<Id, RuleSet | null>, { ruleSets }: RecognitionInput) {
  const unknown = ruleSets.flatMap(({ id }) => (kept.has(id) ? [] : [id]));
  if (unknown.length === 0) return;
  const [sets, rules] = await Promise.all([store.ruleSetsByIds(tx, unknown), store.rulesOfSets(tx, unknown)]);
  for (const id of unknown) kept.set(id, null);
  for (const row of sets) {
    const own = rules.filter(({ ruleSetId }) => ruleSetId === row.id);
    kept.set(row.id, ruleSetOf(row, own));
  }
}
