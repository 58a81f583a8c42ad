-- Within what time steps are taken is for anyone to know; a school's administrator says it for their school.
ALTER TABLE application_step_period ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE application_step_period FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY application_step_period_owner ON application_step_period TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON application_step_period TO guantong_app, guantong_writer, guantong_job, guantong_auditor;
--> statement-breakpoint
GRANT INSERT, UPDATE ON application_step_period TO guantong_app;
--> statement-breakpoint
CREATE POLICY application_step_period_read ON application_step_period FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY application_step_period_insert ON application_step_period FOR INSERT TO guantong_app
  WITH CHECK (institution_id = current_setting('guantong.institution')::uuid AND set_by = current_setting('guantong.account')::uuid
    AND current_setting('guantong.role') = 'ADMINISTRATOR' AND current_setting('guantong.institution') <> '00000000-0000-0000-0000-000000000000');
--> statement-breakpoint
CREATE POLICY application_step_period_update ON application_step_period FOR UPDATE TO guantong_app
  USING (institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'ADMINISTRATOR'
    AND current_setting('guantong.institution') <> '00000000-0000-0000-0000-000000000000')
  WITH CHECK (institution_id = current_setting('guantong.institution')::uuid AND set_by = current_setting('guantong.account')::uuid
    AND current_setting('guantong.role') = 'ADMINISTRATOR');
--> statement-breakpoint
-- The job that reminds sees where applications stand, and of nobody's what is in them.
GRANT SELECT (id, status, institution_id, department_id, home_institution_id, waiting_since, closed_at) ON application TO guantong_job;
--> statement-breakpoint
CREATE POLICY application_job ON application FOR SELECT TO guantong_job USING (true);
--> statement-breakpoint
-- Who reviews for a department is told what waits for it.
GRANT SELECT (department_id) ON capacity TO guantong_job;
