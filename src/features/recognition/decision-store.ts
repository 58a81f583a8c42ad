import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
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
