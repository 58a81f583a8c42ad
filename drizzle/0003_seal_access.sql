-- One sealer for every sealed table. The job role seals; heads and public keys are there for anyone to check with.
-- The chain itself names rows by their keys, so only the job reads it.
ALTER TABLE seal_chain ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE seal_chain FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY seal_chain_owner ON seal_chain TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON seal_chain TO guantong_job;
--> statement-breakpoint
CREATE POLICY seal_chain_job ON seal_chain TO guantong_job USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE seal_link ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE seal_link FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY seal_link_owner ON seal_link TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON seal_link TO guantong_job;
--> statement-breakpoint
CREATE POLICY seal_link_job ON seal_link TO guantong_job USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE seal_head ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE seal_head FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY seal_head_owner ON seal_head TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON seal_head TO guantong_job;
--> statement-breakpoint
GRANT SELECT ON seal_head TO guantong_app, guantong_auditor;
--> statement-breakpoint
CREATE POLICY seal_head_read ON seal_head FOR SELECT TO guantong_app, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY seal_head_insert ON seal_head FOR INSERT TO guantong_job WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE seal_key ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE seal_key FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY seal_key_owner ON seal_key TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON seal_key TO guantong_job;
--> statement-breakpoint
GRANT SELECT ON seal_key TO guantong_app, guantong_auditor;
--> statement-breakpoint
CREATE POLICY seal_key_read ON seal_key FOR SELECT TO guantong_app, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY seal_key_insert ON seal_key FOR INSERT TO guantong_job WITH CHECK (true);
