import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { StoredDecision } from "../../domain/recognition/decision.ts";
import type { RecognitionOutcome } from "../../domain/recognition/outcome.ts";

/** A recognition decision as it is written. */
export interface NewDecision {
  readonly id: Id;
  readonly learnerId: Id;
  readonly registrationId: Id;
  readonly programmeId: Id;
  readonly institutionId: Id;
  /** The department that runs the programme. */
  readonly departmentId: Id | null;
  readonly decidedOn: IsoDate;
  readonly decidedBy: Id;
  readonly decidedAt: string;
  readonly engineVersion: string;
  /** Canonical JSON, exactly as hashed. */
  readonly input: string;
  readonly inputHash: string;
  readonly outcome: RecognitionOutcome;
}

/** Writes a decision and its lines, numbered from 1. */
export async function insertDecision(tx: Tx, decision: NewDecision): Promise<void> {
  const lines = JSON.stringify(
    decision.outcome.lines.map((line, index) => ({
      learner_id: decision.learnerId,
      decision_id: decision.id,
      line: index + 1,
      institution_id: decision.institutionId,
      department_id: decision.departmentId,
      registration_id: decision.registrationId,
      rule_id: line.ruleId,
      rule_version: line.ruleVersion,
      achievement_ids: line.achievementIds,
      target_course_ids: line.targets.map(({ courseId }) => courseId),
      node_key: line.nodeKey,
      credits: line.credits,
      recorded_grade: line.recordedGrade,
      status: "RECOGNISED",
    })),
  );
  const outcome = JSON.stringify(decision.outcome);
  await Promise.all([
    tx.run(
      (sql) => sql`/* recognition.insertDecision */
        insert into decision (learner_id, id, registration_id, programme_id, institution_id, department_id,
          decided_on, decided_by, decided_at, engine_version, input, input_hash, outcome)
        values (${decision.learnerId}, ${decision.id}, ${decision.registrationId}, ${decision.programmeId},
          ${decision.institutionId}, ${decision.departmentId}, ${decision.decidedOn}, ${decision.decidedBy}, ${decision.decidedAt},
          ${decision.engineVersion}, ${decision.input}, ${decision.inputHash}, ${outcome}::text::jsonb)`,
    ),
    tx.run(
      (sql) => sql`/* recognition.insertDecisionLines */
        insert into decision_line select * from json_populate_recordset(null::decision_line, ${lines}::text::json)`,
    ),
  ]);
}

/** A decision as it is stored, for whoever proves it. */
export interface DecisionRow extends StoredDecision {
  readonly learnerId: Id;
  readonly id: Id;
}

/** What names a decision: it is kept with its learner. */
export type DecisionKey = Pick<DecisionRow, "learnerId" | "id">;

/** The next decisions behind one, in the order of their keys, each with its lines and what the ledger posted of them. */
export function decisionsAfter(tx: Tx, after: DecisionKey, many: number) {
  return tx.run(
    (sql) => sql<DecisionRow[]>`/* recognition.decisionsAfter */
      select d.learner_id, d.id, d.engine_version, d.input, d.input_hash, d.outcome,
        (select coalesce(jsonb_agg(jsonb_build_object('line', l.line, 'ruleId', l.rule_id, 'ruleVersion', l.rule_version,
            'achievementIds', l.achievement_ids, 'targetCourseIds', l.target_course_ids, 'nodeKey', l.node_key,
            'credits', l.credits, 'recordedGrade', l.recorded_grade) order by l.line), '[]')
          from decision_line l where l.learner_id = d.learner_id and l.decision_id = d.id) as lines,
        (select coalesce(jsonb_agg(jsonb_build_object('line', m.decision_line, 'credits', m.amount)), '[]')
          from ledger_movement m join ledger_transaction t on t.learner_id = m.learner_id and t.id = m.transaction_id
          where m.learner_id = d.learner_id and m.decision_id = d.id and t.kind = 'RECOGNISE'
            and m.credit_kind = 'RECOGNISED') as posted
      from decision d where (d.learner_id, d.id) > (${after.learnerId}::uuid, ${after.id}::uuid)
      order by d.learner_id, d.id limit ${many}`,
  );
}

/** The first decision that lines or the ledger name and that is not there; null where there is none. */
export async function lostDecision(tx: Tx): Promise<DecisionKey | null> {
  const [row] = await tx.run(
    (sql) => sql<DecisionKey[]>`/* recognition.lostDecision */
      select n.learner_id, n.decision_id as id from (
        select learner_id, decision_id from decision_line
        union select learner_id, decision_id from ledger_movement where decision_id is not null) n
      where not exists (select 1 from decision d where d.learner_id = n.learner_id and d.id = n.decision_id)
      order by 1, 2 limit 1`,
  );
  return row ?? null;
}
