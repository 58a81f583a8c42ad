-- The ledger is sealed by the same sealer as the audit log, and proved by the same role: it reads all of it and writes none.
GRANT SELECT ON ledger_transaction, ledger_movement, ledger_account, achievement TO guantong_job;
--> statement-breakpoint
CREATE POLICY ledger_transaction_job ON ledger_transaction FOR SELECT TO guantong_job USING (true);
--> statement-breakpoint
CREATE POLICY ledger_movement_job ON ledger_movement FOR SELECT TO guantong_job USING (true);
--> statement-breakpoint
CREATE POLICY ledger_account_job ON ledger_account FOR SELECT TO guantong_job USING (true);
--> statement-breakpoint
CREATE POLICY achievement_job ON achievement FOR SELECT TO guantong_job USING (true);
--> statement-breakpoint
-- When a row was written is the database's to say: a row that claims an older transaction would slip past the sealer.
REVOKE INSERT ON ledger_transaction FROM guantong_writer;
--> statement-breakpoint
GRANT INSERT (learner_id, id, kind, idempotency_key, content_hash, institution_id, home_institution_id, actor_id, reason,
  effective_on, posted_at, reverses_id, reason_salt, reason_digest) ON ledger_transaction TO guantong_writer;
--> statement-breakpoint
-- Reasons from before the seal are salted as those after it are: the digest of the salt and the text as JSON.
UPDATE ledger_transaction SET reason_salt = replace(gen_random_uuid()::text, '-', '') WHERE reason IS NOT NULL;
--> statement-breakpoint
UPDATE ledger_transaction SET reason_digest = encode(sha256(convert_to(reason_salt || to_json(reason)::text, 'UTF8')), 'hex')
  WHERE reason IS NOT NULL;
