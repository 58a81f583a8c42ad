import type { Sql } from "../transaction.ts";
import type { SealedSource } from "./source.ts";

const rows = (sql: Sql) => sql`
  select t.learner_id || '/' || t.id as key, t.xact, t.posted_at as at, to_jsonb(t.reason) as detail, t.reason_salt as salt,
    jsonb_strip_nulls(jsonb_build_object('learnerId', t.learner_id, 'id', t.id, 'kind', t.kind,
      'contentHash', t.content_hash, 'institutionId', t.institution_id, 'homeInstitutionId', t.home_institution_id,
      'actorId', t.actor_id, 'effectiveOn', t.effective_on, 'postedAt', t.posted_at, 'reversesId', t.reverses_id,
      'detail', t.reason_digest, 'movements', (
        select jsonb_agg(jsonb_build_object('line', m.line, 'unit', m.unit, 'amount', m.amount,
          'debit', jsonb_build_array(m.debit_kind, m.debit_ref, m.debit_version, m.debit_balance),
          'credit', jsonb_build_array(m.credit_kind, m.credit_ref, m.credit_version, m.credit_balance),
          'achievementId', m.achievement_id, 'decisionId', m.decision_id, 'decisionLine', m.decision_line) order by m.line)
        from ledger_movement m where m.learner_id = t.learner_id and m.transaction_id = t.id))) as content
  from ledger_transaction t`;

/**
 * The ledger as the sealer reads it: a transaction with its movements is one link. Its key stays out, for the number of a
 * certificate may be in that; what was deposited is in by its hash.
 */
export const LEDGER: SealedSource = {
  chain: "ledger",
  rows,
  rowsByKey: (sql, keys) => sql`${rows(sql)}
    join unnest(${keys.map((key) => key.slice(0, 36))}::uuid[], ${keys.map((key) => key.slice(37))}::uuid[])
      as w (learner_id, id) on w.learner_id = t.learner_id and w.id = t.id`,
};
