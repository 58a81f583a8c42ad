-- Notices. The writer puts what happened into the outbox, in the transaction of the act; the job spreads it; each person
-- reads their own inbox, and nobody else's but a class teacher, who sees what their learners have not read yet.

GRANT SELECT ON notice_copy TO guantong_app, guantong_writer, guantong_job, guantong_auditor;
--> statement-breakpoint
ALTER TABLE notice_copy ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE notice_copy FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY notice_copy_owner ON notice_copy TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY notice_copy_read ON notice_copy FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint

ALTER TABLE notice_event ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE notice_event FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY notice_event_owner ON notice_event TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT INSERT ON notice_event TO guantong_writer;
--> statement-breakpoint
-- ON CONFLICT looks at the key it would run into
GRANT SELECT (id) ON notice_event TO guantong_writer;
--> statement-breakpoint
CREATE POLICY notice_event_writer ON notice_event TO guantong_writer USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON notice_event TO guantong_job;
--> statement-breakpoint
GRANT UPDATE (spread_at) ON notice_event TO guantong_job;
--> statement-breakpoint
CREATE POLICY notice_event_job ON notice_event TO guantong_job USING (true) WITH CHECK (true);
--> statement-breakpoint

ALTER TABLE notice ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE notice FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY notice_owner ON notice TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON notice TO guantong_job;
--> statement-breakpoint
CREATE POLICY notice_job ON notice TO guantong_job USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON notice TO guantong_app;
--> statement-breakpoint
GRANT UPDATE (read_at) ON notice TO guantong_app;
--> statement-breakpoint
CREATE POLICY notice_read ON notice FOR SELECT TO guantong_app
  USING (account_id = current_setting('guantong.account')::uuid
    OR (current_setting('guantong.role') = 'CLASS_TEACHER' AND regard = 'SELF' AND read_at IS NULL
      AND learner_id = ANY (current_setting('guantong.learners')::uuid[]))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY notice_update ON notice FOR UPDATE TO guantong_app
  USING (account_id = current_setting('guantong.account')::uuid)
  WITH CHECK (account_id = current_setting('guantong.account')::uuid);
--> statement-breakpoint

ALTER TABLE notice_address ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE notice_address FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY notice_address_owner ON notice_address TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON notice_address TO guantong_job;
--> statement-breakpoint
CREATE POLICY notice_address_job ON notice_address FOR SELECT TO guantong_job USING (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON notice_address TO guantong_app;
--> statement-breakpoint
GRANT UPDATE (address, frequency) ON notice_address TO guantong_app;
--> statement-breakpoint
CREATE POLICY notice_address_own ON notice_address TO guantong_app
  USING (account_id = current_setting('guantong.account')::uuid)
  WITH CHECK (account_id = current_setting('guantong.account')::uuid);
--> statement-breakpoint

ALTER TABLE notice_delivery ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE notice_delivery FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY notice_delivery_owner ON notice_delivery TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON notice_delivery TO guantong_job;
--> statement-breakpoint
GRANT UPDATE (status, settled_at) ON notice_delivery TO guantong_job;
--> statement-breakpoint
CREATE POLICY notice_delivery_job ON notice_delivery TO guantong_job USING (true) WITH CHECK (true);
--> statement-breakpoint

-- Who is to be told: the job finds accounts by learner, class and school, and a learner's name; no more of them.
GRANT SELECT (id, language) ON account TO guantong_job;
--> statement-breakpoint
CREATE POLICY account_job ON account FOR SELECT TO guantong_job USING (true);
--> statement-breakpoint
GRANT SELECT (account_id, role, institution_id, class_id, learner_id, valid_from, valid_until) ON capacity TO guantong_job;
--> statement-breakpoint
CREATE POLICY capacity_job ON capacity FOR SELECT TO guantong_job USING (true);
--> statement-breakpoint
GRANT SELECT (id, name) ON learner TO guantong_job;
--> statement-breakpoint
CREATE POLICY learner_job ON learner FOR SELECT TO guantong_job USING (true);
--> statement-breakpoint
GRANT SELECT (learner_id, programme_id, class_id, status) ON registration TO guantong_job;
--> statement-breakpoint
CREATE POLICY registration_job ON registration FOR SELECT TO guantong_job USING (true);
